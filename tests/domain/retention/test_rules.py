"""How long words are kept, as arithmetic."""

from datetime import UTC, date, datetime

import pytest

from domain.errors import Invalid
from domain.retention.rules import kept_since, sound_months


@pytest.mark.parametrize(
    ("today", "months", "since"),
    [
        (date(2026, 11, 22), 12, datetime(2025, 11, 22, tzinfo=UTC)),
        (date(2026, 8, 31), 6, datetime(2026, 2, 28, tzinfo=UTC)),
        (date(2024, 8, 31), 6, datetime(2024, 2, 29, tzinfo=UTC)),
        (date(2026, 1, 15), 13, datetime(2024, 12, 15, tzinfo=UTC)),
        (date(2026, 12, 31), 120, datetime(2016, 12, 31, tzinfo=UTC)),
    ],
)
def test_words_are_kept_since_the_same_day_so_many_months_before(
    today: date, months: int, since: datetime
) -> None:
    assert kept_since(today, months) == since


@pytest.mark.parametrize("months", [-1, 0, 5, 121])
def test_nobody_keeps_words_for_less_than_half_a_year_or_more_than_ten(months: int) -> None:
    with pytest.raises(Invalid):
        sound_months(months)


@pytest.mark.parametrize("months", [None, 6, 120])
def test_what_is_sensible_is_taken_as_it_is(months: int | None) -> None:
    assert sound_months(months) == months
