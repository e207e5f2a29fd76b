"""What of all that happens somebody wants to see."""

from uuid import UUID

from auth.actor import Actor
from domain.activities.models import ActivityKind
from domain.acts import act
from domain.database import current_transaction
from domain.history import record
from domain.notices.preferences import preferring

_PREFER = """insert into activity_preference (org_id, person_id, kind, shown) values ($1, $2, $3, $4)
on conflict (org_id, person_id, kind) do update set shown = excluded.shown"""


@act
async def prefer_activity(actor: Actor, *, kind: ActivityKind, shown: bool) -> UUID:
    """Say whether what is of one kind shows in one's feed and digests. Returns the person's id."""
    person = preferring(actor)

    await current_transaction().execute_query(_PREFER, [actor.org, person, kind.value, shown])
    await record(actor, "activity.preferred", "activity_preference", person)
    return person
