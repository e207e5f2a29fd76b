"""What comp administrators do with seasons: how a year's sales fall to its periods. A season never
changes under the goals that go by it; another view of the year is another season."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from tortoise.exceptions import IntegrityError

from auth.actor import Actor
from domain.acts import act
from domain.calendars.access import calendar_for
from domain.calendars.figures import FIRST_SALE, SOLD_BY_PERIOD
from domain.calendars.models import Calendar, CalendarPeriod, Season
from domain.calendars.season_rules import (
    learned_weights,
    sound_learning,
    sound_weights,
    years_to_learn_from,
)
from domain.calendars.words import CalendarKind, PeriodGrain
from domain.database import current_transaction
from domain.errors import Conflict
from domain.goals.rules import sound_text
from domain.history import record
from domain.ids import new_id
from domain.sql import bind

LONGEST_NAME = 100


@act
async def define_season(
    actor: Actor,
    *,
    name: str,
    calendar_id: UUID,
    weights: Sequence[Decimal],
    id: UUID | None = None,
) -> UUID:
    """A season whose weights are given by hand."""
    calendar = await calendar_for(actor, calendar_id)

    name = sound_text(name, longest=LONGEST_NAME, path="name")
    periods = await _periods(calendar)
    weights = sound_weights(weights, [len(year) for year in _by_year(periods).values()])

    return await _add(actor, calendar, id, name=name, weights=weights)


@act
async def learn_season(
    actor: Actor, *, name: str, calendar_id: UUID, years: int, id: UUID | None = None
) -> UUID:
    """A season worked out from what the organisation sold in the last fiscal years that have ended,
    in its own currency."""
    calendar = await calendar_for(actor, calendar_id)

    name = sound_text(name, longest=LONGEST_NAME, path="name")
    by_year = _by_year(await _periods(calendar))
    found = years_to_learn_from(
        sound_learning(years),
        {year: own[0].ends_on for year, own in by_year.items() if own[-1].ends_on < actor.today},
        await _first_sale(actor),
    )
    sold = await _sold(actor, calendar, found)
    weights = learned_weights([sold[year] for year in found])

    return await _add(
        actor, calendar, id, name=name, weights=weights, learned_from=found[0], learned_to=found[-1]
    )


async def _periods(calendar: Calendar) -> list[CalendarPeriod]:
    return await CalendarPeriod.filter(
        org_id=calendar.org_id, calendar_id=calendar.id, grain=PeriodGrain.PERIOD
    ).order_by("starts_on")


def _by_year(periods: Sequence[CalendarPeriod]) -> Mapping[int, list[CalendarPeriod]]:
    years: dict[int, list[CalendarPeriod]] = defaultdict(list)
    for period in periods:
        years[period.fiscal_year].append(period)
    return years


async def _first_sale(actor: Actor) -> date | None:
    statement, arguments = bind(FIRST_SALE, {"org": actor.org})
    (row,) = await current_transaction().execute_query_dict(statement, arguments)
    first: date | None = row["first"]
    return first


async def _sold(
    actor: Actor, calendar: Calendar, years: Sequence[int]
) -> Mapping[int, Mapping[int, Decimal]]:
    """By fiscal year and number of the period."""
    grain = "month" if calendar.kind == CalendarKind.MONTHS else "day"
    statement, arguments = bind(
        SOLD_BY_PERIOD,
        {"org": actor.org, "calendar": calendar.id, "years": list(years), "grain": grain},
    )
    sold: dict[int, dict[int, Decimal]] = defaultdict(dict)
    for row in await current_transaction().execute_query_dict(statement, arguments):
        sold[row["fiscal_year"]][row["number"]] = row["amount"]
    return sold


async def _add(actor: Actor, calendar: Calendar, id: UUID | None, **values: Any) -> UUID:
    try:
        season = await Season.add(
            org_id=actor.org, id=id or new_id(), calendar_id=calendar.id, **values
        )
    except IntegrityError as refused:
        if getattr(refused.args[0], "constraint_name", None) == "season_name_once":
            raise Conflict(
                f"There is already a season {values['name']!r}.", path=("name",)
            ) from None
        raise
    await record(
        actor, "season.defined", "season", season.id, after={"calendar": calendar.id, **values}
    )
    return season.id
