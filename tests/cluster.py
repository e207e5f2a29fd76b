"""A PostgreSQL cluster of the tests' own: never one that somebody else started.

All xdist workers of a run share one cluster, in a folder that the run's controller makes and
removes. The supervisor's own locks decide who starts it and who, being last, stops it. Honours
`PG_BIN`, so the same suite runs on another version; `DATABASE_URL` is left alone.
"""

import asyncio
import os
import shutil
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg

from api.postgres import PostgresRefused, Server, remove, running, stop
from api.settings import Settings
from domain.database import migrate

PREFIX = "attain-tests-"
TEMPLATE = "template_attain"
TEMPLATE_LOCK = 7_312
JUST_STARTED_SECONDS = 600


def make_home() -> Path:
    """A folder for a cluster, which the server's account can enter too."""
    home = Path(tempfile.mkdtemp(prefix=PREFIX))
    home.chmod(0o711)
    return home.resolve()


def left_over_homes() -> list[Path]:
    """Folders of earlier runs that were killed, or of others that run now."""
    homes = Path(tempfile.gettempdir()).glob(f"{PREFIX}*")
    before = time.time() - JUST_STARTED_SECONDS
    return [
        home
        for home in homes
        if home.stat().st_uid == os.geteuid() and home.stat().st_mtime < before
    ]


async def remove_home(home: Path) -> None:
    """Remove a cluster with its folder, unless somebody uses it."""
    try:
        await remove(home)
    except PostgresRefused:
        return
    shutil.rmtree(home, ignore_errors=True)


def forget_home(home: Path) -> None:
    """As `remove_home`, for tests that run no event loop."""
    asyncio.run(remove_home(home))


def settings_for(home: Path) -> Settings:
    return Settings(home=home, database_url=None)


async def start(home: Path) -> Server:
    server = await running(settings_for(home), durable=False)
    connection = await asyncpg.connect(server.dsn)
    try:
        assert await connection.fetchval("show data_directory") == str(server.data_directory)
        assert server.data_directory is not None
        assert server.data_directory.is_relative_to(home)
    finally:
        await connection.close()
    return server


async def make_hasty(home: Path) -> None:
    """Make a cluster that waits for no disk, whoever starts it afterwards; it is left stopped."""
    server = await start(home)
    await stop(server)
    assert server.data_directory is not None
    # A process that is killed loses nothing by it, only a machine would.
    with (server.data_directory / "postgresql.auto.conf").open("a") as settings:
        settings.write("fsync = off\nfull_page_writes = off\n")


async def migrated_database(server: Server, name: str) -> str:
    """A database with every migration applied; its DSN. Migrated once a run, copied for the rest."""
    connection = await asyncpg.connect(server.dsn)
    try:
        await connection.execute("select pg_advisory_lock($1)", TEMPLATE_LOCK)
        exists = "select true from pg_database where datname = $1"
        if not await connection.fetchval(exists, TEMPLATE):
            await connection.execute("drop database if exists template_partial")
            await connection.execute("create database template_partial")
            await migrate(database_in(server, "template_partial"))
            await connection.execute(f"alter database template_partial rename to {TEMPLATE}")
        await drop_database(connection, name)
        await connection.execute(f"create database {name} template {TEMPLATE}")
    finally:
        await connection.close()
    return database_in(server, name)


async def drop_database(connection: asyncpg.Connection, name: str) -> None:
    """Remove a database with whoever is still in it.

    FORCE may not end an autovacuum that happens to be at work there, and then refuses; a plain
    DROP sends the autovacuum away by itself.
    """
    try:
        await connection.execute(f"drop database if exists {name} with (force)")
    except asyncpg.InsufficientPrivilegeError:
        await connection.execute(f"drop database if exists {name}")


def database_in(server: Server, name: str) -> str:
    """The DSN of another database of the server."""
    return urlsplit(server.dsn)._replace(path=f"/{name}").geturl()
