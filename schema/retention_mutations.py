"""How long words are kept, as an organisation decides it."""

from typing import Annotated

import strawberry

from domain.retention import actions as retention
from schema.compiler.fields import one
from schema.errors import ConflictError, InvalidError, NotFoundError, NotPermittedError
from schema.mutations import Message, Payload, mutation
from schema.people import Organisation
from schema.plain import input_of, plain

RetentionSetError = Annotated[
    NotFoundError | NotPermittedError | InvalidError | ConflictError,
    strawberry.union("RetentionSetError", description="Why it stays as it is."),
]


@input_of
class RetentionSetInput(Message):
    """For how long words are kept."""

    months: int | None = strawberry.field(
        description="For how many months after it was last touched what people write about one another"
        " is kept, 6 to 120; null keeps it for ever."
    )


@plain
class RetentionSetPayload(Payload):
    """What became of saying for how long words are kept."""

    organisation: Organisation | None = one(
        "The organisation as it is now; null when refused.", lambda root, actor: root.subject
    )
    errors: list[RetentionSetError] = strawberry.field(
        description="Why it was refused; empty when it was done."
    )


@plain
class RetentionMutations:
    """What becomes of words in time."""

    retention_set: RetentionSetPayload = mutation(
        "Say for how long your organisation keeps notes and what else people write about one another."
        " What is older is removed within a day, whoever reads it.",
        retention.set_retention,
        RetentionSetInput,
        RetentionSetPayload,
    )
