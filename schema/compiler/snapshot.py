"""The one snapshot in which the fields of ordinary execution read."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Any

from auth.actor import Actor
from domain.database import reading
from domain.incentives.pay_access import sight


class Snapshot:
    """Opened at the first read, so that an operation which reads nothing takes no connection.

    Fields are resolved at the same time and a connection runs one statement at a time, so they
    queue here. `statements` counts them.
    """

    def __init__(self, actor: Actor) -> None:
        self.statements = 0
        self._actor = actor
        self._turn = asyncio.Lock()
        self._open = AsyncExitStack()
        self._connection: Any = None
        self._closed = False

    async def value(self, statement: str, arguments: Sequence[object]) -> str:
        """The text that a statement gives."""
        async with self._turn:
            if self._closed:
                raise RuntimeError("The operation has ended; nothing more is read for it.")
            connection = self._connection or await self._begin()
            self.statements += 1
            text: str = await connection.fetchval(statement, *arguments)
            return text

    async def _begin(self) -> Any:
        actor = self._actor
        whose = reading(actor.org, actor.person, sight(actor))
        self._connection = connection = await self._open.enter_async_context(whose)
        return connection

    async def renew(self) -> None:
        """Let go of the connection; the next read sees what has been committed since."""
        async with self._turn:
            self._connection = None
            await self._open.aclose()

    async def close(self) -> None:
        """Let go of the connection for good, after the statement that runs. A read that comes later,
        from a field whose sibling failed, must not open another."""
        self._closed = True
        if self._connection is not None or self._turn.locked():
            await self.renew()
