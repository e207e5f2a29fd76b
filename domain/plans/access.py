"""Who may see a corrective plan, and the doors through which actions get one."""

from collections.abc import Sequence
from uuid import UUID

from auth.actor import Actor
from auth.permissions import Act
from domain.database import current_transaction
from domain.errors import Invalid
from domain.goals.access import visible_through_goal
from domain.goals.belonging import belonging
from domain.plans.models import CorrectivePlan, CorrectiveStep

OWNER = """(select goal.owner_id from goal
  where goal.org_id = :org::uuid and goal.id = {row}.goal_id)"""
"""SQL over `{row}`: whose goal it is about."""
HAS_STEPS = """exists (select from corrective_step step
  where step.org_id = :org::uuid and step.plan_id = {row}.id)"""
"""SQL over `{row}`, a plan: there is something to tick off or to agree to."""


def visible(actor: Actor) -> str:
    """SQL over `{row}`: plans and steps are seen by whoever sees the goal."""
    return visible_through_goal(actor)


async def plan_for(actor: Actor, act: Act, plan_id: UUID) -> CorrectivePlan:
    """The plan, locked, for somebody who may do this act. NotFound or NotPermitted otherwise."""
    return await belonging(
        actor, act, CorrectivePlan, plan_id, kind="corrective plan", refusal=_REFUSALS[act]
    )


async def step_for(actor: Actor, act: Act, step_id: UUID) -> CorrectiveStep:
    """The step, locked, for somebody who may do this act. NotFound or NotPermitted otherwise."""
    return await belonging(
        actor, act, CorrectiveStep, step_id, kind="corrective step", refusal=_REFUSALS[act]
    )


_CONCERNED = """select 1 from goal where goal.org_id = $1 and goal.id = $2 and (goal.owner_id = $3
  or exists (select 1 from reach where reach.org_id = $1 and reach.viewer_id = $3
    and reach.person_id = goal.owner_id and reach.depth > 0 and reach.during @> $4::date))"""


async def concerned(actor: Actor, goal_id: UUID, person_id: UUID) -> None:
    """Raises Invalid unless the person is the goal's owner or stands above the owner: nobody else
    is given a part in a plan, of which they could see nothing."""
    arguments: Sequence[object] = [actor.org, goal_id, person_id, actor.today]
    found, _ = await current_transaction().execute_query(_CONCERNED, list(arguments))
    if not found:
        raise Invalid(
            "A step is done by the owner or by somebody above the owner.", path=("personId",)
        )


_REFUSALS = {
    Act.PLAN_WORK: "Only the owner, or a manager above the owner, works on a corrective plan.",
    Act.PLAN_AGREE: "Only a manager above the owner agrees to a corrective plan.",
    Act.PLAN_CLOSE: "Only a manager above the owner closes a corrective plan.",
}
