"""Who may see people, and what it means to stand above somebody."""

from datetime import date
from typing import TypeVar
from uuid import UUID

from auth.actor import Actor
from auth.permissions import ACTS, ALL, READS, Act, FieldClass, Relation, org_wide, reach
from domain.database import current_transaction
from domain.errors import NotFound, NotPermitted
from domain.people.models import Person, Position
from domain.rows import Row
from domain.sql import bind, viewer

R = TypeVar("R", bound=Row)


def stands_above(person: str, *, or_is: bool = True) -> str:
    """SQL: on the caller's today, the viewer is above the person in this column (or is the person).

    One look-up in the primary key of `reach`.
    """
    nearest = 0 if or_is else 1
    return (
        "exists (select 1 from reach where reach.org_id = :org::uuid"
        f" and reach.viewer_id = :person::uuid and reach.person_id = {person}"
        f" and reach.depth >= {nearest} and reach.during @> :today::date)"
    )


def stands_at_the_top(person: str) -> str:
    """SQL: on the caller's today, nobody is above the person in this column, who is somebody else."""
    return f"({person} <> :person::uuid and {nobody_above(person)})"


def nobody_above(person: str) -> str:
    """SQL: nobody is above the person in this column on `:today`.

    Looked up person by person, and never for all at once: a few rows of an index each.
    """
    return (
        f"(select reach.depth from reach where reach.org_id = :org::uuid and reach.person_id = {person}"
        " and reach.depth >= 1 and reach.during @> :today::date limit 1) is null"
    )


def related(actor: Actor, what: FieldClass | Act, person: str) -> str:
    """SQL: what the table of permissions gives the actor, upon the person in this column.

    A constant where the actor alone decides; otherwise a condition on the relation. One text for
    all callers of the same standing, so plans are shared.
    """
    relations = reach(actor, what)
    if relations == ALL:
        return "true"
    ways = []
    if Relation.CHAIN in relations:
        ways.append(stands_above(person, or_is=Relation.SELF in relations))
    elif Relation.SELF in relations:
        ways.append(f"{person} = :person::uuid")
    if Relation.TOP in relations:
        ways.append(stands_at_the_top(person))
    return f"({' or '.join(ways)})" if len(ways) > 1 else "".join(ways) or "false"


def stands_below(actor: Actor, person: str, *, among: FieldClass) -> str:
    """SQL: the person in this column is below the actor, among rows that they see by this class.

    A manager who sees their own and those below sees those below by leaving their own out. To look
    into `reach` a second time would have the planner join it with itself, row by row.
    """
    if reach(actor, among) == {Relation.SELF, Relation.CHAIN}:
        return f"{person} <> :person::uuid"
    return stands_above(person, or_is=False)


def visible(actor: Actor) -> str:
    """Everybody in an organisation may look everybody up; what of a person shows is for the field
    classes. A partner app never sees a person's row."""
    return related(actor, FieldClass.PUBLIC, "{row}.id")


def visible_position(actor: Actor) -> str:
    """SQL over `{row}`: positions are looked up by whoever looks everybody up."""
    return "true" if org_wide(actor, FieldClass.PUBLIC) else "false"


def visible_organisation(actor: Actor) -> str:
    """SQL over `{row}`: every caller sees their own, which is the only one a statement reaches."""
    return "true"


def organisation_wide(actor: Actor, what: FieldClass | Act) -> None:
    """Raises NotPermitted unless the actor may see or do this throughout the organisation."""
    if not org_wide(actor, what):
        row = READS[what] if isinstance(what, FieldClass) else ACTS[what]
        raise NotPermitted(f"Your roles do not include this: {row.meaning}")


async def is_led(actor: Actor, person_id: UUID) -> bool:
    """Whether somebody stands above this person on the actor's today."""
    statement, arguments = bind(
        f"select {nobody_above(':id::uuid')} as alone", {**viewer(actor), "id": person_id}
    )
    [found] = await current_transaction().execute_query_dict(statement, arguments)
    return not found["alone"]


async def works_here(person_id: UUID, org: UUID, day: date) -> bool:
    """Whether somebody is not deactivated and has not left by this day."""
    person = await Person.get(org_id=org, id=person_id)
    return person.disabled_at is None and (person.left_on is None or person.left_on > day)


async def person_here(actor: Actor, person_id: UUID) -> Person:
    """A person of the actor's organisation, locked. Raises NotFound."""
    return await _here(actor, Person, person_id, "person")


async def position_here(actor: Actor, position_id: UUID) -> Position:
    """A position of the actor's organisation, locked. Raises NotFound."""
    return await _here(actor, Position, position_id, "position")


async def _here(actor: Actor, model: type[R], row_id: UUID, kind: str) -> R:
    row = await model.filter(org_id=actor.org, id=row_id).select_for_update(no_key=True).first()
    if row is None:
        raise NotFound(kind)
    return row
