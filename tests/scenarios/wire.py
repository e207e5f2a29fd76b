"""The whole application in this process, and everything that comes out of it: replies with their
headers, log lines, metrics. Callers sign in over HTTP like anybody."""

import itertools
from base64 import urlsafe_b64decode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
from pydantic import SecretStr

from api.app import create
from api.callers import proofs_of
from api.edge import configure_logs
from api.settings import Settings
from domain.callers.passwords import ensure_sign_in
from domain.database import on_behalf_of
from tests.api.endpoint.logs import Logged, production_logs
from tests.scenarios.companies import Furnished

_addresses = itertools.count(1)


def password(word: str, name: str) -> str:
    return f"{word} password of {name}"


@dataclass(slots=True)
class Wire:
    """`said` is every reply so far, as text with its headers."""

    settings: Settings
    client: httpx2.AsyncClient
    logged: Logged
    said: list[str] = field(default_factory=list)
    tokens: dict[str, str] = field(default_factory=dict)

    async def send(self, path: str, **sent: Any) -> httpx2.Response:
        """A request from an address of its own, so that nobody is throttled for another."""
        headers = {"X-Forwarded-For": f"2001:db8:5::{next(_addresses):x}"}
        headers |= sent.pop("headers", {})
        reply = await self.client.post(path, headers=headers, **sent)
        self.said.append(f"{reply.status_code} {dict(reply.headers)} {reply.text}")
        return reply

    async def sign_in(self, company: Furnished, name: str) -> str:
        """The access token of a person (who has a password from now on) or of a partner app."""
        key = f"{company.word} {name}"
        if key not in self.tokens:
            asked = self._partner if name in company.apps else self._person
            self.tokens[key] = await asked(company, name)
        return self.tokens[key]

    async def ask(self, token: str, document: str, **variables: object) -> httpx2.Response:
        return await self.send(
            "/graphql",
            json={"query": document, "variables": variables},
            headers={"Authorization": f"Bearer {token}"},
        )

    async def metrics(self) -> str:
        return (await self.client.get("/metrics")).text

    async def _person(self, company: Furnished, name: str) -> str:
        await self.give_password(company, name)
        reply = await self.send(
            "/auth/sign-in",
            json={
                "organisation": company.company.slug,
                "email": await _email_of(company, name),
                "password": password(company.word, name),
                "via": "mobile",
            },
        )
        assert reply.status_code == 200, reply.text
        return str(reply.json()["accessToken"])

    async def give_password(self, company: Furnished, name: str) -> None:
        now = datetime.now(UTC)
        proofs = proofs_of(self.settings, self.settings.issuer, now)
        try:
            await ensure_sign_in(
                company.company.system,
                proofs.passwords,
                person_id=company.company.ids[name],
                password=password(company.word, name),
                now=now,
            )
        finally:
            proofs.close()

    async def _partner(self, company: Furnished, name: str) -> str:
        credentials = company.apps[name]
        reply = await self.send(
            "/oauth/token",
            data={
                "grant_type": "client_credentials",
                "client_id": str(credentials.client_id),
                "client_secret": credentials.secret,
            },
        )
        assert reply.status_code == 200, reply.text
        return str(reply.json()["access_token"])


async def _email_of(company: Furnished, name: str) -> str:
    async with on_behalf_of(company.company.org) as transaction:
        [row] = await transaction.execute_query_dict(
            "select email from person where org_id = $1 and id = $2",
            [company.company.org, company.company.ids[name]],
        )
    return str(row["email"])


@asynccontextmanager
async def opened(home: Path, dsn: str, *, level: str = "debug") -> AsyncIterator[Wire]:
    """The application with production's log pipeline, writing to memory.

    It is a development one, since the tests ask as people what no app of ours would ask.
    """
    settings = Settings(
        home=home,
        database_url=SecretStr(dsn),
        environment="development",
        log_level="debug",
        proxies=1,
        # These tests ask for everything at once, again and again.
        cost_points=1_000_000,
        cost_nodes=1_000_000,
        partner_points=1_000_000_000,
        person_points=1_000_000_000,
        app_points=1_000_000_000,
        organisation_points=1_000_000_000,
        argon2_time_cost=1,
        argon2_memory_kib=8_192,
        argon2_parallelism=1,
    )
    with production_logs() as logged:
        app = create(settings, dsn)
        configure_logs(json=True, level=level, stream=logged)
        transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport, base_url="http://attain.test") as client:
            yield Wire(settings, client, logged)


def cursors(answer: Any) -> list[str]:
    """What the cursors anywhere in an answer say, decoded."""
    if isinstance(answer, list):
        return [text for item in answer for text in cursors(item)]
    if not isinstance(answer, dict):
        return []
    found = []
    for name, value in answer.items():
        if name.lower().endswith("cursor") and isinstance(value, str):
            packed = urlsafe_b64decode(value + "=" * (-len(value) % 4))
            found.append(packed[6:].decode())
        else:
            found += cursors(value)
    return found
