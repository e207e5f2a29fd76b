"""Who may see what is measured, and the door through which actions get a measure."""

from collections.abc import Mapping, Set
from uuid import UUID

from auth.actor import Actor
from auth.permissions import Act, FieldClass
from domain.errors import Invalid, NotFound
from domain.measures.models import Measure, MeasureUnit
from domain.people.access import organisation_wide, related


def visible(actor: Actor) -> str:
    """SQL over `{row}`: measures are reference data."""
    return related(actor, FieldClass.REFERENCE, "{row}.id")


async def measure_for(actor: Actor, act: Act, measure_id: UUID) -> Measure:
    """The measure, locked until the transaction ends, for somebody who may do this act. Raises
    NotPermitted and NotFound."""
    organisation_wide(actor, act)
    measures = Measure.filter(org_id=actor.org, id=measure_id)
    measure = await measures.select_for_update(no_key=True).first()
    if measure is None:
        raise NotFound("measure", path=("measureId",))
    return measure


async def unit_of(actor: Actor, key: str) -> MeasureUnit:
    """What the figures of a measure are in. Raises Invalid for one that is not in use."""
    measure = await Measure.get_or_none(org_id=actor.org, key=key, retired_at__isnull=True)
    if measure is None:
        raise Invalid(f"There is no measure {key!r} in use.", path=("measure",))
    return MeasureUnit(measure.unit)


async def measures_in_use(actor: Actor, keys: Set[str], *, path: str) -> Mapping[str, Measure]:
    """These measures by their keys. Raises Invalid for one that is not in use."""
    found = {
        measure.key: measure
        for measure in await Measure.filter(
            org_id=actor.org, key__in=sorted(keys), retired_at__isnull=True
        )
    }
    for key in sorted(keys - found.keys()):
        raise Invalid(f"There is no measure {key!r} in use.", path=(path,))
    return found
