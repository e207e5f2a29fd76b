"""What callers see while PostgreSQL is busy, killed and back, and that nothing needs a restart."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import strawberry
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Route

from api.edge import EdgeLimits, Metrics, edge
from api.endpoint import DocumentLimits, GraphQLEndpoint
from api.health import health
from api.postgres import stop
from tests import cluster
from tests.api.endpoint.shop import authenticate, client, describe

ACQUIRE_SECONDS = 0.3


@strawberry.type
class Query:
    @strawberry.field
    async def one(self, info: strawberry.Info[asyncpg.Pool, None]) -> int:
        async with info.context.acquire(timeout=ACQUIRE_SECONDS) as connection:
            return int(await connection.fetchval("select 1"))

    @strawberry.field
    async def sleep(self, info: strawberry.Info[asyncpg.Pool, None]) -> str:
        async with info.context.acquire(timeout=ACQUIRE_SECONDS) as connection:
            return str(await connection.fetchval("select pg_sleep(30)"))


SCHEMA = strawberry.Schema(Query)


async def test_a_database_that_is_busy_or_killed_is_503_and_comes_back_by_itself() -> None:
    home = cluster.make_home()
    server = await cluster.start(home)
    pool = await asyncpg.create_pool(server.dsn, min_size=1, max_size=1)

    @asynccontextmanager
    async def lend_pool(actor: str, request: Request) -> AsyncIterator[asyncpg.Pool]:
        yield pool

    graphql = GraphQLEndpoint(
        SCHEMA,
        authenticate=authenticate,
        describe=describe,
        open_context=lend_pool,
        limits=DocumentLimits(),
    )
    app = edge(
        Starlette(routes=[Route("/graphql", graphql), Route("/health", health)]),
        limits=EdgeLimits(),
        metrics=Metrics(),
    )

    async with client(app) as http:

        async def ask(field: str) -> tuple[int, object, str | None]:
            reply = await http.post("/graphql", json={"query": f"{{ {field} }}"})
            body = reply.json()
            told = body.get("data") or body["errors"][0]["extensions"]["code"]
            return reply.status_code, told, reply.headers.get("retry-after")

        well = (200, {"one": 1}, None)
        away = (503, "SERVICE_UNAVAILABLE", "2")
        try:
            assert await ask("one") == well

            async with pool.acquire():
                started = time.monotonic()
                assert await ask("one") == away
                assert time.monotonic() - started < 2
                assert (await http.get("/health")).status_code == 200
            assert await ask("one") == well

            asleep = asyncio.create_task(ask("sleep"))
            await until_asleep(server.dsn)
            assert server.data_directory is not None
            kill(server.data_directory)
            assert await asleep == away
            assert await ask("one") == away
            assert (await http.get("/health")).status_code == 200

            await stop(server)
            server = await cluster.start(home)
            async with asyncio.timeout(20):
                while await ask("one") != well:  # noqa: ASYNC110 (another process decides)
                    await asyncio.sleep(0.05)
        finally:
            pool.terminate()
            await stop(server)
            await cluster.remove_home(home)


async def until_asleep(dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        query = "select true from pg_stat_activity where query = 'select pg_sleep(30)'"
        while not await connection.fetchval(query):  # noqa: ASYNC110 (another process decides)
            await asyncio.sleep(0.01)
    finally:
        await connection.close()


def kill(data: Path) -> None:
    """End the postmaster as `pg_ctl stop -m immediate` does: at once, with its backends."""
    os.kill(int((data / "postmaster.pid").read_text().splitlines()[0]), signal.SIGQUIT)
