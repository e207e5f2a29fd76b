"""What the state of a goal allows beyond its status, asked of each goal that is shown: as a function of
the database, so that statements that show goals are not planned with all of it.
"""

from tortoise.migrations.migration import Migration as BaseMigration
from tortoise.migrations.operations import RunSQL

GOAL_ALLOWS = """
create function goal_allows(org uuid, goal uuid, act text) returns boolean
language plpgsql stable parallel safe set search_path = pg_catalog, public as $$
begin
  case act
  when 'amended' then
    return not exists (select from goal_amendment waiting where waiting.org_id = org
      and waiting.goal_id = goal and waiting.state = 'requested');
  when 'corrected' then
    return not exists (select from corrective_plan plan where plan.org_id = org
      and plan.goal_id = goal and plan.state <> 'closed');
  when 'kept_private' then
    return not exists (select from goal part where part.org_id = org and part.parent_id = goal)
      and not exists (select from goal_kpi line where line.org_id = org and line.goal_id = goal
        and line.owner_id is not null);
  when 'spread' then  -- anew, over the drafts that it was spread over
    return not exists (select from goal part where part.org_id = org and part.parent_id = goal
      and (part.period_id is null or part.status not in ('draft', 'returned')));
  when 'cascaded' then
    return exists (select from goal above
      join reach on reach.org_id = org and reach.viewer_id = above.owner_id and reach.depth > 0
        and reach.during @> above.starts_on
      join person on person.org_id = org and person.id = reach.person_id and person.disabled_at is null
        and (person.left_on is null or person.left_on > above.starts_on)
      where above.org_id = org and above.id = goal);
  end case;
end $$
"""


class Migration(BaseMigration):
    dependencies = [("attain", "0019_figures_of_goals")]
    operations = [RunSQL(GOAL_ALLOWS, "drop function goal_allows")]
