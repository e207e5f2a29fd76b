"""Apollo's persisted queries, as partner apps use them, over the whole application."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx2
import pytest
import pytest_asyncio
from pydantic import SecretStr

from api.app import create
from api.settings import Settings
from auth.actor import Scope
from domain.callers.clients import register_client
from tests.api.endpoint.logs import production_logs
from tests.people import Company, count

QUERY = "query Mine { performance(by: YEAR, first: 1) { nodes { attainment } } }"
NOTHING: dict[str, Any] = {"data": {"performance": {"nodes": []}}}
MISS = {
    "errors": [
        {
            "message": "PersistedQueryNotFound",
            "extensions": {"code": "PERSISTED_QUERY_NOT_FOUND"},
        }
    ]
}


def persisted(text: str) -> dict[str, Any]:
    return {"persistedQuery": {"version": 1, "sha256Hash": sha256(text.encode()).hexdigest()}}


class App:
    """A partner app with a token, speaking to one process of the installation."""

    def __init__(self, http: httpx2.AsyncClient, token: str = "") -> None:
        self.http = http
        self.headers = {"Authorization": f"Bearer {token}"}

    async def send(self, query: str, extensions: dict[str, Any]) -> Any:
        """What Apollo Client posts after a miss."""
        sent = {"operationName": None, "variables": {}, "query": query, "extensions": extensions}
        return (await self.http.post("/graphql", json=sent, headers=self.headers)).json()

    async def name(self, query: str) -> Any:
        """What Apollo Client gets with `useGETForHashedQueries`."""
        named = {"variables": "{}", "extensions": json.dumps(persisted(query))}
        reply = await self.http.get("/graphql", params=named, headers=self.headers)
        assert reply.status_code == 200  # anything else is a network error to a JSON client
        return reply.json()


@asynccontextmanager
async def process(home: Path, dsn: str, **changes: Any) -> AsyncIterator[httpx2.AsyncClient]:
    """One process of an installation in production."""
    settings = Settings(
        home=home,
        database_url=SecretStr(dsn),
        environment=changes.get("environment", "production"),
        argon2_time_cost=1,
        argon2_memory_kib=8_192,
    )
    with production_logs():
        transport = httpx2.ASGITransport(app=create(settings, dsn))
        async with httpx2.AsyncClient(transport=transport, base_url="http://attain.test") as http:
            yield http


async def app_of(company: Company, http: httpx2.AsyncClient, name: str) -> App:
    credentials = await register_client(
        company.actor("Adam"),
        name=name,
        scopes=frozenset({Scope.PERFORMANCE_READ}),
        territories=set(),
        now=datetime.now(UTC),
    )
    form = {
        "grant_type": "client_credentials",
        "client_id": str(credentials.client_id),
        "client_secret": credentials.secret,
    }
    reply = await http.post("/oauth/token", data=form)
    return App(http, reply.json()["access_token"])


@pytest_asyncio.fixture
async def http(tmp_path: Path, database: str) -> AsyncIterator[httpx2.AsyncClient]:
    async with process(tmp_path, database) as opened:
        yield opened


async def test_a_miss_is_registered_once_and_hit_from_then_on_in_every_process(
    tmp_path: Path, database: str, company: Company, http: httpx2.AsyncClient
) -> None:
    app = await app_of(company, http, "Forecasts Inc.")

    assert await app.name(QUERY) == MISS
    assert await app.send(QUERY, persisted(QUERY)) == NOTHING
    assert await app.name(QUERY) == NOTHING
    async with process(tmp_path, database) as second:
        elsewhere = App(second)
        elsewhere.headers = app.headers
        assert await elsewhere.name(QUERY) == NOTHING

    assert await count(company, "persisted_document") == 1


async def test_no_app_is_given_what_another_registered(
    company: Company, http: httpx2.AsyncClient
) -> None:
    app, other = [await app_of(company, http, name) for name in ("Forecasts Inc.", "Others Ltd.")]
    await app.send(QUERY, persisted(QUERY))

    assert await app.name(QUERY) == NOTHING
    assert await other.name(QUERY) == MISS


@pytest.mark.parametrize(
    ("query", "of", "code"),
    [
        (QUERY, "{ somethingElse }", "BAD_REQUEST"),
        ("{", "{", "GRAPHQL_PARSE_FAILED"),
        ("{ nothingOfTheKind }", "{ nothingOfTheKind }", "GRAPHQL_VALIDATION_FAILED"),
        ("query A { __typename } query B { __typename }", None, "OPERATION_RESOLUTION_FAILURE"),
    ],
)
async def test_only_a_sound_document_under_its_own_hash_is_remembered(
    company: Company, http: httpx2.AsyncClient, query: str, of: str | None, code: str
) -> None:
    app = await app_of(company, http, "Forecasts Inc.")

    refused = await app.send(query, persisted(of or query))

    assert refused["errors"][0]["extensions"]["code"] == code
    assert await app.name(query) == MISS
    assert await app.name(of or query) == MISS
    assert await count(company, "persisted_document") == 0
