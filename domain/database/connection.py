"""Two pools over one DSN: Tortoise's for acts (role attain_app), ours for reads (attain_reader)."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, TypeAlias, TypeVar
from uuid import UUID

import asyncpg
from asyncpg.pool import PoolConnectionProxy
from tortoise import Tortoise
from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.base.client import (
    TransactionalDBClient,
    TransactionContext,
    TransactionContextPooled,
)
from tortoise.connection import get_connections

from domain.database.days import count_days
from domain.database.limits import PoolLimits
from domain.database.patience import waiting
from domain.database.prepared import LONGEST, bound_by_length

MODELS = (
    "domain.people.models",
    "domain.history.models",
    "domain.territories.models",
    "domain.measures.models",
    "domain.calendars.models",
    "domain.sales.models",
    "domain.goals.models",
    "domain.goals.tree_models",
    "domain.goals.agreement_models",
    "domain.goals.form_models",
    "domain.incentives.credit_models",
    "domain.incentives.plan_models",
    "domain.incentives.pay_models",
    "domain.access_requests.models",
    "domain.blockers.models",
    "domain.coaching.note_models",
    "domain.comments.models",
    "domain.notices.models",
    "domain.one_to_ones.models",
    "domain.programmes.models",
    "domain.tasks.models",
    "domain.plans.models",
    "domain.insights.models",
    "domain.feedback.models",
    "domain.recognition.models",
    "domain.scorecards.models",
)


@dataclass(frozen=True, slots=True)
class Sight:
    """What a statement may show by the second locks, beside its own conditions: whose pay, and whose
    words. Row security knows `pay_of`: one's own, also that of people below, or everybody's; and rows that
    name their readers it shows to these, the person among them, unless `words_of` is everybody."""

    person: UUID | None = None
    pay_of: Literal["own", "below", "all"] = "own"
    today: date | None = None
    """On which day people are below; where it is not said, on the organisation's today."""
    words_of: Literal["own", "all"] = "own"

    def settings(self, local: str = "") -> str:
        """SQL that says so. Nothing of it comes from a caller, so nothing can be injected."""
        if not isinstance(self.person, UUID | None) or self.pay_of not in ("own", "below", "all"):
            raise TypeError("A person is a UUID, and pay is one's own, of those below, or all.")
        if not isinstance(self.today, date | None) or self.words_of not in ("own", "all"):
            raise TypeError("Today is a date, and words are one's own, or all.")
        return (
            f"set {local}app.person_id = '{self.person or ''}';"
            f" set {local}app.sees_pay_of = '{self.pay_of}';"
            f" set {local}app.today = '{self.today or ''}';"
            f" set {local}app.sees_words_of = '{self.words_of}'"
        )


NO_SIGHT = Sight()
Label: TypeAlias = tuple[UUID | None, Sight]
_UNKNOWN: Label = (UUID(int=0), Sight(UUID(int=0)))
"""In place of a label that a session may have or not; nobody's."""


class Labelled(asyncpg.Connection):
    """A connection that remembers for which organisation its session was labelled, and with what sight."""

    __slots__ = ("label",)

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.label: Label = (None, NO_SIGHT)
        bound_by_length(self, PREPARED)


class BoundedPool(asyncpg.Pool):
    """A pool whose `acquire` gives up after a while: stock pools wait for ever when exhausted."""

    acquire_seconds = 1.5

    async def _acquire(self, timeout: float | None) -> Any:  # noqa: ASYNC109 - asyncpg's own
        # Both ways of `acquire`, awaited and as a context, come through here.
        seconds = self.acquire_seconds if timeout is None else timeout
        async with waiting(seconds):
            return await super()._acquire(seconds)


class RestingPool(BoundedPool):
    """A pool in which a connection that has answered well rests where the next read finds it, with
    its label and its prepared statements. Handing one back to asyncpg and out again takes a task and
    timers, more than a small read itself."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._resting: list[PoolConnectionProxy] = []
        self._wanted = 0

    def rested(self) -> PoolConnectionProxy | None:
        """A connection at once, if one rests and lives."""
        while self._resting:
            connection = self._resting.pop()
            # asyncpg takes a connection that breaks back by itself, and leaves us an empty proxy;
            # one that was cut off it has to be told of.
            if connection._con is None:
                continue
            if not connection.is_closed():
                return connection
            connection.terminate()
        return None

    async def rest(self, connection: PoolConnectionProxy) -> None:
        """Give a connection back on which nothing is under way."""
        # Whoever waits is waiting for asyncpg's own queue, and so is the pool when it closes.
        if self._wanted or self._closing:
            await self.release(connection)
        else:
            self._resting.append(connection)

    async def _acquire(self, timeout: float | None) -> Any:  # noqa: ASYNC109 - asyncpg's own
        if (connection := self.rested()) is not None:
            return connection
        self._wanted += 1
        try:
            return await super()._acquire(timeout)
        finally:
            self._wanted -= 1

    def get_idle_size(self) -> int:
        idle: int = super().get_idle_size()
        return idle + len(self._resting)

    async def close(self) -> None:
        while self._resting:
            await self.release(self._resting.pop())
        await super().close()


PoolT = TypeVar("PoolT", bound=BoundedPool)


async def open_pool(dsn: str, role: str, size: int, limits: PoolLimits) -> BoundedPool:
    """A pool whose connections start as `role`, which owns nothing."""
    return await _opened(
        BoundedPool,
        dsn,
        size,
        limits,
        max_queries=50_000,
        connection_class=asyncpg.Connection,
        server_settings=session_settings(role, limits),
    )


async def _opened(kind: type[PoolT], dsn: str, size: int, limits: PoolLimits, **own: Any) -> PoolT:
    """What all pools of ours have in common; `own` is what a kind has of its own."""
    pool = kind(
        dsn,
        min_size=1,
        max_size=size,
        max_inactive_connection_lifetime=300.0,
        record_class=asyncpg.Record,
        setup=None,
        init=count_days,
        loop=None,
        timeout=10.0,
        **own,
    )
    pool.acquire_seconds = limits.acquire_seconds
    await pool
    return pool


def session_settings(role: str, limits: PoolLimits) -> dict[str, str]:
    """What a connection of ours starts with; times in milliseconds as PostgreSQL wants them."""
    return {
        "role": role,
        "application_name": "attain" if role == "none" else role,
        "timezone": "UTC",
        # Where tables are distributed over nodes, SET LOCAL has to reach them too, or row security
        # shows nothing there. Plain PostgreSQL takes note and does nothing.
        "citus.propagate_set_commands": "local",
        "datestyle": "ISO",
        "jit": "off",
        "statement_timeout": str(int(limits.statement_seconds * 1000)),
        "lock_timeout": str(int(limits.lock_seconds * 1000)),
        "idle_in_transaction_session_timeout": str(int(limits.idle_in_transaction_seconds * 1000)),
    }


class client_class(AsyncpgDBClient):
    """Tortoise's client over a bounded pool and a whole DSN (its own cannot take one)."""

    async def create_pool(self, **template: Any) -> BoundedPool:
        return await open_pool(
            template["dsn"], template["role"], template["max_size"], template["limits"]
        )

    def _in_transaction(self) -> TransactionContext:
        return _Lent(TransactionWrapper(self), self._pool_init_lock)


class _Lent(TransactionContextPooled):
    """A transaction that gives its connection back also when it does not get as far as beginning:
    Tortoise's own would keep it for ever from a caller who gives up during BEGIN."""

    __slots__ = ()

    async def __aenter__(self) -> TransactionalDBClient:
        try:
            return await super().__aenter__()
        except BaseException:
            if self.client._connection is not None:
                get_connections().reset(self.token)
                await self.client._parent._pool.release(self.client._connection)
            raise


def tortoise_config(dsn: str, role: str, size: int, limits: PoolLimits) -> dict[str, Any]:
    """The one place where Tortoise is configured."""
    credentials = {"dsn": dsn, "role": role, "maxsize": size, "limits": limits}
    return {
        "connections": {
            "default": {"engine": "domain.database.connection", "credentials": credentials}
        },
        "apps": {
            "attain": {
                "models": list(MODELS),
                "default_connection": "default",
                "migrations": "migrations",
            }
        },
        "use_tz": True,
        "timezone": "UTC",
    }


async def open_reads(dsn: str, limits: PoolLimits) -> RestingPool:
    """The pool for reads. Its connections keep their session's label and their prepared statements
    when they come back: nothing is sent to reset them, and nothing of theirs needs it, since every
    loan labels its connection for itself."""
    return await _opened(
        RestingPool,
        dsn,
        limits.reads,
        limits,
        max_queries=1_000_000,
        connection_class=Labelled,
        reset=_as_it_is,
        statement_cache_size=PREPARED,
        max_cached_statement_lifetime=0,
        max_cacheable_statement_size=LONGEST,
        server_settings={**session_settings("attain_reader", limits), **PLANNING},
    )


async def _as_it_is(_connection: object) -> None:
    pass


PREPARED = 100
"""Statements that a connection keeps prepared at most; see `prepared` for how long they may be."""
PLANNING = {
    # One plan for all values: what steers a plan stands in the statement's text, so that a plan can
    # be looked at, and none is made anew for a caller.
    "plan_cache_mode": "force_generic_plan",
    "random_page_cost": "1.1",
    "max_parallel_workers_per_gather": "0",
    "default_transaction_read_only": "on",
}

_reads: RestingPool | None = None


async def open_database(
    dsn: str, limits: PoolLimits | None = None, *, role: str = "attain_app"
) -> None:
    """Open both pools. One process serves one database; open it once, close it once."""
    global _reads
    limits = limits or PoolLimits()
    _reads = await open_reads(dsn, limits)
    await Tortoise.init(
        config=tortoise_config(dsn, role, limits.acts, limits), _enable_global_fallback=True
    )


async def close_database() -> None:
    """Close both pools, waiting for what is under way."""
    global _reads
    if _reads is not None:
        await _reads.close()
        _reads = None
    await Tortoise.close_connections()


def reads() -> RestingPool:
    """The pool for reads; its role may select and nothing else."""
    if _reads is None:
        raise RuntimeError("The database is not open.")
    return _reads


@asynccontextmanager
async def unlabelled() -> AsyncIterator[PoolConnectionProxy]:
    """A reading connection with no organisation set, on which no tenant's row shows."""
    async with labelled(None) as connection:
        yield connection


@asynccontextmanager
async def labelled(org: UUID | None) -> AsyncIterator[PoolConnectionProxy]:
    """A reading connection on which the rows of this organisation show, and no others."""
    async with reads().acquire() as connection:
        await set_label(connection, org)
        yield connection


async def set_label(
    connection: PoolConnectionProxy, org: UUID | None, sees: Sight = NO_SIGHT
) -> None:
    """Label the session, where it has another label. One round trip at most."""
    session: Labelled = connection._con
    was = session.label
    if was == (org, sees):
        return
    # A literal, not a parameter: SET takes none. It is a UUID object, so nothing can be injected.
    if not isinstance(org, UUID | None):
        raise TypeError("The organisation is a UUID.")
    sight = "" if was[1] == sees else f"; {sees.settings()}"
    session.label = _UNKNOWN  # for whoever comes next, should this be cut short
    await connection.execute(f"set app.org_id = '{org or ''}'{sight}")
    session.label = org, sees


async def read_value(
    org: UUID, statement: str, arguments: Sequence[object], sees: Sight = NO_SIGHT
) -> Any:
    """What one statement gives that reads for one organisation: a snapshot of its own. Of pay and of
    words it shows what `sees` says, and nobody's where that is not said."""
    pool = reads()
    connection = pool.rested() or await pool.acquire()
    try:
        await set_label(connection, org, sees)
        value = await connection.fetchval(statement, *arguments)
    except BaseException:  # also a caller who gives up: asyncpg ends what is under way
        await pool.release(connection)
        raise
    await pool.rest(connection)
    return value
