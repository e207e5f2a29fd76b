"""Reading a mapping file. What it leaves open, or says twice, is refused with its place."""

import codecs
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from domain.errors import Invalid
from domain.imports.kinds import KINDS, Kind
from domain.imports.mapping import SHEETS, Layout, Lookup, Mapping, Origin, Source
from domain.imports.values import NumberStyle, date_pattern

_ENCODING = re.compile(
    r"utf-8(-sig)?|utf-16(-le|-be)?|ascii|iso8859-\d+|cp\d+|mac-\w+|koi8-\w+"
    r"|shift_jis|euc_\w+|gb\w+|big5\w*"
)


class MappingFault(Invalid):
    """The mapping itself cannot be used; nothing was read."""

    def __init__(self, where: str, message: str) -> None:
        super().__init__(f"{where}: {message}")


def read_mapping(path: Path) -> Mapping:
    """The mapping in this file; its files are found beside it. Raises MappingFault."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as why:
        raise MappingFault(path.name, f"cannot be read: {why.strerror}.") from why
    except UnicodeDecodeError as why:
        raise MappingFault(path.name, "a mapping is written in UTF-8, and this is not.") from why
    except tomllib.TOMLDecodeError as why:
        raise MappingFault(path.name, f"is not TOML: {why}.") from why
    return _Reader(path).mapping(content)


_LAYOUT_KEYS = (
    *("encoding", "delimiter", "quoting", "skip", "columns", "sheet"),
    *("date", "decimal", "grouping", "symbol", "currency"),
)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads one mapping; every complaint says in which part of the file it stands."""

    path: Path

    def mapping(self, content: dict[str, Any]) -> Mapping:
        self._only(content, "the mapping", ["name", "files", "lookup", "source"])
        files = self._table(content, "files", "the mapping")
        self._only(files, "[files]", _LAYOUT_KEYS)
        lookups = {
            name: self._lookup(name, self._is_table(given, f"[lookup.{name}]"), files)
            for name, given in self._table(content, "lookup", "the mapping").items()
        }
        given = content.get("source")
        if not isinstance(given, list) or not given:
            raise self._fault("the mapping", "has no [[source]]; state at least one.")
        sources: list[Source] = []
        for place, one in enumerate(given, start=1):
            where = f"[[source]] {place}"
            sources += self._sources(
                self._is_table(one, where), where, files, lookups, len(sources)
            )
        name = self._text(content, "name", "the mapping")
        return Mapping(name, tuple(sources), lookups)

    def _sources(
        self,
        given: dict[str, Any],
        where: str,
        files: dict[str, Any],
        lookups: dict[str, Lookup],
        number: int,
    ) -> list[Source]:
        self._only(
            given,
            where,
            [*_LAYOUT_KEYS, "kind", "file", "external_id", "fields", "distinct", "expect"],
        )
        kind = KINDS.get(self._text(given, "kind", where))
        if kind is None:
            raise self._fault(where, f"kind must be one of {', '.join(KINDS)}.")
        path, layout = self._file(given, where, files)
        fields = {
            name: self._origin(value, f"{where}, field {name}", lookups)
            for name, value in self._table(given, "fields", where).items()
        }
        posts = _taken_posts(kind, fields)
        external_id = None
        if kind.has_external_id:
            if "external_id" not in given:
                raise self._fault(
                    where, "state external_id: the column or columns that name a row."
                )
            external_id = self._origin(given["external_id"], f"{where}, external_id", lookups)
        elif "external_id" in given:
            raise self._fault(where, f"{kind.name} have no external_id of their own.")
        currency = given.get("currency", files.get("currency"))
        if kind.field("currency") and "currency" not in fields and currency is not None:
            fields["currency"] = Origin(value=str(currency))
        self._complete(kind, fields, where)
        rows, sums = self._expectations(self._table(given, "expect", where), where, kind)
        source = Source(
            number, kind, path, layout, external_id, fields, bool(given.get("distinct")), rows, sums
        )
        if not posts:
            return [source]
        assert external_id is not None  # people have one
        return [source, _positions_of(source, posts, external_id)]

    def _complete(self, kind: Kind, fields: dict[str, Origin], where: str) -> None:
        known = [field.name for field in kind.fields if field.given]
        for name in fields:
            if name not in known:
                raise self._fault(
                    where, f"{kind.name} have no field {name!r}; there are {', '.join(known)}."
                )
        missing = [f.name for f in kind.fields if (f.required or f.stated) and f.name not in fields]
        if missing:
            raise self._fault(where, f"{kind.name} need {' and '.join(missing)}; state it.")

    def _expectations(
        self, given: dict[str, Any], where: str, kind: Kind
    ) -> tuple[int | None, dict[str, Decimal]]:
        rows: int | None = None
        sums: dict[str, Decimal] = {}
        for name, value in given.items():
            known = kind.field(name)
            if name == "rows" and type(value) is int:
                rows = value
            elif known is not None and known.form.value == "decimal" and isinstance(value, str):
                try:
                    sums[name] = Decimal(value)
                except InvalidOperation:
                    raise self._fault(
                        where,
                        f"expect.{name} is not a number; write it as 1234.50, however the file does.",
                    ) from None
            else:
                raise self._fault(
                    where,
                    "expect states rows = 12 and sums of number fields as text, such as"
                    ' amount = "1234.50".',
                )
        return rows, sums

    def _lookup(self, name: str, given: dict[str, Any], files: dict[str, Any]) -> Lookup:
        where = f"[lookup.{name}]"
        self._only(given, where, [*_LAYOUT_KEYS, "file", "from", "to"])
        path, layout = self._file(given, where, files)
        return Lookup(
            name, path, layout, self._text(given, "from", where), self._text(given, "to", where)
        )

    def _file(
        self, given: dict[str, Any], where: str, files: dict[str, Any]
    ) -> tuple[Path, Layout]:
        path = self.path.parent / self._text(given, "file", where)
        if not path.is_file():
            raise self._fault(where, f"there is no file {given['file']!r} beside the mapping.")
        stated = {**files, **given}
        is_sheet = path.suffix.lower() in SHEETS
        text = {
            key: self._text(stated, key, where, needed=needed and not is_sheet)
            for key, needed in (
                ("encoding", True),
                ("delimiter", True),
                ("quoting", True),
                ("date", False),
                ("decimal", False),
                ("grouping", False),
                ("symbol", False),
                ("sheet", False),
            )
        }
        if is_sheet and not text["sheet"]:
            raise self._fault(where, "state the name of the sheet.")
        columns = stated.get("columns", [])
        skip = stated.get("skip", 0)
        if type(skip) is not int or not 0 <= skip <= 1000:
            raise self._fault(where, "skip is the number of lines before the header.")
        if not isinstance(columns, list) or not all(isinstance(c, str) for c in columns):
            raise self._fault(where, "columns is a list of names, for a file without a header.")
        layout = Layout(
            encoding=self._encoding(text["encoding"] or "utf-8", where),
            delimiter=self._delimiter(text["delimiter"] or ",", where),
            quoted=self._quoted(text["quoting"] or "none", where),
            date=self._date(text["date"], where),
            numbers=self._numbers(text["decimal"], text["grouping"], text["symbol"], where),
            skip=skip,
            columns=tuple(columns),
            sheet=text["sheet"] or None,
        )
        return path, layout

    def _encoding(self, name: str, where: str) -> str:
        try:
            known = codecs.lookup(name).name
        except (LookupError, ValueError):
            known = ""
        if not _ENCODING.fullmatch(known):
            raise self._fault(where, f"{name!r} is not an encoding of text that we read.")
        return known.removesuffix("-sig")

    def _delimiter(self, given: str, where: str) -> str:
        if len(given) != 1 or given in '\r\n"' or given == "\0":
            raise self._fault(where, 'delimiter is one character, such as "," or "\\t".')
        return given

    def _quoted(self, given: str, where: str) -> bool:
        if given not in ("none", "double"):
            raise self._fault(where, 'quoting is "none" or "double".')
        return given == "double"

    def _date(self, given: str, where: str) -> str:
        if given:
            try:
                date_pattern(given)
            except ValueError as why:
                raise self._fault(where, str(why)) from None
        return given

    def _numbers(self, decimal: str, grouping: str, symbol: str, where: str) -> NumberStyle:
        if decimal not in ("", ".", ","):
            raise self._fault(where, 'decimal is "." or ",".')
        if grouping not in ("", ".", ",", " ", "'", "\u00a0", "\u202f") or (
            grouping and grouping == decimal
        ):
            raise self._fault(where, "grouping is another single separator, or empty.")
        return NumberStyle(decimal, grouping, symbol)

    def _origin(self, given: object, where: str, lookups: dict[str, Lookup]) -> Origin:
        if isinstance(given, str | list):
            given = {"column": given}
        table = self._is_table(given, where)
        self._only(table, where, ["column", "value", "lookup", "cases"])
        if ("column" in table) == ("value" in table):
            raise self._fault(where, "state either a column or a value.")
        columns = table.get("column", [])
        columns = [columns] if isinstance(columns, str) else columns
        if not isinstance(columns, list) or not all(isinstance(c, str) and c for c in columns):
            raise self._fault(where, "a column is a name, or a list of names.")
        value = self._text(table, "value", where) if "value" in table else None
        lookup = table.get("lookup")
        if lookup is not None and lookup not in lookups:
            raise self._fault(where, f"there is no [lookup.{lookup}].")
        cases = table.get("cases", [])
        if not isinstance(cases, list) or not all(
            isinstance(case, list) and len(case) == 2 and all(isinstance(c, str) for c in case)
            for case in cases
        ):
            raise self._fault(where, 'cases is a list of ["pattern", "value"] pairs.')
        return Origin(tuple(columns), value, lookup, tuple((c[0], c[1]) for c in cases))

    def _text(self, table: dict[str, Any], key: str, where: str, *, needed: bool = True) -> str:
        value = table.get(key, None if needed else "")
        if isinstance(value, str) and (value or not needed):
            return value
        what = "is missing" if value is None else "must be text that is not empty"
        raise self._fault(where, f"{key} {what}; it is never guessed.")

    def _table(self, table: dict[str, Any], key: str, where: str) -> dict[str, Any]:
        return self._is_table(table.get(key, {}), f"{where}, {key}")

    def _is_table(self, value: object, where: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self._fault(where, "must be a table.")
        return value

    def _only(self, table: dict[str, Any], where: str, known: Sequence[str]) -> None:
        unknown = [key for key in table if key not in known]
        if unknown:
            raise self._fault(where, f"does not know {unknown[0]!r}; it knows {', '.join(known)}.")

    def _fault(self, where: str, message: str) -> MappingFault:
        return MappingFault(f"{self.path.name}, {where}", message)


_POSTS = {"since": "since", "manager": "manager", "position": "position", "position_title": "title"}


def _taken_posts(kind: Kind, fields: dict[str, Origin]) -> dict[str, Origin]:
    """What a people source says of positions, taken out of its fields."""
    if kind.name != "people":
        return {}
    return {_POSTS[name]: fields.pop(name) for name in list(fields) if name in _POSTS}


def _positions_of(people: Source, posts: dict[str, Origin], external_id: Origin) -> Source:
    """The positions that the people of this source hold: one each, unless the mapping names it."""
    fields = {"title": people.fields.get("title", people.fields["name"]), "holder": external_id}
    position = posts.pop("position", external_id)
    return Source(
        people.number + 1, KINDS["positions"], people.path, people.layout, position, fields | posts
    )
