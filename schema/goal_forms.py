"""What a goal may have beside its target: contributors, a matrix, adjustments, ratings, a closing."""

import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import strawberry

from auth.permissions import FieldClass
from domain.goals import access
from domain.goals.figures import actual, counted, measured, share
from domain.goals.form_figures import CONTRIBUTIONS, counts, level, level_score
from domain.goals.form_models import AdjustmentKind, KpiLevel, ScoreBasis
from domain.goals.proration_rules import AdjustmentCause, DayCount
from schema.compiler.fields import to_one
from schema.cost_rules import dear
from schema.figures import Figure, figure
from schema.goal_templates import Ramp
from schema.measures import Measure
from schema.money import SHOWN_NUMBER, number
from schema.nodes import Node
from schema.people import Person
from schema.plain import described_enum
from schema.scalars import Rate
from schema.storage import By, column, expression, stored

if TYPE_CHECKING:
    from schema.goals import Goal

described_enum(
    KpiLevel,
    "How far a line of a matrix has come.",
    {
        "NONE": "Not yet at the threshold.",
        "THRESHOLD": "At the threshold.",
        "TARGET": "At the target.",
        "STRETCH": "At the stretch level, which is the best.",
    },
)
described_enum(
    AdjustmentKind,
    "How a target was reduced.",
    {"PRORATED": "To the days that count.", "RAMPED": "By a ramp, for somebody new."},
)
described_enum(
    AdjustmentCause,
    "Why not all of a period counts.",
    {
        "HIRE": "They came in it.",
        "LEAVE": "They were away for some days of it.",
        "TRANSFER_IN": "They came from elsewhere in the organisation.",
        "TRANSFER_OUT": "They went elsewhere in the organisation.",
        "EXIT": "They left in it.",
        "TENURE": "They are new, and a ramp says what counts of a month.",
    },
)
described_enum(
    DayCount,
    "How days are counted.",
    {
        "ACTUAL_DAYS": "Each day, so a year has 365 or 366.",
        "NO_LEAP_DAY": "Each day but February 29, so a year always has 365.",
        "THIRTY_360": "Every month has 30 days, so a year has 360.",
        "WORKING_DAYS": "The organisation's working days, without its days off.",
    },
)
described_enum(
    ScoreBasis,
    "What a closed goal's score was made of.",
    {
        "ATTAINMENT": "Its attainment.",
        "MATRIX": "The lines of its matrix, by weight.",
        "WEIGHTED": "The progress of the goals within it, by weight.",
        "RATING": "The level it was rated at, as a share of the level that was its target.",
    },
)
GOAL_MEASURE = """select measure.unit, goal.currency from goal
  left join measure on measure.org_id = :org::uuid and measure.key = goal.measure
  where goal.org_id = :org::uuid and goal.id = {row}.goal_id"""
LEVEL = level("{row}", "{measured}", "{found}")
MEASURE_OF_KPI = """(select measure.id from measure
  where measure.org_id = :org::uuid and measure.key = {row}.measure)"""


@stored(
    table="goal_contributor",
    kind="goal_contributor",
    visible=access.visible_through_goal,
    field_class=FieldClass.TEAM,
    by=By(("part",)),
)
class GoalContributor(Node):
    """Somebody who is named for a goal, so that their results count for it."""

    person: Person = to_one("Who they are.", "person_id")
    part: str = column("What they do for the goal, in words; may be empty.")
    goal: Annotated["Goal", strawberry.lazy("schema.goals")] = to_one("The goal.", "goal_id")


@stored(
    source=CONTRIBUTIONS,
    key={"goal_id": UUID, "person_id": UUID},
    visible=access.visible_through_goal,
    field_class=FieldClass.TEAM,
    by=By(("amount",), descending=True),
    compared={"amount": Decimal},
)
class GoalContribution:
    """What one person has sold that counts for a goal. All of them sum exactly to what is measured
    of it."""

    person: Person = to_one("Who sold it.", "person_id")
    actual: Figure = figure(
        "What of theirs counts.", "{row}.amount", unit="{row}.unit", currency="{row}.currency"
    )
    share: Rate | None = expression(
        "Theirs as a share of everybody's, rounded half away from zero to four places; null where"
        " all sum to nothing.",
        share("{row}.amount", "{row}.whole"),
        shown=SHOWN_NUMBER,
    )


@stored(
    table="goal_kpi",
    kind="goal_kpi",
    visible=access.visible_through_goal,
    field_class=FieldClass.TEAM,
    by=By(("place",)),
    also={
        "measured": measured("{row}"),
        "counts": counts("{row}"),
        "found": counted("{counts}", "{measured}"),
    },
)
class GoalKpi(Node):
    """A line of a goal's matrix: a measure with three levels, and what each of them scores."""

    place: int = column("Its place among the lines; the first is 1.")
    measured_by: Measure = to_one("What counts.", sql=MEASURE_OF_KPI)
    owner: Person | None = to_one(
        "Whose results count; null where they are those that count for the goal.", "owner_id"
    )
    weight: Rate = expression("Its part of the score.", "{row}.weight", shown=SHOWN_NUMBER)
    threshold: Figure = figure("From where it scores at all.", "{row}.threshold")
    target: Figure = figure("What is to be reached.", "{row}.target")
    stretch: Figure = figure("What is better than that.", "{row}.stretch")
    threshold_score: Decimal = number("What it scores from the threshold on.")
    target_score: Decimal = number("What it scores from the target on.")
    stretch_score: Decimal = number("What it scores from the stretch level on.")
    actual: Figure | None = dear(
        figure("What has been reached; null where there is nothing to count.", actual("{found}")),
        points=1,
    )
    level: KpiLevel | None = dear(
        expression(
            "The level that has been reached; null where there is nothing to count.",
            LEVEL,
        ),
        points=1,
    )
    score: Decimal = dear(
        number(
            "What it scores at that level, before its weight.",
            level_score("{row}", LEVEL),
        ),
        points=1,
    )


@stored(
    table="goal_adjustment",
    kind="goal_adjustment",
    visible=access.visible_through_goal,
    field_class=FieldClass.TEAM,
    by=By(("place",)),
    also={"about": GOAL_MEASURE},
)
class GoalAdjustment(Node):
    """A step in which a goal's target was reduced to what counts. The steps are multiplied and
    rounded once, from the target before the first of them."""

    place: int = column("Its place among the steps; the first is 1.")
    kind: AdjustmentKind = column("How the target was reduced.")
    cause: AdjustmentCause = column("Why.")
    convention: DayCount = column("How days were counted.")
    change_day_counts: bool = column("Whether the day of the change itself counted as worked.")
    first_day: datetime.date = column("The first of the days that count, or of those of a leave.")
    last_day: datetime.date = column("The last of the days that count, or of those of a leave.")
    counted: Decimal = number("How many days count; of a ramp, each by its share.")
    whole: Decimal = number("Of how many.")
    before: Figure = figure(
        "The target before this step.",
        "{row}.before",
        unit="{about}.unit",
        currency="{about}.currency",
    )
    after: Figure = figure(
        "The target after it.", "{row}.after", unit="{about}.unit", currency="{about}.currency"
    )
    ramp: Ramp | None = to_one("The ramp, if it was one.", "ramp_id")
    person: Person | None = to_one(
        "Who did it; null where the installation itself did.", "person_id"
    )
    reason: str = column("What they said about it; may be empty.")
    adjusted_at: datetime.datetime = column("When it was done.")


@stored(
    table="goal_rating",
    kind="goal_rating",
    visible=access.visible_through_goal,
    field_class=FieldClass.TEAM,
    by=By(("rated_at",), descending=True),
)
class GoalRating(Node):
    """Which level of its rubric somebody saw a goal at."""

    level: int = column("The level; the lowest is 1.")
    comment: str = column("Why.")
    person: Person = to_one("Who rated it.", "person_id")
    rated_at: datetime.datetime = column("When.")


@stored(
    table="goal_closing",
    kind="goal_closing",
    visible=access.visible_through_goal,
    field_class=FieldClass.TEAM,
    by=By(("closed_at",), descending=True),
    also={"about": GOAL_MEASURE},
)
class GoalClosing(Node):
    """How a goal ended: its score, which no later sale changes. Reopening ends it, and leaves it to
    be read."""

    basis: ScoreBasis = column("What the score was made of.")
    score: Decimal = number("The score, rounded half away from zero to four places; 1 is 100 %.")
    target: Figure | None = figure(
        "The target that counted.",
        "{row}.target",
        unit="{about}.unit",
        currency="{about}.currency",
    )
    actual: Figure | None = figure(
        "What had been reached when it was closed.",
        "{row}.actual",
        unit="{about}.unit",
        currency="{about}.currency",
    )
    person: Person = to_one("Who closed it.", "person_id")
    note: str = column("What they said about it; may be empty.")
    closed_at: datetime.datetime = column("When.")
    reopened_by: Person | None = to_one("Who reopened it; null while it stands.", "reopened_by")
    reopened_at: datetime.datetime | None = column("When; null while it stands.")
    reopen_reason: str | None = column("Why; null while it stands.")
