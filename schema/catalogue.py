"""Looks a built schema over once: completes what declarations leave to be known, and refuses what
could not be served safely.

Refused are an object type that neither says who sees its rows nor is plain, a field of a stored
type without storage, a field of a stricter class than its row's that could not be null, and a root field
that neither begins a read nor is worked out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, get_args
from uuid import UUID

import strawberry
from graphql import (
    GraphQLField,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_object_type,
)
from strawberry.types.base import StrawberryList, StrawberryOptional
from strawberry.types.enum import StrawberryEnumDefinition
from strawberry.types.field import StrawberryField

from auth.permissions import is_about_nobody
from schema.compiler.fields import BEGINS, WORKED
from schema.compiler.written import typed_id, writer
from schema.plain import is_plain
from schema.storage import (
    STORAGE,
    TYPED_ID,
    Composed,
    Decided,
    Listed,
    Part,
    StoredField,
    StoredType,
    ToAny,
    ToMany,
    ToOne,
    UndeclaredType,
    Value,
    stored_type_of,
)


def complete(schema: GraphQLSchema) -> Mapping[str, StoredType]:
    """The stored types of a schema by their name in it, ready to be read. Raises UndeclaredType."""
    found: dict[str, StoredType] = {}
    for name, shown in schema.type_map.items():
        if name.startswith("__") or not is_object_type(shown):
            continue
        python = _python_behind(shown)
        stored = stored_type_of(python)
        if stored is not None:
            found[name] = stored
        elif not is_plain(python):
            raise UndeclaredType(f"{name} is neither stored, with a visibility, nor plain.")
    for name, stored in found.items():
        shown = schema.type_map[name]
        assert isinstance(shown, GraphQLObjectType)
        stored.fields = {each.name: each for each in _fields(schema, stored, shown)}
        for column, kind in stored.compared.items():
            value, (python, *null) = Value(sql=f"{{row}}.{column}"), get_args(kind) or (kind,)
            stored.fields[column] = StoredField(
                name=column, storage=value, nullable=bool(null), python=python
            )
    _check_roots(schema)
    return MappingProxyType(found)


def worked_fields(schema: GraphQLSchema) -> frozenset[str]:
    """The root fields whose answers are worked out, and not read."""
    fields = schema.query_type.fields if schema.query_type else {}
    return frozenset(
        name for name, shown in fields.items() if WORKED in declared_behind(shown).metadata
    )


def stored_behind(shown: Any) -> StoredType:
    """How an object type of the built schema is stored. Raises UndeclaredType."""
    stored = stored_type_of(_python_behind(shown))
    if stored is None:
        raise UndeclaredType(f"{shown.name} is not stored, so no relation leads to it.")
    return stored


def declared_behind(shown: GraphQLField) -> StrawberryField:
    """The declaration behind a field of the built schema."""
    declared: StrawberryField = shown.extensions["strawberry-definition"]
    return declared


def _python_behind(shown: Any) -> type:
    definition = shown.extensions["strawberry-definition"]
    python: type = (definition.concrete_of or definition).origin
    return python


def _fields(
    schema: GraphQLSchema, stored: StoredType, shown: GraphQLObjectType
) -> Iterator[StoredField]:
    for name, shown_field in shown.fields.items():
        declared = declared_behind(shown_field)
        storage = declared.metadata.get(STORAGE)
        if storage is None:
            raise UndeclaredType(f"{shown.name}.{name} does not say how it is stored.")
        nullable = not isinstance(shown_field.type, GraphQLNonNull)
        made = StoredField(name=declared.python_name, storage=storage, nullable=nullable)
        match storage:
            case Value():
                _check_class(stored, f"{shown.name}.{name}", storage, nullable)
                yield _value(stored, storage, made, shown_field, declared)
            case Composed() | Listed():
                _check_class(stored, f"{shown.name}.{name}", storage, nullable)
                yield replace(made, parts=_parts(shown_field))
            case Decided():
                yield replace(made, write=writer(shown_field.type))
            case _:
                yield replace(made, targets=_targets(schema, shown_field, storage))


def _value(
    stored: StoredType,
    value: Value,
    made: StoredField,
    shown_field: GraphQLField,
    declared: StrawberryField,
) -> StoredField:
    if value.sql != TYPED_ID:
        sql = value.sql or f"{{row}}.{declared.python_name}"
        return replace(
            made,
            storage=replace(value, sql=sql),
            python=_compared_as(declared),
            write=writer(shown_field.type),
        )
    if stored.kind is None or len(stored.key) != 1:
        raise UndeclaredType(f"{stored.name} has an id, so it needs a kind and one key.")
    (column,) = stored.key
    return replace(
        made,
        storage=replace(value, sql=f"{{row}}.{column}"),
        python=UUID,
        write=typed_id(stored.kind),
    )


def _parts(shown_field: GraphQLField) -> Mapping[str, Part]:
    of = get_named_type(shown_field.type)
    if not isinstance(of, GraphQLObjectType) or not is_plain(_python_behind(of)):
        raise UndeclaredType(f"{of.name} is not a plain type, so no columns make one.")
    return {
        name: Part(
            declared_behind(each).python_name,
            writer(each.type),
            not isinstance(each.type, GraphQLNonNull),
        )
        for name, each in of.fields.items()
    }


def _compared_as(declared: StrawberryField) -> type | None:
    inner = _inner(declared.type)
    if isinstance(inner, StrawberryEnumDefinition):
        return inner.wrapped_cls
    if inner is strawberry.ID:
        return None
    return inner if isinstance(inner, type) else None


def _inner(type_: Any) -> Any:
    while isinstance(type_, StrawberryOptional):
        type_ = type_.of_type
    if isinstance(type_, StrawberryList):
        return None
    return getattr(type_, "__strawberry_definition__", type_)


def _check_roots(schema: GraphQLSchema) -> None:
    """Nothing is read at the root but through the compiler, or by a function of the domain."""
    worked = worked_fields(schema)
    for name, shown in (schema.query_type.fields if schema.query_type else {}).items():
        if (BEGINS in declared_behind(shown).metadata) == (name in worked):
            raise UndeclaredType(f"Query.{name} neither begins a read nor is it worked out.")


def _check_class(
    stored: StoredType, name: str, storage: Value | Composed | Listed, nullable: bool
) -> None:
    if storage.field_class is None or storage.field_class is stored.field_class:
        return
    if not nullable:
        raise UndeclaredType(f"{name} can be hidden from a caller, so it must be nullable.")
    if stored.subject is None and not is_about_nobody(storage.field_class):
        raise UndeclaredType(f"{stored.name} does not say whom its {storage.field_class} is about.")
    if stored.group_by and not (isinstance(storage, Value) and "{seen}" in storage.sql):
        raise UndeclaredType(f"{name} is an aggregate, so it says with `{{seen}}` of which rows.")


def _targets(
    schema: GraphQLSchema, shown_field: GraphQLField, storage: ToOne | ToAny | ToMany
) -> Mapping[str, StoredType]:
    target: Any = get_named_type(shown_field.type)
    if isinstance(storage, ToMany):
        target = get_named_type(target.fields["nodes"].type)
    possible = schema.get_possible_types(target) if is_abstract_type(target) else [target]
    types = {each.name: stored_behind(each) for each in possible}
    if isinstance(storage, ToAny) and storage.of is not None:
        types = {name: each for name, each in types.items() if each.kind in storage.of}
    return types
