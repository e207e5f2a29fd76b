"""The made-up year into the database: its rows as they are, and events that say that they are made up."""

from bisect import bisect_right
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import asyncpg

from api.example.cast import CAST, find_person
from api.example.past import MADE_UP, Team, Year, past_year
from api.generated.writing import copied
from auth.actor import Actor, Role
from domain.database import on_behalf_of, reading
from domain.history import number_events, record, record_each
from domain.history.recording import Happened

WRITTEN = "example.year_made_up"
_WRITTEN = "select 1 from event where org_id = $1 and act = $2"
_BELOW = """
select reach.person_id from reach join person on person.org_id = $1 and person.id = reach.person_id
where reach.org_id = $1 and reach.viewer_id = $2 and reach.depth = 1 and reach.during @> $3::date
order by person.external_id
"""
_SOLD = """
select subject_id, begins_on, amount from tally
where tally.org_id = $1 and tally.of = 'person' and tally.grain = 'day' and tally.currency = $2
order by subject_id, begins_on
"""


async def make_up_year(system: Actor) -> None:
    """All of the year, or nothing; where it is there already, nothing."""
    async with reading(system.org) as connection:
        if await connection.fetchval(_WRITTEN, system.org, WRITTEN):
            return
        currency = await connection.fetchval(
            "select currency from organisation where org_id = $1", system.org
        )
        sold = _Sold(await connection.fetch(_SOLD, system.org, currency))
    director = await find_person(system, next(each for each in CAST if each.role is Role.EXECUTIVE))
    assert director is not None
    year = past_year(director, await _teams(system, director), sold.between, currency)
    async with on_behalf_of(system.org) as transaction:
        # asyncpg's own connection: Tortoise knows no COPY.
        connection = transaction._connection
        for table, rows in year.tables.items():
            await copied(connection, system.org, table, rows)
        await _tell(system, year)
    await number_events(system.org)


async def _teams(system: Actor, director: UUID) -> list[Team]:
    """Those right below the director who lead, each with their people; while one of them is away,
    another decides."""
    async with reading(system.org) as connection:

        async def below(person: UUID) -> list[UUID]:
            rows = await connection.fetch(_BELOW, system.org, person, system.today)
            return [row["person_id"] for row in rows]

        managers = await below(director)
        return [
            Team(manager, await below(manager), managers[n - 1])
            for n, manager in enumerate(managers)
        ]


async def _tell(system: Actor, year: Year) -> None:
    """What readers of the history learn: when it came, and that nobody did it."""
    came = [
        Happened(goal.id, after={"name": goal.name, "target": goal.target, "status": goal.status})
        for goal in year.goals
    ]
    await record_each(system, "goal.made_up", "goal", came, reason=MADE_UP)
    counts = {table: len(rows) for table, rows in year.tables.items()}
    await record(system, WRITTEN, "organisation", system.org, after=counts, reason=MADE_UP)


class _Sold:
    """What everybody sold up to each day."""

    def __init__(self, rows: list[asyncpg.Record]) -> None:
        self._days: dict[UUID, list[date]] = defaultdict(list)
        self._sums: dict[UUID, list[Decimal]] = defaultdict(lambda: [Decimal(0)])
        for row in rows:
            self._days[row["subject_id"]].append(row["begins_on"])
            sums = self._sums[row["subject_id"]]
            sums.append(sums[-1] + row["amount"])

    def between(self, person: UUID, first: date, last: date) -> Decimal:
        return self._until(person, last) - self._until(person, first - timedelta(days=1))

    def _until(self, person: UUID, day: date) -> Decimal:
        return self._sums[person][bisect_right(self._days[person], day)]
