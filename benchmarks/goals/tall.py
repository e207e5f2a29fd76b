"""An organisation with many people below one another, made for what is measured on trees of goals."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import asyncpg

from api.postgres import remove, running, stop
from api.settings import Settings
from auth.actor import Actor, Assurance, Role
from domain.database import close_database, migrate, on_behalf_of, open_database
from domain.database.limits import PoolLimits
from domain.ids import new_id
from domain.people.reporting import rebuild_reach

TODAY = date(2020, 5, 29)
DIRECT = 8
"""How many people report to each leader."""
LEVELS = 20
PLAN = Decimal("98765432.10")

_PEOPLE = """
with made as (
  insert into person (org_id, id, name) select $1, id, 'Person ' || place
  from unnest($2::uuid[]) with ordinality as p (id, place)
), positions as (
  insert into position (org_id, id, title) select $1, id, 'Position' from unnest($3::uuid[]) as p (id)
)
insert into tally (org_id, of, subject_id, grain, begins_on, currency, amount, margin, quantity, lines)
select $1, 'person', id, 'month', month.first, 'EUR', 1000 + place, 300, 1, 1
from unnest($2::uuid[]) with ordinality as p (id, place)
cross join (values (date '2019-05-01'), (date '2020-05-01')) as month (first)
"""
_HELD = """
with held as (
  insert into holding (org_id, id, position_id, person_id, during)
  select $1, h.id, h.position_id, h.person_id, daterange('2018-01-01', null)
  from unnest($2::uuid[], $3::uuid[], $4::uuid[]) as h (id, position_id, person_id)
)
insert into reporting_line (org_id, id, position_id, manager_position_id, during)
select $1, l.id, l.position_id, l.above_id, daterange('2018-01-01', null)
from unnest($5::uuid[], $6::uuid[], $7::uuid[]) as l (id, position_id, above_id)
"""


_FURNISHED = ("person", "position", "holding", "reporting_line", "reach", "tally")


@dataclass(frozen=True, slots=True)
class Tall:
    """The organisation, its people from the top, and the goal of whoever is above all."""

    org: UUID
    people: list[UUID]
    goal: UUID
    dsn: str
    cascades: list[UUID] = field(default_factory=list)

    def actor(self, role: Role, person: int = 0) -> Actor:
        return Actor(
            org=self.org, person=self.people[person], client=None, roles=frozenset({role}),
            scopes=frozenset(), territories=frozenset(), session=new_id(),
            assurance=Assurance.PASSWORD, today=TODAY, via="benchmark",
        )  # fmt: skip


@asynccontextmanager
async def tall(people: int) -> AsyncIterator[Tall]:
    """A PostgreSQL of its own with so many people below one, and that one's goal for May."""
    with tempfile.TemporaryDirectory(prefix="attain-benchmark-") as folder:
        Path(folder).chmod(0o711)
        settings = Settings.model_validate({"home": Path(folder) / "home", "DATABASE_URL": None})
        server = await running(settings)
        try:
            await migrate(server.dsn)
            await open_database(server.dsn, PoolLimits(statement_seconds=120))
            yield await _furnished(people + 1, server.dsn)
        finally:
            await close_database()
            await stop(server)
            await remove(settings.home)


async def _furnished(people: int, dsn: str) -> Tall:
    made = Tall(new_id(), [new_id() for _ in range(people)], new_id(), dsn)
    positions = [new_id() for _ in range(people)]
    async with on_behalf_of(made.org) as transaction:
        await transaction.execute_query(
            "insert into organisation (org_id, slug, name, currency, time_zone, business_date)"
            " values ($1, $2, 'Tall', 'EUR', 'UTC', $3)",
            [made.org, f"tall-{made.org.hex}", TODAY],
        )
        await transaction.execute_query_dict(_PEOPLE, [made.org, made.people, positions])
        await transaction.execute_query_dict(
            _HELD,
            [
                made.org,
                [new_id() for _ in positions],
                positions,
                made.people,
                [new_id() for _ in positions[1:]],
                positions[1:],
                [positions[(place - 1) // DIRECT] for place in range(1, people)],
            ],
        )
        await rebuild_reach(transaction, made.org)
        await transaction.execute_query(
            "insert into goal (org_id, id, name, owner_id, measure, scope, starts_on, ends_on, target,"
            " currency, status, submitted_at, approved_at) values ($1, $2, 'May', $3, 'revenue', 'team',"
            " '2020-05-01', '2020-05-31', $4, 'EUR', 'approved', now(), now())",
            [made.org, made.goal, made.people[0], PLAN],
        )
    await analyzed(made, *_FURNISHED)
    return made


async def analyzed(made: Tall, *tables: str) -> None:
    """Let the planner know what came in, as autovacuum would within a minute; only the owner may.
    Not of the one goal at first: it would expect each goal to be of another organisation."""
    connection = await asyncpg.connect(made.dsn)
    try:
        await connection.execute(f"analyze {', '.join(tables)}")
    finally:
        await connection.close()
