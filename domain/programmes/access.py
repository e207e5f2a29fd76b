"""Who may see programmes and what came of them, and who defines one for whom."""

from uuid import UUID

from auth.actor import Actor
from auth.permissions import Act, FieldClass, org_wide
from domain.database import current_transaction
from domain.errors import NotFound, NotPermitted
from domain.people.access import organisation_wide, related
from domain.programmes.models import Programme
from domain.readers import readers_here
from domain.sql import bind, viewer


def visible(actor: Actor) -> str:
    """SQL over `{row}`: what is planned everybody may know."""
    return "true" if org_wide(actor, FieldClass.PUBLIC) else "false"


def visible_pair(actor: Actor) -> str:
    """SQL over `{row}`: what came of it for two people both see, those above the manager, and HR."""
    seen = related(actor, FieldClass.COACHING, "{row}.manager_id")
    if seen in ("true", "false"):
        return seen
    return f"({seen} or {{row}}.coachee_id = :person::uuid)"


def visible_report(actor: Actor) -> str:
    """SQL over `{row}`: what came of it for one manager's people they see themselves, those above, and HR."""
    return related(actor, FieldClass.COACHING, "{row}.manager_id")


def visible_total(actor: Actor) -> str:
    """SQL over `{row}`: totals in which nobody is named."""
    return "true" if org_wide(actor, FieldClass.COACHING_TOTAL) else "false"


async def may_define(actor: Actor, leader_id: UUID | None) -> None:
    """Raises NotPermitted unless the actor may define programmes for everybody, or below this leader;
    NotFound where there is no such leader here."""
    if leader_id is None:
        organisation_wide(actor, Act.PROGRAMME_DEFINE)
        return
    try:
        await readers_here(actor, [leader_id], path=("leaderId",))
    except NotFound as refused:
        raise NotFound("person", path=("leaderId",)) from refused
    await _may_upon(actor, leader_id)


async def programme_for(actor: Actor, programme_id: UUID) -> Programme:
    """The programme, locked, for somebody who may retire it. Raises NotFound or NotPermitted."""
    rows = Programme.filter(org_id=actor.org, id=programme_id)
    programme = await rows.select_for_update(no_key=True).first()
    if programme is None or visible(actor) != "true":
        raise NotFound("programme")
    if programme.leader_id is None:
        organisation_wide(actor, Act.PROGRAMME_DEFINE)
    else:
        await _may_upon(actor, programme.leader_id)
    return programme


async def _may_upon(actor: Actor, leader_id: UUID) -> None:
    right = related(actor, Act.PROGRAMME_DEFINE, ":leader::uuid")
    statement, arguments = bind(
        f"select {right} as permitted", {**viewer(actor), "leader": leader_id}
    )
    [found] = await current_transaction().execute_query_dict(statement, arguments)
    if not found["permitted"]:
        raise NotPermitted("A programme is for people below whoever defines it, or HR does.")
