"""What is said of a figure that a note is about, from values alone: how it was counted, and from what."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from auth.permissions import FieldClass
from domain.coaching.note_models import EvidenceKind
from domain.errors import Invalid
from domain.gaps.measures import GapMeasure
from domain.goals.models import GoalScope
from domain.measures.models import MeasureSource, MeasureUnit


@dataclass(frozen=True, slots=True)
class Link:
    """What an author names as evidence: one of these; a figure that is counted over days counts from
    `since`."""

    goal_id: UUID | None = None
    sale_id: UUID | None = None
    account_id: UUID | None = None
    measure_id: UUID | None = None
    gap_measure: GapMeasure | None = None
    gap_category: str | None = None
    gap_months: int | None = None
    gap_last_month: date | None = None
    since: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A fact as it was on the day `as_of`, to be kept. `seen_as` is the class of facts it is of."""

    kind: EvidenceKind
    subject_id: UUID | None
    seen_as: FieldClass
    name: str
    value: Decimal | None
    unit: MeasureUnit
    currency: str | None
    since: date | None
    as_of: date
    formula: str
    source: str
    facts: Mapping[str, str]


_COUNTED: Mapping[MeasureSource, str] = {
    MeasureSource.SALES_AMOUNT: "Sum of the amounts of sales in {currency}",
    MeasureSource.SALES_MARGIN: "Sum of amount less cost, over sales in {currency} whose cost is known",
    MeasureSource.SALES_QUANTITY: "Sum of the quantities of sales",
    MeasureSource.NEW_CUSTOMERS: "Number of customers who bought for the first time",
    MeasureSource.WIN_RATE: "Opportunities won / opportunities won or lost",
    MeasureSource.CYCLE_LENGTH: "Days from opening to winning, summed / opportunities won",
    MeasureSource.ACQUISITION_COST: "Spent in {currency} / customers who bought for the first time",
    MeasureSource.CHECK_IN: "The value of the latest check-in",
    MeasureSource.RATING: "The latest rating",
}
_FROM: Mapping[MeasureSource, str] = {
    MeasureSource.SALES_AMOUNT: "Sales",
    MeasureSource.SALES_MARGIN: "Sales",
    MeasureSource.SALES_QUANTITY: "Sales",
    MeasureSource.NEW_CUSTOMERS: "Sales",
    MeasureSource.WIN_RATE: "Opportunities",
    MeasureSource.CYCLE_LENGTH: "Opportunities",
    MeasureSource.ACQUISITION_COST: "Expenses and sales",
    MeasureSource.CHECK_IN: "Check-ins",
    MeasureSource.RATING: "Ratings",
}
_WHOSE: Mapping[GoalScope, str] = {
    GoalScope.OWN: "",
    GoalScope.TEAM: ", of the owner and everybody below them",
    GoalScope.CONTRIBUTORS: ", of its contributors",
    GoalScope.ORGANISATION: ", of the whole organisation",
}
OF_A_GOAL = (MeasureSource.CHECK_IN, MeasureSource.RATING)
"""What is told of a goal, and is nobody's figure without it."""


def link_kind(link: Link, path: tuple[str, ...]) -> EvidenceKind:
    """What is linked. Raises Invalid unless it is one thing, with a first day only where days are
    counted."""
    named = {
        EvidenceKind.GOAL: link.goal_id,
        EvidenceKind.SALE: link.sale_id,
        EvidenceKind.ACCOUNT: link.account_id,
        EvidenceKind.MEASURE: link.measure_id,
        EvidenceKind.GAP: link.gap_measure,
    }
    kinds = [kind for kind, id in named.items() if id is not None]
    if len(kinds) != 1:
        raise Invalid(
            "Name one of `goalId`, `saleId`, `accountId`, `measureId` and `gapMeasure` in each piece of"
            " evidence.",
            path=path,
        )
    own_days = (EvidenceKind.GOAL, EvidenceKind.SALE, EvidenceKind.GAP)
    if link.since is not None and kinds[0] in own_days:
        raise Invalid("A goal, a sale and a gap have days of their own.", path=(*path, "since"))
    of_a_gap = (link.gap_category, link.gap_months, link.gap_last_month)
    if kinds[0] is not EvidenceKind.GAP and of_a_gap != (None, None, None):
        raise Invalid("Category and months are those of a gap.", path=path)
    return kinds[0]


def counted(source: MeasureSource, *, currency: str | None, since: date, until: date) -> str:
    """How a figure was counted, in words; of a goal without an end, `until` is the day it is of."""
    said = _COUNTED[source].format(currency=currency)
    if source in OF_A_GOAL:
        return f"{said} up to {until.isoformat()}."
    return f"{said}, from {since.isoformat()} to {until.isoformat()}."


def counted_for(goal_scope: GoalScope, said: str) -> str:
    """The same, saying whose results a goal counts."""
    return f"{said.removesuffix('.')}{_WHOSE[goal_scope]}."


def known(source: MeasureSource, today: date) -> str:
    """Where a figure comes from, and when it was looked up."""
    return f"{_FROM[source]}, as known on {today.isoformat()}."
