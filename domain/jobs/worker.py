"""The worker: takes jobs from the queue and goes its rounds, until it is told to stop.

It needs the database open (`open_database`), since jobs act for organisations as everybody does;
its own connections, as attain_worker, are for the queue and for the list of organisations.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta

from pgqueuer import PgQueuer
from pgqueuer.adapters.drivers.asyncpg import AsyncpgPoolDriver
from pgqueuer.adapters.persistence.qb import (
    QueryBuilderEnvironment,
    QueryQueueBuilder,
    QuerySchedulerBuilder,
)
from pgqueuer.adapters.persistence.queries import Queries
from pgqueuer.domain.errors import RetryRequested
from pgqueuer.domain.models import Job, Schedule
from pgqueuer.domain.types import Channel

from domain.access_requests import answering  # noqa: F401 - declares a job and a round
from domain.database.connection import BoundedPool, open_pool
from domain.database.limits import PoolLimits
from domain.feedback import delivering  # noqa: F401 - declares a round
from domain.feedback import reminding as feedback_reminding  # noqa: F401 - declares a round
from domain.incentives import crediting_due, due, running  # noqa: F401 - declare rounds and jobs
from domain.jobs import upkeep  # noqa: F401 - declares the rounds of the installation itself
from domain.jobs.at_once import CHANNEL, AtOnce
from domain.jobs.queue import NAMES, read
from domain.jobs.registry import Round, Work, registry
from domain.milestones import reaching  # noqa: F401 - declares a round
from domain.notices import digests, nudges  # noqa: F401 - declare rounds
from domain.one_to_ones import carrying  # noqa: F401 - declares a round
from domain.plans import falling_behind  # noqa: F401 - declares a round
from domain.retention import removing  # noqa: F401 - declares a round
from domain.tasks import reminding as task_reminding  # noqa: F401 - declares a round

log = logging.getLogger(__name__)

TRIES = 10
LONGEST_PAUSE = timedelta(minutes=5)
GRACE_SECONDS = 10.0
AT_ONCE = 4
"""So many jobs at a time: each takes a connection, of which callers of the same process need some too, and
what one worker does not take another can."""
_ORGANISATIONS = "select org_id from organisation order by org_id"


class JobFailed(Exception):
    """A job that failed as often as we try; it is kept as failed, for somebody to look at."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How quickly a worker notices things, in seconds."""

    dead_after: float = 30.0  # a job whose worker has not been heard of for so long is taken over
    look_every: float = 10.0  # at the queue, should a notification have been lost
    return_after: float = 2.0  # to a database that went away


async def run_worker(dsn: str, stop: asyncio.Event, pace: Pace | None = None) -> None:
    """Work until `stop` is set, then finish the jobs under way. A database that goes away is
    waited for."""
    pace = pace or Pace()
    while not stop.is_set():
        try:
            await _work(dsn, stop, pace)
        except Exception:  # cut connections end in many ways, and a worker must not end with them
            log.warning("the worker lost its database and returns to it", exc_info=True)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), pace.return_after)


@asynccontextmanager
async def working(dsn: str, pace: Pace | None = None) -> AsyncIterator[None]:
    """A worker in this process, for installations that need no other."""
    stop = asyncio.Event()
    worker = asyncio.create_task(run_worker(dsn, stop, pace))
    try:
        yield
    finally:
        stop.set()
        _, late = await asyncio.wait([worker], timeout=GRACE_SECONDS)
        for task in late:
            task.cancel()
            await asyncio.wait([task])


async def _work(dsn: str, stop: asyncio.Event, pace: Pace) -> None:
    pool = await open_pool(dsn, "attain_worker", 5, PoolLimits(acquire_seconds=10.0))
    driver = AsyncpgPoolDriver(pool)
    runner = _runner(pool, driver)
    stopping = asyncio.create_task(_pass_on(stop, runner.shutdown))
    at_once = AtOnce(registry.rounds)
    try:
        # The runner probes its listener while it is still connecting it, and a probe that came too
        # early would be taken for a lost database ten seconds later. So we listen before it does.
        await driver.add_listener(NAMES.channel, _ignore)
        await driver.add_listener(CHANNEL, at_once.hear)
        await runner.run(
            batch_size=AT_ONCE // 2,
            max_concurrent_tasks=AT_ONCE,
            dequeue_timeout=timedelta(seconds=pace.look_every),
            heartbeat_timeout=timedelta(seconds=pace.dead_after),
            shutdown_on_listener_failure=True,
        )
        await pool.close()
    finally:
        stopping.cancel()
        await at_once.stop()
        # Nothing is left to wait for; after a failure the runner keeps connections for ever.
        pool.terminate()


async def _pass_on(stop: asyncio.Event, shutdown: asyncio.Event) -> None:
    # Not the same event: the runner sets its own also when it fails, and then we go on.
    await stop.wait()
    shutdown.set()


def _ignore(_payload: str | bytes | bytearray) -> None:
    pass


def _runner(pool: BoundedPool, driver: AsyncpgPoolDriver) -> PgQueuer:
    queries = Queries(
        driver,
        qbe=QueryBuilderEnvironment(NAMES),
        qbq=QueryQueueBuilder(NAMES),
        qbs=QuerySchedulerBuilder(NAMES),
    )
    runner = PgQueuer(driver, channel=Channel(NAMES.channel), queries=queries)
    for name, work in registry.jobs.items():
        runner.entrypoint(name, on_failure="hold")(_attempt(name, work))
    for round_ in registry.rounds.values():
        runner.schedule(round_.name, round_.times)(_go(round_, pool))
    return runner


def _attempt(name: str, work: Work) -> Callable[[Job], Awaitable[None]]:
    async def attempt(job: Job) -> None:
        # What failed is logged here and goes no further: the queue keeps the texts of exceptions,
        # and they may hold what only its organisation should see.
        try:
            await work(read(job.payload))
        except asyncio.CancelledError:
            raise RetryRequested(reason="the worker was stopped") from None
        except Exception as error:
            log.exception("job %s failed, attempt %d of %d", name, job.attempts + 1, TRIES)
            if job.attempts + 1 >= TRIES and await _is_given_up(name, job):
                raise JobFailed(name) from None
            pause = min(timedelta(seconds=2 ** min(job.attempts, TRIES)), LONGEST_PAUSE)
            raise RetryRequested(pause, reason=type(error).__name__) from None

    return attempt


async def _is_given_up(name: str, job: Job) -> bool:
    """Whether whoever waits for the job knows that nobody tries it any more. If they cannot be told
    (the database is away), it is tried again."""
    if (tell := registry.given_up.get(name)) is None:
        return True
    try:
        await tell(read(job.payload))
    except Exception:
        log.exception("nobody could be told that job %s is given up", name)
        return False
    return True


def _go(round_: Round, pool: BoundedPool) -> Callable[[Schedule], Awaitable[None]]:
    async def go(_: Schedule) -> None:
        if round_.for_platform is not None:
            await round_.for_platform(pool)
        if round_.for_organisation is not None:
            for row in await pool.fetch(_ORGANISATIONS):
                try:
                    while await round_.for_organisation(row["org_id"]):
                        pass
                except Exception:  # the others must not wait for this one
                    log.exception("%s failed for organisation %s", round_.name, row["org_id"])

    return go
