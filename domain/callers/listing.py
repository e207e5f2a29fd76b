"""Who may call an organisation: its people, their sessions, its partner apps.

Questions of the server's own commands. Whoever asks has to be somebody who may know all of it:
raises NotPermitted otherwise.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from auth.actor import Actor
from auth.permissions import FieldClass
from domain.database import on_behalf_of
from domain.people.access import organisation_wide

_PEOPLE = """
select person.id, person.name, person.email, person.left_on, person.disabled_at,
       exists (select 1 from credential where credential.org_id = $1
               and credential.person_id = person.id) as has_password,
       array(select role from role_grant where role_grant.org_id = $1
             and role_grant.person_id = person.id and role_grant.revoked_at is null
             order by role) as roles
from person where person.org_id = $1 and ($2::text is null or lower(person.email) = lower($2))
order by person.name, person.id
"""
_SESSIONS = """
select id, via, started_at, rotated_at, expires_at, revoked_at, revoked_because
from session where org_id = $1 and person_id = $2 order by started_at desc, id limit 100
"""
_CLIENTS = """
select client_app.id, client_app.name, client_app.scopes, client_app.expires_at,
       client_app.revoked_at,
       array(select territory.name from client_territory
             join territory on territory.org_id = $1 and territory.id = client_territory.territory_id
             where client_territory.org_id = $1 and client_territory.client_id = client_app.id
             order by territory.name) as territories,
       coalesce((select sum(requests)::bigint from client_use where client_use.org_id = $1
                 and client_use.client_id = client_app.id), 0) as requests
from client_app where client_app.org_id = $1 order by client_app.name, client_app.id
"""
_TERRITORIES = """
select id from territory where org_id = $1 and (name = $2 or external_id = $2) limit 2
"""


@dataclass(frozen=True, slots=True)
class Member:
    """A person as somebody who may sign in."""

    id: UUID
    name: str
    email: str | None
    left_on: date | None
    disabled_at: datetime | None
    has_password: bool
    roles: list[str]


@dataclass(frozen=True, slots=True)
class SessionSeen:
    """One of a person's sessions; `rotated_at` is its last use."""

    id: UUID
    via: str
    started_at: datetime
    rotated_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    revoked_because: str | None


@dataclass(frozen=True, slots=True)
class ClientSeen:
    """A partner app; `requests` is all it ever asked, as far as it was added up."""

    id: UUID
    name: str
    scopes: list[str]
    expires_at: datetime
    revoked_at: datetime | None
    territories: list[str]
    requests: int


async def people_of(actor: Actor, email: str | None = None) -> list[Member]:
    """Everybody, by name; or the one person with this address."""
    organisation_wide(actor, FieldClass.ACCESS)
    async with on_behalf_of(actor.org) as transaction:
        rows = await transaction.execute_query_dict(_PEOPLE, [actor.org, email])
    return [Member(**row) for row in rows]


async def sessions_of(actor: Actor, person: UUID) -> list[SessionSeen]:
    """The newest hundred, those that are over too."""
    organisation_wide(actor, FieldClass.ACCESS)
    async with on_behalf_of(actor.org) as transaction:
        rows = await transaction.execute_query_dict(_SESSIONS, [actor.org, person])
    return [SessionSeen(**row) for row in rows]


async def clients_of(actor: Actor) -> list[ClientSeen]:
    """All partner apps, by name."""
    organisation_wide(actor, FieldClass.ACCESS)
    async with on_behalf_of(actor.org) as transaction:
        rows = await transaction.execute_query_dict(_CLIENTS, [actor.org])
    return [ClientSeen(**row) for row in rows]


async def territory_called(actor: Actor, name: str) -> UUID | None:
    """The territory with this name or external id; None unless there is exactly one."""
    organisation_wide(actor, FieldClass.TERRITORY)
    async with on_behalf_of(actor.org) as transaction:
        rows = await transaction.execute_query_dict(_TERRITORIES, [actor.org, name])
    return rows[0]["id"] if len(rows) == 1 else None
