"""What holds for a part of the time: whoever is on a plan for some days of a period, and whoever has
come onto it lately."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from domain.errors import Invalid
from domain.incentives.rounding import rounded_half_away

MOST_STEPS, LONGEST_RAMP = 12, 60
QUOTA_PLACES = 4
ONE = Fraction(1)
ONE_DAY = timedelta(days=1)


class DayCount(StrEnum):
    """By which days a part of a period is taken."""

    ACTUAL = "actual"  # the days that there are
    THIRTY_360 = (
        "thirty_360"  # each month has thirty: a 31st counts nothing, February's last the rest
    )
    NONE = "none"  # whoever is there for a day has all of it


@dataclass(frozen=True, slots=True)
class Proration:
    """How the target incentive of a period is shared out by days, and whether quotas are."""

    days: DayCount = DayCount.ACTUAL
    quotas: bool = False


BY_DAYS = Proration()


@dataclass(frozen=True, slots=True)
class RampStep:
    """Shares of quota and target incentive for so many periods."""

    periods: int
    quota: Decimal = Decimal(1)
    target_incentive: Decimal = Decimal(1)


FULL = RampStep(1)


def counted(first: date, last: date, by: DayCount) -> int:
    """The days from one to another, both of them counted."""
    if by is DayCount.THIRTY_360:
        return _thirty_360(last + ONE_DAY) - _thirty_360(first)
    return (last - first).days + 1


def _thirty_360(day: date) -> int:
    """How many days of such years and months are over when a day begins. So the parts of a month
    always sum to thirty."""
    return 360 * day.year + 30 * day.month + min(day.day - 1, 30)


def part_of(days: tuple[date, date], whole: tuple[date, date], by: DayCount) -> Fraction:
    """Which part of some days others are, which lie within them."""
    return ONE if by is DayCount.NONE else Fraction(counted(*days, by), counted(*whole, by))


def prorated(quota: Decimal, share: Fraction) -> Decimal:
    """A share of a quota, to four places; all of it as it stands."""
    return quota if share == 1 else rounded_half_away(Fraction(quota) * share, QUOTA_PLACES)


def step_at(ramp: Sequence[RampStep], place: int | None) -> RampStep:
    """What holds in a payee's period of that place on the plan, the first of which is 1; all of it
    after the ramp, and where nobody says when they came."""
    over = 0
    for step in ramp:
        over += step.periods
        if place is not None and place <= over:
            return step
    return FULL


def months_since(came: date, day: date) -> int:
    """Which calendar month of somebody's a day lies in, the one in which they came being 1."""
    return 12 * (day.year - came.year) + day.month - came.month + 1


def faults_of_ramp(ramp: Sequence[RampStep]) -> Iterator[Invalid]:
    if len(ramp) > MOST_STEPS or sum(step.periods for step in ramp) > LONGEST_RAMP:
        what = f"A ramp has at most {MOST_STEPS} steps, and is over after {LONGEST_RAMP} periods."
        yield Invalid(what, path=("ramp",))
    for place, step in enumerate(ramp):
        if step.periods < 1 or step.quota <= 0 or step.target_incentive < 0:
            what = (
                "A step lasts 1 period or more, with a share of the quota above zero and a share of"
            )
            yield Invalid(f"{what} the target incentive not below it.", path=("ramp", str(place)))
