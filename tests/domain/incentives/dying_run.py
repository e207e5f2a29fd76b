"""Does the parts of a run again and again, and is killed at some statement of it each time:

python -m tests.domain.incentives.dying_run DSN ORG PART ...

Each line that it is sent holds a number of statements; it answers with what became of a process
that may perform no more than these.
"""

import asyncio
import os
import signal
import sys
from uuid import UUID

from tortoise.backends.asyncpg.client import TransactionWrapper

from domain.database import open_database
from domain.incentives.running import do_part


def _mortal(name: str, left: list[int]) -> None:
    lived = getattr(TransactionWrapper, name)

    async def dying(*given: object, **named: object) -> object:
        left[0] -= 1
        if left[0] < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return await lived(*given, **named)

    setattr(TransactionWrapper, name, dying)


async def _work(dsn: str, org: str, parts: list[str], statements: int) -> None:
    left = [statements]
    for name in ("execute_query_dict", "execute_query", "execute_insert"):
        _mortal(name, left)
    await open_database(dsn)
    for part in parts:
        await do_part({"org": UUID(org), "part": UUID(part)})


def _main(dsn: str, org: str, *parts: str) -> None:
    for line in sys.stdin:
        # Nothing is open yet in the parent, so a child has all to itself.
        child = os.fork()
        if not child:
            asyncio.run(_work(dsn, org, list(parts), int(line)))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _main(*sys.argv[1:])
