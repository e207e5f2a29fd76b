"""What an installation does for itself: number what waits, forget what is old."""

from uuid import UUID

from domain.database import on_behalf_of, reading
from domain.database.connection import BoundedPool
from domain.history import number_events
from domain.jobs.registry import each_organisation, periodically

_WAITING = "select exists (select from event where org_id = $1 and number is null)"
_OLD_KEYS = (
    "delete from idempotency_key where org_id = $1 and created_at < now() - interval '30 days'"
)
# Only what has been counted into the statistics.
_OLD_LOG = "delete from jobs.pgqueuer_log where aggregated and created < now() - interval '30 days'"


@each_organisation("* * * * * */10")
async def number_waiting_events(org: UUID) -> None:
    """Number what a process that died after its commit left behind."""
    async with reading(org) as snapshot:
        waiting = await snapshot.fetchval(_WAITING, org)
    if waiting:
        await number_events(org)


@each_organisation("17 3 * * *")
async def forget_old_keys(org: UUID) -> None:
    """A message sent again after more than 30 days is a new message."""
    async with on_behalf_of(org) as transaction:
        await transaction.execute_query(_OLD_KEYS, [org])


@periodically("37 3 * * *")
async def forget_old_jobs(pool: BoundedPool) -> None:
    """How jobs ended, a month ago."""
    await pool.execute(_OLD_LOG)
