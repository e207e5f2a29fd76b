"""Two companies side by side, built once for a module."""

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

from tests.scenarios.companies import Furnished, furnished
from tests.scenarios.wire import Wire, opened


@pytest_asyncio.fixture(scope="module")
async def owner(database: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection of the tables' owner, to look behind the scenes."""
    connection = await asyncpg.connect(database)
    yield connection
    await connection.close()


@pytest_asyncio.fixture(scope="module")
async def ours(owner: asyncpg.Connection) -> Furnished:
    """The company whose people ask."""
    return await furnished(owner, "Heron", "4200.25")


@pytest_asyncio.fixture(scope="module")
async def theirs(owner: asyncpg.Connection) -> Furnished:
    """The company of which nothing may show: its texts and amounts are canaries."""
    return await furnished(owner, "Canary", "8675309.25")


@pytest_asyncio.fixture(scope="module")
async def wire(database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Wire]:
    home: Path = tmp_path_factory.mktemp("home")
    async with opened(home, database) as wire:
        yield wire
