"""What an organisation decides about how long words are kept."""

from uuid import UUID

from auth.actor import Actor
from auth.permissions import Act
from domain.acts import act
from domain.database import current_transaction
from domain.history import record
from domain.people.access import organisation_wide
from domain.retention.rules import sound_months

_NOW = "select retention_months from organisation where org_id = $1 for no key update"
_SET = "update organisation set retention_months = $2, version = version + 1 where org_id = $1"


@act
async def set_retention(actor: Actor, *, months: int | None) -> UUID:
    """Keep what people write about one another for so many months after it was last touched; None keeps
    it for ever. What is older is removed within a day, by nobody's eyes."""
    organisation_wide(actor, Act.RETENTION_SET)
    months = sound_months(months)

    transaction = current_transaction()
    [now] = await transaction.execute_query_dict(_NOW, [actor.org])
    if now["retention_months"] != months:
        await transaction.execute_query(_SET, [actor.org, months])
        await record(
            actor,
            "organisation.retention_set",
            "organisation",
            actor.org,
            before={"months": now["retention_months"]},
            after={"months": months},
        )
    return actor.org
