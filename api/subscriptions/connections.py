"""Every connection that stays open in this process: how many there are, whose, and their ends.

Nobody stays connected who may no longer call. Each event asks anew for whom it is; beside that, for
each organisation with anybody connected, one statement asks who of them all is gone: when its
history goes on, since whatever takes a caller's right is recorded there, and once a minute, since
sessions also end by the clock.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import datetime
from enum import Enum, auto
from typing import Protocol
from uuid import UUID

import structlog

from api.callers.visits import Visit
from api.subscriptions.limits import StreamLimits
from domain.callers.leaving import gone
from domain.history.listening import Listening

log = structlog.get_logger("attain.connections")

_BEAT_SECONDS = 3.0
_SECONDS_BETWEEN_LOOKS = 1.0
_PARTING_SECONDS = 3.0


class Ending(Enum):
    """Why a connection ends."""

    REVOKED = auto()
    TOKEN_EXPIRED = auto()
    SHUTTING_DOWN = auto()
    TOO_SLOW = auto()
    SILENT = auto()
    LEFT = auto()


class Kind(Enum):
    SOCKET = "websocket"
    EVENT_STREAM = "event_stream"


class Connection(Protocol):
    """An open connection, as the list sees it."""

    kind: Kind

    def end(self, ending: Ending) -> None:
        """Begin to end it; returns at once."""

    def beat(self, now: float) -> None:
        """Called every few seconds by the monotonic clock, so that no connection needs a timer of
        its own; returns at once."""


class Full(Exception):
    """There is no room for another connection. `who` is the process, the address or the caller."""

    def __init__(self, who: str) -> None:
        super().__init__(f"No room for another connection of the {who}.")
        self.who = who


class Connections:
    """One for each process. `gauge` is told how many connections of a kind are open."""

    def __init__(
        self,
        listening: Listening,
        limits: StreamLimits,
        now: Callable[[], datetime],
        gauge: Callable[[Kind, int], None] = lambda _kind, _change: None,
    ) -> None:
        self.limits = limits
        self._listening = listening
        self._now = now
        self._gauge = gauge
        self._open: dict[Connection, Visit | None] = {}
        self._of_org: dict[UUID, dict[Connection, Visit]] = {}
        self._of_kind: Counter[Kind] = Counter()
        self._of_caller: Counter[UUID] = Counter()
        self._newcomers: dict[Connection, str] = {}
        self._turns = asyncio.Semaphore(limits.at_once)
        self._watchers: dict[UUID, asyncio.Task[None]] = {}
        self._is_closing = False
        self._all_gone = asyncio.Event()

    def count(self, kind: Kind) -> int:
        """How many are open."""
        return self._of_kind[kind]

    @contextmanager
    def opened(
        self, connection: Connection, visit: Visit | None = None, *, place: str = ""
    ) -> Iterator[None]:
        """While the connection is open; `visit` says whose it is where that is known already, and
        `place` where somebody comes from of whom it is not. Raises Full."""
        limits, kind = self.limits, connection.kind
        most = limits.sockets if kind is Kind.SOCKET else limits.event_streams
        if self._is_closing or self._of_kind[kind] >= most:
            raise Full("process")
        if visit is None:
            self._check_newcomer(place)
        self._open[connection] = None
        self._newcomers[connection] = place
        self._of_kind[kind] += 1
        self._gauge(kind, 1)
        try:
            if visit is not None:
                self.introduce(connection, visit)
            yield
        finally:
            self._forget(connection)

    def _check_newcomer(self, place: str) -> None:
        if len(self._newcomers) >= self.limits.newcomers:
            raise Full("process")
        if list(self._newcomers.values()).count(place) >= self.limits.of_one_address:
            raise Full("address")

    def introduce(self, connection: Connection, visit: Visit) -> None:
        """Say whose an open connection is. Raises Full where they have too many."""
        if self._of_caller[visit.caller] >= self.limits.of_one_caller:
            raise Full("caller")
        org = visit.token.org
        self._open[connection] = visit
        self._of_org.setdefault(org, {})[connection] = visit
        self._of_caller[visit.caller] += 1
        del self._newcomers[connection]
        if org not in self._watchers:
            self._watchers[org] = asyncio.create_task(self._watch(org), name="watching callers")

    def _forget(self, connection: Connection) -> None:
        visit = self._open.pop(connection)
        self._of_kind[connection.kind] -= 1
        self._gauge(connection.kind, -1)
        if visit is None:
            del self._newcomers[connection]
        else:
            del self._of_org[visit.token.org][connection]
            self._of_caller[visit.caller] -= 1
            if not self._of_caller[visit.caller]:
                del self._of_caller[visit.caller]
        if not self._open:
            self._all_gone.set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Keeps connections alive, and says goodbye to all at the end."""
        beating = asyncio.create_task(self._beat_for_ever(), name="connections beating")
        try:
            yield
        finally:
            await self.say_goodbye()
            for task in (beating, *self._watchers.values()):
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task

    async def say_goodbye(self) -> None:
        """End every connection politely and let no more in; returns when all are gone, or after a
        few seconds."""
        self._is_closing = True
        self._all_gone.clear()
        for connection in list(self._open):
            connection.end(Ending.SHUTTING_DOWN)
        if self._open:
            with suppress(TimeoutError):
                async with asyncio.timeout(_PARTING_SECONDS):
                    await self._all_gone.wait()

    async def _beat_for_ever(self) -> None:
        while True:
            await asyncio.sleep(_BEAT_SECONDS)
            now = time.monotonic()
            for connection in list(self._open):
                connection.beat(now)

    async def _watch(self, org: UUID) -> None:
        """Until nobody of the organisation is connected any more."""
        try:
            while visits := self._of_org[org]:
                news = self._listening.news_of(org)
                await self._end_gone(org, dict(visits))
                await asyncio.sleep(_SECONDS_BETWEEN_LOOKS)
                with suppress(TimeoutError):
                    async with asyncio.timeout(self.limits.sweep_seconds):
                        await news.wait()
        finally:
            del self._watchers[org], self._of_org[org]

    async def _end_gone(self, org: UUID, visits: Mapping[Connection, Visit]) -> None:
        now = self._now()
        sessions = {visit.token.session for visit in visits.values() if visit.token.session}
        clients = {visit.token.client for visit in visits.values() if visit.token.client}
        try:
            async with self._turns:
                left = await gone(org, sessions, clients, now)
        except Exception as fault:  # whatever it is, the next look tries again
            log.warning("connections.not_looked_at", exc_info=fault)
            return
        for connection, visit in visits.items():
            if visit.standing in left:
                connection.end(Ending.REVOKED)
            elif visit.ends is not None and visit.ends <= now:
                connection.end(Ending.TOKEN_EXPIRED)
