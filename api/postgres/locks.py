"""File locks, which the kernel gives back whatever happens to their holder."""

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from api.postgres.errors import PostgresRefused

POLL_SECONDS = 0.02


def open_lock(path: Path) -> int:
    """Open a lock file, not followed through a link, not passed on to other programs."""
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except PermissionError:
        raise PostgresRefused(
            f"{path} cannot be opened by this account. Start Attain as the account that it belongs "
            "to, or set ATTAIN_HOME to a folder of your own."
        ) from None


def try_lock(descriptor: int, *, shared: bool = False) -> bool:
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def is_locked(path: Path) -> bool:
    """Whether somebody holds the lock now. Ask only while holding the starter's lock."""
    if not path.exists():
        return False
    descriptor = open_lock(path)
    try:
        return not try_lock(descriptor)
    finally:
        os.close(descriptor)


@asynccontextmanager
async def locked(path: Path, waiting: Callable[[], None] | None = None) -> AsyncIterator[None]:
    """Hold the lock; polls rather than blocks, so that Ctrl-C works while waiting."""
    descriptor = open_lock(path)
    try:
        told = waiting is None
        while not try_lock(descriptor):
            if not told and waiting is not None:
                waiting()
                told = True
            await asyncio.sleep(POLL_SECONDS)
        yield
    finally:
        os.close(descriptor)
