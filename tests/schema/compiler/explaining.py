"""PostgreSQL's plan for a read, made and run as a connection of the read pool would."""

import json
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import asyncpg

from domain.database.connection import PLANNING, Labelled, session_settings
from domain.database.limits import PoolLimits

Node = Mapping[str, Any]
"""A node of a plan, as EXPLAIN's JSON has it."""
LIMITS = PoolLimits(statement_seconds=60)


@asynccontextmanager
async def reader(
    dsn: str, org: UUID, person: UUID | None = None
) -> AsyncIterator[asyncpg.Connection]:
    """A connection with the settings of the read pool's, labelled for an organisation, and for what a
    person reads of what names its readers."""
    connection = await asyncpg.connect(
        dsn,
        connection_class=Labelled,
        server_settings={**session_settings("attain_reader", LIMITS), **PLANNING},
    )
    try:
        await connection.execute(f"set app.org_id = '{org}'; set app.person_id = '{person or ''}'")
        yield connection
    finally:
        await connection.close()


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan that was run: its nodes from the top down, and as text for whoever looks at it."""

    nodes: Sequence[Node]
    milliseconds: float
    text: str

    def scans_of(self, *tables: str) -> list[str]:
        """Which of these tables are read from end to end."""
        return [
            node["Relation Name"]
            for node in self.nodes
            if node["Node Type"] == "Seq Scan" and node["Relation Name"] in tables
        ]

    @property
    def pages(self) -> int:
        """How many pages of tables and indexes were looked at."""
        top = self.nodes[0]
        return int(top["Shared Hit Blocks"]) + int(top["Shared Read Blocks"])

    def rows_of(self, table: str) -> int:
        """Rows of this table that scans gave or threw away, over all loops."""
        return sum(_read(node) for node in self.nodes if node.get("Relation Name") == table)

    @property
    def rows_read(self) -> int:
        """Rows that scans gave or threw away, over all loops."""
        return sum(_read(node) for node in self.nodes if "Relation Name" in node)

    @property
    def repeated(self) -> int:
        """Rows that the busiest scan gave or threw away, over all of its loops."""
        return max((_read(node) for node in self.nodes if "Relation Name" in node), default=0)


def _read(node: Node) -> int:
    thrown_away = ("Rows Removed by Filter", "Rows Removed by Index Recheck")
    each = sum(float(node.get(kind, 0)) for kind in ("Actual Rows", *thrown_away))
    return round(each * int(node["Actual Loops"]))


async def explained(
    connection: asyncpg.Connection, statement: str, arguments: Sequence[object]
) -> Plan:
    """Runs a statement under EXPLAIN, with the plan that is kept for all values."""
    await connection.execute(f"prepare explained as {statement}")
    values = f"({', '.join(map(_literal, arguments))})" if arguments else ""
    try:
        found = await connection.fetchval(
            f"explain (analyze, buffers, timing off, format json) execute explained{values}"
        )
        rows = await connection.fetch(
            f"explain (analyze, costs off, timing off, summary off) execute explained{values}"
        )
    finally:
        await connection.execute("deallocate explained")
    [top] = json.loads(found)
    text = "\n".join(row[0] for row in rows)
    return Plan(list(_nodes(top["Plan"])), top["Execution Time"], text)


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    if node.get("One-Time Filter") == "false":
        return  # nothing below ever runs; a newer PostgreSQL leaves it out of the plan
    for below in node.get("Plans", ()):
        yield from _nodes(below)


def _literal(value: object) -> str:
    """Without a type of its own, so that the parameter's is taken."""
    if value is None:
        return "null"
    text = value.isoformat() if isinstance(value, date) else str(value)
    if isinstance(value, list | tuple):
        # Ids, dates, names of roles and of kinds: nothing that an array's text would escape.
        text = "{" + ",".join(map(str, value)) + "}"
    return "'" + text.replace("'", "''") + "'"
