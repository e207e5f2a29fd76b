"""The words for calendars."""

from enum import StrEnum


class CalendarKind(StrEnum):
    MONTHS = "months"
    WEEKS_445 = "weeks_445"
    WEEKS_454 = "weeks_454"
    WEEKS_544 = "weeks_544"
    THIRTEEN = "thirteen"
    CUSTOM = "custom"


class PeriodGrain(StrEnum):
    YEAR = "year"
    HALF = "half"
    QUARTER = "quarter"
    PERIOD = "period"
    WEEK = "week"


class Weekday(StrEnum):
    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"

    @property
    def place(self) -> int:
        """As `date.weekday()` counts: 0 is Monday."""
        return list(Weekday).index(self)


class YearEnds(StrEnum):
    """Which of a month's weeks is the fiscal year's last."""

    NEAREST = "nearest"
    LAST = "last"


class YearNamedBy(StrEnum):
    """Which calendar year a fiscal year is named after, where it lies in two."""

    START = "start"
    END = "end"
