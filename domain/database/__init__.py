"""PostgreSQL, as the domain meets it: one pool for acts, one for reads, and migrations.

A connection lent from here serves one organisation at a time. The organisation is set with
`SET LOCAL` inside a transaction, so it ends with the transaction, and row level security shows
nothing where it is missing.
"""

from domain.database.connection import (
    NO_SIGHT,
    Sight,
    close_database,
    open_database,
    read_value,
    reads,
    unlabelled,
)
from domain.database.migrating import migrate, never_migrated, pending_migrations
from domain.database.patience import one_wait
from domain.database.transactions import (
    current_transaction,
    looking,
    on_behalf_of,
    reading,
    seen_by,
)

__all__ = [
    "NO_SIGHT",
    "Sight",
    "close_database",
    "current_transaction",
    "looking",
    "migrate",
    "never_migrated",
    "on_behalf_of",
    "one_wait",
    "open_database",
    "pending_migrations",
    "read_value",
    "reading",
    "reads",
    "seen_by",
    "unlabelled",
]
