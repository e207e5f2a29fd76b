"""Looks a built schema over once: completes what declarations leave to be known, and refuses what
could not be served safely.

Refused are an object type that neither says who sees its rows nor is plain, a field of a stored
type without storage, and a field of a stricter class than its row's that could not be null.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any
from uuid import UUID

import strawberry
from graphql import (
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_object_type,
)
from strawberry.types.base import StrawberryList, StrawberryOptional
from strawberry.types.enum import StrawberryEnumDefinition
from strawberry.types.field import StrawberryField

from schema.plain import is_plain
from schema.storage import (
    STORAGE,
    StoredField,
    StoredType,
    ToMany,
    ToOne,
    UndeclaredType,
    Value,
    stored_type_of,
)
from schema.typed_ids import encode


def complete(schema: GraphQLSchema) -> Mapping[str, StoredType]:
    """The stored types of a schema by their name in it, ready to be read. Raises UndeclaredType."""
    found: dict[str, StoredType] = {}
    for name, shown in schema.type_map.items():
        if name.startswith("__") or not is_object_type(shown):
            continue
        definition = shown.extensions["strawberry-definition"]
        python = (definition.concrete_of or definition).origin
        stored = stored_type_of(python)
        if stored is not None:
            found[name] = stored
        elif not is_plain(python):
            raise UndeclaredType(f"{name} is neither stored, with a visibility, nor plain.")
    for name, stored in found.items():
        shown = schema.type_map[name]
        assert isinstance(shown, GraphQLObjectType)
        stored.fields = {each.name: each for each in _fields(stored, shown)}
        for column, kind in stored.compared.items():
            value = Value(parts={"value": f"{{row}}.{column}"})
            stored.fields[column] = StoredField(column, value, False, kind, None)
    return MappingProxyType(found)


def _fields(stored: StoredType, shown: GraphQLObjectType) -> Any:
    for name, shown_field in shown.fields.items():
        declared: StrawberryField = shown_field.extensions["strawberry-definition"]
        storage = declared.metadata.get(STORAGE)
        if storage is None:
            raise UndeclaredType(f"{shown.name}.{name} does not say how it is stored.")
        nullable = not isinstance(shown_field.type, GraphQLNonNull)
        if isinstance(storage, Value):
            storage = _value(stored, declared, storage)
            _check_class(stored, f"{shown.name}.{name}", storage, nullable)
            yield StoredField(declared.python_name, storage, nullable, _python(declared), None)
        else:
            yield StoredField(
                declared.python_name, storage, nullable, None, _target(shown_field.type, storage)
            )


def _value(stored: StoredType, declared: StrawberryField, value: Value) -> Value:
    if set(value.parts) == {"id"}:
        if stored.kind is None or len(stored.key) != 1:
            raise UndeclaredType(f"{stored.name} has an id, so it needs a kind and one key.")
        (column,) = stored.key
        kind = stored.kind
        return replace(
            value,
            parts={"value": f"{{row}}.{column}"},
            build=lambda value: encode(kind, value),
        )
    parts = {name: sql or f"{{row}}.{declared.python_name}" for name, sql in value.parts.items()}
    return replace(value, parts=parts, build=value.build or _reading(declared))


def _reading(declared: StrawberryField) -> Callable[..., object] | None:
    """How a column's value becomes the field's: enums are stored as their values."""
    inner = _inner(declared.type)
    if isinstance(inner, StrawberryEnumDefinition):
        enum = inner.wrapped_cls
        return lambda value: None if value is None else enum(value)
    return None


def _python(declared: StrawberryField) -> type | None:
    inner = _inner(declared.type)
    if isinstance(inner, StrawberryEnumDefinition):
        return inner.wrapped_cls
    if inner is strawberry.ID:
        return UUID
    return inner if isinstance(inner, type) else None


def _inner(type_: Any) -> Any:
    while isinstance(type_, StrawberryOptional):
        type_ = type_.of_type
    if isinstance(type_, StrawberryList):
        return None
    return getattr(type_, "__strawberry_definition__", type_)


def _check_class(stored: StoredType, name: str, value: Value, nullable: bool) -> None:
    if value.field_class is None or value.field_class is stored.field_class:
        return
    if not nullable:
        raise UndeclaredType(f"{name} can be hidden from a caller, so it must be nullable.")
    if stored.subject is None:
        raise UndeclaredType(f"{stored.name} does not say whom its {value.field_class} is about.")
    if stored.group_by and not any("{seen}" in sql for sql in value.parts.values()):
        raise UndeclaredType(f"{name} is an aggregate, so it says with `{{seen}}` of which rows.")


def _target(shown: Any, storage: ToOne | ToMany) -> StoredType:
    target = get_named_type(shown)
    if isinstance(storage, ToMany):
        target = get_named_type(target.fields["nodes"].type)
    stored = stored_type_of(target.extensions["strawberry-definition"].origin)
    if stored is None:
        raise UndeclaredType(f"{target.name} is not stored, so no relation leads to it.")
    return stored
