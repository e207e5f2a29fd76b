"""Who may see an insight, which is everybody, and the doors to them."""

from uuid import UUID

from auth.actor import Actor, Role
from auth.permissions import Act, FieldClass
from domain.database import current_transaction
from domain.doors import locked
from domain.errors import Invalid, NotPermitted
from domain.insights.models import Insight
from domain.people.access import related
from domain.readers import readers_here
from domain.sql import bind

OWNING = (Role.COMP_ADMIN, Role.EXECUTIVE, Role.MANAGER)
"""Who answers insights, and so can be given one."""

_CAN_OWN = """select exists (select from role_grant where role_grant.org_id = :org::uuid
  and role_grant.person_id = :id::uuid and role_grant.role = any(:roles::text[])
  and role_grant.revoked_at is null) as can"""
_LOCK_BOTH = """select insight.id from insight where insight.org_id = :org::uuid
  and insight.id = any(:ids::uuid[]) order by insight.id for no key update"""


def visible(actor: Actor) -> str:
    """SQL over `{row}`: everybody in the organisation reads them."""
    return related(actor, FieldClass.PUBLIC, "{row}.author_id")


def visible_step(actor: Actor) -> str:
    """SQL over `{row}`: what was done about an insight is read by whoever reads it."""
    return related(actor, FieldClass.PUBLIC, "{row}.person_id")


async def insight_for(actor: Actor, act: Act, insight_id: UUID) -> Insight:
    """The insight, locked, for somebody who may do this act. NotFound or NotPermitted otherwise."""
    opened = await locked(
        actor,
        Insight,
        insight_id,
        kind="insight",
        visible=visible(actor),
        act=act,
        person="owner_id",
    )
    if not opened.permitted:
        raise NotPermitted(_REFUSALS[act], path=("insightId",))
    return opened.row


async def both_insights(actor: Actor, one: UUID, other: UUID) -> None:
    """Lock two insights in one order, so that two who merge them crosswise wait for one another."""
    statement, arguments = bind(_LOCK_BOTH, {"org": actor.org, "ids": [one, other]})
    await current_transaction().execute_query(statement, arguments)


async def owner_here(actor: Actor, person_id: UUID) -> UUID:
    """Somebody who can be given an insight. Raises NotFound, and Invalid for who answers none."""
    [owner] = await readers_here(actor, [person_id], path=("ownerId",))
    statement, arguments = bind(
        _CAN_OWN, {"org": actor.org, "id": owner, "roles": [role.value for role in OWNING]}
    )
    [found] = await current_transaction().execute_query_dict(statement, arguments)
    if not found["can"]:
        raise Invalid(
            "An insight is answered by an executive, a manager or a comp administrator.",
            path=("ownerId",),
        )
    return owner


_REFUSALS = {
    Act.INSIGHT_VOTE: "Only people vote.",
    Act.INSIGHT_TAKE: "An executive, a manager or a comp administrator takes an insight.",
    Act.INSIGHT_GIVE: "Only an executive gives an insight to somebody.",
    Act.INSIGHT_ANSWER: "Only whoever has taken an insight answers it.",
    Act.INSIGHT_MERGE: (
        "An executive or a comp administrator merges insights, and a manager one that they own."
    ),
}
