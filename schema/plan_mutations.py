"""What callers do about corrective plans."""

import datetime
from typing import Annotated

import strawberry

from domain.plans import actions as plans
from schema.compiler.fields import one
from schema.errors import (
    ConflictError,
    CorrectivePlanVersionConflictError,
    GoalStateError,
    InvalidError,
    NotFoundError,
    NotPermittedError,
)
from schema.mutations import Message, Payload, id_of, mutation
from schema.plain import input_of, plain
from schema.plans import CorrectivePlan, CorrectiveStep

_ERRORS = "Why it was refused; empty when it was done."
Refused = NotFoundError | NotPermittedError | InvalidError | ConflictError


@plain
class CorrectivePlanPayload(Payload):
    """What every payload about a corrective plan has."""

    plan: CorrectivePlan | None = one(
        "The plan as it is now; null when refused.", lambda root, actor: root.subject
    )


@plain
class CorrectiveStepPayload(Payload):
    """What every payload about a step has."""

    step: CorrectiveStep | None = one(
        "The step as it is now; null when refused.", lambda root, actor: root.subject
    )


@input_of
class CorrectivePlanOpenInput(Message):
    """A plan for a goal of somebody below you."""

    id: strawberry.ID | None = id_of(
        "corrective_plan",
        "The new plan's id, if you made one: `corrective_plan_` and a UUID version 7.",
        "planId",
        default=strawberry.UNSET,
    )
    goal_id: strawberry.ID = id_of("goal", "Which goal.", "id")
    reason: str = strawberry.field(description="Why you open it, 1 to 4,000 characters.")
    due_on: datetime.date = strawberry.field(
        description="By which day it is to have helped, today or later."
    )


CorrectivePlanOpenError = Annotated[
    Refused | GoalStateError,
    strawberry.union("CorrectivePlanOpenError", description="Why a plan was not opened."),
]


@plain
class CorrectivePlanOpenPayload(CorrectivePlanPayload):
    """What became of opening a plan."""

    errors: list[CorrectivePlanOpenError] = strawberry.field(description=_ERRORS)


@input_of
class CorrectivePlanAgreeInput(Message):
    """A plan whose steps you agree to."""

    plan_id: strawberry.ID = id_of("corrective_plan", "Which plan.", "id")
    expected_version: int = strawberry.field(description="The plan's version that you saw.")


CorrectivePlanAgreeError = Annotated[
    Refused | CorrectivePlanVersionConflictError,
    strawberry.union("CorrectivePlanAgreeError", description="Why a plan was not agreed."),
]


@plain
class CorrectivePlanAgreePayload(CorrectivePlanPayload):
    """What became of agreeing to a plan."""

    errors: list[CorrectivePlanAgreeError] = strawberry.field(description=_ERRORS)


@input_of
class CorrectivePlanCloseInput(Message):
    """A plan that has ended."""

    plan_id: strawberry.ID = id_of("corrective_plan", "Which plan.", "id")
    outcome: str = strawberry.field(description="What came of it, 1 to 4,000 characters.")


CorrectivePlanCloseError = Annotated[
    Refused,
    strawberry.union("CorrectivePlanCloseError", description="Why a plan was not closed."),
]


@plain
class CorrectivePlanClosePayload(CorrectivePlanPayload):
    """What became of closing a plan."""

    errors: list[CorrectivePlanCloseError] = strawberry.field(description=_ERRORS)


@input_of
class CorrectiveStepAddInput(Message):
    """Something to be done."""

    id: strawberry.ID | None = id_of(
        "corrective_step",
        "The new step's id, if you made one: `corrective_step_` and a UUID version 7.",
        "stepId",
        default=strawberry.UNSET,
    )
    plan_id: strawberry.ID = id_of("corrective_plan", "Of which plan.", "id")
    what: str = strawberry.field(description="What is to be done, 1 to 1,000 characters.")
    person_id: strawberry.ID | None = id_of(
        "person",
        "Who does it: the goal's owner or somebody above; you, if left out.",
        default=strawberry.UNSET,
    )
    due_on: datetime.date | None = strawberry.field(
        description="By which day, today or later.", default=strawberry.UNSET
    )


CorrectiveStepAddError = Annotated[
    Refused,
    strawberry.union("CorrectiveStepAddError", description="Why a step was not added."),
]


@plain
class CorrectiveStepAddPayload(CorrectiveStepPayload):
    """What became of adding a step."""

    errors: list[CorrectiveStepAddError] = strawberry.field(description=_ERRORS)


@input_of
class CorrectiveStepTickInput(Message):
    """A step that is done, or not after all."""

    step_id: strawberry.ID = id_of("corrective_step", "Which step.", "id")
    done: bool = strawberry.field(description="Whether it is done.", default=True)


CorrectiveStepTickError = Annotated[
    Refused,
    strawberry.union("CorrectiveStepTickError", description="Why a step was not ticked off."),
]


@plain
class CorrectiveStepTickPayload(CorrectiveStepPayload):
    """What became of ticking a step off."""

    errors: list[CorrectiveStepTickError] = strawberry.field(description=_ERRORS)


@plain
class PlanMutations:
    """Corrective plans."""

    corrective_plan_open: CorrectivePlanOpenPayload = mutation(
        "Open a corrective plan for an approved goal of somebody below you.",
        plans.open_plan,
        CorrectivePlanOpenInput,
        CorrectivePlanOpenPayload,
        "goal_id",
    )
    corrective_plan_agree: CorrectivePlanAgreePayload = mutation(
        "Agree to the steps of a plan for a goal of somebody below you.",
        plans.agree_to_plan,
        CorrectivePlanAgreeInput,
        CorrectivePlanAgreePayload,
        "plan_id",
    )
    corrective_plan_close: CorrectivePlanClosePayload = mutation(
        "End a plan for a goal of somebody below you, saying what came of it.",
        plans.close_plan,
        CorrectivePlanCloseInput,
        CorrectivePlanClosePayload,
    )
    corrective_step_add: CorrectiveStepAddPayload = mutation(
        "Add a step to a plan for a goal of yours, or of somebody below you.",
        plans.add_step,
        CorrectiveStepAddInput,
        CorrectiveStepAddPayload,
    )
    corrective_step_tick: CorrectiveStepTickPayload = mutation(
        "Say that a step of a plan is done, or that it is not after all.",
        plans.tick_step,
        CorrectiveStepTickInput,
        CorrectiveStepTickPayload,
    )
