"""Fixtures for the database server; see `tests/cluster.py`."""

import asyncio
import gc
import os
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio
from hypothesis import settings

from api.postgres import Server, stop
from domain.database import close_database, open_database
from domain.database.limits import PoolLimits
from tests import cluster
from tests.people import Company, found_company

# How long an example takes says what else the machine does, and nothing of our code.
settings.register_profile("attain", deadline=None)
settings.load_profile("attain")

HOME_VARIABLE = "ATTAIN_TEST_CLUSTER"  # how xdist's workers learn of the controller's folder


def pytest_sessionstart(session: pytest.Session) -> None:
    if not hasattr(session.config, "workerinput"):
        for home in cluster.left_over_homes():
            asyncio.run(cluster.remove_home(home))
        os.environ[HOME_VARIABLE] = str(cluster.make_home())


def pytest_collection_finish() -> None:
    """What is imported and collected stays to the end, as in the server: collecting garbage looks
    at none of it again, and no more often than what tests leave behind calls for."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput") and HOME_VARIABLE in os.environ:
        asyncio.run(cluster.remove_home(Path(os.environ.pop(HOME_VARIABLE))))


@pytest_asyncio.fixture(scope="session")
async def postgres() -> AsyncIterator[Server]:
    """The run's PostgreSQL server, shared by all workers."""
    server = await cluster.start(Path(os.environ[HOME_VARIABLE]))
    yield server
    await stop(server)


@pytest.fixture(scope="session")
def worker(request: pytest.FixtureRequest) -> str:
    """The xdist worker's name, such as gw0; "alone" without xdist."""
    return str(getattr(request.config, "workerinput", {}).get("workerid", "alone"))


@pytest_asyncio.fixture(scope="session")
async def database_url(postgres: Server, worker: str) -> str:
    """The DSN of this worker's own database, with every migration applied and no rows."""
    return await cluster.migrated_database(postgres, f"attain_{worker}")


@pytest_asyncio.fixture
async def empty_database_url(postgres: Server, worker: str) -> AsyncIterator[str]:
    """The DSN of a database without any migration, for one test."""
    name = f"empty_{worker}"
    connection = await asyncpg.connect(postgres.dsn)
    try:
        await cluster.drop_database(connection, name)
        await connection.execute(f"create database {name}")
        yield cluster.database_in(postgres, name)
        await cluster.drop_database(connection, name)
    finally:
        await connection.close()


@pytest_asyncio.fixture(scope="session")
async def database(database_url: str) -> AsyncIterator[str]:
    """The worker's database with both pools open, as the server has them."""
    await open_database(database_url, PoolLimits(acts=20, reads=8, acquire_seconds=10))
    yield database_url
    await close_database()


@pytest_asyncio.fixture
async def company(database: str) -> Company:
    """An organisation of the test's own, with the whole cast."""
    return await found_company()
