"""When something was written offline."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.errors import Invalid
from domain.offline import when_written

NOW = datetime(2020, 5, 29, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_it_was_written_now_unless_its_author_says_otherwise() -> None:
    assert when_written(None, NOW) == NOW


@pytest.mark.parametrize(
    "said", [NOW + 5 * MINUTE, NOW - timedelta(days=7), datetime(1970, 1, 1, tzinfo=UTC)]
)
def test_a_clock_may_be_fast_and_a_phone_long_in_a_drawer(said: datetime) -> None:
    assert when_written(said, NOW) == said


@pytest.mark.parametrize(
    "said",
    [
        NOW + 5 * MINUTE + timedelta(microseconds=1),
        datetime.max.replace(tzinfo=UTC),
        datetime(1969, 12, 31, 23, 59, tzinfo=UTC),
        datetime.min.replace(tzinfo=UTC),
    ],
)
def test_nothing_was_written_in_time_to_come_or_before_there_were_phones(said: datetime) -> None:
    with pytest.raises(Invalid) as refused:
        when_written(said, NOW)

    assert refused.value.path == ("writtenAt",)
