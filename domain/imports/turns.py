"""Imports of one organisation take turns; with everybody else they may collide."""

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg

from domain.errors import Conflict
from domain.imports.staging import Staging


async def take_turn(staging: Staging) -> None:
    """Imports of one organisation wait for one another here, until the transaction ends."""
    await staging.connection.execute(
        "insert into import_turn (org_id) values ($1) on conflict do nothing", staging.org
    )
    await staging.connection.execute(
        "select 1 from import_turn where org_id = $1 for update", staging.org
    )


@contextmanager
def collisions_refused(done: str) -> Iterator[None]:
    """Around the whole transaction: what others did meanwhile is a Conflict, not a fault of ours.
    `done` says what did not happen, such as "imported"."""
    try:
        yield
    except (asyncpg.UniqueViolationError, asyncpg.ExclusionViolationError) as why:
        raise Conflict(
            f"Somebody else has added rows that take the place of these; nothing was {done}."
            " Change one or the other, or run it again.",
            constraint=why.constraint_name,
        ) from why
    except (
        asyncpg.ForeignKeyViolationError,
        asyncpg.DeadlockDetectedError,
        asyncpg.LockNotAvailableError,
    ) as why:
        raise Conflict(
            f"Others were changing the same rows; nothing was {done}. Run it again."
        ) from why
