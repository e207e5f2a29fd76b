"""Goals, what was decided about them and how they go, as the schema shows them."""

import datetime
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Annotated

import strawberry

from auth.permissions import FieldClass
from domain.goals import access
from domain.goals.attainability import attainability
from domain.goals.bias import proposal_bias
from domain.goals.figures import (
    IS_CURRENT,
    STAGE,
    actual,
    counted,
    measured,
    progress,
    reached,
    share,
)
from domain.goals.form_figures import matrix_score
from domain.goals.gate_rules import GoalPart
from domain.goals.locking import LOCKED
from domain.goals.models import (
    Acceptance,
    Confidence,
    GoalAct,
    GoalScope,
    GoalStage,
    GoalStatus,
    RollUp,
)
from domain.goals.offering import STANDING, GoalAction, possible_actions
from domain.goals.pace import paced
from domain.goals.terms import ACCEPTANCE_DECISION, MISSING_PARTS, REVISION
from domain.goals.tree_figures import (
    DEPTH,
    budgets,
    budgets_together,
    children_of,
    from_below,
    weighted_progress,
)
from schema.agreement import GoalAmendment, GoalRevision, GoalSegment
from schema.blockers import Blocker
from schema.comments import Comment, comments_field
from schema.comparisons import Comparison, DateComparison, IDComparison, TextComparison
from schema.compiler.fields import to_many, to_one
from schema.compiler.filters import chosen, compares
from schema.connections import Connection, CountedConnection
from schema.cost_rules import dear
from schema.directions import Direction, direction
from schema.figures import Figure, figure
from schema.goal_actions import ActualSource, GoalMeasure
from schema.goal_forms import (
    GoalAdjustment,
    GoalClosing,
    GoalContribution,
    GoalContributor,
    GoalKpi,
    GoalRating,
)
from schema.honesty import (
    Attainability,
    ProposalBias,
    attainability_field,
    proposal_bias_field,
)
from schema.measures import Measure
from schema.money import SHOWN_NUMBER, number, shown_amount
from schema.nodes import Node, Versioned
from schema.pace import Pace, pace_field
from schema.people import Person
from schema.plain import described_enum, input_of, plain
from schema.plans import CorrectivePlan
from schema.scalars import Rate
from schema.storage import (
    WIDEST,
    By,
    Value,
    column,
    composed,
    decided,
    expression,
    listed,
    stored,
)
from schema.territories import Territory, within_territories

if TYPE_CHECKING:
    from schema.goal_tree import Budget, BudgetTotal, Cascade, GoalProposal


@plain
class Period:
    """Some days in a row."""

    starts_on: datetime.date = strawberry.field(description="The first day that counts.")
    ends_on: datetime.date | None = strawberry.field(
        description="The last day that counts; null while a draft does not say."
    )


@stored(
    table="check_in",
    kind="check_in",
    visible=access.visible_through_goal,
    field_class=FieldClass.TEAM,
    by=By(("noted_at",), descending=True),
)
class CheckIn(Node):
    """How a goal goes, in its owner's words on one day."""

    version: int = column("Counts the changes; the first version is 1.")
    value: Decimal | None = number("How far they are by their own count, where they said.")
    confidence: Confidence = column("Whether they expect to reach the goal.")
    note: str = column("What they have to say; may be empty.")
    noted_at: datetime.datetime = column("When they say they wrote it, perhaps offline.")
    created_at: datetime.datetime = column("When it arrived here.")
    author: Person = to_one("Who checked in.", "author_id")
    goal: "Goal" = to_one("The goal it is about.", "goal_id")


DECIDED_GOAL = """select goal.currency, measure.unit from goal
  left join measure on measure.org_id = :org::uuid and measure.key = goal.measure
  where goal.org_id = :org::uuid and goal.id = {row}.goal_id"""


@stored(
    table="goal_decision",
    kind="goal_decision",
    visible=access.visible_through_goal,
    field_class=FieldClass.TEAM,
    by=By(("decided_at",)),
    also={"about": DECIDED_GOAL},
)
class GoalDecision(Node):
    """One step in a goal's history: who did what to it, and when."""

    act: GoalAct = column("What was done.")
    person: Person | None = to_one(
        "Who did it; null where the installation itself did, as in an import.", "person_id"
    )
    on_behalf_of: Person | None = to_one(
        "For whom a delegate did it; null where people act for themselves.", "on_behalf_of_id"
    )
    seen_version: int | None = column("The goal's version that they saw, where it mattered.")
    note: str | None = column("What they said about it.")
    target: Figure | None = figure(
        "The goal's target after this step; null where it had none.",
        "{row}.target",
        unit="{about}.unit",
        currency="{about}.currency",
    )
    decided_at: datetime.datetime = column("When it was done.")


@plain
class Milestone:
    """A part of the target that was reached, once, whatever became of it."""

    percent: int = strawberry.field(description="Which part of the target, in per cent.")
    reached_on: datetime.date = strawberry.field(
        description="The organisation's day on which it was first seen to be reached."
    )


MILESTONES = """(select milestone.percent, milestone.reached_on,
  lpad(milestone.percent::text, 3, '0') as place from goal_milestone milestone
  where milestone.org_id = :org::uuid and milestone.goal_id = {row}.id)"""
MEASURE_OF_GOAL = """(select measure.id from measure
  where measure.org_id = :org::uuid and measure.key = {row}.measure)"""
MEASURE_IN_SHORT = """case when {row}.measure in ('revenue', 'margin') then {row}.measure
  else 'other' end"""
LATEST_DECISION = """(select latest.id from goal_decision latest
  where latest.org_id = :org::uuid and latest.goal_id = {row}.id
  order by latest.decided_at desc, latest.id desc limit 1)"""
ABOVE = """select within.outer_id from goal_within within
  where within.org_id = :org::uuid and within.inner_id = {key}"""
BELOW = """select within.inner_id from goal_within within
  where within.org_id = :org::uuid and within.outer_id = {key}"""
MEASURED_ACTUAL = actual("{counted}")
STANDING_CLOSING = """(select closing.id from goal_closing closing
  where closing.org_id = :org::uuid and closing.goal_id = {row}.id and closing.reopened_at is null)"""
IS_OWNER = "{row}.owner_id = :person::uuid"


@stored(
    table="goal",
    kind="goal",
    visible=access.visible,
    field_class=FieldClass.TEAM,
    subject="owner_id",
    by=By(("starts_on",), descending=True),
    also={
        "measured": measured("{row}"),
        "reached": reached("{row}", "{measured}"),
        "counted": counted("{row}", "{measured}"),
        "progress": progress("{row}", "{measured}", "{reached}"),
        "paced": paced("{row}", "{measured}"),
        "bias": proposal_bias("{row}", "{measured}"),
        "attainability": attainability("{row}", "{measured}"),
        "children": children_of("{row}"),
        "from_below": from_below("{row}"),
        "standing": STANDING,
    },
    compared={"starts_on": datetime.date, "ends_on": datetime.date | None},
)
class Goal(Node, Versioned):
    """What somebody is to reach in a period, alone, with a team or for everybody."""

    name: str = column("What it is called.")
    description: str = column("What it is about; may be empty.")
    owner: Person = to_one("Who is to reach it.", "owner_id")
    scope: GoalScope = column("Whose results count.")
    territory: Territory | None = to_one("The territory it is set for, if any.", "territory_id")
    measure: GoalMeasure = expression(
        "What counts, as far as revenue and margin go.",
        MEASURE_IN_SHORT,
        deprecated="Ask for `measuredBy`, which is any measure.",
    )
    measured_by: Measure | None = to_one(
        "What counts; null while a draft does not say.", sql=MEASURE_OF_GOAL
    )
    measure_key: str | None = column(
        'The key of what counts, such as "revenue"; null while a draft does not say.', "measure"
    )
    period: Period = composed(
        "The days that count.",
        starts_on=Value(sql="{row}.starts_on"),
        ends_on=Value(sql="{row}.ends_on"),
    )
    start_value: Decimal = number("From where it starts, where that is not nothing.")
    target: Figure | None = figure(
        "What is to be reached; null while a draft does not say.", "{row}.target"
    )
    actual: Figure | None = dear(
        figure(
            "What has been reached by what its measure counts: of sales, those in the goal's"
            " currency only. Null where there is nothing to count yet.",
            actual("{reached}"),
        ),
        points=1,
    )
    attainment: Rate | None = dear(
        expression(
            "Actual as a share of target, or of the way from the start value to it; where lower is"
            " better, target as a share of actual. Rounded half away from zero to four places, and"
            " never cut off at 100 %.",
            share("{progress}.gained", "{progress}.needed"),
            shown=SHOWN_NUMBER,
        ),
        points=1,
    )
    pace: Pace | None = pace_field()
    status: GoalStatus = column("Where it stands between draft and its end.")
    stage: GoalStage = expression(
        "Where it stands today: what is approved is active once its period has begun.", STAGE
    )
    actual_source: ActualSource = expression(
        "Where the actual comes from.",
        "case when {row}.override is null then 'measured' else 'overridden' end",
    )
    measured_actual: Figure | None = dear(
        figure(
            "What is measured, also where the actual was set by hand; null where there is nothing to"
            " count yet.",
            MEASURED_ACTUAL,
        ),
        points=1,
    )
    override_reason: str | None = column(
        "Why the actual was set by hand; null where it is measured."
    )
    contributors: Connection[GoalContributor] = to_many(
        "Who is named for it, where its contributors count.", foreign_key="goal_id"
    )
    contributions: Connection[GoalContribution] = dear(
        to_many(
            "What each person has sold that counts for it, most first; empty where what counts is"
            " not sold, and for a goal of the whole organisation.",
            foreign_key="goal_id",
        ),
        points=20,
    )
    kpis: Connection[GoalKpi] = to_many("The lines of its matrix.", foreign_key="goal_id")
    matrix_score: Decimal | None = dear(
        number(
            "The sum of weight times score over the lines of its matrix, as it stands now, rounded"
            " half away from zero to four places at the end; null without a matrix.",
            matrix_score("{row}"),
        ),
        points=5,
    )
    adjustments: Connection[GoalAdjustment] = to_many(
        "How its target was reduced, the first step first.", foreign_key="goal_id"
    )
    ratings: Connection[GoalRating] = to_many(
        "How it was rated, the latest first, which is the one that counts.", foreign_key="goal_id"
    )
    score: Decimal | None = number(
        "What was fixed when it was closed, and no later sale changes; 1 is 100 %. Null while it is"
        " not closed."
    )
    closed_at: datetime.datetime | None = column("When it was closed; null while it is not.")
    closing: GoalClosing | None = to_one(
        "How it ended; null while it is not closed.", sql=STANDING_CLOSING
    )
    acceptance: Acceptance | None = column(
        "What its owner says of it since it was approved; null while they say nothing."
    )
    submitted_at: datetime.datetime | None = column("When it was last handed in.")
    approved_at: datetime.datetime | None = column("When it was agreed to.")
    private: bool = column(
        "Whether only its owner, the managers above them and human resources see it."
    )
    acceptance_decision: GoalDecision | None = to_one(
        "With which its owner said so: when, and in which words.", sql=ACCEPTANCE_DECISION
    )
    missing: list[GoalPart] = expression(
        "What it still lacks before it can be handed in; empty once it is.", MISSING_PARTS
    )
    locked: bool = expression(
        "Whether goals that begin on its first day are locked: they change only by amendment.",
        LOCKED,
    )
    revision: int = expression("How often it was handed in.", REVISION)
    revisions: Connection[GoalRevision] = to_many(
        "What it said each time that it was handed in, the earliest first.", foreign_key="goal_id"
    )
    amendments: Connection[GoalAmendment] = to_many(
        "Targets that were proposed after it was approved, the earliest first.",
        foreign_key="goal_id",
    )
    segments: Connection[GoalSegment] = to_many(
        "The parts of its period since its target was amended, the earliest first; none before.",
        foreign_key="goal_id",
    )
    proposal_bias: ProposalBias | None = proposal_bias_field()
    attainability: Attainability | None = attainability_field()
    parent: "Goal | None" = to_one(
        "The goal it stands directly below; null at the top, or where you may not see it.",
        "parent_id",
    )
    aligned: bool = expression(
        "Whether it stands below another goal, which you may not see.",
        "{row}.parent_id is not null",
    )
    no_parent_reason: str | None = column("Why it stands below none, where somebody said so.")
    depth: int = expression("How many goals it stands below; 0 at the top.", DEPTH)
    roll_up: RollUp = column("What the goals directly below it are to it.")
    weight: Rate | None = number(
        "Its part of the progress of the goal above, where that weighs its parts; null for an equal"
        " part of what the others leave."
    )
    children: CountedConnection["Goal"] = to_many(
        "The goals directly below it, in the order of their first day.",
        foreign_key="parent_id",
        order=By(("starts_on",)),
    )
    ancestors: CountedConnection["Goal"] = to_many(
        "The goals it stands below, that you may see, from the top.",
        among=ABOVE,
        order=By(("depth",)),
    )
    descendants: CountedConnection["Goal"] = to_many(
        "All goals below it that you may see, level by level; the whole tree in one look.",
        among=BELOW,
        order=By(("depth",)),
        most=WIDEST,
    )
    plan_target: Figure | None = figure(
        "The plan quota, before uplift, proration and ramp; null where there is none beside the target.",
        "{row}.plan_target",
    )
    uplift: Rate | None = number("How much more is asked than planned, as a share of the plan.")
    uplifted_by: Person | None = to_one("Who asked more than planned.", "uplifted_by_id")
    children_target: Figure | None = dear(
        figure(
            "The targets of the goals directly below it together, of its measure and currency; null"
            " where there are none.",
            "{children}.target",
        ),
        points=1,
    )
    unallocated: Figure | None = dear(
        figure(
            "Target less the targets directly below: above zero where something is not shared out yet,"
            " below zero where more is.",
            "{row}.target - {children}.target",
        ),
        points=1,
    )
    unallocated_share: Rate | None = dear(
        expression(
            "The same as a share of the target, rounded half away from zero to four places.",
            share("({row}.target - {children}.target)", "{row}.target"),
            shown=SHOWN_NUMBER,
        ),
        points=1,
    )
    proposed: Figure | None = figure(
        "What its owner proposes themselves; null while they say nothing.", "{row}.proposed"
    )
    proposals: Connection[Annotated["GoalProposal", strawberry.lazy("schema.goal_tree")]] = to_many(
        "Everything that its owners proposed, the latest first.", foreign_key="goal_id"
    )
    bottom_up: Figure | None = dear(
        figure(
            "What is proposed from below: the proposals together of all goals below it that have none"
            " below themselves, of its measure and currency; its own proposal where there are none."
            " Null while nobody has said anything.",
            "{from_below}.amount",
        ),
        points=2,
    )
    bottom_up_gap: Figure | None = dear(
        figure(
            "Target less what is proposed from below: above zero where less is proposed than asked, below"
            " zero where more is.",
            "{row}.target - {from_below}.amount",
        ),
        points=2,
    )
    bottom_up_gap_share: Rate | None = dear(
        expression(
            "The same as a share of the target, rounded half away from zero to four places.",
            share("({row}.target - {from_below}.amount)", "{row}.target"),
            shown=SHOWN_NUMBER,
        ),
        points=2,
    )
    proposals_missing: int = dear(
        expression(
            "How many of those goals have no proposal yet, of which it would be made up.",
            "{from_below}.missing",
        ),
        points=2,
    )
    weighted_progress: Rate | None = dear(
        expression(
            "Where it weighs its parts, the sum of weight times attainment of the goals directly below,"
            " rounded half away from zero to four places; for a part that weighs its own parts, of"
            " those. What is not agreed or has no attainment yet counts nothing. Null where it weighs"
            " none.",
            weighted_progress("{row}"),
            shown=SHOWN_NUMBER,
        ),
        points=5,
    )
    budgets: list[Annotated["Budget", strawberry.lazy("schema.goal_tree")]] = listed(
        "What it was granted.", budgets(shown_amount("budget.currency")), order="place"
    )
    budgets_total: list[Annotated["BudgetTotal", strawberry.lazy("schema.goal_tree")]] = dear(
        listed(
            "What it and all goals below it were granted together, by kind and currency.",
            budgets_together(shown_amount("budget.currency")),
            order="place",
        ),
        points=2,
    )
    cascades: Connection[Annotated["Cascade", strawberry.lazy("schema.goal_tree")]] = to_many(
        "How it was, or would be, shared out among the people below, the latest first.",
        foreign_key="goal_id",
    )
    check_ins: CountedConnection[CheckIn] = to_many(
        "How it goes, the latest first.", foreign_key="goal_id"
    )
    decisions: Connection[GoalDecision] = to_many(
        "Its history: who did what to it, the earliest first.", foreign_key="goal_id"
    )
    latest_decision: GoalDecision | None = to_one(
        "The last step in its history; null where it came in by an import.", sql=LATEST_DECISION
    )
    blockers: CountedConnection[Blocker] = to_many(
        "What is or was in its way, the latest first.", foreign_key="goal_id"
    )
    corrective_plans: Connection[CorrectivePlan] = to_many(
        "What was done about it when it fell behind, the latest first.", foreign_key="goal_id"
    )
    milestones: list[Milestone] = listed(
        "How far it has come for the first time: 50, 90 and 100 per cent of its target.",
        MILESTONES,
        order="place",
    )
    comments: CountedConnection[Comment] = comments_field()
    viewer_can: list[GoalAction] = decided(
        "What you may do to it as it stands, so that an app offline knows which buttons to show.",
        possible_actions,
    )


class Whose(Enum):
    MINE = "mine"
    TEAM = "team"


described_enum(
    Whose,
    "Whose goals.",
    {"MINE": "Your own.", "TEAM": "Those of the people below you today, at any depth."},
)


@input_of
class GoalFilter:
    """Which goals; everything given must hold."""

    id: IDComparison | None = compares("By id.")
    name: TextComparison | None = compares("By name.")
    whose: Whose | None = chosen(
        "By how their owner stands to you.", {Whose.MINE: IS_OWNER, Whose.TEAM: access.below}
    )
    owner: IDComparison | None = compares("By owner.")
    status: Comparison[GoalStatus] | None = compares("By where they stand.")
    measure: TextComparison | None = compares("By the key of what counts.", "measure_key")
    starts_on: DateComparison | None = compares("By their first day.")
    ends_on: DateComparison | None = compares("By their last day.")
    current: bool | None = chosen(
        "Whether today is within their period.",
        {True: IS_CURRENT, False: f"not ({IS_CURRENT})"},
    )
    territory: IDComparison | None = compares("By territory, exactly.")
    within: list[strawberry.ID] | None = within_territories()


class GoalOrderField(Enum):
    STARTS_ON = "starts_on"
    ENDS_ON = "ends_on"
    NAME = "name"
    STATUS = "status"
    UPDATED_AT = "updated_at"


described_enum(
    GoalOrderField,
    "What goals are ordered by.",
    {
        "STARTS_ON": "By their first day.",
        "ENDS_ON": "By their last day.",
        "NAME": "By name.",
        "STATUS": "By status, in the alphabet's order.",
        "UPDATED_AT": "By when they were last changed.",
    },
)


@input_of
class GoalOrder:
    """In which order goals come."""

    field: GoalOrderField = strawberry.field(description="What they are ordered by.")
    direction: Direction = direction()
