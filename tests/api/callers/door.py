"""The callers' routes over HTTP, with a clock of the test's own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx2
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from api.callers import Callers
from api.endpoint import Unauthenticated
from domain.callers.proofs import Proofs
from tests.domain.callers.cast import NOON, PASSWORD, new_address
from tests.people import Company


@dataclass
class Clock:
    """What the server under test takes for now."""

    time: datetime = NOON

    def __call__(self) -> datetime:
        return self.time

    def passes(self, span: timedelta) -> None:
        self.time += span


@dataclass
class Door:
    """One server process: its routes, and what it keeps."""

    callers: Callers
    clock: Clock
    client: httpx2.AsyncClient

    async def sign_in(self, company: Company, who: str = "Rui", **changes: Any) -> httpx2.Response:
        """Somebody signs in from an address of their own, unless `address` says which."""
        address = changes.pop("address", None) or new_address()
        sent = {
            "organisation": company.slug,
            "email": f"{who.lower()}@example.test",
            "password": PASSWORD,
            "via": "mobile",
        }
        return await self.client.post(
            "/auth/sign-in", json={**sent, **changes}, headers={"X-Forwarded-For": address}
        )

    async def refresh(self, text: str) -> httpx2.Response:
        return await self.client.post("/auth/refresh", json={"refreshToken": text})

    async def me(self, access: str) -> httpx2.Response:
        """Who calls with this token: 200 and the actor, or 401."""
        return await self.client.get("/me", headers={"Authorization": f"Bearer {access}"})


@asynccontextmanager
async def door(proofs: Proofs, clock: Clock | None = None) -> AsyncIterator[Door]:
    clock = clock or Clock()
    callers = Callers(proofs, proxies=1, now=clock)

    async def me(request: Request) -> Response:
        try:
            actor = await callers.authenticate(request)
        except Unauthenticated as refused:
            return JSONResponse({"message": refused.message}, 401)
        if actor is None:
            return JSONResponse({"message": "nobody"}, 401)
        return JSONResponse({"who": actor.subject, "roles": sorted(actor.roles)})

    app = Starlette(routes=[*callers.routes(), Route("/me", me)])
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="https://attain.example") as client:
        yield Door(callers, clock, client)
