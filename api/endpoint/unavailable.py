"""Telling "the database is away" from "our code is wrong".

A lost database shows itself in three families of exceptions: the operating system's, asyncpg's
own, and PostgreSQL's by SQLSTATE. All become one reply, 503 with Retry-After, and need no restart.
"""

import socket
from traceback import extract_tb

import asyncpg

RETRY_AFTER_SECONDS = 2

_SQLSTATE_CLASSES = ("08", "53")  # connection exceptions; insufficient resources
_SQLSTATES = {
    "25006",  # read-only transaction: a failover is under way
    "25P03",  # idle in transaction for too long
    "40001",  # serialization failure, after our own retries
    "40P01",  # deadlock, after our own retries
    "55P03",  # lock not available within lock_timeout
    "57014",  # statement_timeout
    "57P01",  # admin shutdown
    "57P02",  # crash shutdown
    "57P03",  # cannot connect now
    "57P05",  # idle session timeout
}


def is_unavailable(fault: BaseException | None) -> bool:
    """Whether trying again in a moment may help, for a fault or what it was raised from."""
    for _ in range(8):
        if fault is None:
            return False
        if _says_unavailable(fault):
            return True
        fault = fault.__cause__ or getattr(fault, "original_error", None)
    return False


def cause_of(fault: BaseException) -> str:
    """The exception for the log, without its text: type, SQLSTATE if any, where it was raised."""
    frames = extract_tb(fault.__traceback__)[-1:]
    place = "".join(f" at {frame.name}:{frame.lineno}" for frame in frames)
    state = getattr(fault, "sqlstate", None)
    return f"{type(fault).__qualname__}{f' {state}' if state else ''}{place}"


def _says_unavailable(fault: BaseException) -> bool:
    if isinstance(fault, asyncpg.PostgresError):
        state = fault.sqlstate or ""
        return state.startswith(_SQLSTATE_CLASSES) or state in _SQLSTATES
    if isinstance(fault, asyncpg.InterfaceError):
        # A wrong argument is also an InterfaceError; that one is a ValueError too, and a bug.
        return not isinstance(fault, ValueError)
    if isinstance(fault, FileNotFoundError):
        # A missing Unix socket has no file name; a missing file of ours has one, and is a bug.
        return fault.filename is None
    return isinstance(
        fault,
        TimeoutError | ConnectionError | socket.gaierror | asyncpg.InternalClientError,
    )
