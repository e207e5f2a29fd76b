"""A mapping: which file holds what, and how it is written. TOML, read by a person first.

    name = "adventureworks"

    [files]                      # how files are written, unless a source says otherwise
    encoding = "utf-8"
    delimiter = "|"
    quoting = "none"             # or "double": "a, b" with "" for a quote inside
    date = "YYYY/MM/DD"
    decimal = "."
    grouping = ""

    [[source]]                   # one for each kind and file, in the order to import them
    kind = "sales"
    file = "Sales.csv"
    external_id = ["SalesOrderNumber", "ProductKey"]
    currency = "USD"
    [source.fields]
    sold_on = "OrderDate"

A field is filled from a column ("OrderDate"), from several joined with "/" (a list), or from a
table that says more: `value` (a constant), `lookup` (exchange the value through another file's
pair of columns), `cases` (the first pattern that matches decides).
"""

from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from domain.imports.kinds import Kind
from domain.imports.values import NumberStyle

SHEETS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file is written."""

    encoding: str
    delimiter: str
    quoted: bool
    date: str
    numbers: NumberStyle
    skip: int = 0  # lines before the header
    columns: tuple[str, ...] = ()  # names, for a file without a header
    sheet: str | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a field's value comes from."""

    columns: tuple[str, ...] = ()
    value: str | None = None
    lookup: str | None = None
    cases: tuple[tuple[str, str], ...] = ()

    def shown(self) -> str:
        return "/".join(self.columns) or f"constant {self.value!r}"


@dataclass(frozen=True, slots=True)
class Lookup:
    """A pair of columns of a file: a value in `given` is exchanged for the one in `wanted`."""

    name: str
    path: Path
    layout: Layout
    given: str
    wanted: str


@dataclass(frozen=True, slots=True)
class Source:
    """One file, read as one kind of row."""

    number: int
    kind: Kind
    path: Path
    layout: Layout
    external_id: Origin | None
    fields: dict[str, Origin]
    distinct: bool = False  # rows alike in all mapped fields count once
    expected_rows: int | None = None
    expected_sums: dict[str, Decimal] = field(default_factory=dict)

    @property
    def label(self) -> str:
        return f"{self.kind.name} from {self.path.name}"


@dataclass(frozen=True, slots=True)
class Mapping:
    """A whole import: its name, its sources in order, its look-ups."""

    name: str
    sources: tuple[Source, ...]
    lookups: dict[str, Lookup]

    @property
    def files(self) -> list[Path]:
        paths = [source.path for source in self.sources]
        return list(dict.fromkeys([*paths, *(lookup.path for lookup in self.lookups.values())]))
