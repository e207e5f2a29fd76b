"""What pay is worked out from, as it is stored: a few statements for many payees at once."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from domain.database import current_transaction
from domain.sql import bind

Row = Mapping[str, Any]

PLAN: Final = """select plan.key, plan.currency, plan.calendar_id from pay_plan plan
  where plan.org_id = :org::uuid and plan.id = :plan::uuid"""
VERSIONS: Final = """select version.id, version.begins_on, version.terms::text as terms
  from pay_plan_version version
  where version.org_id = :org::uuid and version.plan_id = :plan::uuid and version.published_at is not null
  order by version.begins_on"""
CALENDAR: Final = """select period.grain, period.starts_on, period.ends_on from calendar_period period
  where period.org_id = :org::uuid and period.calendar_id = :calendar::uuid
    and period.grain in ('period', 'quarter', 'year')"""
PAYEES: Final = """select person.id, (select min(lower(holding.during)) from holding
    where holding.org_id = :org::uuid and holding.person_id = person.id
      and not lower_inf(holding.during) and isfinite(lower(holding.during))) as hired_on
  from person where person.org_id = :org::uuid and person.id = any(:payees::uuid[])
  order by person.id"""
# So that the pay of one person is worked out by one at a time.
LOCKED: Final = " for no key update of person"
ASSIGNMENTS: Final = """select term.person_id, term.starts_on, term.ends_on, term.target_incentive as value
  from pay_on_plan term
  where term.org_id = :org::uuid and term.plan_id = :plan::uuid and term.person_id = any(:payees::uuid[])
  order by term.person_id, term.starts_on"""
OVERRIDES: Final = """select term.person_id, term.kind, term.key, term.starts_on, term.ends_on, term.value
  from pay_override term
  where term.org_id = :org::uuid and term.plan_id = :plan::uuid and term.person_id = any(:payees::uuid[])
  order by term.person_id, term.starts_on"""
STANDING: Final = """select result.id, result.person_id, result.starts_on, result.ends_on, result.number,
    result.inputs_hash, result.closing::text as closing, result.failure
  from pay_result result
  where result.org_id = :org::uuid and result.plan_id = :plan::uuid and result.superseded_at is null
    and result.person_id = any(:payees::uuid[])
  order by result.person_id, result.starts_on"""
# Private goals are nobody's business, of pay neither.
GOALS: Final = """select goal.owner_id, goal.id, goal.name, goal.measure, goal.starts_on, goal.ends_on,
    goal.target, goal.currency, goal.status, goal.score, goal.weight
  from goal
  where goal.org_id = :org::uuid and goal.owner_id = any(:payees::uuid[]) and not goal.private
    and goal.status in ('approved', 'closed') and goal.starts_on <= :last::date
    and goal.ends_on >= :first::date
  order by goal.owner_id, goal.starts_on, goal.name, goal.id"""

# A refund names the credit that it takes back; where that was credited anew since, the one that stands.
_CREDITS = """select credit.person_id, credit.id, credit.place, credit.credited_on, credit.kind, credit.event,
    credit.counts_for, trim_scale(credit.share) as share,
    trim_scale(case into_plan.rate when 1 then credit.amount else credit.amount * into_plan.rate end) as amount,
    trim_scale(case into_plan.rate when 1 then credit.margin else credit.margin * into_plan.rate end) as margin,
    trim_scale(credit.quantity) as quantity,
    case when into_plan.rate is null then credit.currency || ' and ' || credit.paid_in end as currencies, case when credit.reverses_id is not null then coalesce((
      select again.id from credit taken join credit again on again.org_id = :org::uuid
        and again.sale_id = taken.sale_id and again.person_id = taken.person_id
        and again.rule_id is not distinct from taken.rule_id and again.event = taken.event
        and again.superseded_at is null
      where taken.org_id = :org::uuid and taken.id = credit.reverses_id and taken.superseded_at is not null
      order by again.credited_on, again.id limit 1), credit.reverses_id) end as reverses_id{facts}
  from credit
  cross join lateral (select case :currency::text when credit.paid_in then credit.exchange_rate
    when credit.currency then 1 end as rate) into_plan{joins}
  where credit.org_id = :org::uuid and credit.person_id = any(:payees::uuid[])
    and credit.superseded_at is null and credit.credited_on between :first::date and :last::date
  order by credit.person_id, credit.credited_on, credit.reverses_id is not null, credit.place collate "C",
    credit.id"""
_SALE = " join sale on sale.org_id = :org::uuid and sale.id = credit.sale_id"
_BESIDE = "left join {of} on {of}.org_id = :org::uuid and {of}.id = sale.{of}_id"
# The facts of deals that formulas may ask for, beside those that a credit holds itself.
OF_DEALS: Final = {
    "product.name": "product.name",
    "product.category": "product.category",
    "product.subcategory": "product.subcategory",
    "account.name": "account.name",
    "account.country": "account.country",
    "account.state": "account.state",
    "territory.name": "territory.name",
    "deal.sold_on": "sale.sold_on",
}
# Of what a deal does not have the name is empty.
_SHOWN: Final = {name: f"coalesce({column}, '')" for name, column in OF_DEALS.items()} | {
    "deal.sold_on": "sale.sold_on"
}

# What everybody on a plan has sold in each period, each sum of deals whose facts are the same.
_REACHED: Final = """select credit.person_id, period.first as period, sum({figure}) as moved,
    bool_or({figure} is null) as unknown, max(credit.credited_on) filter (where {figure} <> 0) as moved_on{facts}
  from unnest(:periods::date[], :firsts::date[], :lasts::date[]) as period (first, starts_on, ends_on)
  join credit on credit.org_id = :org::uuid and credit.superseded_at is null
    and credit.credited_on between period.starts_on and period.ends_on
  join pay_on_plan term on term.org_id = :org::uuid and term.plan_id = :plan::uuid
    and term.person_id = credit.person_id and credit.credited_on >= term.starts_on
    and (term.ends_on is null or credit.credited_on <= term.ends_on)
  cross join lateral (select case :currency::text when credit.paid_in then credit.exchange_rate
    when credit.currency then 1 end as rate) into_plan{joins}
  where credit.event = :event::text and credit.counts_for in ('both', :counts_for::text)
    and (:kinds::text[] is null or credit.kind = any(:kinds::text[]))
  group by credit.person_id, period.first{grouped}"""
_FIGURES: Final = {
    "amount": "(credit.amount * into_plan.rate)",
    "margin": "(credit.margin * into_plan.rate)",
    "quantity": "credit.quantity",
}
_OF_CREDITS: Final = {f"deal.{name}": text for name, text in _FIGURES.items()} | {
    "deal.on": "credit.credited_on",
    "credit.kind": "credit.kind",
    "credit.share": "credit.share",
}

# What was paid for deals that are taken back, in the results that stand.
ORIGINALS: Final = """select line.person_id, line.component, line.kind, line.credit_id, line.inputs::text as inputs,
    result.starts_on
  from credit
  join pay_result result on result.org_id = :org::uuid and result.person_id = credit.person_id
    and result.plan_id = :plan::uuid and result.superseded_at is null
    and credit.credited_on between result.starts_on and result.ends_on
  join pay_line line on line.org_id = :org::uuid and line.result_id = result.id and line.credit_id = credit.id
    and line.kind in ('deal', 'step', 'refund', 'deal_cap', 'budget')
  where credit.org_id = :org::uuid and credit.id = any(:credits::uuid[])
    and credit.person_id = any(:payees::uuid[])
  order by line.result_id, line.place"""
TAKEN_BACK: Final = """select credit.id, trim_scale(credit.amount * into_plan.rate) as amount,
    trim_scale(credit.margin * into_plan.rate) as margin, trim_scale(credit.quantity) as quantity
  from credit
  cross join lateral (select case :currency::text when credit.paid_in then credit.exchange_rate
    when credit.currency then 1 end as rate) into_plan
  where credit.org_id = :org::uuid and credit.id = any(:credits::uuid[])"""


async def rows(text: str, **values: object) -> list[Row]:
    """What a statement gives in the current transaction."""
    statement, arguments = bind(text, values)
    return list(await current_transaction().execute_query_dict(statement, arguments))


async def records(text: str, **values: object) -> list[Row]:
    """What a select gives, where that is so much that making dictionaries of it would take long."""
    statement, arguments = bind(text, values)
    _, found = await current_transaction().execute_query(statement, list(arguments))
    return list(found)


def credits(facts: Iterable[str]) -> str:
    """The statement for credits with these facts of their deals. A deal without a product has the
    empty name of one, and so for the others."""
    asked = sorted(set(facts) & OF_DEALS.keys())
    shown = "".join(f', {_SHOWN[name]} as "{name}"' for name in asked)
    joins = _beside(asked)
    return _CREDITS.replace("{facts}", shown).replace("{joins}", _SALE + joins if asked else "")


def _beside(asked: Iterable[str]) -> str:
    """The joins to what stands beside a sale."""
    beside = {OF_DEALS[name].partition(".")[0] for name in asked if name in OF_DEALS} - {"sale"}
    return "".join(f" {_BESIDE.format(of=of)}" for of in sorted(beside))


def reached(figure: str, facts: Iterable[str]) -> str:
    """The statement for what everybody on a plan has reached, with these facts of their deals."""
    asked = sorted(facts)
    texts = _SHOWN | _OF_CREDITS
    shown = "".join(f', {texts[name]} as "{name}"' for name in asked)
    grouped = "".join(f", {texts[name]}" for name in asked)
    joins = _SALE + _beside(asked) if OF_DEALS.keys() & asked else ""
    said = {"figure": _FIGURES[figure], "facts": shown, "grouped": grouped, "joins": joins}
    return _REACHED.format(**said)


def by_person(found: Sequence[Row], of: str = "person_id") -> dict[UUID, list[Row]]:
    """Rows by whose they are, in their order."""
    grouped: dict[UUID, list[Row]] = {}
    for row in found:
        grouped.setdefault(row[of], []).append(row)
    return grouped
