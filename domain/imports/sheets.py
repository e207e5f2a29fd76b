"""Spreadsheets, read in a process of their own under limits.

A spreadsheet is a zip of XML that may unpack to anything, and the library that reads it holds a
whole sheet in memory. So a child process with bounds on memory and time reads it and sends rows of
JSON; whatever a hostile file does to it, here it is one error. Cells keep what they are: a number
or a date of the spreadsheet needs no stated format.

Run as a module it is that child: `python -m domain.imports.sheets FILE SHEET`.
"""

import json
import re
import resource
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

from python_calamine import CalamineError, CalamineWorkbook

from domain.imports.faults import Broken
from domain.imports.values import Day, Number

FILE_BYTES = 64 << 20
UNPACKED_BYTES = 320 << 20
PARTS = 5_000
MEMORY_BYTES = 2 << 30
CPU_SECONDS = 180
CELL_CHARACTERS = 32_767  # what a spreadsheet program can hold in one cell

_ROOT = Path(__file__).parents[2]


def read_sheet(path: Path, sheet: str) -> Iterator[tuple[int, list[str]]]:
    """Rows with their numbers as the spreadsheet shows them. Raises Broken."""
    command = [sys.executable, "-m", "domain.imports.sheets", str(path.resolve()), sheet]
    child = subprocess.Popen(  # noqa: S603 - our own module, no shell
        command, cwd=_ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert child.stdout is not None  # asked for above
    try:
        for sent in child.stdout:
            message = json.loads(sent)
            if "broken" in message:
                raise Broken(message["line"], "spreadsheet", message["broken"])
            if "end" in message:
                return
            yield message["line"], [_cell(*cell) for cell in message["cells"]]
        raise Broken(
            0,
            "spreadsheet",
            "a spreadsheet that can be read within"
            f" {MEMORY_BYTES >> 30} GiB and {CPU_SECONDS} seconds; save it as delimited text",
        )
    finally:
        child.kill()
        child.stdout.close()
        child.wait()


def _cell(kind: str, text: str) -> str:
    if kind == "n":
        return Number(text)
    return Day(text) if kind == "d" else text


class _Refused(Exception):
    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


def _send_rows(path: Path, name: str) -> None:
    if path.stat().st_size > FILE_BYTES:
        raise _Refused(f"a file of at most {FILE_BYTES >> 20} MiB; save it as delimited text")
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            _refuse_bombs(archive)
            _refuse_cells_without_value(archive, name)
    with CalamineWorkbook.from_path(path) as workbook:
        if name not in workbook.sheet_names:
            raise _Refused(
                f"a sheet named {name!r}; there are {', '.join(workbook.sheet_names[:20])}"
            )
        sheet = workbook.get_sheet_by_name(name)
        row, column = sheet.start or (0, 0)
        left = [("s", "")] * column
        for line, cells in enumerate(sheet.iter_rows(), start=row + 1):
            _send({"line": line, "cells": left + [_typed(cell, line) for cell in cells]})


def _refuse_bombs(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    if len(parts) > PARTS or sum(part.file_size for part in parts) > UNPACKED_BYTES:
        raise _Refused(
            f"a spreadsheet that unpacks to at most {UNPACKED_BYTES >> 20} MiB in {PARTS:,} parts"
        )
    for part in parts:
        if part.filename.endswith((".xml", ".rels")):
            with archive.open(part) as stream:
                if re.search(rb"<!(DOCTYPE|ENTITY)", stream.read(4096)):
                    raise _Refused(f"XML without declarations; {part.filename} has some")


_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_CELL = rb'<c\s[^>]*?r="([A-Z]+)([0-9]+)"[^>]*?'
_FORMULA_WITHOUT_RESULT = re.compile(
    _CELL + rb">\s*<f(?:\s[^>]*)?(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>"
)
_ERROR_CELL = re.compile(_CELL + rb't="e"')


def _refuse_cells_without_value(archive: zipfile.ZipFile, name: str) -> None:
    """Formulas never calculated, and cells that show an error, would read as empty."""
    part = _part_of_sheet(archive, name)
    if part is None:
        return
    with archive.open(part) as stream:
        tail = b""
        while block := stream.read(1 << 20):
            tail = tail[-8192:] + block
            for pattern, what in (
                (_FORMULA_WITHOUT_RESULT, "holds a formula without a stored result"),
                (_ERROR_CELL, "shows an error"),
            ):
                if found := pattern.search(tail):
                    cell = (found[1] + found[2]).decode()
                    raise _Refused(
                        f"values; cell {cell} {what}: recalculate and save, or paste values",
                        int(found[2]),
                    )


def _part_of_sheet(archive: zipfile.ZipFile, name: str) -> str | None:
    """The XML part that holds the sheet, in an .xlsx; None for other kinds of file."""
    names = set(archive.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return None
    # Parts with declarations were refused before, so no entity can expand here.
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314
    links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    wanted = next((s.get(_RELATION) for s in book.iter() if s.get("name") == name), None)
    target = next((link.get("Target", "") for link in links if link.get("Id") == wanted), "")
    part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return part if part in names else None


def _typed(cell: object, line: int) -> tuple[str, str]:
    if isinstance(cell, bool):
        return "s", "true" if cell else "false"
    if isinstance(cell, int | float):
        # 15 digits are what a spreadsheet shows of a number; the rest is binary dust.
        return "n", format(Decimal(format(cell, ".15g")), "f")
    if isinstance(cell, datetime):
        at_midnight = cell.time() == time()
        return ("d", cell.date().isoformat()) if at_midnight else ("s", cell.isoformat(" "))
    if isinstance(cell, date):
        return "d", cell.isoformat()
    if isinstance(cell, time | timedelta):
        return "s", str(cell)
    text = str(cell)
    if len(text) > CELL_CHARACTERS:
        raise _Refused(f"cells of at most {CELL_CHARACTERS:,} characters", line)
    return "s", text


def _send(message: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")


def _main() -> None:
    with suppress(ValueError, OSError):  # macOS takes no bound on memory; size and time still hold
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        _send_rows(Path(sys.argv[1]), sys.argv[2])
        _send({"end": True})
    except _Refused as why:
        _send({"broken": str(why), "line": why.line})
    except (CalamineError, zipfile.BadZipFile, ElementTree.ParseError, OSError, ValueError) as why:
        _send({"broken": f"a spreadsheet we can read ({type(why).__name__})", "line": 0})


if __name__ == "__main__":
    _main()
