"""What comp administrators do with territories."""

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from auth.actor import Actor
from auth.permissions import Act
from domain.acts import act
from domain.history import record
from domain.territories.access import territory_for
from domain.territories.rules import TerritoryChanged, sound_potential


@act
async def set_potential(
    actor: Actor, *, territory_id: UUID, expected_version: int, potential: Decimal | None = None
) -> UUID:
    """Say what could be sold in a territory, in the unit in which all of them are estimated; None
    where that is not known. Cascades by potential share by it."""
    territory = await territory_for(actor, Act.TERRITORIES_ADMINISTER, territory_id)

    TerritoryChanged.since(expected_version, territory.version)
    before, after = territory.potential, sound_potential(potential)
    await territory.change(
        potential=after, version=territory.version + 1, updated_at=datetime.now(UTC)
    )

    await record(
        actor,
        "territory.potential_set",
        "territory",
        territory.id,
        before={"potential": before},
        after={"potential": after},
    )
    return territory.id
