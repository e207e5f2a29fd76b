"""Sharing an amount out so that the parts sum to it exactly, to the last unit."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from math import lcm

from domain.errors import Invalid


def shares(total: Decimal, weights: Sequence[Decimal], places: int) -> list[Decimal]:
    """The total in parts that stand to one another as the weights do, each of at most `places`
    decimal places, summing to the total exactly.

    By largest remainder: each part is rounded towards zero, and the units that are then missing go
    one each to the parts that lost most by it, the earlier one of two that lost as much. So no part
    is further than one unit from its exact share, the same input gives the same parts, and a
    weight of zero gets nothing. A total below zero is shared like its opposite.

    Raises Invalid where there is nothing to share by, a weight is below zero, or the total itself
    has more decimal places than the parts may have.
    """
    exact = [_sound(weight) for weight in weights]
    if not any(exact):
        raise Invalid("There is nothing to share by: all weights are zero.", path=("weights",))
    if not total.is_finite() or places_of(total) > places:
        raise Invalid(
            f"{total} cannot be shared out in parts of {places} decimal places.", path=("total",)
        )

    units = Fraction(total) * 10**places
    parts = whole_shares(int(units), whole_weights(exact))
    # From text, which is exact; Decimal's arithmetic would round to the context's 28 digits.
    return [Decimal(f"{part}E-{places}") for part in parts]


def whole_shares(total: int, weights: Sequence[int]) -> list[int]:
    """The same of whole units, by whole weights of zero or more, one of them above zero."""
    units, whole = abs(total), sum(weights)
    cut = [divmod(units * weight, whole) for weight in weights]
    parts = [part for part, _ in cut]
    missing = units - sum(parts)
    if missing:
        for i in sorted(range(len(cut)), key=lambda i: (-cut[i][1], i))[:missing]:
            parts[i] += 1
    return parts if total >= 0 else [-part for part in parts]


def whole_weights(parts: Sequence[Fraction | int]) -> list[int]:
    """Weights that stand to one another as these parts do, exactly: over a common denominator all
    are whole numbers."""
    denominator = lcm(*(part.denominator for part in parts))
    return [part.numerator * (denominator // part.denominator) for part in parts]


def exact_weights(parts: Sequence[Fraction]) -> list[Decimal]:
    """Such weights for `shares`."""
    return [Decimal(weight) for weight in whole_weights(parts)]


def places_of(number: Decimal) -> int:
    """How many decimal places the number needs, trailing zeros not counted: 2 for 1.250."""
    _, digits, exponent = number.as_tuple()
    assert isinstance(exponent, int), "a finite number"
    places = -exponent
    for digit in reversed(digits):
        if digit or places <= 0:
            return max(places, 0)
        places -= 1
    return 0


def _sound(weight: Decimal) -> Fraction:
    if not weight.is_finite() or weight < 0:
        raise Invalid(f"A weight is zero or more; {weight} is neither.", path=("weights",))
    return Fraction(weight)
