"""When things are sold: more each month, most at the end of a quarter, little at weekends."""

from bisect import bisect_left
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from random import Random

MONTHLY_GROWTH = 1.01
#            Jan   Feb   Mar   Apr   May   Jun   Jul   Aug   Sep   Oct   Nov   Dec
BY_MONTH = (0.80, 0.85, 1.20, 0.90, 0.95, 1.25, 0.85, 0.65, 1.20, 1.00, 1.05, 1.40)
BY_WEEKDAY = (1.0, 1.1, 1.1, 1.05, 0.95, 0.10, 0.04)
LAST_WEEK = 1.6  # of a month


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days from `first` to `last`, each with what may be expected of it, added up."""

    first: date
    added_up: list[float]

    @classmethod
    def between(cls, first: date, last: date) -> "Calendar":
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        return cls(first, list(accumulate(_weight(day, first) for day in days)))

    def expected(self, starts_on: date, ends_on: date) -> float:
        """What these days weigh together, both included; days outside count nothing."""
        return self._until(ends_on) - self._until(starts_on - timedelta(days=1))

    def days(self, count: int, last: date, chance: Random) -> list[date]:
        """So many days up to the last, drawn by weight, in order."""
        until = self.added_up[: (last - self.first).days + 1]
        drawn = sorted(chance.random() * until[-1] for _ in range(count))
        return [self.first + timedelta(days=bisect_left(until, weight)) for weight in drawn]

    def _until(self, day: date) -> float:
        place = min((day - self.first).days, len(self.added_up) - 1)
        return self.added_up[place] if place >= 0 else 0.0


def _weight(day: date, first: date) -> float:
    months = (day.year - first.year) * 12 + day.month - first.month
    late = LAST_WEEK if (day + timedelta(days=7)).month != day.month else 1.0
    seasonal = BY_MONTH[day.month - 1] * BY_WEEKDAY[day.weekday()]
    return seasonal * late * MONTHLY_GROWTH**months
