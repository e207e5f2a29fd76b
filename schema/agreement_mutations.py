"""What callers do to agree upon goals, beside handing them in and deciding upon one."""

import datetime
from decimal import Decimal
from typing import Annotated

import strawberry

from domain.goals import accepting, amending, delegating, locking
from domain.goals import actions as goals
from domain.goals.agreement_models import AmendmentPolicy
from schema.agreement import Delegation, GoalAmendment, GoalLock
from schema.compiler.fields import one
from schema.cost_rules import dear
from schema.goal_mutations import GoalPayload, Refused, RefusedOnGoal
from schema.goals import Goal
from schema.mutations import Message, Payload, Result, id_of, mutation, mutation_of_each, parts_of
from schema.plain import input_of, plain

_ERRORS = "Why it was refused; empty when it was done."
_NONE_DONE = "Why none of it was done; empty where each item was tried."
_SAID = "What you have to say, at most 4,000 characters."
_NEW_ID = "The new one's id, if you made one: `{kind}_` and a UUID version 7."


@input_of
class GoalSeen:
    """A goal as you saw it."""

    goal_id: strawberry.ID = id_of("goal", "Which goal.")
    seen_version: int = strawberry.field(description="Its version that you saw.")


@plain
class GoalResult(Result):
    """What became of one goal of several."""

    goal_id: strawberry.ID = strawberry.field(description="Which goal, as you named it.")
    goal: Goal | None = one(
        "The goal as it is now; null when refused, or where you may no longer see it.",
        lambda root, actor: root.subject,
    )


@input_of
class GoalsApproveInput(Message):
    """Goals to agree to, each by itself."""

    items: list[GoalSeen] = parts_of(
        dict, "1 to 100 goals, each with the version that you agree to."
    )
    note: str | None = strawberry.field(description=_SAID, default=strawberry.UNSET)


GoalsApproveError = Annotated[
    Refused,
    strawberry.union("GoalsApproveError", description="Why no goal of several was approved."),
]
GoalsApproveResultError = Annotated[
    RefusedOnGoal,
    strawberry.union(
        "GoalsApproveResultError", description="Why one goal of several was not approved."
    ),
]


@plain
class GoalsApproveResult(GoalResult):
    """What became of approving one goal of several."""

    errors: list[GoalsApproveResultError] = strawberry.field(description=_ERRORS)


@plain
class GoalsApprovePayload(Payload):
    """What became of approving several goals."""

    results: list[GoalsApproveResult] = strawberry.field(
        description="What became of each, in your order."
    )
    errors: list[GoalsApproveError] = strawberry.field(description=_NONE_DONE)


@input_of
class GoalsReturnInput(Message):
    """Goals to give back, each by itself."""

    items: list[GoalSeen] = parts_of(dict, "1 to 100 goals, each with the version that you saw.")
    note: str = strawberry.field(description="Why you return them, 1 to 4,000 characters.")


GoalsReturnError = Annotated[
    Refused,
    strawberry.union("GoalsReturnError", description="Why no goal of several was returned."),
]
GoalsReturnResultError = Annotated[
    RefusedOnGoal,
    strawberry.union(
        "GoalsReturnResultError", description="Why one goal of several was not returned."
    ),
]


@plain
class GoalsReturnResult(GoalResult):
    """What became of returning one goal of several."""

    errors: list[GoalsReturnResultError] = strawberry.field(description=_ERRORS)


@plain
class GoalsReturnPayload(Payload):
    """What became of returning several goals."""

    results: list[GoalsReturnResult] = strawberry.field(
        description="What became of each, in your order."
    )
    errors: list[GoalsReturnError] = strawberry.field(description=_NONE_DONE)


@input_of
class GoalAcceptInput(Message):
    """An approved goal of yours to take on."""

    goal_id: strawberry.ID = id_of("goal", "Which goal.", "id")
    expected_version: int = strawberry.field(description="The goal's version that you saw.")
    note: str | None = strawberry.field(description=_SAID, default=strawberry.UNSET)


GoalAcceptError = Annotated[
    RefusedOnGoal,
    strawberry.union("GoalAcceptError", description="Why a goal was not accepted."),
]


@plain
class GoalAcceptPayload(GoalPayload):
    """What became of accepting a goal."""

    errors: list[GoalAcceptError] = strawberry.field(description=_ERRORS)


@input_of
class GoalRequestChangeInput(Message):
    """An approved goal of yours that should be another."""

    goal_id: strawberry.ID = id_of("goal", "Which goal.", "id")
    expected_version: int = strawberry.field(description="The goal's version that you saw.")
    note: str = strawberry.field(description="What should change, 1 to 4,000 characters.")


GoalRequestChangeError = Annotated[
    RefusedOnGoal,
    strawberry.union("GoalRequestChangeError", description="Why no change was asked for."),
]


@plain
class GoalRequestChangePayload(GoalPayload):
    """What became of asking for a change."""

    errors: list[GoalRequestChangeError] = strawberry.field(description=_ERRORS)


@plain
class AmendmentPayload(Payload):
    """What every payload about an amendment has."""

    amendment: GoalAmendment | None = one(
        "The amendment as it is now, with its goal; null when refused.",
        lambda root, actor: root.subject,
    )


@input_of
class GoalAmendInput(Message):
    """Another target for an approved goal."""

    id: strawberry.ID | None = id_of(
        "goal_amendment",
        _NEW_ID.format(kind="goal_amendment"),
        "amendmentId",
        default=strawberry.UNSET,
    )
    goal_id: strawberry.ID = id_of("goal", "Which goal.", "id")
    seen_version: int = strawberry.field(description="The goal's version that you saw.")
    effective_from: datetime.date = strawberry.field(
        description="The day of its period from which the new target counts."
    )
    target: Decimal = strawberry.field(
        description="The new target, as for the whole period; at most 4 decimal places."
    )
    policy: AmendmentPolicy = strawberry.field(description="What becomes of the days before.")
    reason: str = strawberry.field(description="Why it changes, 1 to 4,000 characters.")


GoalAmendError = Annotated[
    RefusedOnGoal,
    strawberry.union("GoalAmendError", description="Why no amendment was proposed."),
]


@plain
class GoalAmendPayload(AmendmentPayload):
    """What became of proposing an amendment."""

    errors: list[GoalAmendError] = strawberry.field(description=_ERRORS)


@input_of
class GoalAmendmentApproveInput(Message):
    """An amendment to agree to."""

    amendment_id: strawberry.ID = id_of("goal_amendment", "Which amendment.")
    seen_version: int = strawberry.field(description="The goal's version that you saw.")
    note: str | None = strawberry.field(description=_SAID, default=strawberry.UNSET)


GoalAmendmentApproveError = Annotated[
    RefusedOnGoal,
    strawberry.union("GoalAmendmentApproveError", description="Why an amendment was not approved."),
]


@plain
class GoalAmendmentApprovePayload(AmendmentPayload):
    """What became of approving an amendment."""

    errors: list[GoalAmendmentApproveError] = strawberry.field(description=_ERRORS)


@input_of
class GoalAmendmentReturnInput(Message):
    """An amendment to give back."""

    amendment_id: strawberry.ID = id_of("goal_amendment", "Which amendment.")
    seen_version: int = strawberry.field(description="The goal's version that you saw.")
    note: str = strawberry.field(description="Why you return it, 1 to 4,000 characters.")


GoalAmendmentReturnError = Annotated[
    RefusedOnGoal,
    strawberry.union("GoalAmendmentReturnError", description="Why an amendment was not returned."),
]


@plain
class GoalAmendmentReturnPayload(AmendmentPayload):
    """What became of returning an amendment."""

    errors: list[GoalAmendmentReturnError] = strawberry.field(description=_ERRORS)


@plain
class DelegationPayload(Payload):
    """What every payload about a delegation has."""

    delegation: Delegation | None = one(
        "The delegation as it is now; null when refused, or where you may not see it.",
        lambda root, actor: root.subject,
    )


@input_of
class ApprovalsDelegateInput(Message):
    """Who is to decide upon goals in a manager's place."""

    id: strawberry.ID | None = id_of(
        "delegation", _NEW_ID.format(kind="delegation"), default=strawberry.UNSET
    )
    from_id: strawberry.ID | None = id_of(
        "person",
        "In whose place: yours, if left out; comp administrators name anybody.",
        default=strawberry.UNSET,
    )
    to_id: strawberry.ID = id_of("person", "Who is to decide.")
    starts_on: datetime.date = strawberry.field(description="The first day.")
    ends_on: datetime.date = strawberry.field(description="The last day; a year at most.")
    note: str = strawberry.field(
        description="What is to be said about it, at most 1,000 characters.", default=""
    )


ApprovalsDelegateError = Annotated[
    Refused,
    strawberry.union("ApprovalsDelegateError", description="Why nothing was delegated."),
]


@plain
class ApprovalsDelegatePayload(DelegationPayload):
    """What became of delegating approvals."""

    errors: list[ApprovalsDelegateError] = strawberry.field(description=_ERRORS)


@input_of
class DelegationEndInput(Message):
    """A delegation to end."""

    delegation_id: strawberry.ID = id_of("delegation", "Which delegation.", "id")


DelegationEndError = Annotated[
    Refused,
    strawberry.union("DelegationEndError", description="Why a delegation goes on."),
]


@plain
class DelegationEndPayload(DelegationPayload):
    """What became of ending a delegation."""

    errors: list[DelegationEndError] = strawberry.field(description=_ERRORS)


@plain
class GoalLockPayload(Payload):
    """What every payload about a lock date has."""

    goal_lock: GoalLock | None = one(
        "The lock date as it is now; null when refused.", lambda root, actor: root.subject
    )


@input_of
class GoalLockSetInput(Message):
    """A day from which goals change only by amendment."""

    id: strawberry.ID | None = id_of(
        "goal_lock", _NEW_ID.format(kind="goal_lock"), default=strawberry.UNSET
    )
    starts_on: datetime.date = strawberry.field(
        description="Goals whose first day is this one or later."
    )
    ends_on: datetime.date = strawberry.field(
        description="Goals whose first day is this one or earlier."
    )
    locks_on: datetime.date = strawberry.field(description="The day from which they are locked.")
    reason: str = strawberry.field(description="Why, 1 to 4,000 characters.")


GoalLockSetError = Annotated[
    Refused,
    strawberry.union("GoalLockSetError", description="Why no goals were locked."),
]


@plain
class GoalLockSetPayload(GoalLockPayload):
    """What became of locking goals."""

    errors: list[GoalLockSetError] = strawberry.field(description=_ERRORS)


@input_of
class GoalLockLiftInput(Message):
    """A lock to lift."""

    goal_lock_id: strawberry.ID = id_of("goal_lock", "Which lock date.", "id")
    reason: str = strawberry.field(description="Why, 1 to 4,000 characters.")


GoalLockLiftError = Annotated[
    Refused,
    strawberry.union("GoalLockLiftError", description="Why a lock was not lifted."),
]


@plain
class GoalLockLiftPayload(GoalLockPayload):
    """What became of lifting a lock."""

    errors: list[GoalLockLiftError] = strawberry.field(description=_ERRORS)


@plain
class AgreementMutations:
    """How goals are agreed to, taken on, amended and locked, and who decides for whom."""

    goals_approve: GoalsApprovePayload = dear(
        mutation_of_each(
            "Agree to several goals of people below you: each is approved or refused by itself.",
            goals.approve_goal,
            GoalsApproveInput,
            GoalsApprovePayload,
            GoalsApproveResult,
            "goal_id",
        ),
        points=500,
    )
    goals_return: GoalsReturnPayload = dear(
        mutation_of_each(
            "Give several goals of people below you back, saying why: each by itself.",
            goals.return_goal,
            GoalsReturnInput,
            GoalsReturnPayload,
            GoalsReturnResult,
            "goal_id",
        ),
        points=500,
    )
    goal_accept: GoalAcceptPayload = mutation(
        "Take an approved goal of yours on.",
        accepting.accept_goal,
        GoalAcceptInput,
        GoalAcceptPayload,
        "goal_id",
    )
    goal_request_change: GoalRequestChangePayload = mutation(
        "Ask for another goal than the one that was approved for you.",
        accepting.request_goal_change,
        GoalRequestChangeInput,
        GoalRequestChangePayload,
        "goal_id",
    )
    goal_amend: GoalAmendPayload = mutation(
        "Propose another target for an approved goal of somebody below you; comp administrators for"
        " anybody.",
        amending.amend_goal,
        GoalAmendInput,
        GoalAmendPayload,
        "goal_id",
    )
    goal_amendment_approve: GoalAmendmentApprovePayload = mutation(
        "Agree to another target for a goal of somebody below you, which somebody else proposed.",
        amending.approve_amendment,
        GoalAmendmentApproveInput,
        GoalAmendmentApprovePayload,
    )
    goal_amendment_return: GoalAmendmentReturnPayload = mutation(
        "Give an amendment of a goal of somebody below you back, saying why.",
        amending.return_amendment,
        GoalAmendmentReturnInput,
        GoalAmendmentReturnPayload,
    )
    approvals_delegate: ApprovalsDelegatePayload = mutation(
        "Let somebody decide upon goals in your place for some days; comp administrators in"
        " anybody's.",
        delegating.delegate_approvals,
        ApprovalsDelegateInput,
        ApprovalsDelegatePayload,
    )
    delegation_end: DelegationEndPayload = mutation(
        "End a delegation; it is over at once.",
        delegating.end_delegation,
        DelegationEndInput,
        DelegationEndPayload,
    )
    goal_lock_set: GoalLockSetPayload = mutation(
        "Lock goals: from a day on they are neither drafted, changed, handed in nor decided upon, and"
        " change only by amendment.",
        locking.lock_goals,
        GoalLockSetInput,
        GoalLockSetPayload,
    )
    goal_lock_lift: GoalLockLiftPayload = mutation(
        "Open locked goals again, saying why.",
        locking.lift_goal_lock,
        GoalLockLiftInput,
        GoalLockLiftPayload,
    )
