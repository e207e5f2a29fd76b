"""Who sees what a cascade would do, and the door to one."""

from uuid import UUID

from auth.actor import Actor
from auth.permissions import Act, FieldClass
from domain.doors import seen
from domain.errors import NotFound
from domain.goals.access import goal_for, visible_through_goal
from domain.goals.models import Goal
from domain.goals.tree_models import GoalCascade
from domain.people.access import related


def visible(actor: Actor) -> str:
    """SQL over `{row}`: a cascade is seen by whoever sees the goal."""
    return visible_through_goal(actor)


def visible_line(actor: Actor) -> str:
    """SQL over `{row}`: of its lines, those of people whose goals the actor sees as well."""
    through, person = visible(actor), related(actor, FieldClass.TEAM, "{row}.person_id")
    if "false" in (through, person):
        return "false"
    both = [each for each in (through, person) if each != "true"]
    return " and ".join(both) or "true"


async def cascade_for(actor: Actor, cascade_id: UUID) -> tuple[GoalCascade, Goal]:
    """A cascade and its goal, both locked until the transaction ends, for somebody who may cascade
    that goal. Raises NotFound and NotPermitted."""
    await seen(
        actor,
        GoalCascade,
        cascade_id,
        kind="cascade",
        visible=visible(actor),
        path=("cascadeId",),
    )
    about = await GoalCascade.get(org_id=actor.org, id=cascade_id)
    goal = await goal_for(actor, Act.GOAL_CASCADE, about.goal_id)
    one = GoalCascade.filter(org_id=actor.org, id=cascade_id).select_for_update(no_key=True)
    cascade = await one.first()
    if cascade is None:
        raise NotFound("cascade", path=("cascadeId",))
    return cascade, goal
