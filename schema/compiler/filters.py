"""What a caller's filter becomes: conditions over `{row}`, with everything the caller sent as
parameters.

A filter input says of each of its fields which condition it is. A field that the caller may not
read on every row cannot be filtered or ordered by: the answer would tell its value. A relation is
compared as far as the caller sees where it leads: the id of a hidden row finds nothing.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any
from uuid import UUID

import strawberry
from graphql import GraphQLArgument, get_named_type

from auth.actor import Actor
from auth.permissions import org_wide
from domain.errors import Invalid, NotPermitted
from domain.people.access import related
from schema.comparisons import MOST_LISTED, OPERATORS
from schema.compiler.keyset import KINDS
from schema.storage import Composed, Listed, StoredField, StoredType, ToOne, UndeclaredType, Value
from schema.typed_ids import NotAnId, decode

FILTER = "attain.filter"
SQL = str | Callable[[Actor], str]


class Parameters:
    """Values of one statement, and the placeholders that stand for them."""

    def __init__(self) -> None:
        self.values: dict[str, object] = {}

    def add(self, value: object, cast: str) -> str:
        name = f"p{len(self.values)}"
        self.values[name] = value
        return f":{name}::{cast}"


@dataclass(frozen=True, slots=True)
class Compares:
    """The filter field compares a field of the filtered type: the one of this name, or its own."""

    field: str | None


@dataclass(frozen=True, slots=True)
class Holds:
    """The filter field stands for SQL over `{row}`, in which `{value}` is what the caller sent,
    read by `read` and cast."""

    sql: SQL
    cast: str
    read: Callable[[Any], object]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The filter field stands for the SQL of the caller's choice."""

    choices: Mapping[Any, SQL]


def compares(description: str, field: str | None = None, *, name: str | None = None) -> Any:
    """A filter field that compares a field of the filtered type; a relation by its id."""
    return _declared(description, Compares(field), name)


def holds(
    description: str, sql: SQL, *, cast: str, read: Callable[[Any], object] = lambda value: value
) -> Any:
    """A filter field for which this SQL holds."""
    return _declared(description, Holds(sql, cast, read), None)


def named(description: str, *, name: str | None = None) -> Any:
    """A filter field whose value the type's source asks for by name."""
    return _declared(description, None, name)


def chosen(description: str, choices: Mapping[Any, SQL]) -> Any:
    """A filter field whose every choice is SQL."""
    return _declared(description, Chosen(choices), None)


def listed_ids(kind: str) -> Callable[[list[str]], list[UUID]]:
    """Reads a caller's list of ids of one kind."""
    return lambda texts: [asked_id(text, kind) for text in bounded(texts)]


def asked_id(text: str, kind: str, *, path: tuple[str, ...] = ("filter",)) -> UUID:
    """The UUID in an id that a caller sent. Raises Invalid for an id of another kind."""
    try:
        return decode(text, kind)
    except NotAnId as refused:
        raise Invalid(str(refused), path=path) from None


def _declared(description: str, condition: object | None, name: str | None) -> Any:
    return strawberry.field(
        description=description, name=name, default=strawberry.UNSET, metadata={FILTER: condition}
    )


def conditions(
    stored: StoredType,
    shown: GraphQLArgument,
    given: Mapping[str, Any] | None,
    actor: Actor,
    parameters: Parameters,
) -> Iterator[str]:
    """SQL over `{row}` for what a filter says; `shown` is the argument in the schema, `given` its
    value as GraphQL reads it. Raises Invalid and NotPermitted."""
    inputs: Any = get_named_type(shown.type)
    for field_name, sent in (given or {}).items():
        if sent is None:
            continue
        declared = inputs.fields[field_name].extensions["strawberry-definition"]
        match declared.metadata[FILTER]:
            case Compares(name):
                compared = stored.fields[name or declared.python_name]
                yield from _compared(stored, compared, sent, actor, parameters)
            case Holds(sql, cast, read):
                value = parameters.add(read(sent), cast)
                yield _text(sql, actor).replace("{value}", value)
            case Chosen(choices):
                yield _text(choices[sent], actor)


def _text(sql: SQL, actor: Actor) -> str:
    return sql(actor) if callable(sql) else sql


def _compared(
    stored: StoredType, compared: StoredField, sent: Any, actor: Actor, parameters: Parameters
) -> Iterator[str]:
    left, read, cast = comparable(stored, compared, actor)
    for operator, value in sent.items():
        if value is None:
            raise Invalid("A comparison with null says nothing; leave it out.", path=("filter",))
        if operator == "in":
            right = parameters.add([read(item) for item in bounded(value)], f"{cast}[]")
        else:
            right = parameters.add(read(value), cast)
        yield OPERATORS[operator].format(left=left, right=right)
    if sent and isinstance(compared.storage, ToOne):
        yield _seen(compared.target, left, actor)


def _seen(target: StoredType, key: str, actor: Actor) -> str:
    """SQL over `{row}`: the caller sees the row to which this key leads. Otherwise a filter would
    tell, of an id from elsewhere, what the relation itself does not show."""
    visible = target.visible(actor)
    if visible in ("true", "false"):
        return visible
    (column,) = target.key
    return (
        f"exists (select 1 from {target.source} named where named.org_id = :org::uuid"
        f" and named.{column} = {key} and {visible.replace('{row}', 'named')})"
    )


def comparable(
    stored: StoredType, compared: StoredField, actor: Actor
) -> tuple[str, Callable[[Any], object], str]:
    """SQL of a field that the caller may compare by, how a sent value is read, and its type in SQL.

    Raises NotPermitted where the caller may not read the field on every row.
    """
    match compared.storage:
        case ToOne(key=key) if compared.target.kind:
            kind = compared.target.kind
            return key, lambda text: asked_id(text, kind), "uuid"
        case Value(sql=sql) if compared.python is not None:
            refuse_hidden(stored, compared, actor)
            if compared.python is UUID and stored.kind:
                own = stored.kind
                return sql, lambda text: asked_id(text, own), "uuid"
            if issubclass(compared.python, Enum):
                return sql, lambda member: member.value, "text"
            return sql, lambda value: value, KINDS[compared.python].cast
    raise UndeclaredType(f"{stored.name}.{compared.name} cannot be compared.")


def refuse_hidden(stored: StoredType, asked: StoredField, actor: Actor) -> None:
    """Raises NotPermitted for a field that the caller does not read on every row."""
    if not isinstance(asked.storage, Value):
        return
    if permission(stored, asked.storage, actor) != "true":
        raise NotPermitted(
            f"You do not read `{asked.name}` of everybody, so you cannot filter or order by it.",
            path=("filter",),
        )


def permission(stored: StoredType, value: Value | Composed | Listed, actor: Actor) -> str:
    """SQL over `{row}`: whether the actor may see this field on a row that they see."""
    if value.field_class is None or value.field_class is stored.field_class:
        return "true"
    if stored.subject is None:
        return "true" if org_wide(actor, value.field_class) else "false"
    by_class = related(actor, value.field_class, f"{{row}}.{stored.subject}")
    also = value.shown_also(actor) if isinstance(value, Composed) and value.shown_also else "false"
    return by_class if also == "false" or by_class == "true" else f"({by_class} or {also})"


def bounded(items: list[Any]) -> list[Any]:
    """Raises Invalid for a list that is too long."""
    if len(items) > MOST_LISTED:
        raise Invalid(
            f"A list in a filter has at most {MOST_LISTED} items; this one has {len(items)}.",
            path=("filter",),
        )
    return items
