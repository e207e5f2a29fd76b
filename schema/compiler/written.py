"""How values are written as JSON, in SQL: one writer for each scalar and enum of the schema.

A writer turns SQL for a value into SQL for its JSON text, null where the value is null. It must
print what `schema.scalars` prints, character by character.
"""

from functools import partial
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLOutputType,
    get_nullable_type,
)

from domain.sql import quoted
from schema.storage import UndeclaredType, Write


def _text(sql: str) -> str:
    return f"to_json({sql})::text"


def _bare(sql: str) -> str:
    return f"({sql})::text"


def in_quotes(sql: str) -> str:
    # For values whose text holds nothing that JSON escapes.
    return f"'\"' || ({sql})::text || '\"'"


def _instant(sql: str) -> str:
    # Sessions are in UTC. JSON's own form drops the zeros at the end of a fraction; ours has six
    # digits or none.
    return (
        f"case when {sql} = date_trunc('second', {sql})"
        f" then replace(to_json({sql})::text, '+00:00', 'Z')"
        f" else '\"' || to_char({sql}, 'YYYY-MM-DD\"T\"HH24:MI:SS.US') || 'Z\"' end"
    )


WRITERS: dict[str, Write] = {
    "String": _text,
    "ID": _text,
    "Int": _bare,
    "Boolean": _bare,
    "Decimal": in_quotes,
    "Rate": in_quotes,
    "Date": in_quotes,
    "DateTime": _instant,
}
"""By the name of the scalar in the schema."""


def writer(shown: GraphQLOutputType) -> Write:
    """The writer for a leaf of the schema, or for a list of texts or of enum values. Raises
    UndeclaredType."""
    nullable: Any = get_nullable_type(shown)
    if isinstance(nullable, GraphQLList):
        of = get_nullable_type(nullable.of_type)
        if isinstance(of, GraphQLEnumType) and isinstance(nullable.of_type, GraphQLNonNull):
            return partial(_enums, names_of(of))
        if isinstance(nullable.of_type, GraphQLNonNull) and getattr(of, "name", "") == "String":
            return _text
    elif isinstance(nullable, GraphQLEnumType):
        return partial(_enum, names_of(nullable))
    elif nullable.name in WRITERS:
        return WRITERS[nullable.name]
    raise UndeclaredType(f"Nobody knows how {shown} is written.")


def names_of(shown: GraphQLEnumType) -> dict[str, str]:
    """The names of an enum's members in the schema, by the values that are stored."""
    values = shown.extensions["strawberry-definition"].values
    return {str(getattr(each.value, "value", each.value)): each.name for each in values}


def typed_id(kind: str) -> Write:
    """The writer for ids of one kind."""
    return lambda sql: f"'\"{kind}_' || {sql}::text || '\"'"


def _enum(names: dict[str, str], sql: str) -> str:
    cases = " ".join(f"when {quoted(value)} then '\"{name}\"'" for value, name in names.items())
    return f"case {sql} {cases} end"


def _enums(names: dict[str, str], sql: str) -> str:
    return (
        f"case when ({sql}) is not null then (select concat('[', string_agg({_enum(names, 'listed.value')}, ','"
        f" order by listed.place), ']') from unnest({sql}) with ordinality as listed (value, place)) end"
    )
