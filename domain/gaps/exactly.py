"""Decimals with 40 digits, whatever context the caller is in."""

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

_PRECISE = Context(prec=40, rounding=ROUND_HALF_UP)


def precisely(function: Callable[P, R]) -> Callable[P, R]:
    """The function, calculating with 40 digits, half rounded up."""

    @wraps(function)
    def within(*given: P.args, **named: P.kwargs) -> R:
        with localcontext(_PRECISE):
            return function(*given, **named)

    return within


@precisely
def rounded(value: Decimal, places: int) -> Decimal:
    """To so many decimal places, half away from zero."""
    return value.quantize(Decimal(1).scaleb(-places))


@precisely
def coarse(value: Decimal, digits: int = 2) -> Decimal:
    """To so many significant digits, half away from zero: 1,874 is 1,900, and 0.2348 is 0.23."""
    if not value:
        return Decimal(0)
    step = Decimal(1).scaleb(value.adjusted() - digits + 1)
    whole = (value / step).quantize(Decimal(1)) * step
    return Decimal(format(whole.normalize(), "f"))
