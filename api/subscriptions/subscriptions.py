"""What one process offers for subscriptions, put together once."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

import strawberry
from starlette.routing import WebSocketRoute

from api.callers import Caller
from api.callers.callers import Clock, utc_now
from api.endpoint import DocumentLimits, GraphQLEndpoint
from api.subscriptions.connections import Connections, Kind
from api.subscriptions.event_stream import EventStreams
from api.subscriptions.limits import StreamLimits
from api.subscriptions.road import Road
from api.subscriptions.socket import Sockets
from domain.history.listening import Listening
from schema.audience import Audiences
from schema.subscription import stored_kinds


class Subscriptions:
    """Sockets at the endpoint's address, and streams from the endpoint itself."""

    def __init__(
        self,
        endpoint: GraphQLEndpoint[Caller],
        schema: strawberry.Schema,
        dsn: str,
        *,
        development: bool,
        allowed_origins: Sequence[str] = (),
        proxies: int = 0,
        limits: StreamLimits | None = None,
        gauge: Callable[[Kind, int], None] = lambda _kind, _change: None,
        now: Clock = utc_now,
    ) -> None:
        limits = limits or StreamLimits()
        self.listening = Listening(dsn)
        self.connections = Connections(self.listening, limits, now, gauge)
        road = Road(
            endpoint=endpoint,
            schema=schema,
            audiences=Audiences(self.listening.news_of, stored_kinds),
            limits=DocumentLimits(),
            looks=asyncio.Semaphore(limits.at_once),
            answers=asyncio.Semaphore(limits.at_once),
            hide_suggestions=not development,
        )
        self._sockets = Sockets(
            road, self.connections, allowed_origins=allowed_origins, proxies=proxies, now=now
        )
        endpoint.streams = EventStreams(road, self.connections, now=now)

    def route(self, path: str) -> WebSocketRoute:
        return WebSocketRoute(path, self._sockets)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self.listening.running())
            await stack.enter_async_context(self.connections.running())
            yield
