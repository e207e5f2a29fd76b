"""Who acts where nobody does: the worker on its rounds, for one organisation on its own day."""

from datetime import date, datetime
from uuid import UUID

from auth.actor import Actor
from domain.database import current_transaction
from domain.people.organisations import today_in

_DAY = "select business_date, time_zone from organisation where org_id = $1"


def installation(org: UUID, today: date) -> Actor:
    """The installation itself, as the history names it."""
    return Actor.system(org, today, "worker")


async def on_its_round(org: UUID, now: datetime) -> Actor:
    """The installation on the organisation's today, read in the current transaction."""
    [row] = await current_transaction().execute_query_dict(_DAY, [org])
    return installation(org, today_in(row["business_date"], row["time_zone"], now))
