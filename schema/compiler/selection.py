"""From a validated operation to what it selects, as data.

The fields are collected by GraphQL's own executor code, so fragments, `@skip` and `@include` mean
here exactly what they mean in ordinary execution. The tree depends on the document and on the
values of its directives; of callers and arguments it knows nothing, so one tree serves all.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLField,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    get_named_type,
    is_abstract_type,
)
from graphql.execution.collect_fields import (
    FieldDetails,
    FragmentDetails,
    collect_fields,
    collect_subfields,
)
from graphql.execution.values import VariableValues
from strawberry.types.field import StrawberryField

from schema.catalogue import declared_behind, stored_behind
from schema.compiler.fields import BEGINS, Begin, List
from schema.storage import (
    Composed,
    Decided,
    Listed,
    StoredField,
    StoredType,
    ToAny,
    ToMany,
    ToOne,
    Value,
)


@dataclass(frozen=True, slots=True)
class Typename:
    """`__typename`, which is known before anything is read."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Leaf:
    """A value of a row."""

    name: str
    field: StoredField


@dataclass(frozen=True, slots=True)
class Parts:
    """An object, or a list of objects, made of columns; `parts` name its fields in the schema."""

    name: str
    field: StoredField
    parts: Sequence[Typename | tuple[str, str]]


@dataclass(frozen=True, slots=True)
class ToOneAsked:
    name: str
    field: StoredField
    rows: "Rows"


@dataclass(frozen=True, slots=True)
class ToAnyAsked:
    name: str
    field: StoredField
    rows: Mapping[str, "Rows"]


@dataclass(frozen=True, slots=True)
class ToManyAsked:
    name: str
    field: StoredField
    page: "PageAsked"


@dataclass(frozen=True, slots=True)
class Rows:
    """What is asked of the rows of one type."""

    type: str
    stored: StoredType
    fields: Sequence[Typename | Leaf | Parts | ToOneAsked | ToAnyAsked | ToManyAsked]


@dataclass(frozen=True, slots=True)
class NodesAsked:
    """`nodes` of a connection."""

    name: str
    rows: Rows


@dataclass(frozen=True, slots=True)
class EdgesAsked:
    """`edges` of a connection; a string asks for the cursor under that name."""

    name: str
    fields: Sequence[Typename | NodesAsked | str]


@dataclass(frozen=True, slots=True)
class PageInfoAsked:
    """`pageInfo` of a connection: names in the response, with the field's name in the schema."""

    name: str
    fields: Sequence[Typename | tuple[str, str]]


@dataclass(frozen=True, slots=True)
class CountAsked:
    """`totalCount` of a connection."""

    name: str


@dataclass(frozen=True, slots=True)
class PageAsked:
    """What is asked of a connection. `place` is the place of its arguments among the operation's."""

    stored: StoredType
    place: int
    fields: Sequence[Typename | NodesAsked | EdgesAsked | PageInfoAsked | CountAsked]


@dataclass(frozen=True, slots=True)
class Root:
    """A field at which a read begins. Exactly one of `rows` (by kind, where the caller's id says
    which) and `page` says what is asked there."""

    name: str
    begin: Begin
    nullable: bool
    place: int
    rows: Mapping[str, Rows] = field(default_factory=dict)
    page: PageAsked | None = None

    @property
    def row(self) -> Rows:
        """What is asked of the one type that this root shows."""
        (row,) = self.rows.values()
        return row


@dataclass(frozen=True, slots=True)
class Place:
    """A field with arguments: where they stand in the document, and what they are about."""

    node: FieldNode
    shown: GraphQLField
    declared: StrawberryField
    begin: Begin | None
    storage: ToMany | None
    stored: StoredType | None
    kinds: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Tree:
    """A whole selection: its roots in order, and the arguments to be read for each request."""

    roots: Sequence[Typename | Root]
    places: Sequence[Place]


Details = list[FieldDetails]


def operation_tree(
    schema: GraphQLSchema,
    operation: OperationDefinitionNode,
    fragments: Mapping[str, FragmentDefinitionNode],
    variables: VariableValues,
) -> Tree:
    """What a query selects."""
    assert schema.query_type is not None
    collecting = _Collecting(schema, operation, fragments, variables)
    roots = collecting.roots(schema.query_type)
    return Tree(roots, collecting.places)


def field_tree(
    schema: GraphQLSchema,
    operation: OperationDefinitionNode,
    fragments: Mapping[str, FragmentDefinitionNode],
    variables: VariableValues,
    shown: GraphQLField,
    nodes: Sequence[FieldNode],
) -> Tree:
    """What one field selects, at which a read begins."""
    collecting = _Collecting(schema, operation, fragments, variables)
    root = collecting.root("", shown, [FieldDetails(node, None) for node in nodes])
    return Tree([root], collecting.places)


class _Collecting:
    def __init__(
        self,
        schema: GraphQLSchema,
        operation: OperationDefinitionNode,
        fragments: Mapping[str, FragmentDefinitionNode],
        variables: VariableValues,
    ) -> None:
        self.places: list[Place] = []
        self._schema = schema
        self._operation = operation
        self._variables = variables
        self._fragments = {name: FragmentDetails(each) for name, each in fragments.items()}

    def roots(self, query: GraphQLObjectType) -> list[Typename | Root]:
        collected = collect_fields(
            self._schema, self._fragments, self._variables, query, self._operation
        )
        return [
            Typename(name, query.name)
            if _field_name(details) == "__typename"
            else self.root(name, query.fields[_field_name(details)], details)
            for name, details in collected.grouped_field_set.items()
        ]

    def root(self, name: str, shown: GraphQLField, details: Details) -> Root:
        declared = declared_behind(shown)
        begin: Begin = declared.metadata[BEGINS]
        nullable = not isinstance(shown.type, GraphQLNonNull)
        target: Any = get_named_type(shown.type)
        if isinstance(begin, List):
            page = self._page(target, details, shown, begin, None)
            return Root(name, begin, nullable, page.place, page=page)
        rows = self._any(target, details)
        made = Place(details[0].node, shown, declared, begin, None, None, frozenset(rows))
        return Root(name, begin, nullable, self._place(made), rows=rows)

    def _any(
        self, target: Any, details: Details, of: Collection[str] | None = None
    ) -> dict[str, Rows]:
        """What is asked of each of the types that a field may show, by kind."""
        if not is_abstract_type(target):
            return {"": self._rows(target, details)}
        possible = {
            stored_behind(each).kind or "": each for each in self._schema.get_possible_types(target)
        }
        return {
            kind: self._rows(each, details)
            for kind, each in possible.items()
            if of is None or kind in of
        }

    def _rows(self, shown: GraphQLObjectType, details: Details) -> Rows:
        stored = stored_behind(shown)
        fields = [
            Typename(name, shown.name)
            if _field_name(below) == "__typename"
            else self._field(stored, name, shown.fields[_field_name(below)], below)
            for name, below in self._collected(shown, details).items()
        ]
        return Rows(shown.name, stored, fields)

    def _field(
        self, stored: StoredType, name: str, shown: GraphQLField, details: Details
    ) -> Leaf | Parts | ToOneAsked | ToAnyAsked | ToManyAsked:
        field = stored.fields[declared_behind(shown).python_name]
        target: Any = get_named_type(shown.type)
        match field.storage:
            case Value() | Decided():
                return Leaf(name, field)
            case Composed() | Listed():
                return Parts(name, field, self._plain(target, details))
            case ToOne():
                return ToOneAsked(name, field, self._rows(target, details))
            case ToAny(of=of):
                return ToAnyAsked(name, field, self._any(target, details, of))
            case ToMany() as storage:
                page = self._page(target, details, shown, None, storage)
                return ToManyAsked(name, field, page)

    def _plain(
        self, shown: GraphQLObjectType, details: Details
    ) -> list[Typename | tuple[str, str]]:
        collected = self._collected(shown, details)
        return [
            Typename(name, shown.name)
            if _field_name(below) == "__typename"
            else (name, _field_name(below))
            for name, below in collected.items()
        ]

    def _page(
        self,
        shown: GraphQLObjectType,
        details: Details,
        field: GraphQLField,
        begin: Begin | None,
        storage: ToMany | None,
    ) -> PageAsked:
        node = get_named_type(shown.fields["nodes"].type)
        stored, declared = stored_behind(node), declared_behind(field)
        place = self._place(Place(details[0].node, field, declared, begin, storage, stored))
        fields: list[Any] = []
        for name, below in self._collected(shown, details).items():
            match _field_name(below):
                case "__typename":
                    fields.append(Typename(name, shown.name))
                case "nodes":
                    fields.append(NodesAsked(name, self._rows(node, below)))
                case "edges":
                    edge = get_named_type(shown.fields["edges"].type)
                    fields.append(EdgesAsked(name, self._edge(edge, node, below)))
                case "pageInfo":
                    info = get_named_type(shown.fields["pageInfo"].type)
                    fields.append(PageInfoAsked(name, self._plain(info, below)))
                case "totalCount":
                    fields.append(CountAsked(name))
        return PageAsked(stored, place, fields)

    def _edge(self, shown: Any, node: Any, details: Details) -> list[Typename | NodesAsked | str]:
        fields: list[Typename | NodesAsked | str] = []
        for name, below in self._collected(shown, details).items():
            match _field_name(below):
                case "__typename":
                    fields.append(Typename(name, shown.name))
                case "cursor":
                    fields.append(name)
                case _:
                    fields.append(NodesAsked(name, self._rows(node, below)))
        return fields

    def _place(self, place: Place) -> int:
        self.places.append(place)
        return len(self.places) - 1

    def _collected(self, shown: Any, details: Details) -> dict[str, Details]:
        return collect_subfields(
            self._schema, self._fragments, self._variables, self._operation, shown, details
        ).grouped_field_set


def _field_name(details: Details) -> str:
    return details[0].node.name.value
