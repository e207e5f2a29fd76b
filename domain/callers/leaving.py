"""Which of many callers may call no longer: one look for everybody with an open connection."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from domain.database import reading
from domain.people.organisations import today_in

_ORGANISATION = "select business_date, time_zone from organisation where org_id = $1"
_GONE = """
select given.id from unnest($2::uuid[]) as given(id)
where not exists (
  select 1 from session join person on person.org_id = $1 and person.id = session.person_id
  where session.org_id = $1 and session.id = given.id
    and session.revoked_at is null and session.expires_at > $4
    and person.disabled_at is null and (person.left_on is null or person.left_on > $5))
union all
select given.id from unnest($3::uuid[]) as given(id)
where not exists (
  select 1 from client_app
  where client_app.org_id = $1 and client_app.id = given.id
    and client_app.revoked_at is null and client_app.expires_at > $4)
"""


async def gone(
    org: UUID, sessions: Collection[UUID], clients: Collection[UUID], now: datetime
) -> set[UUID]:
    """Those of an organisation's sessions and partner apps that are over, or of people who left."""
    async with reading(org) as connection:
        row = await connection.fetchrow(_ORGANISATION, org)
        today = today_in(row["business_date"], row["time_zone"], now)
        found = await connection.fetch(_GONE, org, list(sessions), list(clients), now, today)
    return {each["id"] for each in found}
