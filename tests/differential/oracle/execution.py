"""GraphQL's execution as its specification words it: collect the fields, resolve, complete.

A refused argument fails the root field that it stands below, and a null where none may be makes
what is above it null.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
    type_from_ast,
)
from graphql.execution.values import get_variable_values

from tests.differential.oracle.coercion import BadArgument, Values, arguments, variable_values
from tests.differential.oracle.meaning import FIELDS, refusals
from tests.differential.oracle.pages import Cursors
from tests.differential.oracle.standing import View

Grouped = dict[str, list[FieldNode]]

GRAPHQL = "GRAPHQL"
"""The code of what GraphQL itself refuses, such as an argument without a value."""


class NullWhereNoneMayBe(Exception):
    """Rises to the nearest field that may be null."""


@dataclass(slots=True)
class Expected:
    """What must be answered. `refused` names, for each root field that is refused, the codes with
    which it may be: one fault is enough to report. Data below it says nothing then."""

    data: dict[str, Any] | None
    refused: dict[str, set[str]] = field(default_factory=dict)
    whole: bool = True
    """Whether the request was run at all; else its variables were refused."""


@dataclass(frozen=True, slots=True)
class Document:
    """A validated document with one operation."""

    schema: GraphQLSchema
    operation: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]

    @classmethod
    def of(cls, schema: GraphQLSchema, parsed: DocumentNode) -> "Document":
        operations = [d for d in parsed.definitions if isinstance(d, OperationDefinitionNode)]
        fragments = [d for d in parsed.definitions if isinstance(d, FragmentDefinitionNode)]
        (operation,) = operations
        return cls(schema, operation, {each.name.value: each for each in fragments})


def expected(document: Document, view: View, cursors: Cursors, sent: Values) -> Expected:
    """What the caller of this view must be answered."""
    definitions = document.operation.variable_definitions or ()
    checked = get_variable_values(document.schema, definitions, dict(sent))
    if isinstance(checked, list):
        return Expected(None, whole=False)
    types = {
        each.variable.name.value: type_from_ast(document.schema, each.type) for each in definitions
    }
    variables = variable_values(definitions, types, sent)
    return _Execution(document, view, cursors, variables).run()


class _Execution:
    def __init__(self, document: Document, view: View, cursors: Cursors, variables: Values) -> None:
        self._document = document
        self._view = view
        self._cursors = cursors
        self._variables = variables
        self._collected: dict[tuple[str, int], tuple[list[FieldNode], Grouped]] = {}
        self._says: dict[int, bool] = {}
        self._given: dict[int, tuple[list[FieldNode], dict[str, Any]]] = {}

    def run(self) -> Expected:
        query = self._document.schema.query_type
        assert query is not None
        grouped = self._collect(query, [self._document.operation.selection_set])
        refused = {}
        for key, nodes in grouped.items():
            if codes := set(self._refused(query, nodes)):
                refused[key] = codes
        if not refused:
            return Expected(self._fields(query, {}, grouped))
        if any(
            isinstance(self._shown(query, grouped[key][0]).type, GraphQLNonNull) for key in refused
        ):
            return Expected(None, refused)
        others = {key: nodes for key, nodes in grouped.items() if key not in refused}
        found = self._fields(query, {}, others)
        if found is None:
            return Expected(None, refused)
        return Expected({key: found.get(key) for key in grouped}, refused)

    def _collect(self, shown: GraphQLObjectType, sets: list[SelectionSetNode]) -> Grouped:
        grouped: Grouped = {}
        visited: set[str] = set()
        for selections in sets:
            self._gather(shown, selections, grouped, visited)
        return grouped

    def _gather(
        self,
        shown: GraphQLObjectType,
        selections: SelectionSetNode,
        grouped: Grouped,
        visited: set[str],
    ) -> None:
        for selected in selections.selections:
            if not self._is_included(selected):
                continue
            if isinstance(selected, FieldNode):
                key = (selected.alias or selected.name).value
                grouped.setdefault(key, []).append(selected)
                continue
            if isinstance(selected, FragmentSpreadNode):
                if selected.name.value in visited:
                    continue
                visited.add(selected.name.value)
                fragment: Any = self._document.fragments[selected.name.value]
            else:
                assert isinstance(selected, InlineFragmentNode)
                fragment = selected
            if self._applies(fragment.type_condition, shown):
                self._gather(shown, fragment.selection_set, grouped, visited)

    def _is_included(self, selected: Any) -> bool:
        for directive in selected.directives or ():
            name = directive.name.value
            if name in ("skip", "include"):
                value = directive.arguments[0].value
                is_variable = value.kind == "variable"
                held = self._variables[value.name.value] if is_variable else value.value
                if held is (name == "skip"):
                    return False
        return True

    def _applies(self, condition: Any, shown: GraphQLObjectType) -> bool:
        if condition is None:
            return True
        named: Any = self._document.schema.type_map[condition.name.value]
        if named is shown:
            return True
        return is_abstract_type(named) and self._document.schema.is_sub_type(named, shown)

    def _shown(self, parent: GraphQLObjectType, node: FieldNode) -> GraphQLField:
        shown: GraphQLField = parent.fields[node.name.value]
        return shown

    def _below(self, shown: GraphQLObjectType, nodes: list[FieldNode]) -> Grouped:
        """The fields below a field that shows this type; the same for every row."""
        key = (shown.name, id(nodes))
        if key not in self._collected:
            sets = [node.selection_set for node in nodes if node.selection_set]
            self._collected[key] = (nodes, self._collect(shown, sets))
        return self._collected[key][1]

    def _arguments(self, shown: GraphQLField, nodes: list[FieldNode]) -> dict[str, Any]:
        if id(nodes) not in self._given:
            given = arguments(shown, nodes[0], self._variables)
            if given.get("after") is not None:
                given["after"] = self._cursors[given["after"]]
            self._given[id(nodes)] = (nodes, given)
        return self._given[id(nodes)][1]

    def _refused(self, parent: GraphQLObjectType, nodes: list[FieldNode]) -> Iterator[str]:
        """Codes of everything that is refused in a field or below it, whatever it would find."""
        if not any(self._says_anything(node) for node in nodes):
            return
        shown = self._shown(parent, nodes[0])
        try:
            given = arguments(shown, nodes[0], self._variables)
        except BadArgument:
            yield GRAPHQL
        else:
            name = (parent.name, nodes[0].name.value)
            yield from refusals(name, given, self._view, self._cursors)
        named: Any = get_named_type(shown.type)
        if is_leaf_type(named):
            return
        possible = (
            self._document.schema.get_possible_types(named) if is_abstract_type(named) else [named]
        )
        for each in possible:
            for below in self._below(each, nodes).values():
                yield from self._refused(each, below)

    def _says_anything(self, node: Any) -> bool:
        """Whether there is an argument in or below a field or fragment; nothing else is refused."""
        if id(node) not in self._says:
            below: Sequence[Any] = node.selection_set.selections if node.selection_set else ()
            self._says[id(node)] = bool(getattr(node, "arguments", ())) or any(
                self._says_anything(self._document.fragments.get(each.name.value))
                if isinstance(each, FragmentSpreadNode)
                else self._says_anything(each)
                for each in below
            )
        return self._says[id(node)]

    def _fields(
        self, parent: GraphQLObjectType, row: Any, grouped: Grouped
    ) -> dict[str, Any] | None:
        found: dict[str, Any] = {}
        try:
            for key, nodes in grouped.items():
                found[key] = self._field(parent, row, nodes)
        except NullWhereNoneMayBe:
            return None
        return found

    def _field(self, parent: GraphQLObjectType, row: Any, nodes: list[FieldNode]) -> Any:
        name = nodes[0].name.value
        if name == "__typename":
            return parent.name
        shown = self._shown(parent, nodes[0])
        meaning: Callable[..., Any] | None = FIELDS.get((parent.name, name))
        if meaning is None:
            value = row[name]
        else:
            value = meaning(self._view, row, self._arguments(shown, nodes))
        return self._complete(shown.type, value, nodes)

    def _complete(self, type_: Any, value: Any, nodes: list[FieldNode]) -> Any:
        if isinstance(type_, GraphQLNonNull):
            completed = self._complete(type_.of_type, value, nodes)
            if completed is None:
                raise NullWhereNoneMayBe
            return completed
        if value is None:
            return None
        if isinstance(type_, GraphQLList):
            try:
                return [self._complete(type_.of_type, item, nodes) for item in value]
            except NullWhereNoneMayBe:
                return None
        if is_leaf_type(type_):
            return value
        if is_abstract_type(type_):
            type_ = self._document.schema.type_map[value["__typename"]]
        return self._fields(type_, value, self._below(type_, nodes))
