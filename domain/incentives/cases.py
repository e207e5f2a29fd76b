"""What one payee's pay for one period is worked out from, and what comes of it: values alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType
from typing import NamedTuple, TypeAlias
from uuid import UUID

from domain.errors import Invalid
from domain.incentives.exact import Exact
from domain.incentives.formulas import Value
from domain.incentives.ranking import Place
from domain.incentives.terms import CreditKind, Event, Plan, Purpose, Span

Inputs: TypeAlias = Mapping[str, Value | Decimal]
NO_FACTS: Mapping[str, Value] = MappingProxyType({})

# There are millions of credits and lines, and of all that is frozen tuples are made the quickest.


class Credit(NamedTuple):
    """A part of a deal that counts for somebody, in the plan's currency. `order` puts the credits
    of one day in an order that comes from what they say, never from when they arrived."""

    id: UUID
    order: str
    on: date
    kind: CreditKind
    amount: Decimal
    margin: Decimal
    quantity: Decimal
    share: Decimal = Decimal(1)
    event: Event = Event.BOOKING
    counts_for: frozenset[Purpose] = frozenset(Purpose)
    reverses: UUID | None = None
    facts: Mapping[str, Value] = NO_FACTS


@dataclass(frozen=True, slots=True)
class Scored:
    """An approved goal's score, and its weight among the others."""

    goal: str
    weight: Exact
    score: Exact


@dataclass(frozen=True, slots=True)
class Opening:
    """What a component came to in the earlier periods of its span: by its table, and what its
    multiplier, its cap and its gate changed of that."""

    raw: Fraction = Fraction(0)
    multiplied: Fraction = Fraction(0)
    capped: Fraction = Fraction(0)
    gated: Fraction = Fraction(0)

    @property
    def earned(self) -> Fraction:
        return self.raw + self.multiplied + self.capped + self.gated


class Paid(NamedTuple):
    """What a deal of an earlier period earned in a component, and for how much of what counts."""

    of: Decimal
    amount: Exact


@dataclass(frozen=True, slots=True)
class Case:
    """One payee, one period, one plan: everything that their pay depends on."""

    plan: Plan
    starts_on: date
    ends_on: date
    credits: tuple[Credit, ...]
    target_incentive: Exact = Decimal(0)
    """Of the period."""
    span_targets: Mapping[Span, Exact] = field(default_factory=dict)
    """Target incentive of the quarter and of the year, for what is measured over them; where they
    are not said, that of the period."""
    quotas: Mapping[str, Decimal] = field(default_factory=dict)
    scores: tuple[Scored, ...] = ()
    facts: Mapping[str, Value] = field(default_factory=dict)
    ends: frozenset[Span] = frozenset({Span.PERIOD})
    """The spans of which this is the last period."""
    totals: Mapping[str, Decimal] = field(default_factory=dict)
    """What each measure had reached in the earlier periods of its span."""
    openings: Mapping[str, Opening] = field(default_factory=dict)
    originals: Mapping[tuple[str, UUID], Paid] = field(default_factory=dict)
    """By component and credit: what deals that are reversed now were paid in earlier periods."""
    places: Mapping[str, Place] = field(default_factory=dict)
    """By component: the payee's place among those on the plan; none for who has reached nothing."""
    budgets: Mapping[tuple[str, UUID], Decimal] = field(default_factory=dict)
    """By component and credit: what others have left of a budget for deals that come to more."""

    def left(self, component: str) -> Mapping[UUID, Decimal]:
        """What is left of a component's budget, by credit."""
        return {credit: left for (key, credit), left in self.budgets.items() if key == component}


CAP_OF_PLAN = "Beyond the plan's cap"


class LineKind(StrEnum):
    """Why a line is there. Each is worked out by one formula, over what the line shows."""

    DEAL = "deal"
    STEP = "step"
    REFUND = "refund"
    DEAL_CAP = "deal_cap"
    BUDGET = "budget"
    BONUS = "bonus"
    OBJECTIVES = "objectives"
    RANK = "rank"
    FORMULA = "formula"
    MULTIPLIER = "multiplier"
    CAP = "cap"
    GATE = "gate"
    PLAN_CAP = "plan_cap"


HOW: Mapping[LineKind, str] = MappingProxyType(
    {
        LineKind.DEAL: "(end - start) * rate * factor",
        LineKind.STEP: "after - before",
        LineKind.REFUND: "paid * credited / of",
        LineKind.DEAL_CAP: "min(cap - earned, 0)",
        LineKind.BUDGET: "min(left - earned, 0)",
        LineKind.BONUS: "target * part * pays - before",
        LineKind.OBJECTIVES: "target * part * score",
        LineKind.RANK: "pays / among - before",
        LineKind.MULTIPLIER: "earned * (multiplier - 1) - before",
        LineKind.CAP: "min(cap - earned, 0) - before",
        LineKind.GATE: "if(open, 0, -earned) - before",
        LineKind.PLAN_CAP: "min(cap - earned, 0)",
    }
)
"""Of a line's own numbers; a line of a formula is worked out by that formula."""


class Line(NamedTuple):
    """One step of somebody's pay: what it comes to exactly, what of it is payable, and the numbers
    it was worked out from."""

    component: str
    kind: LineKind
    exact: Exact
    inputs: Inputs
    credit: UUID | None = None
    tier: int | None = None
    amount: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a component pays in the period; `reason` says why that is nothing, where it is, and
    `pending` what it would pay if its span ended now."""

    component: str
    amount: Decimal
    reason: str | None
    pending: Decimal
    closing: Opening


@dataclass(frozen=True, slots=True)
class Pay:
    """Everything that comes of a case. The lines sum to the total, and those of each component to
    its outcome."""

    total: Decimal
    outcomes: tuple[Outcome, ...]
    lines: tuple[Line, ...]
    totals: Mapping[str, Decimal]
    originals: Mapping[tuple[str, UUID], Paid]
    """What deals were paid that are taken back."""

    @property
    def capped(self) -> Decimal:
        """What the plan's cap takes of what the components come to."""
        return self.total - sum((each.amount for each in self.outcomes), Decimal(0))


class Incalculable(Invalid):
    """Somebody's pay cannot be worked out: which rule, and which fact is wrong or missing."""

    def __init__(self, component: str, what: str) -> None:
        super().__init__(f"`{component}` cannot be worked out: {what}", path=(component,))
