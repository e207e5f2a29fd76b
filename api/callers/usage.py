"""Counting what partner apps ask: in memory, and added up in the database every few seconds.

So a read costs no write. What a process counted since the last time is lost if it is killed; the
log of requests has it.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import date, datetime
from uuid import UUID

import structlog

from domain.callers.usage import add_uses

log = structlog.get_logger("attain.callers")

FLUSH_SECONDS = 5.0
MOST = 10_000  # apps and days remembered at once; more than anybody has


class UsageLog:
    """One per process."""

    def __init__(self) -> None:
        self._counted: Counter[tuple[UUID, UUID, date]] = Counter()

    def note(self, org: UUID, client: UUID, now: datetime) -> None:
        """One request of a partner app; days are UTC's."""
        use = (org, client, now.date())
        if use in self._counted or len(self._counted) < MOST:
            self._counted[use] += 1

    async def flush(self) -> None:
        """Add what was counted to what is stored; what cannot be added is kept for the next time."""
        counted, self._counted = self._counted, Counter()
        by_org: dict[UUID, dict[tuple[UUID, date], int]] = defaultdict(dict)
        for (org, client, day), requests in counted.items():
            by_org[org][client, day] = requests
        for org, uses in by_org.items():
            try:
                await add_uses(org, uses)
            except Exception:  # whatever it is, counting must not end; the next flush tries again
                log.warning("usage.waits", org_id=str(org), exc_info=True)
                self._counted.update({(org, *use): requests for use, requests in uses.items()})

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Flush every few seconds, and once more at the end."""
        ending = asyncio.Event()
        flushing = asyncio.create_task(self._flush_until(ending))
        try:
            yield
        finally:
            ending.set()  # not cancelled: a flush under way is ended in order
            await flushing

    async def _flush_until(self, ending: asyncio.Event) -> None:
        while not ending.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(ending.wait(), FLUSH_SECONDS)
            await self.flush()
