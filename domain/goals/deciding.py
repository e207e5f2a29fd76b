"""What was decided about a goal is written beside it and into the history, at once."""

from collections.abc import Mapping
from typing import Any

from auth.actor import Actor
from domain.goals.models import Goal, GoalAct, GoalDecision
from domain.history import record
from domain.ids import new_id


async def decide(
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
