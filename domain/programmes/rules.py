"""What a programme may say, and for which days it is asked about, decided from values alone."""

from datetime import date, timedelta
from typing import NamedTuple

from domain.errors import Conflict, Invalid

LONGEST = timedelta(days=3 * 366)
FARTHEST = timedelta(days=366)
LONGEST_ASKED = timedelta(days=400)
USUALLY_ASKED = timedelta(days=91)


class Days(NamedTuple):
    first: date
    last: date


class AlreadyRetired(Conflict):
    def __init__(self) -> None:
        super().__init__("The programme was retired before; nothing was changed.")


def sound_programme(every_weeks: int, starts_on: date, until: date, today: date) -> None:
    """Raises Invalid for intervals or days that are out of bounds."""
    if not 1 <= every_weeks <= 26:
        raise Invalid("Every 1 to 26 weeks.", path=("everyWeeks",))
    if abs(starts_on - today) > FARTHEST:
        raise Invalid("A programme starts within a year of today.", path=("startsOn",))
    if not timedelta() < until - starts_on <= LONGEST:
        raise Invalid("A programme lasts between one day and three years.", path=("until",))


def can_be_retired(retired_on: date | None) -> None:
    """Raises AlreadyRetired: it is retired once."""
    if retired_on is not None:
        raise AlreadyRetired


def days_asked(first: date | None, last: date | None, today: date) -> Days:
    """Of which intervals somebody asks, or leaves open: those of the last thirteen weeks. Raises Invalid."""
    end = today if last is None else last
    days = Days(_back(end, USUALLY_ASKED) if first is None else first, end)
    if days.last < days.first:
        raise Invalid(
            f"The days end on {days.last}, before they start on {days.first}.", path=("filter",)
        )
    if days.last - days.first > LONGEST_ASKED:
        raise Invalid("These are more than 400 days at once.", path=("filter",))
    return days


def _back(day: date, by: timedelta) -> date:
    return day - by if day - date.min > by else date.min
