"""Amounts shared out by weights sum to what was shared."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Invalid
from domain.money import minor_units
from domain.shares import places_of, shares

CURRENCIES = ("USD", "JPY", "KWD")


def amounts(*texts: str) -> list[Decimal]:
    return [Decimal(text) for text in texts]


@pytest.mark.parametrize(
    ("total", "weights", "places", "parts"),
    [
        ("100.00", ("1", "1", "1"), 2, ("33.34", "33.33", "33.33")),
        ("0.02", ("1", "1", "1"), 2, ("0.01", "0.01", "0.00")),
        ("100", ("1", "1", "1"), 0, ("34", "33", "33")),
        ("1.000", ("1", "2", "4"), 3, ("0.143", "0.286", "0.571")),
        ("10", ("0.5", "0", "0.5"), 0, ("5", "0", "5")),
        ("1", ("0", "0.1", "0.1", "0.1"), 0, ("0", "1", "0", "0")),
        ("-100.00", ("1", "1", "1"), 2, ("-33.34", "-33.33", "-33.33")),
        ("0", ("3", "4"), 2, ("0.00", "0.00")),
        ("77548570.21", ("1e-9", "1e9"), 2, ("0.00", "77548570.21")),
        ("7", ("7",), 2, ("7.00",)),
    ],
)
def test_units_that_are_missing_go_to_the_largest_remainders(
    total: str, weights: tuple[str, ...], places: int, parts: tuple[str, ...]
) -> None:
    assert list(map(str, shares(Decimal(total), amounts(*weights), places))) == list(parts)


@given(
    st.sampled_from(CURRENCIES),
    st.integers(min_value=-(10**18), max_value=10**18),
    st.lists(
        st.decimals(min_value=0, max_value=10**12, allow_nan=False, places=6),
        min_size=1,
        max_size=60,
    ).filter(any),
)
def test_shares_sum_to_the_last_cent_for_yen_dollars_and_dinars(
    currency: str, units: int, weights: list[Decimal]
) -> None:
    places = minor_units(currency)
    total = Decimal(units).scaleb(-places)

    parts = shares(total, weights, places)

    assert sum(map(Fraction, parts)) == Fraction(total)
    assert all(places_of(part) <= places for part in parts)
    whole = sum(map(Fraction, weights))
    for part, weight in zip(parts, weights, strict=True):
        exact = Fraction(total) * Fraction(weight) / whole
        assert abs(Fraction(part) - exact) < Fraction(1, 10**places)
        assert weight or not part
    assert shares(total, weights, places) == parts


@pytest.mark.parametrize(
    ("total", "weights", "message"),
    [
        ("100", (), "There is nothing to share by: all weights are zero."),
        ("100", ("0", "0"), "There is nothing to share by: all weights are zero."),
        ("100", ("2", "-1"), "A weight is zero or more; -1 is neither."),
        ("100", ("1", "NaN"), "A weight is zero or more; NaN is neither."),
        ("100.005", ("1",), "100.005 cannot be shared out in parts of 2 decimal places."),
        ("Infinity", ("1",), "Infinity cannot be shared out in parts of 2 decimal places."),
    ],
)
def test_what_cannot_be_shared_is_refused(
    total: str, weights: tuple[str, ...], message: str
) -> None:
    with pytest.raises(Invalid) as refused:
        shares(Decimal(total), amounts(*weights), 2)

    assert refused.value.message == message


@pytest.mark.parametrize(
    ("number", "places"),
    [("1.250", 2), ("1200", 0), ("12e2", 0), ("0.000", 0), ("0.0001", 4), ("-1.5", 1)],
)
def test_places_that_say_nothing_do_not_count(number: str, places: int) -> None:
    assert places_of(Decimal(number)) == places


@pytest.mark.parametrize(
    ("currency", "places"), [("USD", 2), ("EUR", 2), ("JPY", 0), ("KRW", 0), ("KWD", 3), ("TND", 3)]
)
def test_a_currency_has_its_smallest_unit(currency: str, places: int) -> None:
    assert minor_units(currency) == places
