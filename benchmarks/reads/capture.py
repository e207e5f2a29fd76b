"""Which statements the server runs for a request, and with which values.

A process of its own runs the application without a socket, asks each request twice (the second time
plans are made and the caller is known) and keeps what the database was sent:

    python -m benchmarks.reads.capture IN OUT

`captured` is all that knows how; a compiler that can be asked for its statement would be asked here.
"""

import asyncio
import pickle
import re
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asyncpg.pool import PoolConnectionHolder
from granian.asgi import LifespanProtocol

Statement = tuple[str, tuple[Any, ...]]
Application = Callable[..., Awaitable[None]]
# What frames statements, and asks for no row.
_FRAME = re.compile(
    r"\s*(begin|commit|rollback|set|savepoint|release|select pg_advisory_unlock_all)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: the caller's token, and the body."""

    token: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Capturing:
    """`make` is called with `given` and answers with the application."""

    make: Callable[..., Any]
    given: tuple[Any, ...]
    requests: Sequence[Asked]


@dataclass(frozen=True, slots=True)
class Captured:
    """Of one request: the statements that ask for rows, and how many messages frame them."""

    statements: Sequence[Statement]
    framing: int


_log: list[Statement] = []


async def captured(application: Application, asked: Asked) -> Captured:
    """The statements of a request, as they are sent to the database."""
    for _ in range(2):
        await asyncio.sleep(0.02)  # what is counted beside a request is written
        _log.clear()
        await _answered(application, asked)
        await asyncio.sleep(0.02)  # asyncpg tells at the loop's next turn
        sent = list(_log)
    reading = [one for one in sent if not _FRAME.match(one[0])]
    return Captured(reading, len(sent) - len(reading))


async def _answered(application: Application, asked: Asked) -> bytes:
    """The body of the answer. Raises RuntimeError for one with errors."""
    headers = [(b"content-type", b"application/json"), (b"accept", b"application/json")]
    headers += [(b"authorization", f"Bearer {asked.token}".encode()), (b"host", b"localhost")]
    headers += [(b"content-length", str(len(asked.body)).encode())]
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST",
        "scheme": "http", "path": "/graphql", "raw_path": b"/graphql", "query_string": b"",
        "root_path": "", "headers": headers, "client": ("127.0.0.1", 1), "server": ("localhost", 80),
        "state": {},
    }  # fmt: skip
    parts: list[bytes] = []
    given = iter([{"type": "http.request", "body": asked.body, "more_body": False}])

    async def receive() -> dict[str, Any]:
        message = next(given, None)
        if message is None:
            await asyncio.Event().wait()
        assert message is not None
        return message

    async def send(message: dict[str, Any]) -> None:
        parts.append(message.get("body", b""))

    await application(scope, receive, send)
    body = b"".join(parts)
    if b'"data"' not in body or b'"errors":[{' in body:
        raise RuntimeError(f"An answer has errors: {body[:2000]!r}")
    return body


def _listen() -> None:
    """Every connection that asyncpg opens from now on tells what it sends."""
    connect = PoolConnectionHolder.connect

    async def listened(holder: Any) -> None:
        await connect(holder)
        holder._con.add_query_logger(lambda record: _log.append((record.query, record.args)))

    PoolConnectionHolder.connect = listened


async def main(source: Path, target: Path) -> None:
    _listen()
    capturing: Capturing = pickle.loads(source.read_bytes())
    application = capturing.make(*capturing.given)
    lifespan: Any = LifespanProtocol(application)  # type: ignore[no-untyped-call]
    await lifespan.startup()
    try:
        found = [await captured(application, asked) for asked in capturing.requests]
    finally:
        await lifespan.shutdown()
    target.write_bytes(pickle.dumps(found))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2])))
