"""Whoever works off what is due is told of it at once."""

from tortoise.migrations.migration import Migration as BaseMigration
from tortoise.migrations.operations import RunSQL

# Sent when the transaction commits, and once for all that it made due; never where it is undone. What
# is told is a round of the worker's and for whom, so that it holds nothing of anybody's.
TOLD = """
create function tell_what_is_due() returns trigger language plpgsql set search_path = pg_catalog, public as $$
begin
  perform pg_notify('attain_due', tg_argv[0] || ' ' || org_id) from (select distinct org_id from changed) as due;
  return null;
end $$;
create trigger tell_of_new after insert on crediting_due referencing new table as changed
  for each statement execute function tell_what_is_due('credit_sales');
create trigger tell_of_more after update on crediting_due referencing new table as changed
  for each statement execute function tell_what_is_due('credit_sales');
create trigger tell_of_new after insert on pay_due referencing new table as changed
  for each statement execute function tell_what_is_due('work_off_pay_due');
create trigger tell_of_more after update on pay_due referencing new table as changed
  for each statement execute function tell_what_is_due('work_off_pay_due');
"""


class Migration(BaseMigration):
    dependencies = [("attain", "0023_pay")]
    operations = [RunSQL(TOLD, "drop function tell_what_is_due cascade")]
