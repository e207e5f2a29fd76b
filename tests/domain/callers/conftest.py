from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.callers.proofs import Proofs
from tests.domain.callers.cast import CHEAP, ISSUER, NOON


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys") / "keys.json"


@pytest.fixture
def proofs(keys: Path) -> Iterator[Proofs]:
    proofs = Proofs.open(keys, ISSUER, CHEAP, NOON)
    yield proofs
    proofs.close()
