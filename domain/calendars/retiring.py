"""What becomes of calendars and seasons that are done with: they are called something else, or nothing
new goes by them. Goals that were set by them keep their periods, their season and their pace."""

from datetime import UTC, datetime
from uuid import UUID

from tortoise.exceptions import IntegrityError

from auth.actor import Actor
from domain.acts import act
from domain.calendars.access import calendar_for, season_for
from domain.calendars.actions import LONGEST_NAME
from domain.calendars.models import GoalPolicy, Season
from domain.calendars.rules import (
    CalendarChanged,
    SeasonChanged,
    may_be_retired,
    season_may_be_retired,
)
from domain.errors import Conflict, Invalid
from domain.goals.rules import sound_text
from domain.history import record


@act
async def rename_calendar(
    actor: Actor, *, calendar_id: UUID, expected_version: int, name: str
) -> UUID:
    """Call a calendar something else; its periods keep their names."""
    calendar = await calendar_for(actor, calendar_id)

    CalendarChanged.since(expected_version, calendar.version)
    before, after = calendar.name, sound_text(name, longest=LONGEST_NAME, path="name")
    if after == before:
        raise Invalid("It is called that already.", path=("name",))
    try:
        await calendar.change(
            name=after, version=calendar.version + 1, updated_at=datetime.now(UTC)
        )
    except IntegrityError as refused:
        if getattr(refused.args[0], "constraint_name", None) == "calendar_name_once":
            raise Conflict(f"There is already a calendar {after!r}.", path=("name",)) from None
        raise

    await record(
        actor, "calendar.renamed", "calendar", calendar.id, before={"name": before},
        after={"name": after},
    )  # fmt: skip
    return calendar.id


@act
async def retire_calendar(actor: Actor, *, calendar_id: UUID, expected_version: int) -> UUID:
    """Spread no more goals over its periods, and weigh them by no new season."""
    calendar = await calendar_for(actor, calendar_id)

    CalendarChanged.since(expected_version, calendar.version)
    in_use = Season.filter(org_id=actor.org, calendar_id=calendar.id, retired_at__isnull=True)
    may_be_retired([season.name for season in await in_use.order_by("name")])
    now = datetime.now(UTC)
    await calendar.change(version=calendar.version + 1, updated_at=now, retired_at=now)

    await record(actor, "calendar.retired", "calendar", calendar.id)
    return calendar.id


@act
async def retire_season(actor: Actor, *, season_id: UUID, expected_version: int) -> UUID:
    """Spread no more goals by it; the pace of those that go by it still does."""
    season = await season_for(actor, season_id)

    SeasonChanged.since(expected_version, season.version)
    policy = await GoalPolicy.get(org_id=actor.org)
    season_may_be_retired(is_of_policy=policy.season_id == season.id)
    now = datetime.now(UTC)
    await season.change(version=season.version + 1, updated_at=now, retired_at=now)

    await record(actor, "season.retired", "season", season.id)
    return season.id
