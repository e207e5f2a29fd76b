"""What an answer can point at: the goal, measure, territory or pay plan that it is about."""

from dataclasses import dataclass
from uuid import UUID

from auth.actor import Actor
from domain.doors import seen
from domain.errors import Invalid
from domain.goals import access as goals
from domain.goals.models import Goal
from domain.incentives import plan_access
from domain.incentives.plan_models import PayPlan
from domain.measures import access as measures
from domain.measures.models import Measure
from domain.territories import access as territories
from domain.territories.models import Territory


@dataclass(frozen=True, slots=True)
class Link:
    """The kind of a thing, as ids name it, and its id."""

    kind: str
    id: UUID


async def linked(
    actor: Actor,
    *,
    goal_id: UUID | None = None,
    measure_id: UUID | None = None,
    territory_id: UUID | None = None,
    plan_id: UUID | None = None,
) -> Link | None:
    """What the actor points at, which they have to see themselves. Raises NotFound, and Invalid where
    it is more than one thing."""
    given = [each for each in (goal_id, measure_id, territory_id, plan_id) if each is not None]
    if len(given) > 1:
        raise Invalid("Point at one thing: a goal, a measure, a territory or a pay plan.")
    if goal_id is not None:
        visible = goals.visible(actor)
        await seen(actor, Goal, goal_id, kind="goal", visible=visible, path=("goalId",))
        return Link("goal", goal_id)
    if measure_id is not None:
        visible = measures.visible(actor)
        await seen(actor, Measure, measure_id, kind="measure", visible=visible, path=("measureId",))
        return Link("measure", measure_id)
    if territory_id is not None:
        visible = territories.visible(actor)
        path = ("territoryId",)
        await seen(actor, Territory, territory_id, kind="territory", visible=visible, path=path)
        return Link("territory", territory_id)
    if plan_id is not None:
        visible = plan_access.visible_plan(actor)
        await seen(actor, PayPlan, plan_id, kind="pay_plan", visible=visible, path=("planId",))
        return Link("pay_plan", plan_id)
    return None
