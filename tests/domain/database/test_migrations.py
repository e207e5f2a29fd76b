"""Migrations: all or none, one at a time, by a plain login, and nothing is lost on the way."""

import asyncio
import json
import os
import shutil
import signal
import sys
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import asyncpg
import pytest
from pydantic import SecretStr

from api.cli.company import up_to_date
from api.cli.migrate import bring_up_to_date
from api.postgres import Server
from api.refusal import CommandRefused
from api.settings import Settings
from domain.database import migrate, never_migrated, pending_migrations
from domain.ids import new_id
from tests import cluster
from tests.catalogue import as_organisation, fill_every_table, tenant_tables

ROOT = Path(__file__).resolve().parents[3]
NAMES = sorted(path.stem for path in (ROOT / "migrations").glob("[0-9]*.py"))

MIGRATE = """
import asyncio, os, signal, sys
from domain.database import migrate
killed_after = int(sys.argv[2])
done = []
def progress(name):
    done.append(name)
    if len(done) == killed_after:
        os.kill(os.getpid(), signal.SIGKILL)
print(*asyncio.run(migrate(sys.argv[1], progress)))
"""
ONE_MORE = """
from tortoise.migrations.migration import Migration as BaseMigration
from tortoise.migrations.operations import RunSQL

class Migration(BaseMigration):
    dependencies = [("attain", "{last}")]
    operations = [
        RunSQL("alter table person add column nickname text", "alter table person drop column nickname"),
        RunSQL("create table pet (org_id uuid not null references organisation, id uuid not null,"
               " primary key (org_id, id)); call protect('pet')", "drop table pet"),
        RunSQL("{further}", ""),
    ]
"""


async def in_a_process(dsn: str, folder: Path = ROOT, killed_after: int = 0) -> tuple[int, str]:
    """Migrate from a process of its own, with the `migrations` of a folder."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", MIGRATE, dsn, str(killed_after),
        cwd=folder, env={**os.environ, "PYTHONPATH": f"{folder}{os.pathsep}{ROOT}"},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode().strip()


def with_one_more(folder: Path, further: str = "select 1") -> Path:
    """A copy of the migrations with one after the last."""
    shutil.copytree(ROOT / "migrations", folder / "migrations")
    text = ONE_MORE.format(last=NAMES[-1], further=further)
    (folder / "migrations" / "9999_one_more.py").write_text(text)
    return folder


async def tables_of(connection: asyncpg.Connection) -> set[str]:
    rows = await connection.fetch(
        "select relname from pg_class where relkind = 'r' and oid > 16383"
    )
    return {row["relname"] for row in rows}


async def test_an_empty_database_lacks_every_migration_and_then_none(
    empty_database_url: str,
) -> None:
    assert await pending_migrations(empty_database_url) == NAMES

    assert await migrate(empty_database_url) == NAMES

    assert await pending_migrations(empty_database_url) == []
    assert await migrate(empty_database_url) == []


async def test_only_a_command_that_may_begin_from_nothing_migrates_and_only_a_new_database(
    empty_database_url: str, tmp_path: Path
) -> None:
    settings = Settings(home=tmp_path, database_url=SecretStr(empty_database_url))

    with pytest.raises(CommandRefused, match="Run `attain migrate` first"):
        async with up_to_date(settings):
            pass
    assert await never_migrated(empty_database_url)
    async with up_to_date(settings, from_nothing=True):
        assert await pending_migrations(empty_database_url) == []

    await _forget_the_last_migration(empty_database_url)
    with pytest.raises(CommandRefused, match=f"lacks 1 migrations, the first of them {NAMES[-1]}"):
        async with up_to_date(settings, from_nothing=True):
            pass
    assert await pending_migrations(empty_database_url) == NAMES[-1:]


async def _forget_the_last_migration(dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    done = await connection.execute("delete from tortoise_migrations where name = $1", NAMES[-1])
    await connection.close()
    assert done == "DELETE 1"


async def test_two_starters_at_once_apply_each_migration_once(empty_database_url: str) -> None:
    answers = await asyncio.gather(*(in_a_process(empty_database_url) for _ in range(3)))

    assert sorted(answers) == [(0, ""), (0, ""), (0, " ".join(NAMES))]


async def test_a_starter_killed_half_way_leaves_the_database_as_it_was(
    empty_database_url: str,
) -> None:
    connection = await asyncpg.connect(empty_database_url)
    before = await tables_of(connection)

    ended, _ = await in_a_process(empty_database_url, killed_after=3)

    assert ended == -signal.SIGKILL
    assert await tables_of(connection) == before
    assert await migrate(empty_database_url) == NAMES
    await connection.close()


async def test_a_further_migration_loses_nothing_of_what_two_organisations_have(
    empty_database_url: str, tmp_path: Path
) -> None:
    await migrate(empty_database_url)
    connection = await asyncpg.connect(empty_database_url)
    organisations = (new_id(), new_id())
    for org in organisations:
        await _two_positions(connection, org)
        await fill_every_table(connection, org)
    before = await _everything(connection, organisations)

    ended, names = await in_a_process(empty_database_url, with_one_more(tmp_path))

    assert (ended, names) == (0, "9999_one_more")
    after = await _everything(connection, organisations)
    assert after.pop("pet") == []
    assert {table: len(rows) for table, rows in before.items() if not rows} == {}
    for row in after["person"]:
        assert row.pop("nickname") is None
    assert after == before
    await connection.close()


async def test_a_migration_that_fails_takes_the_whole_run_back(
    empty_database_url: str, tmp_path: Path
) -> None:
    await migrate(empty_database_url)
    connection = await asyncpg.connect(empty_database_url)
    before = await tables_of(connection)

    ended, _ = await in_a_process(empty_database_url, with_one_more(tmp_path, "select 1 / 0"))

    assert ended == 1
    assert await tables_of(connection) == before
    assert await pending_migrations(empty_database_url) == []
    await connection.close()


async def test_a_login_without_any_privilege_migrates_its_own_database(postgres: Server) -> None:
    """Where somebody else made the roles and granted them, as administrators do."""
    name = f"plain_{os.getpid()}"
    connection = await asyncpg.connect(postgres.dsn)
    major = connection.get_server_version().major
    if major < 16:
        pytest.skip("before 16 a role without CREATEROLE cannot have been granted roles by attain")
    await connection.execute(
        f"create role {name} login password 'plain' nocreaterole nocreatedb;"
        f" grant {name} to current_user with set true;"
        f" grant attain_app, attain_reader, attain_worker to {name}"
    )
    await connection.execute(f"create database {name} owner {name}")
    try:
        parts = urlsplit(cluster.database_in(postgres, name))
        dsn = parts._replace(netloc=f"{name}:plain@{parts.netloc.rpartition('@')[2]}").geturl()

        assert await migrate(dsn) == NAMES
        assert await pending_migrations(dsn) == []
    finally:
        await cluster.drop_database(connection, name)
        await connection.execute(f"drop role {name}")
        await connection.close()


async def test_a_login_that_may_not_migrate_is_told_which_right_it_lacks(
    postgres: Server,
) -> None:
    name = f"guest_{os.getpid()}"
    connection = await asyncpg.connect(postgres.dsn)
    await connection.execute(f"create role {name} login password 'guest'")
    await connection.execute(f"create database {name}")
    try:
        parts = urlsplit(cluster.database_in(postgres, name))
        dsn = parts._replace(netloc=f"{name}:guest@{parts.netloc.rpartition('@')[2]}").geturl()

        with pytest.raises(CommandRefused) as refused:
            await bring_up_to_date(dsn)

        assert "may not make what Attain needs: permission denied for schema public. It has to" in (
            refused.value.sentence
        )
    finally:
        await cluster.drop_database(connection, name)
        await connection.execute(f"drop role {name}")
        await connection.close()


async def _two_positions(connection: asyncpg.Connection, org: UUID) -> None:
    """A line needs two positions, which no table of values can guess."""
    one, other = new_id(), new_id()
    await as_organisation(connection, org)
    await connection.execute(
        "insert into organisation (org_id, slug, name, currency, time_zone)"
        f" values ('{org}', 'o-{org}', 'Org', 'USD', 'UTC');"
        " insert into position (org_id, id, title)"
        f" values ('{org}', '{one}', 'Above'), ('{org}', '{other}', 'Below');"
        " insert into reporting_line (org_id, id, position_id, manager_position_id, during)"
        f" values ('{org}', '{new_id()}', '{other}', '{one}', '[2020-01-01,)')"
    )


async def _everything(
    connection: asyncpg.Connection, organisations: tuple[UUID, ...]
) -> dict[str, list[dict[str, object]]]:
    found: dict[str, list[dict[str, object]]] = {}
    for org in organisations:
        await as_organisation(connection, org)
        for table in await tenant_tables(connection):
            rows = await connection.fetch(
                f"select to_jsonb({table})::text from {table} where org_id = $1 order by 1", org
            )
            found.setdefault(table, []).extend(json.loads(row[0]) for row in rows)
    return found
