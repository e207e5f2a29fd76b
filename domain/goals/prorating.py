"""Reducing a target to what counts: by days for who comes, goes or is away, by a ramp for who is new.

Each adjustment keeps the target before and after it, and what it counted. Those that follow one
another are multiplied and rounded once, from the target that stood before the first.
"""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from auth.actor import Actor
from auth.permissions import Act
from domain.acts import act
from domain.database import current_transaction
from domain.errors import Conflict, Invalid
from domain.goals.access import goal_for
from domain.goals.deciding import as_seen, decide, move_goal
from domain.goals.form_models import AdjustmentKind, GoalAdjustment, Ramp
from domain.goals.locking import not_locked
from domain.goals.models import Goal, GoalAct, GoalStatus
from domain.goals.proration_rules import (
    AdjustmentCause,
    DayCount,
    Days,
    Part,
    adjusted,
    prorated,
    ramped,
)
from domain.goals.rules import sound_text, state_after
from domain.ids import new_id
from domain.money import minor_units

PLACES = 4
"""Of figures that are not money."""
LONGEST = 3660
_FIRST_DAY = (
    "select min(lower(during)) as day from holding where org_id = $1 and person_id = $2"
    " and not lower_inf(during)"
)
_WORKED = """
select passing::date as day from generate_series($2::date, $3::date, interval '1 day') passing
where to_char(passing, 'fmday') = any(coalesce(
    (select policy.working_days from goal_policy policy where policy.org_id = $1),
    '{monday,tuesday,wednesday,thursday,friday}'))
  and not exists (select from day_off where day_off.org_id = $1 and day_off.day = passing::date)
"""


@act
async def prorate_goal(
    actor: Actor,
    *,
    goal_id: UUID,
    expected_version: int,
    cause: AdjustmentCause,
    on: date,
    until: date | None = None,
    convention: DayCount,
    change_day_counts: bool = True,
    reason: str = "",
) -> UUID:
    """Reduce a draft's target to the days that count; an agreed one is amended instead."""
    goal = await goal_for(actor, Act.GOAL_DRAFT, goal_id)

    await as_seen(actor, goal, expected_version, path="expectedVersion")
    status = state_after(GoalAct.PRORATED, GoalStatus(goal.status))
    await not_locked(actor, goal.starts_on)
    reason = sound_text(reason, longest=1000, path="reason", required=False)
    period = _period(goal)
    worked = None
    if convention is DayCount.WORKING_DAYS:
        worked = await _worked(actor, period)
    part = prorated(
        period,
        cause,
        on,
        until,
        convention=convention,
        change_day_counts=change_day_counts,
        worked=worked,
    )
    await _adjust(
        actor, goal, status, GoalAct.PRORATED, part, cause=cause, convention=convention,
        change_day_counts=change_day_counts, reason=reason,
    )  # fmt: skip
    return goal.id


@act
async def ramp_goal(
    actor: Actor, *, goal_id: UUID, expected_version: int, ramp_id: UUID, reason: str = ""
) -> UUID:
    """Reduce a draft's target by its owner's tenure, which began with the first position they held."""
    goal = await goal_for(actor, Act.GOAL_DRAFT, goal_id)

    await as_seen(actor, goal, expected_version, path="expectedVersion")
    status = state_after(GoalAct.RAMPED, GoalStatus(goal.status))
    await not_locked(actor, goal.starts_on)
    reason = sound_text(reason, longest=1000, path="reason", required=False)
    ramp = await Ramp.get_or_none(org_id=actor.org, id=ramp_id, retired_at__isnull=True)
    if ramp is None:
        raise Invalid("There is no such ramp in use.", path=("rampId",))
    [found] = await current_transaction().execute_query_dict(_FIRST_DAY, [actor.org, goal.owner_id])
    if found["day"] is None:
        raise Invalid(
            "It is not known since when the owner is here: they have held no position.",
            path=("id",),
        )
    part = ramped(_period(goal), found["day"], ramp.steps)
    await _adjust(
        actor, goal, status, GoalAct.RAMPED, part, cause=AdjustmentCause.TENURE,
        convention=DayCount.ACTUAL_DAYS, change_day_counts=True, reason=reason, ramp=ramp.id,
    )  # fmt: skip
    return goal.id


def _period(goal: Goal) -> Days:
    if goal.ends_on is None:
        raise Invalid("Say first on which day the goal ends.", path=("id",))
    return Days(goal.starts_on, goal.ends_on)


async def _adjust(
    actor: Actor,
    goal: Goal,
    status: GoalStatus,
    what: GoalAct,
    part: Part,
    *,
    cause: AdjustmentCause,
    convention: DayCount,
    change_day_counts: bool,
    reason: str,
    ramp: UUID | None = None,
) -> None:
    if goal.target is None:
        raise Invalid("Say first what the target is.", path=("id",))
    earlier = await GoalAdjustment.filter(org_id=actor.org, goal_id=goal.id).order_by("place")
    chain = _standing(earlier, goal.target)
    for each in chain:
        if (each.cause, each.ramp_id) == (cause, ramp):
            raise Conflict(
                f"The target is {each.kind} for this already; give the goal its whole target"
                " first to do it anew.",
                path=("id",),
            )
    base = chain[0].before if chain else goal.target
    shares = [Fraction(each.counted) / Fraction(each.whole) for each in chain]
    places = PLACES if goal.currency is None else minor_units(goal.currency)
    before, after = goal.target, adjusted(base, [*shares, part.share], places)
    adjustment = await GoalAdjustment.add(
        org_id=actor.org,
        id=new_id(),
        goal_id=goal.id,
        place=len(earlier) + 1,
        kind=AdjustmentKind.RAMPED if what is GoalAct.RAMPED else AdjustmentKind.PRORATED,
        cause=cause,
        convention=convention,
        change_day_counts=change_day_counts,
        first_day=part.days.first,
        last_day=part.days.last,
        counted=part.counted,
        whole=part.whole,
        before=before,
        after=after,
        ramp_id=ramp,
        person_id=actor.person,
        reason=reason,
    )
    await move_goal(goal, status, target=after)

    await decide(
        actor,
        goal,
        what,
        before={"target": before},
        after={
            "target": after,
            "adjustment": adjustment.id,
            "cause": cause,
            "convention": convention,
            "counted": part.counted,
            "whole": part.whole,
        },
        note=reason or None,
    )


def _standing(earlier: Sequence[GoalAdjustment], target: Decimal) -> list[GoalAdjustment]:
    """The adjustments that made the target what it is: the last ones, each of which began where the
    one before had ended; none where the target was changed since."""
    chain: list[GoalAdjustment] = []
    expected = target
    for each in reversed(earlier):
        if each.after != expected:
            break
        chain.insert(0, each)
        expected = each.before
    return chain


async def _worked(actor: Actor, period: Days) -> Callable[[date], bool]:
    """Whether the organisation works on a day of the period."""
    if (period.last - period.first).days > LONGEST:
        raise Invalid("Working days are counted in ten years at most.", path=("convention",))
    found = await current_transaction().execute_query_dict(
        _WORKED, [actor.org, period.first, period.last]
    )
    days = {row["day"] for row in found}
    return lambda day: day in days
