"""How much of the database one process takes, and how long it waits for it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PoolLimits:
    """How many connections, and how long a caller waits (seconds) before hearing 'busy'."""

    acts: int = 8
    reads: int = 8
    acquire_seconds: float = 1.5
    statement_seconds: float = 15.0
    lock_seconds: float = 5.0
    idle_in_transaction_seconds: float = 20.0
