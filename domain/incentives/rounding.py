"""Where an exact amount becomes one that can be paid."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Context, Decimal
from enum import StrEnum
from fractions import Fraction

from domain.incentives.exact import Exact

EXACT_BUT_FOR_ROUNDING = Context(prec=200)


class Mode(StrEnum):
    """Which way what lies between two amounts goes; halves as named."""

    HALF_AWAY = "half_away"  # 0.125 -> 0.13, -0.125 -> -0.13
    HALF_EVEN = "half_even"  # 0.125 -> 0.12, 0.135 -> 0.14
    DOWN = "down"  # towards zero
    UP = "up"  # away from zero


class Point(StrEnum):
    """What is rounded: each line, or each component, whose lines then sum to it."""

    LINE = "line"
    COMPONENT = "component"


@dataclass(frozen=True, slots=True)
class Rounding:
    """How a plan rounds; `places` are those of its currency."""

    places: int
    mode: Mode = Mode.HALF_AWAY
    point: Point = Point.LINE
    _unit: Decimal = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_unit", Decimal((0, (1,), -self.places)))

    def of(self, exact: Exact) -> Decimal:
        """An exact amount, rounded."""
        if isinstance(exact, Decimal):
            # Nothing below zero is left over of what rounds to nothing.
            return exact.quantize(self._unit, _WAYS[self.mode], EXACT_BUT_FOR_ROUNDING) + 0
        return _decimal(_ROUNDED[self.mode](exact * 10**self.places), self.places)

    def parts(self, exact: Sequence[Exact]) -> list[Decimal]:
        """Amounts, each rounded so that they sum to their sum, rounded: by largest remainder, the
        earlier one of two that lost as much."""
        units = [Fraction(amount) * 10**self.places for amount in exact]
        floors = [unit.numerator // unit.denominator for unit in units]
        missing = _ROUNDED[self.mode](sum(units, Fraction(0))) - sum(floors)
        order = sorted(range(len(units)), key=lambda n: (floors[n] - units[n], n))
        # Rounding up may want one unit more than there are lines with a remainder.
        for place in range(missing):
            floors[order[place % len(order)]] += 1
        return [_decimal(floor, self.places) for floor in floors]


def rounded_half_away(exact: Fraction, places: int) -> Decimal:
    """To so many places, halves away from zero."""
    return _decimal(_half_away(exact * 10**places), places)


def _decimal(units: int, places: int) -> Decimal:
    sign = 1 if units < 0 else 0
    return Decimal((sign, tuple(map(int, str(abs(units)))), -places))


def _half_away(units: Fraction) -> int:
    whole = (2 * abs(units.numerator) + units.denominator) // (2 * units.denominator)
    return whole if units >= 0 else -whole


def _down(units: Fraction) -> int:
    whole = abs(units.numerator) // units.denominator
    return whole if units >= 0 else -whole


def _up(units: Fraction) -> int:
    whole = -(-abs(units.numerator) // units.denominator)
    return whole if units >= 0 else -whole


_WAYS: Mapping[Mode, str] = {
    Mode.HALF_AWAY: ROUND_HALF_UP,
    Mode.HALF_EVEN: ROUND_HALF_EVEN,
    Mode.DOWN: ROUND_DOWN,
    Mode.UP: ROUND_UP,
}
_ROUNDED: Mapping[Mode, Callable[[Fraction], int]] = {
    Mode.HALF_AWAY: _half_away,
    Mode.HALF_EVEN: round,
    Mode.DOWN: _down,
    Mode.UP: _up,
}
