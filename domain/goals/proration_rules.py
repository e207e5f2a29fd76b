"""Which part of a target counts for somebody who comes, goes, is away, or is new.

Days are counted by a convention with a name. A period of 92 days in which somebody works from the
32nd on counts by ACTUAL_DAYS 61/92; by THIRTY_360, in which every month has 30 days, 60/90. The day
of the change itself counts or does not, which is said as well. Fractions stay fractions: a target is
rounded once, after all that adjusts it, at the smallest unit of its currency.

    120,000 for July to September, hired on August 1:   120,000 x 61/92          =  79,565.22
    and at 50 % by the ramp:                             120,000 x 61/92 x 50 %   =  39,782.61
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from domain.errors import Invalid

DAY = timedelta(days=1)
MOST_STEPS = 36


class DayCount(StrEnum):
    """How days are counted."""

    ACTUAL_DAYS = "actual_days"
    NO_LEAP_DAY = "no_leap_day"
    THIRTY_360 = "thirty_360"
    WORKING_DAYS = "working_days"


class AdjustmentCause(StrEnum):
    """Why not every day counts, or not wholly."""

    HIRE = "hire"
    LEAVE = "leave"
    TRANSFER_IN = "transfer_in"
    TRANSFER_OUT = "transfer_out"
    EXIT = "exit"
    TENURE = "tenure"


@dataclass(frozen=True, slots=True)
class Days:
    """Some days in a row, the first and the last included; none where the last is before the
    first."""

    first: date
    last: date

    def __bool__(self) -> bool:
        return self.first <= self.last

    def within(self, other: "Days") -> "Days":
        """Those that are in both."""
        return Days(max(self.first, other.first), min(self.last, other.last))


@dataclass(frozen=True, slots=True)
class Part:
    """So many days count, of so many; `days` are those that the person is there, or away for a
    leave."""

    days: Days
    counted: Decimal
    whole: Decimal

    @property
    def share(self) -> Fraction:
        return Fraction(self.counted) / Fraction(self.whole)


Worked = Callable[[date], bool]


def prorated(
    period: Days,
    cause: AdjustmentCause,
    on: date,
    until: date | None = None,
    *,
    convention: DayCount,
    change_day_counts: bool = True,
    worked: Worked | None = None,
) -> Part:
    """What counts of a period for somebody who is hired, transferred or leaves `on` a day, or who is
    away from that day `until` another. `worked` says which days are worked, for WORKING_DAYS.

    The day of the change is the first for who comes, the last for who goes, and the day before the
    first away for a leave, where it counts; else it is the first or last that does not. Raises
    Invalid.
    """
    if cause is AdjustmentCause.TENURE:
        raise Invalid("By tenure a target is ramped, not prorated.", path=("cause",))
    if (until is not None) != (cause is AdjustmentCause.LEAVE):
        raise Invalid("A leave, and only a leave, has a last day.", path=("until",))
    days = _days(period, cause, on, until, change_day_counts)
    whole = count(period, convention, worked)
    if whole == 0:
        raise Invalid("No day of the period is worked.", path=("convention",))
    if not days:
        return Part(days, whole if cause is AdjustmentCause.LEAVE else Decimal(0), whole)
    inside = count(days, convention, worked)
    return Part(days, whole - inside if cause is AdjustmentCause.LEAVE else inside, whole)


def _days(period: Days, cause: AdjustmentCause, on: date, until: date | None, counts: bool) -> Days:
    """The days that count, or for a leave those that do not."""
    if not period.first <= on <= period.last:
        raise Invalid(
            f"{on} is not in the goal's period, {period.first} to {period.last}.", path=("on",)
        )
    if cause in (AdjustmentCause.EXIT, AdjustmentCause.TRANSFER_OUT):
        return Days(period.first, on if counts else on - DAY)
    if cause is AdjustmentCause.LEAVE:
        assert until is not None
        if until < on:
            raise Invalid(f"The leave ends on {until}, before it begins on {on}.", path=("until",))
        return Days(on + DAY if counts else on, until).within(period)
    return Days(on if counts else on + DAY, period.last)


def count(days: Days, convention: DayCount, worked: Worked | None = None) -> Decimal:
    """How many days these are by the convention."""
    if not days:
        return Decimal(0)
    if convention is DayCount.THIRTY_360:
        return Decimal(_thirty(days.last + DAY) - _thirty(days.first))
    actual = (days.last - days.first).days + 1
    if convention is DayCount.ACTUAL_DAYS:
        return Decimal(actual)
    if convention is DayCount.NO_LEAP_DAY:
        return Decimal(actual - _leap_days(days))
    assert worked is not None, "the caller knows which days are worked"
    return Decimal(sum(worked(days.first + DAY * passed) for passed in range(actual)))


def _thirty(day: date) -> int:
    """Days since the year 0, in which every month has 30; the 31st is the 30th. As what is counted
    ends on the day after the last, a whole month always has 30, February too."""
    return 360 * day.year + 30 * (day.month - 1) + min(day.day, 30)


def _leap_days(days: Days) -> int:
    leap = (
        date(year, 2, 29)
        for year in range(days.first.year, days.last.year + 1)
        if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    )
    return sum(days.first <= day <= days.last for day in leap)


def ramped(period: Days, first_day: date, steps: Sequence[Decimal]) -> Part:
    """What counts of a period for somebody whose tenure began on a day: in each month of it the
    step of the ramp, afterwards everything. Before the first day nobody is there, and no day is
    counted. Days are weighed by their step, so a period within one month of tenure counts by
    exactly its step. Raises Invalid for a period that is over before the first day."""
    days = Days(first_day, date.max).within(period)
    if not days:
        raise Invalid(
            f"Their tenure begins on {first_day}, after the goal's last day.", path=("id",)
        )
    counted, whole = Decimal(0), Decimal((days.last - days.first).days + 1)
    for month, step in enumerate(steps):
        in_month = Days(
            months_after(first_day, month), months_after(first_day, month + 1) - DAY
        ).within(days)
        if in_month:
            counted += step * ((in_month.last - in_month.first).days + 1)
    beyond = Days(months_after(first_day, len(steps)), days.last).within(days)
    if beyond:
        counted += (beyond.last - beyond.first).days + 1
    return Part(days, counted, whole)


def months_after(day: date, months: int) -> date:
    """The same day some months later; where that month has no such day, the first of the next."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    try:
        return date(year, month + 1, day.day)
    except ValueError:
        return date(year, month + 2, 1)


def sound_steps(steps: Sequence[Decimal]) -> list[Decimal]:
    """The steps of a ramp: 1 to 36 shares from 0 to 1, none below the one before. Raises Invalid."""
    if not 1 <= len(steps) <= MOST_STEPS:
        raise Invalid(f"A ramp has 1 to {MOST_STEPS} months.", path=("steps",))
    for step in steps:
        if not step.is_finite() or not 0 <= step <= 1 or step != round(step, 4):
            raise Invalid(
                f"{step} is no step of a ramp: give a share from 0 to 1, such as 0.25.",
                path=("steps",),
            )
    if list(steps) != sorted(steps):
        raise Invalid("A ramp goes up: no month counts less than the one before.", path=("steps",))
    return list(steps)


def adjusted(base: Decimal, parts: Sequence[Fraction], places: int) -> Decimal:
    """The base times all its parts, rounded half up once, to so many decimal places."""
    exact = Fraction(base)
    for part in parts:
        exact *= part
    units = exact * 10**places
    rounded = (2 * units.numerator + units.denominator) // (2 * units.denominator)
    return Decimal(f"{rounded}E-{places}")
