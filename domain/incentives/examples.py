"""Worked examples that stand in a plan's document: what it is meant to pay, tried before it is
published by the function that will pay."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from uuid import NAMESPACE_OID, UUID, uuid5

from domain.errors import Invalid
from domain.incentives.budgets import held_back
from domain.incentives.calculating import calculated
from domain.incentives.cases import Case, Credit, Pay, Scored
from domain.incentives.choosing import chosen
from domain.incentives.formulas import Value
from domain.incentives.proration import DayCount, counted, months_since, part_of, prorated, step_at
from domain.incentives.ranking import Reached, places
from domain.incentives.terms import Commission, CreditKind, Event, Plan, Purpose, Rank, Span

MOST_EXAMPLES, MOST_DEALS = 50, 100


@dataclass(frozen=True, slots=True)
class ExampleDeal:
    """A deal of an example; one that takes another back names it."""

    name: str
    amount: Decimal
    on: date | None = None
    margin: Decimal = Decimal(0)
    quantity: Decimal = Decimal(1)
    kind: CreditKind = CreditKind.DIRECT
    event: Event = Event.BOOKING
    counts_for: frozenset[Purpose] = frozenset(Purpose)
    takes_back: str | None = None
    facts: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Example:
    """What is sold and agreed in one period, and what that is meant to pay: in all, or by component."""

    name: str
    deals: tuple[ExampleDeal, ...] = ()
    quotas: Mapping[str, Decimal] = field(default_factory=dict)
    others: Mapping[str, Sequence[Decimal]] = field(default_factory=dict)
    """By measure: what the other payees of the plan have reached, of the same earlier."""
    budget_left: Mapping[str, Decimal] = field(default_factory=dict)
    """By component: what others have left of its budget."""
    target_incentive: Decimal = Decimal(0)
    scores: tuple[Scored, ...] = ()
    starts_on: date = date(2020, 1, 1)
    ends_on: date = date(2020, 1, 31)
    ends: frozenset[Span] = frozenset(Span)
    on_plan_since: date | None = None
    """None for long enough to be on it wholly."""
    total: Decimal | None = None
    pays: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Failing:
    """An example that the plan does not pay as it says."""

    example: str
    sentence: str


def failing(plan: Plan, examples: Sequence[Example]) -> list[Failing]:
    """The examples that come out otherwise, each with what was meant and what is paid."""
    found: list[Failing] = []
    for example in examples:
        try:
            pay = _pay(plan, example)
        except Invalid as refused:
            found.append(Failing(example.name, refused.message))
            continue
        found += (Failing(example.name, sentence) for sentence in _otherwise(example, pay))
    return found


def _pay(plan: Plan, example: Example) -> Pay:
    """Where places are paid for, after it is found what this payee has reached."""
    case = _case(plan, example)
    case = replace(case, budgets=_budgets(plan, example, case.credits))
    ranks = {each.key: each.earns for each in plan.components if isinstance(each.earns, Rank)}
    if not ranks:
        return calculated(case)
    totals = calculated(case).totals
    reached = {
        key: _reached(totals[rank.measure], example.others.get(rank.measure, ()))
        for key, rank in ranks.items()
    }
    found = {key: places(reached[key], rank.ties).get(ME) for key, rank in ranks.items()}
    return calculated(replace(case, places={key: place for key, place in found.items() if place}))


def _budgets(
    plan: Plan, example: Example, credits: Sequence[Credit]
) -> dict[tuple[str, UUID], Decimal]:
    found: dict[tuple[str, UUID], Decimal] = {}
    for each in plan.components:
        if each.budget is not None and isinstance(each.earns, Commission):
            counts = chosen(plan, plan.measure(each.earns.measure), credits)
            left = example.budget_left.get(each.key, each.budget)
            bites = held_back(plan, each, ((ME, credit) for credit in counts), left).get(ME, {})
            found |= {(each.key, credit): left for credit, left in bites.items()}
    return found


def _reached(mine: Decimal, others: Sequence[Decimal]) -> dict[int, Reached]:
    theirs = {number: Reached(total) for number, total in enumerate(others, start=ME + 1)}
    return {ME: Reached(mine, date.max), **theirs}


ME = 0


def _case(plan: Plan, example: Example) -> Case:
    came, period = example.on_plan_since, (example.starts_on, example.ends_on)
    place = None if came is None else months_since(came, example.starts_on)
    step, by = step_at(plan.ramp, place), plan.proration.days
    on_plan = (max(came or period[0], period[0]), period[1])
    part = part_of(on_plan, period, by)
    share = Fraction(step.quota) * (part if plan.proration.quotas else 1)
    facts: dict[str, Value] = {
        "days_in_role": Fraction(counted(*on_plan, DayCount.ACTUAL)),
        "days_in_period": Fraction(counted(*period, DayCount.ACTUAL)),
    }
    if place is not None:
        facts["periods_on_plan"] = Fraction(place)
    return Case(
        plan=plan,
        starts_on=example.starts_on,
        ends_on=example.ends_on,
        credits=tuple(_credit(deal, example) for deal in example.deals),
        target_incentive=Fraction(example.target_incentive)
        * Fraction(step.target_incentive)
        * part,
        quotas={key: prorated(quota, share) for key, quota in example.quotas.items()},
        scores=example.scores,
        facts=facts,
        ends=example.ends,
    )


def _credit(deal: ExampleDeal, example: Example) -> Credit:
    return Credit(
        id=uuid5(NAMESPACE_OID, deal.name),
        order=deal.name,
        on=deal.on or example.starts_on,
        kind=deal.kind,
        amount=deal.amount,
        margin=deal.margin,
        quantity=deal.quantity,
        event=deal.event,
        counts_for=deal.counts_for,
        reverses=None if deal.takes_back is None else uuid5(NAMESPACE_OID, deal.takes_back),
        facts=deal.facts,
    )


def _otherwise(example: Example, pay: Pay) -> list[str]:
    """What is paid otherwise than the example says."""
    paid = {outcome.component: outcome.amount for outcome in pay.outcomes}
    found = [
        f"`{key}` pays {paid[key]}, and the example says {meant}."
        if key in paid
        else f"The plan has no `{key}`."
        for key, meant in example.pays.items()
        if paid.get(key) != meant
    ]
    if example.total is not None and pay.total != example.total:
        found.append(f"It pays {pay.total}, and the example says {example.total}.")
    if example.total is None and not example.pays:
        found.append("It does not say what it is meant to pay.")
    return found
