"""What a checked formula comes to, for given facts."""

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from operator import add, eq, ge, gt, le, lt, mul, ne, sub
from typing import Any, TypeAlias

from domain.errors import Invalid
from domain.incentives.formulas.tree import Asked, Called, Literal, Node, Value
from domain.incentives.rounding import rounded_half_away

MOST_BITS = 4_096
MOST_PLACES = 12

Facts: TypeAlias = Callable[[Asked], Value | None]


class Undefined(Invalid):
    """A formula has no value for these facts: something is divided by nothing, or is not known."""


def evaluated(node: Node, facts: Facts) -> Value:
    """The value of a formula that was checked. Raises Undefined."""
    match node:
        case Literal():
            return node.value
        case Asked():
            value = facts(node)
            if value is None:
                raise Undefined(f"There is no {node} here.", asked=str(node))
            return value
        case Called(name="if"):
            condition, yes, no = node.parts
            return evaluated(yes if evaluated(condition, facts) else no, facts)
        case Called(name="and"):
            return all(evaluated(part, facts) for part in node.parts)
        case Called(name="or"):
            return any(evaluated(part, facts) for part in node.parts)
        case Called():
            return _bounded(_DONE[node.name](*(evaluated(part, facts) for part in node.parts)))


def _bounded(value: Value) -> Value:
    """Multiplying again and again must not fill the memory."""
    if isinstance(value, Fraction):
        bits = value.numerator.bit_length() + value.denominator.bit_length()
        if bits > MOST_BITS:
            raise Undefined("A number on the way has too many digits.")
    return value


def _subtract(left: Any, right: Any) -> Value:
    if isinstance(left, date):
        return Fraction((left - right).days)
    return sub(left, right)  # type: ignore[no-any-return]  # fractions, as was checked


def _divide(left: Fraction, right: Fraction) -> Fraction:
    if not right:
        raise Undefined("Something is divided by nothing.")
    return left / right


def _round(value: Fraction, places: Fraction) -> Fraction:
    if places.denominator != 1 or not 0 <= places <= MOST_PLACES:
        raise Undefined(f"Values are rounded to 0 to {MOST_PLACES} places.")
    return Fraction(rounded_half_away(value, int(places)))


def _months(start: date, end: date) -> Fraction:
    """Whole months from one day to another: a month is over on the same day of the next one."""
    months = 12 * (end.year - start.year) + end.month - start.month
    return Fraction(months - (end.day < start.day))


_DONE: Mapping[str, Callable[..., Value]] = {
    "not": lambda value: not value,
    "=": eq,
    "!=": ne,
    "<": lt,
    "<=": le,
    ">": gt,
    ">=": ge,
    "+": add,
    "-": _subtract,
    "*": mul,
    "/": _divide,
    "minus": lambda value: -value,
    "abs": abs,
    "min": min,
    "max": max,
    "round": _round,
    "months": _months,
    "days": lambda start, end: Fraction((end - start).days),
}
