"""What callers do about programmes of one-to-ones."""

import datetime
from typing import Annotated

import strawberry

from domain.programmes import actions as programmes
from schema.compiler.fields import one
from schema.errors import ConflictError, InvalidError, NotFoundError, NotPermittedError
from schema.mutations import Message, Payload, id_of, mutation
from schema.plain import input_of, plain
from schema.programmes import Programme

_ERRORS = "Why it was refused; empty when it was done."
Refused = NotFoundError | NotPermittedError | InvalidError | ConflictError


@plain
class ProgrammePayload(Payload):
    """What every payload about a programme has."""

    programme: Programme | None = one(
        "The programme as it is now; null when refused.", lambda root, actor: root.subject
    )


@input_of
class ProgrammeDefineInput(Message):
    """A programme of one-to-ones, for people below you or, if you may, for everybody."""

    id: strawberry.ID | None = id_of(
        "programme",
        "The new programme's id, if you made one: `programme_` and a UUID version 7.",
        "programmeId",
        default=strawberry.UNSET,
    )
    name: str = strawberry.field(description="What it is called, 1 to 200 characters.")
    purpose: str = strawberry.field(description="What it is for, 1 to 4,000 characters.")
    every_weeks: int = strawberry.field(description="How many weeks an interval has, 1 to 26.")
    starts_on: datetime.date = strawberry.field(
        description="Its first day, within a year of today."
    )
    until: datetime.date = strawberry.field(
        description="The first day that is no longer in it, within three years of the first."
    )
    leader_id: strawberry.ID | None = id_of(
        "person",
        "Below whom it is for everybody; for everybody there is, if left out.",
        default=strawberry.UNSET,
    )


ProgrammeDefineError = Annotated[
    Refused, strawberry.union("ProgrammeDefineError", description="Why it was not defined.")
]


@plain
class ProgrammeDefinePayload(ProgrammePayload):
    """What became of defining a programme."""

    errors: list[ProgrammeDefineError] = strawberry.field(description=_ERRORS)


@input_of
class ProgrammeRetireInput(Message):
    """A programme that ends today."""

    programme_id: strawberry.ID = id_of("programme", "Which programme.", "id")


ProgrammeRetireError = Annotated[
    Refused, strawberry.union("ProgrammeRetireError", description="Why it was not retired.")
]


@plain
class ProgrammeRetirePayload(ProgrammePayload):
    """What became of retiring a programme."""

    errors: list[ProgrammeRetireError] = strawberry.field(description=_ERRORS)


@plain
class ProgrammeMutations:
    """Programmes of one-to-ones."""

    programme_define: ProgrammeDefinePayload = mutation(
        "Define that each manager and each of their people meet every so many weeks.",
        programmes.define_programme,
        ProgrammeDefineInput,
        ProgrammeDefinePayload,
    )
    programme_retire: ProgrammeRetirePayload = mutation(
        "Retire a programme from today on.",
        programmes.retire_programme,
        ProgrammeRetireInput,
        ProgrammeRetirePayload,
    )
