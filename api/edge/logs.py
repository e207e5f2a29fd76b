"""Logs: one line of JSON an entry in production, readable lines in development.

They hold ids, names of ours and durations; never a person's name or address, an amount, a token,
a variable, a document or a body. Callers see to that first. As the second line, what passes here
loses every key that has no business in a log, and exceptions lose their texts: PostgreSQL and
Python both put values into those, such as `Key (email)=(grace@example.com) already exists`.
"""

import json
import logging
import sys
import time
from collections.abc import MutableMapping
from contextlib import suppress
from traceback import extract_tb
from typing import Any, TextIO

import orjson
import structlog
from structlog.typing import Processor

Entry = MutableMapping[str, Any]

GRANIAN_LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "loggers": {
        "_granian": {"handlers": [], "propagate": True},
        "granian.access": {"handlers": [], "propagate": False},
    },
}
"""For granian's `log_dictconfig`: its own entries go through ours, its access log is off."""

_PRIVATE_KEYS = {
    "amount",
    "authorization",
    "body",
    "cookie",
    "document",
    "email",
    "headers",
    "name",
    "password",
    "person_name",
    "phone",
    "query",
    "secret",
    "token",
    "variables",
}
_FRAMES = 20


def configure_logs(*, json: bool, level: str = "info", stream: TextIO | None = None) -> None:
    """Send structlog's and the standard library's entries the same way, to `stream` or stdout.

    `level` is for our own entries; libraries are heard from WARNING on, since at DEBUG they print
    statements with their values.
    """
    out = stream or sys.stdout
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        without_private_keys,
    ]
    shown: list[Processor] = (
        [without_values, as_json]
        if json
        else [
            without_nothing,
            structlog.dev.ConsoleRenderer(
                colors=out.isatty(), exception_formatter=structlog.dev.plain_traceback
            ),
        ]
    )
    # Ours are written without the standard library's detour, which costs more than most reads do.
    structlog.configure(
        processors=[*shared, *shown],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_name: Lines(out),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *shown],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("_granian").setLevel(logging.INFO)
    # While the database is away, asyncpg says so with a traceback at every attempt to come back.
    logging.getLogger("asyncpg.pool").addFilter(OncePer(seconds=60))


class Lines:
    """Where our entries go, a line each. A line that cannot be written (the disk is full, whoever
    read along is gone) is lost, and fails no request."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def write(self, line: str) -> None:
        with suppress(OSError, ValueError):
            self._out.write(line + "\n")
            self._out.flush()

    debug = info = warning = error = critical = exception = write


class OncePer(logging.Filter):
    """Lets each message through once in `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._seconds = seconds
        self._last: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        now, last = time.monotonic(), self._last.get(str(record.msg))
        if last is not None and now - last < self._seconds:
            return False
        self._last[str(record.msg)] = now
        return True


def without_nothing(_logger: object, _method: str, entry: Entry) -> Entry:
    """For people who read along: what is not known is not shown."""
    return {key: value for key, value in entry.items() if value not in (None, "")}


def without_private_keys(_logger: object, _method: str, entry: Entry) -> Entry:
    for key in _PRIVATE_KEYS.intersection(entry):
        del entry[key]
    return entry


def as_json(_logger: object, _method: str, entry: Entry) -> str:
    try:
        return orjson.dumps(entry, default=repr).decode()
    except TypeError:  # half a surrogate pair, or a number beyond 64 bits
        return json.dumps(entry, default=repr)


def without_values(_logger: object, _method: str, entry: Entry) -> Entry:
    """Replaces an exception by what is safe to say of it, and a text by its first line.

    Further lines are where asyncio and others print the objects that they are about.
    """
    fault = entry.pop("exc_info", None)
    if isinstance(fault, tuple):
        fault = fault[1]
    if fault is True:
        fault = sys.exc_info()[1]
    if isinstance(fault, BaseException):
        entry["exception"] = _told(fault)
    entry["event"] = str(entry.get("event", "")).partition("\n")[0][:300]
    return entry


def _told(fault: BaseException) -> dict[str, object]:
    told: dict[str, object] = {
        "type": f"{type(fault).__module__}.{type(fault).__qualname__}",
        "frames": [
            f"{frame.filename}:{frame.lineno} {frame.name}"
            for frame in extract_tb(fault.__traceback__)[-_FRAMES:]
        ],
    }
    for name in ("sqlstate", "table_name", "constraint_name"):
        if isinstance(value := getattr(fault, name, None), str):
            told[name] = value
    if fault.__cause__ is not None:
        told["cause"] = _told(fault.__cause__)
    return told
