"""The second lock on pay, also on what it is worked out from: credits, who is on which plan, what is agreed."""

from tortoise.migrations.migration import Migration as BaseMigration
from tortoise.migrations.operations import RunSQL

LOCKED = ("credit", "credit_proposal", "pay_assignment", "pay_override")
# Where a position is on a plan, that is the pay of whoever holds it on one of its days.
HELD = """ or position_id is not null and exists (select from holding held
    where held.org_id = pay_assignment.org_id and held.position_id = pay_assignment.position_id
      and held.during && daterange(starts_on, ends_on, '[]') and sees_pay(held.org_id, held.person_id))"""
LOCK = "\n".join(
    f"""create policy only_ones_pay on {table} as restrictive for select
  using (current_user <> 'attain_reader' or sees_pay(org_id, person_id)
    {HELD if table == "pay_assignment" else ""});"""
    for table in LOCKED
)
UNLOCK = "\n".join(f"drop policy only_ones_pay on {table};" for table in LOCKED)


class Migration(BaseMigration):
    dependencies = [("attain", "0028_facts_of_deals")]
    operations = [RunSQL(LOCK, UNLOCK)]
