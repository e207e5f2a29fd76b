"""A worker that is killed in the middle of a job: python -m tests.domain.jobs.dying_worker DSN"""

import asyncio
import os
import signal
import sys

from domain.database import open_database
from domain.jobs import Payload, job, run_worker


@job("test.killed")
async def be_killed(_: Payload) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


async def _main(dsn: str) -> None:
    await open_database(dsn)
    await run_worker(dsn, asyncio.Event())


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1]))
