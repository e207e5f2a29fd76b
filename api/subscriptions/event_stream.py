"""GraphQL over server-sent events: subscriptions, each on a connection of its own.

Every event carries its number as `id`, so an `EventSource` that lost its connection comes back with
`Last-Event-ID` and goes on where it was.
"""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from api.callers import Caller
from api.callers.callers import Clock, utc_now
from api.callers.visits import TokenExpired, Visit
from api.endpoint import Operation, RequestRefused, Unauthenticated
from api.endpoint.errors import Code
from api.endpoint.event_streams import COMPLETE, HEADERS, event_of
from api.endpoint.outcome import log_fault
from api.endpoint.replies import masked, refusal_reply
from api.endpoint.request import GraphQLRequest
from api.subscriptions.connections import Connections, Ending, Full, Kind
from api.subscriptions.road import Event, Road

_COMMENT = b":\n\n"
_LONGEST_NUMBER = 10


class EventStreams:
    """Begins streams for the endpoint."""

    def __init__(self, road: Road, connections: Connections, *, now: Clock = utc_now) -> None:
        self._road = road
        self._connections = connections
        self._now = now

    async def __call__(
        self, request: Request, asked: GraphQLRequest, operation: Operation, caller: Caller
    ) -> Response:
        """The stream of a subscription. Raises RequestRefused and Unauthenticated."""
        visit = Visit.of(caller, self._now)
        resumes = _number(request.headers.get("last-event-id", ""))
        events = await self._road.begun(request.scope, operation, asked.variables, visit, resumes)
        return _EventStream(events, visit, self._connections)


class _EventStream(Response):
    kind = Kind.EVENT_STREAM

    def __init__(
        self, events: AsyncGenerator[Event, None], visit: Visit, connections: Connections
    ) -> None:
        super().__init__()
        self._events = events
        self._visit = visit
        self._connections = connections
        self._run: asyncio.Task[None] | None = None
        self._ending: Ending | None = None
        self._spoken = time.monotonic()
        self._comment: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._send = send
        try:
            with self._connections.opened(self, self._visit):
                await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
                last = await self._stream(scope, receive)
                if last is not None:
                    with suppress(TimeoutError):
                        async with asyncio.timeout(_CLOSING_SECONDS):
                            await send({"type": "http.response.body", "body": last})
        except Full as full:
            await refusal_reply(scope, _FULL[full.who])(scope, receive, send)

    async def _stream(self, scope: Scope, receive: Receive) -> bytes | None:
        """Everything that is told; gives what is to be said at the end, None where nobody reads."""
        self._run = asyncio.current_task()
        leaving = asyncio.create_task(self._until_left(receive))
        try:
            await self._write(_COMMENT)
            async with aclosing(self._events):
                async for event in self._events:
                    await self._write(event_of(event.body, event.number))
            return COMPLETE
        except TokenExpired:
            return _LAST_WORDS[Ending.TOKEN_EXPIRED]
        except Unauthenticated:
            return _LAST_WORDS[Ending.REVOKED]
        except RequestRefused as refused:
            return _refused(refused)
        except asyncio.CancelledError:
            if self._ending is None or self._run is None:
                raise
            self._run.uncancel()
            return _LAST_WORDS[self._ending]
        except Exception as fault:
            log_fault(scope, fault)
            return _refused(masked(scope))
        finally:
            self._run = None
            leaving.cancel()

    async def _until_left(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self.end(Ending.LEFT)

    async def _write(self, text: bytes) -> None:
        """A client that does not take it in time is cut; nothing is kept for it."""
        self._spoken = time.monotonic()
        try:
            async with asyncio.timeout(self._connections.limits.write_seconds):
                await self._send({"type": "http.response.body", "body": text, "more_body": True})
        except TimeoutError:
            self.end(Ending.TOO_SLOW)

    def end(self, ending: Ending) -> None:
        if self._ending is None and self._run is not None:
            self._ending = ending
            self._run.cancel()

    def beat(self, now: float) -> None:
        if now - self._spoken >= self._connections.limits.comment_seconds:
            self._comment = asyncio.create_task(self._write(_COMMENT))


def _refused(refused: RequestRefused) -> bytes:
    return event_of(orjson.dumps({"errors": refused.shown()})) + COMPLETE


_CLOSING_SECONDS = 2.0
# Without `complete` a client takes the end for a lost connection, and comes back by itself.
_LAST_WORDS = {
    Ending.REVOKED: _refused(RequestRefused("The session has ended.", Code.UNAUTHENTICATED)),
    Ending.TOKEN_EXPIRED: b"",
    Ending.SHUTTING_DOWN: b"",
    Ending.TOO_SLOW: None,
    Ending.SILENT: None,
    Ending.LEFT: None,
}
_FULL = {
    "process": RequestRefused(
        "Too many streams are open here. Please try again.",
        Code.SERVICE_UNAVAILABLE,
        status=503,
        limit="event_streams",
        headers={"Retry-After": "5"},
    ),
    "caller": RequestRefused(
        "You have too many connections open.",
        Code.RATE_LIMITED,
        status=429,
        limit="of_one_caller",
        headers={"Retry-After": "5"},
    ),
}


def _number(text: str) -> int | None:
    """The number of the last event, as clients send it back; None for anything else."""
    is_number = text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER
    return int(text) if is_number else None
