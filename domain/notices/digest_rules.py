"""Of which days a digest is, and when it comes."""

from dataclasses import dataclass
from datetime import date, timedelta

from domain.calendars.words import Weekday
from domain.notices.models import Rhythm

LONGEST = 31
"""Days that one digest is of at most; what is older nobody is told after so long."""


@dataclass(frozen=True, slots=True)
class Wish:
    """How often somebody's digest comes, from which hour on, and if weekly on which day."""

    rhythm: Rhythm = Rhythm.DAILY
    hour: int = 0
    weekday: Weekday = Weekday.MONDAY


def days_due(
    wish: Wish, today: date, hour: int, told_until: date | None
) -> tuple[date, date] | None:
    """The first and the last day of the digest that is due on this day, in this hour of it; None where
    none is.

    A day's digest comes on the next day, and a week's when the seven days before its weekday are over. It
    begins where the last one ended, so that no day is in two and none is left out, whatever was wished
    meanwhile and however late it is made.
    """
    comes_on = today if hour >= wish.hour else today - timedelta(days=1)
    if wish.rhythm is Rhythm.WEEKLY:
        comes_on -= timedelta(days=(comes_on.weekday() - wish.weekday.place) % 7)
    last = comes_on - timedelta(days=1)
    if wish.rhythm is Rhythm.NEVER or (told_until is not None and told_until >= last):
        return None
    if told_until is None:
        return last - timedelta(days=6 if wish.rhythm is Rhythm.WEEKLY else 0), last
    return max(told_until, last - timedelta(days=LONGEST)) + timedelta(days=1), last
