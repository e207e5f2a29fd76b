"""Spreading a goal over the periods of a calendar: a draft of the same owner for each, which sum to the
goal exactly. Spread again it changes drafts alone, and only as somebody saw that it would."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from auth.actor import Actor
from auth.permissions import Act
from domain.acts import act
from domain.calendars.models import CalendarPeriod
from domain.calendars.words import PeriodGrain
from domain.database import current_transaction
from domain.errors import Conflict, Invalid
from domain.goals.access import goal_for
from domain.goals.alignment_rules import sound_depth
from domain.goals.cascading_rules import adds_up, places_for
from domain.goals.deciding import as_seen, decide
from domain.goals.models import Goal, GoalAct, GoalScope, GoalStatus, RollUp
from domain.goals.privacy_rules import open_to_all
from domain.goals.rules import state_after
from domain.goals.spread_basis import Basis, spread_basis
from domain.goals.spread_parts import SHOWN, Part, as_shown
from domain.goals.spreading_rules import Days, SpreadBy
from domain.ids import new_id
from domain.measures.models import Measure
from domain.shares import shares

LONGEST_NAME = 200


@act
async def spread_goal(
    actor: Actor,
    *,
    goal_id: UUID,
    expected_version: int,
    calendar_id: UUID,
    grain: PeriodGrain,
    by: SpreadBy,
    season_id: UUID | None = None,
    seen: str | None = None,
    preview: bool = False,
) -> UUID:
    """Draft a goal of the same owner for each period that the goal's days are in. With `preview`, or
    where the goal is spread already and nobody has `seen` what would change, that is shown instead."""
    goal = await goal_for(actor, Act.GOAL_DRAFT, goal_id)

    await as_seen(actor, goal, expected_version, path="expectedVersion")
    state_after(GoalAct.SPREAD, GoalStatus(goal.status))
    whole, measure = await _sound(goal)
    basis = await spread_basis(
        actor, whole, calendar_id=calendar_id, grain=grain, by=by, season_id=season_id
    )
    children = await _children(actor, goal, basis.periods)
    parts = _parts(goal, measure, basis, children)
    changes = [part for part in parts if part.changes]
    if children and not changes:
        raise Invalid("The goal is spread like this already.")
    as_shown(parts, seen=seen, preview=preview)

    before = {"roll_up": goal.roll_up, "season": goal.season_id}
    await goal.change(
        roll_up=RollUp.SUM,
        season_id=basis.season or goal.season_id,
        version=goal.version + 1,
        updated_at=datetime.now(UTC),
    )
    for part in changes:
        await _write(actor, goal, part)

    after = {
        "roll_up": goal.roll_up, "season": goal.season_id, "calendar": basis.calendar, "grain": grain,
        "by": by,
    }  # fmt: skip
    await decide(actor, goal, GoalAct.SPREAD, before=before, after=after, seen=expected_version)
    return goal.id


async def _sound(goal: Goal) -> tuple[Days, Measure]:
    """The days of a goal that can be spread, and its measure. Raises Invalid."""
    open_to_all(GoalAct.SPREAD, private=goal.private)
    if goal.measure is None or goal.target is None or goal.ends_on is None:
        raise Invalid("A goal is spread once it has a measure, a target and an end.", path=("id",))
    measure = await Measure.get(org_id=goal.org_id, key=goal.measure)
    if not adds_up(measure.source, measure.unit):
        raise Invalid(f"{measure.name} does not add up over time.", path=("id",))
    if goal.start_value:
        raise Invalid("A goal that starts from a value is not a sum over time.", path=("id",))
    if goal.roll_up == RollUp.WEIGHTED:
        raise Invalid(
            "The goals below it are weighed, so they are no shares of it: roll it up anew first.",
            path=("id",),
        )
    if goal.scope == GoalScope.CONTRIBUTORS:
        raise Invalid(
            "A goal with contributors is not spread: each of them has a part of it already.",
            path=("id",),
        )
    (above,) = await current_transaction().execute_query_dict(
        "select count(*) + 1 as levels from goal_within where org_id = $1 and inner_id = $2",
        [goal.org_id, goal.id],
    )
    sound_depth(above["levels"], 0)
    return Days(goal.starts_on, goal.ends_on), measure


async def _children(
    actor: Actor, goal: Goal, periods: Sequence[CalendarPeriod]
) -> Mapping[UUID, Goal]:
    """The drafts that the goal has been spread over, locked, by their periods. Raises Conflict for
    any other goal below it."""
    below = await Goal.filter(org_id=actor.org, parent_id=goal.id).select_for_update(no_key=True)
    if any(child.period_id is None for child in below):
        raise Conflict(
            "Goals stand below this one that did not come from spreading it; its target would count"
            " in both.",
            path=("id",),
        )
    if {child.period_id for child in below} - {period.id for period in periods}:
        raise Conflict("The goal is spread over other periods already.", path=("grain",))
    drafts = (GoalStatus.DRAFT, GoalStatus.RETURNED)
    agreed = [child.name for child in below if child.status not in drafts]
    if agreed:
        more = f" and {len(agreed) - SHOWN} more" if len(agreed) > SHOWN else ""
        raise Conflict(
            f"Only drafts are spread anew; these are handed in or agreed: {', '.join(agreed[:SHOWN])}"
            f"{more}.",
            path=("id",),
        )
    return {child.period_id: child for child in below if child.period_id is not None}


def _parts(
    goal: Goal,
    measure: Measure,
    basis: Basis,
    children: Mapping[UUID, Goal],
) -> list[Part]:
    """The goal's target, and beside it its plan quota, in parts that sum to each exactly."""
    targets = _shared(goal, measure, goal.target, basis.weights)
    plans = _shared(goal, measure, goal.plan_target, basis.weights)
    return [
        Part(period, part, target or Decimal(0), plan, children.get(period.id))
        for period, part, target, plan in zip(
            basis.periods, basis.days, targets, plans, strict=True
        )
    ]


def _shared(
    goal: Goal, measure: Measure, total: Decimal | None, weights: Sequence[Decimal]
) -> Sequence[Decimal | None]:
    if total is None:
        return [None] * len(weights)
    return shares(total, weights, places_for(measure.unit, goal.currency, total))


async def _write(actor: Actor, goal: Goal, part: Part) -> None:
    """The draft for one period, new or changed."""
    values: dict[str, Any] = {"target": part.target, "plan_target": part.plan_target}
    child = part.child
    if child is None:
        ending = f" · {part.period.name}"
        name = goal.name[: LONGEST_NAME - len(ending)] + ending
        child = await Goal.add(
            org_id=actor.org,
            id=new_id(),
            name=name,
            description=goal.description,
            owner_id=goal.owner_id,
            territory_id=goal.territory_id,
            measure=goal.measure,
            scope=goal.scope,
            starts_on=part.days.first,
            ends_on=part.days.last,
            currency=goal.currency,
            parent_id=goal.id,
            period_id=part.period.id,
            season_id=goal.season_id,
            status=GoalStatus.DRAFT,
            **values,
        )
        await decide(actor, child, GoalAct.SPREAD, before={}, after={"name": name, **values})
        return
    before = {"target": child.target, "plan_target": child.plan_target}
    await child.change(
        season_id=goal.season_id, version=child.version + 1, updated_at=datetime.now(UTC), **values
    )
    await decide(actor, child, GoalAct.SPREAD, before=before, after=values)
