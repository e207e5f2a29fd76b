"""Amounts in whole units, and parts of them; nothing is rounded but where a name says so.

Whole numbers are many times as fast as fractions, and crediting cuts every sale several times. A
part of a deal is a fraction of it, or 1 for the whole, which most parts are.
"""

from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import TypeAlias

from domain.incentives.exact import EXACT

Part: TypeAlias = Fraction | int
"""A whole number stands for so many wholes; what is not whole is a fraction."""


@lru_cache(maxsize=1_000)
def as_part(share: Decimal) -> Part:
    """A share as it is reckoned with."""
    exact = Fraction(share)
    return exact.numerator if exact.denominator == 1 else exact


def in_units(amount: Decimal, places: int) -> int:
    """An amount of at most so many places in its smallest units."""
    return int(amount.scaleb(places, EXACT))


def from_units(units: int, places: int) -> Decimal:
    return Decimal(units).scaleb(-places, EXACT)


def part_rounded_half_away(units: int, part: Part) -> int:
    """This part of so many units, in whole units, halves away from zero."""
    if part == 1:
        return units
    over = units * part.numerator
    whole = (2 * abs(over) + part.denominator) // (2 * part.denominator)
    return whole if over >= 0 else -whole
