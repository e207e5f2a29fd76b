"""One organisation never meets another: tried on every table, not on some."""

import asyncio
import json
from collections.abc import AsyncIterator
from itertools import count as counting

import asyncpg
import pytest
import pytest_asyncio
from tortoise.context import TortoiseContext

from domain.database import connection as pools
from domain.database import on_behalf_of, reading, unlabelled
from domain.database.connection import labelled, open_reads, set_label, tortoise_config
from domain.database.limits import PoolLimits
from tests.catalogue import (
    APPLICATION_ROLES,
    as_organisation,
    columns,
    fill_every_table,
    foreign_keys,
    insert_row,
    row_of,
    tenant_tables,
)
from tests.people import Company, found_company

REFUSED = (asyncpg.InsufficientPrivilegeError, asyncpg.RestrictViolationError)


@pytest_asyncio.fixture
async def neighbour(owner: asyncpg.Connection, company: Company) -> AsyncIterator[Company]:
    """A second organisation; both have a row in every table, with the same words in them."""
    other = await found_company("Contoso")
    for organisation in (company, other):
        await fill_every_table(owner, organisation.org)
    yield other


async def test_two_organisations_may_use_the_same_words(
    owner: asyncpg.Connection, company: Company, neighbour: Company
) -> None:
    kept = {}
    for organisation in (company, neighbour):
        await as_organisation(owner, organisation.org)
        kept[organisation.org] = {
            tuple(row) for row in await owner.fetch("select external_id, email, name from person")
        }

    assert kept[company.org] == kept[neighbour.org]
    assert len(kept[company.org]) == 11


@pytest.mark.parametrize("role", APPLICATION_ROLES)
async def test_without_an_organisation_no_table_shows_a_row(
    owner: asyncpg.Connection, neighbour: Company, role: str
) -> None:
    await as_organisation(owner, None)
    await owner.execute(f"set role {role}")

    shown = {
        table: await owner.fetchval(f"select count(*) from {table}")
        for table in await tenant_tables(owner)
        if await owner.fetchval("select has_any_column_privilege($1, 'select')", table)
    }

    # The worker lists organisations, so that it can work for each of them in turn.
    may_show = {"organisation"} if role == "attain_worker" else set()
    assert len(shown) >= 20
    assert {table for table, rows in shown.items() if rows} == may_show


async def test_an_unlabelled_read_shows_nothing(company: Company) -> None:
    async with unlabelled() as connection:
        assert await connection.fetchval("select count(*) from person") == 0


async def test_a_label_that_was_cut_short_is_never_taken_for_none(company: Company) -> None:
    async with labelled(company.org) as connection:
        await connection.execute("begin")
        with pytest.raises(asyncpg.DivisionByZeroError):
            await connection.execute("select 1 / 0")
        with pytest.raises(asyncpg.InFailedSQLTransactionError):
            await set_label(connection, None)
        await connection.execute("rollback")
        people = "select count(*) from person"
        was_left = await connection.fetchval(people)

        await set_label(connection, None)

        assert was_left > 0
        assert await connection.fetchval(people) == 0


@pytest.mark.parametrize("role", [*APPLICATION_ROLES, "none"])
async def test_the_neighbours_rows_can_be_neither_seen_nor_written(
    owner: asyncpg.Connection, company: Company, neighbour: Company, role: str
) -> None:
    tables = await tenant_tables(owner)
    await as_organisation(owner, neighbour.org)
    theirs = {table: await row_of(owner, table, neighbour.org) for table in tables}
    sizes = {table: await owner.fetchval(f"select count(*) from {table}") for table in tables}
    await as_organisation(owner, company.org)
    await owner.execute(f"set role {role}")

    for table in tables:
        for statement in (
            f"select count(*) from {table} where org_id = $1",
            f"with gone as (delete from {table} where org_id = $1 returning 1) select count(*) from gone",
            f"with changed as (update {table} set org_id = org_id where org_id = $1 returning 1)"
            " select count(*) from changed",
        ):
            try:
                touched = await owner.fetchval(statement, neighbour.org)
            except REFUSED:
                touched = 0
            # The worker may list every organisation, and so may the login, who may become it.
            listing = table == "organisation" and role in {"attain_worker", "none"}
            assert touched == (listing and statement.startswith("select")), statement
        with pytest.raises(REFUSED):
            await insert_row(owner, table, theirs[table])
        with pytest.raises(REFUSED):
            await owner.execute(f"update {table} set org_id = $1", neighbour.org)

    await owner.execute("set role none")
    await as_organisation(owner, neighbour.org)
    for table in tables:
        assert await owner.fetchval(f"select count(*) from {table}") == sizes[table]
        assert await owner.fetchval(
            f"select true from {table} where to_jsonb({table}) @> $1::jsonb limit 1",
            json.dumps(theirs[table]),
        )


async def test_no_reference_reaches_into_another_organisation(
    owner: asyncpg.Connection, company: Company, neighbour: Company
) -> None:
    tried = 0
    for table in await tenant_tables(owner):
        without_checks = "".join(
            f", drop constraint {name}" for name in await _checks(owner, table)
        )
        generated = {column.name for column in await columns(owner, table) if column.generated}
        for column, (target, target_column) in (await foreign_keys(owner, table)).items():
            await as_organisation(owner, neighbour.org)
            theirs = await owner.fetchval(f"select {target_column} from {target} limit 1")
            if isinstance(theirs, str):
                continue  # a word such as a measure's key, which is the same word here
            await as_organisation(owner, company.org)
            before = await _rows(owner, table)

            # The owner switches off what guards content, so that the reference itself is tried.
            named = f"{column} = '{theirs}'"
            if column in generated:  # from the kind and the id of what a row is about
                named = f"subject_kind = '{target}', subject_id = '{theirs}'"
            # Where a row shows with another alone, row security is the first to refuse.
            refused = (asyncpg.ForeignKeyViolationError, asyncpg.InsufficientPrivilegeError)
            with pytest.raises(refused):
                await owner.execute(
                    f"alter table {table} disable trigger user{without_checks};"
                    f" update {table} set {named}"
                    f" where ctid = (select ctid from {table} limit 1)"
                )
            assert await _rows(owner, table) == before
            tried += 1

    assert tried >= 20


async def test_thousands_of_transactions_over_two_connections_never_mix_organisations(
    database: str, company: Company, neighbour: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = PoolLimits(reads=2, acquire_seconds=60)
    pool = await open_reads(database, limits)
    monkeypatch.setattr(pools, "_reads", pool)
    organisations = (company.org, neighbour.org)
    turns = counting()
    finished = dict.fromkeys(organisations, 0)

    async def caller() -> None:
        while (turn := next(turns)) < 3_000:
            org = organisations[turn % 2 if turn % 3 else (turn // 2) % 2]
            try:
                if turn % 10 == 0:
                    async with on_behalf_of(org) as transaction:
                        rows = await transaction.execute_query_dict(
                            "select org_id from organisation"
                        )
                        seen = [row["org_id"] for row in rows]
                        if turn % 50 == 0:
                            raise LookupError("leave in the middle")
                else:
                    async with reading(org) as snapshot:
                        seen = [
                            row["org_id"]
                            for row in await snapshot.fetch("select org_id from organisation")
                        ]
                        if turn % 51 == 0:
                            raise LookupError("leave in the middle")
            except LookupError:
                pass
            assert seen == [org]
            finished[org] += 1

    async def passer_by() -> None:
        while next(turns) < 3_000:
            async with unlabelled() as connection:
                assert await connection.fetch("select org_id from organisation") == []

    async with TortoiseContext() as context:
        await context.init(config=tortoise_config(database, "attain_app", 2, limits))
        await asyncio.gather(*(caller() for _ in range(8)), passer_by())
    await pool.close()

    assert sum(finished.values()) > 2_400
    assert min(finished.values()) > 900


async def test_an_organisation_is_a_uuid_and_nothing_else(company: Company) -> None:
    for attempt in ("'; reset role; --", str(company.org), None):
        with pytest.raises(TypeError):
            async with on_behalf_of(attempt):  # type: ignore[arg-type] # what a slip would give
                pass


async def _rows(connection: asyncpg.Connection, table: str) -> set[str]:
    return {row[0] for row in await connection.fetch(f"select {table}::text from {table}")}


async def _checks(connection: asyncpg.Connection, table: str) -> list[str]:
    """The conditions on what stands in one row, such as that one of two references is given."""
    rows = await connection.fetch(
        "select quote_ident(conname) from pg_constraint"
        " where contype = 'c' and coninhcount = 0 and conrelid = $1::text::regclass",
        table,
    )
    return [row[0] for row in rows]
