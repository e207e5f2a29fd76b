"""Who may see territories."""

from uuid import UUID

from auth.actor import Actor
from auth.permissions import ALL, FieldClass, Relation, reach
from domain.doors import seen
from domain.territories.models import Territory


def visible(actor: Actor) -> str:
    """SQL over `{row}`: everybody inside the organisation; a partner app those it was granted and
    what lies within them."""
    relations = reach(actor, FieldClass.TERRITORY)
    if relations == ALL:
        return "true"
    return granted("{row}.id") if Relation.GRANTED in relations else "false"


def granted(territory: str) -> str:
    """SQL: this territory is one of the partner's, or lies within one."""
    return (
        "exists (select 1 from territory_within granted where granted.org_id = :org::uuid"
        f" and granted.outer_id = any(:territories::uuid[]) and granted.inner_id = {territory})"
    )


async def territory_seen(actor: Actor, territory_id: UUID) -> None:
    """Raises NotFound unless the actor may see the territory."""
    await seen(
        actor,
        Territory,
        territory_id,
        kind="territory",
        visible=visible(actor),
        path=("territoryId",),
    )
