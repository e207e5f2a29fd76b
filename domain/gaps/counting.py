"""What people won, lost and sold in some months, counted in one statement: as sums from which every
figure, and what of it is chance, follows exactly."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from domain.database import current_transaction
from domain.gaps.facts import Flow, Growth, Mean, Rate, Share
from domain.gaps.windows import Window
from domain.sql import bind

LEAST_ENDED: Final = 10
LEAST_WON: Final = 8
LEAST_ORDERS: Final = 10
LEAST_SELLING_DAYS: Final = 10

# A line without an order's number is an order of its own. Opportunities that were won on the day on which they
# were opened took a day like those that were won on the next.
_COUNTED: Final = """with part as materialized (
    select sale.person_id, sale.order_key, coalesce(product.category, '') as category,
      sum(sale.amount) as amount
    from (
      select sale.person_id, sale.product_id, sale.amount,
        coalesce(nullif(sale.order_number, ''), sale.id::text) as order_key
      from sale
      where sale.org_id = :org::uuid and sale.person_id = any(:people::uuid[])
        and sale.sold_on between :first::date and :last::date and sale.currency = :currency
    ) sale
    left join product on product.org_id = :org::uuid and product.id = sale.product_id
    group by 1, 2, 3
  ), ordered as materialized (
    select part.*, sum(part.amount) over (partition by part.person_id, part.order_key) as whole,
      row_number() over (partition by part.person_id, part.order_key) as place
    from part
  )
  select 'ended' as of, opportunity.person_id as id, '' as key, count(*) as number,
    count(*) filter (where outcome = 'won') as won, null::numeric as a,
    null::numeric as b, null::numeric as c
  from opportunity
  where opportunity.org_id = :org::uuid and opportunity.person_id = any(:people::uuid[])
    and opportunity.closed_on between :first::date and :last::date group by 2
  union all
  select 'won', opportunity.person_id, '', count(*), null, sum(took.days), sum(took.days * took.days), null
  from opportunity
  cross join lateral (select greatest(closed_on - opened_on, 1)::numeric as days) took
  where opportunity.org_id = :org::uuid and opportunity.person_id = any(:people::uuid[])
    and opportunity.closed_on between :first::date and :last::date and outcome = 'won' group by 2
  union all
  select 'orders', person_id, '', count(*), null, sum(whole), sum(whole * whole), null
  from ordered where place = 1 and whole > 0 group by 2
  union all
  select 'sold', person_id, '', count(*), null, sum(whole), sum(whole * whole), null
  from ordered where place = 1 group by 2
  union all
  select 'category', person_id, category, count(*), null, sum(amount), sum(amount * amount),
    sum(amount * whole)
  from ordered group by 2, 3
  union all
  select flow.of, flow.id, '', count(*), null, sum(flow.amount), sum(flow.amount * flow.amount), null
  from (
    select case when tally.begins_on >= :first::date then 'now' else 'before' end as of,
      tally.subject_id as id, tally.amount
    from tally
    where tally.org_id = :org::uuid and tally.of = 'person' and tally.subject_id = any(:people::uuid[])
      and tally.grain = 'day' and tally.currency = :currency
      and (tally.begins_on between :first::date and :last::date
        or tally.begins_on between :first_before::date and :last_before::date)
  ) flow group by 1, 2"""


@dataclass(slots=True)
class Counted:
    """What was counted of one person; of what there is too little to say anything, nothing."""

    conversion: Rate | None = None
    ended: int = 0
    cycle: Mean | None = None
    won: int = 0
    deal_size: Mean | None = None
    orders: int = 0
    pace: Growth | None = None
    selling_days: int = 0
    shares: dict[str, Share] = field(default_factory=dict)
    nothing: Share | None = None
    """The share of a category of which they sold none."""

    def share(self, category: str) -> Share | None:
        return self.shares.get(category, self.nothing)


async def counted(
    org: UUID, people: Iterable[UUID], window: Window, currency: str
) -> Mapping[UUID, Counted]:
    """What each of them won, lost and sold, amounts in this currency alone. Reads in the current
    transaction, which sees everybody's."""
    before = window.a_year_before()
    statement, arguments = bind(
        _COUNTED,
        {
            "org": org,
            "people": list(people),
            "first": window.first,
            "last": window.last,
            "first_before": before.first,
            "last_before": before.last,
            "currency": currency,
        },
    )
    rows = await current_transaction().execute_query_dict(statement, arguments)
    of: dict[UUID, list[Mapping[str, Any]]] = {}
    for row in rows:
        of.setdefault(row["id"], []).append(row)
    return {person: _counted(each, window, before) for person, each in of.items()}


def _counted(rows: Sequence[Mapping[str, Any]], window: Window, before: Window) -> Counted:
    one = {row["of"]: row for row in rows if row["of"] != "category"}
    found = Counted()
    if (row := one.get("ended")) is not None:
        found.ended = row["number"]
        if found.ended >= LEAST_ENDED:
            found.conversion = Rate(row["won"], found.ended)
    if (row := one.get("won")) is not None:
        found.won = row["number"]
        if found.won >= LEAST_WON:
            found.cycle = Mean(found.won, row["a"], row["b"])
    if (row := one.get("orders")) is not None:
        found.orders = row["number"]
        if found.orders >= LEAST_ORDERS:
            found.deal_size = Mean(found.orders, row["a"], row["b"])
    _count_shares(found, one.get("sold"), [row for row in rows if row["of"] == "category"])
    _count_pace(found, one, window, before)
    return found


def _count_shares(
    found: Counted, sold: Mapping[str, Any] | None, categories: Sequence[Mapping[str, Any]]
) -> None:
    if sold is None or sold["number"] < LEAST_ORDERS or sold["a"] <= 0:
        return
    number, whole, squares = sold["number"], sold["a"], sold["b"]
    none = Decimal(0)
    found.nothing = Share(number, none, whole, none, none, squares)
    for row in categories:
        if 0 <= row["a"] <= whole:
            found.shares[row["key"]] = Share(number, row["a"], whole, row["b"], row["c"], squares)


def _count_pace(
    found: Counted, one: Mapping[str, Mapping[str, Any]], window: Window, before: Window
) -> None:
    now, then = one.get("now"), one.get("before")
    found.selling_days = 0 if now is None or then is None else min(now["number"], then["number"])
    if now is None or then is None or found.selling_days < LEAST_SELLING_DAYS:
        return
    if now["a"] > 0 and then["a"] > 0:
        found.pace = Growth(
            Flow(window.days, now["number"], now["a"], now["b"]),
            Flow(before.days, then["number"], then["a"], then["b"]),
        )
