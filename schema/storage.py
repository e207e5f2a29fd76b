"""How the schema's types are stored: declared beside their fields, compiled by `schema.compiler`.

    @stored(table="goal", kind="goal", visible=goals.visible, ...)
    class Goal(Node):
        name: str = column("What people call it.")
        target: Money = money("What is to be reached.", "{row}.target")
        owner: Person = to_one("Whose goal it is.", "owner_id")
        check_ins: Connection[CheckIn] = to_many("How it goes.", foreign_key="goal_id", ...)

A declaration is data: SQL fragments over `{row}` (the alias of the type's row) and the viewer's
parameters. Nothing of it comes from a caller, so nothing of it can be injected; what callers send
travels as parameters. A type cannot be declared without saying who sees its rows, and wherever
its rows are entered that predicate goes along.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar, dataclass_transform
from uuid import UUID

import strawberry

from auth.actor import Actor
from auth.permissions import FieldClass
from schema.plain import description_of

STORAGE = "attain.storage"
MOST = 100
"""Rows on a page, unless a relation says that it may show more at once."""
WIDEST = 10_000
"""Rows on the largest page of any relation: a tree in one look."""
TYPED_ID = "{id}"
T = TypeVar("T")
Visible = Callable[[Actor], str]
Write = Callable[[str], str]
"""From SQL for a value to SQL for its JSON text, null where the value is null."""


class UndeclaredType(TypeError):
    """A type, or a field of one, says too little about how it is stored to be served safely."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A field that is a column or an expression. `shown` is SQL over `{value}` for the value as
    people read it, where that differs from what is compared. `field_class` is set where the field
    takes more than seeing the row."""

    sql: str
    shown: str = "{value}"
    field_class: FieldClass | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """A field that is an object of a plain type, whose fields are `parts`, by their names in
    Python. It is null where a part that cannot be null is. `shown_also` is SQL over `{row}` for rows
    on which it shows although its class would hide it."""

    parts: Mapping[str, Value]
    field_class: FieldClass | None = None
    shown_also: Callable[[Actor], str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A field that is a list of objects of a plain type: `rows` is SQL in parentheses over `{row}`,
    for the caller, that gives a column for each of the type's fields, ordered by the column `order`."""

    rows: str | Callable[[Actor], str]
    order: str
    field_class: FieldClass | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A field that is a list out of an enum: those of its values whose conditions over `{row}` hold."""

    when: Callable[[Actor], Mapping[Any, str]]
    field_class: FieldClass | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToOne:
    """A field that shows one other row: `key` is SQL for that row's id."""

    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToAny:
    """A field that shows one other row of any of several types: SQL for its kind and its id. With
    `of` it is one of these kinds, and no other is looked for."""

    kind: str
    key: str
    of: Collection[str] | None = None


@dataclass(frozen=True, slots=True)
class By:
    """An order by fields of the type; the type's own key decides between equals."""

    fields: tuple[str, ...]
    descending: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ToMany:
    """A field that shows a page of other rows: those for which `link` holds, SQL over the other
    row's `{row}` and `{key}`, which is this row's `key`; with `among`, SQL over `{key}`, only rows
    whose ids it selects are looked at. A page has at most `most` of them."""

    key: str
    link: str
    among: str | None = None
    order: By | None = None
    most: int = MOST


Plain = Value | Composed | Listed | Decided
Relation = ToOne | ToAny | ToMany


@dataclass(frozen=True, slots=True)
class Part:
    """A field of a composed or listed value: how it is written, and whether it can be null."""

    name: str
    write: Write
    nullable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredField:
    """One stored field, under the name it has in Python.

    `python` is the Python type of what it is compared with, where it can be; `write` makes JSON of
    it; `parts` are a composed value's, by their names in the schema; `targets` are the types to
    which a relation leads, by their names in the schema.
    """

    name: str
    storage: Plain | Relation
    nullable: bool
    python: type | None = None
    write: Write | None = None
    parts: Mapping[str, Part] = field(default_factory=dict)
    targets: Mapping[str, "StoredType"] = field(default_factory=dict, repr=False)

    @property
    def target(self) -> "StoredType":
        """The one type to which the relation leads."""
        (target,) = self.targets.values()
        return target


@dataclass(slots=True, kw_only=True, eq=False)
class StoredType:
    """How one object type is stored. `source` is a table, or SQL in parentheses that gives rows
    with `org_id`; `key` names the columns that tell its rows apart. `fields` are known when the
    schema has been built."""

    source: str
    visible: Visible
    field_class: FieldClass
    order: By
    kind: str | None
    key: Mapping[str, type]
    subject: str | None
    also: Mapping[str, str]
    group_by: str | None
    compared: Mapping[str, Any]
    within: str | None
    python: type
    fields: dict[str, StoredField] = field(default_factory=dict, repr=False)

    @property
    def name(self) -> str:
        return self.python.__name__


def column(
    description: str,
    at: str | None = None,
    *,
    field_class: FieldClass | None = None,
    name: str | None = None,
) -> Any:
    """A column of the row, named like the field or `at`."""
    return expression(
        description, f"{{row}}.{at}" if at else "", field_class=field_class, name=name
    )


def expression(
    description: str,
    sql: str,
    *,
    shown: str = "{value}",
    field_class: FieldClass | None = None,
    name: str | None = None,
    deprecated: str | None = None,
) -> Any:
    """SQL over `{row}`, computed only where the field is asked for."""
    value = Value(sql=sql, shown=shown, field_class=field_class)
    return _field(description, value, name, deprecated)


def composed(
    description: str,
    *,
    field_class: FieldClass | None = None,
    shown_also: Callable[[Actor], str] | None = None,
    **parts: Value,
) -> Any:
    """An object made of several columns or expressions."""
    storage = Composed(parts=parts, field_class=field_class, shown_also=shown_also)
    return _field(description, storage)


def listed(description: str, rows: str | Callable[[Actor], str], *, order: str) -> Any:
    """A list of objects that SQL gives as rows."""
    return _field(description, Listed(rows=rows, order=order))


def decided(description: str, when: Callable[[Actor], Mapping[Any, str]]) -> Any:
    """A list out of an enum: of each value the condition under which it is in it."""
    return _field(description, Decided(when=when))


def typed_id(description: str) -> Any:
    """The row's id with its type's kind before it."""
    return _field(description, Value(sql=TYPED_ID))


def _field(
    description: str, storage: Plain, name: str | None = None, deprecated: str | None = None
) -> Any:
    return strawberry.field(
        description=description,
        name=name,
        metadata={STORAGE: storage},
        deprecation_reason=deprecated,
    )


@dataclass_transform(
    kw_only_default=True,
    field_specifiers=(column, expression, composed, listed, decided, typed_id),
)
def stored(
    *,
    visible: Visible,
    field_class: FieldClass,
    by: By,
    table: str | None = None,
    source: str | None = None,
    kind: str | None = None,
    key: Mapping[str, type] | None = None,
    subject: str | None = None,
    also: Mapping[str, str] | None = None,
    group_by: str | None = None,
    compared: Mapping[str, Any] | None = None,
    within: str | None = None,
) -> Callable[[type[T]], type[T]]:
    """Declare an object type of the schema with its storage.

    `visible` says who sees a row (SQL over `{row}` and the viewer's parameters, from the area's
    `access`), `field_class` what kind of facts its fields are, `subject` the column with the person
    they are about. `also` names sub-selections that several expressions share, as `{name}`. `compared`
    are columns that are compared without being shown, with their types (`date | None` where it can
    be null). `within` is SQL over `{row}` and `{key}` for a table that is no use to look a key up in:
    it narrows where the row with that key can be. `group_by` is SQL over `{row}`: one value, or
    several in parentheses; what is neither one of them nor an aggregate cannot be a field.
    """
    if (table is None) == (source is None):
        raise UndeclaredType("A stored type has either a table or a source.")

    def declare(cls: type[T]) -> type[T]:
        if not callable(visible):
            raise UndeclaredType(f"{cls.__name__} does not say who sees it.")
        made = strawberry.type(cls, description=description_of(cls))
        made.__stored__ = StoredType(  # type: ignore[attr-defined]  # read by stored_type_of alone
            source=table or source or "",
            visible=visible,
            field_class=field_class,
            order=by,
            kind=kind,
            key=key or {"id": UUID},
            subject=subject,
            also=also or {},
            group_by=group_by,
            compared=compared or {},
            within=within,
            python=made,
        )
        return made

    return declare


def stored_type_of(cls: type) -> StoredType | None:
    """How a class of the schema is stored; None for a plain one."""
    found: StoredType | None = vars(cls).get("__stored__")
    return found
