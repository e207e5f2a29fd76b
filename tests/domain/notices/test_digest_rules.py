"""When a digest comes, and of which days: whatever is wished and whenever the round goes, each day once."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.calendars.words import Weekday
from domain.notices.digest_rules import LONGEST, Wish, days_due
from domain.notices.models import Rhythm

DAILY, WEEKLY, NEVER = Rhythm
FRIDAY = date(2020, 5, 29)


@pytest.mark.parametrize(
    ("wish", "today", "hour", "told_until", "days"),
    [
        (Wish(), FRIDAY, 0, None, ("2020-05-28", "2020-05-28")),
        (Wish(DAILY, 7), FRIDAY, 6, None, ("2020-05-27", "2020-05-27")),
        (Wish(DAILY, 7), FRIDAY, 7, date(2020, 5, 27), ("2020-05-28", "2020-05-28")),
        (Wish(DAILY, 7), FRIDAY, 6, date(2020, 5, 27), None),
        (Wish(DAILY), FRIDAY, 9, date(2020, 5, 28), None),
        (Wish(DAILY), FRIDAY, 9, date(2020, 5, 25), ("2020-05-26", "2020-05-28")),
        (Wish(DAILY), FRIDAY, 9, date(2020, 1, 1), ("2020-04-28", "2020-05-28")),
        (Wish(WEEKLY), FRIDAY, 0, None, ("2020-05-18", "2020-05-24")),
        (Wish(WEEKLY), date(2020, 5, 31), 23, None, ("2020-05-18", "2020-05-24")),
        (Wish(WEEKLY), date(2020, 6, 1), 0, None, ("2020-05-25", "2020-05-31")),
        (Wish(WEEKLY, 7), date(2020, 6, 1), 6, date(2020, 5, 24), None),
        (Wish(WEEKLY, 7, Weekday.FRIDAY), FRIDAY, 7, None, ("2020-05-22", "2020-05-28")),
        # Daily until Tuesday, weekly from Wednesday on; and the other way round.
        (Wish(WEEKLY), date(2020, 6, 1), 0, date(2020, 5, 26), ("2020-05-27", "2020-05-31")),
        (Wish(DAILY), FRIDAY, 0, date(2020, 5, 24), ("2020-05-25", "2020-05-28")),
        (Wish(NEVER), FRIDAY, 0, None, None),
    ],
)  # fmt: skip
def test_a_digest_comes_when_its_days_are_over_and_its_hour_has_come(
    wish: Wish, today: date, hour: int, told_until: date | None, days: tuple[str, str] | None
) -> None:
    due = days_due(wish, today, hour, told_until)

    assert due == (None if days is None else tuple(map(date.fromisoformat, days)))


WISHES = st.builds(
    Wish, st.sampled_from([DAILY, WEEKLY]), st.integers(0, 23), st.sampled_from(Weekday)
)
# Where clocks go forward and back, half-hours too, and a day was skipped once.
ZONES = ("UTC", "America/Los_Angeles", "Europe/Lisbon", "Australia/Lord_Howe", "Pacific/Apia")


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(ZONES),
    st.datetimes(datetime(2011, 12, 1), datetime(2021, 12, 1)),
    st.lists(st.tuples(WISHES, st.integers(15, 60 * 24 * 3)), min_size=2, max_size=12),
)
def test_no_day_is_in_two_digests_and_none_is_lost(
    zone: str, begun: datetime, rounds: list[tuple[Wish, int]]
) -> None:
    """Rounds up to three days late, before each of which the wish may change."""
    now = begun.replace(tzinfo=UTC)
    made: list[tuple[date, date]] = []
    for wish, minutes in rounds:
        there = now.astimezone(ZoneInfo(zone))
        told_until = made[-1][1] if made else None
        due = days_due(wish, there.date(), there.hour, told_until)

        if due is not None:
            assert due[0] <= due[1] < there.date()
            assert (due[1] - due[0]).days < LONGEST
            made.append(due)
            again = days_due(wish, there.date(), there.hour, due[1])
            assert again is None
        elif told_until is not None:
            behind = 1 if wish.rhythm is DAILY else 7
            assert told_until >= there.date() - timedelta(days=behind + 1)
        now += timedelta(minutes=minutes)

    for (_, last), (first, _) in pairwise(made):
        assert first == last + timedelta(days=1)
