"""How much each partner app asks, by day. Counted elsewhere in memory, added up here."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from domain.database import on_behalf_of

# In the order of the key, so that two processes that add at once never deadlock.
_ADD = """
insert into client_use (org_id, client_id, day, requests)
select $1, client_id, day, requests
from unnest($2::uuid[], $3::date[], $4::bigint[]) as counted(client_id, day, requests)
order by client_id, day
on conflict (org_id, client_id, day) do update set requests = client_use.requests + excluded.requests
"""


async def add_uses(org: UUID, uses: Mapping[tuple[UUID, date], int]) -> None:
    """Add counted requests of an organisation's partner apps to what is stored."""
    clients = [client for client, _ in uses]
    days = [day for _, day in uses]
    async with on_behalf_of(org) as transaction:
        await transaction.execute_query(_ADD, [org, clients, days, list(uses.values())])
