"""What an organisation decides to measure. What a measure counts never changes under the goals that
are set by it: another count is another measure."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from tortoise.exceptions import IntegrityError

from auth.actor import Actor
from auth.permissions import Act
from domain.acts import act
from domain.errors import Conflict, Invalid
from domain.goals.rules import sound_text
from domain.history import record
from domain.ids import new_id
from domain.measures.access import measure_for
from domain.measures.models import Measure, MeasureDirection, MeasureSource, MeasureUnit
from domain.measures.rules import (
    MeasureChanged,
    reworded_levels,
    sound_direction,
    sound_key,
    sound_levels,
    sound_unit,
)
from domain.people.access import organisation_wide
from domain.people.rules import sound_name

LONGEST_DESCRIPTION = 1000


@act
async def define_measure(
    actor: Actor,
    *,
    key: str,
    name: str,
    unit: MeasureUnit,
    direction: MeasureDirection,
    source: MeasureSource,
    description: str = "",
    levels: Sequence[str] = (),
    id: UUID | None = None,
) -> UUID:
    """Say what is measured from now on, and how."""
    organisation_wide(actor, Act.MEASURES_ADMINISTER)

    values: dict[str, Any] = {
        "key": sound_key(key),
        "name": _sound_measure_name(name),
        "description": sound_text(
            description, longest=LONGEST_DESCRIPTION, path="description", required=False
        ),
        "unit": sound_unit(source, unit),
        "direction": sound_direction(unit, direction),
        "source": source,
        "levels": sound_levels(source, levels),
    }
    try:
        measure = await Measure.add(org_id=actor.org, id=id or new_id(), **values)
    except IntegrityError as refused:
        if getattr(refused.args[0], "constraint_name", None) == "measure_key_once":
            raise Conflict(f"There is already a measure {key!r}.", path=("key",)) from None
        raise

    await record(actor, "measure.defined", "measure", measure.id, after=values)
    return measure.id


@act
async def change_measure(
    actor: Actor,
    *,
    measure_id: UUID,
    expected_version: int,
    name: str | None = None,
    description: str | None = None,
    levels: Sequence[str] | None = None,
) -> UUID:
    """Say it in other words; None leaves them as they are."""
    measure = await measure_for(actor, Act.MEASURES_ADMINISTER, measure_id)

    MeasureChanged.since(expected_version, measure.version)
    after: dict[str, Any] = {}
    if name is not None:
        after["name"] = _sound_measure_name(name)
    if description is not None:
        after["description"] = sound_text(
            description, longest=LONGEST_DESCRIPTION, path="description", required=False
        )
    if levels is not None:
        after["levels"] = reworded_levels(measure.levels, levels)
    if not after:
        raise Invalid("Give a new name, a new description or other words for the levels.")
    before = {column: getattr(measure, column) for column in after}

    await measure.change(version=measure.version + 1, updated_at=datetime.now(UTC), **after)

    await record(actor, "measure.changed", "measure", measure.id, before=before, after=after)
    return measure.id


@act
async def retire_measure(actor: Actor, *, measure_id: UUID, expected_version: int) -> UUID:
    """No goal is set by it any more; those that are go on."""
    measure = await measure_for(actor, Act.MEASURES_ADMINISTER, measure_id)

    if measure.retired_at is not None:
        raise Conflict("This measure is retired already.", path=("measureId",))
    MeasureChanged.since(expected_version, measure.version)
    now = datetime.now(UTC)
    await measure.change(version=measure.version + 1, updated_at=now, retired_at=now)

    await record(actor, "measure.retired", "measure", measure.id)
    return measure.id


def _sound_measure_name(name: str) -> str:
    name = sound_name(name, path="name")
    if len(name) > 100:
        raise Invalid("A measure's name has 1 to 100 characters.", path=("name",))
    return name
