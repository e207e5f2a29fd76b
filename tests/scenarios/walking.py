"""Walking the schema: everything it offers to be asked, without naming any of it.

`selection` asks for all there is of a type, `id_arguments` and `id_inputs` are the places where a
caller can put an id. What is added to the schema tomorrow is walked tomorrow.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
    is_required_input_field,
)

from auth.permissions import FieldClass
from schema import STORED, schema
from schema.catalogue import worked_fields
from schema.mutations import KIND

QUERY: Any = schema._schema.query_type
WORKED = worked_fields(schema._schema)
MUTATION: Any = schema._schema.mutation_type
KINDS = {stored.kind: name for name, stored in STORED.items() if stored.kind}
"""Types with ids of their own, by the kind in their ids."""

NAMED_READERS = {name for name, stored in STORED.items() if stored.field_class is FieldClass.NOTE}
"""Types whose rows name who reads them. From others no walk leads to them: of these the all-seeing caller
sees nothing, and somebody else may see more."""
NONE = "pay_result_00000000-0000-4000-8000-000000000000"
ALL = {
    "first": "first: 100",
    "by": "by: MONTH",
    "amount": 'amount: "1"',
    "resultId": f'resultId: "{NONE}"',
}
WITHIN = ALL | {"first": "first: 30"}
"""Pages within rows: smaller, since pages within pages multiply; `hasNextPage` tells if one does not
hold all."""


def selection(shown: Any, depth: int, *, within: bool = False) -> str:
    """Everything that a type has, and what it leads to, so many relations deep. Pages within rows
    come without cursors."""
    shown = get_named_type(shown)
    if isinstance(shown, GraphQLInterfaceType):
        raise TypeError(f"{shown} is several types; ask for each of them.")
    if "nodes" in shown.fields:
        node = selection(shown.fields["nodes"].type, depth)
        count = " totalCount" if "totalCount" in shown.fields else ""
        if within:
            return f"{{ nodes {node} pageInfo {{ hasNextPage }}{count} }}"
        page = "pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"
        return f"{{ nodes {node} edges {{ cursor node {{ __typename }} }} {page}{count} }}"
    below = (
        _field(name, field, depth)
        for name, field in shown.fields.items()
        if shown.name in NAMED_READERS or _shown_by(field) not in NAMED_READERS
    )
    return "{ __typename " + " ".join(filter(None, below)) + " }"


def _shown_by(field: Any) -> str:
    """The name of the type of a field's rows."""
    shown = get_named_type(field.type)
    is_page = isinstance(shown, GraphQLObjectType) and "nodes" in shown.fields
    return str(get_named_type(shown.fields["nodes"].type if is_page else shown).name)


def _field(name: str, field: Any, depth: int) -> str:
    shown = get_named_type(field.type)
    if is_leaf_type(shown):
        return name
    if isinstance(shown, GraphQLInterfaceType):
        return ""  # where it leads is walked from there
    is_relation = shown.name in STORED or "nodes" in shown.fields
    if is_relation and depth == 0:
        return ""
    return f"{name}{_arguments(field, all=WITHIN)} {selection(shown, depth - is_relation, within=True)}"


def _arguments(field: Any, *more: str, all: Mapping[str, str] = ALL) -> str:
    asked = {text.partition(":")[0] for text in more}
    given = [text for name, text in all.items() if name in field.args and name not in asked]
    return f"({', '.join([*given, *more])})" if given or more else ""


def lists() -> dict[str, GraphQLObjectType]:
    """The root fields that show rows, and the type of their rows."""
    found = {}
    for name, field in QUERY.fields.items():
        shown = get_named_type(field.type)
        if isinstance(shown, GraphQLObjectType) and "nodes" in shown.fields:
            found[name] = get_named_type(shown.fields["nodes"].type)
        elif shown.name in STORED and is_list_type(get_nullable_type(field.type)):
            found[name] = shown
    return found


def root(name: str, depth: int, *arguments: str) -> str:
    """A root field with everything below it."""
    field = QUERY.fields[name]
    return f"{name}{_arguments(field, *arguments)} {selection(field.type, depth)}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a caller can put an id: `text` is a root field in which `$id` stands for it; `kind` is
    that of the id, where the field takes them all."""

    name: str
    text: str
    kind: str | None = None


def id_arguments() -> Iterator[Place]:
    """Every place in a query, those in filters included. Of `node` and `nodes`, one for each type.
    Each asks whether there is such a row: what else a row shows is asked where there is one."""
    for name, field in QUERY.fields.items():
        for argument, shown in field.args.items():
            for way in _ways(shown.type):
                if isinstance(get_named_type(field.type), GraphQLInterfaceType):
                    for kind, shows in KINDS.items():
                        below = known_by(schema._schema.type_map[shows])
                        text = f"{name}({argument}: {way}) {{ ... on {shows} {below} }}"
                        yield Place(f"{name} of {shows}", text, kind)
                else:
                    given = _arguments(field, f"{argument}: {way}")
                    yield Place(f"{name} {way}", f"{name}{given} {known_by(field.type)}")


def kind_asked_for(refusal: str) -> str:
    """The kind that a place takes, from its refusal of an id of another."""
    named = re.search(r"\b(\w+)_<uuid>", refusal)
    assert named, refusal
    return named[1]


def known_by(shown: Any) -> str:
    """By what rows of a type are known; of rows without ids of their own all there is."""
    shown = get_named_type(shown)
    if "nodes" in shown.fields:
        count = " totalCount" if "totalCount" in shown.fields else ""
        page = f"pageInfo {{ hasNextPage startCursor endCursor }}{count}"
        return f"{{ nodes {known_by(shown.fields['nodes'].type)} {page} }}"
    return "{ __typename id }" if "id" in shown.fields else selection(shown, 0)


def _ways(shown: Any, depth: int = 3) -> Iterator[str]:
    """The ways to write one id into a value of this input type."""
    if isinstance(shown, GraphQLNonNull):
        yield from _ways(shown.of_type, depth)
    elif isinstance(shown, GraphQLList):
        yield from (f"[{way}]" for way in _ways(shown.of_type, depth))
    elif isinstance(shown, GraphQLInputObjectType) and depth:
        for name, field in shown.fields.items():
            needed = "".join(
                f', {other}: "1"'
                for other, each in shown.fields.items()
                if other != name and is_required_input_field(each)
            )
            yield from (f"{{{name}: {way}{needed}}}" for way in _ways(field.type, depth - 1))
    elif getattr(shown, "name", "") == "ID":
        yield "$id"


def orders() -> Iterator[tuple[str, str]]:
    """Every list with every order it can come in."""
    for name, field in QUERY.fields.items():
        if "orderBy" in field.args:
            shown: Any = get_named_type(field.args["orderBy"].type)
            enum: Any = get_named_type(shown.fields["field"].type)
            assert isinstance(enum, GraphQLEnumType)
            for value in enum.values:
                yield name, f"orderBy: {{field: {value}}}"


def mutations() -> dict[str, GraphQLInputObjectType]:
    """Every mutation with its input type."""
    return {
        name: get_named_type(field.args["input"].type) for name, field in MUTATION.fields.items()
    }


def kind_taken(shown: Any) -> str | None:
    """Of what kind the id is that a field of an input takes; None where it takes no id."""
    if get_named_type(shown.type).name != "ID":
        return None
    taken = shown.extensions["strawberry-definition"].metadata[KIND]
    return taken if isinstance(taken, str) else "goal"  # one of several that it takes


def ids_in(taken: GraphQLInputObjectType) -> Iterator[tuple[tuple[str, ...], Any]]:
    """The fields of an input that take ids, those of its parts among them: where each stands."""
    for name, shown in taken.fields.items():
        part: Any = get_named_type(shown.type)
        if isinstance(part, GraphQLInputObjectType):
            yield from (
                ((name, within), each) for within, each in part.fields.items() if kind_taken(each)
            )
        elif kind_taken(shown):
            yield (name,), shown


def is_new(shown: Any) -> bool:
    """Whether a field of an input names something that does not exist yet."""
    return "if you made one" in shown.description


def mutation(name: str) -> str:
    """The document of a mutation that asks for everything in its payload."""
    payload: Any = get_named_type(MUTATION.fields[name].type)
    parts = ["clientMutationId", _refusals(payload)]
    for field, shown in payload.fields.items():
        result: Any = get_named_type(shown.type)
        if result.name in STORED:
            parts.append(f"{field} {selection(result, 0)}")
        elif "errors" in getattr(result, "fields", ()):  # of each of several things
            parts.append(
                f"{field} {{ goalId {_refusals(result)} goal {selection(result.fields['goal'].type, 0)} }}"
            )
    input_type = mutations()[name].name
    return f"mutation($input: {input_type}!) {{ {name}(input: $input) {{ {' '.join(parts)} }} }}"


def _refusals(payload: Any) -> str:
    refused: Any = get_named_type(payload.fields["errors"].type)
    each = " ".join(f"... on {each.name} {selection(each, 1)}" for each in refused.types)
    return f"errors {{ {each} }}"
