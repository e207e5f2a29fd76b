"""What was counted of one person for one measure, and how much of that may be luck.

Each kind of figure has a scale on which people are compared: a rate as it is, a mean or a growth by
its natural logarithm, on which "half" and "twice" are as far away. `noise` is the variance that the
figure has by chance alone, for somebody who in truth is where `centre` is.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from domain.gaps.exactly import precisely
from domain.gaps.student import distance_of, freedom_of

_CERTAINTY = Decimal("0.05")
_NORMAL = Decimal("1.959964")
"""The 97.5 % quantile of the normal distribution."""


class Facts(Protocol):
    """One person's figure."""

    @property
    def number(self) -> int:
        """How many facts it is made of."""

    @property
    def place(self) -> Decimal:
        """Where it stands on the scale on which it is compared."""

    def noise(self, centre: Decimal) -> Decimal: ...

    def interval(self) -> tuple[Decimal, Decimal]:
        """The two-sided 95 % interval of the figure, on its scale."""


@dataclass(frozen=True, slots=True)
class Rate:
    """So many of so many."""

    part: int
    number: int

    @property
    @precisely
    def place(self) -> Decimal:
        return Decimal(self.part) / self.number

    @precisely
    def noise(self, centre: Decimal) -> Decimal:
        """The binomial variance."""
        return centre * (1 - centre) / self.number

    @precisely
    def interval(self) -> tuple[Decimal, Decimal]:
        """Wilson's score interval (J. Amer. Stat. Assoc. 22, 1927, 209-212)."""
        shift = _NORMAL * _NORMAL / (2 * self.number)
        root = (
            self.place * (1 - self.place) / self.number
            + _NORMAL * _NORMAL / (4 * self.number * self.number)
        ).sqrt() * _NORMAL
        below = 1 + 2 * shift
        return (
            max((self.place + shift - root) / below, Decimal(0)),
            min((self.place + shift + root) / below, Decimal(1)),
        )


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean of at least two amounts above zero, by its logarithm: from their number, sum and sum of
    squares."""

    number: int
    total: Decimal
    squares: Decimal

    @property
    @precisely
    def place(self) -> Decimal:
        return (self.total / self.number).ln()

    @precisely
    def noise(self, centre: Decimal) -> Decimal:
        """The variance of the mean over its square: what a logarithm makes of it, to the first order."""
        return (self.squares * self.number / self.total**2 - 1) / (self.number - 1)

    def interval(self) -> tuple[Decimal, Decimal]:
        return _around(self.place, self.noise(self.place), self.number)


@dataclass(frozen=True, slots=True)
class Share:
    """The part of what was sold that is of one sort, order by order: from the sums over orders of the
    part, its square, its product with the order, and the order's square."""

    number: int
    part: Decimal
    whole: Decimal
    part_squares: Decimal
    products: Decimal
    whole_squares: Decimal

    @property
    @precisely
    def place(self) -> Decimal:
        return self.part / self.whole

    @precisely
    def noise(self, centre: Decimal) -> Decimal:
        """The variance of a ratio of sums over orders (Cochran, Sampling Techniques, 2.11)."""
        apart = self.part_squares - 2 * centre * self.products + centre**2 * self.whole_squares
        return apart / self.whole**2

    def interval(self) -> tuple[Decimal, Decimal]:
        low, high = _around(self.place, self.noise(self.place), self.number)
        return max(low, Decimal(0)), min(high, Decimal(1))


@dataclass(frozen=True, slots=True)
class Flow:
    """What was sold over so many days, from the days on which anything was."""

    days: int
    selling_days: int
    total: Decimal
    squares: Decimal

    @precisely
    def noise(self) -> Decimal:
        """That of a sum of so many amounts at so many moments, both left to chance, over its square."""
        return self.squares / self.total**2


@dataclass(frozen=True, slots=True)
class Growth:
    """What was sold a day, against the same days a year before, by its logarithm."""

    now: Flow
    before: Flow

    @property
    def number(self) -> int:
        return min(self.now.selling_days, self.before.selling_days)

    @property
    @precisely
    def place(self) -> Decimal:
        return (self.now.total * self.before.days / (self.before.total * self.now.days)).ln()

    @precisely
    def noise(self, centre: Decimal) -> Decimal:
        return self.now.noise() + self.before.noise()

    def interval(self) -> tuple[Decimal, Decimal]:
        return _around(self.place, self.noise(self.place), self.number)


@precisely
def _around(place: Decimal, noise: Decimal, number: int) -> tuple[Decimal, Decimal]:
    """Student's interval for a mean."""
    reach = distance_of(_CERTAINTY, freedom_of(number)) * noise.sqrt()
    return place - reach, place + reach
