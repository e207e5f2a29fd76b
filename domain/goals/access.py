"""Who may see a goal, and the doors through which actions get one."""

from auth.actor import Actor
from auth.permissions import FieldClass, org_wide
from domain.people.access import stands_above


def visible(actor: Actor) -> str:
    """SQL over `{row}`: the owner's own, those of everybody above the owner today, and readers of
    team figures across the organisation. Partner apps see aggregates only, never a goal."""
    if actor.person is None:
        return "false"
    if org_wide(actor, FieldClass.TEAM):
        return "true"
    return stands_above("{row}.owner_id")


def visible_through_goal(actor: Actor) -> str:
    """SQL over `{row}` for what belongs to a goal: seen by whoever sees the goal."""
    if actor.person is None:
        return "false"
    if org_wide(actor, FieldClass.TEAM):
        return "true"
    return (
        "exists (select 1 from goal where goal.org_id = :org::uuid and goal.id = {row}.goal_id"
        f" and {stands_above('goal.owner_id')})"
    )
