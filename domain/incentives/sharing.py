"""What the payees of a plan have to do with one another: who is in which place among them, and what the
deals of others have left of a budget.

It is found from everybody's credits, never from what was kept of others, so it is the same whoever is
worked out first. But it changes without anything of a payee's own having changed. So whoever is worked
out looks whether others' results still say what is so, and has those worked out that do not. Two who did
that at once could each miss what the other is about to keep: they wait for one another.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, TypeAlias
from uuid import UUID

from domain.incentives import pay_rows
from domain.incentives.budgets import held_back, span_of
from domain.incentives.cases import Credit, Incalculable
from domain.incentives.choosing import chosen
from domain.incentives.exact import EXACT
from domain.incentives.formulas import Undefined, evaluated
from domain.incentives.formulas.tree import asked_in
from domain.incentives.pay_rows import Row
from domain.incentives.periods import Days, Period
from domain.incentives.plan_in_force import PlanInForce, Version
from domain.incentives.ranking import Place, Reached, places
from domain.incentives.spelling import shared_text
from domain.incentives.terms import Commission, Component, Figure, Measured, Plan, Rank

# What is kept of others is told apart by its text alone; what could not be put together says nothing.
_KEPT: Final = """select result.person_id, result.starts_on, result.closing ->> 'shared' as shared
  from pay_result result
  where result.org_id = :org::uuid and result.plan_id = :plan::uuid and result.superseded_at is null
    and result.person_id <> all(:payees::uuid[]) and result.starts_on = any(:days::date[])
    and (result.failure is null or result.closing ? 'shared')"""
_ASSIGNED: Final = """select term.person_id, term.starts_on, term.ends_on
  from pay_on_plan term where term.org_id = :org::uuid and term.plan_id = :plan::uuid"""
_WAIT: Final = """select plan.id from pay_plan plan
  where plan.org_id = :org::uuid and (:plans::uuid[] is null or plan.id = any(:plans::uuid[]))
    and exists (select from pay_plan_version version where version.org_id = :org::uuid
      and version.plan_id = plan.id and version.published_at is not null
      and jsonb_path_exists(version.terms, '$.components[*] ? (exists (@.rank) || exists (@.budget))'))
  order by plan.id for no key update of plan"""


AsCredit: TypeAlias = Callable[[Row, Sequence[str]], Credit]
"""Of a row, with these facts of its deal."""
OnPlan: TypeAlias = Sequence[tuple[UUID, Days]]
Left: TypeAlias = Sequence[tuple[UUID, UUID, date, Decimal]]
"""Payee, credit, its day, and what is left of a budget before it."""
Budgets: TypeAlias = Mapping[tuple[str, UUID], Decimal]


@dataclass(frozen=True, slots=True)
class Pool:
    """A component with a budget, and everybody's deals that share it."""

    plan: Plan
    component: Component
    deals: Sequence[tuple[UUID, Credit]]

    def chosen(self, credits: Sequence[Credit]) -> Sequence[Credit]:
        """Those of them that count for the component."""
        assert isinstance(self.component.earns, Commission)  # as was checked
        measure = self.plan.measure(self.component.earns.measure)
        return chosen(self.plan, measure, list(credits))

    def held_back(
        self, deals: Sequence[tuple[UUID, Credit]]
    ) -> Mapping[UUID, Mapping[UUID, Decimal]]:
        assert self.component.budget is not None  # or it has no pool
        return held_back(self.plan, self.component, deals, self.component.budget)


@dataclass(frozen=True, slots=True)
class Shared:
    """By period and payee: by component their place; and by component and credit what is left of a
    budget before a deal that comes to more than that."""

    places: Mapping[date, Mapping[UUID, Mapping[str, Place]]] = field(default_factory=dict)
    budgets: Mapping[date, Mapping[UUID, Budgets]] = field(default_factory=dict)
    pools: Mapping[date, Sequence[Pool]] = field(default_factory=dict)
    """By period: what its budgets are worked out from."""

    def places_of(self, payee: UUID, period: Period) -> Mapping[str, Place]:
        return self.places.get(period.days.first, {}).get(payee, {})

    def budgets_of(self, payee: UUID, period: Period) -> Budgets:
        return self.budgets.get(period.days.first, {}).get(payee, {})

    def budgets_if(self, payee: UUID, period: Period, credits: Sequence[Credit]) -> Budgets:
        """The same, if the payee were credited with these as well. Raises Incalculable."""
        found: dict[tuple[str, UUID], Decimal] = {}
        for pool in self.pools.get(period.days.first, ()):
            deals = [*pool.deals, *((payee, each) for each in pool.chosen(credits))]
            left = pool.held_back(deals).get(payee, {})
            first, last = period.days
            found |= {
                (pool.component.key, each.id): left[each.id]
                for _, each in deals
                if each.id in left and first <= each.on <= last
            }
        return found

    def text(self, payee: UUID, period: Period) -> str:
        return shared_text(self.places_of(payee, period), self.budgets_of(payee, period))


async def wait_for_others(org: UUID, plans: Sequence[UUID] | None = None) -> None:
    """Until the transaction ends nobody else works out a plan whose payees share something: one of
    these, or any."""
    await pay_rows.rows(_WAIT, org=org, plans=None if plans is None else list(plans))


async def shared_among(
    org: UUID,
    plan: PlanInForce,
    periods: Sequence[Period],
    credit: AsCredit,
) -> Shared:
    """What the payees of a plan share in these periods, which begin with that of a year; `credit` makes
    one of a row."""
    if not any(_sharing(plan, period) for period in periods):
        return Shared()
    on_plan = await _on_plan(org, plan)
    placed = await _places(org, plan, periods, on_plan)
    return Shared(placed, *await _budgets(org, plan, periods, on_plan, credit))


async def overtaken(
    org: UUID, plan: PlanInForce, payees: Iterable[UUID], periods: Sequence[Period], shared: Shared
) -> dict[UUID, date]:
    """Others of the plan whose results say otherwise than what is so now, and from which day on."""
    by_day = {each.days.first: each for each in periods if _sharing(plan, each)}
    if not by_day:
        return {}
    found: dict[UUID, date] = {}
    for row in await pay_rows.rows(
        _KEPT, org=org, plan=plan.id, payees=list(payees), days=list(by_day)
    ):
        payee, day = row["person_id"], row["starts_on"]
        if (row["shared"] or "") != shared.text(payee, by_day[day]):
            found[payee] = min(day, found.get(payee, day))
    return found


def _sharing(plan: PlanInForce, period: Period) -> list[Component]:
    """The components of a period by which payees have to do with one another."""
    version = plan.version(period.days)
    return [
        each
        for each in (version.plan.components if version else ())
        if isinstance(each.earns, Rank) or each.budget is not None
    ]


async def _places(
    org: UUID, plan: PlanInForce, periods: Sequence[Period], on_plan: OnPlan
) -> dict[date, dict[UUID, dict[str, Place]]]:
    moved: dict[Measured, Sequence[Row]] = {}
    found: dict[date, dict[UUID, dict[str, Place]]] = defaultdict(lambda: defaultdict(dict))
    for period, version, component in _each(plan, periods):
        rank = component.earns
        if not isinstance(rank, Rank):
            continue
        measure = version.plan.measure(rank.measure)
        if measure not in moved:
            moved[measure] = await _moved(org, plan, version.plan, measure, periods)
        last = period.days.last
        there = {payee for payee, days in on_plan if days.first <= last <= days.last}
        reached = _reached(moved[measure], period, measure, there)
        for payee, place in places(reached, rank.ties).items():
            found[period.days.first][payee][component.key] = place
    return found


async def _budgets(
    org: UUID,
    plan: PlanInForce,
    periods: Sequence[Period],
    on_plan: OnPlan,
    credit: AsCredit,
) -> tuple[Mapping[date, Mapping[UUID, Budgets]], Mapping[date, Sequence[Pool]]]:
    """Of each budget, for the periods of the version that it stands in. All deals of its span are asked,
    whichever version was in force when they were sold."""
    found: dict[date, dict[UUID, dict[tuple[str, UUID], Decimal]]] = defaultdict(
        lambda: defaultdict(dict)
    )
    pools: dict[date, list[Pool]] = defaultdict(list)
    done: dict[tuple[UUID, str, Days], tuple[Pool, Left]] = {}
    for period, version, component in _each(plan, periods):
        if component.budget is None:
            continue
        span = period.span(span_of(version.plan, component))
        place = version.id, component.key, span
        if place not in done:
            until = Days(span.first, min(span.last, periods[-1].days.last))
            deals = await _sold(org, plan, version, component, until, on_plan, credit)
            pool = Pool(version.plan, component, deals)
            left = pool.held_back(deals)
            on = {each.id: each.on for _, each in deals}
            done[place] = (
                pool,
                [
                    (who, each, on[each], was)
                    for who, by in left.items()
                    for each, was in by.items()
                ],
            )
        pools[period.days.first].append(done[place][0])
        for payee, id, day, left_ in done[place][1]:
            if period.days.first <= day <= period.days.last:
                found[period.days.first][payee][component.key, id] = left_
    return found, pools


def _each(
    plan: PlanInForce, periods: Sequence[Period]
) -> Iterator[tuple[Period, Version, Component]]:
    for period in periods:
        version = plan.version(period.days)
        for component in _sharing(plan, period):
            assert version is not None  # it has components
            yield period, version, component


async def _sold(
    org: UUID,
    plan: PlanInForce,
    version: Version,
    component: Component,
    days: Days,
    on_plan: OnPlan,
    credit: AsCredit,
) -> list[tuple[UUID, Credit]]:
    """Everybody's deals of some days that count for a component; but for those of which it is not known,
    whose payee's own pay says why."""
    assert isinstance(component.earns, Commission)  # as was checked
    measure = version.plan.measure(component.earns.measure)
    window = days.both(Days(measure.first_day or date.min, measure.last_day or date.max))
    if window is None:
        return []
    theirs: dict[UUID, list[Days]] = defaultdict(list)
    for payee, term in on_plan:
        theirs[payee].append(term)
    rows = await pay_rows.rows(
        pay_rows.credits(version.asks),
        org=org,
        payees=sorted(theirs),
        currency=plan.currency,
        first=window.first,
        last=window.last,
    )
    facts = [name for name in sorted(version.asks) if name in pay_rows.OF_DEALS]
    sold: dict[UUID, list[Credit]] = defaultdict(list)
    for row in rows:
        payee, day = row["person_id"], row["credited_on"]
        is_known = row["amount"] is not None and (
            measure.of is not Figure.MARGIN or row["margin"] is not None
        )
        if is_known and any(each.first <= day <= each.last for each in theirs[payee]):
            sold[payee].append(credit(row, facts))
    return [
        (payee, each)
        for payee, credits in sold.items()
        for each in _chosen(version.plan, measure, credits)
    ]


def _chosen(terms: Plan, measure: Measured, credits: Sequence[Credit]) -> list[Credit]:
    try:
        return chosen(terms, measure, credits)
    except Incalculable:
        return []  # their own pay says why


async def _on_plan(org: UUID, plan: PlanInForce) -> OnPlan:
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
