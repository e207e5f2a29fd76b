"""Who may see territories."""

from uuid import UUID

from auth.actor import Actor
from auth.permissions import ALL, Act, FieldClass, Relation, reach
from domain.doors import seen
from domain.errors import NotFound
from domain.people.access import organisation_wide, related
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


def within_named(actor: Actor) -> str:
    """SQL over `{row}`, which has a `territory_id`, and `{value}`, a list of territories: it is one
    of them or lies within one, and the actor sees the one they named."""
    return (
        "exists (select 1 from territory_within inside join territory named"
        " on named.org_id = :org::uuid and named.id = inside.outer_id"
        " where inside.org_id = :org::uuid and inside.outer_id = any({value})"
        f" and inside.inner_id = {{row}}.territory_id and {visible(actor).replace('{row}', 'named')})"
    )


async def territory_for(actor: Actor, act: Act, territory_id: UUID) -> Territory:
    """A territory, locked until the transaction ends, for somebody who may do this act throughout the
    organisation. Raises NotPermitted and NotFound."""
    organisation_wide(actor, act)
    territories = Territory.filter(org_id=actor.org, id=territory_id)
    territory = await territories.select_for_update(no_key=True).first()
    if territory is None:
        raise NotFound("territory", path=("territoryId",))
    return territory


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


def visible_performance(actor: Actor) -> str:
    """SQL over `{row}`, which has a `territory_id`: whose figures the actor sees.

    Everybody's for readers of performance across the organisation; a rep's own territories; a
    manager's also those of people below; a partner app's those it was granted. A territory is
    somebody's while it, or one that it lies within, is assigned to them today. Nobody's row shows
    in such figures, and nobody's pay.
    """
    relations = reach(actor, FieldClass.PERFORMANCE)
    if relations == ALL:
        return "true"
    if actor.person is None:
        return granted("{row}.territory_id") if Relation.GRANTED in relations else "false"
    theirs = related(actor, FieldClass.PERFORMANCE, "assigned.person_id")
    return (
        "exists (select 1 from territory_assignment assigned join territory_within inside"
        " on inside.org_id = :org::uuid and inside.outer_id = assigned.territory_id"
        " where assigned.org_id = :org::uuid and assigned.during @> :today::date"
        f" and inside.inner_id = {{row}}.territory_id and {theirs})"
    )
