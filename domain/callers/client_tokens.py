"""Tokens for partner apps that know their secret.

A client id names its organisation, so that the tenant is known before anything is looked up. A
secret is 256 random bits: nobody guesses it, so guesses need no waits, and its hash is fast.
"""

import re
from collections.abc import Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

from auth.actor import Scope
from auth.keyring import LIFETIME
from auth.passwords import secret_matches
from auth.tokens import AccessToken
from domain.callers.errors import ClientRefused, ScopeRefused
from domain.callers.proofs import Proofs
from domain.database import on_behalf_of

_TEXT = re.compile(r"client_([0-9a-f]{32})_([0-9a-f]{32})")
_IN_FORCE = """
select client_app.scopes, client_secret.secret_hash
from client_app
join client_secret on client_secret.org_id = $1 and client_secret.client_id = client_app.id
where client_app.org_id = $1 and client_app.id = $2
  and client_app.revoked_at is null and client_app.expires_at > $3
  and (client_secret.ends_at is null or client_secret.ends_at > $3)
"""


@dataclass(frozen=True, slots=True)
class ClientId:
    """What a partner app calls itself, in one word that needs no escaping anywhere."""

    org: UUID
    client: UUID

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises ValueError for what is no client id."""
        match = _TEXT.fullmatch(text)
        if match is None:
            raise ValueError("This is no client id.")
        return cls(UUID(match[1]), UUID(match[2]))

    def __str__(self) -> str:
        return f"client_{self.org.hex}_{self.client.hex}"


@dataclass(frozen=True, slots=True)
class ClientToken:
    """An access token for a partner app, and what it may do with it."""

    access: str = field(repr=False)
    expires_in: timedelta
    scopes: frozenset[Scope]


async def client_credentials(
    proofs: Proofs, *, client_id: str, secret: str, scopes: Set[str] | None, now: datetime
) -> ClientToken:
    """A token for a partner app that knows its secret; `scopes` narrows what it was granted.

    Raises ClientRefused, or ScopeRefused for a scope beyond the grant.
    """
    try:
        id_ = ClientId.parse(client_id)
    except ValueError:
        raise ClientRefused from None
    granted = await _grant_for(id_, secret, now)
    if granted is None:
        raise ClientRefused
    if scopes is not None and not scopes <= granted:
        raise ScopeRefused

    asked = None if scopes is None else frozenset(scopes)
    token = AccessToken(id_.org, client=id_.client, scopes=asked)
    given = granted if scopes is None else frozenset(map(Scope, scopes))
    return ClientToken(proofs.tokens.issue(token, now), LIFETIME, given)


async def holds_secret(client_id: ClientId, secret: str, now: datetime) -> bool:
    """Whether the secret is one of the app's in force."""
    return await _grant_for(client_id, secret, now) is not None


async def _grant_for(client_id: ClientId, secret: str, now: datetime) -> frozenset[Scope] | None:
    """What the app is granted, if this is a secret of it in force."""
    async with on_behalf_of(client_id.org) as transaction:
        rows = await transaction.execute_query_dict(
            _IN_FORCE, [client_id.org, client_id.client, now]
        )
    if not any(secret_matches(bytes(row["secret_hash"]), secret) for row in rows):
        return None
    return frozenset(map(Scope, rows[0]["scopes"]))
