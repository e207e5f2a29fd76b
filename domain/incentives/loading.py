"""From rows to cases: everything that the pay of some payees on one plan is worked out from.

All is read at once, for all payees and periods; then a case is put together for one payee and period
after the other, since what one period closes with is what the next opens with. What cannot be put
together is Incalculable for that payee and period alone.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import chain
from operator import itemgetter
from typing import Any
from uuid import UUID

import orjson

from domain.incentives import pay_rows
from domain.incentives.cases import (
    NO_FACTS,
    Case,
    Credit,
    Incalculable,
    LineKind,
    Opening,
    Paid,
    Pay,
    Scored,
)
from domain.incentives.exact import NOTHING, Exact, together
from domain.incentives.formulas import Value
from domain.incentives.pay_rows import Row, by_person
from domain.incentives.periods import Days, Period
from domain.incentives.plan_in_force import PlanInForce, Version
from domain.incentives.plan_models import OverrideKind
from domain.incentives.proration import DayCount, part_of, prorated, step_at
from domain.incentives.sharing import Shared, shared_among
from domain.incentives.spelling import opening_of, worked
from domain.incentives.terms import (
    RUNNING_ON,
    Commission,
    CreditKind,
    Event,
    Figure,
    Measured,
    Plan,
    Purpose,
    Refunds,
    Span,
)

ONE = Fraction(1)
LAST_DAY = date.max
# By their values, since enumerations are slow to look their members up.
_KINDS = {each.value: each for each in CreditKind}
_EVENTS = {each.value: each for each in Event}
_PURPOSES = {each.value: frozenset({each}) for each in Purpose} | {"both": frozenset(Purpose)}


@dataclass(frozen=True, slots=True)
class Closing:
    """What a period came to, for those after it; `failure` says that it could not be worked out."""

    days: Days
    totals: Mapping[str, Decimal] = field(default_factory=dict)
    openings: Mapping[str, Opening] = field(default_factory=dict)
    failure: str | None = None

    @classmethod
    def of(cls, days: Days, pay: Pay) -> "Closing":
        return cls(days, pay.totals, {each.component: each.closing for each in pay.outcomes})


@dataclass(frozen=True, slots=True)
class Standing:
    """The version of a result that stands."""

    id: UUID
    number: int
    hash: bytes
    closing: Closing


@dataclass(frozen=True, slots=True)
class Term:
    """What is agreed with a payee for some days: that they are on the plan, or otherwise than it says."""

    days: Days
    value: Decimal
    kind: OverrideKind | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class PaidIn:
    """What a deal was paid, and in the period from which day on; None where it was in none."""

    paid: Paid
    period: date | None


_credited_on = itemgetter("credited_on")
Originals = dict[tuple[str, UUID], PaidIn]


@dataclass(slots=True)
class Payee:
    """All that is known of one payee on one plan."""

    id: UUID
    hired_on: date | None
    assignments: Sequence[Term]
    overrides: Sequence[Term]
    goals: Sequence[Row]
    credits: Sequence[Row]
    standing: Mapping[date, Standing]
    paid: Originals
    """What deals of earlier periods were paid, as far as it is asked for."""
    shared: Shared

    def credited(self, days: Days) -> Sequence[Row]:
        """The credits of some days, in the order in which they are paid."""
        first = bisect_left(self.credits, days.first, key=_credited_on)
        last = bisect_right(self.credits, days.last, lo=first, key=_credited_on)
        return self.credits[first:last]

    @property
    def taken_back(self) -> frozenset[UUID]:
        """The deals of which it is asked what they were paid."""
        return frozenset(credit for _, credit in self.paid)

    @property
    def has_target(self) -> bool:
        """Whether a target incentive is agreed with them at all."""
        agreed = (each.kind is OverrideKind.TARGET_INCENTIVE for each in self.overrides)
        return any(each.value for each in self.assignments) or any(agreed)

    @property
    def came_on(self) -> date:
        """The first day on which they are on the plan at all."""
        return min(each.days.first for each in self.assignments)

    def days_on_plan(self, days: Days) -> list[tuple[Days, Decimal]]:
        """Those of the days on which they are on the plan, each with the target of a year."""
        parts = ((each.days.both(days), each.value) for each in self.assignments)
        return [(part, value) for part, value in parts if part is not None]

    def settle(self, period: date, paid: Mapping[tuple[str, UUID], Paid]) -> None:
        """What a period that was worked out anew paid for deals that are taken back later."""
        for place, earned in self.paid.items():
            if place in paid:
                self.paid[place] = PaidIn(paid[place], period)
            elif earned.period == period:
                self.paid[place] = PaidIn(Paid(earned.paid.of, Decimal(0)), None)

    def agreed(self, kind: OverrideKind, on: date) -> dict[str, Decimal]:
        """What is agreed with them alone on a day, by measure or component."""
        return {
            each.key: each.value
            for each in self.overrides
            if each.kind is kind and each.days.first <= on <= each.days.last
        }


async def loaded(
    org: UUID,
    plan: PlanInForce,
    payees: Sequence[UUID],
    periods: Sequence[Period],
    *,
    locked: bool = True,
) -> list[Payee]:
    """These payees, locked until the transaction ends (unless somebody only looks), with what those
    periods are worked out from."""
    about: dict[str, Any] = {"org": org, "plan": plan.id, "payees": list(payees)}
    whom = pay_rows.PAYEES + (pay_rows.LOCKED if locked else "")
    people = await pay_rows.rows(whom, org=org, payees=list(payees))
    assignments = by_person(await pay_rows.rows(pay_rows.ASSIGNMENTS, **about))
    overrides = by_person(await pay_rows.rows(pay_rows.OVERRIDES, **about))
    standing = by_person(await pay_rows.rows(pay_rows.STANDING, **about))
    if not periods:
        credits, goals, paid = {}, {}, {}
    else:
        credits = by_person(await _credits(about, plan, periods))
        years = {"first": periods[0].year.first, "last": periods[-1].year.last}
        found = await pay_rows.rows(pay_rows.GOALS, org=org, payees=list(payees), **years)
        goals = by_person(found, "owner_id")
        taken_back = [row for rows in credits.values() for row in rows if row["reverses_id"]]
        paid = await _paid(about, plan, taken_back) if taken_back else {}
    shared = await shared_among(org, plan, periods, _credit)
    return [
        Payee(
            person["id"],
            person["hired_on"],
            [_term(row) for row in assignments.get(person["id"], ())],
            [_term(row) for row in overrides.get(person["id"], ())],
            goals.get(person["id"], ()),
            credits.get(person["id"], []),
            {row["starts_on"]: _standing(row) for row in standing.get(person["id"], ())},
            paid.get(person["id"], {}),
            shared,
        )
        for person in people
    ]


async def _credits(
    about: Mapping[str, Any], plan: PlanInForce, periods: Sequence[Period]
) -> list[Row]:
    facts = {fact for each in plan.versions for fact in each.asks}
    return await pay_rows.records(
        pay_rows.credits(facts),
        org=about["org"],
        payees=about["payees"],
        currency=plan.currency,
        first=periods[0].days.first,
        last=periods[-1].days.last,
    )


async def _paid(
    about: Mapping[str, Any], plan: PlanInForce, refunds: Iterable[Row]
) -> dict[UUID, Originals]:
    """What the results that stand paid for the deals that these take back; nothing, where they paid
    nothing for them."""
    whose = {row["reverses_id"]: row["person_id"] for row in refunds}
    originals = {
        row["id"]: row
        for row in await pay_rows.rows(
            pay_rows.TAKEN_BACK, org=about["org"], credits=list(whose), currency=plan.currency
        )
    }
    lines: dict[tuple[UUID, str, UUID], list[Exact]] = {}
    periods: dict[tuple[UUID, str, UUID], date] = {}
    for row in await pay_rows.rows(pay_rows.ORIGINALS, **about, credits=list(whose)):
        exact = worked(LineKind(row["kind"]), orjson.loads(row["inputs"]))
        place = row["person_id"], row["component"], row["credit_id"]
        lines.setdefault(place, []).append(exact)
        periods[place] = row["starts_on"]
    paid: dict[UUID, Originals] = {}
    figures = {
        component.key: measure.of
        for version in plan.versions
        for component, measure in _that_take_back(version.plan)
    }
    for credit, person in whose.items():
        for component, figure in figures.items():
            of, place = originals[credit][figure] or Decimal(0), (person, component, credit)
            earned = PaidIn(Paid(of, together(lines.get(place, ()))), periods.get(place))
            paid.setdefault(person, {})[component, credit] = earned
    return paid


def _that_take_back(plan: Plan) -> Iterator[tuple[Any, Measured]]:
    """The components whose refunds take back what the deal was paid, each with its measure."""
    for component in plan.components:
        earns = component.earns
        if isinstance(earns, Commission) and earns.refunds is Refunds.ORIGINAL:
            yield component, plan.measure(earns.measure)


def _term(row: Row) -> Term:
    kind = OverrideKind(row["kind"]) if "kind" in row else None
    days = Days(row["starts_on"], row["ends_on"] or LAST_DAY)
    return Term(days, row["value"], kind, row.get("key", ""))


def _standing(row: Row) -> Standing:
    said, days = orjson.loads(row["closing"]), Days(row["starts_on"], row["ends_on"])
    closing = Closing(
        days,
        {key: Decimal(text) for key, text in said.get("totals", {}).items()},
        {key: opening_of(texts) for key, texts in said.get("openings", {}).items()},
        row["failure"],
    )
    return Standing(row["id"], row["number"], bytes(row["inputs_hash"]), closing)


# One payee and period


@dataclass(frozen=True, slots=True)
class Loaded:
    """A case, and the base rates that were agreed with the payee alone."""

    case: Case
    base_rates: Mapping[str, Decimal]


def case_for(
    payee: Payee, version: Version, plan: PlanInForce, period: Period, closings: Sequence[Closing]
) -> Loaded:
    """What the payee's pay for a period is worked out from, after what earlier periods closed with.
    Raises Incalculable."""
    on_plan = payee.days_on_plan(period.days)
    if not on_plan:
        raise Incalculable("", "the payee is not on this plan in the period.")
    base_rates = payee.agreed(OverrideKind.BASE_RATE, period.days.last)
    terms = version.with_base_rates(base_rates)
    credits = _credits_of(payee, version, [days for days, _ in on_plan])
    totals, openings = _opened(terms, version, period, closings)
    case = Case(
        plan=terms,
        starts_on=period.days.first,
        ends_on=period.days.last,
        credits=credits,
        target_incentive=_target(payee, terms, plan, period.days),
        span_targets={
            span: _target(payee, terms, plan, period.span(span)) for span in _spans(terms.measures)
        },
        quotas=_quotas(payee, terms, plan, period),
        scores=_scores(payee, terms, period) if version.scores_goals else (),
        facts=_facts(payee, version, plan, period, on_plan),
        ends=period.ends,
        totals=totals,
        openings=openings,
        originals=_originals(payee, terms, credits),
        places=payee.shared.places_of(payee.id, period),
        budgets=payee.shared.budgets_of(payee.id, period),
    )
    return Loaded(case, base_rates)


def _spans(measures: Iterable[Measured]) -> list[Span]:
    return sorted({each.over for each in measures} & {Span.QUARTER, Span.YEAR})


def _credits_of(payee: Payee, version: Version, on_plan: Sequence[Days]) -> tuple[Credit, ...]:
    """The credits of days on which the payee is on the plan, in an order that comes from themselves."""
    margins = version.plan.measures and (
        "deal.margin" in version.asks
        or any(each.of is Figure.MARGIN for each in version.plan.measures)
    )
    facts = [name for name in sorted(version.asks) if name in pay_rows.OF_DEALS]
    found = []
    for row in chain.from_iterable(map(payee.credited, on_plan)):
        if row["amount"] is None:
            raise Incalculable(
                version.plan.measures[0].key,
                f"the deal {row['place']} is credited in {row['currencies']},"
                f" and the plan pays in {version.plan.currency}.",
            )
        if margins and row["margin"] is None:
            what = f"of the deal {row['place']} it is not known what it cost."
            raise Incalculable(version.plan.measures[0].key, what)
        found.append(_credit(row, facts))
    return tuple(found)


def _credit(row: Row, facts: Sequence[str]) -> Credit:
    margin = row["margin"]
    return Credit(
        row["id"],
        row["place"],
        row["credited_on"],
        _KINDS[row["kind"]],
        row["amount"],
        NOTHING if margin is None else margin,
        row["quantity"],
        row["share"],
        _EVENTS[row["event"]],
        _PURPOSES[row["counts_for"]],
        row["reverses_id"],
        {name: row[name] for name in facts} if facts else NO_FACTS,
    )


def _opened(
    terms: Plan, version: Version, period: Period, closings: Sequence[Closing]
) -> tuple[dict[str, Decimal], dict[str, Opening]]:
    """What runs on from the period before, for what runs on: each measure as long as its span lasts.
    What a version measures that none before it did begins with that version."""
    before = (each for each in reversed(closings) if each.days.last < period.days.first)
    last = next(before, None)
    if last is None or not version.runs_on:
        return {}, {}
    runs_on = {
        each.key
        for each in terms.measures
        if each.over in RUNNING_ON and period.span(each.over).first <= last.days.first
    }
    if runs_on and last.failure is not None:
        what = f"its total runs on from {last.days.first}, and that period could not be worked out."
        raise Incalculable(min(runs_on), what)
    measured = {
        each.key: getattr(each.earns, "measure", None) in runs_on for each in terms.components
    }
    return (
        {key: total for key, total in sorted(last.totals.items()) if key in runs_on},
        {key: each for key, each in sorted(last.openings.items()) if measured.get(key)},
    )


def _target(payee: Payee, terms: Plan, plan: PlanInForce, span: Days) -> Exact:
    """Their target incentive for some periods: each period of a year has the same part of it, of that
    the part for the days on which they are on the plan, and of that the ramp's share."""
    if not payee.has_target:
        return Decimal(0)
    whole = Fraction(0)
    for period in plan.within(*span):
        share = step_at(terms.ramp, plan.place(period.days.first, payee.came_on)).target_incentive
        of_it = _agreed_targets(payee, period.days, terms.proration.days)
        whole += Fraction(share) * of_it / plan.in_a_year[period.year]
    return whole


def _agreed_targets(payee: Payee, period: Days, by: DayCount) -> Fraction:
    """What of a year's target holds in a period, by its days; by none of them, what is agreed on the
    last of those on which they are on the plan."""
    on_plan = payee.days_on_plan(period)
    if by is DayCount.NONE:
        on_plan = [(Days(days.last, days.last), value) for days, value in on_plan[-1:]]
    found = Fraction(0)
    for days, of_a_year in on_plan:
        left = part_of(days, period, by)
        for each in payee.overrides:
            both = each.days.both(days) if each.kind is OverrideKind.TARGET_INCENTIVE else None
            if both is not None:
                left -= (part := part_of(both, period, by))
                found += part * Fraction(each.value)
        found += left * Fraction(of_a_year)
    return found


def _quotas(payee: Payee, terms: Plan, plan: PlanInForce, period: Period) -> dict[str, Decimal]:
    """What is agreed with the payee alone, else the target of their one approved goal of the
    measure's span, or of those of its days on which they are on the plan."""
    agreed = payee.agreed(OverrideKind.QUOTA, period.days.last)
    found: dict[str, Decimal] = {}
    for measure in terms.measures:
        if measure.key in agreed:
            found[measure.key] = agreed[measure.key]
        elif measure.goal is not None and measure.over is not Span.DEAL:
            span = period.span(measure.over)
            goal = _goal(payee, measure, span)
            if goal is None:
                continue
            if goal["currency"] not in (None, terms.currency):
                what = (
                    f"its goal “{goal['name']}” is in {goal['currency']}, not in {terms.currency}."
                )
                raise Incalculable(measure.key, what)
            is_whole = Days(goal["starts_on"], goal["ends_on"]) == span
            share = _share_of_quota(payee, terms, plan, span, is_whole=is_whole)
            found[measure.key] = prorated(goal["target"], share)
    return found


def _share_of_quota(
    payee: Payee, terms: Plan, plan: PlanInForce, span: Days, *, is_whole: bool
) -> Fraction:
    """Which share of a quota holds: of those periods of its span in which they are on the plan, the
    ramp's; and where quotas are prorated and the goal is of the whole span, of all its periods."""
    there, ramped, periods = Fraction(0), Fraction(0), plan.within(*span)
    for period in periods:
        step = step_at(terms.ramp, plan.place(period.days.first, payee.came_on))
        on_plan = payee.days_on_plan(period.days)
        if terms.proration.days is DayCount.NONE:
            on_plan = on_plan[-1:]
        for days, _ in on_plan:
            part = part_of(days, period.days, terms.proration.days)
            there += part
            ramped += part * Fraction(step.quota)
    whole = len(periods) if is_whole and terms.proration.quotas else there
    return ramped / whole if ramped else ONE  # on no day that counts, all of it


def _goal(payee: Payee, measure: Measured, span: Days) -> Row | None:
    whole = [days for days, _ in payee.days_on_plan(span)]
    spans = {span, Days(whole[0].first, whole[-1].last)}
    goals = [
        goal
        for goal in payee.goals
        if goal["measure"] == measure.goal
        and goal["target"] is not None
        and Days(goal["starts_on"], goal["ends_on"]) in spans
    ]
    if len(goals) > 1:
        names = " and ".join(f"“{goal['name']}”" for goal in goals[:2])
        raise Incalculable(measure.key, f"it has more than one goal: {names}.")
    return goals[0] if goals else None


def _scores(payee: Payee, terms: Plan, period: Period) -> tuple[Scored, ...]:
    """The closed goals that end in the period, but for those that are quotas. Goals without a weight
    share what the others leave, those that are still open included."""
    quotas = {each.goal for each in terms.measures}
    goals = [
        goal
        for goal in payee.goals
        if period.days.first <= goal["ends_on"] <= period.days.last
        and goal["measure"] not in quotas
    ]
    weights = [Fraction(goal["weight"]) for goal in goals if goal["weight"] is not None]
    rest = max(ONE - sum(weights), Fraction(0)) / max(len(goals) - len(weights), 1)
    return tuple(
        Scored(str(goal["id"]), rest if goal["weight"] is None else goal["weight"], goal["score"])
        for goal in goals
        if goal["status"] == "closed" and goal["score"] is not None
    )


def _facts(
    payee: Payee,
    version: Version,
    plan: PlanInForce,
    period: Period,
    on_plan: Sequence[tuple[Days, Decimal]],
) -> dict[str, Value]:
    """Those that the plan's formulas ask for."""
    facts: dict[str, Value] = {
        "days_in_role": Fraction(sum(days.length for days, _ in on_plan)),
        "days_in_period": Fraction(period.days.length),
        "periods_on_plan": Fraction(plan.place(period.days.first, payee.came_on)),
    }
    if payee.hired_on is not None:
        facts["hired_on"] = payee.hired_on
    return {name: facts[name] for name in sorted(version.asks & facts.keys())}


def _originals(
    payee: Payee, terms: Plan, credits: Sequence[Credit]
) -> dict[tuple[str, UUID], Paid]:
    """What deals of earlier periods were paid that are taken back in this one."""
    asked = {each.reverses for each in credits if each.reverses is not None}
    if not asked:
        return {}
    asked -= {each.id for each in credits}
    keys = {component.key for component, _ in _that_take_back(terms)}
    return {
        place: earned.paid
        for place, earned in sorted(payee.paid.items())
        if place[1] in asked and place[0] in keys
    }
