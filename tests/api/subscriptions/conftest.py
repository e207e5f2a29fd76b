from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from api.subscriptions import StreamLimits
from tests.api.subscriptions.served import Served, served

QUICK = StreamLimits(init_seconds=0.5, comment_seconds=0.5, operations=5)


@pytest_asyncio.fixture(scope="module")
async def server(database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    """A server whose patience is short, and whose edge gives a request one second."""
    home: Path = tmp_path_factory.mktemp("home")
    async with served(database, home, QUICK, deadline=1.0) as running:
        yield running


@pytest_asyncio.fixture
async def at(server: Served) -> AsyncIterator[Served]:
    """The server; sockets opened through it are closed with the test."""
    yield server
    for socket in server.sockets:
        await socket.close()
    server.sockets.clear()
