"""What callers do with goals."""

import datetime
from decimal import Decimal
from typing import Annotated

import strawberry

from domain.goals import actions as goals
from domain.goals import spreading
from domain.goals.models import Confidence, GoalScope
from domain.goals.spreading_rules import SpreadBy
from schema.calendars import PeriodGrain
from schema.compiler.fields import one
from schema.errors import (
    ConflictError,
    GoalIncompleteError,
    GoalSpreadPreviewError,
    GoalStateError,
    GoalVersionConflictError,
    InvalidError,
    NotFoundError,
    NotPermittedError,
)
from schema.goals import CheckIn, Goal
from schema.mutations import Message, Payload, changed, id_of, mutation
from schema.plain import described_enum, input_of, plain

_ERRORS = "Why it was refused; empty when it was done."
Refused = NotFoundError | NotPermittedError | InvalidError | ConflictError
RefusedOnGoal = Refused | GoalStateError | GoalVersionConflictError


@plain
class GoalPayload(Payload):
    """What every payload about a goal has."""

    goal: Goal | None = one(
        "The goal as it is now; null when refused, or where you may no longer see it.",
        lambda root, actor: root.subject,
    )


@input_of
class GoalDraftInput(Message):
    """A new goal. What is left out can be added until it is handed in."""

    id: strawberry.ID | None = id_of(
        "goal",
        "The new goal's id, if you made one: `goal_` and a UUID version 7.",
        default=strawberry.UNSET,
    )
    owner_id: strawberry.ID = id_of("person", "Who is to reach it: you, or somebody below you.")
    name: str = strawberry.field(description="What it is called, 1 to 200 characters.")
    description: str = strawberry.field(
        description="What it is about, at most 4,000 characters.", default=""
    )
    measure: str | None = strawberry.field(
        description='The key of what counts, such as "revenue".', default=strawberry.UNSET
    )
    starts_on: datetime.date = strawberry.field(description="The first day that counts.")
    ends_on: datetime.date | None = strawberry.field(
        description="The last day that counts.", default=strawberry.UNSET
    )
    start_value: Decimal | None = strawberry.field(
        description="From where it starts, where that is not nothing; at most 4 decimal places.",
        default=strawberry.UNSET,
    )
    target: Decimal | None = strawberry.field(
        description="What is to be reached, money in the organisation's currency; more than zero, at most"
        " 4 decimal places.",
        default=strawberry.UNSET,
    )
    scope: GoalScope = strawberry.field(
        description="Whose results count; of everybody's, for those who see them all.",
        default=GoalScope.OWN,
    )
    territory_id: strawberry.ID | None = id_of(
        "territory", "The territory it is set for, if any.", default=strawberry.UNSET
    )
    parent_id: strawberry.ID | None = id_of(
        "goal", "The goal above it, which it serves.", default=strawberry.UNSET
    )
    no_parent_reason: str | None = strawberry.field(
        description="Why there is none above it, at most 1,000 characters.",
        default=strawberry.UNSET,
    )
    private: bool = strawberry.field(
        description="Whether only you, the managers above you and human resources see it.",
        default=False,
    )


GoalDraftError = Annotated[
    Refused,
    strawberry.union("GoalDraftError", description="Why a goal was not drafted."),
]


@plain
class GoalDraftPayload(GoalPayload):
    """What became of drafting a goal."""

    errors: list[GoalDraftError] = strawberry.field(description=_ERRORS)


@input_of
class GoalUpdateInput(Message):
    """A change of a goal that is not yet submitted, or was returned."""

    goal_id: strawberry.ID = id_of("goal", "Which goal.", "id")
    expected_version: int = strawberry.field(description="The goal's version that you saw.")
    name: strawberry.Maybe[str | None] = changed("What it is to be called.")
    description: strawberry.Maybe[str | None] = changed("What it is about.")
    measure: strawberry.Maybe[str | None] = changed("The key of what counts.")
    starts_on: strawberry.Maybe[datetime.date | None] = changed("The first day that counts.")
    ends_on: strawberry.Maybe[datetime.date | None] = changed("The last day that counts.")
    start_value: strawberry.Maybe[Decimal | None] = changed("From where it starts.")
    target: strawberry.Maybe[Decimal | None] = changed("What is to be reached.")
    no_parent_reason: strawberry.Maybe[str | None] = changed("Why there is no goal above it.")


GoalUpdateError = Annotated[
    RefusedOnGoal,
    strawberry.union("GoalUpdateError", description="Why a goal was not changed."),
]


@plain
class GoalUpdatePayload(GoalPayload):
    """What became of changing a goal."""

    errors: list[GoalUpdateError] = strawberry.field(description=_ERRORS)


described_enum(
    SpreadBy,
    "By what a goal falls to the periods of a calendar.",
    {
        "SEASON": "By the weights of a season.",
        "WORKING_DAYS": "By the working days in each.",
        "DAYS": "By the days in each.",
        "EQUAL": "Alike.",
    },
)


@input_of
class GoalSpreadInput(Message):
    """A goal to be spread over the periods of a calendar."""

    goal_id: strawberry.ID = id_of("goal", "Which goal.", "id")
    expected_version: int = strawberry.field(description="The goal's version that you saw.")
    calendar_id: strawberry.ID = id_of("calendar", "Over the periods of which calendar.")
    grain: PeriodGrain = strawberry.field(
        description="How long the periods are; a goal is spread over 2 to 60 of them."
    )
    by: SpreadBy = strawberry.field(description="By what it falls to them.")
    season_id: strawberry.ID | None = id_of(
        "season", "By which season, where it is by season.", default=strawberry.UNSET
    )
    preview: bool = strawberry.field(
        description="Whether you only want to see what would fall to each period: that is in"
        " `GoalSpreadPreviewError`, and nothing is done.",
        default=False,
    )
    seen: str | None = strawberry.field(
        description="The `seal` of what you saw; needed to change drafts from an earlier spread. If they,"
        " or what would fall to them, are others by then, it is refused and shown anew.",
        default=strawberry.UNSET,
    )


GoalSpreadError = Annotated[
    RefusedOnGoal | GoalSpreadPreviewError,
    strawberry.union("GoalSpreadError", description="Why a goal was not spread."),
]


@plain
class GoalSpreadPayload(GoalPayload):
    """What became of spreading a goal."""

    errors: list[GoalSpreadError] = strawberry.field(description=_ERRORS)


@input_of
class GoalSubmitInput(Message):
    """A goal to hand in for approval."""

    goal_id: strawberry.ID = id_of("goal", "Which goal.", "id")
    expected_version: int = strawberry.field(description="The goal's version that you saw.")
    note: str | None = strawberry.field(
        description="What you have to say, at most 4,000 characters.", default=strawberry.UNSET
    )


GoalSubmitError = Annotated[
    RefusedOnGoal | GoalIncompleteError,
    strawberry.union("GoalSubmitError", description="Why a goal was not handed in."),
]


@plain
class GoalSubmitPayload(GoalPayload):
    """What became of handing a goal in."""

    errors: list[GoalSubmitError] = strawberry.field(description=_ERRORS)


@input_of
class GoalApproveInput(Message):
    """A goal to agree to."""

    goal_id: strawberry.ID = id_of("goal", "Which goal.", "id")
    seen_version: int = strawberry.field(
        description="The goal's version that you saw and agree to."
    )
    note: str | None = strawberry.field(
        description="What you have to say, at most 4,000 characters.", default=strawberry.UNSET
    )


GoalApproveError = Annotated[
    RefusedOnGoal,
    strawberry.union("GoalApproveError", description="Why a goal was not approved."),
]


@plain
class GoalApprovePayload(GoalPayload):
    """What became of approving a goal."""

    errors: list[GoalApproveError] = strawberry.field(description=_ERRORS)


@input_of
class GoalReturnInput(Message):
    """A goal to give back to its owner."""

    goal_id: strawberry.ID = id_of("goal", "Which goal.", "id")
    seen_version: int = strawberry.field(description="The goal's version that you saw.")
    note: str = strawberry.field(description="Why you return it, 1 to 4,000 characters.")


GoalReturnError = Annotated[
    RefusedOnGoal,
    strawberry.union("GoalReturnError", description="Why a goal was not returned."),
]


@plain
class GoalReturnPayload(GoalPayload):
    """What became of returning a goal."""

    errors: list[GoalReturnError] = strawberry.field(description=_ERRORS)


@input_of
class GoalCheckInInput(Message):
    """How a goal of yours goes."""

    id: strawberry.ID | None = id_of(
        "check_in",
        "The new check-in's id, if you made one: `check_in_` and a UUID version 7.",
        "checkInId",
        default=strawberry.UNSET,
    )
    goal_id: strawberry.ID = id_of("goal", "Which goal.", "id")
    value: Decimal | None = strawberry.field(
        description="How far you are by your own count, at most 4 decimal places.",
        default=strawberry.UNSET,
    )
    confidence: Confidence = strawberry.field(description="Whether you expect to reach it.")
    note: str = strawberry.field(
        description="What you have to say, at most 4,000 characters.", default=""
    )
    noted_at: datetime.datetime | None = strawberry.field(
        description="When you wrote it, if that was offline.", default=strawberry.UNSET
    )


GoalCheckInError = Annotated[
    Refused | GoalStateError,
    strawberry.union("GoalCheckInError", description="Why a check-in was not taken."),
]


@plain
class GoalCheckInPayload(Payload):
    """What became of a check-in."""

    check_in: CheckIn | None = one(
        "The check-in; null when refused.", lambda root, actor: root.subject
    )
    errors: list[GoalCheckInError] = strawberry.field(description=_ERRORS)


@plain
class GoalMutations:
    """Goals until they are handed in, agreed to or given back."""

    goal_draft: GoalDraftPayload = mutation(
        "Propose a goal for yourself or for somebody below you.",
        goals.draft_goal,
        GoalDraftInput,
        GoalDraftPayload,
    )
    goal_update: GoalUpdatePayload = mutation(
        "Change a goal that is a draft or was returned.",
        goals.change_goal,
        GoalUpdateInput,
        GoalUpdatePayload,
        "goal_id",
    )
    goal_spread: GoalSpreadPayload = mutation(
        "Draft a goal of the same owner for each period of a calendar; together they make the goal,"
        " to the last unit.",
        spreading.spread_goal,
        GoalSpreadInput,
        GoalSpreadPayload,
        "goal_id",
    )
    goal_submit: GoalSubmitPayload = mutation(
        "Hand a goal in for approval; comp administrators may do it for anybody.",
        goals.submit_goal,
        GoalSubmitInput,
        GoalSubmitPayload,
        "goal_id",
    )
    goal_approve: GoalApprovePayload = mutation(
        "Agree to a goal of somebody below you; never to your own.",
        goals.approve_goal,
        GoalApproveInput,
        GoalApprovePayload,
        "goal_id",
    )
    goal_return: GoalReturnPayload = mutation(
        "Give a goal of somebody below you back, saying why.",
        goals.return_goal,
        GoalReturnInput,
        GoalReturnPayload,
        "goal_id",
    )
    goal_check_in: GoalCheckInPayload = mutation(
        "Say how an approved goal of yours goes.",
        goals.check_in,
        GoalCheckInInput,
        GoalCheckInPayload,
        "goal_id",
    )
