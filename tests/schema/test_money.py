"""Amounts as people read them."""

from decimal import Decimal

import pytest

from schema.money import shown_amount, shown_number


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
def test_an_amount_has_its_currencys_places_and_no_digit_less(
    amount: str, currency: str, shown: str
) -> None:
    assert str(shown_amount(Decimal(amount), currency)) == shown


@pytest.mark.parametrize(
    ("number", "shown"), [("3.0000", "3"), ("0.8500", "0.85"), ("1000.0000", "1000"), ("0", "0")]
)
def test_a_number_has_no_places_that_say_nothing(number: str, shown: str) -> None:
    assert str(shown_number(Decimal(number))) == shown


def test_what_is_no_number_is_not_shown() -> None:
    with pytest.raises(ValueError, match="finite"):
        shown_number(Decimal("NaN"))
