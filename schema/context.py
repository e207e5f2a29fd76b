"""What the fields of one operation share: the caller, and what they read in."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import strawberry

from auth.actor import Actor
from domain.database import NO_SIGHT, read_value
from domain.incentives.pay_access import sight
from schema.compiler.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Proof:
    """How a statement tells that a caller who was remembered still stands as they stood: SQL that
    must hold, and the values of its parameters."""

    sql: str
    values: Mapping[str, object]


class Context:
    """Opened for one operation and closed after it.

    A query that is compiled whole is one statement, and so one snapshot. Fields of ordinary
    execution read in one snapshot as well; each act of a mutation ends the one before, so that
    its payload shows what the act left behind.

    A caller who was only remembered comes with a `proof` and with `renewed`, which asks the
    database who they are now. Whatever does not read by one statement calls `renew` first.
    """

    def __init__(
        self,
        actor: Actor,
        proof: Proof | None = None,
        renewed: Callable[[], Awaitable[Actor]] | None = None,
    ) -> None:
        self.actor = actor
        self.proof = proof
        self.snapshot = Snapshot(actor)
        self.statements = 0
        self.operation: Any = None
        """The operation that ordinary execution runs, by which plans of its fields are kept."""
        self.turn = asyncio.Lock()
        """Held by whichever of the operation's fields works its answer out, so that it is one at a time."""
        self._renewed = renewed

    async def renew(self) -> None:
        """The caller as they stand now; raises what `renewed` raises."""
        if self._renewed is None:
            return
        self.actor, self.proof, self._renewed = await self._renewed(), None, None
        self.snapshot = Snapshot(self.actor)

    async def fetch(
        self, statement: str, arguments: Sequence[object], *, by_sight: bool = False
    ) -> str | None:
        """The text that the statement gives; None where the caller stands differently now. Only a
        statement that is said to meet a second lock is shown what lies behind it."""
        self.statements += 1
        sees = sight(self.actor) if by_sight else NO_SIGHT
        text: str | None = await read_value(self.actor.org, statement, arguments, sees)
        return text

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
