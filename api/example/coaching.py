"""The made-up season of coaching into the database, from what everybody really sold: its rows as they are,
and events that say that they are made up. Of what only one person reads there is no event, as ever."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from api.example.past import MADE_UP
from api.example.planning import DIRECTOR
from api.example.season import Month, Person, Team, written_notes
from api.example.season_meetings import come_out_of, planned_and_held
from api.example.season_tasks import asked_for
from api.generated.writing import copied
from auth.actor import Actor
from domain.database import on_behalf_of, reading
from domain.history import number_events, record, record_each
from domain.history.recording import Happened

WRITTEN = "example.coaching_made_up"
SINCE = date(2019, 4, 1)  # three months before the fiscal year of today
_WRITTEN = "select 1 from event where org_id = $1 and act = $2"
_PEOPLE = """
select reach.viewer_id as above, person.id, person.name from reach
join person on person.org_id = $1 and person.id = reach.person_id
where reach.org_id = $1 and reach.depth = 1 and reach.during @> $2::date order by person.external_id
"""
_DIRECTOR = "select id from person where org_id = $1 and name = $2"
_REVENUE = "select id from measure where org_id = $1 and key = 'revenue'"
_CURRENCY = "select currency from organisation where org_id = $1"
# Who bought most in a month comes first.
_SOLD = """
select sale.person_id, date_trunc('month', sale.sold_on)::date as first, account.id, account.name,
  sum(sale.amount) as amount, count(*)::int as lines
from sale join account on account.org_id = $1 and account.id = sale.account_id
where sale.org_id = $1 and sale.sold_on between $2 and $3 and sale.currency = $4
group by sale.person_id, first, account.id, account.name
order by sale.person_id, first, amount desc, account.name
"""


async def make_up_coaching(system: Actor) -> None:
    """All of the season, or nothing; where it is there already, nothing."""
    org = system.org
    async with reading(org) as connection:
        if await connection.fetchval(_WRITTEN, org, WRITTEN):
            return
        currency = await connection.fetchval(_CURRENCY, org)
        revenue = await connection.fetchval(_REVENUE, org)
        director = await connection.fetchval(_DIRECTOR, org, DIRECTOR)
        sold = _months(
            await connection.fetch(_SOLD, org, SINCE, system.today, currency), system.today
        )
        below = await connection.fetch(_PEOPLE, org, system.today)
    teams = _teams(Person(director, DIRECTOR), below, sold)
    notes = written_notes(teams, revenue=revenue, today=system.today, currency=currency)
    meetings = planned_and_held(teams)
    notes.notes = come_out_of(notes.notes, meetings.meetings)
    tasks = asked_for(meetings.meetings, system.today)

    async with on_behalf_of(org, sees_all_words=True) as transaction:
        connection = transaction._connection  # asyncpg's own: Tortoise knows no COPY
        tables: dict[str, Sequence[NamedTuple]] = {**notes.tables, **meetings.tables, "task": tasks}
        for table, rows in tables.items():
            await copied(connection, org, table, rows)
        shared = [note.id for note in notes.notes if len(note.readers) > 1]
        await _tell(system, "note", shared)
        await _tell(system, "one_to_one", [meeting.id for meeting in meetings.meetings])
        await _tell(system, "task", [task.id for task in tasks])
        await record(system, WRITTEN, "organisation", org, reason=MADE_UP)
    await number_events(org)


def _months(rows: Iterable[Mapping[str, Any]], today: date) -> Mapping[UUID, Sequence[Month]]:
    """What each person sold month by month, from sums by person, month and customer."""
    of: dict[tuple[UUID, date], list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        of[row["person_id"], row["first"]].append(row)
    months: dict[UUID, list[Month]] = defaultdict(list)
    for (person, first), bought in of.items():
        best, last = bought[0], (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        amount = sum((row["amount"] for row in bought), Decimal(0))
        months[person].append(
            Month(
                first,
                min(last, today),
                amount,
                best["id"],
                best["name"],
                best["amount"],
                best["lines"],
            )
        )
    return months


def _teams(
    director: Person, below: Iterable[Mapping[str, Any]], sold: Mapping[UUID, Sequence[Month]]
) -> list[Team]:
    """The director's people, and theirs."""
    of: dict[UUID, list[Person]] = defaultdict(list)
    for row in below:
        of[row["above"]].append(Person(row["id"], row["name"], sold.get(row["id"], ())))
    return [
        Team(director, None, of[director.id]),
        *(Team(leader, director, of[leader.id]) for leader in of[director.id]),
    ]


async def _tell(system: Actor, kind: str, made: Sequence[UUID]) -> None:
    await record_each(
        system, f"{kind}.made_up", kind, [Happened(id) for id in made], reason=MADE_UP
    )
