"""Hearing at once that an organisation's history went on: one LISTEN connection for each process.

A notification is a hint and nothing more. Whoever waits takes the news of an organisation first,
looks at the history then, and waits for the news last; so what happens in between is not missed.
Hints can be lost, while the connection is away: when it is back, everybody who waits is told to
look once.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from uuid import UUID
from weakref import WeakValueDictionary

import asyncpg

from domain.database.connection import session_settings
from domain.database.limits import PoolLimits
from domain.history.numbering import CHANNEL

log = logging.getLogger(__name__)

_SHORTEST_WAIT, _LONGEST_WAIT = 0.1, 5.0
_CONNECT_SECONDS = 10.0
_PROBE_SECONDS, _PROBE_PATIENCE = 30.0, 5.0


class Listening:
    """The ear of one process. Somebody who waits costs one small object and no connection."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._next: WeakValueDictionary[UUID, asyncio.Event] = WeakValueDictionary()

    def news_of(self, org: UUID) -> asyncio.Event:
        """Set as soon as the organisation's history goes on after this call. Shared by all who wait
        for the organisation; nobody but this object may set or clear it."""
        return self._next.setdefault(org, asyncio.Event())

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Listens in the background, and goes on trying while the database is away."""
        hearing = asyncio.create_task(self._hear_for_ever(), name="history listening")
        try:
            yield
        finally:
            hearing.cancel()
            with suppress(asyncio.CancelledError):
                await hearing

    async def _hear_for_ever(self) -> None:
        wait = _SHORTEST_WAIT
        while True:
            lost = asyncio.Event()
            try:
                connection = await self._connect(lost)
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                await asyncio.sleep(wait)
                wait = min(wait * 2, _LONGEST_WAIT)
                continue
            wait = _SHORTEST_WAIT
            try:
                self._tell_everybody()
                await _until_lost(connection, lost)
            finally:
                connection.terminate()
            log.warning("the connection that listens to the history was lost; connecting again")

    async def _connect(self, lost: asyncio.Event) -> asyncpg.Connection:
        connection = await asyncpg.connect(
            self._dsn,
            timeout=_CONNECT_SECONDS,
            server_settings={
                **session_settings("attain_reader", PoolLimits()),
                "application_name": "attain_listener",
            },
        )
        connection.add_termination_listener(lambda _connection: lost.set())
        await connection.add_listener(CHANNEL, self._heard)
        return connection

    def _heard(self, _connection: object, _process: int, _channel: str, payload: str) -> None:
        org, _, _number = payload.partition(" ")
        with suppress(ValueError):  # whoever may connect may notify, and write what they like
            self._tell(UUID(org))

    def _tell(self, org: UUID) -> None:
        news = self._next.pop(org, None)
        if news is not None:
            news.set()

    def _tell_everybody(self) -> None:
        for org in list(self._next):
            self._tell(org)


async def _until_lost(connection: asyncpg.Connection, lost: asyncio.Event) -> None:
    """Nothing tells us of a far side that fell silent, so it is asked now and then."""
    while True:
        with suppress(TimeoutError):
            async with asyncio.timeout(_PROBE_SECONDS):
                await lost.wait()
                return
        try:
            await connection.execute("select 1", timeout=_PROBE_PATIENCE)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return
