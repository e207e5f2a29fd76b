"""Fiscal years and their periods, from values alone.

A year of months begins on the first of its first month. A year of weeks is 52 or 53 whole weeks: it
ends on the last day of a week, either the last one in the month before its first month, or the one
nearest to that month's end. Its periods have four or five weeks; a 53rd week goes to the last
period, and to the quarter, half and year around it. A quarter has three periods, of thirteen the
last has four; a half has two quarters.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import accumulate, groupby, pairwise

from domain.calendars.words import CalendarKind, PeriodGrain, Weekday, YearEnds, YearNamedBy
from domain.errors import Changed, Conflict, Invalid

MOST_YEARS = 30
"""How many fiscal years one act makes."""
FIRST_YEAR, LAST_YEAR = 1950, 2150
MOST_PERIODS = 53
"""How many periods a custom year has at most."""

_WEEKS = {
    CalendarKind.WEEKS_445: (4, 4, 5) * 4,
    CalendarKind.WEEKS_454: (4, 5, 4) * 4,
    CalendarKind.WEEKS_544: (5, 4, 4) * 4,
    CalendarKind.THIRTEEN: (4,) * 13,
}
_DAY, _WEEK = timedelta(days=1), timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class FiscalRule:
    """When fiscal years begin; the last two are for years of weeks."""

    kind: CalendarKind
    first_month: int
    named_by: YearNamedBy
    week_starts_on: Weekday | None = None
    year_ends: YearEnds | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """One period of a fiscal year, from its first day to its last; `parent` is the grain and number
    of the one around it."""

    grain: PeriodGrain
    fiscal_year: int
    number: int
    name: str
    starts_on: date
    ends_on: date
    parent: tuple[PeriodGrain, int] | None = None
    has_extra_week: bool = False


@dataclass(frozen=True, slots=True)
class CustomPeriod:
    """A period given by hand; with no name it gets one."""

    fiscal_year: int
    starts_on: date
    ends_on: date
    name: str | None = None
    quarter: int | None = None


def sound_rule(
    kind: CalendarKind,
    first_month: int | None,
    named_by: YearNamedBy | None,
    week_starts_on: Weekday | None,
    year_ends: YearEnds | None,
) -> FiscalRule | None:
    """The rule that was given, None for periods by hand. Raises Invalid where it says too little or
    too much for its kind."""
    weekly = {"weekStartsOn": week_starts_on, "yearEnds": year_ends}
    yearly = {"firstMonth": first_month, "yearNamedBy": named_by}
    needed = {} if kind is CalendarKind.CUSTOM else yearly | (weekly if kind in _WEEKS else {})
    for name, value in (yearly | weekly).items():
        if (value is not None) != (name in needed):
            raise Invalid(
                f"A calendar of this kind needs `{name}`."
                if value is None
                else f"A calendar of this kind takes no `{name}`.",
                path=(name,),
            )
    if first_month is None or named_by is None:
        return None
    if not 1 <= first_month <= 12:
        raise Invalid("A month is a number from 1 to 12.", path=("firstMonth",))
    return FiscalRule(kind, first_month, named_by, week_starts_on, year_ends)


def sound_years(first: int, last: int) -> range:
    """The fiscal years from the first to the last. Raises Invalid."""
    if last < first:
        raise Invalid(
            f"The last fiscal year, {last}, is before the first, {first}.", path=("lastFiscalYear",)
        )
    if first < FIRST_YEAR or last > LAST_YEAR:
        raise Invalid(
            f"Fiscal years go from {FIRST_YEAR} to {LAST_YEAR}.",
            path=("firstFiscalYear" if first < FIRST_YEAR else "lastFiscalYear",),
        )
    if last - first >= MOST_YEARS:
        raise Invalid(
            f"At most {MOST_YEARS} fiscal years are made at once.", path=("lastFiscalYear",)
        )
    return range(first, last + 1)


def years_beside(made: range, first: int, last: int) -> list[range]:
    """The years that are missing to go from the first to the last, before and after those made.
    Raises Invalid where one of those would be left out."""
    if first > made[0] or last < made[-1]:
        raise Invalid(
            f"The calendar has the fiscal years {made[0]} to {made[-1]}, and keeps them.",
            path=("firstFiscalYear" if first > made[0] else "lastFiscalYear",),
        )
    return [years for years in (range(first, made[0]), range(made[-1] + 1, last + 1)) if years]


def periods_of(rule: FiscalRule, fiscal_year: int) -> list[Period]:
    """The year and everything in it, each after the one around it."""
    begins = _first_day(rule, fiscal_year)
    if rule.kind is CalendarKind.MONTHS:
        starts = [_month_later(begins, months) for months in range(13)]
        spans = [(first, after - _DAY) for first, after in pairwise(starts)]
        return _around(fiscal_year, spans, _quarters_of(len(spans)))

    weeks = (_first_day(rule, fiscal_year + 1) - begins).days // 7
    lengths = list(_WEEKS[rule.kind])
    lengths[-1] += weeks - 52
    starts = [begins + _WEEK * done for done in accumulate(lengths, initial=0)]
    spans = [(first, after - _DAY) for first, after in pairwise(starts)]
    periods = _around(fiscal_year, spans, _quarters_of(len(spans)))
    periods += _weeks_in([each for each in periods if each.grain is PeriodGrain.PERIOD])
    return _with_extra_week(periods) if weeks == 53 else periods


def custom_periods(given: Sequence[CustomPeriod]) -> list[Period]:
    """Years and periods as they were given by hand: one after another, none overlapping, without a
    gap. Raises Invalid with the place of what is wrong."""
    if not given:
        raise Invalid("A custom calendar needs its periods.", path=("periods",))
    for at, period in enumerate(given):
        _check_custom(at, period, given[at - 1] if at else None)
    years = [list(year) for _, year in groupby(given, key=lambda each: each.fiscal_year)]
    if len(years) > MOST_YEARS:
        raise Invalid(f"At most {MOST_YEARS} fiscal years are made at once.", path=("periods",))
    sound_years(years[0][0].fiscal_year, years[-1][0].fiscal_year)
    return [period for year in years for period in _custom_year(year)]


def beside(first: date, last: date, periods: Sequence[Period]) -> None:
    """Periods that are added to those from the first day to the last lie right before or right
    after them. Raises Invalid."""
    begins, ends = periods[0].starts_on, max(period.ends_on for period in periods)
    if begins != last + _DAY and ends != first - _DAY:
        raise Invalid(
            f"The calendar goes from {first} to {last}; what is added begins on {last + _DAY} or ends"
            f" on {first - _DAY}.",
            path=("periods",),
        )


def _first_day(rule: FiscalRule, fiscal_year: int) -> date:
    """The first day of a fiscal year."""
    lies_in_two = rule.first_month > 1
    year = fiscal_year - (lies_in_two and rule.named_by is YearNamedBy.END)
    nominal = date(year, rule.first_month, 1)
    if rule.week_starts_on is None:
        return nominal
    # The first day of a week that begins right after the month before, or soonest before that.
    late = (nominal.weekday() - rule.week_starts_on.place) % 7
    if rule.year_ends is YearEnds.NEAREST and late > 3:
        return nominal + timedelta(days=7 - late)
    return nominal - timedelta(days=late)


def _month_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, 1)


def _quarters_of(periods: int) -> list[int]:
    """The quarter of each period."""
    return [min(number // 3, 3) + 1 for number in range(periods)]


def _around(
    fiscal_year: int, spans: Sequence[tuple[date, date]], quarters: Sequence[int] | None
) -> list[Period]:
    """The year, its halves and quarters where periods are of quarters, and its periods."""
    short = f"FY{fiscal_year % 100:02}"
    year = (PeriodGrain.YEAR, 1)
    made = [Period(PeriodGrain.YEAR, fiscal_year, 1, short, spans[0][0], spans[-1][1])]
    if quarters is not None:
        halves = [(quarter + 1) // 2 for quarter in quarters]
        if quarters[-1] == 4:
            for half, (first, last) in _spans_by(halves, spans):
                made.append(
                    Period(
                        PeriodGrain.HALF, fiscal_year, half, f"{short} H{half}", first, last, year
                    )
                )
        for quarter, (first, last) in _spans_by(quarters, spans):
            parent = (PeriodGrain.HALF, (quarter + 1) // 2) if quarters[-1] == 4 else year
            made.append(
                Period(
                    PeriodGrain.QUARTER, fiscal_year, quarter, f"{short} Q{quarter}", first, last, parent
                )
            )  # fmt: skip
    for number, (first, last) in enumerate(spans, start=1):
        parent = year if quarters is None else (PeriodGrain.QUARTER, quarters[number - 1])
        made.append(
            Period(
                PeriodGrain.PERIOD, fiscal_year, number, f"{short} P{number:02}", first, last, parent
            )
        )  # fmt: skip
    return made


def _spans_by(
    groups: Sequence[int], spans: Sequence[tuple[date, date]]
) -> Iterator[tuple[int, tuple[date, date]]]:
    for group, members in groupby(zip(groups, spans, strict=True), key=lambda pair: pair[0]):
        inside = [span for _, span in members]
        yield group, (inside[0][0], inside[-1][1])


def _weeks_in(periods: Sequence[Period]) -> Iterator[Period]:
    number = 0
    for period in periods:
        first = period.starts_on
        while first <= period.ends_on:
            number += 1
            yield Period(
                PeriodGrain.WEEK,
                period.fiscal_year,
                number,
                f"FY{period.fiscal_year % 100:02} W{number:02}",
                first,
                first + _WEEK - _DAY,
                (period.grain, period.number),
            )
            first += _WEEK


def _with_extra_week(periods: Sequence[Period]) -> list[Period]:
    """Whatever ends with the year holds its 53rd week."""
    return [replace(each, has_extra_week=each.ends_on == periods[0].ends_on) for each in periods]


def _check_custom(at: int, period: CustomPeriod, before: CustomPeriod | None) -> None:
    path = ("periods", str(at))
    if period.ends_on < period.starts_on:
        raise Invalid(
            f"The period ends on {period.ends_on}, before it starts on {period.starts_on}.",
            path=(*path, "endsOn"),
        )
    if (
        abs(period.starts_on.year - period.fiscal_year) > 1
        or period.ends_on.year > period.fiscal_year + 1
    ):
        raise Invalid(
            f"A period of fiscal year {period.fiscal_year} lies in that year or beside it.",
            path=(*path, "fiscalYear"),
        )
    if period.name is not None and not 1 <= len(period.name) <= 60:
        raise Invalid("A period's name has 1 to 60 characters.", path=(*path, "name"))
    if before is None:
        return
    if period.starts_on != before.ends_on + _DAY:
        raise Invalid(
            f"The period starts on {period.starts_on}; the one before ends on {before.ends_on}."
            " Periods follow one another without a gap and without overlapping.",
            path=(*path, "startsOn"),
        )
    if period.fiscal_year - before.fiscal_year not in (0, 1):
        raise Invalid(
            f"Fiscal year {period.fiscal_year} cannot follow {before.fiscal_year}.",
            path=(*path, "fiscalYear"),
        )


def _custom_year(year: Sequence[CustomPeriod]) -> list[Period]:
    number = year[0].fiscal_year
    if len(year) > MOST_PERIODS:
        raise Invalid(f"A fiscal year has at most {MOST_PERIODS} periods.", path=("periods",))
    spans = [(each.starts_on, each.ends_on) for each in year]
    made = _around(number, spans, _custom_quarters(year))
    names = iter(year)
    return [
        replace(each, name=next(names).name or each.name)
        if each.grain is PeriodGrain.PERIOD
        else each
        for each in made
    ]


def _custom_quarters(year: Sequence[CustomPeriod]) -> list[int] | None:
    """The quarters of a year given by hand, None where it has none. Raises Invalid."""
    quarters = [each.quarter for each in year if each.quarter is not None]
    if not quarters:
        return None
    steps = {after - before for before, after in pairwise([0, *quarters])}
    if len(quarters) != len(year) or quarters[0] != 1 or not steps <= {0, 1} or quarters[-1] > 4:
        raise Invalid(
            f"Either no period of fiscal year {year[0].fiscal_year} has a quarter, or each has one,"
            " from 1 to at most 4, none left out.",
            path=("periods",),
        )
    return quarters


class CalendarChanged(Changed):
    kind = "calendar"


class SeasonChanged(Changed):
    kind = "season"


class Retired(Conflict):
    """Nothing new goes by it."""

    def __init__(self, kind: str) -> None:
        super().__init__(
            f"This {kind} is retired: what goes by it stays, and nothing new does.",
            path=(f"{kind}Id",),
        )


def in_use(kind: str, retired_at: datetime | None) -> None:
    """Raises Retired."""
    if retired_at is not None:
        raise Retired(kind)


def may_be_retired(seasons: Sequence[str]) -> None:
    """A calendar goes after the seasons that weigh its periods. Raises Conflict."""
    if seasons:
        raise Conflict(
            f"Seasons that are in use weigh its periods: {', '.join(seasons)}. Retire them first.",
            path=("calendarId",),
        )


def season_may_be_retired(*, is_of_policy: bool) -> None:
    """Raises Conflict for the one by which the organisation watches its goals."""
    if is_of_policy:
        raise Conflict(
            "The pace of goals without a season of their own goes by it. Say first by which it is to go"
            " instead.",
            path=("seasonId",),
        )
