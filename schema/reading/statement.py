"""The SQL of one level of a read.

Its text depends on the document, on how the caller stands (constants from the table of
permissions) and on the page size; everything else is a parameter. So callers share plans, and no
text of theirs is ever part of a statement.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from asyncpg import Record

from auth.actor import Actor
from schema.reading.filters import Parameters, permission
from schema.reading.keyset import Order
from schema.storage import StoredField, StoredType, Value

ROW = "r"
MOST_COUNTED = 10_000
"""Lists longer than this are not counted: counting is as slow as the list is long."""


@dataclass(frozen=True, slots=True)
class Window:
    """Which page: how many rows, in which order, behind which row."""

    first: int
    order: Order
    after: Sequence[object] | None


class Columns:
    """What a statement selects of one type's rows, and what becomes of it."""

    def __init__(self, stored: StoredType, actor: Actor) -> None:
        self.stored = stored
        self._actor = actor
        self._positions: dict[str, int] = {}
        self._also: dict[str, str] = {}
        self.readers: dict[str, Callable[[Record], object]] = {}

    def add(self, sql: str) -> int:
        """Select this SQL over `{row}`; its position in the record."""
        for name, shared in self.stored.also.items():
            if f"{{{name}}}" in sql:
                self._also[name] = shared
        names = {name: f"{ROW}_{name}" for name in self.stored.also}
        return self._positions.setdefault(sql.format(row=ROW, **names), len(self._positions))

    def add_field(self, stored_field: StoredField) -> None:
        """Select what a field is made of, as far as the caller may see it."""
        value = stored_field.storage
        if not isinstance(value, Value):
            raise TypeError("A relation is read by a statement of its own.")
        seen = permission(self.stored, value, self._actor)
        if seen == "false":
            self.readers[stored_field.name] = lambda _: None
            return
        grouped = self.stored.group_by is not None
        positions = {
            name: self.add(_masked(sql, seen, grouped)) for name, sql in value.parts.items()
        }
        self.readers[stored_field.name] = self._reader(value, positions)

    def _reader(self, value: Value, positions: Mapping[str, int]) -> Callable[[Record], object]:
        build, actor = value.build, self._actor
        if build is None:
            (position,) = positions.values()
            return lambda record: record[position]
        if len(positions) == 1 and not value.for_actor:
            ((name, position),) = positions.items()
            return lambda record: build(**{name: record[position]})
        extra: dict[str, Any] = {"actor": actor} if value.for_actor else {}
        return lambda record: build(
            **{name: record[position] for name, position in positions.items()}, **extra
        )

    @property
    def selected(self) -> str:
        columns = [f"{sql} as c{position}" for sql, position in self._positions.items()]
        return ", ".join(columns) or "1"

    @property
    def joined(self) -> str:
        return "".join(
            f" left join lateral ({sql.format(row=ROW)}) {ROW}_{name} on true"
            for name, sql in self._also.items()
        )


def _masked(sql: str, seen: str, grouped: bool) -> str:
    """The SQL where the caller may see it, else null. An aggregate says itself, with `{seen}`, of
    which rows it speaks."""
    if grouped:
        return sql.replace("{seen}", seen)
    return sql if seen == "true" else f"case when {seen} then {sql} end"


@dataclass(slots=True)
class Rows:
    """The rows of one type that a caller sees, narrowed by conditions over `{row}`."""

    stored: StoredType
    actor: Actor
    parameters: Parameters
    conditions: list[str] = field(default_factory=list)

    @property
    def source(self) -> str:
        """FROM and WHERE, with organisation and visibility."""
        visible = self.stored.visible(self.actor)
        where = ["{row}.org_id = :org::uuid", *self.conditions]
        if visible != "true":
            where.append(visible)
        conditions = " and ".join(f"({condition})" for condition in where)
        return f"{self.stored.source} {ROW} where {conditions.format(row=ROW, key='k.key')}"

    def by_key(self, columns: Columns, column: str, keys: Sequence[object]) -> str:
        """The rows whose key is among these."""
        self.conditions.append(f"{{row}}.{column} = any({self._keys(keys)})")
        return f"select {columns.selected} from (select {ROW}.* from {self.source}) {ROW}{columns.joined}"

    def page(self, columns: Columns, window: Window) -> str:
        """One page and one row more, which tells whether there is another."""
        order = [columns.add(key.sql) for key in window.order.keys]
        return f"{self._page(columns, window)} order by {window.order.by([f'c{o}' for o in order])}"

    def pages(self, columns: Columns, window: Window, keys: Sequence[object]) -> str:
        """A page for each key, by one statement; the key comes last in each row."""
        order = [f"page.c{columns.add(key.sql)}" for key in window.order.keys]
        return (
            f"select page.*, k.key from unnest({self._keys(keys)}) as k(key)"
            f" cross join lateral ({self._page(columns, window)}) page"
            f" order by {window.order.by(order)}"
        )

    def _page(self, columns: Columns, window: Window) -> str:
        # The inner select picks the rows, so that costly expressions are computed for one page only.
        # The page size is part of the text: as a parameter it hides the limit from the planner.
        by = window.order.by([key.sql.format(row=ROW) for key in window.order.keys])
        if window.after is not None:
            placeholders = [
                None if value is None else self.parameters.add(value, key.kind.cast)
                for key, value in zip(window.order.keys, window.after, strict=True)
            ]
            self.conditions.append(window.order.after(placeholders))
        picked = f"select {ROW}.* from {self.source} order by {by} limit {window.first + 1}"
        return f"select {columns.selected} from ({picked}) {ROW}{columns.joined}"

    def counted(self) -> str:
        """How many there are, or one more than are counted."""
        return (
            f"select count(*) from (select 1 from {self.source} limit {MOST_COUNTED + 1}) counted"
        )

    def counted_each(self, keys: Sequence[object]) -> str:
        """For each key, how many there are, or one more than are counted."""
        return (
            f"select k.key, counted.number from unnest({self._keys(keys)}) as k(key)"
            f" cross join lateral (select count(*) as number from (select 1 from {self.source}"
            f" limit {MOST_COUNTED + 1}) listed) counted"
        )

    def _keys(self, keys: Sequence[object]) -> str:
        return self.parameters.add(list(keys), "uuid[]")

    def grouped(self, columns: Columns, group: str, most: int) -> str:
        """One row for each value of a column; the fields are aggregates."""
        return (
            f"select {columns.selected} from {self.source}"
            f" group by {ROW}.{group} order by {ROW}.{group} limit {most}"
        )
