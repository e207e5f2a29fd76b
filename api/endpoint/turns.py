"""Callers take turns with themselves.

Reads share a few connections. One caller with many requests at once would hold them all, and
everybody else would hear that the database is busy. So each has some operations under way at most,
and their own further ones wait behind those.
"""

import asyncio
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from api.endpoint.errors import Code, RequestRefused

RETRY_AFTER_SECONDS = 1


@dataclass(slots=True)
class _Line:
    free: asyncio.Semaphore
    callers: int = 0


@dataclass(slots=True)
class Turns:
    """At most `at_once` operations of one caller; the next waits for at most so many seconds."""

    at_once: int
    seconds: float = 1.5
    _lines: dict[Hashable, _Line] = field(default_factory=dict)

    @asynccontextmanager
    async def of(self, caller: Hashable) -> AsyncIterator[None]:
        """A turn of this caller. Raises RequestRefused, with 429, where none comes in time."""
        line = self._lines.get(caller)
        if line is None:
            line = self._lines[caller] = _Line(asyncio.Semaphore(self.at_once))
        line.callers += 1
        try:
            await self._wait(line.free)
            try:
                yield
            finally:
                line.free.release()
        finally:
            line.callers -= 1
            if not line.callers:
                del self._lines[caller]

    async def _wait(self, free: asyncio.Semaphore) -> None:
        if not free.locked():
            await free.acquire()  # at once
            return
        try:
            async with asyncio.timeout(self.seconds):
                await free.acquire()
        except TimeoutError:
            raise RequestRefused(
                f"You have {self.at_once} operations under way; wait for one of them to end.",
                Code.RATE_LIMITED,
                status=429,
                limit="operations_at_once",
                headers={"Retry-After": str(RETRY_AFTER_SECONDS)},
            ) from None

    def __len__(self) -> int:
        return len(self._lines)
