"""Files that are not what they are said to be are refused with the place and what was found."""

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import openpyxl  # type: ignore[import-untyped] # ships no types
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.imports.converting import Converter
from domain.imports.faults import Broken, Fault
from domain.imports.mapping_file import MappingFault, read_mapping
from tests.domain.imports.files import HEADER, LAYOUT, SALES, a_mapping, sale_rows

TODAY = date(2020, 5, 29)


def converted(mapping: Path) -> tuple[list[str], list[Fault]]:
    """The staged lines and the faults of a mapping's only source."""
    described = read_mapping(mapping)
    pieces = list(Converter(described, described.sources[0], TODAY).pieces())
    return (
        [record.decode() for piece in pieces for record in piece.records],
        [fault for piece in pieces for fault in piece.faults],
    )


def broken(mapping: Path) -> Broken:
    with pytest.raises(Broken) as refused:
        converted(mapping)
    return refused.value


def stated(**changes: str) -> str:
    """The usual layout with some lines stated otherwise."""
    layout = LAYOUT
    for key, value in changes.items():
        lines = [line for line in layout.splitlines() if not line.startswith(f"{key} =")]
        layout = "\n".join([*lines, f'{key} = "{value}"', ""])
    return layout


@pytest.mark.parametrize(
    ("content", "encoding", "line", "expected"),
    [
        (b"\xff\xfe" + HEADER.encode("utf-16-le"), "utf-8", 1, "a mark of UTF-16 (little-endian)"),
        (b"\xef\xbb\xbf" + HEADER.encode(), "latin-1", 1, "a mark of UTF-8"),
        (HEADER.encode("utf-16-le"), "utf-8", 1, "NUL, as in UTF-16"),
        (HEADER.encode("utf-16-le"), "utf-16", 1, "state utf-16-le or utf-16-be"),
        ((HEADER + "S1,2020-05-01,5\nJos").encode() + b"\xe9,2020-05-01,1\n", "utf-8", 3, "E9 2C"),
        (HEADER.encode() + b"S\xed\xa0\x80,2020-05-01,1\n", "utf-8", 2, "the bytes ED A0 80"),
        (HEADER.encode() + b"S1,2020-05-01,1\nS2\xc3", "utf-8", 3, "the bytes C3"),
        (HEADER.encode("utf-16-le") + b"\x00\xd8A\x00", "utf-16-le", 2, "utf-16-le text"),
        (b"PK\x03\x04\x14\x00\x00\x00", "utf-8", 1, "a file that is not text"),
        (b"", "utf-8", 1, "the file is empty"),
    ],
)
def test_an_encoding_that_does_not_fit_is_named_with_the_place(
    tmp_path: Path, content: bytes, encoding: str, line: int, expected: str
) -> None:
    mapping = a_mapping(tmp_path, {"sales.csv": content}, layout=stated(encoding=encoding))

    fault = broken(mapping)

    assert fault.line == line
    assert expected in fault.expected


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b""), ("utf-8", b"\xef\xbb\xbf"), ("utf-16", b"\xff\xfe"), ("utf-16-le", b""),
        ("latin-1", b""), ("cp1252", b""),
    ],
)  # fmt: skip
def test_text_in_the_stated_encoding_comes_through_whole(
    tmp_path: Path, encoding: str, mark: bytes
) -> None:
    codec = "utf-16-le" if encoding == "utf-16" else encoding
    content = mark + (HEADER + "José,2020-05-01,5\r\n").encode(codec)
    mapping = a_mapping(tmp_path, {"sales.csv": content}, layout=stated(encoding=encoding))

    records, faults = converted(mapping)

    assert records == ["2\tJosé\t2020-05-01\t1\t5\tUSD\n"]
    assert faults == []


def test_utf8_stated_as_latin_1_is_refused_by_row(tmp_path: Path) -> None:
    content = (HEADER + "S1,2020-05-01,1\nJosé,2020-05-01,5\n").encode()
    mapping = a_mapping(tmp_path, {"sales.csv": content}, layout=stated(encoding="latin-1"))

    records, faults = converted(mapping)

    assert len(records) == 1
    assert [fault.line for fault in faults] == [3]
    assert "in UTF-8 these bytes read 'José" in faults[0].expected


@pytest.mark.parametrize(
    ("content", "line", "kind", "expected"),
    [
        ("Id|Day|Amount\n1|2|3\n", 1, "header", "looks separated by '|'"),
        ("Id,Day,Total\n", 1, "header", "a column of this name"),
        ("Id,Day,Amount,Amount\n", 1, "header", "it stands at 3 and 4"),
        (HEADER + 'S1,2020-05-01,1\n"S2,2020-05-02,5\nS3,2020-05-03,1\n', 3, "quoting", "never closed"),
        (HEADER + '"a"b,2020-05-01,1\n', 2, "quoting", 'state quoting = "none"'),
        (HEADER + "S1,2020-05-01," + "1" * 10_000_000, 2, "too long", "lines of at most 1,048,576"),
        (HEADER + "x" * 200_000 + ",2020-05-01,1\n", 2, "too long", "cells of at most 131,072"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_split_into_its_columns_is_refused(
    tmp_path: Path, content: str, line: int, kind: str, expected: str
) -> None:
    fault = broken(a_mapping(tmp_path, {"sales.csv": content}))

    assert (fault.line, fault.kind) == (line, kind)
    assert expected in fault.expected


def test_every_fault_of_a_row_is_told_with_line_column_excerpt_and_expectation(
    tmp_path: Path,
) -> None:
    content = (
        HEADER
        + '"S\n1",2020-05-01,1\n'  # two lines of the editor
        + "S2,29.05.2020,1.234,56\n"
        + "S3,29.05.2020,x\n"
        + "\n"
        + ",2020-05-01,1\n"
        + "S5,2020-05-01"
    )

    records, faults = converted(a_mapping(tmp_path, {"sales.csv": content}))

    assert records == []
    assert [(fault.line, fault.column, fault.excerpt, fault.kind) for fault in faults] == [
        (2, "Id", "S\\u000a1", "unprintable"),
        (4, "", "", "cells"),
        (5, "Day", "29.05.2020", "date"),
        (5, "Amount", "x", "number"),
        (7, "Id", "", "missing"),
        (8, "", "", "cells"),
    ]
    assert faults[2].expected.endswith("it would fit DD.MM.YYYY")


def test_without_quoting_a_quote_is_part_of_the_value(tmp_path: Path) -> None:
    content = 'Id,Day,Amount\n"19"" Rack,2020-05-01,5\n'
    mapping = a_mapping(tmp_path, {"sales.csv": content}, layout=stated(quoting="none"))

    records, _ = converted(mapping)

    assert records == ['2\t"19"" Rack\t2020-05-01\t1\t5\tUSD\n']


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.one_of(
        st.binary(max_size=400), st.text(alphabet=',;"\n\r\t\\ab1é\0').map(str.encode)
    )
)
def test_no_bytes_crash_the_parser(tmp_path: Path, content: bytes) -> None:
    for body in (content, HEADER.encode() + content):
        for layout in (LAYOUT, stated(encoding="utf-16-le"), stated(quoting="none")):
            mapping = a_mapping(tmp_path, {"sales.csv": body}, layout=layout)
            try:
                records, _ = converted(mapping)
            except Broken:
                continue
            assert all(record.count("\n") == 1 for record in records)


SHEET = SALES.replace('file = "sales.csv"', 'file = "sales.xlsx"\nsheet = "Sales"')


def workbook(rows: list[list[object]], title: str = "Sales") -> bytes:
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def repacked(content: bytes, part: str, change: bytes, into: bytes) -> bytes:
    """The same spreadsheet with some bytes of one part changed."""
    given_, made = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name in given_.namelist():
            body = given_.read(name)
            archive.writestr(name, body.replace(change, into) if name == part else body)
    return made.getvalue()


HEAD: list[object] = ["Id", "Day", "Amount"]


def test_cells_of_a_spreadsheet_keep_their_numbers_and_dates(tmp_path: Path) -> None:
    content = workbook(
        [HEAD, [7, date(2020, 5, 29), 1234.56], [], ["é", datetime(2020, 5, 1), 0.1 + 0.2],
         ["S3", "2020-05-02", "5.5"], ["S4", datetime(2020, 5, 1, 13, 30), 1]]
    )  # fmt: skip
    mapping = a_mapping(tmp_path, {"sales.xlsx": content}, sources=SHEET)

    records, faults = converted(mapping)

    assert records == [
        "2\t7\t2020-05-29\t1\t1234.56\tUSD\n",
        "4\té\t2020-05-01\t1\t0.3\tUSD\n",
        "5\tS3\t2020-05-02\t1\t5.5\tUSD\n",
    ]
    assert [(fault.line, fault.column) for fault in faults] == [(6, "Day")]


@pytest.mark.parametrize(
    ("made", "line", "expected"),
    [
        (lambda: workbook([HEAD, ["S1", date(2020, 5, 1), "=1+1"]]), 2, "cell C2 holds a formula"),
        (lambda: workbook([HEAD, ["S1", "#REF!", 1]]), 2, "cell B2 shows an error"),
        (lambda: workbook([HEAD], title="Other"), 0, "a sheet named 'Sales'; there are Other"),
        (lambda: b"PK\x03\x04 not a spreadsheet", 0, "a spreadsheet we can read"),
        (lambda: workbook([HEAD])[:2000], 0, "a spreadsheet we can read"),
        (
            lambda: repacked(
                workbook([HEAD]), "xl/workbook.xml", b"<workbook",
                b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><workbook',
            ),
            0,
            "XML without declarations",
        ),
        (
            lambda: repacked(
                workbook([HEAD, ["S1", 1, 1]]), "xl/worksheets/sheet1.xml", b"<sheetData>",
                b"<sheetData>" + b"<row/>" * 60_000_000,
            ),
            0,
            "unpacks to at most 320 MiB",
        ),
        (
            lambda: repacked(
                workbook([HEAD, ["S1", 1, 1]]), "xl/worksheets/sheet1.xml", b'r="C2"',
                b'r="XFD1048576"',
            ),
            0,
            "within 2 GiB",
        ),
    ],
    ids=["formula", "error", "sheet", "text", "truncated", "entity", "bomb", "sparse"],
)  # fmt: skip
def test_a_hostile_or_unfinished_spreadsheet_is_one_refusal(
    tmp_path: Path, made: Callable[[], bytes], line: int, expected: str
) -> None:
    fault = broken(a_mapping(tmp_path, {"sales.xlsx": made()}, sources=SHEET))

    assert fault.line == line
    assert expected in fault.expected


@pytest.mark.parametrize(
    ("sources", "layout", "expected"),
    [
        ("", LAYOUT, "has no [[source]]"),
        (SALES, stated(encoding="rot13"), "'rot13' is not an encoding of text"),
        (SALES, LAYOUT.replace('encoding = "utf-8"', ""), "encoding is missing; it is never guessed"),
        (SALES, LAYOUT.replace('delimiter = ","', ""), "delimiter is missing; it is never guessed"),
        (SALES, stated(date="DD.MM.YY"), "must have YYYY"),
        (SALES, stated(grouping="."), "grouping is another single separator"),
        (SALES, stated(delimiter=",,"), "delimiter is one character"),
        (SALES, LAYOUT + 'colour = "red"\n', "does not know 'colour'"),
        (SALES.replace("sales.csv", "none.csv"), LAYOUT, "there is no file 'none.csv'"),
        (SALES.replace('"sales"', '"deals"'), LAYOUT, "kind must be one of people"),
        (SALES.replace("amount", "amuont"), LAYOUT, "sales have no field 'amuont'"),
        (SALES.replace('amount = "Amount"', ""), LAYOUT, "sales need amount"),
        (SALES, LAYOUT.replace('currency = "USD"', ""), "sales need currency"),
        (SALES.replace('external_id = "Id"', ""), LAYOUT, "state external_id"),
        (SALES + 'person = { column = "P", lookup = "x" }', LAYOUT, "there is no [lookup.x]"),
        ("[[source", LAYOUT, "is not TOML"),
    ],
)  # fmt: skip
def test_a_mapping_that_leaves_something_open_is_refused(
    tmp_path: Path, sources: str, layout: str, expected: str
) -> None:
    mapping = a_mapping(tmp_path, {"sales.csv": HEADER}, sources=sources, layout=layout)

    with pytest.raises(MappingFault) as refused:
        read_mapping(mapping)

    assert expected in refused.value.message


def test_numbers_and_dates_without_a_stated_format_are_not_guessed(tmp_path: Path) -> None:
    layout = LAYOUT.replace('decimal = "."', "").replace('date = "YYYY-MM-DD"', "")
    mapping = a_mapping(tmp_path, {"sales.csv": HEADER + sale_rows(1)}, layout=layout)

    _, faults = converted(mapping)

    assert {fault.expected for fault in faults} == {
        "the mapping to state 'date': how this is written",
        "the mapping to state 'decimal': how this is written",
    }
    assert all(fault.kind == "unstated" for fault in faults)
