"""The days that a question about gaps is about: whole calendar months that are over.

That is little choice on purpose. Days that could be chosen freely would tell, by asking twice, what a
single peer did on the days between; and a month that is under way would tell it by asking again.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from domain.errors import Invalid

LENGTHS: Final = (3, 6, 12)
USUAL: Final = 6


@dataclass(frozen=True, slots=True)
class Window:
    """So many whole months; `last` is the last day that counts."""

    first: date
    last: date
    months: int

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def a_year_before(self) -> "Window":
        return _ending(_months_later(self.first, self.months - 12), self.months)

    def following(self) -> "Window":
        """As many months, from the one after the last."""
        return after(self.last, self.months)


def window(months: int | None, last_month: date | None, today: date) -> Window:
    """The months that somebody asks about; the last six that are over, if they do not say. Raises
    Invalid."""
    months = USUAL if months is None else months
    if months not in LENGTHS:
        raise Invalid("Ask about 3, 6 or 12 months.", path=("months",))
    last_over = today.replace(day=1) - timedelta(days=1)
    chosen = last_over if last_month is None else last_month
    if chosen > last_over:
        raise Invalid("Name a month that is over.", path=("lastMonth",))
    if chosen.year < 1970:
        raise Invalid("Name a month since 1970.", path=("lastMonth",))
    return _ending(_months_later(chosen.replace(day=1), 1), months)


def after(day: date, months: int) -> Window:
    """So many months, from the one after this day's."""
    first = _months_later(day.replace(day=1), 1)
    return _ending(_months_later(first, months), months)


def _ending(before: date, months: int) -> Window:
    return Window(_months_later(before, -months), before - timedelta(days=1), months)


def _months_later(first: date, months: int) -> date:
    """The first day of the month so many months later."""
    number = first.year * 12 + first.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)
