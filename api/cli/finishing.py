"""The demo's first start: the server answers already while another process works out what the example's
people are paid, which takes a core for half a minute.

Jobs and rounds are that process's as well, from then on until the demo is stopped: they would work
out pay of which half the sales are not credited yet. Later starts need no such process.
"""

import asyncio
import multiprocessing
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from multiprocessing.connection import Connection

from api.cli import interruption
from api.cli.progress import console, errors
from api.cli.workers import how_it_ended, leave_when_alone, readable
from api.settings import Settings

PAUSE_SECONDS = 2.0
GRACE_SECONDS = 5.0
PAYING = "The pay of its people is being worked out meanwhile, which takes a minute or so."
PAID = "The pay of its people is worked out."


@asynccontextmanager
async def finishing(settings: Settings, dsn: str) -> AsyncIterator[Settings]:
    """Let the process run, and lend the settings to serve with beside it."""
    keeping = asyncio.create_task(_keep(settings, dsn))
    try:
        yield settings.model_copy(update={"worker": False})
    finally:
        keeping.cancel()
        with suppress(asyncio.CancelledError):
            await keeping


async def _keep(settings: Settings, dsn: str) -> None:
    """Put another process in the place of one that ended: it goes on where that one stopped."""
    context = multiprocessing.get_context("spawn")
    while True:
        line, theirs = context.Pipe()
        process = context.Process(target=work, args=(settings, dsn, theirs), daemon=True)
        await asyncio.to_thread(process.start)
        theirs.close()
        try:
            await readable(process.sentinel)
        finally:
            line.close()
            process.terminate()
            await asyncio.to_thread(process.join, GRACE_SECONDS)
            process.kill()
        if process.exitcode == 0:  # it is done, and jobs are a worker's that runs by itself
            return
        errors.print(f"What works out the pay ended ({how_it_ended(process)}).", markup=False)
        await asyncio.sleep(PAUSE_SECONDS)


def work(settings: Settings, dsn: str, line: Connection) -> None:
    """What that process does, from beginning to end; it ends with the one that started it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches both; who started us says when
    interruption.run_until_stopped(_work(settings, dsn, line), (signal.SIGTERM,))


async def _work(settings: Settings, dsn: str, line: Connection) -> None:
    from api.edge import configure_logs
    from api.example import pay_the_example
    from domain.database import close_database, open_database
    from domain.jobs import working

    configure_logs(json=settings.environment == "production", level=settings.log_level)
    leaving = asyncio.create_task(leave_when_alone(line))
    try:
        await pay_the_example(dsn, settings, lambda _: None)
        console.print(PAID)
        if not settings.worker:
            return
        await open_database(dsn, settings.pool_limits)
        try:
            async with working(dsn):
                await asyncio.Event().wait()
        finally:
            await close_database()
    finally:
        leaving.cancel()
