"""Rows on their way in: temporary tables of the import's own transaction.

COPY cannot write to a table under row security, and should not: rows are judged together first.
Everything here vanishes with the transaction, whether it commits, fails or is killed.
"""

import asyncio
import io
from collections.abc import AsyncIterator, Iterator
from uuid import UUID

import asyncpg
from tortoise.backends.base.client import TransactionalDBClient

from domain.imports.converting import Converter, Piece, copy_line
from domain.imports.faults import Fault
from domain.imports.mapping import Source

FAULTS_SHOWN = 1_000

# A long statement ends soon after its importer was killed, and the next import gets its turn.
# Whole sets are joined, so by hash: statistics know nothing yet of what came in just now, nor of a
# company that is new, and a nested loop planned for one row would take hours over a million.
_SETTINGS = """
set local statement_timeout = 0;
set local idle_in_transaction_session_timeout = '10min';
set local lock_timeout = '15min';
set local client_connection_check_interval = '2s';
set local work_mem = '64MB';
set local enable_nestloop = off
"""
_FAULTS = """
create temporary table fault (
  source integer not null, line bigint not null, column_name text not null, excerpt text not null,
  expected text not null, kind text not null, content text not null
) on commit drop
"""


class Staging:
    """The temporary tables of one import, on its transaction's connection."""

    def __init__(self, transaction: TransactionalDBClient, org: UUID) -> None:
        self.transaction = transaction
        self.org = org

    @property
    def connection(self) -> asyncpg.Connection:
        """asyncpg's own connection: Tortoise knows no COPY."""
        connection: asyncpg.Connection = self.transaction._connection
        return connection

    async def begin(self) -> None:
        """Give the transaction the time a million rows need, and a table for what is wrong."""
        await self.connection.execute(_SETTINGS)
        await self.connection.execute(_FAULTS)

    async def stage(self, converter: Converter) -> AsyncIterator[int]:
        """Copy the source into `staged_<n>`; yields how many rows were read so far.

        Raises Broken where the file cannot be read on.
        """
        source = converter.source
        types = {f.name: f.form.staged_as for f in source.kind.fields}
        columns = ", ".join(f"{name} {types.get(name, 'text')}" for name in converter.columns)
        table = staged(source)
        await self.connection.execute(
            f"create temporary table {table} (line bigint not null, {columns}) on commit drop"
        )
        pieces, rows_read = converter.pieces(), 0
        while (piece := await asyncio.to_thread(_next, pieces)) is not None:
            await self._copy(table, ["line", *converter.columns], piece.records)
            await self.add_faults(piece.faults)
            rows_read += piece.rows_read
            yield rows_read
        if source.distinct:
            await self._keep_first_of_alike(table, converter.columns)
        await self.connection.execute(f"analyze {table}")

    async def _keep_first_of_alike(self, table: str, columns: list[str]) -> None:
        names = ", ".join(columns)
        await self.connection.execute(
            f"delete from {table} where line not in (select min(line) from {table} group by {names})"
        )

    async def _copy(self, table: str, columns: list[str], records: list[bytes]) -> None:
        if records:
            await self.connection.copy_to_table(
                table, source=io.BytesIO(b"".join(records)), columns=columns
            )

    async def add_faults(self, faults: list[Fault]) -> None:
        columns = ["source", "line", "column_name", "excerpt", "expected", "kind", "content"]
        records = [
            copy_line(
                [str(f.source), str(f.line), f.column, f.excerpt, f.expected, f.kind, f.content]
            )
            for f in faults
        ]
        await self._copy("fault", columns, records)

    async def faults(self) -> list[Fault]:
        """The first thousand, in the order of the files and their lines."""
        rows = await self.connection.fetch(
            "select source, line, column_name, excerpt, expected, kind, content from fault"
            f" order by source, line, column_name, kind limit {FAULTS_SHOWN}"
        )
        return [Fault(*row) for row in rows]

    async def fault_counts(self) -> dict[str, int]:
        """How many faults of each kind."""
        rows = await self.connection.fetch(
            "select kind, count(*) from fault group by kind order by kind"
        )
        return {row[0]: row[1] for row in rows}

    async def refused_rows(self, source: Source) -> int:
        count: int = await self.connection.fetchval(
            "select count(distinct line) from fault where source = $1", source.number
        )
        return count


def staged(source: Source) -> str:
    return f"staged_{source.number}"


def settled(source: Source) -> str:
    return f"settled_{source.number}"


def is_good(source: Source, alias: str) -> str:
    """SQL: nothing was found wrong with the line of this row."""
    return (
        f"not exists (select 1 from fault where fault.source = {source.number}"
        f" and fault.line = {alias}.line)"
    )


def _next(pieces: Iterator[Piece]) -> Piece | None:
    return next(pieces, None)
