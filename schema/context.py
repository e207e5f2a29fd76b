"""What the resolvers of one operation share: the caller, and the snapshot they read in."""

from types import TracebackType
from typing import Self

import strawberry

from auth.actor import Actor
from schema.reading.reader import Reader
from schema.reading.snapshot import Snapshot


class Context:
    """Opened for one operation and closed after it.

        async with Context(actor) as context:
            await execute(schema, document, context_value=context)

    A query reads in one snapshot. Each act of a mutation ends the one before, so that its payload
    shows what the act left behind.
    """

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.snapshot = Snapshot(actor)
        self.reader = Reader(actor, self.snapshot)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _where: TracebackType | None,
    ) -> None:
        await self.snapshot.close()


Info = strawberry.Info[Context, None]
