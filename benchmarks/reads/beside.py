"""The servers that Attain is measured beside, each a process of its own:

    python -m benchmarks.reads.beside FILE

`usual` is GraphQL the usual way; `plain` answers `POST /<document>` with the result of the very
statements that the compiler made, after the same check of the token and without GraphQL; `edged` is
the same behind Attain's edge (limits, deadline, log line, counts), so that what is left between it
and Attain is GraphQL. All are served as Attain is: granian, one process, the same event loop.
"""

import pickle
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import UUID

import asyncpg
import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp
from strawberry.asgi import GraphQL
from tortoise import Tortoise, connections

from api.cli import interruption
from api.cli.serving import serve
from api.edge import EdgeLimits, Metrics, configure_logs, edge
from api.proofs import proofs_of
from api.settings import Settings
from auth.actor import Actor, Assurance, Role, Scope
from auth.tokens import AccessToken, AccessTokens
from domain.people.models import Organisation

POOL = 8


@dataclass(frozen=True, slots=True)
class Beside:
    """What such a server is started with. `statements` are those of each document, by caller."""

    way: str
    home: Path
    dsn: str
    org: UUID
    issuer: str
    port: int
    statements: Mapping[str, Mapping[str, Sequence[tuple[str, tuple[Any, ...]]]]]


def session(beside: Beside, role: str) -> dict[str, str]:
    """Row security is told the organisation once for each connection, not for each request."""
    return {"role": role, "app.org_id": str(beside.org), "app.person_id": "", "timezone": "UTC", "jit": "off"}  # fmt: skip


def subject(token: AccessToken) -> str:
    return f"person_{token.person}" if token.person else f"client_{token.client}"


class _Tokens:
    """The check of the token, as Attain does it."""

    def __init__(self, tokens: AccessTokens) -> None:
        self._tokens = tokens

    def of(self, request: Request) -> AccessToken:
        text = request.headers["authorization"].removeprefix("Bearer ")
        return self._tokens.verify(text, datetime.now(UTC))


class _Kept(asyncpg.Connection):  # type: ignore[misc]  # asyncpg ships no types
    def get_reset_query(self) -> str:
        return ""  # nothing is ever set, so nothing is to be put back


def plain(beside: Beside, tokens: _Tokens) -> Starlette:
    """The statements of the compiler, without GraphQL."""
    pool: asyncpg.Pool

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        nonlocal pool
        pool = await asyncpg.create_pool(
            beside.dsn,
            min_size=1,
            max_size=POOL,
            connection_class=_Kept,
            server_settings=session(beside, "attain_reader"),
        )
        async with pool:
            yield

    async def answer(request: Request) -> Response:
        token = tokens.of(request)
        await request.body()
        asked = beside.statements[request.path_params["document"]][subject(token)]
        async with pool.acquire() as connection:
            for sql, values in asked:
                rows = await connection.fetch(sql, *values)
        body = rows[0][0] if rows else b""
        return Response(
            body if isinstance(body, bytes) else str(body).encode(), media_type="application/json"
        )

    routes = [Route("/health", _healthy), Route("/{document}", answer, methods=["POST"])]
    return Starlette(routes=routes, lifespan=lifespan)


def usual(beside: Beside, tokens: _Tokens) -> Starlette:
    """GraphQL as its libraries' documentation has it."""
    from benchmarks.reads.usual import Context, usual_schema
    from benchmarks.reads.usual_rows import Loaders

    class Served(GraphQL[Context, None]):
        async def get_context(self, request: Any, response: Any) -> Context:
            actor, organisation = await _caller(tokens.of(request))
            return Context(actor, organisation, Loaders(actor, organisation))

        def encode_json(self, data: object) -> bytes:
            return orjson.dumps(data)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await Tortoise.init(config=_tortoise(beside), _enable_global_fallback=True)
        yield
        await Tortoise.close_connections()

    graphql = Served(usual_schema(), graphql_ide=None)
    routes = [Route("/health", _healthy), Route("/graphql", graphql)]
    return Starlette(routes=routes, lifespan=lifespan)


_STANDING = """
select array(select role from role_grant where role_grant.org_id = $1 and role_grant.person_id = $2
             and role_grant.revoked_at is null) as roles
from session join person on person.org_id = $1 and person.id = session.person_id
where session.org_id = $1 and session.id = $3 and session.person_id = $2
  and session.revoked_at is null and session.expires_at > now()
  and person.disabled_at is null and (person.left_on is null or person.left_on > $4)
"""
_PARTNER = """
select scopes, array(select territory_id from client_territory where client_territory.org_id = $1
                     and client_territory.client_id = $2) as territories
from client_app where org_id = $1 and id = $2 and revoked_at is null and expires_at > now()
"""


async def _caller(token: AccessToken) -> tuple[Actor, Organisation]:
    """Who calls, as the database says, and their organisation."""
    organisation = await Organisation.get(org_id=token.org)
    today = organisation.business_date
    assert today is not None
    client, nothing = connections.get("default"), frozenset[Any]()
    if token.person is not None:
        values = [token.org, token.person, token.session, today]
        [row] = await client.execute_query_dict(_STANDING, values)
        roles, scopes, territories = frozenset(map(Role, row["roles"])), nothing, nothing
    else:
        [row] = await client.execute_query_dict(_PARTNER, [token.org, token.client])
        roles, scopes = nothing, frozenset(map(Scope, row["scopes"]))
        territories = frozenset(row["territories"])
    proved = Assurance.CLIENT_SECRET if token.client else Assurance.PASSWORD
    actor = Actor(
        token.org, token.person, token.client, roles, scopes, territories, token.session, proved,
        today, "usual",
    )  # fmt: skip
    return actor, organisation


def _tortoise(beside: Beside) -> dict[str, Any]:
    where = urlsplit(beside.dsn)
    place = parse_qs(where.query)
    credentials = {
        "host": place["host"][0] if "host" in place else where.hostname,
        "port": int(place["port"][0]) if "port" in place else where.port or 5432,
        "user": unquote(where.username or ""),
        "password": unquote(where.password or ""),
        "database": where.path.lstrip("/"),
        "minsize": 1,
        "maxsize": POOL,
        "server_settings": session(beside, "attain_app"),
    }
    models = [f"domain.{area}.models" for area in ("people", "goals", "territories", "sales")]
    return {
        "connections": {
            "default": {"engine": "tortoise.backends.asyncpg", "credentials": credentials}
        },
        "apps": {"attain": {"models": models, "default_connection": "default"}},
        "use_tz": True,
        "timezone": "UTC",
    }


def edged(beside: Beside, tokens: _Tokens) -> ASGIApp:
    """`plain` behind what every request of ours passes."""
    configure_logs(json=True, level="info")
    return edge(plain(beside, tokens), limits=EdgeLimits(), metrics=Metrics())


async def _healthy(_request: Request) -> Response:
    return Response(b"{}")


def application(beside: Beside) -> ASGIApp:
    settings = Settings.model_validate({"home": beside.home, "DATABASE_URL": None})
    proofs = proofs_of(settings, beside.issuer, datetime.now(UTC))
    ways: dict[str, Callable[[Beside, _Tokens], ASGIApp]] = {
        "plain": plain,
        "edged": edged,
        "usual": usual,
    }
    return ways[beside.way](beside, _Tokens(proofs.tokens))


def main() -> None:
    beside: Beside = pickle.loads(Path(sys.argv[1]).read_bytes())
    settings = Settings.model_validate(
        {"home": beside.home, "PORT": beside.port, "DATABASE_URL": None}
    )
    interruption.run_until_stopped(serve(application(beside), settings, lambda: None))


if __name__ == "__main__":
    main()
