"""What becomes of a null where the schema promises a value.

The statement writes a mark there that no JSON holds, so an answer without one, which is nearly
every answer, costs one search of its text. Otherwise the answer is read back and GraphQL's rule
is followed: an error for the place, and null for the nearest thing around it that can be null.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from graphql import GraphQLError

from schema.compiler.fields import ById
from schema.compiler.pieces import MISSING
from schema.compiler.selection import (
    EdgesAsked,
    Leaf,
    NodesAsked,
    PageAsked,
    Parts,
    Root,
    Rows,
    ToAnyAsked,
    ToManyAsked,
    ToOneAsked,
    Tree,
    Typename,
)

_MARK = {"": 0}  # no object of a response has a field without a name
Path = tuple[str | int, ...]


class _IsNull(Exception):
    """The value around is null, if it can be."""


@dataclass(slots=True)
class Settled:
    """A value as the caller gets it, and the errors that made parts of it null; their paths begin
    below the value."""

    value: Any
    errors: list[GraphQLError] = field(default_factory=list)


def settled_data(text: str, tree: Tree) -> Settled:
    """The `data` of a whole response that holds a mark."""
    settling = _Settling()
    data = _read(text)["data"]
    try:
        for root in tree.roots:
            if isinstance(root, Root):
                data[root.name] = settling.root(root, data[root.name], (root.name,))
    except _IsNull:
        data = None
    return Settled(data, settling.errors)


def settled_field(text: str, root: Root) -> Settled:
    """The value of one field that holds a mark."""
    settling = _Settling()
    try:
        value = settling.root(root, _read(text), ())
    except _IsNull:
        value = None
    return Settled(value, settling.errors)


def _read(text: str) -> Any:
    return orjson.loads(text.replace(MISSING, '{"":0}'))


class _Settling:
    def __init__(self) -> None:
        self.errors: list[GraphQLError] = []

    def root(self, root: Root, value: Any, path: Path) -> Any:
        if root.page is not None:
            return self._or_null(root.nullable, lambda: self._page(root.page, value, path))
        if not isinstance(value, list):
            return self._or_null(root.nullable, lambda: self._any(root.rows, value, path))
        may_miss = isinstance(root.begin, ById)  # only such a list has null in place of a row

        def item(at: int, each: Any) -> Any:
            return self._or_null(may_miss, lambda: self._any(root.rows, each, (*path, at)))

        return self._or_null(
            root.nullable, lambda: [item(at, each) for at, each in enumerate(value)]
        )

    def _any(self, rows: Any, value: Any, path: Path) -> Any:
        """A row of one of several types: of the one whose fields it has."""
        if value is None:
            return None
        self._refuse_mark(value, "Query", path)
        for each in rows.values():
            if [asked.name for asked in each.fields] == list(value):
                return self._rows(each, value, path)
        return value

    def _rows(self, rows: Rows, value: Any, path: Path) -> Any:
        for asked in rows.fields:
            if not isinstance(asked, Typename):
                below = (*path, asked.name)
                value[asked.name] = self._field(rows, asked, value[asked.name], below)
        return value

    def _field(self, rows: Rows, asked: Any, value: Any, path: Path) -> Any:
        field_name = f"{rows.type}.{asked.field.name}"
        nullable = asked.field.nullable

        def within() -> Any:
            self._refuse_mark(value, field_name, path)
            if value is None:
                return None
            match asked:
                case Leaf():
                    return value
                case Parts():
                    self._parts(field_name, value, path)
                    return value
                case ToOneAsked():
                    return self._rows(asked.rows, value, path)
                case ToAnyAsked():
                    return self._any(asked.rows, value, path)
                case ToManyAsked():
                    return self._page(asked.page, value, path)

        return self._or_null(nullable, within)

    def _parts(self, name: str, value: Any, path: Path) -> None:
        if isinstance(value, list):
            for at, each in enumerate(value):
                self._parts(name, each, (*path, at))
            return
        for part, each in value.items():
            self._refuse_mark(each, name, (*path, part))

    def _page(self, asked: PageAsked | None, value: Any, path: Path) -> Any:
        assert asked is not None
        for each in asked.fields:
            match each:
                case NodesAsked():
                    for at, row in enumerate(value[each.name]):
                        self._rows(each.rows, row, (*path, each.name, at))
                case EdgesAsked():
                    for at, edge in enumerate(value[each.name]):
                        for node in _nodes(each.fields):
                            self._rows(
                                node.rows, edge[node.name], (*path, each.name, at, node.name)
                            )
        return value

    def _refuse_mark(self, value: Any, field_name: str, path: Path) -> None:
        if value == _MARK:
            message = f"Cannot return null for non-nullable field {field_name}."
            self.errors.append(GraphQLError(message, path=list(path)))
            raise _IsNull

    def _or_null(self, nullable: bool, within: Any) -> Any:
        try:
            return within()
        except _IsNull:
            if nullable:
                return None
            raise


def _nodes(fields: Iterable[object]) -> Sequence[NodesAsked]:
    return [each for each in fields if isinstance(each, NodesAsked)]
