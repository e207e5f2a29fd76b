"""How goals are agreed, as the schema shows it: what they said when they were handed in, what changed
after they were approved, who decides in whose place, and from when on they are locked."""

import datetime
from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

import strawberry

from auth.actor import Actor
from auth.permissions import FieldClass
from domain.goals import access
from domain.goals.agreement_models import AmendmentPolicy, AmendmentState
from domain.goals.figures import actual, measured, reached
from domain.goals.gate_rules import GoalPart
from domain.goals.terms import ACTIVE_LOCK, CURRENT_DELEGATION, GOALS_AS_OF
from schema.comparisons import IDComparison
from schema.compiler.fields import page, to_one
from schema.compiler.filters import compares
from schema.cost_rules import dear
from schema.figures import Figure, figure
from schema.measures import Measure
from schema.nodes import Node
from schema.people import Person
from schema.plain import described_enum, input_of, plain
from schema.storage import By, column, expression, stored

TheGoal = Annotated["Goal", strawberry.lazy("schema.goals")]  # type: ignore[name-defined]  # noqa: F821 - not yet made here

described_enum(
    GoalPart,
    "What a goal needs before it is handed in.",
    {
        "NAME": "What is to be done.",
        "MEASURE": "What counts.",
        "TARGET": "How much.",
        "OWNER": "Somebody who works here on its first day.",
        "DUE_DATE": "By when.",
        "PARENT": "The goal above it, or the reason for having none.",
    },
)
described_enum(
    AmendmentPolicy,
    "What becomes of the days before a target changes. Targets are stated for the whole period.",
    {
        "PRORATE": "The targets are weighed by their days, and their mean counts.",
        "REPLACE": "The new target counts for the whole period.",
        "SEGMENTS": "As weighed by days, and each part of the period has its own share to reach.",
    },
)
described_enum(
    AmendmentState,
    "Where an amendment stands.",
    {
        "REQUESTED": "Waits for approval.",
        "APPROVED": "Agreed; it counts from its day on.",
        "RETURNED": "Given back with a comment.",
    },
)


@plain
class GoalChange:
    """What one field of a goal said before, and what it says now."""

    field: str = strawberry.field(
        description='The field, as the goal shows it, such as "target" or "period.endsOn".'
    )
    before: str | None = strawberry.field(
        description="What it said; null where it said nothing, or named something else."
    )
    after: str | None = strawberry.field(
        description="What it says; null where it says nothing, or names something else."
    )


MEASURE = """(select measure.id from measure
  where measure.org_id = :org::uuid and measure.key = {row}.measure)"""


@stored(
    table="goal_revision",
    kind="goal_revision",
    visible=access.visible_through_goal,
    field_class=FieldClass.TEAM,
    by=By(("number",)),
    also={"measured": measured("{row}")},
)
class GoalRevision(Node):
    """What a goal said when it was handed in, once or again."""

    number: int = column("Counts the times that it was handed in, from 1.")
    name: str = column("What it was called.")
    description: str = column("What it was about; may be empty.")
    measured_by: Measure | None = to_one("What counted.", sql=MEASURE)
    starts_on: datetime.date = column("Its first day.")
    ends_on: datetime.date = column("Its last day.")
    target: Figure = figure("What was to be reached.", "{row}.target")
    proposed: Figure | None = figure("What its owner had proposed, if anything.", "{row}.proposed")
    parent: TheGoal | None = to_one("The goal above it, if any.", "parent_id")
    no_parent_reason: str | None = column("Why it had none above it, where that was said.")
    person: Person | None = to_one("Who handed it in.", "person_id")
    note: str | None = column("What they said.")
    submitted_at: datetime.datetime = column("When it was handed in.")
    goal: TheGoal = to_one("The goal.", "goal_id")


ABOUT = """select goal.currency, measure.unit from goal
  left join measure on measure.org_id = :org::uuid and measure.key = goal.measure
  where goal.org_id = :org::uuid and goal.id = {row}.goal_id"""


def _figure(description: str, amount: str) -> Any:
    return figure(description, amount, unit="{about}.unit", currency="{about}.currency")


@stored(
    table="goal_amendment",
    kind="goal_amendment",
    visible=access.visible_through_goal,
    field_class=FieldClass.TEAM,
    by=By(("requested_at",)),
    also={"about": ABOUT},
)
class GoalAmendment(Node):
    """Another target for a goal that was agreed, from a day on."""

    goal: TheGoal = to_one("The goal.", "goal_id")
    effective_from: datetime.date = column("The day from which it counts.")
    stated: Figure = _figure("The new target, as for the whole period.", "{row}.stated")
    policy: AmendmentPolicy = column("What becomes of the days before.")
    reason: str = column("Why it changes.")
    state: AmendmentState = column("Where it stands.")
    target_before: Figure = _figure("The target until then.", "{row}.target_before")
    target_after: Figure = _figure("The target with it.", "{row}.target_after")
    requested_by: Person | None = to_one("Who proposed it.", "requested_by")
    requested_at: datetime.datetime = column("When it was proposed.")
    seen_version: int = column("The goal's version upon which it was proposed.")
    decided_by: Person | None = to_one("Who decided upon it.", "decided_by")
    on_behalf_of: Person | None = to_one(
        "For whom a delegate decided; null where people act for themselves.", "on_behalf_of_id"
    )
    decided_at: datetime.datetime | None = column("When it was decided.")
    note: str | None = column("What they said.")
    superseded: bool = expression(
        "Whether a later amendment counts in its place.", "{row}.superseded_at is not null"
    )


# The goal, as if it ran for the segment's days alone and nothing of it were set by hand.
PART_OF_GOAL = """select part.* from goal, jsonb_populate_record(goal, jsonb_build_object(
    'starts_on', {row}.starts_on, 'ends_on', {row}.ends_on, 'override', null)) part
  where goal.org_id = :org::uuid and goal.id = {row}.goal_id"""


@stored(
    table="goal_segment",
    kind="goal_segment",
    visible=access.visible_through_goal,
    field_class=FieldClass.TEAM,
    by=By(("starts_on",)),
    also={
        "about": ABOUT,
        "part": PART_OF_GOAL,
        "measured": measured("{part}"),
        "reached": reached("{part}", "{measured}"),
    },
)
class GoalSegment(Node):
    """Days of a goal's period for which one target is stated, since it was amended."""

    goal: TheGoal = to_one("The goal.", "goal_id")
    starts_on: datetime.date = column("The first of its days.")
    ends_on: datetime.date = column("The last of its days.")
    policy: AmendmentPolicy = column("The policy by which the goal was last amended.")
    stated: Figure = _figure("The target in these days, as for the whole period.", "{row}.stated")
    target: Figure = _figure("What of the goal's target falls on these days.", "{row}.target")
    actual: Figure | None = dear(
        _figure("What was reached in these days alone.", actual("{reached}")), points=1
    )


@stored(
    table="delegation",
    kind="delegation",
    visible=access.visible_delegation,
    field_class=FieldClass.TEAM,
    by=By(("created_at",), descending=True),
)
class Delegation(Node):
    """Somebody decides upon goals in a manager's place, for some days."""

    delegator: Person = to_one("In whose place.", "from_id")
    delegate: Person = to_one("Who decides.", "to_id")
    starts_on: datetime.date = column("The first of these days.")
    ends_on: datetime.date = column("The last of these days.")
    note: str = column("What was said about it; may be empty.")
    current: bool = expression("Whether it counts today.", CURRENT_DELEGATION)
    created_by: Person | None = to_one("Who arranged it.", "created_by")
    created_at: datetime.datetime = column("When it was arranged.")
    ended_by: Person | None = to_one("Who ended it early.", "ended_by")
    ended_at: datetime.datetime | None = column("When it was ended early.")


@stored(
    table="goal_lock",
    kind="goal_lock",
    visible=access.visible_lock,
    field_class=FieldClass.PUBLIC,
    by=By(("locks_on",), descending=True),
)
class GoalLock(Node):
    """From a day on, goals that begin in certain days change only by amendment."""

    starts_on: datetime.date = column("The first of the first days of these goals.")
    ends_on: datetime.date = column("The last of the first days of these goals.")
    locks_on: datetime.date = column("The day from which they are locked.")
    in_force: bool = expression("Whether they are locked today.", ACTIVE_LOCK)
    reason: str = column("Why.")
    set_by: Person | None = to_one("Who set it.", "set_by")
    set_at: datetime.datetime = column("When it was set.")
    lifted_by: Person | None = to_one("Who lifted it.", "lifted_by")
    lifted_at: datetime.datetime | None = column("When it was lifted.")
    lift_reason: str | None = column("Why it was lifted.")


@stored(
    source=GOALS_AS_OF,
    key={"goal_id": UUID},
    visible=access.visible,
    field_class=FieldClass.TEAM,
    subject="owner_id",
    by=By(("starts_on",), descending=True),
    also={"measured": measured("{row}")},
)
class GoalAsOf:
    """The target of an agreed goal that was in force on a day."""

    goal: TheGoal = to_one("The goal as it is now.", "goal_id")
    owner: Person = to_one("Who is to reach it.", "owner_id")
    starts_on: datetime.date = column("The goal's first day.")
    target: Figure = figure("The target that day.", "{row}.target_then")
    since: datetime.date = column("The day from which it counted.")
    amendment: GoalAmendment | None = to_one(
        "The amendment by which it counted; null for the target first agreed, and for one that an"
        " import corrected.",
        "amendment_id",
    )


@input_of
class GoalAsOfFilter:
    """Which goals; everything given must hold."""

    goal: IDComparison | None = compares("By goal.")
    owner: IDComparison | None = compares("By owner.")


def _as_of(actor: Actor, given: Mapping[str, Any]) -> Mapping[str, tuple[object, str]]:
    return {"as_of": (given.get("asOf") or actor.today, "date")}


def goals_as_of_field() -> Any:
    """The root field, whose targets are those of a day."""
    return page(
        "The agreed goals that you may see, each with the target that was in force on a day.",
        filter=GoalAsOfFilter,
        named=_as_of,
        arguments={"as_of": (datetime.date | None, "The day; today, if left out.")},
    )
