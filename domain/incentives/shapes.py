"""How a table's pay runs over what is reached: straight pieces, and the jumps between them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from domain.incentives.tables import OF_RATES, Method, RateTable

ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Piece:
    """From just above `start`, at which it is worth `value`, it grows by `slope` for each unit, as
    far as the next piece."""

    start: Fraction
    end: Fraction | None
    value: Fraction
    slope: Fraction

    def at(self, total: Fraction) -> Fraction:
        return self.value + (total - self.start) * self.slope

    @property
    def last(self) -> Fraction:
        """What it has come to where it ends."""
        return self.value if self.end is None else self.at(self.end)


def pieces(table: RateTable) -> list[Piece]:
    """What a table pays from nothing on, in order and without gaps."""
    found = list(_joined(_of_rates(table) if table.method in OF_RATES else _of_amounts(table)))
    return found if table.threshold is None else list(_above(found, Fraction(table.threshold)))


def _of_rates(table: RateTable) -> Iterator[Piece]:
    earned = ZERO
    for start, end, pays in _tiers(table):
        if table.method is Method.RETROACTIVE:
            earned = start * pays
        yield Piece(start, end, earned, pays)
        if end is not None:
            earned += (end - start) * pays


def _of_amounts(table: RateTable) -> Iterator[Piece]:
    tiers = list(_tiers(table))
    if tiers[0][0]:
        yield Piece(ZERO, tiers[0][0], ZERO, ZERO)
    for place, (start, end, pays) in enumerate(tiers):
        slope = ZERO
        if table.method is Method.INTERPOLATED and end is not None:
            slope = (tiers[place + 1][2] - pays) / (end - start)
        yield Piece(start, end, pays, slope)


def _tiers(table: RateTable) -> Iterator[tuple[Fraction, Fraction | None, Fraction]]:
    """From where, to where, and what each pays."""
    ends = [Fraction(tier.start) for tier in table.tiers[1:]]
    for tier, end in zip(table.tiers, [*ends, None], strict=True):
        yield Fraction(tier.start), end, Fraction(tier.pays)


def _joined(parts: Iterator[Piece]) -> Iterator[Piece]:
    """Pieces that go on as the one before did are that one."""
    last: Piece | None = None
    for part in parts:
        if last is not None and part.slope == last.slope and part.value == last.last:
            last = Piece(last.start, part.end, last.value, last.slope)
            continue
        if last is not None:
            yield last
        last = part
    if last is not None:
        yield last


def _above(parts: Sequence[Piece], threshold: Fraction) -> Iterator[Piece]:
    yield Piece(ZERO, threshold, ZERO, ZERO)
    for part in parts:
        if part.end is not None and part.end <= threshold:
            continue
        if part.start >= threshold:
            yield part
        else:
            yield Piece(threshold, part.end, part.at(threshold), part.slope)


def total_earning(table: RateTable, amount: Decimal) -> Fraction | None:
    """The least total that has earned an amount, exactly; None where no total ever does."""
    wanted = Fraction(amount)
    for part in pieces(table):
        if part.value >= wanted:
            return part.start
        if part.slope > 0:
            total = part.start + (wanted - part.value) / part.slope
            if part.end is None or total <= part.end:
                return total
    return None
