"""Contributors, matrices, templates and proration: the forms that goals take."""

from tortoise.migrations.migration import Migration as BaseMigration
from tortoise.migrations.operations import RunSQL

# Who sees no private goals is asked so of every row of a list, which its index has to answer; and
# of every event of the history.
PRIVATE = """
alter table goal add constraint a_private_goal_stands_alone
  check (not private or (scope = 'own' and parent_id is null and roll_up = 'none' and weight is null));
drop index goal_by_start;
create index goal_by_start on goal (org_id, starts_on, id) include (owner_id, private);
create index goal_kept_private on goal (org_id, id, owner_id) where private;
"""
NOT_PRIVATE = """
drop index goal_kept_private, goal_by_start;
create index goal_by_start on goal (org_id, starts_on, id);
alter table goal drop constraint a_private_goal_stands_alone;
"""


class Migration(BaseMigration):
    dependencies = [("attain", "0016_care")]
    operations = [RunSQL(PRIVATE, NOT_PRIVATE)]
