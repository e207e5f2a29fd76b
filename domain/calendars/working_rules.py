"""On which days an organisation works, and by which policy it watches its goals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from domain.calendars.words import Weekday
from domain.errors import Changed, Invalid

_WEEK = tuple(Weekday)
MOST_DAYS = 400
"""How many days off one message adds."""


class PolicyChanged(Changed):
    kind = "policy of goals"


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """The weekdays on which an organisation works, and the days on which it does not all the same."""

    week: frozenset[Weekday]
    off: frozenset[date]

    def between(self, first: date, last: date) -> int:
        """How many there are from the first day to the last; none where the last is before it."""
        days = (first + timedelta(days=each) for each in range((last - first).days + 1))
        return sum(_WEEK[day.weekday()] in self.week and day not in self.off for day in days)


def sound_days_off(days: Sequence[tuple[date, str]]) -> list[tuple[date, str]]:
    """Days with their names, trimmed; each day once. Raises Invalid with the place of what is
    wrong."""
    if not 1 <= len(days) <= MOST_DAYS:
        raise Invalid(f"Give 1 to {MOST_DAYS} days off.", path=("days",))
    found: dict[date, str] = {}
    for at, (day, name) in enumerate(days):
        name = name.strip()
        if not 1 <= len(name) <= 100:
            raise Invalid(
                "A day off has a name of 1 to 100 characters.", path=("days", str(at), "name")
            )
        if day in found:
            raise Invalid(f"{day} is given twice.", path=("days", str(at), "day"))
        found[day] = name
    return list(found.items())


def sound_working_days(days: Sequence[Weekday]) -> list[Weekday]:
    """The weekdays on which the organisation works, in the week's order. Raises Invalid."""
    if not days:
        raise Invalid("A week has at least one working day.", path=("workingDays",))
    return [day for day in Weekday if day in days]


def sound_policy(policy: Mapping[str, Any]) -> None:
    """Checks a whole policy, as it is to stand. Raises Invalid."""
    at_risk, off_track = policy["pace_at_risk"], policy["pace_off_track"]
    for name, rate, most in (("paceAtRisk", at_risk, 2), ("paceOffTrack", off_track, at_risk)):
        if not 0 <= rate <= most or rate != round(rate, 4):
            raise Invalid(
                f"This is a rate from 0 to {_plain(most)} of at most 4 decimal places.",
                path=(name,),
            )
    nudge, escalate = policy["nudge_after_days"], policy["escalate_after_days"]
    check_in = policy["check_in_every_days"]
    for name, days in (
        ("nudgeAfterDays", nudge),
        ("escalateAfterDays", escalate),
        ("checkInEveryDays", check_in),
    ):
        if days is not None and not 1 <= days <= 365:
            raise Invalid("This is a number of days from 1 to 365.", path=(name,))
    if escalate < nudge:
        raise Invalid(
            f"Nobody is nudged after {nudge} days if it is escalated after {escalate}.",
            path=("escalateAfterDays",),
        )


def _plain(rate: Decimal | int) -> str:
    return f"{Decimal(rate).normalize():f}"
