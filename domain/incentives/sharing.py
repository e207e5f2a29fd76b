"""What the payees of a plan have to do with one another: who is in which place among them.

It is found from everybody's credits, never from what was kept of others, so it is the same whoever is
worked out first. But it changes without anything of a payee's own having changed. So whoever is worked
out looks whether others' results still say what is so, and has those worked out that do not. Two who did
that at once could each miss what the other is about to keep: they wait for one another.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final
from uuid import UUID

from domain.incentives import pay_rows
from domain.incentives.exact import EXACT
from domain.incentives.formulas import Undefined, evaluated
from domain.incentives.formulas.tree import asked_in
from domain.incentives.pay_rows import Row
from domain.incentives.periods import Days, Period
from domain.incentives.plan_in_force import PlanInForce
from domain.incentives.ranking import Place, Reached, places
from domain.incentives.spelling import shared_text
from domain.incentives.terms import Measured, Plan, Rank

# What is kept of others is told apart by its text alone; what could not be put together says nothing.
_KEPT: Final = """select result.person_id, result.starts_on, result.closing ->> 'shared' as shared
  from pay_result result
  where result.org_id = :org::uuid and result.plan_id = :plan::uuid and result.superseded_at is null
    and result.person_id <> all(:payees::uuid[]) and result.starts_on = any(:days::date[])
    and (result.failure is null or result.closing ? 'shared')"""
_ASSIGNED: Final = """select term.person_id, term.starts_on, term.ends_on
  from pay_assignment term where term.org_id = :org::uuid and term.plan_id = :plan::uuid"""
_WAIT: Final = """select plan.id from pay_plan plan
  where plan.org_id = :org::uuid and (:plans::uuid[] is null or plan.id = any(:plans::uuid[]))
    and exists (select from pay_plan_version version where version.org_id = :org::uuid
      and version.plan_id = plan.id and version.published_at is not null
      and jsonb_path_exists(version.terms, '$.components[*].rank'))
  order by plan.id for no key update of plan"""


@dataclass(frozen=True, slots=True)
class Shared:
    """By period and payee: by component, their place."""

    places: Mapping[date, Mapping[UUID, Mapping[str, Place]]] = field(default_factory=dict)

    def places_of(self, payee: UUID, period: Period) -> Mapping[str, Place]:
        return self.places.get(period.days.first, {}).get(payee, {})

    def text(self, payee: UUID, period: date) -> str:
        return shared_text(self.places.get(period, {}).get(payee, {}))


async def wait_for_others(org: UUID, plans: Sequence[UUID] | None = None) -> None:
    """Until the transaction ends nobody else works out a plan whose payees share something: one of
    these, or any."""
    await pay_rows.rows(_WAIT, org=org, plans=None if plans is None else list(plans))


async def shared_among(org: UUID, plan: PlanInForce, periods: Sequence[Period]) -> Shared:
    """What the payees of a plan share in these periods, which begin with that of a year."""
    ranks = [(period, key, plan_, rank) for period, key, plan_, rank in _ranks(plan, periods)]
    if not ranks:
        return Shared()
    on_plan = await _on_plan(org, plan)
    moved: dict[Measured, Sequence[Row]] = {}
    found: dict[date, dict[UUID, dict[str, Place]]] = defaultdict(lambda: defaultdict(dict))
    for period, key, terms, rank in ranks:
        measure = terms.measure(rank.measure)
        if measure not in moved:
            moved[measure] = await _moved(org, plan, terms, measure, periods)
        there = {payee for payee, days in on_plan if days.first <= period.days.last <= days.last}
        reached = _reached(moved[measure], period, measure, there)
        for payee, place in places(reached, rank.ties).items():
            found[period.days.first][payee][key] = place
    return Shared(found)


async def overtaken(
    org: UUID, plan: PlanInForce, payees: Iterable[UUID], periods: Sequence[Period], shared: Shared
) -> dict[UUID, date]:
    """Others of the plan whose results say otherwise than what is so now, and from which day on."""
    days = [period.days.first for period, *_ in _ranks(plan, periods)]
    if not days:
        return {}
    kept = await pay_rows.rows(_KEPT, org=org, plan=plan.id, payees=list(payees), days=days)
    found: dict[UUID, date] = {}
    for row in kept:
        payee, day = row["person_id"], row["starts_on"]
        if (row["shared"] or "") != shared.text(payee, day):
            found[payee] = min(day, found.get(payee, day))
    return found


def _ranks(
    plan: PlanInForce, periods: Sequence[Period]
) -> Iterator[tuple[Period, str, Plan, Rank]]:
    for period in periods:
        version = plan.version(period.days)
        for component in version.plan.components if version else ():
            if version is not None and isinstance(component.earns, Rank):
                yield period, component.key, version.plan, component.earns


async def _on_plan(org: UUID, plan: PlanInForce) -> list[tuple[UUID, Days]]:
    found = await pay_rows.rows(_ASSIGNED, org=org, plan=plan.id)
    return [(row["person_id"], Days(row["starts_on"], row["ends_on"] or date.max)) for row in found]


async def _moved(
    org: UUID, plan: PlanInForce, terms: Plan, measure: Measured, periods: Sequence[Period]
) -> Sequence[Row]:
    """What each payee's credits of each period come to in a measure."""
    where = terms.formulas.get((measure.key, "where"))
    asks = {asked.name for asked in asked_in(where.node)} if where else set()
    found = await pay_rows.rows(
        pay_rows.reached(measure.of, asks),
        org=org,
        plan=plan.id,
        currency=plan.currency,
        firsts=[max(each.days.first, measure.first_day or date.min) for each in periods],
        lasts=[min(each.days.last, measure.last_day or date.max) for each in periods],
        periods=[each.days.first for each in periods],
        event=measure.event.value,
        counts_for=measure.counts_for.value,
        kinds=sorted(measure.kinds) or None,
    )
    return [row for row in found if where is None or _holds(where.node, row, asks)]


def _holds(condition: Any, row: Row, asks: Iterable[str]) -> bool:
    """Whether a condition holds. Where it has no value the payee's own pay says why."""
    facts = {
        name: Fraction(row[name]) if isinstance(row[name], Decimal) else row[name] for name in asks
    }
    try:
        return bool(evaluated(condition, lambda asked: facts.get(asked.name)))
    except Undefined:
        return False


def _reached(
    moved: Sequence[Row], period: Period, measure: Measured, there: set[UUID]
) -> dict[UUID, Reached]:
    """What those who are there have reached by the end of a period; but for those of whom it is not
    known, whose own pay says why."""
    first, found, unknown = period.span(measure.over).first, dict[UUID, Reached](), set[UUID]()
    for row in moved:
        payee = row["person_id"]
        if payee not in there or not first <= row["period"] <= period.days.first:
            continue
        if row["unknown"]:
            unknown.add(payee)
        was = found.get(payee, Reached(Decimal(0)))
        total = EXACT.add(was.total, row["moved"] or Decimal(0))
        found[payee] = Reached(total, max(was.on, row["moved_on"] or date.min))
    return {payee: each for payee, each in found.items() if payee not in unknown}
