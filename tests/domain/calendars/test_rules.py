"""Fiscal years as companies keep them: months, weeks of four and five, thirteen periods, by hand."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendars.rules import (
    CustomPeriod,
    FiscalRule,
    Period,
    custom_periods,
    periods_of,
    sound_rule,
    sound_years,
    years_beside,
)
from domain.calendars.words import CalendarKind, PeriodGrain, Weekday, YearEnds, YearNamedBy
from domain.errors import Invalid

# The 4-5-4 calendar of the National Retail Federation: weeks from Sunday, the year ends on the
# Saturday nearest to the end of January and is named by its start.
RETAIL = FiscalRule(CalendarKind.WEEKS_454, 2, YearNamedBy.START, Weekday.SUNDAY, YearEnds.NEAREST)
# The year of a maker of phones: it ends on the last Saturday of September.
LAST_SATURDAY = FiscalRule(
    CalendarKind.WEEKS_445, 10, YearNamedBy.END, Weekday.SUNDAY, YearEnds.LAST
)
THIRTEEN = FiscalRule(CalendarKind.THIRTEEN, 1, YearNamedBy.START, Weekday.MONDAY, YearEnds.NEAREST)


def months(first: int, named_by: YearNamedBy = YearNamedBy.END) -> FiscalRule:
    return FiscalRule(CalendarKind.MONTHS, first, named_by)


def of(periods: Sequence[Period], grain: PeriodGrain) -> list[Period]:
    return [each for each in periods if each.grain is grain]


def days(text: str) -> tuple[date, date]:
    first, last = text.split(" to ")
    return date.fromisoformat(first), date.fromisoformat(last)


@pytest.mark.parametrize(
    ("rule", "fiscal_year", "span"),
    [
        (months(1), 2024, "2024-01-01 to 2024-12-31"),
        (months(2), 2024, "2023-02-01 to 2024-01-31"),
        (months(4), 2026, "2025-04-01 to 2026-03-31"),
        (months(4, YearNamedBy.START), 2026, "2026-04-01 to 2027-03-31"),
        (months(10), 2024, "2023-10-01 to 2024-09-30"),
        (RETAIL, 2006, "2006-01-29 to 2007-02-03"),
        (RETAIL, 2012, "2012-01-29 to 2013-02-02"),
        (RETAIL, 2016, "2016-01-31 to 2017-01-28"),
        (RETAIL, 2017, "2017-01-29 to 2018-02-03"),
        (RETAIL, 2023, "2023-01-29 to 2024-02-03"),
        (RETAIL, 2024, "2024-02-04 to 2025-02-01"),
        (LAST_SATURDAY, 2017, "2016-09-25 to 2017-09-30"),
        (LAST_SATURDAY, 2022, "2021-09-26 to 2022-09-24"),
        (LAST_SATURDAY, 2023, "2022-09-25 to 2023-09-30"),
        (THIRTEEN, 2026, "2025-12-29 to 2027-01-03"),
    ],
)
def test_a_fiscal_year_begins_and_ends_as_its_company_says(
    rule: FiscalRule, fiscal_year: int, span: str
) -> None:
    year, *_ = periods_of(rule, fiscal_year)

    assert (year.starts_on, year.ends_on) == days(span)
    assert year.name == f"FY{fiscal_year % 100:02}"


def test_a_leap_day_is_in_its_month_and_quarter() -> None:
    made = periods_of(months(4), 2024)

    february = of(made, PeriodGrain.PERIOD)[10]
    assert (february.name, february.starts_on, february.ends_on) == (
        "FY24 P11", date(2024, 2, 1), date(2024, 2, 29),
    )  # fmt: skip
    fourth = of(made, PeriodGrain.QUARTER)[3]
    assert (fourth.name, fourth.starts_on, fourth.ends_on) == (
        "FY24 Q4", date(2024, 1, 1), date(2024, 3, 31),
    )  # fmt: skip
    assert of(made, PeriodGrain.WEEK) == []


def test_a_53_week_year_names_its_extra_week() -> None:
    made = periods_of(RETAIL, 2023)

    assert [each.name for each in made if each.has_extra_week] == [
        "FY23", "FY23 H2", "FY23 Q4", "FY23 P12", "FY23 W53",
    ]  # fmt: skip
    last = made[-1]
    assert (last.name, last.starts_on, last.ends_on) == (
        "FY23 W53", date(2024, 1, 28), date(2024, 2, 3),
    )  # fmt: skip
    assert not any(each.has_extra_week for each in periods_of(RETAIL, 2024))


@pytest.mark.parametrize(
    ("kind", "weeks"),
    [
        (CalendarKind.WEEKS_445, [4, 4, 5, 4, 4, 5, 4, 4, 5, 4, 4, 6]),
        (CalendarKind.WEEKS_454, [4, 5, 4, 4, 5, 4, 4, 5, 4, 4, 5, 5]),
        (CalendarKind.WEEKS_544, [5, 4, 4, 5, 4, 4, 5, 4, 4, 5, 4, 5]),
        (CalendarKind.THIRTEEN, [4] * 12 + [5]),
    ],
)
def test_the_53rd_week_goes_to_the_last_period(kind: CalendarKind, weeks: list[int]) -> None:
    rule = FiscalRule(kind, 2, YearNamedBy.START, Weekday.SUNDAY, YearEnds.NEAREST)

    periods = of(periods_of(rule, 2023), PeriodGrain.PERIOD)

    assert [((each.ends_on - each.starts_on).days + 1) // 7 for each in periods] == weeks


def test_thirteen_periods_make_quarters_of_three_and_a_last_of_four() -> None:
    made = periods_of(THIRTEEN, 2024)

    parents = [each.parent for each in of(made, PeriodGrain.PERIOD)]
    assert parents == [
        (PeriodGrain.QUARTER, quarter) for quarter in (1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 4)
    ]
    assert [each.name for each in of(made, PeriodGrain.HALF)] == ["FY24 H1", "FY24 H2"]


RULES = st.one_of(
    st.builds(months, st.integers(1, 12), st.sampled_from(YearNamedBy)),
    st.builds(
        FiscalRule,
        st.sampled_from([kind for kind in CalendarKind if kind.value[0] in "wt"]),
        st.integers(1, 12),
        st.sampled_from(YearNamedBy),
        st.sampled_from(Weekday),
        st.sampled_from(YearEnds),
    ),
)


@given(RULES, st.integers(1950, 2149))
def test_every_grain_covers_every_day_of_the_year_once(rule: FiscalRule, fiscal_year: int) -> None:
    made = periods_of(rule, fiscal_year)
    year = made[0]
    by_place = {(each.grain, each.number): each for each in made}

    assert periods_of(rule, fiscal_year + 1)[0].starts_on == year.ends_on + timedelta(days=1)
    for grain in {each.grain for each in made}:
        within = of(made, grain)
        assert (within[0].starts_on, within[-1].ends_on) == (year.starts_on, year.ends_on)
        for before, after in pairwise(within):
            assert after.starts_on == before.ends_on + timedelta(days=1)
            assert after.number == before.number + 1
    for each in made[1:]:
        assert each.parent is not None
        around = by_place[each.parent]
        assert around.starts_on <= each.starts_on <= each.ends_on <= around.ends_on


def by_hand(*spans: str, year: int = 2026, quarter: int | None = None) -> list[CustomPeriod]:
    return [CustomPeriod(year, *days(span), quarter=quarter) for span in spans]


def test_periods_given_by_hand_are_taken_as_they_are() -> None:
    given = [
        CustomPeriod(2026, *days("2026-01-05 to 2026-03-29"), name="Harvest", quarter=1),
        CustomPeriod(2026, *days("2026-03-30 to 2026-12-31"), quarter=2),
        *by_hand("2027-01-01 to 2027-12-31", year=2027),
    ]

    made = custom_periods(given)

    assert [(each.name, each.starts_on, each.ends_on) for each in made] == [
        ("FY26", date(2026, 1, 5), date(2026, 12, 31)),
        ("FY26 Q1", date(2026, 1, 5), date(2026, 3, 29)),
        ("FY26 Q2", date(2026, 3, 30), date(2026, 12, 31)),
        ("Harvest", date(2026, 1, 5), date(2026, 3, 29)),
        ("FY26 P02", date(2026, 3, 30), date(2026, 12, 31)),
        ("FY27", date(2027, 1, 1), date(2027, 12, 31)),
        ("FY27 P01", date(2027, 1, 1), date(2027, 12, 31)),
    ]


@pytest.mark.parametrize(
    ("periods", "path", "message"),
    [
        ([], ("periods",), "A custom calendar needs its periods."),
        (
            by_hand("2026-01-01 to 2026-01-31", "2026-02-02 to 2026-02-28"),
            ("periods", "1", "startsOn"),
            "The period starts on 2026-02-02; the one before ends on 2026-01-31."
            " Periods follow one another without a gap and without overlapping.",
        ),
        (
            by_hand("2026-01-01 to 2026-01-31", "2026-01-31 to 2026-02-28"),
            ("periods", "1", "startsOn"),
            "The period starts on 2026-01-31; the one before ends on 2026-01-31."
            " Periods follow one another without a gap and without overlapping.",
        ),
        (
            by_hand("2026-02-01 to 2028-01-31"),
            ("periods", "0", "fiscalYear"),
            "A period of fiscal year 2026 lies in that year or beside it.",
        ),
        (
            by_hand("2026-02-01 to 2026-01-31"),
            ("periods", "0", "endsOn"),
            "The period ends on 2026-01-31, before it starts on 2026-02-01.",
        ),
        (
            by_hand("2026-01-01 to 2027-01-31")
            + by_hand("2027-02-01 to 2027-02-28", year=2028),
            ("periods", "1", "fiscalYear"),
            "Fiscal year 2028 cannot follow 2026.",
        ),
        (
            by_hand("2026-01-01 to 2026-01-31", quarter=1)
            + by_hand("2026-02-01 to 2026-02-28"),
            ("periods",),
            "Either no period of fiscal year 2026 has a quarter, or each has one, from 1 to at most"
            " 4, none left out.",
        ),
    ],
)  # fmt: skip
def test_periods_by_hand_leave_no_gap_and_never_overlap(
    periods: list[CustomPeriod], path: tuple[str, ...], message: str
) -> None:
    with pytest.raises(Invalid) as refused:
        custom_periods(periods)

    assert (refused.value.path, refused.value.message) == (path, message)


@pytest.mark.parametrize(
    ("kind", "given", "path", "message"),
    [
        ("months", (None, "end", None, None), "firstMonth", "A calendar of this kind needs `firstMonth`."),
        ("months", (1, "end", "monday", None), "weekStartsOn", "A calendar of this kind takes no `weekStartsOn`."),
        ("weeks_445", (1, "end", "monday", None), "yearEnds", "A calendar of this kind needs `yearEnds`."),
        ("custom", (1, None, None, None), "firstMonth", "A calendar of this kind takes no `firstMonth`."),
        ("months", (13, "end", None, None), "firstMonth", "A month is a number from 1 to 12."),
    ],
)  # fmt: skip
def test_a_calendar_says_what_its_kind_needs_and_no_more(
    kind: str, given: tuple[int | None, str | None, str | None, str | None], path: str, message: str
) -> None:
    month, named_by, week, ends = given

    with pytest.raises(Invalid) as refused:
        sound_rule(
            CalendarKind(kind),
            month,
            YearNamedBy(named_by) if named_by else None,
            Weekday(week) if week else None,
            YearEnds(ends) if ends else None,
        )

    assert (refused.value.path, refused.value.message) == ((path,), message)


def test_at_most_thirty_years_are_made_at_once_and_those_made_are_kept() -> None:
    assert sound_years(2000, 2029) == range(2000, 2030)
    for first, last in ((2000, 2030), (2001, 2000), (1949, 1950), (2150, 2151)):
        with pytest.raises(Invalid):
            sound_years(first, last)

    made = range(2020, 2023)
    assert years_beside(made, 2018, 2024) == [range(2018, 2020), range(2023, 2025)]
    assert years_beside(made, 2020, 2022) == []
    for first, last in ((2021, 2024), (2018, 2021)):
        with pytest.raises(Invalid, match="has the fiscal years 2020 to 2022, and keeps them"):
            years_beside(made, first, last)
