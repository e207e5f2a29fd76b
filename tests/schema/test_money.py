"""Amounts as people read them."""

from decimal import Decimal

import pytest

from domain.database.connection import unlabelled
from schema.money import SHOWN_NUMBER, shown_amount


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        ("77548570.2000", "USD", "77548570.20"),
        ("0.1250", "USD", "0.125"),
        ("0.0000", "USD", "0.00"),
        ("-5.1000", "EUR", "-5.10"),
        ("1200.0000", "JPY", "1200"),
        ("1200.5000", "JPY", "1200.5"),
        ("1.0000", "KWD", "1.000"),
        ("1E+3", "USD", "1000.00"),
        ("1E+3", "JPY", "1000"),
        (
            "123456789012345678901234567890123456.7800",
            "USD",
            "123456789012345678901234567890123456.78",
        ),
    ],
)
async def test_an_amount_has_its_currencys_places_and_no_digit_less(
    database: str, amount: str, currency: str, shown: str
) -> None:
    written = shown_amount("$2::text").replace("{value}", "$1::numeric")

    async with unlabelled() as connection:
        found = await connection.fetchval(f"select ({written})::text", Decimal(amount), currency)

    assert found == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [("1.5000", "1.5"), ("1200", "1200"), ("0.0000", "0"), ("1E+3", "1000"), ("-0.10", "-0.1")],
)
async def test_a_number_has_no_places_that_say_nothing(
    database: str, number: str, shown: str
) -> None:
    written = SHOWN_NUMBER.replace("{value}", "$1::numeric")

    async with unlabelled() as connection:
        assert await connection.fetchval(f"select ({written})::text", Decimal(number)) == shown
