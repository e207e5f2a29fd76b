"""Somebody whose connection stays open: who they are now, long after they showed their token.

An access token lasts ten minutes and a phone's subscription for as long as the app is in sight. To
end the one with the other would make every phone connect, sign and subscribe anew six times an hour
and would protect nobody: the token only says which session calls, and whether that session stands
is asked of the database before each event. So a person's connection lasts while their session does,
and no longer than that. A partner app has no session; its connection ends when its token must have.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from api.callers.callers import Caller
from api.endpoint import Unauthenticated
from auth.actor import Actor
from auth.keyring import LIFETIME
from auth.tokens import AccessToken
from domain.callers.errors import AccessRefused
from domain.callers.standing import standing_of


class TokenExpired(Unauthenticated):
    """Nothing was revoked: with a new token the caller may connect again."""

    def __init__(self) -> None:
        super().__init__("The access token has expired; connect again with a new one.")


@dataclass(frozen=True, slots=True)
class Visit:
    """One caller on one open connection. `ends` is when it ends whatever the database says."""

    token: AccessToken
    ends: datetime | None
    now: Callable[[], datetime] = field(repr=False, compare=False)

    @classmethod
    def of(cls, caller: Caller, now: Callable[[], datetime]) -> "Visit":
        ends = now() + LIFETIME if caller.token.session is None else None
        return cls(caller.token, ends, now)

    @property
    def caller(self) -> UUID:
        """The person, or the partner app."""
        caller = self.token.person or self.token.client
        assert caller is not None
        return caller

    @property
    def standing(self) -> UUID:
        """What the visit lasts by: the session, or the partner app."""
        return self.token.session or self.caller

    async def calling(self) -> Caller:
        """The caller as the database knows them now, for an operation. Raises Unauthenticated."""
        return self.calling_as(await self.renewed())

    def calling_as(self, actor: Actor) -> Caller:
        """The caller as the database knew them when it was asked for this actor."""
        return Caller(actor, self.token, None, self.calling)

    async def renewed(self) -> Actor:
        """The caller as the database knows them now. Raises Unauthenticated for whoever may no
        longer."""
        now = self.now()
        if self.ends is not None and now >= self.ends:
            raise TokenExpired
        try:
            return (await standing_of(self.token)).actor(now)
        except AccessRefused:
            raise Unauthenticated("The session has ended.") from None
