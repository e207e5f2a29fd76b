"""A goal falls to the periods of a calendar without losing a unit."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendars.rules import FiscalRule, periods_of
from domain.calendars.words import CalendarKind, PeriodGrain, Weekday, YearEnds, YearNamedBy
from domain.calendars.working_rules import WorkingDays
from domain.errors import Invalid
from domain.goals.cascading_rules import places_for
from domain.goals.spreading_rules import Days, SpreadBy, parts_of, plain_weights, seasonal_weights
from domain.shares import shares

MONDAY_TO_FRIDAY = frozenset(Weekday) - {Weekday.SATURDAY, Weekday.SUNDAY}
WORKS = WorkingDays(MONDAY_TO_FRIDAY, frozenset({date(2020, 5, 25), date(2020, 7, 4)}))
CALENDAR = FiscalRule(CalendarKind.MONTHS, 1, YearNamedBy.END)
RETAIL = FiscalRule(CalendarKind.WEEKS_454, 2, YearNamedBy.START, Weekday.SUNDAY, YearEnds.NEAREST)


def days(rule: FiscalRule, year: int, grain: PeriodGrain) -> list[Days]:
    return [Days(p.starts_on, p.ends_on) for p in periods_of(rule, year) if p.grain is grain]


YEAR = Days(date(2020, 1, 1), date(2020, 12, 31))
QUARTERS = days(CALENDAR, 2020, PeriodGrain.QUARTER)
MONTHS = days(CALENDAR, 2020, PeriodGrain.PERIOD)


def test_working_days_are_counted() -> None:
    assert [WORKS.between(month.first, month.last) for month in MONTHS[3:6]] == [22, 20, 22]
    assert WORKS.between(date(2020, 5, 25), date(2020, 5, 24)) == 0


@pytest.mark.parametrize(
    ("by", "weights"),
    [
        (SpreadBy.EQUAL, [1, 1, 1, 1]),
        (SpreadBy.DAYS, [91, 91, 92, 92]),
        (SpreadBy.WORKING_DAYS, [65, 64, 66, 66]),
    ],
)
def test_a_year_falls_to_its_quarters(by: SpreadBy, weights: list[int]) -> None:
    assert plain_weights(parts_of(YEAR, QUARTERS, grain="quarter"), by, WORKS) == weights


def test_a_season_weighs_what_is_longer_and_what_is_cut() -> None:
    periods = [(month, Decimal(number)) for number, month in enumerate(MONTHS, start=1)]

    whole = seasonal_weights(QUARTERS, periods, WORKS)
    cut = seasonal_weights(
        parts_of(Days(date(2020, 5, 18), date(2020, 6, 30)), MONTHS[4:6], grain="period"),
        periods,
        WORKS,
    )

    assert whole == [6, 15, 24, 33]
    # Of May's 20 working days 9: 5 x 9/20 and 6.
    assert Fraction(cut[0]) / Fraction(cut[1]) == Fraction(45, 20) / 6


def test_a_period_in_which_nobody_works_counts_by_its_days() -> None:
    weekend = Days(date(2020, 5, 23), date(2020, 5, 24))
    parts = [Days(weekend.first, weekend.first), Days(weekend.last, weekend.last)]

    assert seasonal_weights(parts, [(weekend, Decimal(3))], WORKS) == [3, 3]
    with pytest.raises(Invalid, match="Nothing of the goal would fall"):
        plain_weights(parts, SpreadBy.WORKING_DAYS, WORKS)
    with pytest.raises(Invalid, match="Nothing of the goal would fall"):
        seasonal_weights(parts, [(weekend, Decimal(0))], WORKS)


@given(
    st.sampled_from(["USD", "JPY", "KWD", None]),
    st.integers(1, 10**12),
    st.sampled_from([CALENDAR, RETAIL]),
    st.sampled_from(list(PeriodGrain)),
    st.lists(st.integers(0, 10**6), min_size=12, max_size=12).filter(any),
    st.integers(0, 200),
    st.sampled_from(SpreadBy),
)
def test_a_spread_sums_to_the_last_cent_for_yen_dollars_and_dinars(
    currency: str | None,
    units: int,
    rule: FiscalRule,
    grain: PeriodGrain,
    weights: list[int],
    late: int,
    by: SpreadBy,
) -> None:
    unit = "money" if currency else "number"
    target = Decimal(units).scaleb(-places_for(unit, currency, Decimal(1)))
    year = days(rule, 2023, PeriodGrain.YEAR)[0]
    goal = Days(year.first + timedelta(days=late), year.last)
    periods = [each for each in days(rule, 2023, grain) if each.last >= goal.first]
    if len(periods) < 2:
        return

    parts = parts_of(goal, periods, grain=grain)
    seasonal = list(zip(days(rule, 2023, PeriodGrain.PERIOD), map(Decimal, weights), strict=True))
    try:
        found = (
            seasonal_weights(parts, seasonal, WORKS)
            if by is SpreadBy.SEASON
            else plain_weights(parts, by, WORKS)
        )
    except Invalid:
        assert not any(weights[-len(parts) :]) or late
        return
    targets = shares(target, found, places_for(unit, currency, target))

    assert sum(targets) == target
    assert (parts[0].first, parts[-1].last) == (goal.first, goal.last)
    assert sum(part.length for part in parts) == goal.length


@pytest.mark.parametrize(
    ("goal", "periods", "path", "message"),
    [
        (
            YEAR,
            QUARTERS[1:],
            "calendarId",
            "The goal goes from 2020-01-01 to 2020-12-31; the calendar has its quarters there from"
            " 2020-04-01 to 2020-12-31 only.",
        ),
        (
            YEAR,
            [],
            "calendarId",
            "The goal goes from 2020-01-01 to 2020-12-31; the calendar has its quarters there not"
            " at all.",
        ),
        (
            MONTHS[4],
            QUARTERS[1:2],
            "grain",
            "The goal lies within one quarter of the calendar; there is nothing to spread.",
        ),
        (
            Days(YEAR.first, YEAR.first + timedelta(days=60)),
            [
                Days(YEAR.first + timedelta(days=n), YEAR.first + timedelta(days=n))
                for n in range(61)
            ],
            "grain",
            "These would be 61 goals; a goal is spread over at most 60 periods.",
        ),
    ],
)
def test_a_goal_is_spread_over_periods_that_know_all_of_its_days(
    goal: Days, periods: list[Days], path: str, message: str
) -> None:
    with pytest.raises(Invalid) as refused:
        parts_of(goal, periods, grain="quarter")

    assert (refused.value.path, refused.value.message) == ((path,), message)
