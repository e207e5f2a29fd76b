"""What can be imported: for each kind its table, and the fields a mapping may fill.

The set-based statements of `applying` are made from these declarations.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum, unique

from auth.actor import Role
from domain.imports.targets import complete_target
from domain.imports.values import Unfit
from domain.sales.models import Outcome


@unique
class Form(StrEnum):
    """How a field is read, and the type it is staged as."""

    TEXT = "text"
    EMAIL = "email"
    DECIMAL = "decimal"
    DAY = "date"
    CURRENCY = "currency"
    CHOICE = "choice"
    WORDS = "words"
    REFERENCE = "reference"

    @property
    def staged_as(self) -> str:
        return {Form.DECIMAL: "numeric(20, 4)", Form.DAY: "date"}.get(self, "text")


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a kind. A reference names another row by its external id.

    `column` is where it is stored, None when the kind's own statements do that. An empty cell is
    null, or `empty` where the column may not be null. `once` marks content set on the first import
    and left alone afterwards, `stated` a field that every mapping names though cells may be empty.
    """

    name: str
    form: Form = Form.TEXT
    required: bool = False
    limit: int = 200
    empty: str | None = None
    refers: str | None = None
    choices: tuple[str, ...] = ()
    stored: bool = True
    once: bool = False
    stated: bool = False
    given: bool = True  # False: never from the file, filled in by `complete`

    @property
    def column(self) -> str:
        return f"{self.name}_id" if self.form is Form.REFERENCE else self.name


Row = dict[str, str | None]
Complete = Callable[[Row, date], Row]


def _as_it_is(row: Row, today: date) -> Row:
    return row


def _position_is_dated(row: Row, today: date) -> Row:
    if (row.get("holder") or row.get("manager")) and not row.get("since"):
        raise Unfit("missing", "since: the day from which the holder and the manager count")
    return row


def _opportunity_is_whole(row: Row, today: date) -> Row:
    ended = row.get("outcome") != "open"
    if ended and not row.get("closed_on"):
        raise Unfit("missing", "closed_on: the day on which it was won or lost")
    if row.get("closed_on") and not ended:
        raise Unfit("days", "no closed_on while the outcome is open")
    if (row.get("closed_on") or "9999") < (row.get("opened_on") or ""):
        raise Unfit("days", "closed_on not before opened_on")
    if row.get("amount") and not row.get("currency"):
        raise Unfit("missing", "currency: what the amount is in")
    return row


def _potential_is_not_negative(row: Row, today: date) -> Row:
    if (row.get("potential") or "").startswith("-"):
        raise Unfit("negative", "potential: zero or more")
    return row


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of row. `table` is None where rows have no external id of their own. `derived` are
    columns that no file fills: null again where a correction changes the column they come from."""

    name: str
    table: str
    fields: tuple[Field, ...]
    has_external_id: bool = True
    complete: Complete = _as_it_is
    derived: Mapping[str, str] = field(default_factory=dict)

    def field(self, name: str) -> Field | None:
        return next((field for field in self.fields if field.name == name), None)

    @property
    def refers_to_itself(self) -> bool:
        return any(field.refers == self.table for field in self.fields)


def _reference(name: str, refers: str, *, required: bool = False, stored: bool = True) -> Field:
    return Field(name, Form.REFERENCE, required=required, refers=refers, stored=stored)


_PEOPLE = Kind(
    "people",
    "person",
    (
        Field("name", required=True),
        Field("email", Form.EMAIL, limit=320),
        Field("title", empty=""),
        Field("left_on", Form.DAY),
        Field("roles", Form.WORDS, choices=tuple(Role), stored=False),
    ),
)
_POSITIONS = Kind(
    "positions",
    "position",
    (
        Field("title", required=True),
        _reference("holder", "person", stored=False),
        _reference("manager", "position", stored=False),
        Field("since", Form.DAY, stored=False),
    ),
    complete=_position_is_dated,
)
_TERRITORIES = Kind(
    "territories",
    "territory",
    (
        Field("name", required=True),
        Field("kind", empty="geographic"),
        _reference("parent", "territory"),
        Field("potential", Form.DECIMAL),
    ),
    complete=_potential_is_not_negative,
)
_ASSIGNMENTS = Kind(
    "assignments",
    "territory_assignment",
    (
        _reference("territory", "territory", required=True),
        _reference("person", "person", required=True),
        Field("since", Form.DAY, required=True),
        Field("until", Form.DAY),
    ),
    has_external_id=False,
)
_ACCOUNTS = Kind(
    "accounts",
    "account",
    (
        Field("name", required=True, limit=300),
        Field("kind", empty=""),
        Field("city", empty=""),
        Field("state", empty=""),
        Field("country", empty=""),
    ),
)
_PRODUCTS = Kind(
    "products",
    "product",
    (
        Field("name", required=True, limit=300),
        Field("category", empty=""),
        Field("subcategory", empty=""),
        Field("color", empty=""),
        Field("standard_cost", Form.DECIMAL),
    ),
)
_SALES = Kind(
    "sales",
    "sale",
    (
        Field("order_number", empty=""),
        Field("sold_on", Form.DAY, required=True),
        _reference("person", "person"),
        _reference("territory", "territory"),
        _reference("account", "account"),
        _reference("product", "product"),
        Field("quantity", Form.DECIMAL, required=True),
        Field("unit_price", Form.DECIMAL),
        Field("amount", Form.DECIMAL, required=True),
        Field("cost", Form.DECIMAL),
        Field("currency", Form.CURRENCY, required=True),
    ),
    derived={"sold_at": "sold_on"},
)
_OPPORTUNITIES = Kind(
    "opportunities",
    "opportunity",
    (
        Field("name", required=True, limit=300),
        Field("opened_on", Form.DAY, required=True),
        Field("closed_on", Form.DAY, stated=True),
        Field("outcome", Form.CHOICE, required=True, choices=tuple(Outcome)),
        _reference("person", "person"),
        _reference("territory", "territory"),
        _reference("account", "account"),
        Field("amount", Form.DECIMAL),
        Field("currency", Form.CURRENCY),
    ),
    complete=_opportunity_is_whole,
)
_EXPENSES = Kind(
    "expenses",
    "expense",
    (
        Field("spent_on", Form.DAY, required=True),
        Field("amount", Form.DECIMAL, required=True),
        Field("currency", Form.CURRENCY, required=True),
        _reference("person", "person"),
        _reference("territory", "territory"),
        Field("purpose", empty="", limit=300),
    ),
)
_TARGETS = Kind(
    "targets",
    "goal",
    (
        _reference("owner", "person", required=True),
        Field("target", Form.DECIMAL, required=True),
        Field("month", Form.DAY, stored=False),
        Field("starts_on", Form.DAY),
        Field("ends_on", Form.DAY),
        Field("name"),
        Field("measure", limit=40),
        Field("currency", Form.CURRENCY, required=True),
        Field("status", once=True, given=False),
    ),
    complete=complete_target,
)

KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        _PEOPLE,
        _POSITIONS,
        _TERRITORIES,
        _ASSIGNMENTS,
        _ACCOUNTS,
        _PRODUCTS,
        _SALES,
        _OPPORTUNITIES,
        _EXPENSES,
        _TARGETS,
    )
}
