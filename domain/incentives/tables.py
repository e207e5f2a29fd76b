"""Rate tables: what a plan pays at each level of what was reached.

Every table is a function P: what was reached so far -> what that has earned so far. Whoever moves
from one total to another has earned the difference of the two, up or down. So the order in which
deals are added never changes what they come to together, and what was paid for an earlier total is
trued up by itself.

A tier goes from its start to the start of the next one and the last is open, so no value falls
into a gap and none belongs to two tiers.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from domain.errors import Faults, Invalid
from domain.incentives.exact import EXACT, NOTHING, Exact, together

MOST_TIERS = 50


class Method(StrEnum):
    """How the tiers of a table pay."""

    MARGINAL = "marginal"  # each slice at its own rate
    RETROACTIVE = "retroactive"  # the reached tier's rate pays everything
    FIXED = "fixed"  # the reached tier's amount
    INTERPOLATED = "interpolated"  # in a straight line from each tier's amount to the next one's


class Edge(StrEnum):
    """To which tier a total exactly on a boundary belongs."""

    UPPER = "upper"
    LOWER = "lower"


class Below(StrEnum):
    """What a total below zero is worth, as after more refunds than sales."""

    FIRST_TIER = "first_tier"  # taken back at the first tier's rate
    NOTHING = "nothing"


OF_RATES = (Method.MARGINAL, Method.RETROACTIVE)


@dataclass(frozen=True, slots=True)
class Tier:
    """From where it begins, and what it pays: a rate, or an amount where the table pays amounts."""

    start: Decimal
    pays: Decimal


class Slice(NamedTuple):
    """A part of a movement that is paid alike: `amount` is (end - start) x rate, or `rate` itself
    where the table pays amounts. Of a retroactive table `start` to `end` may be what was paid for
    before, and `rate` what comes on top of that."""

    tier: int
    start: Decimal
    end: Decimal
    rate: Decimal
    amount: Exact


@dataclass(frozen=True, slots=True)
class RateTable:
    """Tiers, and how they pay. `threshold`, where there is one, is the total below which nothing
    is paid; once it is reached, everything is paid from the first unit on."""

    method: Method
    tiers: tuple[Tier, ...]
    edge: Edge = Edge.UPPER
    below: Below = Below.FIRST_TIER
    threshold: Decimal | None = None
    _starts: tuple[Decimal, ...] = field(init=False, compare=False, repr=False)
    _is_plain: bool = field(init=False, compare=False, repr=False)
    """Whether every way through the table is cut at its tiers, and that is all."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "_starts", tuple(tier.start for tier in self.tiers))
        is_cut = self.method is Method.MARGINAL and self.threshold is None
        object.__setattr__(self, "_is_plain", is_cut and self.below is Below.FIRST_TIER)
        Faults.raised(list(_faults(self.tiers, is_of_rates=self.method in OF_RATES)))

    def scaled(self, whole: Decimal) -> "RateTable":
        """The same table where its starts are shares of a whole, such as a quota: in units of that
        whole. Raises Invalid where the whole is not above zero."""
        if whole <= 0:
            raise Invalid("Shares of a quota need a quota above zero.", path=("quota",))
        tiers = tuple(Tier(EXACT.multiply(tier.start, whole), tier.pays) for tier in self.tiers)
        threshold = None if self.threshold is None else EXACT.multiply(self.threshold, whole)
        return replace(self, tiers=tiers, threshold=threshold)

    def times(self, factor: Decimal) -> "RateTable":
        """The same table where its rates are multiples of a base rate."""
        tiers = tuple(Tier(tier.start, EXACT.multiply(tier.pays, factor)) for tier in self.tiers)
        return replace(self, tiers=tiers)

    def tier_at(self, total: Decimal) -> int:
        """The place of the tier that a total lies in; the first one's for what lies below it."""
        find = bisect_right if self.edge is Edge.UPPER else bisect_left
        return max(0, find(self._starts, total) - 1)

    def earned(self, total: Decimal) -> Exact:
        """P: what this total has earned."""
        if self.method not in OF_RATES:
            return self._worth(total)
        return together(part.amount for part in self.slices(NOTHING, total))

    def slices(self, before: Decimal, after: Decimal) -> Sequence[Slice]:
        """What moving from one total to another earns, slice by slice; down takes back."""
        if self._is_plain:
            return self._cut(before, after)
        if self.method not in OF_RATES:
            return tuple(self._stepped(before, after))
        was, now = self._reaches(before), self._reaches(after)
        if not was and not now:
            return ()
        start, end = before if was else NOTHING, after if now else NOTHING
        if self.below is Below.NOTHING:
            start, end = max(start, NOTHING), max(end, NOTHING)
        move = self._cut if self.method is Method.MARGINAL else self._trued_up
        return tuple(move(start, end))

    def _reaches(self, total: Decimal) -> bool:
        """Whether what lies below the threshold is over."""
        if self.threshold is None:
            return True
        return total >= self.threshold if self.edge is Edge.UPPER else total > self.threshold

    def _cut(self, before: Decimal, after: Decimal) -> Sequence[Slice]:
        """The way from one total to the other, cut at the starts of tiers."""
        low, high = (before, after) if before <= after else (after, before)
        first, last = self._tier_over(low), bisect_left(self._starts, high) - 1
        if first >= last:  # within one tier, as most deals are
            if before == after:
                return ()
            rate = self.tiers[first].pays
            amount = EXACT.multiply(EXACT.subtract(after, before), rate)
            return (Slice(first, before, after, rate, amount),)
        ways = list(pairwise([low, *self._starts[first + 1 : last + 1], high]))
        if before > after:
            ways = [(start, end) for end, start in reversed(ways)]
        places = (self._tier_over(min(way)) for way in ways)
        return [
            _slice(place, start, end, self.tiers[place].pays)
            for place, (start, end) in zip(places, ways, strict=True)
            if start != end
        ]

    def _tier_over(self, start: Decimal) -> int:
        """The tier of what lies just above a total."""
        place = bisect_right(self._starts, start)
        return place - 1 if place else 0

    def _trued_up(self, before: Decimal, after: Decimal) -> Iterator[Slice]:
        """What is new at the rate that is reached, and what was there at the difference."""
        was, now = self.tier_at(before), self.tier_at(after)
        if before != after:
            yield _slice(now, before, after, self.tiers[now].pays)
        if was != now and before != NOTHING:
            on_top = self.tiers[now].pays - self.tiers[was].pays
            yield _slice(now, NOTHING, before, on_top)

    def _stepped(self, before: Decimal, after: Decimal) -> Iterator[Slice]:
        was, now = self._worth(before), self._worth(after)
        if was != now:
            yield Slice(self.tier_at(after), before, after, NOTHING, together((now, -was)))

    def _worth(self, total: Decimal) -> Exact:
        """The amount at a total: of its tier, or on the line to the next one's; flat after the last,
        and nothing below the first."""
        if total < self.tiers[0].start or not self._reaches(total):
            return NOTHING
        place = self.tier_at(total)
        tier = self.tiers[place]
        if self.method is Method.FIXED or place + 1 == len(self.tiers):
            return tier.pays
        following = self.tiers[place + 1]
        way = (Fraction(total) - Fraction(tier.start)) / (
            Fraction(following.start) - Fraction(tier.start)
        )
        return Fraction(tier.pays) + way * Fraction(following.pays - tier.pays)


def _slice(tier: int, start: Decimal, end: Decimal, rate: Decimal) -> Slice:
    return Slice(tier, start, end, rate, EXACT.multiply(EXACT.subtract(end, start), rate))


def _faults(tiers: Sequence[Tier], *, is_of_rates: bool) -> Iterator[Invalid]:
    if not 0 < len(tiers) <= MOST_TIERS:
        yield Invalid(f"A table has 1 to {MOST_TIERS} tiers.", path=("tiers",))
    elif tiers[0].start < 0 or (is_of_rates and tiers[0].start):
        yield Invalid(
            f"The first tier begins at {tiers[0].start}; of rates, that must be 0, and of amounts not"
            " below 0.",
            path=("tiers", "0", "start"),
        )
    for place, (tier, following) in enumerate(pairwise(tiers), start=1):
        if following.start <= tier.start:
            yield Invalid(
                f"Tier {place + 1} begins at {following.start}, which is not after {tier.start}, where"
                f" tier {place} begins.",
                path=("tiers", str(place), "start"),
            )


@dataclass(frozen=True, slots=True)
class Row:
    """A tier as people write it, from one value to another; the last is open."""

    start: Decimal
    end: Decimal | None
    pays: Decimal


def tiers_of(rows: Sequence[Row]) -> tuple[Tier, ...]:
    """Tiers of rows with both their ends. Raises Faults, which name every gap and every overlap."""
    found: list[Invalid] = []
    for place, (row, following) in enumerate(pairwise(rows)):
        if row.end is None:
            found.append(_fault(place, "is open, and another one follows it"))
        elif row.end < following.start:
            found.append(_fault(place, f"leaves a gap from {row.end} to {following.start}"))
        elif row.end > following.start:
            found.append(
                _fault(place, f"overlaps the next one from {following.start} to {row.end}")
            )
    if rows and rows[-1].end is not None:
        found.append(_fault(len(rows) - 1, f"ends at {rows[-1].end}: the last one must be open"))
    Faults.raised(found)
    return tuple(Tier(row.start, row.pays) for row in rows)


def _fault(place: int, what: str) -> Invalid:
    return Invalid(f"Tier {place + 1} {what}.", path=("tiers", str(place), "end"))
