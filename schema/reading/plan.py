"""From a selection in a document to what has to be read for it.

The fields are collected by GraphQL's own executor code, so fragments, `@skip` and `@include` mean
here exactly what they mean when the answer is written. A plan is data: what runs it level by level
today can be replaced by a compiler to one statement.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLObjectType,
    GraphQLResolveInfo,
    get_named_type,
    is_abstract_type,
)
from graphql.execution.collect_fields import FieldDetails, FragmentDetails, collect_subfields
from graphql.execution.values import get_argument_values
from graphql.pyutils import Path as ResponsePath
from strawberry.schema.schema import Schema
from strawberry.types.arguments import convert_arguments
from strawberry.types.field import StrawberryField

from schema.storage import StoredField, StoredType, ToMany, ToOne, Value, stored_type_of

Path = tuple[str, ...]
"""Names in the response down to a field, without positions in lists."""


@dataclass(slots=True)
class Selection:
    """What is asked of the rows of one type."""

    stored: StoredType
    values: dict[str, StoredField] = field(default_factory=dict)
    ones: list["OneAsked"] = field(default_factory=list)
    pages: list["PageAsked"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class OneAsked:
    path: Path
    storage: ToOne
    selection: Selection


@dataclass(frozen=True, slots=True)
class PageAsked:
    """A page of `selection`'s rows; of another row's, where `storage` says how they belong to it."""

    path: Path
    storage: ToMany | None
    selection: Selection
    arguments: Mapping[str, Any]
    wants_rows: bool
    wants_count: bool


Details = list[FieldDetails]


@dataclass(frozen=True, slots=True)
class _Asked:
    """One field of a selection set, with everything the document says about it."""

    path: Path
    details: Details
    shown: GraphQLField
    declared: StrawberryField

    @property
    def type(self) -> Any:
        return get_named_type(self.shown.type)


class Planner:
    """Plans below the field that is being resolved."""

    def __init__(self, info: GraphQLResolveInfo[Any]) -> None:
        self._info = info
        self._fragments = {
            name: FragmentDetails(definition) for name, definition in info.fragments.items()
        }
        self._details: Details = [FieldDetails(node, None) for node in info.field_nodes]
        self.path = response_path(info.path)

    def selection(self) -> Selection:
        """What is asked of the stored type that the field shows."""
        return self._select(get_named_type(self._info.return_type), self._details, self.path)

    def selection_of_kind(self, kind: str) -> Selection:
        """The same, of the type of this kind among those that the field may show."""
        return self._select(self.kinds[kind], self._details, self.path)

    @property
    def kinds(self) -> dict[str, GraphQLObjectType]:
        """The types that the field may show, by the kind in their ids."""
        shown = get_named_type(self._info.return_type)
        if not is_abstract_type(shown):
            raise TypeError(f"{shown} is one type.")
        possible = self._info.schema.get_possible_types(shown)
        return {kind: each for each in possible if (kind := stored_behind(each).kind)}

    def page(self, arguments: Mapping[str, Any]) -> PageAsked:
        """What is asked of the connection that the field shows."""
        shown: Any = get_named_type(self._info.return_type)
        return self._page(shown, self._details, self.path, None, arguments)

    def _select(self, shown: Any, details: Details, path: Path) -> Selection:
        selection = Selection(stored_behind(shown))
        for asked in self._collected(shown, details, path):
            self._add(selection, asked)
        return selection

    def _add(self, selection: Selection, asked: _Asked) -> None:
        stored_field = selection.stored.fields[asked.declared.python_name]
        match stored_field.storage:
            case Value():
                selection.values[stored_field.name] = stored_field
            case ToOne() as storage:
                target = self._select(asked.type, asked.details, asked.path)
                selection.ones.append(OneAsked(asked.path, storage, target))
            case ToMany() as storage:
                arguments = self._arguments(asked)
                selection.pages.append(
                    self._page(asked.type, asked.details, asked.path, storage, arguments)
                )

    def _page(
        self,
        shown: GraphQLObjectType,
        details: Details,
        path: Path,
        storage: ToMany | None,
        arguments: Mapping[str, Any],
    ) -> PageAsked:
        """Rows are asked for under `nodes` and under `edges { node }`, by any number of aliases;
        one statement reads what all of them want."""
        node = get_named_type(shown.fields["nodes"].type)
        selection = Selection(stored_behind(node))
        wants_rows = wants_count = False
        for asked in self._collected(shown, details, path):
            wants_count |= asked.declared.python_name == "total_count"
            wants_rows |= asked.declared.python_name != "total_count"
            for below in self._node_fields(asked):
                self._add(selection, below)
        return PageAsked(path, storage, selection, arguments, wants_rows, wants_count)

    def _node_fields(self, asked: _Asked) -> Iterator[_Asked]:
        if asked.declared.python_name == "nodes":
            yield from self._collected(asked.type, asked.details, asked.path)
        elif asked.declared.python_name == "edges":
            for edge in self._collected(asked.type, asked.details, asked.path):
                if edge.declared.python_name == "node":
                    yield from self._collected(edge.type, edge.details, edge.path)

    def _collected(self, shown: Any, details: Details, path: Path) -> Iterator[_Asked]:
        collected = collect_subfields(
            self._info.schema,
            self._fragments,
            self._info.variable_values,
            self._info.operation,
            shown,
            details,
        )
        for response_name, found in collected.grouped_field_set.items():
            name = found[0].node.name.value
            if name.startswith("__"):
                continue
            field_shown = shown.fields[name]
            yield _Asked((*path, response_name), found, field_shown, declared_behind(field_shown))

    def _arguments(self, asked: _Asked) -> dict[str, Any]:
        schema: Schema = self._info.schema._strawberry_schema  # type: ignore[attr-defined]  # Strawberry's own back reference
        node = asked.details[0].node
        values = get_argument_values(asked.shown, node, self._info.variable_values)
        return convert_arguments(
            values,
            asked.declared.arguments,
            scalar_registry=schema.schema_converter.scalar_registry,
            config=schema.config,
        )


def stored_behind(shown: Any) -> StoredType:
    """How an object type of the built schema is stored."""
    found = stored_type_of(shown.extensions["strawberry-definition"].origin)
    if found is None:
        raise TypeError(f"{shown.name} is not a stored type.")
    return found


def declared_behind(shown: GraphQLField) -> StrawberryField:
    declared: StrawberryField = shown.extensions["strawberry-definition"]
    return declared


def response_path(path: ResponsePath) -> Path:
    names = []
    step: ResponsePath | None = path
    while step is not None:
        if isinstance(step.key, str):
            names.append(step.key)
        step = step.prev
    return tuple(reversed(names))
