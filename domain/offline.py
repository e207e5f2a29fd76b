"""What was written on a phone without a network, and arrives later, from values alone.

Whoever wrote it says when, by their own clock; when it arrived is ours to say, and stands beside it. A
phone lies in a drawer for as long as it likes, so nothing was written too long ago. Before phones had a
clock nothing was written on one: a time before that is a mistake, and no day of anybody's calendar can
be counted from it.
"""

from datetime import UTC, datetime, timedelta

from domain.errors import Invalid

CLOCKS_DIFFER = timedelta(minutes=5)
FIRST = datetime(1970, 1, 1, tzinfo=UTC)


def when_written(said: datetime | None, now: datetime) -> datetime:
    """When something was written by its author's clock, which may be five minutes fast: now, where they
    do not say. Raises Invalid for a time to come, and for one before 1970."""
    if said is None:
        return now
    if not FIRST <= said <= now + CLOCKS_DIFFER:
        raise Invalid(
            "Say when this was written: not in time to come, and not before 1970.",
            path=("writtenAt",),
        )
    return said
