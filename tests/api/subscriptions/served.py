"""Subscriptions in a real server on a real port: the cast signs in, subscribes and acts."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import orjson
from granian.constants import Interfaces
from granian.server.embed import Server as Granian
from starlette.applications import Starlette
from starlette.routing import Route

from api.app import endpoint
from api.budgets import spending_of
from api.callers import Callers
from api.edge import EdgeLimits, Metrics, edge
from api.settings import Settings
from api.subscriptions import StreamLimits, Subscriptions
from domain.callers.proofs import Proofs
from schema import schema
from schema.changes import newest_number
from tests.api.callers.door import Clock
from tests.api.subscriptions.websocket import WebSocket
from tests.domain.callers.cast import CHEAP, ISSUER, NOON, signed_in
from tests.people import Company
from tests.scenarios.server import free_port

CHANGES = """
subscription Changes($since: Int) {
  changes(since: $since) { number nodes { __typename id ... on Goal { status } } }
}
"""
ORIGIN = "https://app.attain.example"


@dataclass(slots=True)
class Served:
    """One server process' worth of subscriptions, in this one; `deadline` is the edge's."""

    port: int
    proofs: Proofs
    clock: Clock
    subscriptions: Subscriptions
    http: httpx2.AsyncClient
    sockets: list[WebSocket] = field(default_factory=list)

    async def token(self, company: Company, who: str) -> str:
        return (await signed_in(company, self.proofs, who, self.clock())).access

    async def socket(self, **how: Any) -> WebSocket:
        """A socket on which nothing has been said."""
        socket = await WebSocket.connect("127.0.0.1", self.port, **how)
        self.sockets.append(socket)
        return socket

    async def greeted(self, token: str) -> WebSocket:
        """A socket whose caller is known."""
        socket = await self.socket()
        await socket.send(
            {"type": "connection_init", "payload": {"Authorization": f"Bearer {token}"}}
        )
        assert await socket.receive() == {"type": "connection_ack"}
        return socket

    async def subscribed(
        self, company: Company, who: str, *, since: int | None = None, document: str = CHANGES
    ) -> WebSocket:
        """Somebody of the cast on a socket of their own, who subscribed under the id `1`: from now
        on, unless `since` says otherwise."""
        socket = await self.greeted(await self.token(company, who))
        number = await newest(company) if since is None else since
        await socket.send(subscribe("1", number, document))
        return socket

    async def stream(self, token: str, since: int | None = None, **headers: str) -> "Stream":
        """A subscription over server-sent events."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        variables = {} if since is None else {"since": since}
        body = orjson.dumps({"query": CHANGES, "variables": variables})
        sent = {
            "Host": "attain",
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
            "Accept": "text/event-stream",
            "Content-Length": str(len(body)),
            **headers,
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in sent.items())
        writer.write(f"POST /graphql HTTP/1.1\r\n{lines}\r\n".encode() + body)
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        answered = {
            name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:])
        }
        return Stream(reader, writer, int(head[0].split()[1]), answered)


@dataclass(slots=True)
class Stream:
    """A reply that goes on."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    status: int
    headers: Mapping[str, str]
    rest: str = ""

    async def event(self, seconds: float = 10.0) -> dict[str, str]:
        """The fields of the next event or comment; the name of a comment is empty."""
        async with asyncio.timeout(seconds):
            while "\n\n" not in self.rest:
                size = int(await self.reader.readline() or b"0", 16)
                chunk = await self.reader.readexactly(size + 2)
                if size == 0:
                    raise EOFError
                self.rest += chunk[:-2].decode()
        block, _, self.rest = self.rest.partition("\n\n")
        fields = (line.partition(":") for line in block.split("\n"))
        return {name: value.strip() for name, _, value in fields}

    async def told(self, seconds: float = 10.0) -> dict[str, str]:
        """The next event, past the comments."""
        while "event" not in (found := await self.event(seconds)):
            pass
        return found


def subscribe(id: str, since: int | None, document: str = CHANGES) -> dict[str, object]:
    variables = {} if since is None else {"since": since}
    return {
        "id": id,
        "type": "subscribe",
        "payload": {"query": document, "variables": variables},
    }


async def newest(company: Company) -> int:
    """Where the company's history stands."""
    return await newest_number(company.system)


def changes(message: Mapping[str, Any], id: str = "1") -> dict[str, Any]:
    """What a `next` message tells."""
    assert (message["type"], message["id"]) == ("next", id), message
    assert "errors" not in message["payload"], message
    told: dict[str, Any] = message["payload"]["data"]["changes"]
    return told


async def silence(socket: WebSocket, seconds: float = 1.5) -> None:
    """Nothing comes for a while."""
    try:
        message = await socket.receive(seconds)
    except TimeoutError:
        return
    raise AssertionError(f"told {message}")


@asynccontextmanager
async def served(
    dsn: str,
    home: Path,
    limits: StreamLimits | None = None,
    *,
    deadline: float = 15.0,
    **settings: Any,
) -> AsyncIterator[Served]:
    """Subscriptions over Granian, with the endpoint and the edge as the application has them."""
    clock, metrics = Clock(), Metrics()
    proofs = Proofs.open(home / "keys.json", ISSUER, CHEAP, NOON)
    callers = Callers(proofs, now=clock)
    graphql = endpoint(callers, spending_of(Settings(home=home, **settings)), development=True)
    subscriptions = Subscriptions(
        graphql,
        schema,
        dsn,
        development=True,
        allowed_origins=[ORIGIN],
        proxies=1,
        limits=limits,
        gauge=lambda kind, change: metrics.connections.labels(kind.value).inc(change),
        now=clock,
    )
    app = Starlette(routes=[Route("/graphql", graphql), subscriptions.route("/graphql")])
    edged = edge(app, limits=EdgeLimits(deadline_seconds=deadline), metrics=metrics)
    port = free_port()
    server = Granian(edged, address="127.0.0.1", port=port, interface=Interfaces.ASGINL)
    async with subscriptions.running():
        serving = asyncio.create_task(server.serve())
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:
            while True:
                try:
                    await http.get("/health")
                    break
                except httpx2.TransportError:
                    await asyncio.sleep(0.02)
            yield Served(port, proofs, clock, subscriptions, http)
        await subscriptions.connections.say_goodbye()
        server.stop()  # type: ignore[no-untyped-call]  # granian does not annotate it
        await asyncio.wait([serving], timeout=5)
    proofs.close()
