"""How long one request waits for connections: so long, and not so long for each of several.

A request may need a connection to learn who asks and another to read. Where both waited their time,
nobody would hear within it that the database is busy.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

LEAST_SECONDS = 0.1
"""Enough for a connection that is free."""


@dataclass(slots=True)
class _Patience:
    waited: float = 0.0
    is_over: bool = False


_patience: ContextVar[_Patience | None] = ContextVar("patience", default=None)


@contextmanager
def one_wait() -> Iterator[None]:
    """Waits for connections within this are one, also where tasks of it go on for longer."""
    patience = _Patience()
    token = _patience.set(patience)
    try:
        yield
    finally:
        patience.is_over = True
        _patience.reset(token)


@asynccontextmanager
async def waiting(seconds: float) -> AsyncIterator[None]:
    """Wait for a connection at most so long, or for what earlier waits have left of it. Raises
    TimeoutError."""
    patience = _patience.get()
    if patience is None or patience.is_over:
        async with asyncio.timeout(seconds):
            yield
        return
    started = time.monotonic()
    try:
        async with asyncio.timeout(max(LEAST_SECONDS, seconds - patience.waited)):
            yield
    finally:
        patience.waited += time.monotonic() - started
