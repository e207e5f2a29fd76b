"""What comp administrators do with territories."""

from decimal import Decimal
from typing import Annotated

import strawberry

from domain.territories import actions as territories
from schema.compiler.fields import one
from schema.errors import (
    ConflictError,
    InvalidError,
    NotFoundError,
    NotPermittedError,
    VersionConflictError,
)
from schema.mutations import Message, Payload, id_of, mutation
from schema.plain import input_of, plain
from schema.territories import Territory


@input_of
class TerritorySetPotentialInput(Message):
    """What could be sold in a territory."""

    territory_id: strawberry.ID = id_of("territory", "Which territory.")
    expected_version: int = strawberry.field(description="The territory's version that you saw.")
    potential: Decimal | None = strawberry.field(
        description="Zero or more, at most 4 decimal places, in the unit in which you estimate all"
        " territories; null or left out where it is not known.",
        default=strawberry.UNSET,
    )


TerritorySetPotentialError = Annotated[
    NotFoundError | NotPermittedError | InvalidError | ConflictError | VersionConflictError,
    strawberry.union(
        "TerritorySetPotentialError", description="Why a territory's potential stays as it is."
    ),
]


@plain
class TerritorySetPotentialPayload(Payload):
    """What became of saying what could be sold in a territory."""

    territory: Territory | None = one(
        "The territory as it is now; null when refused.", lambda root, actor: root.subject
    )
    errors: list[TerritorySetPotentialError] = strawberry.field(
        description="Why it was refused; empty when it was done."
    )


@plain
class TerritoryMutations:
    """Territories."""

    territory_set_potential: TerritorySetPotentialPayload = mutation(
        "Say what could be sold in a territory, by which cascades share goals out.",
        territories.set_potential,
        TerritorySetPotentialInput,
        TerritorySetPotentialPayload,
    )
