"""What an organisation measures, as the schema shows it."""

from auth.permissions import FieldClass
from domain.measures import access
from domain.measures.models import MeasureDirection, MeasureSource
from domain.measures.models import MeasureUnit as MeasureUnit  # described here, so taken from here
from schema.comparisons import IDComparison, TextComparison
from schema.compiler.filters import chosen, compares
from schema.nodes import Node, Versioned
from schema.plain import described_enum, input_of
from schema.storage import By, column, expression, stored

described_enum(
    MeasureUnit,
    "What a measure's figures are.",
    {
        "MONEY": "Amounts of money in one currency.",
        "NUMBER": "Numbers.",
        "PERCENT": "Shares, as fractions: 0.25 is 25 per cent.",
        "YES_NO": "Done or not: 1 or 0.",
    },
)
described_enum(
    MeasureDirection,
    "Which figures of a measure are the better ones.",
    {
        "HIGHER": "The higher: attainment is what was reached as a share of the target.",
        "LOWER": "The lower: attainment is the target as a share of what was reached.",
    },
)
described_enum(
    MeasureSource,
    "Where a measure's figures come from. All but the last two follow by themselves from what is"
    " sold, won and spent.",
    {
        "SALES_AMOUNT": "The amounts of sales.",
        "SALES_MARGIN": "The amounts of sales less their costs, over sales whose cost is known.",
        "SALES_QUANTITY": "How many were sold.",
        "NEW_CUSTOMERS": "How many customers bought for the first time.",
        "WIN_RATE": "Opportunities won, as a share of those won or lost.",
        "CYCLE_LENGTH": "Mean days from opening an opportunity to winning it.",
        "ACQUISITION_COST": "What was spent on winning customers, for each new one.",
        "CHECK_IN": "What owners report when they check in.",
        "RATING": "A level of a rubric, by somebody's judgement.",
    },
)


@stored(
    table="measure",
    kind="measure",
    visible=access.visible,
    field_class=FieldClass.REFERENCE,
    by=By(("name",)),
)
class Measure(Node, Versioned):
    """What goals can be set by: what is counted, in which unit, and which figures are better."""

    key: str = column("The word that names it for ever, such as `revenue`.")
    name: str = column("What it is called.")
    description: str = column("What is counted, in a sentence; may be empty.")
    unit: MeasureUnit = column("What its figures are.")
    direction: MeasureDirection = column("Which figures are the better ones.")
    source: MeasureSource = column("Where its figures come from.")
    levels: list[str] = column(
        "What each level of a rating looks like, the lowest first; empty for any other measure."
    )
    retired: bool = expression(
        "Whether no new goal is set by it any more.", "{row}.retired_at is not null"
    )


@input_of
class MeasureFilter:
    """Which measures; everything given must hold."""

    id: IDComparison | None = compares("By id.")
    key: TextComparison | None = compares("By key.")
    retired: bool | None = chosen(
        "Whether no new goal is set by them any more.",
        {True: "{row}.retired_at is not null", False: "{row}.retired_at is null"},
    )
