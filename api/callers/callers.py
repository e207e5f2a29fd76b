"""The callers of this server: how they come to a token, and who they are once they show it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta

import structlog
from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from api.callers.oauth import TokenEndpoint
from api.callers.people import PeoplesDoor
from api.callers.usage import UsageLog
from api.callers.well_known import WellKnown
from api.endpoint import Unauthenticated
from auth.actor import Actor
from auth.tokens import InvalidToken
from domain.callers.attempts import forget_attempts
from domain.callers.errors import AccessRefused
from domain.callers.proofs import Proofs
from domain.callers.standing import actor_for

log = structlog.get_logger("attain.callers")

Clock = Callable[[], datetime]
_HOUR = 3600.0
_KEY_SIGNS = timedelta(days=30)


def utc_now() -> datetime:
    return datetime.now(UTC)


class Callers:
    """One per process. `proxies` is how many reverse proxies of our own stand in front of us."""

    def __init__(self, proofs: Proofs, *, proxies: int = 0, now: Clock = utc_now) -> None:
        self._proofs = proofs
        self._now = now
        self._usage = UsageLog()
        self._people = PeoplesDoor(proofs, self.authenticate, proxies, now)
        self._tokens = TokenEndpoint(proofs, now)
        self._well_known = WellKnown(proofs, now)

    def routes(self) -> list[BaseRoute]:
        """The routes outside GraphQL."""
        return [
            Route("/auth/sign-in", self._people.sign_in, methods=["POST"]),
            Route("/auth/refresh", self._people.refresh, methods=["POST"]),
            Route("/auth/sign-out", self._people.sign_out, methods=["POST"]),
            Route("/oauth/token", self._tokens.token, methods=["POST"]),
            Route("/.well-known/jwks.json", self._well_known.jwks),
            Route("/.well-known/oauth-authorization-server", self._well_known.metadata),
        ]

    async def authenticate(self, request: Request) -> Actor | None:
        """The caller as they stand now; None without credentials. Raises Unauthenticated.

        Asked of the database at every request: nothing is remembered that could be revoked.
        """
        given = request.headers.getlist("authorization")
        if not given:
            return None
        scheme, _, text = given[0].partition(" ")
        if len(given) > 1 or scheme.lower() != "bearer":
            raise Unauthenticated("Send one Authorization header, with a Bearer token.")
        now = self._now()
        try:
            actor = await actor_for(self._proofs.tokens.verify(text.lstrip(" "), now), now)
        except (InvalidToken, AccessRefused) as refused:
            log.info("access.refused", reason=refused.reason[:100])
            raise Unauthenticated from None
        if actor.client is not None:
            self._usage.note(actor.org, actor.client, now)
        return actor

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """What goes on beside the requests: usage is added up, keys take turns once a month, old
        attempts to sign in are forgotten."""
        upkeep = asyncio.create_task(self._keep_up())
        try:
            async with self._usage.running():
                yield
        finally:
            upkeep.cancel()
            with suppress(asyncio.CancelledError):
                await upkeep

    async def flush_usage(self) -> None:
        """Add up now what partner apps have asked."""
        await self._usage.flush()

    async def _keep_up(self) -> None:
        while True:
            await asyncio.sleep(_HOUR)
            try:
                await self.hourly()
            except Exception:  # whatever it is, the next hour tries again
                log.warning("upkeep.failed", exc_info=True)

    async def hourly(self) -> None:
        """May run in several processes at once: the keys take turns under a lock."""
        now = self._now()
        self._proofs.keyring.rotate(now, if_older_than=_KEY_SIGNS)
        await forget_attempts(now)
