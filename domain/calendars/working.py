"""What comp administrators say about working days, and about how goals are watched."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Protocol
from uuid import UUID

from tortoise.exceptions import IntegrityError

from auth.actor import Actor
from auth.permissions import Act
from domain.acts import act
from domain.calendars.access import day_off_for, policy_for, season_seen
from domain.calendars.models import DayOff, GoalPolicy
from domain.calendars.words import Weekday
from domain.calendars.working_rules import (
    PolicyChanged,
    sound_days_off,
    sound_policy,
    sound_working_days,
)
from domain.errors import Conflict, Invalid
from domain.history import record
from domain.ids import new_id
from domain.people.access import organisation_wide


class GivenDayOff(Protocol):
    """A day off as it was sent."""

    day: date
    name: str


@act
async def add_days_off(actor: Actor, *, days: Sequence[GivenDayOff]) -> UUID:
    """Days on which nobody works; all of them or none. Returns the organisation's id."""
    organisation_wide(actor, Act.CALENDARS_ADMINISTER)
    sound = sound_days_off([(each.day, each.name) for each in days])
    taken = await DayOff.filter(org_id=actor.org, day__in=[day for day, _ in sound]).first()
    if taken is not None:
        raise Conflict(f"{taken.day} is a day off already: {taken.name}.", path=("days",))

    try:
        await DayOff.bulk_create(
            DayOff(org_id=actor.org, id=new_id(), day=day, name=name) for day, name in sound
        )
    except IntegrityError:
        raise Conflict("Somebody else added one of these days just now.", path=("days",)) from None

    after = {"days_off": [f"{day} {name}" for day, name in sound]}
    await record(actor, "goal_policy.days_off_added", "goal_policy", actor.org, after=after)
    return actor.org


@act
async def remove_day_off(actor: Actor, *, day_off_id: UUID) -> UUID:
    """Work on this day after all. Returns the organisation's id."""
    day_off = await day_off_for(actor, day_off_id)

    await day_off.delete()

    before = {"days_off": [f"{day_off.day} {day_off.name}"]}
    await record(actor, "goal_policy.day_off_removed", "goal_policy", actor.org, before=before)
    return actor.org


@act
async def change_goal_policy(
    actor: Actor,
    *,
    expected_version: int,
    working_days: Sequence[Weekday] | None = None,
    season_id: UUID | None = None,
    without_season: bool = False,
    pace_at_risk: Decimal | None = None,
    pace_off_track: Decimal | None = None,
    nudge_after_days: int | None = None,
    escalate_after_days: int | None = None,
    check_in_every_days: int | None = None,
    without_check_ins: bool = False,
) -> UUID:
    """Watch goals in another way; None leaves a value as it is. Returns the organisation's id."""
    policy = await policy_for(actor)

    PolicyChanged.since(expected_version, policy.version)
    given = {
        "working_days": None if working_days is None else sound_working_days(working_days),
        "season_id": None if season_id is None else (await season_seen(actor, season_id)).id,
        "pace_at_risk": pace_at_risk,
        "pace_off_track": pace_off_track,
        "nudge_after_days": nudge_after_days,
        "escalate_after_days": escalate_after_days,
        "check_in_every_days": check_in_every_days,
    }
    after: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    if without_season:
        if season_id is not None:
            raise Invalid("Give a season, or say that there is none.", path=("withoutSeason",))
        after["season_id"] = None
    if without_check_ins:
        if check_in_every_days is not None:
            raise Invalid(
                "Give a number of days, or say that nobody is reminded.", path=("withoutCheckIns",)
            )
        after["check_in_every_days"] = None
    if not after:
        raise Invalid("Say what is to change.")
    before = {name: getattr(policy, name) for name in given}
    sound_policy(before | after)

    await GoalPolicy.filter(org_id=actor.org).update(
        version=policy.version + 1, updated_at=datetime.now(UTC), **after
    )

    await record(
        actor,
        "goal_policy.changed",
        "goal_policy",
        actor.org,
        before={name: before[name] for name in after},
        after=after,
    )
    return actor.org
