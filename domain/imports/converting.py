"""From rows of text to rows that can be staged, and to the faults of those that cannot.

A source's fields become a list of takers, one for each field; each knows its cells, its look-up,
its cases and its conversion, and remembers what it converted before, since columns repeat.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatchcase

from domain.imports import values
from domain.imports.faults import Broken, Fault, content, excerpt
from domain.imports.kinds import Field, Form
from domain.imports.mapping import Layout, Mapping, Origin, Source
from domain.imports.reading import Opened, open_rows, read_lookup
from domain.imports.values import Convert, Unfit

PIECE_ROWS = 5_000
_REMEMBERED = 20_000
_EXTERNAL_ID = Field("external_id", required=True)

Record = list[str | None]


@dataclass(slots=True)
class Piece:
    """Some rows of a source: those that fit, as COPY text, and the faults of those that do not."""

    rows_read: int = 0
    records: list[bytes] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


@dataclass(slots=True)
class _Taker:
    """Takes one field's value out of a row."""

    into: Field
    origin: Origin
    places: list[int]
    lookup: dict[str, str] | None
    convert: Convert
    known: dict[str, str | None] = field(default_factory=dict)

    def take(self, cells: list[str]) -> str | None:
        raw = cells[self.places[0]] if len(self.places) == 1 else self._joined(cells)
        # A spreadsheet's number 5 and the text "5" are equal and must not be mistaken.
        if type(raw) is not str:
            return self._converted(raw)
        raw = raw.strip()
        if raw in self.known:
            return self.known[raw]
        value = self._converted(raw)
        if len(self.known) < _REMEMBERED:
            self.known[raw] = value
        return value

    def _joined(self, cells: list[str]) -> str:
        if not self.places:
            return self.origin.value or ""
        parts = [cells[place].strip() for place in self.places]
        if all(parts):
            return "/".join(parts)
        if any(parts) or self.into.required:
            raise Unfit("missing", "a value in each of these columns")
        return ""

    def _converted(self, raw: str) -> str | None:
        if self.lookup is not None and raw:
            if raw not in self.lookup:
                raise Unfit("look-up", f"a value that the look-up {self.origin.lookup} knows")
            raw = self.lookup[raw]
        if self.origin.cases:
            raw = self._case(raw)
        if not raw:
            if self.into.required:
                raise Unfit("missing", f"a value; {self.into.name} may not be empty")
            return self.into.empty
        return self.convert(raw)

    def _case(self, raw: str) -> str:
        for pattern, value in self.origin.cases:
            if fnmatchcase(raw, pattern):
                return value
        raise Unfit("case", "a value that one of the cases matches")


class Converter:
    """One source, whose header is what the mapping needs: gives its rows in pieces.

    The file is opened again to be read, so that many sources do not lie open (a spreadsheet in
    memory) while others are read. Raises Broken when the header is not what it has to be.
    """

    def __init__(self, mapping: Mapping, source: Source, today: date) -> None:
        self.source = source
        self.today = today
        opened = open_rows(source.path, source.layout)
        self._header = opened.header
        origins = dict(source.fields)
        if source.external_id is not None:
            origins = {"external_id": source.external_id, **origins}
        self._takers = [
            _taker(mapping, source, name, origin, opened) for name, origin in origins.items()
        ]
        self._encoding = source.layout.encoding if _is_single_byte(source.layout.encoding) else None

    @property
    def columns(self) -> list[str]:
        """The fields that are staged, besides the line."""
        taken = [taker.into.name for taker in self._takers]
        derived = (f.name for f in self.source.kind.fields if self.source.kind.name == "targets")
        return list(dict.fromkeys([*taken, *derived]))

    def pieces(self) -> Iterator[Piece]:
        """Raises Broken where the file cannot be read on."""
        opened = open_rows(self.source.path, self.source.layout)
        if opened.header != self._header:
            raise Broken(1, "header", "the header that stood here a moment ago")
        columns, piece, width = self.columns, Piece(), len(self._header)
        for line, cells in opened.rows:
            piece.rows_read += 1
            if len(cells) != width:
                expected = f"{width} cells; there are {len(cells)}"
                piece.faults.append(self._fault(line, "", "", Unfit("cells", expected), cells))
            else:
                self._convert(line, cells, columns, piece)
            if piece.rows_read >= PIECE_ROWS:
                yield piece
                piece = Piece()
        yield piece

    def _convert(self, line: int, cells: list[str], columns: list[str], piece: Piece) -> None:
        row: dict[str, str | None] = {}
        fit = True
        for taker in self._takers:
            try:
                row[taker.into.name] = taker.take(cells)
            except Unfit as why:
                fit = False
                piece.faults.append(self._of_taker(line, taker, why, cells))
        if fit and self._encoding is not None:
            fit = self._is_as_stated(line, cells, piece)
        if not fit:
            return
        try:
            row = self.source.kind.complete(row, self.today)
        except Unfit as why:
            piece.faults.append(self._fault(line, "", "", why, cells))
            return
        piece.records.append(copy_line([str(line), *(row.get(name) for name in columns)]))

    def _is_as_stated(self, line: int, cells: list[str], piece: Piece) -> bool:
        """Any bytes are Latin-1; but text whose bytes are proper UTF-8 was hardly meant as such."""
        whole = "".join(cells)
        if whole.isascii():
            return True
        try:
            meant = whole.encode(self._encoding or "").decode("utf-8")
        except UnicodeError:
            return True
        why = Unfit(
            "encoding", f"{self._encoding} text; in UTF-8 these bytes read {excerpt(meant)!r}"
        )
        piece.faults.append(self._fault(line, "", whole, why, cells))
        return False

    def _of_taker(self, line: int, taker: _Taker, why: Unfit, cells: list[str]) -> Fault:
        found = "/".join(cells[place] for place in taker.places) or taker.origin.value or ""
        return self._fault(line, taker.origin.shown(), found, why, cells)

    def _fault(self, line: int, column: str, found: str, why: Unfit, cells: list[str]) -> Fault:
        return Fault(
            self.source.number, line, column, excerpt(found), why.expected, why.kind, content(cells)
        )


def _is_single_byte(encoding: str) -> bool:
    return encoding.startswith(("iso8859", "cp125", "mac-"))


def _taker(mapping: Mapping, source: Source, name: str, origin: Origin, opened: Opened) -> _Taker:
    known = _EXTERNAL_ID if name == "external_id" else source.kind.field(name)
    assert known is not None  # the mapping was read against the kind
    header_line = source.layout.skip + 1
    places = [opened.index(column, header_line) for column in origin.columns]
    lookup = None
    if origin.lookup is not None:
        given = mapping.lookups[origin.lookup]
        try:
            lookup = read_lookup(given.path, given.layout, given.given, given.wanted)
        except Broken as why:
            why.expected = f"in the look-up {given.name} ({given.path.name}): {why.expected}"
            raise
    return _Taker(known, origin, places, lookup, _conversion(known, source.layout))


def _conversion(known: Field, layout: Layout) -> Convert:
    if known.form is Form.DECIMAL:
        return values.decimal(layout.numbers) if layout.numbers.decimal else _cell_only("decimal")
    if known.form is Form.DAY:
        return values.day(layout.date) if layout.date else _cell_only("date")
    if known.form is Form.CHOICE:
        return values.one_of(*known.choices)
    if known.form is Form.WORDS:
        return values.words_of(*known.choices)
    if known.form is Form.CURRENCY:
        return values.currency
    return values.email if known.form is Form.EMAIL else values.text(known.limit)


def _cell_only(setting: str) -> Convert:
    """Without a stated format, only a spreadsheet's own number or date will do."""

    def convert(raw: str) -> str:
        if isinstance(raw, values.Number if setting == "decimal" else values.Day):
            return str(raw)
        raise Unfit("unstated", f"the mapping to state {setting!r}: how this is written")

    return convert


_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def copy_line(record: Record) -> bytes:
    """One line of COPY's text format."""
    cells = ["\\N" if value is None else value for value in record]
    line = "\t".join(cells)
    if "\\" in line or line.count("\t") != len(cells) - 1 or "\n" in line or "\r" in line:
        line = "\t".join("\\N" if value is None else value.translate(_ESCAPES) for value in record)
    return (line + "\n").encode()
