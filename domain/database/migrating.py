"""Migrations: all or none, one process at a time.

Tortoise's runner takes no lock and records a migration after committing it. Run inside one outer
transaction that holds an advisory lock, two starters queue up, and a process killed half-way leaves
the database as it was.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import asyncpg
from tortoise.context import TortoiseContext
from tortoise.exceptions import OperationalError
from tortoise.migrations.executor import MigrationExecutor
from tortoise.transactions import in_transaction

from domain.database.connection import tortoise_config
from domain.database.limits import PoolLimits

MIGRATION_LOCK = 0x4154_5441_494E  # "ATTAIN"


class LoginRefused(Exception):
    """The database's login may not do what a migration needs, for the reason that it says."""


async def migrate(dsn: str, progress: Callable[[str], None] | None = None) -> list[str]:
    """Bring the database to the newest migration; names of those applied, in order.

    Raises `LoginRefused` where the login lacks a right."""
    applied: list[str] = []

    def told(event: str, app: str, name: str) -> None:
        if event == "apply_done":
            applied.append(name)
            if progress is not None:
                progress(name)

    async with _migrations(dsn) as executor:
        await executor.migrate(direction="forward", progress=told)
    return applied


async def pending_migrations(dsn: str) -> list[str]:
    """Names of migrations that this code has and the database has not."""
    async with _migrations(dsn) as executor:
        return [step.migration.name for step in await executor.plan()]


async def never_migrated(dsn: str) -> bool:
    """Whether the database is new: no migration was ever applied to it."""
    async with _migrations(dsn) as executor:
        return not await executor.recorder.applied_migrations()


@asynccontextmanager
async def _migrations(dsn: str) -> AsyncIterator[MigrationExecutor]:
    limits = PoolLimits(acts=1, acquire_seconds=30, statement_seconds=0, lock_seconds=0)
    config = tortoise_config(dsn, "none", 1, limits)
    async with TortoiseContext() as context:
        await context.init(config=config)
        async with in_transaction("default") as transaction:
            await transaction.execute_script(f"select pg_advisory_xact_lock({MIGRATION_LOCK})")
            executor = MigrationExecutor(transaction, config["apps"])
            # The runner reads its table before making it, and a failed read would poison ours.
            try:
                await executor.recorder.ensure_schema(executor._schema_editor(atomic=False))
                yield executor
            except OperationalError as error:
                if isinstance(error.__cause__, asyncpg.InsufficientPrivilegeError):
                    raise LoginRefused(str(error.__cause__)) from error
                raise
