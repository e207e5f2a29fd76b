"""Serving with several processes on one port.

Each worker has its own listening socket on the port, its own pools and event loop; the kernel deals
the connections out among them. This process serves nobody: it starts the workers, puts another in
the place of one that ended, and stops them. They are forked from a process that has imported
everything and does nothing else, so they start at once and share the memory of what is imported.
"""

import asyncio
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from multiprocessing.process import BaseProcess
from tempfile import TemporaryDirectory

from prometheus_client.multiprocess import mark_process_dead

from api.cli import interruption
from api.cli.progress import errors
from api.cli.serving import GRACE_SECONDS, serve
from api.edge.workers import SHARED_FOLDER
from api.refusal import CommandRefused
from api.settings import Settings

PRELOADED = "api.preloaded"
CLOSING_SECONDS = 5.0
"""For leaving the database, after the grace for requests under way."""
PAUSE_SECONDS = 1.0
"""Before another takes the place of a worker that did not even live that long."""
READY = ""
"""What a worker says when it serves; anything else that it says is why it cannot."""


async def serve_with_workers(settings: Settings, dsn: str, on_ready: Callable[[], None]) -> None:
    """Serve with `settings.workers` processes until cancelled. Raises CommandRefused where one of
    the first does not start."""
    if sys.platform != "linux":
        raise CommandRefused(
            "Several workers share a port on Linux only. Leave ATTAIN_WORKERS at 1, or start several"
            " servers on ports of their own behind a proxy."
        )
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([PRELOADED])
    places = [_Place(number, settings, dsn) for number in range(settings.workers)]
    async with _shared_metrics():
        keeping: list[asyncio.Task[None]] = []
        try:
            await asyncio.gather(*(place.fill() for place in places))
            keeping = [asyncio.create_task(place.keep()) for place in places]
            on_ready()
            await asyncio.gather(*keeping)
        finally:
            for task in keeping:
                task.cancel()
            await asyncio.gather(*keeping, return_exceptions=True)
            await asyncio.gather(*(place.empty() for place in places))


@asynccontextmanager
async def _shared_metrics() -> AsyncIterator[None]:
    """A folder in which the workers count, so that each of them can tell the sums of all."""
    with TemporaryDirectory(prefix="attain-metrics-") as folder:
        os.environ[SHARED_FOLDER] = folder
        try:
            yield
        finally:
            del os.environ[SHARED_FOLDER]


@dataclass(slots=True)
class _Place:
    """One place among the workers. Jobs are done in the first only: the others would do no more
    than ask the database for some."""

    number: int
    settings: Settings
    dsn: str
    process: ForkServerProcess | None = None
    line: Connection | None = None
    started: float = field(default=0.0)

    async def fill(self) -> None:
        """Start a worker and wait until it serves. Raises CommandRefused where it does not."""
        context = multiprocessing.get_context("forkserver")
        own = {"worker": self.settings.worker and self.number == 0}
        self.line, theirs = context.Pipe()
        self.process = context.Process(
            target=work,
            args=(self.settings.model_copy(update=own), self.dsn, theirs),
            name=f"attain worker {self.number + 1}",
            daemon=True,
        )
        self.started = time.monotonic()
        await asyncio.to_thread(self.process.start)  # waits for the imports, the first time
        theirs.close()
        await readable(self.line.fileno())
        try:
            said = self.line.recv()
        except EOFError:
            said = "A worker ended before it served."
        if said != READY:
            raise CommandRefused(said)

    async def keep(self) -> None:
        """Put another in the place of each worker that ends."""
        while True:
            assert self.process is not None
            await readable(self.process.sentinel)
            self.process.join(0)
            mark_process_dead(self.process.pid)  # type: ignore[no-untyped-call]  # not annotated
            errors.print(
                f"Worker {self.number + 1} ended ({how_it_ended(self.process)}).", markup=False
            )
            await self._refill()
            errors.print(f"Another took the place of worker {self.number + 1}.", markup=False)

    async def _refill(self) -> None:
        while True:
            if time.monotonic() - self.started < PAUSE_SECONDS:
                await asyncio.sleep(PAUSE_SECONDS)
            try:
                await self.fill()
                return
            except CommandRefused as refused:
                errors.print(refused.sentence, markup=False)

    async def empty(self) -> None:
        """Stop the worker in good order, and by force if that takes too long."""
        if self.process is None or self.process.pid is None:
            return
        self.process.terminate()
        try:
            async with asyncio.timeout(GRACE_SECONDS + CLOSING_SECONDS):
                await readable(self.process.sentinel)
        except TimeoutError:
            self.process.kill()
        self.process.join(1)


def how_it_ended(process: BaseProcess) -> str:
    code = process.exitcode
    return f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"


async def readable(descriptor: int) -> None:
    """Wait until there is something to be read, or, of a process's sentinel, until it has ended."""
    loop, event = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(descriptor, event.set)
    try:
        await event.wait()
    finally:
        loop.remove_reader(descriptor)


def work(settings: Settings, dsn: str, line: Connection) -> None:
    """What a worker's process does, from beginning to end. On its line it says once that it serves,
    or why not; the line's other end closes when the process that started it is gone."""
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # Ctrl-C reaches all; who started us says what to do
    try:
        interruption.run_until_stopped(_work(settings, dsn, line), (signal.SIGTERM,))
    except CommandRefused as refused:
        with suppress(OSError):
            line.send(refused.sentence)
        sys.exit(refused.exit_code)


async def _work(settings: Settings, dsn: str, line: Connection) -> None:
    from api.app import create

    leaving = asyncio.create_task(leave_when_alone(line))
    try:
        await serve(create(settings, dsn), settings, lambda: line.send(READY))
    finally:
        leaving.cancel()


async def leave_when_alone(line: Connection) -> None:
    """End this process when the one that started it is gone."""
    await readable(line.fileno())
    os.kill(os.getpid(), signal.SIGTERM)
