"""Arguments as plain values: enums by name, inputs as dictionaries, days and numbers as Python's.

What is not given has no entry, and null is None: the two differ.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from graphql import (
    BooleanValueNode,
    EnumValueNode,
    FieldNode,
    GraphQLArgument,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    IntValueNode,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    StringValueNode,
    Undefined,
    ValueNode,
    VariableNode,
    ast_from_value,
)

Values = Mapping[str, Any]

READ: Mapping[str, Callable[[Any], Any]] = {
    "Decimal": Decimal,
    "Date": date.fromisoformat,
    "DateTime": datetime.fromisoformat,
    "ID": str,
}


class BadArgument(Exception):
    """An argument without a value where it must have one."""


def arguments(shown: GraphQLField, node: FieldNode, variables: Values) -> dict[str, Any]:
    """A field's arguments, with its defaults. Raises BadArgument."""
    written = {argument.name.value: argument.value for argument in node.arguments or ()}
    return _fields(shown.args, written, variables)


def variable_values(definitions: Any, types: Mapping[str, Any], sent: Values) -> dict[str, Any]:
    """What the variables of an operation hold, given what was sent, which is sound."""
    found: dict[str, Any] = {}
    for definition in definitions:
        name = definition.variable.name.value
        if name in sent:
            found[name] = _from_json(types[name], sent[name])
        elif definition.default_value is not None:
            found[name] = _from_literal(types[name], definition.default_value, {})
    return found


def _fields(
    shown: Mapping[str, GraphQLArgument] | Mapping[str, GraphQLInputField],
    written: Mapping[str, ValueNode],
    variables: Values,
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, each in shown.items():
        value = written.get(name)
        left_out = value is None or (
            isinstance(value, VariableNode) and value.name.value not in variables
        )
        if left_out:
            default = _default(each)
            if default is not Undefined:
                found[name] = default
            elif isinstance(each.type, GraphQLNonNull):
                raise BadArgument(name)
            continue
        assert value is not None
        found[name] = _from_literal(each.type, value, variables)
    return found


def _default(shown: GraphQLArgument | GraphQLInputField) -> Any:
    if shown.default_value is Undefined:
        return Undefined
    node = ast_from_value(shown.default_value, shown.type)
    assert node is not None
    return _from_literal(shown.type, node, {})


def _from_literal(type_: Any, node: ValueNode, variables: Values) -> Any:
    if isinstance(type_, GraphQLNonNull):
        value = _from_literal(type_.of_type, node, variables)
        if value is None:
            raise BadArgument
        return value
    if isinstance(node, VariableNode):
        return variables.get(node.name.value)
    if isinstance(node, NullValueNode):
        return None
    if isinstance(type_, GraphQLList):
        items = node.values or () if isinstance(node, ListValueNode) else [node]
        return [_from_literal(type_.of_type, item, variables) for item in items]
    if isinstance(type_, GraphQLInputObjectType):
        assert isinstance(node, ObjectValueNode)
        written = {each.name.value: each.value for each in node.fields or ()}
        return _fields(type_.fields, written, variables)
    if isinstance(node, BooleanValueNode | EnumValueNode):
        return node.value
    assert isinstance(node, StringValueNode | IntValueNode)
    if type_.name == "Int":
        return int(node.value)
    return READ.get(type_.name, str)(node.value)


def _from_json(type_: Any, value: Any) -> Any:
    if isinstance(type_, GraphQLNonNull):
        return _from_json(type_.of_type, value)
    if value is None:
        return None
    if isinstance(type_, GraphQLList):
        items = value if isinstance(value, list) else [value]
        return [_from_json(type_.of_type, item) for item in items]
    if isinstance(type_, GraphQLInputObjectType):
        found = {}
        for name, each in type_.fields.items():
            if name in value:
                found[name] = _from_json(each.type, value[name])
            elif (default := _default(each)) is not Undefined:
                found[name] = default
        return found
    return READ.get(type_.name, lambda plain: plain)(value)
