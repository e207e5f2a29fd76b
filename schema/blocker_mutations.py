"""What callers do about blockers."""

from typing import Annotated

import strawberry

from domain.blockers import actions as blockers
from domain.blockers.models import Cause
from schema.blockers import Blocker
from schema.compiler.fields import one
from schema.errors import (
    ConflictError,
    GoalStateError,
    InvalidError,
    NotFoundError,
    NotPermittedError,
)
from schema.mutations import Message, Payload, id_of, mutation
from schema.plain import input_of, plain

_ERRORS = "Why it was refused; empty when it was done."
Refused = NotFoundError | NotPermittedError | InvalidError | ConflictError


@plain
class BlockerPayload(Payload):
    """What every payload about a blocker has."""

    blocker: Blocker | None = one(
        "The blocker as it is now; null when refused.", lambda root, actor: root.subject
    )


@input_of
class BlockerRaiseInput(Message):
    """Something that is in the way of a goal of yours."""

    id: strawberry.ID | None = id_of(
        "blocker",
        "The new blocker's id, if you made one: `blocker_` and a UUID version 7.",
        "blockerId",
        default=strawberry.UNSET,
    )
    goal_id: strawberry.ID = id_of("goal", "Which goal.", "id")
    cause: Cause = strawberry.field(description="What sort of thing it is.")
    what: str = strawberry.field(description="What is in the way, 1 to 4,000 characters.")


BlockerRaiseError = Annotated[
    Refused | GoalStateError,
    strawberry.union("BlockerRaiseError", description="Why a blocker was not raised."),
]


@plain
class BlockerRaisePayload(BlockerPayload):
    """What became of raising a blocker."""

    errors: list[BlockerRaiseError] = strawberry.field(description=_ERRORS)


@input_of
class BlockerResolveInput(Message):
    """A blocker that is out of the way."""

    blocker_id: strawberry.ID = id_of("blocker", "Which blocker.", "id")
    resolution: str = strawberry.field(
        description="How it was taken out of the way, 1 to 4,000 characters."
    )


BlockerResolveError = Annotated[
    Refused,
    strawberry.union("BlockerResolveError", description="Why a blocker was not resolved."),
]


@plain
class BlockerResolvePayload(BlockerPayload):
    """What became of resolving a blocker."""

    errors: list[BlockerResolveError] = strawberry.field(description=_ERRORS)


@input_of
class BlockerWithdrawInput(Message):
    """A blocker of yours that is none any longer."""

    blocker_id: strawberry.ID = id_of("blocker", "Which blocker.", "id")


BlockerWithdrawError = Annotated[
    Refused,
    strawberry.union("BlockerWithdrawError", description="Why a blocker was not withdrawn."),
]


@plain
class BlockerWithdrawPayload(BlockerPayload):
    """What became of withdrawing a blocker."""

    errors: list[BlockerWithdrawError] = strawberry.field(description=_ERRORS)


@plain
class BlockerMutations:
    """What is in a goal's way."""

    blocker_raise: BlockerRaisePayload = mutation(
        "Say what is in the way of an approved goal of yours; your manager is told.",
        blockers.raise_blocker,
        BlockerRaiseInput,
        BlockerRaisePayload,
        "goal_id",
    )
    blocker_resolve: BlockerResolvePayload = mutation(
        "Resolve a blocker of somebody below you, saying how; they are told.",
        blockers.resolve_blocker,
        BlockerResolveInput,
        BlockerResolvePayload,
    )
    blocker_withdraw: BlockerWithdrawPayload = mutation(
        "Withdraw a blocker from a goal of yours.",
        blockers.withdraw_blocker,
        BlockerWithdrawInput,
        BlockerWithdrawPayload,
    )
