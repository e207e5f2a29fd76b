"""Doing the real acts as the example's people, each once, however often the story is told."""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any
from uuid import UUID

from auth.actor import Actor, Assurance, Role
from auth.once import Once
from domain.database import reading

Act = Callable[..., Coroutine[Any, Any, UUID]]

_PEOPLE = """
select person.id, person.name, coalesce(array_agg(role) filter (where role is not null), '{}') as roles
from person left join role_grant on role_grant.org_id = $1
  and role_grant.person_id = person.id and role_grant.revoked_at is null
where person.org_id = $1 group by person.id, person.name
"""
_DELEGATORS = """
select from_id from delegation where org_id = $1 and to_id = $2 and ended_at is null
  and $3 between starts_on and ends_on
"""
_GOAL = "select id, version from goal where org_id = $1 and owner_id = $2 and name = $3"


@dataclass(frozen=True, slots=True)
class Found:
    id: UUID
    version: int


@dataclass(slots=True)
class Telling:
    """Who is in the story. What they do is kept under a key of its own, as a phone's messages are,
    so a story that was broken off goes on where it ended."""

    system: Actor
    people: Mapping[str, UUID]
    roles: Mapping[str, frozenset[Role]]

    @classmethod
    async def of(cls, system: Actor) -> "Telling":
        async with reading(system.org) as connection:
            rows = await connection.fetch(_PEOPLE, system.org)
        return cls(
            system,
            {row["name"]: row["id"] for row in rows},
            {row["name"]: frozenset(map(Role, row["roles"])) for row in rows},
        )

    async def let(self, who: str, act: Act, *, step: str = "", **values: Any) -> UUID:
        """Somebody does something, unless they have done so already: each act to each goal once, and
        once more where the story names that step."""
        told = f"{act.__name__} {values.get('goal_id', '')} {step}"
        fingerprint = sha256(told.encode()).digest()
        once = Once(f"example-{fingerprint.hex()[:40]}", act.__name__, fingerprint)
        return await act(replace(await self._as(who), once=once), **values)

    async def goal(self, owner: str, name: str) -> Found:
        """Somebody's goal of this name, as it is now."""
        async with reading(self.system.org) as connection:
            row = await connection.fetchrow(_GOAL, self.system.org, self.people[owner], name)
        return Found(row["id"], row["version"])

    async def _as(self, who: str) -> Actor:
        """Somebody, who by now may decide in the place of others."""
        nothing: frozenset[UUID] = frozenset()
        async with reading(self.system.org) as connection:
            rows = await connection.fetch(
                _DELEGATORS, self.system.org, self.people[who], self.system.today
            )
        return Actor(
            org=self.system.org,
            person=self.people[who],
            client=None,
            roles=self.roles[who],
            scopes=frozenset(),
            territories=nothing,
            session=None,
            assurance=Assurance.PASSWORD,
            today=self.system.today,
            via="demo",
            delegators=frozenset(row["from_id"] for row in rows),
        )
