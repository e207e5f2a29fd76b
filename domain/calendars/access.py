"""Who may see calendars, and the doors through which actions get one."""

from uuid import UUID

from auth.actor import Actor
from auth.permissions import Act, FieldClass, org_wide
from domain.calendars.models import Calendar, DayOff, GoalPolicy, Season
from domain.calendars.rules import in_use
from domain.errors import NotFound
from domain.people.access import organisation_wide


def visible(actor: Actor) -> str:
    """SQL over `{row}`: calendars, seasons and days off are reference data."""
    return "true" if org_wide(actor, FieldClass.REFERENCE) else "false"


async def calendar_for(actor: Actor, calendar_id: UUID) -> Calendar:
    """A calendar in use, locked until the transaction ends, for somebody who keeps calendars. Raises
    NotPermitted, NotFound and Retired."""
    organisation_wide(actor, Act.CALENDARS_ADMINISTER)
    calendars = Calendar.filter(org_id=actor.org, id=calendar_id)
    calendar = await calendars.select_for_update(no_key=True).first()
    if calendar is None:
        raise NotFound("calendar", path=("calendarId",))
    in_use("calendar", calendar.retired_at)
    return calendar


async def season_for(actor: Actor, season_id: UUID) -> Season:
    """A season in use, locked, for somebody who keeps calendars. Raises NotPermitted, NotFound and
    Retired."""
    organisation_wide(actor, Act.CALENDARS_ADMINISTER)
    seasons = Season.filter(org_id=actor.org, id=season_id)
    season = await seasons.select_for_update(no_key=True).first()
    if season is None:
        raise NotFound("season", path=("seasonId",))
    in_use("season", season.retired_at)
    return season


async def day_off_for(actor: Actor, day_off_id: UUID) -> DayOff:
    """A day off, locked, for somebody who keeps calendars. Raises NotPermitted and NotFound."""
    organisation_wide(actor, Act.CALENDARS_ADMINISTER)
    days = DayOff.filter(org_id=actor.org, id=day_off_id)
    day = await days.select_for_update(no_key=True).first()
    if day is None:
        raise NotFound("day off", path=("dayOffId",))
    return day


async def policy_for(actor: Actor) -> GoalPolicy:
    """The organisation's policy, locked, for somebody who may change it. Raises NotPermitted."""
    organisation_wide(actor, Act.CALENDARS_ADMINISTER)
    policies = GoalPolicy.filter(org_id=actor.org)
    return await policies.select_for_update(no_key=True).get()


async def calendar_seen(actor: Actor, calendar_id: UUID) -> Calendar:
    """A calendar by which the actor plans. Raises NotFound and Retired."""
    calendar = await Calendar.filter(org_id=actor.org, id=calendar_id).first()
    if calendar is None or not org_wide(actor, FieldClass.REFERENCE):
        raise NotFound("calendar", path=("calendarId",))
    in_use("calendar", calendar.retired_at)
    return calendar


async def season_seen(actor: Actor, season_id: UUID) -> Season:
    """A season by which the actor plans. Raises NotFound and Retired."""
    season = await Season.filter(org_id=actor.org, id=season_id).first()
    if season is None or not org_wide(actor, FieldClass.REFERENCE):
        raise NotFound("season", path=("seasonId",))
    in_use("season", season.retired_at)
    return season
