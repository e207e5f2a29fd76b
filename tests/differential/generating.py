"""Generated operations: whatever the schema allows to be asked, in every way that it can be put."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLObjectType,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
)
from hypothesis import strategies as st

from schema.catalogue import worked_fields
from tests.differential.pools import Pools
from tests.differential.scopes import Chosen, Scope
from tests.differential.subject import GRAPHQL_SCHEMA
from tests.differential.values import Choices, Values, Variable

MOST_ROWS = 120
"""How many rows an operation may ask for below one root; pages within pages multiply."""
DEPTH = 5
SIZES = (8, 16, 32)
ALIASES = ("a", "b", "id", "name", "nodes", "amount", "data", "errors", "e2")
WORKED = worked_fields(GRAPHQL_SCHEMA)
"""What is worked out has no plain reading to be compared with; its own tests prove it."""
_VARIABLE = re.compile(r"\$(\w+)")
_SPREAD = re.compile(r"\.\.\.(F\d+)")


@dataclass(frozen=True, slots=True)
class Operation:
    """A generated operation, with how it is asked: a caller's number and the variables sent."""

    text: str
    runs: Sequence[tuple[int, dict[str, Any]]]


def operations(pools: Pools, callers: int, runs: int) -> st.SearchStrategy[Operation]:
    """Operations, each asked by some callers (`runs` of them on average) with variables of their
    own."""

    def written(tape: bytes) -> Operation:
        choices = Choices(tape)
        values = Values(choices, pools)
        text, variables = _Writer(choices, values).operation()
        times = 1 + choices.below(2 * runs - 1)
        asked = [(choices.below(callers), values.sent(variables)) for _ in range(times)]
        return Operation(text, asked)

    return st.binary(min_size=300, max_size=1200).map(written)


@dataclass(slots=True)
class _Fragment:
    name: str
    on: Any
    body: str
    scope: Scope
    room: "_Room"


@dataclass(frozen=True, slots=True)
class _Room:
    """How deep a selection may still go, and over how many rows."""

    depth: int
    rows: int

    def fits_into(self, other: "_Room") -> bool:
        return self.depth <= other.depth and self.rows <= other.rows


@dataclass(slots=True)
class _Writer:
    choices: Choices
    values: Values
    left: int = 0
    """How many fields may still be written that have others below them."""
    fragments: list[_Fragment] = field(default_factory=list)

    def operation(self) -> tuple[str, list[Variable]]:
        query = GRAPHQL_SCHEMA.query_type
        assert query is not None
        self.left = self.choices.one(SIZES)
        body = self._selection(query, Scope(), _Room(DEPTH, MOST_ROWS), most=3)
        parts = [body]
        spread: list[_Fragment] = []
        for fragment in reversed(self.fragments):  # one spreads only those written before it
            if any(fragment.name in _SPREAD.findall(part) for part in parts):
                spread.append(fragment)
                parts.append(fragment.body)
        used = {name for part in parts for name in _VARIABLE.findall(_without_strings(part))}
        variables = [each for each in self.values.variables.values() if each.name in used]
        declared = ", ".join(each.declared for each in variables)
        head = f"query({declared}) " if declared else "query "
        texts = [f"fragment {each.name} on {each.on} {each.body}" for each in spread]
        return "\n".join([head + body, *texts]), variables

    def _selection(self, shown: Any, scope: Scope, room: _Room, *, most: int = 4) -> str:
        count = 1 + self.choices.below(most) if self.left > 0 else 1
        parts = [self._part(shown, scope, room) for _ in range(count)]
        return "{ " + " ".join(parts) + " }"

    def _part(self, shown: Any, scope: Scope, room: _Room) -> str:
        way = self.choices.below(20) if self.left > 0 else 0
        # What a node is, only fragments tell.
        is_node = is_abstract_type(shown)
        if way >= (8 if is_node else 17):
            return self._inline(shown, scope, room)
        if way == 16:
            return self._spread(shown, scope, room)
        return self._field(shown, scope, room)

    def _inline(self, shown: Any, scope: Scope, room: _Room) -> str:
        on = self.choices.one([None, *_conditions(shown)])
        condition = f"... on {on}" if on else "..."
        below = self._selection(on or shown, scope, room, most=3)
        return f"{condition}{self._directive()} {below}"

    def _spread(self, shown: Any, scope: Scope, room: _Room) -> str:
        conditions = _conditions(shown)
        known = [
            each
            for each in self.fragments
            if each.on in conditions and each.room.fits_into(room) and scope.takes(each.scope)
        ]
        if known and self.choices.sometimes(50):
            fragment = self.choices.one(known)
        else:
            on = self.choices.one(conditions)
            own = Scope()
            body = self._selection(on, own, room, most=3)
            fragment = _Fragment(f"F{len(self.fragments)}", on, body, own, room)
            self.fragments.append(fragment)
            if not scope.takes(own):
                return "__typename"
        scope.merge(fragment.scope)
        return f"...{fragment.name}{self._directive()}"

    def _field(self, shown: Any, scope: Scope, room: _Room) -> str:
        room = room if self.left > 0 else _Room(0, 0)
        names = [
            name
            for name, each in shown.fields.items()
            if _fits(each, room) and not (shown is GRAPHQL_SCHEMA.query_type and name in WORKED)
        ]
        name = self.choices.one([*names, "__typename"])
        if name == "__typename":
            return "__typename"
        declared = shown.fields[name]
        key = self.choices.one(ALIASES) if self.choices.sometimes(12) else name
        same = scope.same(key, name, declared.type)
        if same is None:
            arguments, rows = self._arguments(shown, name, declared, room)
            same = Chosen(shown, name, arguments, declared.type, Scope())
            if not scope.has_room(key, same):
                key = f"x{len(scope.fields)}"
                if not scope.has_room(key, same):
                    return "__typename"
            scope.add(key, same)
        else:
            rows = _rows_of(declared, same.arguments)
        alias = "" if key == name else f"{key}: "
        head = f"{alias}{name}{same.arguments}{self._directive()}"
        named: Any = get_named_type(declared.type)
        if is_leaf_type(named):
            return head
        self.left -= 1
        is_step = "Connection" in named.name or named.name.endswith("Edge")
        below = _Room(room.depth if is_step else room.depth - 1, max(room.rows // rows, 0))
        return f"{head} {self._selection(named, same.below, below)}"

    def _directive(self) -> str:
        if not self.choices.sometimes(6):
            return ""
        return f" @{self.choices.one(('include', 'skip'))}(if: {self.values.flag()})"

    def _arguments(
        self, parent: Any, field_name: str, declared: GraphQLField, room: _Room
    ) -> tuple[str, int]:
        """Written arguments, and how many rows they ask for."""
        written: dict[str, str] = {}
        rows = 1
        for name, shown in declared.args.items():
            if name == "first":
                rows = self._first(room, written, shown)
            elif name == "after":
                if self.choices.sometimes(20):
                    # Mostly a cursor of this list's own order, so that there is a page to show.
                    if "orderBy" in written and self.choices.sometimes(80):
                        del written["orderBy"]
                    where = f"after {parent.name}.{field_name}"
                    written[name] = self.values.written(shown.type, where)
            elif name in ("id", "ids", "by") or self.choices.sometimes(35):
                written[name] = self.values.written(shown.type, name)
        if not written:
            return "", rows
        text = ", ".join(f"{name}: {value}" for name, value in written.items())
        return f"({text})", rows

    def _first(self, room: _Room, written: dict[str, str], shown: Any) -> int:
        if room.rows >= 20 and self.choices.sometimes(40):
            return 20
        most = max(min(room.rows, 25), 1)
        written["first"] = self.values.written(shown.type, f"first {most}", has_default=True)
        text = written["first"]
        return int(text) if text.isdigit() and 0 < int(text) < 101 else most


def _fits(declared: GraphQLField, room: _Room) -> bool:
    named: Any = get_named_type(declared.type)
    if is_leaf_type(named):
        return True
    return room.depth > 0 and (room.rows > 1 or "first" not in declared.args)


def _conditions(shown: Any) -> list[Any]:
    """The types on which a fragment may stand here."""
    if is_abstract_type(shown):
        possible = list(GRAPHQL_SCHEMA.get_possible_types(shown))
        return [*possible, *(GRAPHQL_SCHEMA.type_map[name] for name in ("Node", "Versioned"))]
    assert isinstance(shown, GraphQLObjectType)
    return [shown, *shown.interfaces]


def _rows_of(declared: GraphQLField, arguments: str) -> int:
    """How many rows a field asks for that was written before, at most."""
    if "first" not in declared.args:
        return 1
    found = re.search(r"\bfirst: (\d+)", arguments)
    return min(max(int(found.group(1)), 1), 100) if found else 25


def _without_strings(text: str) -> str:
    return re.sub(r'"(?:[^"\\]|\\.)*"', '""', text)
