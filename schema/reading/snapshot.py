"""The one snapshot in which an operation reads."""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack

from asyncpg import Record
from asyncpg.pool import PoolConnectionProxy

from auth.actor import Actor
from domain.database import reading
from domain.errors import Invalid
from domain.sql import bind, viewer

MOST_ROWS = 20_000
"""How many rows one operation may ask for; pages within pages multiply."""


class Snapshot:
    """Opened at the first read, so that an operation which reads nothing takes no connection.

    Fields are resolved at the same time and a connection runs one statement at a time, so they
    queue here. `statements` counts them.
    """

    def __init__(self, actor: Actor) -> None:
        self.statements = 0
        self._asked = 0
        self._actor = actor
        self._viewer = viewer(actor)
        self._turn = asyncio.Lock()
        self._open = AsyncExitStack()
        self._connection: PoolConnectionProxy | None = None
        self._closed = False

    async def fetch(self, text: str, values: Mapping[str, object]) -> list[Record]:
        """The rows of a statement with `:name` placeholders; the viewer's are known here."""
        statement, arguments = bind(text, {**values, **self._viewer})
        async with self._turn:
            if self._closed:
                raise RuntimeError("The operation has ended; nothing more is read for it.")
            connection = self._connection or await self._begin()
            self.statements += 1
            rows: list[Record] = await connection.fetch(statement, *arguments)
            return rows

    def ask_for(self, rows: int) -> None:
        """Say how many rows may come, before they are read. Raises Invalid for too many."""
        self._asked += rows
        if self._asked > MOST_ROWS:
            raise Invalid(
                f"This asks for more than {MOST_ROWS} rows in one operation, since pages within pages"
                " multiply. Ask for smaller pages.",
                path=("first",),
            )

    async def _begin(self) -> PoolConnectionProxy:
        whose = reading(self._actor.org, self._actor.person)
        self._connection = connection = await self._open.enter_async_context(whose)
        return connection

    async def renew(self) -> None:
        """Let go of the connection; the next read sees what has been committed since."""
        async with self._turn:
            self._connection = None
            self._asked = 0
            await self._open.aclose()

    async def close(self) -> None:
        """Let go of the connection for good, after the statement that runs. A read that comes later,
        from a field whose sibling failed, must not open another."""
        self._closed = True
        await self.renew()
