"""What a number is spread by: the periods of a calendar that some days are in, each with its weight."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from auth.actor import Actor
from domain.calendars.access import calendar_seen, season_seen
from domain.calendars.models import CalendarPeriod, DayOff, GoalPolicy, Season
from domain.calendars.words import PeriodGrain, Weekday
from domain.calendars.working_rules import WorkingDays
from domain.errors import Invalid
from domain.goals.locking import not_locked
from domain.goals.spreading_rules import (
    Days,
    SpreadBy,
    parts_of,
    plain_weights,
    seasonal_weights,
)


@dataclass(frozen=True, slots=True)
class Basis:
    """The calendar's periods, the earliest first; what each shares with the days, and its weight."""

    calendar: UUID
    season: UUID | None
    periods: Sequence[CalendarPeriod]
    days: Sequence[Days]
    weights: Sequence[Decimal]


async def spread_basis(
    actor: Actor,
    whole: Days,
    *,
    calendar_id: UUID,
    grain: PeriodGrain,
    by: SpreadBy,
    season_id: UUID | None,
) -> Basis:
    """By what something is spread over these days. Raises NotFound, Retired, Invalid, and Locked where
    goals that begin with any of the periods are locked."""
    calendar = await calendar_seen(actor, calendar_id)
    season = None if season_id is None else await season_seen(actor, season_id)
    if (season is not None) != (by is SpreadBy.SEASON):
        raise Invalid("Give a season to spread by season, and only then.", path=("seasonId",))
    periods = await _periods(actor, calendar.id, grain, whole)
    for each in {whole.first, *(max(period.starts_on, whole.first) for period in periods)}:
        await not_locked(actor, each)
    days = parts_of(whole, [Days(each.starts_on, each.ends_on) for each in periods], grain=grain)
    works = await _working_days(actor)
    weights = (
        plain_weights(days, by, works)
        if season is None
        else seasonal_weights(days, await _season_periods(actor, season, whole), works)
    )
    return Basis(calendar.id, season.id if season else None, periods, days, weights)


async def _periods(
    actor: Actor, calendar: UUID, grain: PeriodGrain, days: Days
) -> list[CalendarPeriod]:
    """The calendar's periods of this length with which the days share one, the earliest first."""
    return await CalendarPeriod.filter(
        org_id=actor.org,
        calendar_id=calendar,
        grain=grain,
        starts_on__lte=days.last,
        ends_on__gte=days.first,
    ).order_by("starts_on")


async def _season_periods(actor: Actor, season: Season, days: Days) -> list[tuple[Days, Decimal]]:
    """The periods of the season's own calendar, each with its weight. Raises Invalid where they do
    not reach over all of the goal's days."""
    periods = await _periods(actor, season.calendar_id, PeriodGrain.PERIOD, days)
    if not periods or periods[0].starts_on > days.first or periods[-1].ends_on < days.last:
        raise Invalid(
            "The season's calendar does not reach over all days of the goal.", path=("seasonId",)
        )
    weights = dict(enumerate(season.weights, start=1))
    return [
        (Days(each.starts_on, each.ends_on), weights.get(each.number, Decimal(0)))
        for each in periods
    ]


async def _working_days(actor: Actor) -> WorkingDays:
    policy = await GoalPolicy.get(org_id=actor.org)
    off = await DayOff.filter(org_id=actor.org)
    return WorkingDays(frozenset(map(Weekday, policy.working_days)), frozenset(d.day for d in off))
