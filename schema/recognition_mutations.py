"""What callers do about recognition."""

from typing import Annotated

import strawberry

from domain.recognition import actions as recognition
from domain.recognition import values
from schema.compiler.fields import one
from schema.errors import ConflictError, InvalidError, NotFoundError, NotPermittedError
from schema.mutations import Message, Payload, id_of, mutation
from schema.plain import input_of, plain
from schema.recognition import Recognition, RecognitionValue

_ERRORS = "Why it was refused; empty when it was done."
RecognitionError = Annotated[
    NotFoundError | NotPermittedError | InvalidError | ConflictError,
    strawberry.union("RecognitionError", description="Why nothing was done about recognition."),
]


@plain
class RecognitionPayload(Payload):
    """What every payload about a recognition has."""

    errors: list[RecognitionError] = strawberry.field(description=_ERRORS)
    recognition: Recognition | None = one(
        "The recognition as it is now; null when refused.", lambda root, actor: root.subject
    )


@plain
class RecognitionValuePayload(Payload):
    """What every payload about a value has."""

    errors: list[RecognitionError] = strawberry.field(description=_ERRORS)
    value: RecognitionValue | None = one(
        "The value as it is now; null when refused.", lambda root, actor: root.subject
    )


@input_of
class RecognitionGiveInput(Message):
    """Colleagues, and what you recognise them for."""

    id: strawberry.ID | None = id_of(
        "recognition",
        "The new recognition's id, if you made one: `recognition_` and a UUID version 7.",
        default=strawberry.UNSET,
    )
    receiver_ids: list[strawberry.ID] = id_of("person", "Who is recognised, 1 to 10 people.")
    value_ids: list[strawberry.ID] = id_of(
        "recognition_value", "By which of the organisation's values, 1 to 3."
    )
    words: str = strawberry.field(description="For what: plain text of 1 to 2,000 characters.")
    is_public: bool = strawberry.field(
        description="Whether it goes on the wall, where everybody reads it."
    )
    goal_id: strawberry.ID | None = id_of(
        "goal",
        "A goal that it is about; on the wall none that is private.",
        default=strawberry.UNSET,
    )


@plain
class RecognitionGivePayload(RecognitionPayload):
    """What became of giving recognition."""


@input_of
class RecognitionTakeOffWallInput(Message):
    """A recognition of you that is nobody else's business."""

    recognition_id: strawberry.ID = id_of("recognition", "Which recognition.")


@plain
class RecognitionTakeOffWallPayload(RecognitionPayload):
    """What became of taking it off the wall."""


@input_of
class RecognitionValueDefineInput(Message):
    """Something that the organisation holds dear."""

    id: strawberry.ID | None = id_of(
        "recognition_value",
        "The new value's id, if you made one: `recognition_value_` and a UUID version 7.",
        default=strawberry.UNSET,
    )
    name: str = strawberry.field(
        description="What it is called, 1 to 40 characters; at most 20 values are in use."
    )


@plain
class RecognitionValueDefinePayload(RecognitionValuePayload):
    """What became of naming a value."""


@input_of
class RecognitionValueRetireInput(Message):
    """A value by which nobody is to be recognised any more."""

    value_id: strawberry.ID = id_of("recognition_value", "Which value.")


@plain
class RecognitionValueRetirePayload(RecognitionValuePayload):
    """What became of retiring a value."""


@plain
class RecognitionMutations:
    """How people recognise one another."""

    recognition_give: RecognitionGivePayload = mutation(
        "Recognise colleagues by values of the organisation, in private or on the wall; they are told.",
        recognition.give_recognition,
        RecognitionGiveInput,
        RecognitionGivePayload,
    )
    recognition_take_off_wall: RecognitionTakeOffWallPayload = mutation(
        "Take a recognition of yourself off the wall; giver and receivers still read it, and who took it off"
        " is not told.",
        recognition.take_off_wall,
        RecognitionTakeOffWallInput,
        RecognitionTakeOffWallPayload,
    )
    recognition_value_define: RecognitionValueDefinePayload = mutation(
        "Name a value by which people are recognised from now on.",
        values.define_recognition_value,
        RecognitionValueDefineInput,
        RecognitionValueDefinePayload,
    )
    recognition_value_retire: RecognitionValueRetirePayload = mutation(
        "Let nobody be recognised by a value any more; what was stays.",
        values.retire_recognition_value,
        RecognitionValueRetireInput,
        RecognitionValueRetirePayload,
    )
