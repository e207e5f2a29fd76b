"""The second lock on pay, also on what it is worked out from: credits, who is on which plan, what is agreed."""

from tortoise.migrations.migration import Migration as BaseMigration
from tortoise.migrations.operations import RunSQL

LOCKED = ("credit", "credit_proposal", "pay_assignment", "pay_override")
LOCK = "\n".join(
    f"""create policy only_ones_pay on {table} as restrictive for select
  using (current_user <> 'attain_reader' or sees_pay(org_id, person_id));"""
    for table in LOCKED
)
UNLOCK = "\n".join(f"drop policy only_ones_pay on {table};" for table in LOCKED)


class Migration(BaseMigration):
    dependencies = [("attain", "0028_facts_of_deals")]
    operations = [RunSQL(LOCK, UNLOCK)]
