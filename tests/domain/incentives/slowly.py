"""Commissions worked out once more, slowly and in another way: nothing here is the product's own code.

Each unit of a total is paid at the rate of the tier that it falls into; a deal is paid the parts of it
that fall into each tier, and each part is rounded to cents, halves away from zero. A deal that takes
another back is paid the same part of what that one was paid.
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import NamedTuple


class Sold(NamedTuple):
    """A deal in cents; `takes_back` is the number of the deal that it reverses."""

    number: int
    day: int
    cents: int
    takes_back: int | None


def commission(deals: Iterable[Sold], starts: Sequence[int], rates: Sequence[Fraction]) -> int:
    """What somebody is paid for a year of deals, in cents: `starts` are where tiers begin, in cents."""
    year, total = 0, 0
    paid: dict[int, Fraction] = {}
    sizes: dict[int, int] = {}
    for deal in sorted(
        deals, key=lambda each: (each.day, each.takes_back is not None, each.number)
    ):
        sizes[deal.number] = deal.cents
        if deal.takes_back is None:
            parts = _parts(total, deal.cents, starts, rates)
        else:
            parts = [paid[deal.takes_back] * deal.cents / sizes[deal.takes_back]]
        paid[deal.number] = sum(parts, Fraction(0))
        year += sum(map(_rounded, parts))
        total += deal.cents
    return year


def _parts(
    total: int, cents: int, starts: Sequence[int], rates: Sequence[Fraction]
) -> list[Fraction]:
    low, high = min(total, total + cents), max(total, total + cents)
    ends = [*starts[1:], max(high, starts[-1])]
    found = []
    for place, (start, end, rate) in enumerate(zip(starts, ends, rates, strict=True)):
        begin = low if place == 0 else max(low, start)
        within = min(high, end) - begin
        if within > 0:
            found.append(rate * within * (1 if cents > 0 else -1))
    return found


def _rounded(amount: Fraction) -> int:
    size = (2 * abs(amount.numerator) + amount.denominator) // (2 * amount.denominator)
    return size if amount >= 0 else -size
