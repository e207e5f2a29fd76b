"""Worked examples of proration and ramps, each by a convention with a name."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Invalid
from domain.goals.proration_rules import (
    AdjustmentCause,
    DayCount,
    Days,
    adjusted,
    count,
    months_after,
    prorated,
    ramped,
    sound_steps,
)

QUARTER = Days(date(2020, 7, 1), date(2020, 9, 30))
LEAP_YEAR, YEAR = (Days(date(year, 1, 1), date(year, 12, 31)) for year in (2020, 2021))
STEPS = [Decimal(step) for step in ("0", "0.25", "0.5", "0.75", "1")]
ACTUAL, NO_LEAP, THIRTY, WORKING = DayCount


def is_weekday(day: date) -> bool:
    return day.weekday() < 5


@pytest.mark.parametrize(
    ("period", "cause", "on", "until", "convention", "counts", "expected"),
    [
        (QUARTER, AdjustmentCause.HIRE, date(2020, 8, 1), None, ACTUAL, True, "61/92"),
        (QUARTER, AdjustmentCause.HIRE, date(2020, 8, 1), None, ACTUAL, False, "60/92"),
        (QUARTER, AdjustmentCause.HIRE, date(2020, 7, 1), None, ACTUAL, True, "92/92"),
        (QUARTER, AdjustmentCause.HIRE, date(2020, 9, 30), None, ACTUAL, False, "0/92"),
        (QUARTER, AdjustmentCause.HIRE, date(2020, 8, 1), None, THIRTY, True, "60/90"),
        (QUARTER, AdjustmentCause.HIRE, date(2020, 8, 31), None, THIRTY, True, "31/90"),
        (QUARTER, AdjustmentCause.EXIT, date(2020, 8, 31), None, ACTUAL, True, "62/92"),
        (QUARTER, AdjustmentCause.EXIT, date(2020, 8, 31), None, ACTUAL, False, "61/92"),
        (QUARTER, AdjustmentCause.EXIT, date(2020, 7, 1), None, ACTUAL, False, "0/92"),
        (QUARTER, AdjustmentCause.TRANSFER_IN, date(2020, 9, 1), None, ACTUAL, True, "30/92"),
        (QUARTER, AdjustmentCause.TRANSFER_OUT, date(2020, 8, 31), None, ACTUAL, True, "62/92"),
        (QUARTER, AdjustmentCause.LEAVE, date(2020, 7, 31), date(2020, 8, 31), ACTUAL, True, "61/92"),
        (QUARTER, AdjustmentCause.LEAVE, date(2020, 7, 31), date(2020, 8, 31), ACTUAL, False, "60/92"),
        (QUARTER, AdjustmentCause.LEAVE, date(2020, 8, 1), date(2021, 1, 1), ACTUAL, False, "31/92"),
        (QUARTER, AdjustmentCause.LEAVE, date(2020, 8, 1), date(2020, 8, 1), ACTUAL, True, "92/92"),
        (LEAP_YEAR, AdjustmentCause.HIRE, date(2020, 3, 1), None, ACTUAL, True, "306/366"),
        (LEAP_YEAR, AdjustmentCause.HIRE, date(2020, 3, 1), None, NO_LEAP, True, "306/365"),
        (LEAP_YEAR, AdjustmentCause.HIRE, date(2020, 2, 1), None, NO_LEAP, True, "334/365"),
        (LEAP_YEAR, AdjustmentCause.HIRE, date(2020, 3, 1), None, THIRTY, True, "300/360"),
        (YEAR, AdjustmentCause.HIRE, date(2021, 3, 1), None, ACTUAL, True, "306/365"),
        (YEAR, AdjustmentCause.EXIT, date(2021, 2, 28), None, THIRTY, True, "60/360"),
        (QUARTER, AdjustmentCause.HIRE, date(2020, 8, 1), None, WORKING, True, "43/66"),
    ],
)  # fmt: skip
def test_what_counts_for_who_comes_goes_or_is_away(
    period: Days, cause: AdjustmentCause, on: date, until: date | None, convention: DayCount, counts: bool,
    expected: str,
) -> None:  # fmt: skip
    part = prorated(
        period, cause, on, until, convention=convention, change_day_counts=counts,
        worked=is_weekday,
    )  # fmt: skip

    assert f"{part.counted}/{part.whole}" == expected


def test_who_stays_before_and_who_comes_after_a_day_share_the_period_wholly() -> None:
    for convention in DayCount:
        going = prorated(QUARTER, AdjustmentCause.TRANSFER_OUT, date(2020, 8, 14), convention=convention, worked=is_weekday)  # fmt: skip
        coming = prorated(QUARTER, AdjustmentCause.TRANSFER_IN, date(2020, 8, 15), convention=convention, worked=is_weekday)  # fmt: skip

        assert going.share + coming.share == 1, convention


def test_a_target_is_rounded_once_after_everything_that_adjusts_it() -> None:
    part = prorated(QUARTER, AdjustmentCause.HIRE, date(2020, 8, 1), convention=ACTUAL)

    assert adjusted(Decimal(120_000), [part.share], 2) == Decimal("79565.22")
    assert adjusted(Decimal(120_000), [part.share, Fraction(1, 2)], 2) == Decimal("39782.61")
    assert adjusted(Decimal(120_000), [part.share, Fraction(1, 2)], 0) == Decimal(39783)
    assert adjusted(Decimal(1), [Fraction(1, 8)], 2) == Decimal("0.13")


@pytest.mark.parametrize(
    ("period", "first_day", "expected"),
    [
        (Days(date(2020, 3, 1), date(2020, 3, 31)), date(2020, 1, 1), "0.5"),
        (Days(date(2020, 1, 1), date(2020, 1, 31)), date(2020, 1, 1), "0"),
        (Days(date(2020, 6, 1), date(2020, 6, 30)), date(2020, 1, 1), "1"),
        (Days(date(2020, 4, 1), date(2020, 6, 30)), date(2020, 5, 1), "0.1229508196721311475409836066"),
        (Days(date(2020, 3, 16), date(2020, 4, 15)), date(2020, 2, 1), "0.3709677419354838709677419355"),
        (Days(date(2020, 1, 1), date(2021, 12, 31)), date(2019, 1, 1), "1"),
    ],
)  # fmt: skip
def test_in_each_month_of_tenure_the_ramp_says_what_counts(
    period: Days, first_day: date, expected: str
) -> None:
    assert ramped(period, first_day, STEPS).share == pytest.approx(Fraction(expected))


def test_whoever_comes_on_the_31st_has_months_that_begin_on_the_first_day_after() -> None:
    assert [months_after(date(2020, 1, 31), months) for months in (1, 2, 13)] == [
        date(2020, 3, 1), date(2020, 3, 31), date(2021, 3, 1)
    ]  # fmt: skip


@pytest.mark.parametrize("steps", [[], ["1.5"], ["-0.1"], ["0.5", "0.25"], ["NaN"], ["1"] * 37])
def test_a_ramp_that_cannot_be_meant_is_refused(steps: list[str]) -> None:
    with pytest.raises(Invalid):
        sound_steps([Decimal(step) for step in steps])


def test_a_change_outside_the_period_or_a_leave_without_an_end_is_refused() -> None:
    for cause, on, until in (
        (AdjustmentCause.HIRE, date(2020, 6, 30), None),
        (AdjustmentCause.EXIT, date(2020, 10, 1), None),
        (AdjustmentCause.LEAVE, date(2020, 8, 1), None),
        (AdjustmentCause.LEAVE, date(2020, 8, 1), date(2020, 7, 31)),
        (AdjustmentCause.HIRE, date(2020, 8, 1), date(2020, 8, 2)),
        (AdjustmentCause.TENURE, date(2020, 8, 1), None),
    ):
        with pytest.raises(Invalid):
            prorated(QUARTER, cause, on, until, convention=ACTUAL)


@given(st.dates(date(2000, 1, 1), date(2040, 1, 1)), st.integers(0, 800), st.data())
def test_the_days_before_and_after_any_day_are_all_days(
    first: date, length: int, data: st.DataObject
) -> None:
    last = date.fromordinal(first.toordinal() + length)
    middle = date.fromordinal(data.draw(st.integers(first.toordinal(), last.toordinal())))
    after = date.fromordinal(middle.toordinal() + 1)
    for convention in DayCount:
        parts = [count(days, convention, is_weekday) for days in (Days(first, middle), Days(after, last))]  # fmt: skip
        assert sum(parts) == count(Days(first, last), convention, is_weekday)
