"""From a file to rows of text, under the stated layout, a bounded piece at a time.

What is stated is tested against what is there: a byte order mark that says otherwise, bytes that
the encoding does not know, NULs, a header that the delimiter does not split.
"""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from domain.imports.faults import Broken
from domain.imports.mapping import SHEETS, Layout
from domain.imports.sheets import read_sheet

LINE_CHARACTERS = 1 << 20
LOOKUP_ROWS = 1_000_000
_BLOCK = 1 << 16
_MARKS = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16 (little-endian)"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16 (big-endian)"),
)

Row = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that has begun well: the names of its columns, and the rows still to come."""

    header: list[str]
    rows: Iterator[Row]

    def index(self, column: str, line: int = 1) -> int:
        """Where the column stands. Raises Broken when it is missing or there twice."""
        places = [place for place, name in enumerate(self.header) if name == column]
        if len(places) == 1:
            return places[0]
        if places:
            at = " and ".join(str(place + 1) for place in places)
            raise Broken(
                line, "header", f"one column of this name; it stands at {at}", column=column
            )
        found = ", ".join(self.header[:30])
        raise Broken(
            line,
            "header",
            "a column of this name in the header" + _delimiter_hint(self.header),
            column=column,
            excerpt=found,
        )


def _delimiter_hint(header: list[str]) -> str:
    if len(header) > 1:
        return ""
    for delimiter, name in ((";", "';'"), (",", "','"), ("|", "'|'"), ("\t", "a tab")):
        if header and delimiter in header[0]:
            return f"; the header is one single column and looks separated by {name}"
    return "; the header is one single column"


def open_rows(path: Path, layout: Layout) -> Opened:
    """Begin to read. Raises Broken here or while the rows are read."""
    rows = _rows(path, layout)
    if layout.columns:
        return Opened(list(layout.columns), rows)
    for _, cells in rows:
        return Opened([cell.strip() for cell in cells], rows)
    raise Broken(1, "empty", "a header; the file is empty")


def read_lookup(path: Path, layout: Layout, given: str, wanted: str) -> dict[str, str]:
    """The pairs of two columns. A value given twice with different partners is refused."""
    opened = open_rows(path, layout)
    at, to = opened.index(given), opened.index(wanted)
    pairs: dict[str, str] = {}
    for line, cells in opened.rows:
        if len(cells) != len(opened.header):
            raise Broken(line, "cells", f"{len(opened.header)} cells; there are {len(cells)}")
        key, value = cells[at].strip(), cells[to].strip()
        if pairs.setdefault(key, value) != value:
            raise Broken(line, "look-up", "one partner for each value", column=given, excerpt=key)
        if len(pairs) > LOOKUP_ROWS:
            raise Broken(line, "look-up", f"at most {LOOKUP_ROWS:,} rows in a look-up")
    return pairs


def _rows(path: Path, layout: Layout) -> Iterator[Row]:
    if path.suffix.lower() in SHEETS:
        rows = read_sheet(path, layout.sheet or "")
    else:
        rows = _delimited(path, layout)
    for _ in range(layout.skip):
        next(rows, None)
    return (row for row in rows if any(cell.strip() for cell in row[1]))


def _delimited(path: Path, layout: Layout) -> Iterator[Row]:
    with path.open("rb") as file:
        reader = csv.reader(
            _lines(file, layout.encoding),
            delimiter=layout.delimiter,
            quoting=csv.QUOTE_MINIMAL if layout.quoted else csv.QUOTE_NONE,
            quotechar='"' if layout.quoted else None,
            strict=True,
        )
        while True:
            line = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as why:
                raise _unreadable(line, why) from why
            yield line, cells


def _unreadable(line: int, why: csv.Error) -> Broken:
    message = str(why)
    if "field larger" in message:
        limit = csv.field_size_limit()
        return Broken(
            line, "too long", f"cells of at most {limit:,} characters, or a quote is never closed"
        )
    if "unexpected end" in message:
        return Broken(line, "quoting", "a closing quote; the one opened here is never closed")
    return Broken(
        line,
        "quoting",
        f'quotes around whole cells and "" for a quote inside ({message});'
        ' or state quoting = "none"',
    )


def _lines(file: BinaryIO, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(_without_mark(file, encoding))("strict")
    pending, number = "", 0
    while True:
        block = file.read(_BLOCK)
        try:
            pending += decoder.decode(block, final=not block)
        except UnicodeDecodeError as why:
            raise _undecodable(why, encoding, number, pending) from why
        whole, pending, read = pending, "", 0
        for line in io.StringIO(whole, newline=""):
            read += len(line)
            # The last piece may go on in the next block; so may "\r", as "\r\n".
            if block and read == len(whole) and not line.endswith("\n"):
                pending = line
                break
            number += 1
            yield line
        if len(pending) > LINE_CHARACTERS:
            raise Broken(number + 1, "too long", f"lines of at most {LINE_CHARACTERS:,} characters")
        if not block:
            return


def _without_mark(file: BinaryIO, encoding: str) -> str:
    """Pass over a byte order mark that agrees with the stated encoding; the codec to go on with."""
    head = file.read(4096)
    file.seek(0)
    mark, codec, name = next(((m, c, n) for m, c, n in _MARKS if head.startswith(m)), (b"", "", ""))
    if mark:
        if not codec.startswith(encoding):
            raise Broken(
                1, "encoding", f"{encoding}, as stated; the file begins with a mark of {name}"
            )
        file.seek(len(mark))
        return codec
    if encoding == "utf-16":
        raise Broken(
            1, "encoding", "a byte order mark; without one, state utf-16-le or utf-16-be instead"
        )
    if not encoding.startswith("utf-16") and b"\0" in head:
        at = head.index(b"\0")
        raise Broken(
            head[:at].count(b"\n") + 1,
            "encoding",
            f"{encoding} text; byte {at + 1} is NUL, as in UTF-16 or in a file that is not text",
        )
    return encoding


def _undecodable(why: UnicodeDecodeError, encoding: str, number: int, pending: str) -> Broken:
    before = pending + why.object[: why.start].decode(why.encoding, "replace")
    newlines = before.count("\n") + before.replace("\r\n", "").count("\r")
    found = " ".join(f"{byte:02X}" for byte in why.object[why.start : why.start + 4])
    hint = ""
    if encoding == "utf-8":
        western = why.object[why.start : why.start + 1].decode("cp1252", "replace")
        hint = f"; in cp1252 the first would be {western!r}" if western.isalpha() else ""
    line = before.replace("\r\n", "\n").replace("\r", "\n").rpartition("\n")[2]
    return Broken(
        number + newlines + 1,
        "encoding",
        f"{encoding} text, as stated; the bytes {found} are not{hint}",
        excerpt=line[-40:],
    )
