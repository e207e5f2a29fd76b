"""How long is sensible, and since when something is too old, decided from values alone."""

from datetime import UTC, date, datetime, time

from domain.errors import Invalid

FEWEST_MONTHS, MOST_MONTHS = 6, 120


def sound_months(months: int | None) -> int | None:
    """The months as they are; None is for ever. Raises Invalid for less than half a year, which would
    take away what this year's reviews are about, or more than ten years."""
    if months is not None and not FEWEST_MONTHS <= months <= MOST_MONTHS:
        raise Invalid(
            f"Between {FEWEST_MONTHS} and {MOST_MONTHS} months, or null to keep all.",
            path=("months",),
        )
    return months


def kept_since(today: date, months: int) -> datetime:
    """The instant before which words are removed: the same day so many months before, or the month's
    last where it has no such day; at midnight UTC."""
    month = today.year * 12 + today.month - 1 - months
    year, month = divmod(month, 12)
    day = min(today.day, _days_in(year, month + 1))
    return datetime.combine(date(year, month + 1, day), time(), UTC)


def _days_in(year: int, month: int) -> int:
    following = date(year + month // 12, month % 12 + 1, 1)
    return (following - date(year, month, 1)).days
