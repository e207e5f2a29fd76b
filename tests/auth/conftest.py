from datetime import UTC, datetime
from pathlib import Path

import pytest

from auth.keyring import Keyring
from auth.tokens import AccessTokens

NOON = datetime(2020, 5, 29, 12, tzinfo=UTC)
ISSUER = "https://attain.example"
AUDIENCE = "attain"


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    return Keyring.open(tmp_path / "keys.json", NOON)


@pytest.fixture
def tokens(keyring: Keyring) -> AccessTokens:
    return AccessTokens(keyring, ISSUER, AUDIENCE)
