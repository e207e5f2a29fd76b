"""The periods for which pay is worked out, and the quarter and the year that each belongs to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from domain.errors import Invalid
from domain.incentives.terms import Span

ONE_DAY = timedelta(days=1)
LONGEST_ASKED = timedelta(days=5 * 366)


class Days(NamedTuple):
    """From a day to a day, both of them counted."""

    first: date
    last: date

    @property
    def length(self) -> int:
        return (self.last - self.first).days + 1

    def both(self, other: "Days") -> "Days | None":
        """The days that are in both."""
        first, last = max(self.first, other.first), min(self.last, other.last)
        return Days(first, last) if first <= last else None


@dataclass(frozen=True, slots=True)
class Period:
    """A pay period, with the quarter and the year it is in."""

    days: Days
    quarter: Days
    year: Days

    def span(self, span: Span) -> Days:
        """The days over which a total of that span runs."""
        if span is Span.EVER:
            return Days(date.min, self.days.last)
        if span is Span.YEAR:
            return self.year
        return self.quarter if span is Span.QUARTER else self.days

    @property
    def ends(self) -> frozenset[Span]:
        """The spans of which this is the last period."""
        spans = (Span.PERIOD, Span.QUARTER, Span.YEAR)
        return frozenset(span for span in spans if self.span(span).last == self.days.last)


def calendar_months(first: date, last: date) -> list[Period]:
    """The months of every calendar year that these days touch."""
    return list(_months(first.year, last.year))


def periods_of(
    periods: Sequence[Days], quarters: Sequence[Days], years: Sequence[Days]
) -> list[Period]:
    """Periods of a calendar of an organisation's own, in order. One that lies in no quarter, or in no
    year, is a quarter, or a year, of its own."""
    return [Period(days, _around(days, quarters), _around(days, years)) for days in sorted(periods)]


def _around(days: Days, spans: Sequence[Days]) -> Days:
    return next((each for each in spans if each.first <= days.first <= each.last), days)


def _months(first_year: int, last_year: int) -> Iterator[Period]:
    for year in range(first_year, last_year + 1):
        whole = Days(date(year, 1, 1), date(year, 12, 31))
        for month in range(1, 13):
            quarter = (month - 1) // 3 * 3 + 1
            yield Period(_run(year, month, 1), _run(year, quarter, 3), whole)


def _run(year: int, month: int, months: int) -> Days:
    """So many months from one on, within a year."""
    after = month + months
    end = date(year, after, 1) if after <= 12 else date(year + 1, 1, 1)
    return Days(date(year, month, 1), end - ONE_DAY)


def days_asked(first: date | None, last: date | None, today: date) -> Days:
    """Days of which somebody asks, or leaves open: from the beginning of today's year, up to today.
    Raises Invalid."""
    days = Days(first or today.replace(month=1, day=1), last or today)
    if days.last < days.first:
        raise Invalid(
            f"The days end on {days.last}, before they start on {days.first}.", path=("filter",)
        )
    if days.last - days.first > LONGEST_ASKED:
        raise Invalid("These are more than five years at once.", path=("filter",))
    return days
