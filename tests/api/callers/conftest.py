from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from domain.callers.proofs import Proofs
from tests.api.callers.door import Door, door
from tests.domain.callers.cast import CHEAP, ISSUER, NOON


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    return tmp_path / "keys.json"


@pytest.fixture
def proofs(keys: Path) -> Iterator[Proofs]:
    proofs = Proofs.open(keys, ISSUER, CHEAP, NOON)
    yield proofs
    proofs.close()


@pytest_asyncio.fixture
async def http(proofs: Proofs, database: str) -> AsyncIterator[Door]:
    """The callers' routes as a client meets them, and a page that says who calls."""
    async with door(proofs) as opened:
        yield opened
