"""A cell's text becomes a value only as the mapping states it."""

from contextlib import suppress
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.imports.targets import complete_target
from domain.imports.values import (
    DECIMALS,
    Day,
    Number,
    NumberStyle,
    Unfit,
    currency,
    date_pattern,
    day,
    decimal,
    email,
    text,
    words_of,
)

POINT = NumberStyle(".")
ENGLISH = NumberStyle(".", ",")
GERMAN = NumberStyle(",", ".")
DOLLARS = NumberStyle(".", ",", "$")


@pytest.mark.parametrize(
    ("style", "raw", "value"),
    [
        (POINT, "1234.56", "1234.56"),
        (POINT, "-0.50", "-0.5"),
        (POINT, "+7", "7"),
        (POINT, "007", "7"),
        (POINT, "0.00", "0"),
        (POINT, "-0", "0"),
        (POINT, "1.500000", "1.5"),
        (POINT, "9999999999999999.9999", "9999999999999999.9999"),
        (ENGLISH, "1,234,567.89", "1234567.89"),
        (ENGLISH, "1234567.89", "1234567.89"),
        (GERMAN, "1.234,56", "1234.56"),
        (GERMAN, "12,5", "12.5"),
        (DOLLARS, "$1,234.00", "1234"),
        (DOLLARS, "-$5.25", "-5.25"),
        (GERMAN, Number("1234.56"), "1234.56"),
    ],
)
def test_numbers_are_read_as_stated(style: NumberStyle, raw: str, value: str) -> None:
    assert decimal(style)(raw) == value


@pytest.mark.parametrize(
    ("style", "raw", "expected"),
    [
        (POINT, "1.234,56", "looks like ',' before decimals"),
        (POINT, "1,234.56", "looks like ',' between thousands"),
        (ENGLISH, "1.234,56", "looks like ',' before decimals"),
        (GERMAN, "1,234.56", "looks like '.' before decimals"),
        (GERMAN, "1.23", "a number such as 1.234,56"),
        (ENGLISH, "12,34", "a number such as 1,234.56"),
        (POINT, "NaN", "a number such as"),
        (POINT, "Infinity", "a number such as"),
        (POINT, "1e5", "a number such as"),
        (POINT, "0x10", "a number such as"),
        (POINT, "١٢٣", "a number such as"),
        (POINT, "=1+1", "a number such as"),
        (POINT, "1 234", "a number such as"),
        (POINT, "--1", "a number such as"),
        (POINT, "5%", "a number such as"),
        (POINT, "0.00001", "at most 4 decimals; nothing is rounded"),
        (POINT, "10000000000000000", "at most 16 digits"),
        (POINT, Number("1.23456"), "at most 4 decimals"),
    ],
)
def test_what_is_no_number_is_refused_with_what_it_looks_like(
    style: NumberStyle, raw: str, expected: str
) -> None:
    with pytest.raises(Unfit) as refused:
        decimal(style)(raw)

    assert expected in refused.value.expected


@given(
    st.decimals(
        allow_nan=False, allow_infinity=False, places=4, min_value=-(10**15), max_value=10**15
    )
)
def test_a_number_written_in_any_style_is_read_exactly(value: Decimal) -> None:
    for style in (POINT, ENGLISH, GERMAN):
        grouped = f"{value:,f}" if style.grouping else f"{value:f}"
        written = "".join({",": style.grouping, ".": style.decimal}.get(c, c) for c in grouped)

        assert Decimal(decimal(style)(written)) == value


@given(st.text())
def test_any_text_is_either_a_value_or_refused_in_words(raw: str) -> None:
    for convert in (decimal(GERMAN), day("DD.MM.YYYY"), text(20), email, currency, words_of("rep")):
        with suppress(Unfit):
            assert isinstance(convert(raw), str)


@pytest.mark.parametrize(
    ("form", "raw", "value"),
    [
        ("YYYY/MM/DD", "2020/05/29", "2020-05-29"),
        ("DD.MM.YYYY", "03.04.2020", "2020-04-03"),
        ("MM/DD/YYYY", "03/04/2020", "2020-03-04"),
        ("DD/MM/YYYY", "03/04/2020", "2020-04-03"),
        ("M/D/YYYY", "3/4/2020", "2020-03-04"),
        ("DD-MMM-YYYY", "01-Jul-2020", "2020-07-01"),
        ("YYYYMMDD", "20200229", "2020-02-29"),
        ("YYYY-MM-DD hh:mm:ss", "2020-05-29 13:14:15", "2020-05-29"),
        ("DD.MM.YYYY", Day("2020-05-29"), "2020-05-29"),
    ],
)
def test_dates_are_read_as_stated(form: str, raw: str, value: str) -> None:
    assert day(form)(raw) == value


@pytest.mark.parametrize(
    ("form", "raw", "expected"),
    [
        ("MM/DD/YYYY", "13/02/2020", "written as MM/DD/YYYY"),
        ("M/D/YYYY", "13/2/2020", "it would fit D/M/YYYY"),
        ("YYYY-MM-DD", "29.05.2020", "it would fit DD.MM.YYYY"),
        ("YYYY-MM-DD", "2021-02-29", "1900 to 2199"),
        ("YYYY-MM-DD", "0020-05-29", "1900 to 2199"),
        ("YYYY-MM-DD", "20-05-29", "written as YYYY-MM-DD"),
        ("DD-MMM-YYYY", "01-Jux-2020", "written as DD-MMM-YYYY"),
        ("YYYY-MM-DD", "٢٠٢٠-05-29", "written as YYYY-MM-DD"),
    ],
)
def test_what_is_no_such_date_is_refused(form: str, raw: str, expected: str) -> None:
    with pytest.raises(Unfit) as refused:
        day(form)(raw)

    assert expected in refused.value.expected


@pytest.mark.parametrize("form", ["DD.MM.YY", "MM/YYYY", "YYYY-MM-DD-MM", "YYYY MM MMM DD", ""])
def test_a_date_format_that_could_mean_two_days_is_refused(form: str) -> None:
    with pytest.raises(ValueError, match="date format"):
        date_pattern(form)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("a\x00b", "character 2 is U+0000, a NUL"),
        ("a\tb", "a control character"),
        ("a\x85b", "a control character"),
        ("invoice\u202efdp.exe", "U+202E, which changes the direction"),
        ("a\u2066b", "which changes the direction"),
        ("a\ud800", "half of a character"),
        ("Jos\ufffd", "read in a wrong encoding"),
        ("\ufeffKey", "read in a wrong encoding"),
        ("x" * 21, "at most 20 characters; there are 21"),
    ],
)
def test_text_holds_nothing_that_a_reader_cannot_see(raw: str, expected: str) -> None:
    with pytest.raises(Unfit) as refused:
        text(20)(raw)

    assert expected in refused.value.expected


@pytest.mark.parametrize(
    "raw", ['19" Rack, "used"', "José Saraiva", "=SUM(A1)", "שלום", "日本 \u200f x"]
)
def test_quotes_commas_accents_formulas_and_other_scripts_survive_in_text(raw: str) -> None:
    assert text(200)(raw) == raw


@pytest.mark.parametrize(
    ("month", "today", "name", "ends_on", "status"),
    [
        ("2020-05-01", date(2020, 5, 29), "Revenue, May 2020", "2020-05-31", "approved"),
        ("2020-05-01", date(2020, 5, 1), "Revenue, May 2020", "2020-05-31", "approved"),
        ("2020-06-01", date(2020, 5, 31), "Revenue, June 2020", "2020-06-30", "draft"),
        ("2020-02-01", date(2020, 5, 29), "Revenue, February 2020", "2020-02-29", "approved"),
    ],
)
def test_a_target_is_in_force_once_its_month_has_begun(
    month: str, today: date, name: str, ends_on: str, status: str
) -> None:
    goal = complete_target({"target": "10", "month": month}, today)

    assert (goal["name"], goal["ends_on"], goal["status"]) == (name, ends_on, status)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"target": "0", "month": "2020-05-01"}, "above zero"),
        ({"target": "-5", "month": "2020-05-01"}, "above zero"),
        ({"target": "5", "month": "2020-05-02"}, "first day of a month"),
        ({"target": "5", "starts_on": "2020-05-02"}, "both starts_on and ends_on"),
        (
            {"target": "5", "starts_on": "2020-05-02", "ends_on": "2020-05-01"},
            "does not end before",
        ),
    ],
)
def test_a_target_without_amount_or_period_is_refused(
    row: dict[str, str | None], expected: str
) -> None:
    with pytest.raises(Unfit) as refused:
        complete_target(row, date(2020, 5, 29))

    assert expected in refused.value.expected


def test_no_more_decimals_are_read_than_the_database_keeps() -> None:
    assert DECIMALS == 4
