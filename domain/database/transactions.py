"""Where a transaction learns whose it is."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from asyncpg.pool import PoolConnectionProxy
from tortoise.backends.base.client import TransactionalDBClient
from tortoise.connection import get_connection
from tortoise.transactions import in_transaction

from domain.database.connection import NO_SIGHT, Sight, reads


@asynccontextmanager
async def on_behalf_of(
    org: UUID, person: UUID | None = None, *, sees_all_words: bool = False
) -> AsyncIterator[TransactionalDBClient]:
    """One transaction in which exactly this organisation's rows exist, and of those that name their
    readers the person's. Tortoise models used inside take part in it.

    `sees_all_words` is for what has to look at everybody's, and is never in a request's road; a test
    lists who says it, and why.
    """
    words = "; set local app.sees_words_of = 'all'" if sees_all_words else ""
    async with in_transaction("default") as transaction:
        await transaction.execute_script(_label(org, person) + words)
        yield transaction


@asynccontextmanager
async def looking(
    org: UUID, person: UUID | None = None, sees: Sight | None = None
) -> AsyncIterator[TransactionalDBClient]:
    """One read-only snapshot for what reads as acts do: Tortoise models and `current_transaction` take
    part in it. Where it is said what the caller sees, it is the reader's role that reads, and shows no
    other pay; without, it is for what has to look at everybody's to answer about one."""
    reader = "" if sees is None else f"set local role attain_reader; {sees.settings('local ')};"
    async with in_transaction("default") as transaction:
        await transaction.execute_script(
            "set transaction isolation level repeatable read, read only;"
            f"{reader} {_label(org, person)}"
        )
        yield transaction


@asynccontextmanager
async def seen_by(person: UUID, *, instead_of: UUID | None) -> AsyncIterator[None]:
    """In the current transaction: rows that name their readers show as to another person, for the one
    question whether they would see what the actor sees."""
    await current_transaction().execute_script(_label_of(person))
    yield
    await current_transaction().execute_script(_label_of(instead_of))


def current_transaction() -> TransactionalDBClient:
    """The transaction that `on_behalf_of` or `looking` has begun around us; statements of an act run in
    it. Raises RuntimeError where there is none: each statement would commit by itself, for nobody."""
    connection = get_connection("default")
    if not isinstance(connection, TransactionalDBClient):
        raise RuntimeError("This belongs into a transaction.")
    return connection


@asynccontextmanager
async def reading(
    org: UUID, person: UUID | None = None, sees: Sight = NO_SIGHT
) -> AsyncIterator[PoolConnectionProxy]:
    """One read-only snapshot of one organisation, on a connection that could not write. Of pay it
    shows what `sees` says, and nobody's where that is not said."""
    async with reads().acquire() as connection:
        try:
            # The transaction's own label, whatever the session's is.
            await connection.execute(
                "begin isolation level repeatable read read only; "
                f"{_label(org, person)}; {sees.settings('local ')}"
            )
            yield connection
        finally:
            if not connection.is_closed():
                await connection.execute("rollback")


def _label(org: UUID, person: UUID | None) -> str:
    # Literals, not parameters: SET takes none. Both are UUID objects, so nothing can be injected.
    # set_config() would not reach the workers of a distributed database.
    if not isinstance(org, UUID):
        raise TypeError("The organisation is a UUID.")
    return f"set local app.org_id = '{org}'; {_label_of(person)}"


def _label_of(person: UUID | None) -> str:
    if not isinstance(person, UUID | None):
        raise TypeError("A person is a UUID.")
    return f"set local app.person_id = '{person or ''}'"
