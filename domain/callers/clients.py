"""Partner apps: registered, given scopes and territories, given new secrets, revoked."""

from collections.abc import Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from auth.actor import Actor, Scope
from auth.passwords import generate_secret, hash_secret
from auth.permissions import Act
from domain.acts import act
from domain.callers.client_tokens import ClientId, holds_secret
from domain.database import current_transaction, on_behalf_of
from domain.errors import Conflict, Invalid, NotFound
from domain.history import record
from domain.ids import new_id
from domain.people.access import organisation_wide
from domain.people.rules import sound_name

YEAR = timedelta(days=365)
LONGEST_OVERLAP = timedelta(days=30)

_LOCKED = """
select name, scopes, expires_at, revoked_at from client_app where org_id = $1 and id = $2
for no key update
"""
_REGISTER = """
insert into client_app (org_id, id, name, scopes, expires_at, registered_at, registered_by)
values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing returning id
"""
_ADD_HASH = """
insert into client_secret (org_id, id, client_id, secret_hash, made_at) values ($1, $2, $3, $4, $5)
"""
_END_SECRETS = """
update client_secret set ends_at = least(ends_at, $3::timestamptz)
where org_id = $1 and client_id = $2 and (ends_at is null or ends_at > $3::timestamptz)
"""
_GRANT = """
insert into client_territory (org_id, client_id, territory_id)
select $1, $2, territory.id from territory where territory.org_id = $1 and territory.id = any($3)
on conflict do nothing
"""
_UNGRANT = (
    "delete from client_territory where org_id = $1 and client_id = $2 and territory_id <> all($3)"
)
_GRANTED = "select count(*) as granted from client_territory where org_id = $1 and client_id = $2"
_CHANGE = "update client_app set scopes = $3, expires_at = $4 where org_id = $1 and id = $2"
_REVOKE = "update client_app set revoked_at = $3, revoked_by = $4 where org_id = $1 and id = $2"
_NAMED = """
select client_app.id, client_app.scopes, client_app.expires_at,
       array(select territory_id from client_territory where client_territory.org_id = $1
             and client_territory.client_id = client_app.id) as territories
from client_app
where client_app.org_id = $1 and lower(client_app.name) = lower($2)
  and client_app.revoked_at is null
"""


@dataclass(frozen=True, slots=True)
class ClientCredentials:
    """What a partner app is given, once; the secret cannot be shown again."""

    client_id: ClientId
    secret: str = field(repr=False)


async def register_client(
    actor: Actor,
    *,
    name: str,
    scopes: Set[Scope],
    territories: Set[UUID],
    now: datetime,
    expires_at: datetime | None = None,
) -> ClientCredentials:
    """Admit a partner app to these territories and what lies within them; for a year, unless said
    otherwise."""
    secret, ends = generate_secret(), expires_at or now + YEAR
    client = await _register(
        actor, name=name, scopes=scopes, territories=territories, secret=secret, ends=ends, now=now
    )
    return ClientCredentials(ClientId(actor.org, client), secret)


async def rotate_client_secret(
    actor: Actor, *, client: UUID, overlap: timedelta, now: datetime
) -> ClientCredentials:
    """A new secret; those before it go on for the overlap, at most 30 days."""
    if not timedelta(0) <= overlap <= LONGEST_OVERLAP:
        raise Invalid("Old secrets go on for 0 to 30 days.", path=("overlap",))
    secret = generate_secret()
    await _rotate(actor, client=client, secret=secret, until=now + overlap, now=now)
    return ClientCredentials(ClientId(actor.org, client), secret)


async def ensure_client(
    actor: Actor,
    *,
    name: str,
    scopes: Set[Scope],
    territories: Set[UUID],
    secret: str,
    now: datetime,
) -> ClientId:
    """The partner app of this name, with these scopes and territories and a secret that the caller
    has made with `generate_secret`. What is right already is left as it is."""
    async with on_behalf_of(actor.org) as transaction:
        found = await transaction.execute_query_dict(_NAMED, [actor.org, name])
    if not found:
        client = await _register(
            actor, name=name, scopes=scopes, territories=territories, secret=secret,
            ends=now + YEAR, now=now,
        )  # fmt: skip
        return ClientId(actor.org, client)

    stands, client_id = found[0], ClientId(actor.org, found[0]["id"])
    granted = (set(stands["scopes"]), set(stands["territories"]))
    if granted != (scopes, territories) or stands["expires_at"] <= now:
        await change_client(
            actor, client=client_id.client, scopes=scopes, territories=territories,
            expires_at=now + YEAR,
        )  # fmt: skip
    if not await holds_secret(client_id, secret, now):
        await _rotate(actor, client=client_id.client, secret=secret, until=now, now=now)
    return client_id


@act
async def change_client(
    actor: Actor, *, client: UUID, scopes: Set[Scope], territories: Set[UUID], expires_at: datetime
) -> UUID:
    """Give a partner app these scopes and territories, and no others; from its next request on."""
    before = await _open_client(actor, client)
    _sound_scopes(scopes)

    await current_transaction().execute_query(
        _CHANGE, [actor.org, client, sorted(scopes), expires_at]
    )
    await _grant(actor, client, territories)

    await record(
        actor,
        "client.changed",
        "client",
        client,
        before={"scopes": sorted(before["scopes"])},
        after={"scopes": sorted(scopes), "territories": sorted(map(str, territories))},
    )
    return client


@act
async def revoke_client(actor: Actor, *, client: UUID, reason: str, now: datetime) -> UUID:
    """From its next request on the partner app is nobody; it cannot be taken back."""
    await _open_client(actor, client)

    await current_transaction().execute_query(_REVOKE, [actor.org, client, now, actor.person])

    await record(actor, "client.revoked", "client", client, reason=reason)
    return client


@act
async def _register(
    actor: Actor,
    *,
    name: str,
    scopes: Set[Scope],
    territories: Set[UUID],
    secret: str,
    ends: datetime,
    now: datetime,
) -> UUID:
    organisation_wide(actor, Act.CLIENTS_ADMINISTER)
    name = sound_name(name, path="name")
    _sound_scopes(scopes)
    if ends <= now:
        raise Invalid("A partner app expires in the future.", path=("expiresAt",))

    client = new_id()
    registered = await current_transaction().execute_query_dict(
        f"with registered as ({_REGISTER}) select id from registered",
        [actor.org, client, name, sorted(scopes), ends, now, actor.person],
    )
    if not registered:
        raise Conflict("Another partner app has this name.", path=("name",))
    await _add_secret(actor, client, secret, now)
    await _grant(actor, client, territories)

    await record(
        actor,
        "client.registered",
        "client",
        client,
        after={
            "name": name,
            "scopes": sorted(scopes),
            "territories": sorted(map(str, territories)),
            "expires_at": ends,
        },
    )
    return client


@act
async def _rotate(
    actor: Actor, *, client: UUID, secret: str, until: datetime, now: datetime
) -> UUID:
    await _open_client(actor, client)

    await current_transaction().execute_query(_END_SECRETS, [actor.org, client, until])
    await _add_secret(actor, client, secret, now)

    await record(actor, "client.secret_rotated", "client", client, after={"old_until": until})
    return client


async def _open_client(actor: Actor, client: UUID) -> dict[str, Any]:
    """The door: a partner app that is not revoked, locked, for somebody who administers them."""
    organisation_wide(actor, Act.CLIENTS_ADMINISTER)
    rows = await current_transaction().execute_query_dict(_LOCKED, [actor.org, client])
    if not rows:
        raise NotFound("partner app")
    if rows[0]["revoked_at"] is not None:
        raise Conflict("This partner app is revoked; register it anew.")
    return dict(rows[0])


async def _add_secret(actor: Actor, client: UUID, secret: str, now: datetime) -> None:
    await current_transaction().execute_query(
        _ADD_HASH, [actor.org, new_id(), client, hash_secret(secret), now]
    )


async def _grant(actor: Actor, client: UUID, territories: Set[UUID]) -> None:
    """Exactly these territories. Raises NotFound when one of them does not exist."""
    ids = sorted(territories)
    await current_transaction().execute_query(_UNGRANT, [actor.org, client, ids])
    await current_transaction().execute_query(_GRANT, [actor.org, client, ids])
    [row] = await current_transaction().execute_query_dict(_GRANTED, [actor.org, client])
    if row["granted"] != len(ids):
        raise NotFound("territory", path=("territories",))


def _sound_scopes(scopes: Set[Scope]) -> None:
    if not scopes:
        raise Invalid("A partner app needs at least one scope.", path=("scopes",))
