"""From what a token says to who the caller is now: one query at every request."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from auth.actor import Actor, Assurance, Role, Scope
from auth.tokens import AccessToken
from domain.callers.errors import AccessRefused
from domain.database import reading
from domain.people.organisations import today_in

_PERSON = """
select organisation.business_date, organisation.time_zone, person.left_on, person.disabled_at,
       session.via, session.expires_at, session.revoked_at,
       array(select role from role_grant where role_grant.org_id = $1
             and role_grant.person_id = $3 and role_grant.revoked_at is null) as roles
from session
join person on person.org_id = $1 and person.id = session.person_id
join organisation on organisation.org_id = $1
where session.org_id = $1 and session.id = $2 and session.person_id = $3
"""
_CLIENT = """
select organisation.business_date, organisation.time_zone,
       client_app.scopes, client_app.expires_at, client_app.revoked_at,
       array(select territory_id from client_territory where client_territory.org_id = $1
             and client_territory.client_id = $2) as territories
from client_app
join organisation on organisation.org_id = $1
where client_app.org_id = $1 and client_app.id = $2
"""


async def actor_for(token: AccessToken, now: datetime) -> Actor:
    """The caller as they stand at this moment. Raises AccessRefused for whoever may no longer."""
    if token.person is not None:
        return await _person(token, token.person, now)
    assert token.client is not None
    return await _client(token, token.client, now)


async def _person(token: AccessToken, person: UUID, now: datetime) -> Actor:
    async with reading(token.org, person) as connection:
        row = await connection.fetchrow(_PERSON, token.org, token.session, person)
    if row is None:
        raise AccessRefused("no such session")
    _check_alive(row, "session", now)
    today = today_in(row["business_date"], row["time_zone"], now)
    if not is_here(row, today):
        raise AccessRefused("the person has left or is deactivated")

    assert token.session is not None
    roles = frozenset(map(Role, row["roles"]))
    return signed_in(token.org, person, token.session, today, row["via"], roles)


async def _client(token: AccessToken, client: UUID, now: datetime) -> Actor:
    async with reading(token.org) as connection:
        row = await connection.fetchrow(_CLIENT, token.org, client)
    if row is None:
        raise AccessRefused("no such partner app")
    _check_alive(row, "partner app", now)

    granted = frozenset(
        scope
        for scope in map(Scope, row["scopes"])
        if token.scopes is None or scope in token.scopes
    )
    return Actor(
        org=token.org,
        person=None,
        client=client,
        roles=frozenset(),
        scopes=granted,
        territories=frozenset(row["territories"]),
        session=None,
        assurance=Assurance.CLIENT_SECRET,
        today=today_in(row["business_date"], row["time_zone"], now),
        via="partner",
    )


def is_here(person: Mapping[str, Any], today: date) -> bool:
    """Whether somebody with this `left_on` and `disabled_at` works here today."""
    left_on: date | None = person["left_on"]
    return person["disabled_at"] is None and (left_on is None or left_on > today)


def signed_in(
    org: UUID,
    person: UUID,
    session: UUID,
    today: date,
    via: str,
    roles: frozenset[Role] = frozenset(),
) -> Actor:
    """A person in their session."""
    return Actor(
        org=org,
        person=person,
        client=None,
        roles=roles,
        scopes=frozenset(),
        territories=frozenset(),
        session=session,
        assurance=Assurance.PASSWORD,
        today=today,
        via=via,
    )


def _check_alive(row: Mapping[str, Any], what: str, now: datetime) -> None:
    if row["revoked_at"] is not None:
        raise AccessRefused(f"the {what} is revoked")
    if row["expires_at"] <= now:
        raise AccessRefused(f"the {what} has expired")
