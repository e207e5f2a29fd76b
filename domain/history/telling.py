"""The history as people read it: the latest events, the newest last."""

from typing import Any
from uuid import UUID

from domain.database import reading

_LATEST = """
select event.number, event.recorded_at, event.act, event.subject_kind, event.subject_id, event.via,
  event.client_id, event.person_id, person.name as person_name,
  event.before::text as before, event.after::text as after, event.reason
from event left join person on person.org_id = event.org_id and person.id = event.person_id
where event.org_id = $1 and event.number is not null
  and ($2::text is null or event.subject_kind = $2) and ($3::uuid is null or event.subject_id = $3)
order by event.number desc limit $4
"""


async def latest_events(
    org: UUID, last: int, *, subject_kind: str | None = None, subject_id: UUID | None = None
) -> list[dict[str, Any]]:
    """Up to `last` numbered events, oldest first; of one kind of subject or of one subject where
    these are given. `before` and `after` are JSON text."""
    async with reading(org) as snapshot:
        rows = await snapshot.fetch(_LATEST, org, subject_kind, subject_id, last)
    return [dict(row) for row in reversed(rows)]
