"""What comp administrators do with calendars. Periods are only ever added: what goals were set for
stays as it was."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Protocol
from uuid import UUID

from tortoise.exceptions import IntegrityError

from auth.actor import Actor
from auth.permissions import Act
from domain.acts import act
from domain.calendars.access import calendar_for
from domain.calendars.models import Calendar, CalendarPeriod
from domain.calendars.rules import (
    CustomPeriod,
    FiscalRule,
    Period,
    beside,
    custom_periods,
    periods_of,
    sound_rule,
    sound_years,
    years_beside,
)
from domain.calendars.words import CalendarKind, PeriodGrain, Weekday, YearEnds, YearNamedBy
from domain.errors import Conflict, Invalid
from domain.goals.rules import sound_text
from domain.history import record
from domain.ids import new_id
from domain.people.access import organisation_wide

LONGEST_NAME = 100


class GivenPeriod(Protocol):
    """A period as it was sent."""

    fiscal_year: int
    starts_on: date
    ends_on: date
    name: str | None
    quarter: int | None


@act
async def define_calendar(
    actor: Actor,
    *,
    name: str,
    kind: CalendarKind,
    first_month: int | None = None,
    year_named_by: YearNamedBy | None = None,
    week_starts_on: Weekday | None = None,
    year_ends: YearEnds | None = None,
    first_fiscal_year: int | None = None,
    last_fiscal_year: int | None = None,
    periods: Sequence[GivenPeriod] = (),
    id: UUID | None = None,
) -> UUID:
    """A calendar with all its periods from the first fiscal year to the last."""
    organisation_wide(actor, Act.CALENDARS_ADMINISTER)

    name = sound_text(name, longest=LONGEST_NAME, path="name")
    rule = sound_rule(kind, first_month, year_named_by, week_starts_on, year_ends)
    made = _periods(rule, first_fiscal_year, last_fiscal_year, periods)

    try:
        calendar = await Calendar.add(
            org_id=actor.org,
            id=id or new_id(),
            name=name,
            kind=kind,
            first_month=first_month,
            year_named_by=year_named_by,
            week_starts_on=week_starts_on,
            year_ends=year_ends,
        )
    except IntegrityError as refused:
        if getattr(refused.args[0], "constraint_name", None) == "calendar_name_once":
            raise Conflict(f"There is already a calendar {name!r}.", path=("name",)) from None
        raise
    await _keep(calendar, made)

    years = {"kind": kind, "from": made[0].starts_on, "to": max(p.ends_on for p in made)}
    await record(actor, "calendar.defined", "calendar", calendar.id, after={"name": name, **years})
    return calendar.id


@act
async def extend_calendar(
    actor: Actor,
    *,
    calendar_id: UUID,
    first_fiscal_year: int | None = None,
    last_fiscal_year: int | None = None,
    periods: Sequence[GivenPeriod] = (),
) -> UUID:
    """More fiscal years before or after those that are there, which stay as they are."""
    calendar = await calendar_for(actor, calendar_id)

    there = await CalendarPeriod.filter(
        org_id=actor.org, calendar_id=calendar.id, grain=PeriodGrain.YEAR
    ).order_by("starts_on")
    made = _more(calendar, there, first_fiscal_year, last_fiscal_year, periods)
    if not made:
        raise Invalid("The calendar has all of these fiscal years already.")
    await _keep(calendar, made)
    await calendar.change(version=calendar.version + 1, updated_at=datetime.now(UTC))

    years = sorted({period.fiscal_year for period in made})
    await record(actor, "calendar.extended", "calendar", calendar.id, after={"fiscal_years": years})
    return calendar.id


def _periods(
    rule: FiscalRule | None, first: int | None, last: int | None, given: Sequence[GivenPeriod]
) -> list[Period]:
    """The periods of a new calendar. Raises Invalid."""
    if rule is None:
        if first is not None or last is not None:
            raise Invalid(
                "A custom calendar's fiscal years are those of its periods.",
                path=("firstFiscalYear" if first is not None else "lastFiscalYear",),
            )
        return custom_periods(_as_given(given))
    if given:
        raise Invalid("Only a custom calendar's periods are given by hand.", path=("periods",))
    if first is None or last is None:
        raise Invalid(
            "Say from which fiscal year to which.",
            path=("firstFiscalYear" if first is None else "lastFiscalYear",),
        )
    return [period for year in sound_years(first, last) for period in periods_of(rule, year)]


def _more(
    calendar: Calendar,
    there: Sequence[CalendarPeriod],
    first: int | None,
    last: int | None,
    given: Sequence[GivenPeriod],
) -> list[Period]:
    """The periods that are to be added to those of these years. Raises Invalid."""
    rule = _rule_of(calendar)
    if rule is None:
        made = _periods(rule, first, last, given)
        beside(there[0].starts_on, there[-1].ends_on, made)
        return made
    years = range(there[0].fiscal_year, there[-1].fiscal_year + 1)
    first, last = first or years[0], last or years[-1]
    missing = years_beside(years, first, last)
    return [period for some in missing for period in _periods(rule, some[0], some[-1], given)]


def _rule_of(calendar: Calendar) -> FiscalRule | None:
    return sound_rule(
        CalendarKind(calendar.kind),
        calendar.first_month,
        YearNamedBy(calendar.year_named_by) if calendar.year_named_by else None,
        Weekday(calendar.week_starts_on) if calendar.week_starts_on else None,
        YearEnds(calendar.year_ends) if calendar.year_ends else None,
    )


def _as_given(given: Sequence[GivenPeriod]) -> list[CustomPeriod]:
    return [
        CustomPeriod(each.fiscal_year, each.starts_on, each.ends_on, each.name, each.quarter)
        for each in given
    ]


async def _keep(calendar: Calendar, periods: Sequence[Period]) -> None:
    await CalendarPeriod.bulk_create(_rows(calendar, periods))


def _rows(calendar: Calendar, periods: Sequence[Period]) -> Iterator[CalendarPeriod]:
    """A row for each; those around others come first."""
    ids: dict[tuple[int, PeriodGrain, int], UUID] = {}
    for period in periods:
        id = ids[period.fiscal_year, period.grain, period.number] = new_id()
        parent = (period.fiscal_year, *period.parent) if period.parent else None
        yield CalendarPeriod(
            org_id=calendar.org_id,
            id=id,
            calendar_id=calendar.id,
            grain=period.grain,
            fiscal_year=period.fiscal_year,
            number=period.number,
            name=period.name,
            starts_on=period.starts_on,
            ends_on=period.ends_on,
            has_extra_week=period.has_extra_week,
            parent_id=ids[parent] if parent else None,
        )
