"""What a plan says, as values: what it measures, what it pays for that, and how it rounds.

A published plan is one `Plan`. It is checked as a whole when it is made: every formula is read and
its kinds are checked, every reference exists, and components that ask for one another stand in an
order in which each comes after those it asks for.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from graphlib import CycleError, TopologicalSorter
from typing import TypeAlias

from domain.errors import Faults, Invalid
from domain.incentives.formulas import Fault, Kind, Vocabulary, checked, parsed
from domain.incentives.formulas.tree import Node, asked_in
from domain.incentives.grids import RateGrid
from domain.incentives.proration import BY_DAYS, Proration, RampStep, faults_of_ramp
from domain.incentives.ranking import Ties, faults_of_prizes
from domain.incentives.rounding import Point, Rounding
from domain.incentives.tables import Method, RateTable

KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
KEYS_ARE = "up to 40 small letters, digits and underscores, with a letter first"
MOST_COMPONENTS = 50
LONGEST_FORMULAS = 40_000


class Figure(StrEnum):
    """What of a credit is added up."""

    AMOUNT = "amount"
    MARGIN = "margin"
    QUANTITY = "quantity"


class CreditKind(StrEnum):
    """Why somebody is credited."""

    DIRECT = "direct"
    SPLIT = "split"
    ROLL_UP = "roll_up"
    OVERLAY = "overlay"
    TERRITORY = "territory"
    REFERRAL = "referral"
    MANUAL = "manual"


class Purpose(StrEnum):
    """What a credit counts for."""

    PAY = "pay"
    QUOTA = "quota"


class Event(StrEnum):
    """At which point in a deal's life it counts."""

    BOOKING = "booking"
    INVOICE = "invoice"
    CASH = "cash"
    GO_LIVE = "go_live"


class Span(StrEnum):
    """Over what a total runs before it begins again at nothing."""

    DEAL = "deal"
    PERIOD = "period"
    QUARTER = "quarter"
    YEAR = "year"
    EVER = "ever"  # never, for as long as somebody is paid by the plan


RUNNING_ON = (Span.QUARTER, Span.YEAR, Span.EVER)
"""Those that may be longer than a period."""


class Scale(StrEnum):
    """What the starts of a table's tiers are."""

    TOTAL = "total"
    QUOTA = "quota"  # shares of the quota


class Refunds(StrEnum):
    """What a refund takes back."""

    ORIGINAL = "original"  # what was paid for that deal
    TOTAL = "total"  # what the total has earned less without it


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula as it was written, and its tree."""

    text: str
    node: Node
    kind: Kind

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Measured:
    """A sum of credits, which has a quota or not; where `goal` names a measure of goals, the quota is
    the target of the payee's approved goal of that measure for the span."""

    key: str
    of: Figure = Figure.AMOUNT
    over: Span = Span.PERIOD
    event: Event = Event.BOOKING
    counts_for: Purpose = Purpose.PAY
    goal: str | None = None
    kinds: frozenset[CreditKind] = frozenset()
    """Empty for every kind."""
    where: str | None = None
    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class Commission:
    """Rates over a measure, in one dimension or in several. With `base_rate` the table holds multiples
    of it; with `derived_rate`, of the target incentive divided by the quota."""

    measure: str
    table: RateTable | RateGrid
    scale: Scale = Scale.TOTAL
    base_rate: Decimal | None = None
    derived_rate: bool = False
    refunds: Refunds = Refunds.ORIGINAL


@dataclass(frozen=True, slots=True)
class Bonus:
    """A target amount times a payout curve over the attainment of a measure."""

    measure: str
    curve: RateTable
    part: Decimal = Decimal(1)
    """Of the target incentive."""
    at_end: bool = True
    """Paid when the measure's span is over; else trued up in each of its periods."""


@dataclass(frozen=True, slots=True)
class Objectives:
    """A target amount times the weighted scores of approved goals, once a period."""

    part: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Worked:
    """Whatever a formula comes to, in money."""

    formula: str


@dataclass(frozen=True, slots=True)
class Rank:
    """An amount for each of the best places among the payees of the plan, by what they reached."""

    measure: str
    pays: tuple[Decimal, ...]
    ties: Ties = Ties.SHARE
    at_end: bool = True
    """As of a bonus."""


Earning: TypeAlias = Commission | Bonus | Objectives | Worked | Rank
OF_A_MEASURE = (Commission, Bonus, Rank)


@dataclass(frozen=True, slots=True)
class Component:
    """One way to earn. What it earns is multiplied, then capped, then held back by its gate."""

    key: str
    name: str
    earns: Earning
    multiplier: str | None = None
    cap: Decimal | None = None
    cap_each_deal: Decimal | None = None
    budget: Decimal | None = None
    """For the deals of all payees of the plan over its span, in their order until it is used up."""
    gate: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole plan. `order` holds its components, each after those it asks for."""

    key: str
    currency: str
    rounding: Rounding
    measures: tuple[Measured, ...]
    components: tuple[Component, ...]
    cap: Decimal | None = None
    proration: Proration = BY_DAYS
    ramp: tuple[RampStep, ...] = ()
    formulas: Mapping[tuple[str, str], Formula] = field(init=False)
    order: tuple[Component, ...] = field(init=False)

    def __post_init__(self) -> None:
        faults = list(_faults_of_names(self.measures, self.components))
        faults += faults_of_ramp(self.ramp)
        faults += _faults_of_budgets(self.components, self.rounding)
        formulas: dict[tuple[str, str], Formula] = {}
        if sum(len(text) for _, _, text, _ in _texts(self)) > LONGEST_FORMULAS:
            what = f"All formulas of a plan have at most {LONGEST_FORMULAS} characters together."
            raise Invalid(what, path=("components",))
        for owner, part, text, kinds in _texts(self):
            try:
                formulas[owner, part] = _formula(text, kinds, self._words(part))
            except Invalid as refused:
                faults.append(Invalid(refused.message, path=(owner, part), **refused.facts))
        Faults.raised(faults)
        object.__setattr__(self, "formulas", formulas)
        object.__setattr__(self, "order", tuple(self._in_order()))

    def measure(self, key: str) -> Measured:
        return next(each for each in self.measures if each.key == key)

    @property
    def asks(self) -> frozenset[str]:
        """The facts that its formulas and its grids ask for."""
        asked = {each.name for formula in self.formulas.values() for each in asked_in(formula.node)}
        grids = [getattr(each.earns, "table", None) for each in self.components]
        return frozenset(asked.union(*(grid.by for grid in grids if isinstance(grid, RateGrid))))

    def _words(self, part: str) -> Vocabulary:
        """What formulas may ask for: of a deal where they choose deals, of the whole elsewhere."""
        if part == "where":
            return Vocabulary(self.currency, facts=OF_A_DEAL)
        measures = {each.key: each for each in self.measures}
        money = {key: _unit(each) for key, each in measures.items()}
        return Vocabulary(
            self.currency,
            facts=OF_A_PAYEE,
            of={
                "credited": money,
                "quota": money,
                "attainment": dict.fromkeys(measures, Kind.RATE),
                "component": {each.key: Kind.MONEY for each in self.components},
            },
        )

    def _in_order(self) -> Iterator[Component]:
        """Raises Invalid, which names the circle, where components ask for one another in one."""
        asks: dict[str, set[str]] = {each.key: set() for each in self.components}
        for (owner, _), formula in self.formulas.items():
            if owner in asks:
                asks[owner] |= {
                    str(asked.of) for asked in asked_in(formula.node) if asked.name == "component"
                }
        by_key = {each.key: each for each in self.components}
        try:
            yield from (by_key[key] for key in TopologicalSorter(asks).static_order())
        except CycleError as circle:
            way = " -> ".join(reversed(circle.args[1]))
            raise Invalid(
                f"These components need one another: {way}.", path=("components",)
            ) from None


OF_A_DEAL: Mapping[str, Kind] = {
    "deal.amount": Kind.MONEY,
    "deal.margin": Kind.MONEY,
    "deal.quantity": Kind.NUMBER,
    "deal.on": Kind.DATE,
    "deal.sold_on": Kind.DATE,
    "product.name": Kind.TEXT,
    "product.category": Kind.TEXT,
    "product.subcategory": Kind.TEXT,
    "account.name": Kind.TEXT,
    "account.country": Kind.TEXT,
    "account.state": Kind.TEXT,
    "territory.name": Kind.TEXT,
    "credit.kind": Kind.TEXT,
    "credit.share": Kind.RATE,
}
OF_A_PAYEE: Mapping[str, Kind] = {
    "target_incentive": Kind.MONEY,
    "period.starts_on": Kind.DATE,
    "period.ends_on": Kind.DATE,
    "hired_on": Kind.DATE,
    "days_in_role": Kind.COUNT,
    "days_in_period": Kind.COUNT,
    "periods_on_plan": Kind.COUNT,
}
TRUTHS, FACTORS = (Kind.TRUTH,), (Kind.NUMBER, Kind.RATE)


def _texts(plan: Plan) -> Iterator[tuple[str, str, str, Sequence[Kind]]]:
    """Every formula of a plan: whose, which part, its text, and what it must come to."""
    for measure in plan.measures:
        if measure.where is not None:
            yield measure.key, "where", measure.where, TRUTHS
    for component in plan.components:
        if component.gate is not None:
            yield component.key, "gate", component.gate, TRUTHS
        if component.multiplier is not None:
            yield component.key, "multiplier", component.multiplier, FACTORS
        if isinstance(component.earns, Worked):
            yield component.key, "formula", component.earns.formula, (Kind.MONEY,)


def _formula(text: str, kinds: Sequence[Kind], words: Vocabulary) -> Formula:
    node = parsed(text)
    kind = checked(node, words, text)
    if kind not in kinds:
        raise Fault(f"This comes to a {kind}, and here a {kinds[0]} is wanted", text, 0)
    return Formula(text, node, kind)


def _unit(measure: Measured) -> Kind:
    return Kind.NUMBER if measure.of is Figure.QUANTITY else Kind.MONEY


def _faults_of_names(
    measures: Sequence[Measured], components: Sequence[Component]
) -> Iterator[Invalid]:
    if not 0 < len(components) <= MOST_COMPONENTS:
        yield Invalid(f"A plan has 1 to {MOST_COMPONENTS} components.", path=("components",))
    known = {each.key: each for each in measures}
    keys = [each.key for each in measures] + [each.key for each in components]
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        yield Invalid(f"Two parts of the plan are called `{key}`.", path=(key,))
    for key in keys:
        if not KEY.fullmatch(key):
            yield Invalid(f"`{key}` is no key: {KEYS_ARE}.", path=(key,))
    for measure in measures:
        if measure.over is Span.EVER and measure.goal is not None:
            what = f"`{measure.key}` never begins again, and goals are of a span."
            yield Invalid(what, path=(measure.key, "goal"))
    for component in components:
        earns = component.earns
        measured = known.get(earns.measure) if isinstance(earns, OF_A_MEASURE) else None
        is_settled = isinstance(earns, Bonus | Rank) or component.budget is not None
        if is_settled and measured is not None and measured.over is Span.EVER:
            yield Invalid(
                f"`{component.key}` is settled when a span is over, and that of `{measured.key}` never is.",
                path=(component.key, "measure"),
            )
        if isinstance(earns, Rank):
            for fault in faults_of_prizes(earns.pays):
                yield Invalid(fault.message, path=(component.key, *fault.path))
        if isinstance(earns, OF_A_MEASURE) and earns.measure not in known:
            yield Invalid(
                f"`{component.key}` pays for `{earns.measure}`, which the plan does not measure.",
                path=(component.key, "measure"),
            )
        elif isinstance(earns, Bonus) and known[earns.measure].over is Span.DEAL:
            yield Invalid(
                f"`{component.key}` needs a quota, and single deals have none.",
                path=(component.key, "measure"),
            )
        elif isinstance(earns, Rank) and known[earns.measure].over is Span.DEAL:
            yield Invalid(
                f"`{component.key}` ranks what people have reached, and single deals are not added up.",
                path=(component.key, "measure"),
            )
        if isinstance(earns, Commission):
            over = known.get(earns.measure, Measured("")).over
            yield from _faults_of_commission(component, earns, over)


def _faults_of_budgets(components: Sequence[Component], rounding: Rounding) -> Iterator[Invalid]:
    """What a deal is paid has to be known from the deals alone, of whomever they are."""
    for component in components:
        earns = component.earns
        if component.budget is None:
            continue
        if (
            component.budget < 0
            or not isinstance(earns, Commission)
            or earns.scale is Scale.QUOTA
            or earns.derived_rate
            or earns.refunds is Refunds.TOTAL
            or any((component.multiplier, component.gate, component.cap))
            or rounding.point is not Point.LINE
        ):
            yield Invalid(
                f"`{component.key}` shares a budget among the deals of all payees, so what each deal earns"
                " must hang on deals alone: it is a commission on a total and not on a quota, takes back what"
                " its originals were paid, rounds each line, and has no multiplier, gate or cap but that of"
                " each deal.",
                path=(component.key, "budget"),
            )


def _faults_of_commission(component: Component, earns: Commission, over: Span) -> Iterator[Invalid]:
    method, is_by_deal = earns.table.method, over is Span.DEAL
    if method is not Method.MARGINAL and earns.refunds is Refunds.ORIGINAL and not is_by_deal:
        yield Invalid(
            f"`{component.key}` pays for the total that is reached, so its refunds are of the total.",
            path=(component.key, "refunds"),
        )
    if not isinstance(earns.table, RateGrid):
        return
    for fact in earns.table.by:
        if OF_A_DEAL.get(fact) is not Kind.TEXT:
            known = ", ".join(name for name, kind in OF_A_DEAL.items() if kind is Kind.TEXT)
            yield Invalid(
                f"Rates cannot be told apart by `{fact[:40]}`; they can by {known}.",
                path=(component.key, "by"),
            )
    if is_by_deal:
        return
    if method is not Method.MARGINAL:
        yield Invalid(
            f"`{component.key}` pays a whole total by the tier that it reaches, and a total that was"
            " reached in several cells has no single rate: let tiers be marginal, or let each deal be"
            " measured for itself.",
            path=(component.key, "method"),
        )
    elif earns.refunds is Refunds.TOTAL:
        yield Invalid(
            f"`{component.key}` has rates in several dimensions, so a total does not say what it has"
            " earned: let refunds take back what their original was paid.",
            path=(component.key, "refunds"),
        )
