"""Keeping a goal private, which its owner decides while they write it."""

from uuid import UUID

from auth.actor import Actor
from auth.permissions import Act
from domain.acts import act
from domain.errors import Conflict
from domain.goals.access import goal_for
from domain.goals.alignment import hold_tree
from domain.goals.deciding import as_seen, decide, move_goal
from domain.goals.form_models import GoalKpi
from domain.goals.form_rules import may_be_private
from domain.goals.locking import not_locked
from domain.goals.models import Goal, GoalAct, GoalStatus
from domain.goals.rules import state_after


@act
async def keep_goal_private(actor: Actor, *, goal_id: UUID, expected_version: int) -> UUID:
    """From now on nobody sees it but its owner, those above them and human resources."""
    goal = await goal_for(actor, Act.GOAL_KEEP_PRIVATE, goal_id)

    await as_seen(actor, goal, expected_version, path="expectedVersion")
    status = state_after(GoalAct.KEPT_PRIVATE, GoalStatus(goal.status))
    await not_locked(actor, goal.starts_on)
    if goal.private:
        raise Conflict("This goal is private already.", path=("id",))
    await hold_tree(actor)  # or somebody puts a goal below it meanwhile
    may_be_private(
        scope=goal.scope,
        roll_up=goal.roll_up,
        is_assigned=goal.template_id is not None,
        weight=goal.weight,
        has_parent=goal.parent_id is not None,
        has_parts=await Goal.filter(org_id=actor.org, parent_id=goal.id).exists(),
        has_lines_of_others=await GoalKpi.filter(org_id=actor.org, goal_id=goal.id)
        .exclude(owner_id=None)
        .exists(),
    )
    await move_goal(goal, status, private=True)

    await decide(
        actor, goal, GoalAct.KEPT_PRIVATE, before={"private": False}, after={"private": True}
    )
    return goal.id


@act
async def open_goal(actor: Actor, *, goal_id: UUID, expected_version: int) -> UUID:
    """Let a private goal be seen, and counted, like any other."""
    goal = await goal_for(actor, Act.GOAL_KEEP_PRIVATE, goal_id)

    await as_seen(actor, goal, expected_version, path="expectedVersion")
    status = state_after(GoalAct.OPENED, GoalStatus(goal.status))
    await not_locked(actor, goal.starts_on)
    if not goal.private:
        raise Conflict("This goal is not private.", path=("id",))
    await move_goal(goal, status, private=False)

    await decide(actor, goal, GoalAct.OPENED, before={"private": True}, after={"private": False})
    return goal.id
