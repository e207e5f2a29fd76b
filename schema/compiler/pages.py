"""A page of rows as a connection's JSON text.

The rows are picked first: one more than are shown, which tells whether there is a next page,
numbered in their order. Everything that is costly is computed for picked rows only. The limit is
part of the text, since PostgreSQL plans for it; a parameter cuts the page to what was asked.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from schema.compiler.binding import BoundPage
from schema.compiler.keyset import cursor
from schema.compiler.level import Level
from schema.compiler.pieces import Const, Piece, closed, concat, named, or_null, typename
from schema.compiler.selection import (
    CountAsked,
    EdgesAsked,
    NodesAsked,
    PageAsked,
    PageInfoAsked,
    Rows,
    Typename,
)

MOST_COUNTED = 10_000
"""Lists longer than this are not counted: counting is as slow as the list is long."""


@dataclass(frozen=True, slots=True)
class Page:
    """What a connection shows: `bound` says which page, `link` (SQL over `{row}` and `{key}`) whose
    rows, `among` (SQL over `{key}`) which ids alone are looked at, and `row_object` writes a row."""

    asked: PageAsked
    bound: BoundPage
    level: Level
    link: str
    key: str
    among: str | None
    row_object: Callable[[Rows, Level], str]

    def text(self) -> Piece:
        """SQL for the connection's JSON object."""
        pieces: list[Piece] = []
        for each in self.asked.fields:
            pieces.append(named(each.name, pieces))
            match each:
                case Typename():
                    pieces.append(typename(each.type))
                case NodesAsked():
                    pieces += self._items(self.row_object(each.rows, self.level))
                case EdgesAsked():
                    pieces += self._items(self._edge(each))
                case PageInfoAsked():
                    pieces += self._info(each)
                case CountAsked():
                    pieces.append(self._count())
        pieces = closed(pieces)
        if not any(map(_reads, self.asked.fields)):
            return concat(pieces)
        return f"(select {concat(pieces)} from {self._picked()}{''.join(self.level.joins)})"

    @property
    def _source(self) -> str:
        """The source's SQL, with this page's parameters under the names by which it asks for them."""
        source = self.asked.stored.source
        for name, placeholder in self.bound.named:
            source = re.sub(rf"(?<!:):{name}\b(::[a-z]+)?", placeholder, source)
        if self.among is None:
            return source
        # The ids are read once and then looked up in the key, behind a fence: whatever else is asked
        # of a row, the plan goes by as many rows as there are ids, and by no others.
        return (
            f"(select found.* from {source} found where found.org_id = :org::uuid"
            f" and found.id = any(array({self.level.sql(self.among, self.key)})) offset 0)"
        )

    def _picked(self) -> str:
        row, bound = self.level.row, self.bound
        by = self.level.sql(bound.order.by([key.sql for key in bound.order.keys]))
        where = self._seen(self.level, [bound.after or ""])
        counted = ", count(*) over () as attain_count" if self._asks_for_end else ""
        return (
            f"(select {row}.*, row_number() over (order by {by}) as attain_place{counted}"
            f" from (select {row}.* from {self._source} {row} where {where}"
            f" order by {by} limit {bound.bucket + 1}) {row}) {row}"
        )

    def _seen(self, level: Level, conditions: Iterable[str] = ()) -> str:
        return level.seen(
            [self.link, *self.bound.conditions, *conditions],
            self.key,
            one_by_one=self.among is not None,
        )

    def _items(self, item: str) -> list[Piece]:
        place = f"{self.level.row}.attain_place"
        listed = (
            f"string_agg({item}, ',' order by {place}) filter (where {place} <= {self.bound.first})"
        )
        return [Const("["), listed, Const("]")]

    def _edge(self, asked: EdgesAsked) -> str:
        pieces: list[Piece] = []
        for each in asked.fields:
            match each:
                case Typename():
                    pieces += [named(each.name, pieces), typename(each.type)]
                case NodesAsked():
                    pieces += [named(each.name, pieces), self.row_object(each.rows, self.level)]
                case name:
                    pieces += [named(name, pieces), self._cursor]
        return concat(closed(pieces))

    def _info(self, asked: PageInfoAsked) -> list[Piece]:
        pieces: list[Piece] = []
        for each in asked.fields:
            if isinstance(each, Typename):
                pieces += [named(each.name, pieces), typename(each.type)]
                continue
            name, what = each
            pieces.append(named(name, pieces))
            match what:
                case "hasNextPage":
                    pieces.append(f"(count(*) > {self.bound.first})::text")
                case "hasPreviousPage":
                    pieces.append(Const("false" if self.bound.after is None else "true"))
                case "startCursor":
                    pieces.append(self._cursor_at("1"))
                case "endCursor":
                    last = f"least({self.level.row}.attain_count, {self.bound.first})"
                    pieces.append(self._cursor_at(last))
        return closed(pieces)

    def _cursor_at(self, place: str) -> str:
        at = f"filter (where {self.level.row}.attain_place = {place})"
        return or_null(f"max({self._cursor}) {at}", True)

    @property
    def _cursor(self) -> str:
        return f"'\"' || {self.level.sql(cursor(self.bound.order))} || '\"'"

    @property
    def _asks_for_end(self) -> bool:
        return any(_asks(each, {"endCursor"}) for each in self.asked.fields)

    def _count(self) -> str:
        level = self.level.below(self.asked.stored)
        where = self._seen(level)
        return (
            f"(select case when count(*) <= {MOST_COUNTED} then count(*)::text else 'null' end"
            f" from (select 1 from {self._source} {level.row} where {where}"
            f" limit {MOST_COUNTED + 1}) counted)"
        )


def _reads(asked: object) -> bool:
    """Whether rows have to be picked for this field of a connection."""
    return isinstance(asked, NodesAsked | EdgesAsked) or _asks(
        asked, {"hasNextPage", "startCursor", "endCursor"}
    )


def _asks(asked: object, names: Iterable[str]) -> bool:
    return isinstance(asked, PageInfoAsked) and any(
        each[1] in names for each in asked.fields if not isinstance(each, Typename)
    )
