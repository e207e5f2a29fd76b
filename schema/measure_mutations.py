"""What comp administrators do with measures: inputs and payloads."""

from typing import Annotated

import strawberry

from domain.measures import actions as measures
from domain.measures.models import MeasureDirection, MeasureSource, MeasureUnit
from schema.compiler.fields import one
from schema.errors import (
    ConflictError,
    InvalidError,
    MeasureVersionConflictError,
    NotFoundError,
    NotPermittedError,
)
from schema.measures import Measure
from schema.mutations import Message, Payload, changed, id_of, mutation
from schema.plain import input_of, plain

_ERRORS = "Why it was refused; empty when it was done."
_LEVELS = "What each level of a rating looks like, the lowest first: 2 to 10, each of 1 to 200 characters."
Refused = NotFoundError | NotPermittedError | InvalidError | ConflictError
RefusedOnMeasure = Refused | MeasureVersionConflictError


@plain
class MeasurePayload(Payload):
    """What every payload about a measure has."""

    measure: Measure | None = one(
        "The measure as it is now; null when refused.", lambda root, actor: root.subject
    )


@input_of
class MeasureDefineInput(Message):
    """A new measure."""

    id: strawberry.ID | None = id_of(
        "measure",
        "The new measure's id, if you made one: `measure_` and a UUID version 7.",
        default=strawberry.UNSET,
    )
    key: str = strawberry.field(
        description="The word that is to name it for ever: 1 to 40 of a-z, 0-9 and _, a letter first."
    )
    name: str = strawberry.field(description="What it is called, 1 to 100 characters.")
    description: str = strawberry.field(
        description="What is counted, at most 1,000 characters.", default=""
    )
    unit: MeasureUnit = strawberry.field(
        description="What its figures are; it has to fit the source."
    )
    direction: MeasureDirection = strawberry.field(description="Which figures are the better ones.")
    source: MeasureSource = strawberry.field(description="Where its figures come from.")
    levels: list[str] = strawberry.field(
        description=f"{_LEVELS} For a rating alone.", default_factory=list
    )


MeasureDefineError = Annotated[
    Refused,
    strawberry.union("MeasureDefineError", description="Why a measure was not defined."),
]


@plain
class MeasureDefinePayload(MeasurePayload):
    """What became of defining a measure."""

    errors: list[MeasureDefineError] = strawberry.field(description=_ERRORS)


@input_of
class MeasureUpdateInput(Message):
    """Other words for a measure. What it counts stays: for another count, define another."""

    measure_id: strawberry.ID = id_of("measure", "Which measure.")
    expected_version: int = strawberry.field(description="The measure's version that you saw.")
    name: strawberry.Maybe[str | None] = changed("What it is to be called.")
    description: strawberry.Maybe[str | None] = changed("What is counted, in other words.")
    levels: strawberry.Maybe[list[str] | None] = changed(
        "What each level looks like, in other words; as many as there are."
    )


MeasureUpdateError = Annotated[
    RefusedOnMeasure,
    strawberry.union("MeasureUpdateError", description="Why a measure was not changed."),
]


@plain
class MeasureUpdatePayload(MeasurePayload):
    """What became of changing a measure."""

    errors: list[MeasureUpdateError] = strawberry.field(description=_ERRORS)


@input_of
class MeasureRetireInput(Message):
    """A measure by which no goal is to be set any more."""

    measure_id: strawberry.ID = id_of("measure", "Which measure.")
    expected_version: int = strawberry.field(description="The measure's version that you saw.")


MeasureRetireError = Annotated[
    RefusedOnMeasure,
    strawberry.union("MeasureRetireError", description="Why a measure was not retired."),
]


@plain
class MeasureRetirePayload(MeasurePayload):
    """What became of retiring a measure."""

    errors: list[MeasureRetireError] = strawberry.field(description=_ERRORS)


@plain
class MeasureMutations:
    """What an organisation measures."""

    measure_define: MeasureDefinePayload = mutation(
        "Say what is measured from now on, and how.",
        measures.define_measure,
        MeasureDefineInput,
        MeasureDefinePayload,
    )
    measure_update: MeasureUpdatePayload = mutation(
        "Say in other words what a measure is; what it counts stays.",
        measures.change_measure,
        MeasureUpdateInput,
        MeasureUpdatePayload,
        "measure_id",
    )
    measure_retire: MeasureRetirePayload = mutation(
        "Let no goal be set by a measure any more; those that are go on.",
        measures.retire_measure,
        MeasureRetireInput,
        MeasureRetirePayload,
        "measure_id",
    )
