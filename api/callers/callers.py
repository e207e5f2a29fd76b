"""The callers of this server: how they come to a token, and who they are once they show it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

import structlog
from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from api.callers.oauth import TokenEndpoint
from api.callers.people import PeoplesDoor
from api.callers.standings import RememberedStandings
from api.callers.usage import UsageLog
from api.callers.well_known import WellKnown
from api.endpoint import Unauthenticated
from auth.actor import Actor
from auth.tokens import AccessToken, InvalidToken
from domain.callers.attempts import forget_attempts
from domain.callers.errors import AccessRefused
from domain.callers.proofs import Proofs
from domain.callers.standing import Standing, standing_of

log = structlog.get_logger("attain.callers")

Clock = Callable[[], datetime]
_HOUR = 3600.0
_KEY_SIGNS = timedelta(days=30)


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sent a request.

    `standing` is None where the database was asked in this request. Else it is what the database
    said in an earlier one: whatever is answered to such a caller must come from a statement that
    holds `standing.proof`, and where that is false, or there is no such statement, they are to be
    `renewed` first.
    """

    actor: Actor
    token: AccessToken
    standing: Standing | None
    renew: Callable[[], Awaitable["Caller"]] = field(repr=False, compare=False)

    async def renewed(self) -> "Caller":
        """The same caller, asked of the database now. Raises Unauthenticated for whoever may no
        longer, also where the token has expired meanwhile."""
        return await self.renew()


class Callers:
    """One per process. `proxies` is how many reverse proxies of our own stand in front of us;
    `remembered` how many callers may be taken from memory."""

    def __init__(
        self, proofs: Proofs, *, proxies: int = 0, now: Clock = utc_now, remembered: int = 10_000
    ) -> None:
        self._proofs = proofs
        self._now = now
        self._usage = UsageLog()
        self._standings = RememberedStandings(remembered)
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

        Asked of the database; for routes that do not prove a remembered caller themselves.
        """
        text = _bearer(request)
        if text is None:
            return None
        actor = (await self._asked(text)).actor
        self._count(actor)
        return actor

    async def caller(self, request: Request) -> Caller | None:
        """As `authenticate`, but somebody who was here before is taken from memory.

        Such a caller counts for nothing until the statement that is run for them proves them, or
        until they are `renewed`.
        """
        text = _bearer(request)
        if text is None:
            return None
        caller = self._remembered(text) or await self._asked(text)
        self._count(caller.actor)
        return caller

    def _remembered(self, text: str) -> Caller | None:
        now = self._now()
        token = self._token(text, now)
        standing = self._standings.of(token)
        if standing is None:
            return None
        try:
            actor = standing.actor(now)
        except AccessRefused:  # by then; the session may have gone on since
            return None
        return Caller(actor, token, standing, partial(self._asked, text))

    async def _asked(self, text: str) -> Caller:
        """The caller as the database knows them now, remembered from here on."""
        now = self._now()
        token = self._token(text, now)
        try:
            standing = await standing_of(token)
            actor = standing.actor(now)
        except AccessRefused as refused:
            self._standings.forget(token)
            raise _refused(refused.reason) from None
        self._standings.keep(standing)
        return Caller(actor, token, None, partial(self._asked, text))

    def _token(self, text: str, now: datetime) -> AccessToken:
        try:
            return self._proofs.tokens.verify(text, now)
        except InvalidToken as refused:
            raise _refused(refused.reason) from None

    def _count(self, actor: Actor) -> None:
        if actor.client is not None:
            self._usage.note(actor.org, actor.client, self._now())

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


def _bearer(request: Request) -> str | None:
    """The token that came with the request, if any. Raises Unauthenticated for anything else."""
    given = request.headers.getlist("authorization")
    if not given:
        return None
    scheme, _, text = given[0].partition(" ")
    if len(given) > 1 or scheme.lower() != "bearer":
        raise Unauthenticated("Send one Authorization header, with a Bearer token.")
    return text.lstrip(" ")


def _refused(reason: str) -> Unauthenticated:
    """All are told the same; the reason is for our log."""
    log.info("access.refused", reason=reason[:100])
    return Unauthenticated()
