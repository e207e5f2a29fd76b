"""A proposed mapping says how a file is written, and leaves to people what it cannot know."""

from pathlib import Path

import pytest

from domain.errors import Invalid
from domain.imports.proposing import propose

GERMAN_SALES = """Beleg;Pos;Datum;Kunde;Verkäufer;Menge;Netto
A-1;1;03.03.2025;K 1;8;2;1.234,56
A-2;1;17.04.2025;K 2;9;10;-12.000,00
A-3;1;31.05.2025;K 2;9;1;99,90
"""


def test_a_file_in_another_language_is_known_by_its_days_and_amounts(tmp_path: Path) -> None:
    file = tmp_path / "umsatz.csv"
    file.write_text(GERMAN_SALES, encoding="cp1252")

    lines = propose(file).splitlines()

    assert {
        'encoding = "cp1252"',
        'delimiter = ";"',
        'quoting = "none"',
        'date = "DD.MM.YYYY"',
        'decimal = ","',
        'grouping = "."',
        'external_id = "Beleg"  # what names a row for ever? or several, joined',
        "# sold_on = ?  (needed)",
        "# column not used: Netto",
    } <= set(lines)
    assert any(line.startswith('kind = "sales"  # or people, positions,') for line in lines)
    assert "# column not used: Beleg" not in lines


def test_columns_that_bear_the_names_of_fields_are_proposed_for_them(tmp_path: Path) -> None:
    file = tmp_path / "staff.csv"
    file.write_text('Key,Name,Email\n7,"Hopper, Grace",grace@example.com\n', encoding="utf-8")

    lines = propose(file).splitlines()

    assert {'quoting = "double"', 'name = "Name"', 'email = "Email"'} <= set(lines)
    assert any(line.startswith('kind = "people"') for line in lines)


def test_a_file_without_rows_proposes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "empty.csv"
    file.write_text("Key,Name\n", encoding="utf-8")

    with pytest.raises(Invalid, match=r"empty\.csv has no rows to learn from\."):
        propose(file)
