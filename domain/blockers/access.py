"""Who may see a blocker, what of it, and who counts in reports."""

from uuid import UUID

from auth.actor import Actor, Role
from auth.permissions import Act
from domain.blockers.models import Blocker, Cause
from domain.goals.access import visible_through_goal
from domain.goals.belonging import belonging
from domain.people.access import stands_above

OWNER = """(select goal.owner_id from goal
  where goal.org_id = :org::uuid and goal.id = {row}.goal_id)"""

IS_OWNER = f"{OWNER} = :person::uuid"
IS_BELOW = stands_above(OWNER, or_is=False)
"""SQL over `{row}`: the goal's owner is, or stands below, the viewer today."""

READS_WORDS = (
    f"({{row}}.cause <> '{Cause.PERSONAL}' or {IS_OWNER}"
    f" or ('{Role.MANAGER}' = any(:roles::text[]) and {IS_BELOW}))"
)
"""SQL over `{row}`: what is personal is told in words to the owner and the managers above alone;
anybody else who sees the goal sees that there is something."""


def visible(actor: Actor) -> str:
    """SQL over `{row}`: seen by whoever sees the goal."""
    return visible_through_goal(actor)


def reported(actor: Actor) -> str:
    """SQL over `{row}`: what counts in a report: what the actor sees, of goals that are not
    private."""
    seen = visible_through_goal(actor)
    return (
        "exists (select 1 from goal shared where shared.org_id = :org::uuid"
        f" and shared.id = {{row}}.goal_id and not shared.private) and {seen}"
    )


async def blocker_for(actor: Actor, act: Act, blocker_id: UUID) -> Blocker:
    """The blocker, locked, for somebody who may do this act. NotFound or NotPermitted otherwise."""
    return await belonging(actor, act, Blocker, blocker_id, kind="blocker", refusal=_REFUSALS[act])


_REFUSALS = {
    Act.BLOCKER_RESOLVE: "Only a manager above the owner resolves a blocker.",
    Act.BLOCKER_WITHDRAW: "Only the owner of the goal withdraws a blocker.",
}
