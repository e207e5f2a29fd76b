"""The application: every part of the server, put together once.

edge (ids, limits, deadline, logs, metrics)
  /graphql               the endpoint over the schema; WebSockets for subscriptions
  /auth/... /oauth/...   callers come to a token
  /health /ready /metrics
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from functools import lru_cache
from uuid import UUID

from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from api.budgets import spending_of
from api.callers import Caller, Callers, proofs_of
from api.callers.persisted import PersistedDocuments
from api.edge import EdgeLimits, Metrics, answer_fault, configure_logs, edge, metrics_page
from api.endpoint import DocumentLimits, GraphQLEndpoint
from api.endpoint.endpoint import Caller as LoggedCaller
from api.endpoint.execution import ordinary_execution
from api.endpoint.explorer import graphiql
from api.endpoint.spending import Spending
from api.endpoint.turns import Turns
from api.express import Express
from api.health import health, ready
from api.manifest import trusted_texts
from api.reads import compiled_execution
from api.settings import Settings
from api.subscriptions import StreamLimits, Subscriptions
from auth.actor import Actor
from domain.database import close_database, open_database, unlabelled
from domain.jobs import working
from schema import compiler, schema
from schema.context import Context, Proof


def create(settings: Settings, dsn: str) -> ASGIApp:
    """The ASGI application on a migrated database. Opens and closes what it uses in its lifespan."""
    configure_logs(json=settings.environment == "production", level=settings.log_level)
    proofs = proofs_of(settings, settings.issuer, datetime.now(UTC))
    callers = Callers(proofs, proxies=settings.proxies)
    metrics = Metrics()
    graphql = endpoint(
        callers, spending_of(settings), _turns(settings), development=settings.is_development
    )
    subscriptions = _subscriptions(graphql, settings, dsn, metrics)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[dict[str, object]]:
        async with AsyncExitStack() as stack:
            stack.callback(proofs.close)
            await open_database(dsn, settings.pool_limits)
            stack.push_async_callback(close_database)
            await stack.enter_async_context(callers.running())
            if settings.worker:
                await stack.enter_async_context(working(dsn))
            await stack.enter_async_context(subscriptions.running())
            # For whoever serves, who has to say when.
            yield {"say_goodbye": subscriptions.connections.say_goodbye}

    road = Route("/graphql", graphql)
    routes: list[BaseRoute] = [
        Route("/", welcome),
        road,
        subscriptions.route("/graphql"),
        Route("/health", health),
        Route("/ready", ready(_database_missing)),
        Route("/metrics", metrics_page(metrics, _secret(settings.metrics_token))),
        *callers.routes(),
    ]
    if settings.is_development:
        routes.append(graphiql())
    app = Starlette(routes=routes, lifespan=lifespan, exception_handlers={Exception: answer_fault})
    limits = EdgeLimits(body_bytes=settings.body_bytes, deadline_seconds=settings.deadline_seconds)
    straight = Express(road, app)
    return edge(straight, limits=limits, metrics=metrics, allowed_origins=settings.allowed_origins)


def _subscriptions(
    graphql: GraphQLEndpoint[Caller], settings: Settings, dsn: str, metrics: Metrics
) -> Subscriptions:
    # To the server a stream is a request under way, and it takes only so many of those at a time.
    streams = settings.backpressure // 2
    return Subscriptions(
        graphql,
        schema,
        dsn,
        development=settings.is_development,
        allowed_origins=[*settings.allowed_origins, settings.issuer],
        proxies=settings.proxies,
        limits=StreamLimits(event_streams=streams),
        gauge=lambda kind, change: metrics.connections.labels(kind.value).inc(change),
    )


async def _database_missing() -> str | None:
    async with unlabelled() as connection:
        await connection.fetchval("select 1")
    return None


def _turns(settings: Settings) -> Turns | None:
    """One caller has half of the connections for reads at most; too few are not shared out."""
    reads = settings.pool_limits.reads
    return Turns(reads // 2) if reads >= 4 else None


def endpoint(
    callers: Callers, spending: Spending, turns: Turns | None = None, *, development: bool
) -> GraphQLEndpoint[Caller]:
    """GraphQL for callers with a token."""
    limits = DocumentLimits()
    ordinary = ordinary_execution(
        schema, hide_suggestions=not development, coercion_errors=limits.coercion_errors
    )
    return GraphQLEndpoint(
        schema,
        authenticate=callers.caller,
        describe=_logged,
        open_context=_context,
        limits=limits,
        development=development,
        execution=compiled_execution(compiler, ordinary),
        spending=spending,
        trusted=trusted_texts(),
        persisted=PersistedDocuments(),
        turns=turns,
        renew=_renew,
    )


def _secret(setting: SecretStr | None) -> str | None:
    return None if setting is None else setting.get_secret_value()


def _logged(caller: Caller) -> LoggedCaller:
    actor = caller.actor
    return _described(actor.org, actor.person, actor.client, actor.via)


@lru_cache(maxsize=10_000)
def _described(org: UUID, person: UUID | None, client: UUID | None, via: str) -> LoggedCaller:
    return LoggedCaller(
        str(org),
        str(client or ""),
        is_partner=client is not None,
        app=via,
        person_id=str(person or ""),
    )


async def _renew(caller: Caller) -> None:
    if caller.standing is not None:
        await caller.renewed()


def _context(caller: Caller, _request: Request) -> Context:
    """A caller who was remembered comes with what proves them, in the statement that reads."""
    standing = caller.standing
    if standing is None:
        return Context(caller.actor)

    async def renewed() -> Actor:
        return (await caller.renewed()).actor

    return Context(caller.actor, Proof(standing.proof, standing.values), renewed)


async def welcome(_request: Request) -> Response:
    """What stands where, for somebody who opens the address in a browser."""
    return JSONResponse(
        {
            "service": "attain",
            "graphql": "/graphql",
            "signIn": "/auth/sign-in",
            "token": "/oauth/token",
            "health": "/health",
            "ready": "/ready",
        }
    )
