"""GraphQL over WebSocket: the graphql-transport-ws protocol, one object for each socket.

What is wrong with one operation is told as an `error` of that operation, and the socket goes on.
What is wrong with the conversation closes the socket with the protocol's code. The socket reads in
one task, in which every operation begins; each operation runs in a task of its own.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

import structlog
from starlette.requests import HTTPConnection, Request
from starlette.types import Receive, Scope, Send

from api.callers.callers import Clock, utc_now
from api.callers.origins import address_of
from api.callers.visits import TokenExpired, Visit
from api.endpoint import RequestRefused, Unauthenticated
from api.endpoint.facts import facts_of
from api.endpoint.outcome import log_fault
from api.endpoint.replies import masked, unavailable
from api.endpoint.unavailable import is_unavailable
from api.subscriptions import messages
from api.subscriptions.connections import Connections, Ending, Full, Kind
from api.subscriptions.limits import StreamLimits
from api.subscriptions.messages import (
    SUBPROTOCOL,
    CloseCode,
    Complete,
    Init,
    Message,
    Ping,
    ProtocolBroken,
    Subscribe,
    read_message,
)
from api.subscriptions.road import Road
from domain.callers.attempts import place_of

log = structlog.get_logger("attain.socket")


class Sockets:
    """The ASGI application for sockets. `allowed_origins` are those of browsers; callers that send
    no `Origin`, and pages of this server's own host, are let in anyway. `proxies` is how many of our
    own stand in front of us."""

    def __init__(
        self,
        road: Road,
        connections: Connections,
        *,
        allowed_origins: Sequence[str] = (),
        proxies: int = 0,
        now: Clock = utc_now,
    ) -> None:
        self._road = road
        self._connections = connections
        self._origins = frozenset(allowed_origins)
        self._proxies = proxies
        self._now = now

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()  # `websocket.connect`
        if not self._is_from_here(dict(scope["headers"])):
            await send({"type": "websocket.close", "code": 1008})  # before accepting: 403
            return
        place = place_of(address_of(HTTPConnection(scope), self._proxies))
        await _Socket(scope, receive, send, self._road, self._connections, self._now).run(place)

    def _is_from_here(self, headers: Mapping[bytes, bytes]) -> bool:
        origin = headers.get(b"origin", b"").decode("latin-1")
        host = headers.get(b"host", b"").decode("latin-1")
        return not origin or origin in self._origins or urlsplit(origin).netloc == host


class _Socket:
    kind = Kind.SOCKET

    def __init__(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
        road: Road,
        connections: Connections,
        now: Clock,
    ) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send
        self._road = road
        self._connections = connections
        self._now = now
        self._facts = facts_of(scope)
        self._operations: dict[str, asyncio.Task[None]] = {}
        self._begun = 0
        self._visit: Visit | None = None
        self._run: asyncio.Task[None] | None = None
        self._ending: Ending | None = None
        self._pinging: asyncio.Task[None] | None = None
        self._heard = time.monotonic()

    async def run(self, place: str) -> None:
        """From the upgrade to the end, with one line in the log; `place` is where it comes from."""
        speaks = SUBPROTOCOL in self._scope["subprotocols"]
        await self._send(
            {"type": "websocket.accept", "subprotocol": SUBPROTOCOL if speaks else None}
        )
        parting: Parting | None = _NO_SUBPROTOCOL
        try:
            if speaks:
                with self._connections.opened(self, place=place):
                    parting = await self._conversation()
                    if parting is not None:
                        await self._close(parting)
            else:
                await self._close(_NO_SUBPROTOCOL)
        except Full:
            parting = _FULL
            await self._close(parting)
        finally:
            self._log(parting)

    async def _conversation(self) -> "Parting | None":
        """Everything that is said; how to close the socket, None where the client has."""
        self._run = asyncio.current_task()
        try:
            try:
                async with asyncio.timeout(self._limits.init_seconds):
                    await self._introduction()
            except TimeoutError:
                return _NO_INIT
            while True:
                await self._answer(await self._message())
        except _Gone:
            return None
        except ProtocolBroken as broken:
            return Parting(broken.code, broken.reason)
        except asyncio.CancelledError:
            if self._ending is None or self._run is None:
                raise
            self._run.uncancel()
            return _ENDINGS[self._ending]
        finally:
            self._run = None
            await self._stop_everything()

    async def _introduction(self) -> None:
        """Who is there; whatever comes before they say so is not for strangers."""
        while self._visit is None:
            match await self._message():
                case Init() as init:
                    visit = await self._visitor(init)
                    self._connections.introduce(self, visit)
                    self._visit = visit
                    await self._tell(messages.ACK)
                case Ping() as ping:
                    await self._tell(messages.pong(ping.payload))
                case Subscribe():
                    raise ProtocolBroken(CloseCode.UNAUTHORIZED, "Unauthorized")

    async def _visitor(self, init: Init) -> Visit:
        request = Request(_as_http(self._scope, init))
        try:
            caller = await self._road.endpoint.caller(request)
            if caller is not None:
                visit = Visit.of(caller, self._now)
                await visit.renewed()
                return visit
        except (Unauthenticated, RequestRefused):
            pass
        except Exception as fault:
            if not is_unavailable(fault):
                raise
            raise ProtocolBroken(CloseCode.TRY_AGAIN_LATER, "Please try again.") from None
        raise ProtocolBroken(CloseCode.FORBIDDEN, "Forbidden")

    async def _message(self) -> Message:
        """The client's next message. Raises _Gone and ProtocolBroken."""
        frame = await self._receive()
        if frame["type"] == "websocket.disconnect":
            raise _Gone
        self._heard, self._pinging = time.monotonic(), None
        text = frame.get("text")
        if text is None:
            raise ProtocolBroken(CloseCode.BAD_REQUEST, "Messages are sent as text.")
        if len(text) > self._limits.message_bytes:
            most = self._limits.message_bytes
            raise ProtocolBroken(
                CloseCode.MESSAGE_TOO_BIG, f"A message has at most {most} characters."
            )
        return read_message(text)

    async def _answer(self, message: Message) -> None:
        match message:
            case Init():
                raise ProtocolBroken(CloseCode.TOO_MANY_INITS, "Too many initialisation requests")
            case Subscribe(id, payload):
                if id in self._operations:
                    raise ProtocolBroken(
                        CloseCode.SUBSCRIBER_EXISTS, _fitting(f"Subscriber for {id} already exists")
                    )
                if len(self._operations) >= self._limits.operations:
                    await self._tell(messages.error_message(id, _too_many(self._limits.operations)))
                    return
                self._begun += 1
                self._operations[id] = asyncio.create_task(self._operate(id, payload))
            case Complete(id):
                if operation := self._operations.pop(id, None):
                    operation.cancel()
            case Ping(payload):
                await self._tell(messages.pong(payload))

    async def _operate(self, id: str, payload: dict[str, object]) -> None:
        """One operation, to its `complete` or its `error`."""
        scope = _of_operation(self._scope, self._facts.request_id)
        try:
            await self._results(id, scope, payload)
            last = messages.complete_message(id)
        except TokenExpired:
            self.end(Ending.TOKEN_EXPIRED)
            return
        except Unauthenticated:
            self.end(Ending.REVOKED)
            return
        except RequestRefused as refused:
            last = messages.error_message(id, refused)
        except Exception as fault:
            last = messages.error_message(id, _told(scope, fault))
        # From here on the client may use the id again.
        if self._operations.get(id) is asyncio.current_task():
            del self._operations[id]
            await self._tell(last)

    async def _results(self, id: str, scope: Scope, payload: dict[str, object]) -> None:
        assert self._visit is not None
        asked = self._road.asked(payload)
        answer = await self._road.answer(scope, asked, await self._visit.calling())
        if isinstance(answer, bytes):
            await self._tell(messages.next_message(id, answer))
            return
        events = await self._road.begun(scope, answer, asked.variables, self._visit)
        async with aclosing(events):
            async for event in events:
                await self._tell(messages.next_message(id, event.body))

    async def _tell(self, text: str) -> None:
        """Send a message. A client that does not take it in time is cut, and what was to be said is
        dropped; nothing is kept for it."""
        try:
            async with asyncio.timeout(self._limits.write_seconds):
                await self._send({"type": "websocket.send", "text": text})
        except TimeoutError:
            self.end(Ending.TOO_SLOW)

    async def _close(self, parting: "Parting") -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(_CLOSING_SECONDS):
                await self._send(
                    {"type": "websocket.close", "code": parting.code, "reason": parting.reason}
                )

    def end(self, ending: Ending) -> None:
        if self._ending is None and self._run is not None:
            self._ending = ending
            self._run.cancel()

    def beat(self, now: float) -> None:
        silent = now - self._heard
        if silent < self._limits.silence_seconds or self._visit is None:
            return
        if self._pinging is None:
            self._pinging = asyncio.create_task(self._tell(messages.PING))
        elif silent > 2 * self._limits.silence_seconds:
            self.end(Ending.SILENT)

    async def _stop_everything(self) -> None:
        operations = list(self._operations.values())
        self._operations.clear()
        for operation in operations:
            operation.cancel()
        await asyncio.gather(*operations, return_exceptions=True)

    @property
    def _limits(self) -> StreamLimits:
        return self._connections.limits

    def _log(self, parting: "Parting | None") -> None:
        log.info(
            "socket",
            request_id=self._facts.request_id,
            milliseconds=round((time.perf_counter() - self._facts.arrived) * 1000, 1),
            operations=self._begun,
            closed_with=None if parting is None else int(parting.code),
            org_id=self._facts.org_id,
            client_id=self._facts.client_id,
        )


class _Gone(Exception):
    """The client has closed the socket, or it broke."""


@dataclass(frozen=True, slots=True)
class Parting:
    """How this side closes a socket. The reason has at most 123 bytes."""

    code: CloseCode
    reason: str


_CLOSING_SECONDS = 2.0
_FULL = Parting(CloseCode.TRY_AGAIN_LATER, "Too many connections are open.")
_NO_INIT = Parting(CloseCode.INIT_TIMEOUT, "Connection initialisation timeout")
_NO_SUBPROTOCOL = Parting(CloseCode.SUBPROTOCOL_NOT_ACCEPTABLE, "Subprotocol not acceptable")
_ENDINGS: Mapping[Ending, Parting] = {
    Ending.REVOKED: Parting(CloseCode.UNAUTHORIZED, "The session has ended."),
    Ending.TOKEN_EXPIRED: Parting(CloseCode.FORBIDDEN, "The access token has expired."),
    Ending.SHUTTING_DOWN: Parting(CloseCode.GOING_AWAY, "The server is going away."),
    Ending.TOO_SLOW: Parting(CloseCode.TERMINATED, "Messages were not taken in time."),
    Ending.SILENT: Parting(CloseCode.TERMINATED, "A ping was not answered."),
}


def _as_http(scope: Scope, init: Init) -> Scope:
    """The upgrade as a request whose caller can be asked for: the token is in its header, or in the
    first message, since browsers cannot set headers on sockets."""
    given = [value for name, value in init.payload.items() if name.lower() == "authorization"]
    headers = scope["headers"]
    if given:
        text = given[0] if isinstance(given[0], str) and given[0].isascii() else ""
        headers = [(name, value) for name, value in headers if name != b"authorization"]
        headers.append((b"authorization", text.encode()))
    return {**scope, "type": "http", "method": "POST", "headers": headers}


def _of_operation(scope: Scope, request_id: str) -> Scope:
    """What an operation is run with: facts of its own, under the socket's reference."""
    return {
        "type": "http",
        "method": "POST",
        "path": scope["path"],
        "query_string": b"",
        "headers": [(b"x-request-id", request_id.encode())],
    }


def _told(scope: Scope, fault: Exception) -> RequestRefused:
    if is_unavailable(fault):
        return unavailable(scope, fault)
    log_fault(scope, fault)
    return masked(scope)


def _too_many(operations: int) -> RequestRefused:
    return RequestRefused(
        f"At most {operations} operations run on one socket at a time.", limit="operations"
    )


def _fitting(reason: str) -> str:
    return reason.encode()[:123].decode(errors="ignore")
