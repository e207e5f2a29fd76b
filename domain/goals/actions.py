"""What people do with goals. Each is one act: door, rules, change, record."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from auth.actor import Actor
from auth.permissions import Act
from domain.acts import act
from domain.errors import Invalid
from domain.goals.access import goal_for, owner_for
from domain.goals.models import (
    CheckIn,
    Confidence,
    Goal,
    GoalAct,
    GoalDecision,
    GoalStatus,
)
from domain.goals.rules import (
    same_version,
    sound_noted_at,
    sound_period,
    sound_target,
    sound_text,
    sound_value,
    state_after,
)
from domain.history import record
from domain.ids import new_id
from domain.measures.access import unit_of
from domain.measures.models import MeasureUnit
from domain.people.models import Organisation
from domain.territories.access import territory_seen


@act
async def draft_goal(
    actor: Actor,
    *,
    owner_id: UUID,
    name: str,
    measure: str,
    starts_on: date,
    ends_on: date,
    target: Decimal,
    territory_id: UUID | None = None,
    id: UUID | None = None,
) -> UUID:
    """Propose a goal for oneself or for somebody below; `id` may come from a phone."""
    await owner_for(actor, Act.GOAL_DRAFT, owner_id)
    if territory_id is not None:
        await territory_seen(actor, territory_id)

    name = sound_text(name, longest=200, path="name")
    sound_period(starts_on, ends_on)
    sound_target(target)

    unit = await unit_of(actor, measure)
    organisation = await Organisation.get(org_id=actor.org)
    goal = await Goal.add(
        org_id=actor.org,
        id=id or new_id(),
        name=name,
        owner_id=owner_id,
        territory_id=territory_id,
        measure=measure,
        starts_on=starts_on,
        ends_on=ends_on,
        target=target,
        currency=organisation.currency if unit is MeasureUnit.MONEY else None,
        status=GoalStatus.DRAFT,
    )

    await _decide(actor, goal, GoalAct.DRAFTED, before={}, after={"name": name, "target": target})
    return goal.id


@act
async def change_goal(
    actor: Actor,
    *,
    goal_id: UUID,
    expected_version: int,
    name: str | None = None,
    target: Decimal | None = None,
) -> UUID:
    """Change a goal that is not yet submitted; None leaves a value as it is."""
    goal = await goal_for(actor, Act.GOAL_DRAFT, goal_id)

    same_version(expected_version, goal.version, path="expectedVersion")
    status = state_after(GoalAct.CHANGED, GoalStatus(goal.status))
    before = {"name": goal.name, "target": goal.target}
    after: dict[str, Any] = {}
    if name is not None:
        after["name"] = sound_text(name, longest=200, path="name")
    if target is not None:
        after["target"] = sound_target(target)
    if not after:
        raise Invalid("Give a new name or a new target.")

    await _move(goal, status, **after)
    await _decide(
        actor, goal, GoalAct.CHANGED, before={key: before[key] for key in after}, after=after
    )
    return goal.id


@act
async def submit_goal(actor: Actor, *, goal_id: UUID, expected_version: int) -> UUID:
    """Hand a goal in for approval."""
    goal = await goal_for(actor, Act.GOAL_SUBMIT, goal_id)

    same_version(expected_version, goal.version, path="expectedVersion")
    before = goal.status
    await _move(goal, state_after(GoalAct.SUBMITTED, GoalStatus(goal.status)))

    await _decide_status(actor, goal, GoalAct.SUBMITTED, before, seen=expected_version)
    return goal.id


@act
async def approve_goal(
    actor: Actor, *, goal_id: UUID, seen_version: int, note: str | None = None
) -> UUID:
    """Agree to a goal of somebody below, as it stood when the approver looked at it."""
    goal = await goal_for(actor, Act.GOAL_APPROVE, goal_id)

    # The state first: whoever comes second hears that it is approved, not that it changed.
    status = state_after(GoalAct.APPROVED, GoalStatus(goal.status))
    same_version(seen_version, goal.version, path="seenVersion")
    note = sound_text(note or "", longest=4000, path="note", required=False) or None
    before = goal.status
    await _move(goal, status)

    await _decide_status(actor, goal, GoalAct.APPROVED, before, seen=seen_version, note=note)
    return goal.id


@act
async def return_goal(actor: Actor, *, goal_id: UUID, seen_version: int, note: str) -> UUID:
    """Give a goal back to its owner, saying why."""
    goal = await goal_for(actor, Act.GOAL_RETURN, goal_id)

    status = state_after(GoalAct.RETURNED, GoalStatus(goal.status))
    same_version(seen_version, goal.version, path="seenVersion")
    note = sound_text(note, longest=4000, path="note")
    before = goal.status
    await _move(goal, status)

    await _decide_status(actor, goal, GoalAct.RETURNED, before, seen=seen_version, note=note)
    return goal.id


@act
async def check_in(
    actor: Actor,
    *,
    goal_id: UUID,
    confidence: Confidence,
    value: Decimal | None = None,
    note: str = "",
    noted_at: datetime | None = None,
    id: UUID | None = None,
) -> UUID:
    """Say how a goal goes. `noted_at` is the author's clock, for what was written offline; the
    server's own time is kept beside it. Returns the check-in's id."""
    goal = await goal_for(actor, Act.GOAL_CHECK_IN, goal_id)
    assert actor.person is not None, "only a person is permitted to check in"

    state_after(GoalAct.CHECKED_IN, GoalStatus(goal.status))
    note = sound_text(note, longest=4000, path="note", required=False)
    if value is not None:
        sound_value(value)
    noted_at = sound_noted_at(noted_at, datetime.now(UTC))

    entry = await CheckIn.add(
        id_path=("checkInId",),
        org_id=actor.org,
        id=id or new_id(),
        goal_id=goal.id,
        author_id=actor.person,
        value=value,
        confidence=confidence,
        note=note,
        noted_at=noted_at,
    )

    await record(
        actor,
        "goal.checked_in",
        "goal",
        goal.id,
        after={"check_in": entry.id, "value": value, "confidence": confidence},
    )
    return entry.id


async def _move(goal: Goal, status: GoalStatus, **values: Any) -> None:
    await goal.change(
        status=status, version=goal.version + 1, updated_at=datetime.now(UTC), **values
    )


async def _decide_status(
    actor: Actor, goal: Goal, what: GoalAct, before: str, *, seen: int, note: str | None = None
) -> None:
    await _decide(
        actor,
        goal,
        what,
        before={"status": before},
        after={"status": goal.status},
        seen=seen,
        note=note,
    )


async def _decide(
    actor: Actor,
    goal: Goal,
    what: GoalAct,
    *,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    seen: int | None = None,
    note: str | None = None,
) -> None:
    """Write the decision beside the goal, and the event into the history."""
    await GoalDecision.add(
        org_id=actor.org,
        id=new_id(),
        goal_id=goal.id,
        owner_id=goal.owner_id,
        act=what,
        person_id=actor.person,
        seen_version=seen,
        note=note,
        target=goal.target,
    )
    await record(actor, f"goal.{what}", "goal", goal.id, before=before, after=after, reason=note)
