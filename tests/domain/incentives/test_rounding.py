"""Where exact amounts become payable ones."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.incentives.rounding import Mode, Rounding


@pytest.mark.parametrize(
    ("mode", "exact", "payable"),
    [
        (Mode.HALF_AWAY, "0.125", "0.13"),
        (Mode.HALF_AWAY, "-0.125", "-0.13"),
        (Mode.HALF_EVEN, "0.125", "0.12"),
        (Mode.HALF_EVEN, "0.135", "0.14"),
        (Mode.DOWN, "0.129", "0.12"),
        (Mode.DOWN, "-0.129", "-0.12"),
        (Mode.UP, "0.121", "0.13"),
        (Mode.UP, "-0.121", "-0.13"),
        (Mode.UP, "0.12", "0.12"),
    ],
)
def test_each_mode_goes_the_way_it_is_named(mode: Mode, exact: str, payable: str) -> None:
    assert str(Rounding(2, mode).of(Fraction(exact))) == payable


def test_a_currency_without_cents_has_none() -> None:
    assert str(Rounding(0).of(Fraction(5, 2))) == "3"


def test_three_thirds_are_a_whole() -> None:
    parts = Rounding(2).parts([Fraction(100, 3)] * 3)

    assert list(map(str, parts)) == ["33.34", "33.33", "33.33"]


fractions = st.fractions(-1_000, 1_000, max_denominator=997)


@given(st.lists(fractions, min_size=1, max_size=20), st.sampled_from(Mode), st.integers(0, 3))
def test_parts_sum_to_their_rounded_sum_and_stay_within_one_unit(
    exact: list[Fraction], mode: Mode, places: int
) -> None:
    rounding = Rounding(places, mode)

    parts = rounding.parts(exact)

    assert sum(parts) == rounding.of(sum(exact, Fraction(0)))
    unit = Fraction(1, 10**places)
    assert all(
        abs(Fraction(part) - amount) <= unit for part, amount in zip(parts, exact, strict=True)
    )
    assert all(part.as_tuple().exponent == -places for part in parts)
    assert not any(part == Decimal(0) and part.is_signed() for part in parts)
