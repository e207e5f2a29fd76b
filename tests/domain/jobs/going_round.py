"""A worker's rounds over one organisation, gone once, in a process that may die on the way:

python -m tests.domain.jobs.going_round DSN ORG
python -m tests.domain.jobs.going_round DSN ORG while_telling 4
python -m tests.domain.jobs.going_round DSN ORG after_commit
"""

import asyncio
import os
import signal
import sys
from typing import Any
from uuid import UUID

from domain.database import close_database, open_database
from domain.jobs import worker  # noqa: F401 - declares the rounds
from domain.jobs.registry import registry
from domain.milestones import reaching
from domain.notices import nudges, sending
from domain.plans import falling_behind

ROUNDS = ("note_milestones", "correct_goals", "nudge_people")


async def run(dsn: str, org: UUID, *moment: str) -> int:
    """The exit code of such a process."""
    command = [sys.executable, "-m", "tests.domain.jobs.going_round", dsn, str(org), *moment]
    process = await asyncio.create_subprocess_exec(*command)
    return await process.wait()


async def go_round(org: UUID) -> None:
    """Every round once, as a worker goes it."""
    for name in ROUNDS:
        work = registry.rounds[name].for_organisation
        assert work is not None
        await work(org)


def die_while_telling(notices: int) -> None:
    """Be killed when this notice of the process is written and not committed."""
    told = 0
    record = sending.record  # type: ignore[attr-defined]  # what sending calls for each notice

    async def recorded(*args: Any, **kwargs: Any) -> None:
        nonlocal told
        told += 1
        await record(*args, **kwargs)
        if told == notices:
            os.kill(os.getpid(), signal.SIGKILL)

    sending.record = recorded  # type: ignore[attr-defined]  # as above


def die_after_commit() -> None:
    """Be killed when something is committed and has no number in the history yet."""

    async def killed(_: UUID) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    for module in (reaching, falling_behind, nudges):
        module.number_events = killed  # type: ignore[attr-defined]  # the call after a commit


async def _main(dsn: str, org: str, moment: str = "", notices: str = "0") -> None:
    if moment == "while_telling":
        die_while_telling(int(notices))
    if moment == "after_commit":
        die_after_commit()
    await open_database(dsn)
    await go_round(UUID(org))
    await close_database()


if __name__ == "__main__":
    asyncio.run(_main(*sys.argv[1:]))
