"""Every way through the schema from the query to a stored type, as documents that ask for it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLObjectType,
    GraphQLOutputType,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
)

from schema import STORED, schema
from schema.catalogue import declared_behind

BUILT = schema._schema
assert BUILT.query_type is not None
QUERY = BUILT.query_type

GIVEN = {"by": "by: MONTH", "id": "id: $id", "ids": "ids: [$id]"}
"""Arguments that cannot be left out; `$id` is a variable of the document."""
WAYS_OF_PAGES = {
    "nodes": "nodes {{ {below} }}",
    "edges": "edges {{ cursor node {{ {below} }} }}",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One field on the way: its text up to what is asked below it, and the stored type there."""

    name: str
    opened: str
    type: str
    is_page: bool
    is_counted: bool


@dataclass(frozen=True, slots=True)
class Way:
    """Steps from the query to a stored type, the last step's."""

    steps: tuple[Step, ...]

    @property
    def type(self) -> str:
        return self.steps[-1].type

    @property
    def types(self) -> frozenset[str]:
        return frozenset(step.type for step in self.steps)

    def document(self, below: str, *, page: str = "nodes") -> str:
        """Asks at the end for `below`. Pages are entered by `page`, in turns with the other way."""
        ways = [page, *(way for way in WAYS_OF_PAGES if way != page)]
        for number, step in enumerate(reversed(self.steps)):
            if step.is_page:
                below = WAYS_OF_PAGES[ways[number % 2]].format(below=below)
            below = f"{step.opened} {{ {below} }}"
            if step.type in _SHOWN_AMONG and step.name in ("node", "nodes", "subject", "link"):
                below = below.replace("{ ", f"{{ ... on {step.type} {{ ", 1) + " }"
        return self._headed(below)

    def counting(self) -> str:
        """Asks at the end for nothing but how many there are, and whether there are more."""
        last = self.steps[-1]
        assert last.is_page
        counted = " totalCount" if last.is_counted else ""
        *before, _ = self.steps
        ended = f"{last.opened} {{ pageInfo {{ hasNextPage endCursor }}{counted} }}"
        if not before:
            return self._headed(ended)
        return Way(tuple(before)).document(ended)

    def _headed(self, body: str) -> str:
        return f"query($id: ID!) {{ {body} }}" if "$id" in body else f"{{ {body} }}"

    def further(self) -> Iterator["Way"]:
        shown = BUILT.type_map[self.type]
        assert isinstance(shown, GraphQLObjectType)
        for step in _steps(shown):
            yield replace(self, steps=(*self.steps, step))


_SHOWN_AMONG = {each.name for each in BUILT.get_possible_types(BUILT.type_map["Node"])}  # type: ignore[arg-type]  # an interface


def ways(depth: int) -> Iterator[Way]:
    """All of at most so many steps."""
    level = [Way((step,)) for step in _steps(QUERY)]
    for _ in range(depth):
        yield from level
        level = [further for way in level for further in way.further()]


def shortest() -> dict[str, Way]:
    """For each stored type that is reached from the query the first of the shortest ways to it."""
    found: dict[str, Way] = {}
    level = [Way((step,)) for step in _steps(QUERY)]
    while level:
        fresh = []
        for way in level:
            if way.type not in found:
                found[way.type] = way
                fresh.append(way)
        level = [further for way in fresh for further in way.further()]
    return found


def each_step() -> list[Way]:
    """For each field that leads to a stored type, from the query or from another, a shortest way
    that ends with it."""
    begun = [Way((step,)) for step in _steps(QUERY)]
    return begun + [further for way in shortest().values() for further in way.further()]


@cache
def _steps(shown: GraphQLObjectType) -> tuple[Step, ...]:
    return tuple(_each_step_of(shown))


def _each_step_of(shown: GraphQLObjectType) -> Iterator[Step]:
    for name, field in shown.fields.items():
        target: Any = get_named_type(field.type)
        given = [text for argument, text in GIVEN.items() if argument in field.args]
        opened = f"{name}({', '.join(given)})" if given else name
        if is_abstract_type(target):
            declared = STORED[shown.name].fields if shown.name in STORED else {}
            any_of = declared[declared_behind(field).python_name].targets if declared else None
            for each in BUILT.get_possible_types(target):
                if any_of is None or each.name in any_of:
                    yield Step(name, opened, each.name, is_page=False, is_counted=False)
        elif target.name in STORED:
            yield Step(name, opened, target.name, is_page=False, is_counted=False)
        elif is_page(target):
            node = get_named_type(target.fields["nodes"].type)
            yield Step(name, opened, node.name, True, "totalCount" in target.fields)


def is_page(shown: GraphQLOutputType) -> bool:
    return isinstance(shown, GraphQLObjectType) and "pageInfo" in shown.fields


def whole(name: str, field: GraphQLField) -> str:
    """A field of a stored type, asked for as far as it can be without going on to other rows."""
    target: Any = get_named_type(field.type)
    if is_leaf_type(target):
        return name
    if is_abstract_type(target) or target.name in STORED:
        return f"{name} {{ __typename }}"
    if is_page(target):
        total = " totalCount" if "totalCount" in target.fields else ""
        info = "pageInfo { hasNextPage hasPreviousPage startCursor endCursor __typename }"
        return (
            f"{name}(first: 2) {{ __typename nodes {{ __typename }} {info}{total}"
            " edges { __typename cursor node { __typename } } }"
        )
    below = " ".join(whole(part, shown) for part, shown in target.fields.items())
    return f"{name} {{ __typename {below} }}"
