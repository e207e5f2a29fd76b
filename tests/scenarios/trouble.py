"""Trouble that befalls a running server: its database is busy or gone, one of its workers dies."""

import asyncio
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import httpx2

from api.postgres import attached
from tests.cluster import settings_for
from tests.scenarios.server import DOCUMENTS, Caller

PATIENCE_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    code: str | None
    retry_after: str | None
    seconds: float


def asked(caller: Caller, document: str) -> Reply:
    """One request on a connection of its own, so that any worker may get it."""
    text = (DOCUMENTS / f"{document}.graphql").read_text()
    # Without certificates, which would take longer to read than the question takes to answer.
    with httpx2.Client(base_url=caller.http.base_url, timeout=30, verify=False) as http:
        started = time.monotonic()
        reply = http.post(
            "/graphql",
            json={"query": text},
            headers={"Authorization": f"Bearer {caller.token}"},
        )
        seconds = time.monotonic() - started
    errors = reply.json().get("errors") or [{"extensions": {}}]
    return Reply(
        reply.status_code,
        errors[0]["extensions"].get("code"),
        reply.headers.get("retry-after"),
        seconds,
    )


def until(condition: Callable[[], bool]) -> None:
    """Wait for something that will be so."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "It did not come to pass."
        time.sleep(0.05)


@contextmanager
def locked(home: Path, table: str) -> Iterator[None]:
    """Meanwhile nobody reads this table: whoever asks for it waits."""
    held, done = threading.Event(), threading.Event()

    async def hold() -> None:
        async with attached(settings_for(home)) as server:
            connection = await asyncpg.connect(server.dsn)
            try:
                async with connection.transaction():
                    await connection.execute(f"lock table {table} in access exclusive mode")
                    held.set()
                    await asyncio.to_thread(done.wait, PATIENCE_SECONDS)
            finally:
                await connection.close()

    holding = threading.Thread(target=lambda: asyncio.run(hold()))
    holding.start()
    try:
        assert held.wait(PATIENCE_SECONDS)
        yield
    finally:
        done.set()
        holding.join()


def stop_database(home: Path) -> None:
    """Stop the database server as an administrator does who starts it again in a moment."""
    (pid_file,) = home.glob("postgres/*/*/postmaster.pid")
    os.kill(int(pid_file.read_text().split()[0]), signal.SIGINT)
