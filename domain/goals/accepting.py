"""What the owner says of a goal that was agreed: that they accept it, or what should change."""

from uuid import UUID

from auth.actor import Actor
from auth.permissions import Act
from domain.acts import act
from domain.goals.access import goal_for
from domain.goals.deciding import as_seen, decide, move_goal
from domain.goals.models import Acceptance, Goal, GoalAct, GoalStatus
from domain.goals.rules import sound_text, state_after


@act
async def accept_goal(
    actor: Actor, *, goal_id: UUID, expected_version: int, note: str | None = None
) -> UUID:
    """Take an approved goal on, as it stood when the owner looked at it."""
    goal = await goal_for(actor, Act.GOAL_ACCEPT, goal_id)

    status = state_after(GoalAct.ACCEPTED, GoalStatus(goal.status))
    await as_seen(actor, goal, expected_version, path="expectedVersion")
    note = sound_text(note or "", longest=4000, path="note", required=False) or None

    await _say(actor, goal, status, GoalAct.ACCEPTED, Acceptance.ACCEPTED, expected_version, note)
    return goal.id


@act
async def request_goal_change(
    actor: Actor, *, goal_id: UUID, expected_version: int, note: str
) -> UUID:
    """Ask for another goal than the one that was approved, saying what should change."""
    goal = await goal_for(actor, Act.GOAL_ACCEPT, goal_id)

    status = state_after(GoalAct.CHANGE_REQUESTED, GoalStatus(goal.status))
    await as_seen(actor, goal, expected_version, path="expectedVersion")
    note = sound_text(note, longest=4000, path="note")

    asked = Acceptance.CHANGE_REQUESTED
    await _say(actor, goal, status, GoalAct.CHANGE_REQUESTED, asked, expected_version, note)
    return goal.id


async def _say(
    actor: Actor,
    goal: Goal,
    status: GoalStatus,
    what: GoalAct,
    acceptance: Acceptance,
    seen: int,
    note: str | None,
) -> None:
    before = {"acceptance": goal.acceptance}
    await move_goal(goal, status, acceptance=acceptance)
    after = {"acceptance": acceptance}
    await decide(actor, goal, what, before=before, after=after, seen=seen, note=note)
