"""The slow way to the same figures: all sales added up, and compared with what is kept of them.

The database keeps tallies and first sales in the transaction that changes a sale, so there should never
be a difference. This is how anybody can see that there is none, and how one would be mended.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from auth.actor import Actor
from auth.permissions import Act
from domain.acts import act
from domain.database import current_transaction, reading
from domain.history import record
from domain.people.access import organisation_wide

NOBODY = "'00000000-0000-0000-0000-000000000000'::uuid"
MOST_SHOWN = 1_000

_COUNTED = f"""
select part.of, part.subject_id, part.grain, part.begins_on, sale.currency,
  sum(sale.amount) as amount, coalesce(sum(sale.amount - sale.cost), 0.0000) as margin,
  sum(sale.quantity) as quantity, count(*) as lines
from sale cross join lateral (values
  ('person', coalesce(sale.person_id, {NOBODY}), 'day', sale.sold_on),
  ('person', coalesce(sale.person_id, {NOBODY}), 'month', date_trunc('month', sale.sold_on::timestamp)::date),
  ('territory', sale.territory_id, 'month', date_trunc('month', sale.sold_on::timestamp)::date)
) as part (of, subject_id, grain, begins_on)
where sale.org_id = $1 and part.subject_id is not null group by 1, 2, 3, 4, 5
"""
_KEPT = """
select of, subject_id, grain, begins_on, currency, amount, margin, quantity, lines from tally
where tally.org_id = $1
"""
_FIRST_COUNTED = """
select distinct on (sale.account_id) sale.account_id, sale.id as sale_id, sale.sold_on, sale.person_id,
  sale.territory_id
from sale where sale.org_id = $1 and sale.account_id is not null and sale.amount > 0
order by sale.account_id, sale.sold_on, sale.id
"""
_FIRST_KEPT = """
select account_id, sale_id, sold_on, person_id, territory_id from first_sale where first_sale.org_id = $1
"""
_TALLY_DIFFERS = f"""
select 'tally' as kept_in, of || ' ' || subject_id || ', ' || grain || ' of ' || begins_on || ', ' || currency
    as about,
  case when kept.lines is not null then concat_ws(' / ', kept.amount, kept.margin, kept.quantity, kept.lines) end
    as kept,
  case when counted.lines is not null
    then concat_ws(' / ', counted.amount, counted.margin, counted.quantity, counted.lines) end as counted
from ({_KEPT}) kept full join ({_COUNTED}) counted using (of, subject_id, grain, begins_on, currency)
where (kept.amount, kept.margin, kept.quantity, kept.lines)
  is distinct from (counted.amount, counted.margin, counted.quantity, counted.lines)
order by of, subject_id, grain, begins_on, currency limit {MOST_SHOWN}
"""
_FIRST_DIFFERS = f"""
select 'first sale' as kept_in, 'account ' || account_id as about,
  case when kept.sale_id is not null
    then concat_ws(' / ', kept.sale_id, kept.sold_on, kept.person_id, kept.territory_id) end as kept,
  case when counted.sale_id is not null
    then concat_ws(' / ', counted.sale_id, counted.sold_on, counted.person_id, counted.territory_id) end
    as counted
from ({_FIRST_KEPT}) kept full join ({_FIRST_COUNTED}) counted using (account_id)
where (kept.sale_id, kept.sold_on, kept.person_id, kept.territory_id)
  is distinct from (counted.sale_id, counted.sold_on, counted.person_id, counted.territory_id)
order by account_id limit {MOST_SHOWN}
"""
# Sales wait until the tallies are whole again, and nobody reads a half of them.
_MEND = (
    "lock table sale in share mode",
    "delete from tally where tally.org_id = $1",
    f"""insert into tally (org_id, of, subject_id, grain, begins_on, currency, amount, margin, quantity,
      lines) select $1, counted.* from ({_COUNTED}) counted""",
    "delete from first_sale where first_sale.org_id = $1",
    f"""insert into first_sale (org_id, account_id, sale_id, sold_on, person_id, territory_id)
      select $1, counted.* from ({_FIRST_COUNTED}) counted""",
)


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure that is kept otherwise than it counts; None where there is none at all."""

    kept_in: str
    about: str
    kept: str | None
    counted: str | None


async def recount(actor: Actor) -> Sequence[Difference]:
    """What differs between the sales and what is kept of them, in one snapshot; at most a thousand
    of each. Raises NotPermitted."""
    organisation_wide(actor, Act.SALES_POST)
    async with reading(actor.org) as connection:
        await connection.execute("set local statement_timeout = 0")
        found: list[Any] = []
        for statement in (_TALLY_DIFFERS, _FIRST_DIFFERS):
            found += await connection.fetch(statement, actor.org)
    return [Difference(**row) for row in found]


@act
async def mend_tallies(actor: Actor) -> UUID:
    """Write the tallies and first sales of the organisation anew, from its sales."""
    organisation_wide(actor, Act.SALES_POST)
    transaction = current_transaction()
    await transaction.execute_query("set local statement_timeout = 0")
    for statement in _MEND:
        await transaction.execute_query(statement, [actor.org] if "$1" in statement else [])
    await record(actor, "sales.recounted", "organisation", actor.org)
    return actor.org
