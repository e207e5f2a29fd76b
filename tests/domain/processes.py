"""Processes of their own, for what only another process can do: write beside us, or die.

python -m tests.domain.processes DSN ORG write 100
python -m tests.domain.processes DSN ORG die before_commit KEY
"""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from datetime import date
from uuid import UUID

from auth.actor import Actor
from auth.once import Once
from domain import acts
from domain.database import close_database, open_database
from domain.history import record
from domain.ids import new_id
from domain.people.actions import add_position
from domain.people.models import Position

TODAY = date(2020, 5, 29)
TITLE = "Written by another process"


def message(key: str) -> Once:
    """What a caller sends, and sends again when no answer came."""
    return Once.of(key, "positionAdd", {"title": TITLE})


async def run(dsn: str, org: UUID, what: str, *arguments: str) -> int:
    """The exit code of such a process."""
    command = [sys.executable, "-m", "tests.domain.processes", dsn, str(org), what, *arguments]
    process = await asyncio.create_subprocess_exec(*command)
    return await process.wait()


async def write(actor: Actor, acts_: str) -> None:
    """Perform so many acts, eight at a time."""
    left = iter(range(int(acts_)))

    async def writer() -> None:
        for _ in left:
            await add_position(actor, title=TITLE)

    await asyncio.gather(*(writer() for _ in range(8)))


async def die(actor: Actor, moment: str, key: str) -> None:
    """Perform one act and be killed at that moment of it."""
    actor = actor.with_once(message(key))
    if moment == "before_commit":
        await _killed_in_the_middle(actor)
    if moment == "before_numbering":
        acts.number_events = _killed  # type: ignore[attr-defined,assignment] # the call that comes next
    await add_position(actor, title=TITLE)
    assert moment == "before_reply"
    await _killed()


@acts.act
async def _killed_in_the_middle(actor: Actor) -> UUID:
    position = await Position.add(org_id=actor.org, id=new_id(), title=TITLE)
    await record(actor, "position.added", "position", position.id)
    await _killed()
    return position.id


async def _killed(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


async def _main(dsn: str, org: str, what: str, *arguments: str) -> None:
    doings: dict[str, Callable[..., Awaitable[None]]] = {"write": write, "die": die}
    await open_database(dsn)
    await doings[what](Actor.system(UUID(org), TODAY, "cli"), *arguments)
    await close_database()


if __name__ == "__main__":
    asyncio.run(_main(*sys.argv[1:]))
