"""How each field of a schema counts towards the cost of an operation: a table made once.

What is dearer than others of its sort says so where it is declared:

    actual: Money = dear(money(...), points=1)
"""

from collections.abc import Mapping, Sized
from dataclasses import dataclass, replace
from typing import Any, Final

from graphql import (
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    get_nullable_type,
    is_abstract_type,
    is_enum_type,
    is_input_object_type,
    is_interface_type,
    is_leaf_type,
    is_list_type,
    is_object_type,
)
from graphql.type.introspection import SchemaMetaFieldDef, TypeMetaFieldDef

from schema.compiler.fields import BEGINS, Told
from schema.storage import MOST, STORAGE, StoredType, ToAny, ToMany, stored_type_of

COST: Final = "attain.cost"
"""Key in a field's metadata: the points that it costs beside what every field of its sort does."""

MUTATION = 10
TOTAL_COUNT = 10
WIDE = 50
"""Of a relation whose pages may be longer than others, so many rows cost as much as one elsewhere: they
are read in one look, and what each holds of its own is little. Pages below such a row cost in full."""
UNPAGED = 5
"""How many things a list is taken to hold that is not a page: errors, an event's changes, sums."""

Rules = Mapping[str, Mapping[str, "Rule"]]


@dataclass(frozen=True, slots=True)
class Rule:
    """How a field counts. `below` are the types that its value can have, none for a scalar;
    `items` how many values there are, unless an argument says so: `first`, here with its default,
    for the rows below a connection, `ids` for a list of what has these ids. A row counts for each
    row of its page. What describes the schema is in memory, and counts apart. `extra` counts once,
    however many values there are. `tables` says how many are entered for the field itself; a field
    with `is_by_id` is told which of its types it shows, one with `is_by_ids` for each thing. A page has at most `most` rows."""

    points: int
    nodes: int
    below: tuple[str, ...] = ()
    items: int = 1
    first: int | None = None
    most: int = MOST
    is_by_id: bool = False
    is_by_ids: bool = False
    is_row: bool = False
    is_description: bool = False
    extra: int = 0
    tables: int = 0


def dear(declared: Any, *, points: int) -> Any:
    """The same field, so many points dearer than others of its sort."""
    declared.metadata = {**declared.metadata, COST: points}
    return declared


def rules_of(schema: GraphQLSchema) -> Rules:
    """How each field of each object type counts."""
    found = {
        name: {each: _rule(schema, shown, each, said) for each, said in shown.fields.items()}
        for name, shown in schema.type_map.items()
        if isinstance(shown, GraphQLObjectType)
    }
    if schema.query_type:
        _describe(found, schema, schema.query_type.name)
    return found


def _describe(found: dict[str, dict[str, Rule]], schema: GraphQLSchema, query: str) -> None:
    """How what describes the schema counts. Its lists hold as much as they do on average: together
    that is all there is. A type that is asked for by its name may be the largest of all."""
    types = list(schema.type_map.values())
    shown = [each for each in types if is_object_type(each) or is_interface_type(each)]
    fields = [field for each in shown for field in each.fields.values()]
    sizes = {
        ("__Schema", "types"): len(types),
        ("__Type", "fields"): _mean(len(fields), types),
        ("__Type", "interfaces"): _mean(sum(len(each.interfaces) for each in shown), types),
        ("__Type", "possibleTypes"): _mean(
            sum(len(_below(schema, each)) for each in types if is_abstract_type(each)), types
        ),
        ("__Type", "enumValues"): _mean(
            sum(len(each.values) for each in types if is_enum_type(each)), types
        ),
        ("__Type", "inputFields"): _mean(
            sum(len(each.fields) for each in types if is_input_object_type(each)), types
        ),
        ("__Field", "args"): _mean(sum(len(each.args) for each in fields), fields),
    }
    for (on, name), size in sizes.items():
        found[on][name] = replace(found[on][name], items=size)

    largest = _mean(max(len(each.fields) for each in shown), range(sizes["__Type", "fields"]))
    for name, said, items in (
        ("__schema", SchemaMetaFieldDef, 1),
        ("__type", TypeMetaFieldDef, largest),
    ):
        below = (get_named_type(said.type).name,)
        found[query][name] = Rule(1, 0, below, items, is_description=True)


def _mean(number: int, of: Sized) -> int:
    """Rounded up, and never nothing."""
    return max(1, -(-number // len(of)))


def possible_types(schema: GraphQLSchema) -> Mapping[str, frozenset[str]]:
    """The object types of each interface and union."""
    return {
        name: frozenset(_below(schema, shown))
        for name, shown in schema.type_map.items()
        if is_abstract_type(shown)
    }


def _rule(schema: GraphQLSchema, on: GraphQLObjectType, name: str, said: GraphQLField) -> Rule:
    priced = _priced(schema, on, name, said)
    return replace(priced, tables=_tables(schema, on, name, said), is_by_id="id" in said.args)


def _tables(schema: GraphQLSchema, on: GraphQLObjectType, name: str, said: GraphQLField) -> int:
    shown = get_named_type(said.type)
    if _is_connection(shown) or (_is_connection(on) and name == "totalCount"):
        return 1
    if _is_connection(on) or on.name.endswith("Edge"):
        return 0  # the page has been counted
    return sum(_stored(schema.get_type(each)) is not None for each in _leads_to(schema, said))


def _priced(schema: GraphQLSchema, on: GraphQLObjectType, name: str, said: GraphQLField) -> Rule:
    extra, shown = _declared(said), get_named_type(said.type)
    below = _leads_to(schema, said)
    items = UNPAGED if is_list_type(get_nullable_type(said.type)) else 1
    if on is schema.mutation_type:
        return Rule(MUTATION, 0, below, extra=extra)
    if is_leaf_type(shown):
        counting = TOTAL_COUNT if _is_connection(on) and name == "totalCount" else 0
        return Rule(counting, 0, extra=extra)
    if on.name.startswith("__"):
        return Rule(1, 0, below, items)
    if _is_connection(shown) and "first" in said.args:
        default = said.args["first"].default_value
        first = default if isinstance(default, int) else MOST
        return Rule(1, 0, below, first=first, most=_most(said), extra=extra)
    if _is_connection(on):
        is_row = items > 1
        return Rule(1, int(is_row), below, is_row=is_row, extra=extra)
    if on.name.endswith("Edge") and name == "node":
        return Rule(0, 0, below, extra=extra)  # the edge has been counted as the row
    is_by_ids = "ids" in said.args or isinstance(_metadata(said).get(BEGINS), Told)
    return Rule(1, 1, below, items, is_by_ids=is_by_ids, extra=extra)


def _leads_to(schema: GraphQLSchema, said: GraphQLField) -> tuple[str, ...]:
    """The types of what a field shows: of an interface those that its declaration names, if it does."""
    below, storage = _below(schema, get_named_type(said.type)), _storage(said)
    if not isinstance(storage, ToAny) or storage.of is None:
        return below
    stored = {each: _stored(schema.type_map[each]) for each in below}
    return tuple(name for name, each in stored.items() if each and each.kind in storage.of)


def _below(schema: GraphQLSchema, shown: Any) -> tuple[str, ...]:
    if is_leaf_type(shown):
        return ()
    if not is_abstract_type(shown):
        return (shown.name,)
    return tuple(each.name for each in schema.get_possible_types(shown))


def _stored(shown: Any) -> StoredType | None:
    definition = shown.extensions.get("strawberry-definition")
    python = definition and (definition.concrete_of or definition).origin
    return stored_type_of(python) if isinstance(python, type) else None


def _is_connection(shown: object) -> bool:
    return isinstance(shown, GraphQLObjectType) and {"edges", "nodes"} <= set(shown.fields)


def _most(said: GraphQLField) -> int:
    """How many rows a page of this field has at most."""
    storage = _storage(said)
    return storage.most if isinstance(storage, ToMany) else MOST


def _storage(said: GraphQLField) -> object:
    return _metadata(said).get(STORAGE)


def _metadata(said: GraphQLField) -> Mapping[str, Any]:
    declared = said.extensions.get("strawberry-definition")
    return declared.metadata if declared else {}


def _declared(said: GraphQLField) -> int:
    """What the field's own declaration says that it costs."""
    return int(_metadata(said).get(COST, 0))
