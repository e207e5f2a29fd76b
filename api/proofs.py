"""What the server and the commands prove identities with, according to the settings."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from api.postgres.places import make_home
from auth.passwords import Cost
from domain.callers.proofs import Proofs

if TYPE_CHECKING:
    from api.settings import Settings


def proofs_of(settings: "Settings", issuer: str, now: datetime) -> Proofs:
    """Opened for one process; whoever opens it closes it. Raises KeyringError, or PostgresRefused
    where there is no folder for data and none can be made."""
    make_home(settings.home)
    return Proofs.open(keys_file(settings.home), issuer, cost_of(settings), now)


def keys_file(home: Path) -> Path:
    """Where the signing keys stand, readable by the owner only; shared by all processes."""
    return home / "keys.json"


def cost_of(settings: "Settings") -> Cost:
    return Cost(settings.argon2_time_cost, settings.argon2_memory_kib, settings.argon2_parallelism)
