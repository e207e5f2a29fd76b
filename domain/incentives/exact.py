"""Numbers that are never rounded on the way: decimals as long as nothing is divided, fractions after.

Decimals are many times as fast, and a deal's way through a rate table divides nothing.
"""

from collections.abc import Iterable
from decimal import Context, Decimal, Inexact, InvalidOperation, Overflow
from fractions import Fraction
from typing import TypeAlias

Exact: TypeAlias = Decimal | Fraction

EXACT = Context(prec=200, traps=[Inexact, InvalidOperation, Overflow])
"""Python's own context would round to 28 digits without a word; this one raises Inexact."""
NOTHING = Decimal(0)


def times(left: Exact, right: Exact) -> Exact:
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return EXACT.multiply(left, right)
    return Fraction(left) * Fraction(right)


def together(amounts: Iterable[Exact]) -> Exact:
    """The sum: of decimals alone a decimal."""
    decimal, fraction = NOTHING, Fraction(0)
    for amount in amounts:
        if isinstance(amount, Decimal):
            decimal = EXACT.add(decimal, amount)
        else:
            fraction += amount
    return decimal if not fraction else fraction + Fraction(decimal)


def divided(part: Exact, whole: Decimal) -> Exact:
    """A part of a whole above zero; a decimal where it ends."""
    return as_decimal(Fraction(part) / Fraction(whole))


def as_decimal(value: Fraction) -> Exact:
    """A fraction as a decimal, where it has an end that is near."""
    try:
        return EXACT.divide(Decimal(value.numerator), Decimal(value.denominator))
    except Inexact:
        return value
