"""The organisation's values: named by those who administer people, and retired; what was recognised by a
retired one keeps it."""

from datetime import UTC, datetime
from uuid import UUID

from tortoise.exceptions import IntegrityError

from auth.actor import Actor
from auth.permissions import Act
from domain.acts import Overtaken, act
from domain.errors import Conflict
from domain.goals.rules import sound_text
from domain.history import record
from domain.ids import new_id
from domain.people.access import organisation_wide
from domain.recognition.access import value_for
from domain.recognition.models import RecognitionValue
from domain.recognition.rules import free_place

LONGEST_NAME = 40


@act
async def define_recognition_value(actor: Actor, *, name: str, id: UUID | None = None) -> UUID:
    """Name a value by which people are recognised from now on."""
    organisation_wide(actor, Act.RECOGNITION_ADMINISTER)

    name = sound_text(name, longest=LONGEST_NAME, path="name")
    in_use = await RecognitionValue.filter(org_id=actor.org, retired_at__isnull=True)
    if name.casefold() in {each.name.casefold() for each in in_use}:
        raise Conflict("There is already a value of this name.", path=("name",))
    place = free_place({each.place for each in in_use})
    try:
        value = await RecognitionValue.add(
            org_id=actor.org,
            id=id or new_id(),
            name=name,
            place=place,
            defined_at=datetime.now(UTC),
        )
    except IntegrityError as refused:
        if getattr(refused.args[0], "constraint_name", None) == "recognition_value_place_once":
            raise Overtaken from refused
        raise

    await record(
        actor, "recognition_value.defined", "recognition_value", value.id, after={"name": name}
    )
    return value.id


@act
async def retire_recognition_value(actor: Actor, *, value_id: UUID) -> UUID:
    """Let nobody be recognised by it any more."""
    value = await value_for(actor, value_id)

    if value.retired_at is not None:
        raise Conflict("This value is retired already.", path=("valueId",))
    await value.change(retired_at=datetime.now(UTC))

    await record(actor, "recognition_value.retired", "recognition_value", value.id)
    return value.id
