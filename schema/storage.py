"""How the schema's types are stored: declared beside their fields, run by `schema.reading`.

    @stored(table="goal", kind="goal", visible=goals.visible, ...)
    class Goal(Node):
        name: str = column("What people call it.")
        target: Money = money("What is to be reached.", "{row}.target")
        owner: Person = to_one("Whose goal it is.", "owner_id")
        check_ins: Connection[CheckIn] = to_many("How it goes.", foreign_key="goal_id", ...)

A declaration is data: SQL fragments over `{row}` (the alias of the type's row) and the viewer's
parameters, and what they become. Nothing of it comes from a caller, so nothing of it can be
injected; what callers send travels as parameters. A type cannot be declared without saying who
sees its rows, and wherever its rows are entered that predicate goes along.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar, dataclass_transform
from uuid import UUID

import strawberry

from auth.actor import Actor
from auth.permissions import FieldClass
from schema.money import Money, shown_amount
from schema.plain import description_of

STORAGE = "attain.storage"
T = TypeVar("T")
Visible = Callable[[Actor], str]


class UndeclaredType(TypeError):
    """A type, or a field of one, says too little about how it is stored to be served safely."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A field made of columns or expressions. `parts` are SQL by name; `build` makes the field's
    value of them, by keyword (and of the `actor`, where `for_actor`); without `build` the only part
    is the value. `field_class` is set where the field takes more than seeing the row."""

    parts: Mapping[str, str]
    build: Callable[..., object] | None = None
    for_actor: bool = False
    field_class: FieldClass | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToOne:
    """A field that shows one other row: `key` is SQL for that row's id."""

    key: str


@dataclass(frozen=True, slots=True)
class By:
    """An order by fields of the type; the type's own key decides between equals."""

    fields: tuple[str, ...]
    descending: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ToMany:
    """A field that shows a page of other rows: those for which `link` holds, SQL over the other
    row's `{row}` and `{key}`, which is this row's `key`."""

    key: str
    link: str
    order: By | None = None


@dataclass(frozen=True, slots=True)
class StoredField:
    """One stored field, under the name it has in Python. `type` is the Python type of its values,
    where that is one type; `target` is where a relation leads."""

    name: str
    storage: Value | ToOne | ToMany
    nullable: bool
    type: type | None
    target: "StoredType | None"


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
    compared: Mapping[str, type]
    python: type
    fields: dict[str, StoredField] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.python.__name__


def column(
    description: str,
    at: str | None = None,
    *,
    field_class: FieldClass | None = None,
    build: Callable[[Any], object] | None = None,
    name: str | None = None,
) -> Any:
    """A column of the row, named like the field or `at`."""
    sql = f"{{row}}.{at}" if at else ""
    return expression(description, sql, field_class=field_class, build=build, name=name)


def expression(
    description: str,
    sql: str,
    *,
    field_class: FieldClass | None = None,
    build: Callable[[Any], object] | None = None,
    name: str | None = None,
) -> Any:
    """SQL over `{row}`, computed only where the field is asked for. `build` is not asked about
    null."""
    made = None if build is None else lambda value: None if value is None else build(value)
    storage = Value(parts={"value": sql}, build=made, field_class=field_class)
    return strawberry.field(description=description, name=name, metadata={STORAGE: storage})


def money(
    description: str,
    amount: str,
    *,
    currency: str = "{row}.currency",
    field_class: FieldClass | None = None,
) -> Any:
    """An amount (SQL over `{row}`) in a currency (likewise)."""

    def build(amount: Any, currency: Any) -> object:
        return (
            None
            if amount is None
            else Money(amount=shown_amount(amount, currency), currency=currency)
        )

    return composed(description, build, field_class=field_class, amount=amount, currency=currency)


def composed(
    description: str,
    build: Callable[..., object],
    *,
    for_actor: bool = False,
    field_class: FieldClass | None = None,
    **parts: str,
) -> Any:
    """A value made of several columns or expressions."""
    storage = Value(parts=parts, build=build, for_actor=for_actor, field_class=field_class)
    return strawberry.field(description=description, metadata={STORAGE: storage})


def typed_id(description: str) -> Any:
    """The row's id with its type's kind before it."""
    storage = Value(parts={"id": ""})
    return strawberry.field(description=description, metadata={STORAGE: storage})


@dataclass_transform(
    kw_only_default=True, field_specifiers=(column, expression, money, composed, typed_id)
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
    compared: Mapping[str, type] | None = None,
) -> Callable[[type[T]], type[T]]:
    """Declare an object type of the schema with its storage.

    `visible` says who sees a row (SQL over `{row}` and the viewer's parameters, from the area's
    `access`), `field_class` what kind of facts its fields are, `subject` the column with the person
    they are about. `also` names sub-selections that several expressions share, as `{name}`.
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
            python=made,
        )
        return made

    return declare


def stored_type_of(cls: type) -> StoredType | None:
    """How a class of the schema is stored; None for a plain one."""
    found: StoredType | None = vars(cls).get("__stored__")
    return found
