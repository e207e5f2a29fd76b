"""A small shop over the real endpoint: what the endpoint's tests and the audits talk to.

The bearer token names the caller: `app` is a partner app, which may send any document, `rep` a person,
`expired` is nobody, none is a stranger.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal

import asyncpg
import httpx2
import strawberry
from starlette.requests import Request
from starlette.types import ASGIApp
from strawberry.schema.config import StrawberryConfig

from api.endpoint import DocumentLimits, GraphQLEndpoint, Unauthenticated
from api.endpoint.endpoint import Caller
from api.endpoint.execution import Execution
from domain.errors import Conflict, Invalid, NotFound, NotPermitted
from schema.scalars import SCALARS

SECRET = "postgres://attain:hunter2@db/attain"
FAULTS: dict[str, Callable[[], Exception]] = {
    "bug": lambda: RuntimeError(SECRET),
    "absent": lambda: NotFound("goal"),
    "forbidden": lambda: NotPermitted("You may not approve your own goal."),
    "conflict": lambda: Conflict("The goal is at version 3.", version=3),
    "invalid": lambda: Invalid("The target must be positive."),
    "refused connection": lambda: ConnectionRefusedError(111, "refused"),
    "missing socket": lambda: FileNotFoundError(2, "No such file or directory"),
    "pool closing": lambda: asyncpg.InterfaceError("pool is closing"),
    "too many connections": lambda: asyncpg.TooManyConnectionsError("sorry"),
    "starting up": lambda: asyncpg.CannotConnectNowError("starting up"),
    "admin shutdown": lambda: asyncpg.AdminShutdownError("terminating"),
    "lost connection": lambda: asyncpg.ConnectionDoesNotExistError("closed"),
    "pool wait": lambda: TimeoutError(),
}


@dataclass
class Shop:
    """What resolvers reach through the context; `log` is what happened, in order."""

    log: list[str] = field(default_factory=list)


Info = strawberry.Info[Shop, None]


@strawberry.input
class PriceInput:
    name: str
    price: Decimal


@strawberry.type
class Product:
    name: str

    @strawberry.field
    def price(self) -> Decimal:
        return Decimal("1.50")

    @strawberry.field
    def related(self) -> list["Product"]:
        return [Product(name=f"{self.name}'"), Product(name=f'{self.name}"')]


@strawberry.type
class Query:
    @strawberry.field
    def product(self, info: Info, name: str = "pen") -> Product:
        info.context.log.append(f"product {name}")
        return Product(name=name)

    @strawberry.field
    def products(self, names: list[str]) -> list[Product]:
        return [Product(name=name) for name in names]

    @strawberry.field
    def fault(self, kind: str) -> str | None:
        raise FAULTS[kind]()

    @strawberry.field
    def required_fault(self, kind: str) -> str:
        raise FAULTS[kind]()

    @strawberry.field
    def wrong_type(self) -> int | None:
        return SECRET  # type: ignore[return-value] # a fault of ours, on purpose

    @strawberry.field
    async def slow(self, info: Info) -> str:
        try:
            await asyncio.sleep(30)
        except asyncio.CancelledError:
            info.context.log.append("cancelled")
            raise
        return "done"


@strawberry.type
class Mutation:
    @strawberry.mutation
    def set_price(self, info: Info, input: PriceInput) -> Product:
        info.context.log.append(f"price of {input.name} is {input.price}")
        return Product(name=input.name)


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def ticks(self, info: Info) -> AsyncIterator[int]:
        info.context.log.append("subscribed")
        yield 1


SCHEMA = strawberry.Schema(
    Query, Mutation, Subscription, config=StrawberryConfig(scalar_map=SCALARS)
)


async def authenticate(request: Request) -> str | None:
    authorization = request.headers.get("authorization")
    if authorization is None:
        return None
    if authorization not in ("Bearer app", "Bearer rep"):
        raise Unauthenticated("The access token has expired.")
    return authorization.removeprefix("Bearer ")


def describe(actor: str) -> Caller:
    return Caller(org_id="org_1", client_id="phone", is_partner=actor == "app")


def endpoint(
    shop: Shop,
    *,
    limits: DocumentLimits | None = None,
    development: bool = False,
    introspection: bool = True,
    execution: Execution | None = None,
    refuses: Exception | None = None,
    trusted: Mapping[str, str] | None = None,
) -> GraphQLEndpoint[str]:
    @asynccontextmanager
    async def open_shop(actor: str, request: Request) -> AsyncIterator[Shop]:
        if refuses:
            raise refuses
        yield shop

    return GraphQLEndpoint(
        SCHEMA,
        authenticate=authenticate,
        describe=describe,
        open_context=open_shop,
        limits=limits or DocumentLimits(),
        development=development,
        introspection=introspection,
        execution=execution,
        trusted=trusted,
    )


def client(app: ASGIApp, *, token: str | None = "app") -> httpx2.AsyncClient:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=app), base_url="http://shop", headers=headers
    )
