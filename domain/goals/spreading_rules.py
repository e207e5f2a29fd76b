"""How a goal falls to the periods of a calendar, from values alone.

By days, by working days, or alike; or by a season: then each of its periods has its weight, spread
evenly over the period's working days, and what is longer or shorter than a period gets what falls to
its days. So the parts of a goal agree with the pace at which it is expected.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from domain.calendars.working_rules import WorkingDays
from domain.errors import Invalid
from domain.shares import exact_weights

MOST_PARTS = 60


class SpreadBy(StrEnum):
    SEASON = "season"
    WORKING_DAYS = "working_days"
    DAYS = "days"
    EQUAL = "equal"


@dataclass(frozen=True, slots=True)
class Days:
    """Days in a row, from the first to the last."""

    first: date
    last: date

    @property
    def length(self) -> int:
        return max((self.last - self.first).days + 1, 0)

    def within(self, other: "Days") -> "Days":
        """Those of these days that are among the others; none where the last is before the first."""
        return Days(max(self.first, other.first), min(self.last, other.last))


def parts_of(goal: Days, periods: Sequence[Days], *, grain: str) -> list[Days]:
    """The goal's days cut where the calendar's periods begin; a period that only reaches into the
    goal gives the days that it shares with it. Raises Invalid."""
    if not periods or periods[0].first > goal.first or periods[-1].last < goal.last:
        known = f"from {periods[0].first} to {periods[-1].last} only" if periods else "not at all"
        raise Invalid(
            f"The goal goes from {goal.first} to {goal.last}; the calendar has its {grain}s there"
            f" {known}.",
            path=("calendarId",),
        )
    if len(periods) < 2:
        raise Invalid(
            f"The goal lies within one {grain} of the calendar; there is nothing to spread.",
            path=("grain",),
        )
    if len(periods) > MOST_PARTS:
        raise Invalid(
            f"These would be {len(periods)} goals; a goal is spread over at most {MOST_PARTS} periods.",
            path=("grain",),
        )
    return [period.within(goal) for period in periods]


def plain_weights(parts: Sequence[Days], by: SpreadBy, works: WorkingDays) -> list[Decimal]:
    """A weight for each part where no season is asked. Raises Invalid where nobody works on any of
    the days."""
    measured: Mapping[SpreadBy, Callable[[Days], int]] = {
        SpreadBy.DAYS: lambda part: part.length,
        SpreadBy.WORKING_DAYS: lambda part: works.between(part.first, part.last),
        SpreadBy.EQUAL: lambda part: 1,
    }
    return _weighty([Decimal(measured[by](part)) for part in parts])


def seasonal_weights(
    parts: Sequence[Days], periods: Sequence[tuple[Days, Decimal]], works: WorkingDays
) -> list[Decimal]:
    """A weight for each part, of the periods' with which it shares days. Raises Invalid where
    nothing of the season's weight falls to them."""
    fractions = [Fraction(0)] * len(parts)
    for period, weight in periods:
        worked = works.between(period.first, period.last)
        for at, part in enumerate(parts):
            shared = part.within(period)
            if not shared.length:
                continue
            # Where nobody works all period, every day of it counts.
            days = works.between(shared.first, shared.last) if worked else shared.length
            fractions[at] += Fraction(weight) * days / (worked or period.length)
    return _weighty(exact_weights(fractions))


def _weighty(weights: list[Decimal]) -> list[Decimal]:
    if not any(weights):
        raise Invalid("Nothing of the goal would fall to any of its days.", path=("by",))
    return weights
