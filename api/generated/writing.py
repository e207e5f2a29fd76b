"""A made-up company into the database, through all of its rules, in one transaction.

COPY cannot write to a table under row security, so each table's rows are copied into a temporary
one first. What follows from the rows (who is above whom, what lies within what) is derived by the
code that derives it for everybody.
"""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

import asyncpg
from tortoise.exceptions import IntegrityError

from api.generated.company import CURRENCY, Company
from api.postgres.reporting import Report
from auth.actor import Actor
from domain.database import on_behalf_of
from domain.errors import Conflict
from domain.history import number_events, record
from domain.people.models import Organisation
from domain.people.organisations import organisation_taken
from domain.people.reporting import rebuild_reach
from domain.people.rules import sound_organisation
from domain.territories.tree import rebuild_within

TIME_ZONE = "Europe/Berlin"

# Whole sets are joined, so by hash: statistics know nothing yet of what came in just now.
_SETTINGS = """
set local statement_timeout = 0;
set local idle_in_transaction_session_timeout = 0;
set local work_mem = '64MB';
set local enable_nestloop = off
"""


async def write(system: Actor, company: Company, report: Report) -> None:
    """All or nothing. Raises Conflict where there is an organisation with this slug."""
    sound_organisation(company.slug, company.name, CURRENCY, TIME_ZONE)
    async with on_behalf_of(company.org) as transaction:
        # asyncpg's own connection: Tortoise knows no COPY.
        connection: asyncpg.Connection = transaction._connection
        await connection.execute(_SETTINGS)
        await _found(company)
        for table, rows in company.tables:
            report(f"Writing {len(rows):,} rows of {table.replace('_', ' ')}.")
            await copied(connection, company.org, table, rows)
        report("Deriving who is above whom.")
        await rebuild_reach(transaction, company.org)
        await rebuild_within(transaction, company.org)

        facts = {"slug": company.slug, "name": company.name}
        await record(system, "organisation.founded", "organisation", company.org, after=facts)
        made = {"seed": company.seed, "today": company.today, "rows": company.counts}
        await record(system, "organisation.generated", "organisation", company.org, after=made)
    await number_events(company.org)


async def gather_statistics(company: Company, dsn: str) -> None:
    """Let the planner know what came in; only the tables' owner may."""
    connection = await asyncpg.connect(dsn)
    try:
        derived = ["organisation", "reach", "territory_within", "tally", "goal_within", "event"]
        tables = [table for table, _ in company.tables]
        await connection.execute(f"analyze {', '.join([*tables, *derived])}")
    finally:
        await connection.close()


async def _found(company: Company) -> None:
    taken = Conflict(
        f"There is already an organisation {company.slug!r}; nothing was made. Choose another slug.",
        path=("slug",),
    )
    if await organisation_taken(company.slug):
        raise taken
    try:
        await Organisation.create(
            org_id=company.org,
            slug=company.slug,
            name=company.name,
            currency=CURRENCY,
            time_zone=TIME_ZONE,
            business_date=company.today,
        )
    except IntegrityError:
        raise taken from None  # somebody made it since we looked


async def copied(
    connection: asyncpg.Connection, org: UUID, table: str, rows: Sequence[NamedTuple]
) -> None:
    """Rows of one organisation into a table, in the transaction of this connection."""
    if not rows:
        return
    columns = rows[0]._fields
    names, incoming = ", ".join(columns), f"incoming_{table}"
    await connection.execute(
        f"create temporary table {incoming} on commit drop as select {names} from {table} with no data"
    )
    await connection.copy_records_to_table(incoming, records=rows, columns=columns)
    await connection.execute(
        f"insert into {table} (org_id, {names}) select $1, {names} from {incoming}", org
    )
