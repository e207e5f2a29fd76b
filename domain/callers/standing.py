"""From what a token says to who the caller is now.

What the database says of a caller is one row, and what follows from it is plain arithmetic: the
row holds everything that decides (revoked, expired, left, roles, scopes, delegations), the time is
given. So a row may be remembered, provided that whoever acts upon it asks in the same statement whether the
database would say the very same now: `Standing.proof`. A remembered row that is not proved counts
for nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from auth.actor import Actor, Assurance, Role, Scope
from auth.tokens import AccessToken
from domain.callers.errors import AccessRefused
from domain.database import reading
from domain.people.organisations import today_in
from domain.sql import bind

# What is listed is put in order: the same facts give the same text.


def roles_of(person: str) -> str:
    """SQL: the roles of the person in this column."""
    return f"""array(select caller_role.role from role_grant as caller_role
             where caller_role.org_id = :org and caller_role.person_id = {person}
               and caller_role.revoked_at is null
             order by caller_role.role)"""


def delegations_of(person: str) -> str:
    """SQL: by whom and when the person in this column is delegated to, as `delegators_on` reads it."""
    return f"""array(select concat_ws(' ', caller_delegation.from_id, caller_delegation.starts_on,
               least(caller_delegation.ends_on, caller_delegator.left_on - 1))
             from delegation as caller_delegation
             join person as caller_delegator on caller_delegator.org_id = :org
               and caller_delegator.id = caller_delegation.from_id
               and caller_delegator.disabled_at is null
             join role_grant as delegator_role on delegator_role.org_id = :org
               and delegator_role.person_id = caller_delegation.from_id
               and delegator_role.role = 'manager' and delegator_role.revoked_at is null
             where caller_delegation.org_id = :org and caller_delegation.to_id = {person}
               and caller_delegation.ended_at is null
             order by 1)"""


def shares_of(person: str) -> str:
    """SQL: the goals in which the person in this column has a part."""
    return f"""array(select caller_share.goal_id from goal_contributor as caller_share
             where caller_share.org_id = :org and caller_share.person_id = {person}
             order by caller_share.goal_id)"""


_PERSON = f"""
select caller_org.business_date, caller_org.time_zone, caller_person.left_on,
       caller_person.disabled_at, caller_session.via, caller_session.expires_at,
       caller_session.revoked_at, {roles_of(":person")} as roles,
       {delegations_of(":person")} as delegations, {shares_of(":person")} as shares
from session as caller_session
join person as caller_person on caller_person.org_id = :org and caller_person.id = :person
join organisation as caller_org on caller_org.org_id = :org
where caller_session.org_id = :org and caller_session.id = :session
  and caller_session.person_id = :person
"""
_CLIENT = """
select caller_org.business_date, caller_org.time_zone, caller_app.scopes, caller_app.expires_at,
       caller_app.revoked_at,
       array(select caller_territory.territory_id from client_territory as caller_territory
             where caller_territory.org_id = :org and caller_territory.client_id = :client
             order by caller_territory.territory_id) as territories
from client_app as caller_app
join organisation as caller_org on caller_org.org_id = :org
where caller_app.org_id = :org and caller_app.id = :client
"""


def _asked(facts: str) -> str:
    return f"select caller.*, caller::text as said from ({facts}) as caller"


def _proof(facts: str) -> str:
    return f"exists (select from ({facts}) as caller where caller::text = :standing)"


_PERSON_ASKED, _PERSON_PROOF = _asked(_PERSON), _proof(_PERSON)
_CLIENT_ASKED, _CLIENT_PROOF = _asked(_CLIENT), _proof(_CLIENT)


@dataclass(frozen=True, slots=True)
class Standing:
    """What the database said of a caller: `facts` by name, and the same as PostgreSQL's `text`."""

    token: AccessToken
    facts: Mapping[str, Any]
    text: str
    _actors: dict[date, Actor] = field(default_factory=dict, repr=False, compare=False)
    """Who the caller is by these facts, on the day for which that was asked last."""

    @property
    def proof(self) -> str:
        """SQL, true where the database says the very same now; for `values` and for `bind`.

        One text for all persons and one for all partner apps, so statements that hold it are
        prepared once.
        """
        return _CLIENT_PROOF if self.token.person is None else _PERSON_PROOF

    @property
    def values(self) -> dict[str, object]:
        """The values of the placeholders in `proof`."""
        return _values(self.token) | {"standing": self.text}

    def actor(self, now: datetime) -> Actor:
        """The caller at this time, if these facts are so. Raises AccessRefused for whoever may no
        longer."""
        if self.facts["revoked_at"] is not None:
            raise AccessRefused(f"the {self._kind} is revoked")
        if self.facts["expires_at"] <= now:
            raise AccessRefused(f"the {self._kind} has expired")
        today = today_in(self.facts["business_date"], self.facts["time_zone"], now)
        actor = self._actors.get(today)
        if actor is None:
            actor = self._app(today) if self.token.person is None else self._person(today)
            self._actors.clear()
            self._actors[today] = actor
        return actor

    @property
    def _kind(self) -> str:
        return "partner app" if self.token.person is None else "session"

    def _person(self, today: date) -> Actor:
        if not is_here(self.facts, today):
            raise AccessRefused("the person has left or is deactivated")
        assert self.token.person is not None
        assert self.token.session is not None
        return signed_in(
            self.token.org,
            self.token.person,
            self.token.session,
            today,
            self.facts["via"],
            frozenset(map(Role, self.facts["roles"])),
            delegators_on(self.facts["delegations"], today),
            frozenset(self.facts["shares"]),
        )

    def _app(self, today: date) -> Actor:
        granted = frozenset(
            scope
            for scope in map(Scope, self.facts["scopes"])
            if self.token.scopes is None or scope in self.token.scopes
        )
        return Actor(
            org=self.token.org,
            person=None,
            client=self.token.client,
            roles=frozenset(),
            scopes=granted,
            territories=frozenset(self.facts["territories"]),
            session=None,
            assurance=Assurance.CLIENT_SECRET,
            today=today,
            via="partner",
        )


async def standing_of(token: AccessToken) -> Standing:
    """What the database says now of whom a token names. Raises AccessRefused if it knows nobody."""
    asked = _CLIENT_ASKED if token.person is None else _PERSON_ASKED
    statement, arguments = bind(asked, _values(token))
    async with reading(token.org, token.person) as connection:
        row = await connection.fetchrow(statement, *arguments)
    if row is None:
        raise AccessRefused(f"no such {'partner app' if token.person is None else 'session'}")
    facts = dict(row)
    return Standing(token, facts, text=facts.pop("said"))


def is_here(person: Mapping[str, Any], today: date) -> bool:
    """Whether somebody with this `left_on` and `disabled_at` works here today."""
    left_on: date | None = person["left_on"]
    return person["disabled_at"] is None and (left_on is None or left_on > today)


def delegators_on(delegations: Iterable[str], today: date) -> frozenset[UUID]:
    """In whose place somebody decides today, of delegations as `_PERSON` gives them: who, from which
    day on, and the last day, which is over when the delegator leaves."""
    said = (each.split(" ") for each in delegations)
    return frozenset(
        UUID(who)
        for who, first, last in said
        if date.fromisoformat(first) <= today <= date.fromisoformat(last)
    )


def signed_in(
    org: UUID,
    person: UUID,
    session: UUID,
    today: date,
    via: str,
    roles: frozenset[Role] = frozenset(),
    delegators: frozenset[UUID] = frozenset(),
    shares: frozenset[UUID] = frozenset(),
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
        delegators=delegators,
        shares=shares,
    )


def _values(token: AccessToken) -> dict[str, object]:
    return {
        "org": token.org,
        "person": token.person,
        "session": token.session,
        "client": token.client,
    }
