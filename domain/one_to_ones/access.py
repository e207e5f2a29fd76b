"""Who may see one-to-ones and their agendas: their readers. Who may plan one, and the doors."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from uuid import UUID

from auth.actor import Actor, Role
from auth.permissions import Act, may
from domain.database import current_transaction
from domain.errors import NotFound, NotPermitted
from domain.one_to_ones.models import AgendaItem, OneToOne
from domain.one_to_ones.rules import place_after
from domain.people.access import stands_above
from domain.readers import readable
from domain.rows import Row
from domain.sql import bind, viewer

R = TypeVar("R", bound=Row)


@dataclass(frozen=True, slots=True)
class Counterpart:
    """How the actor stands to somebody with whom they want a one-to-one."""

    above: bool
    below: bool
    is_hr: bool
    with_hr: bool


_COUNTERPART = f"""select {stands_above("person.id", or_is=False)} as above,
    exists (select from reach where reach.org_id = :org::uuid and reach.viewer_id = person.id
      and reach.person_id = :person::uuid and reach.depth > 0 and reach.during @> :today::date) as below,
    exists (select from role_grant where role_grant.org_id = :org::uuid and role_grant.person_id = person.id
      and role_grant.role = '{Role.HR}' and role_grant.revoked_at is null) as with_hr
  from person where person.org_id = :org::uuid and person.id = :with::uuid and person.id <> :person::uuid
    and person.disabled_at is null and (person.left_on is null or person.left_on > :today::date)"""


async def counterpart(actor: Actor, with_id: UUID) -> Counterpart:
    """How the actor stands to a colleague who is here. Raises NotFound, also for the actor."""
    if not may(actor, Act.ONE_TO_ONE_PLAN):
        raise NotPermitted("Only a person plans a one-to-one.")
    statement, arguments = bind(_COUNTERPART, {**viewer(actor), "with": with_id})
    found = await current_transaction().execute_query_dict(statement, arguments)
    if not found:
        raise NotFound("person", path=("withId",))
    [row] = found
    return Counterpart(row["above"], row["below"], Role.HR in actor.roles, row["with_hr"])


async def one_to_one_for(actor: Actor, one_to_one_id: UUID) -> OneToOne:
    """A one-to-one of the actor's, locked. Raises NotFound."""
    return await _read_by(actor, OneToOne, one_to_one_id, "one-to-one")


async def agenda_item_for(actor: Actor, item_id: UUID) -> AgendaItem:
    """A point of an agenda that the actor reads, locked. Raises NotFound."""
    return await _read_by(actor, AgendaItem, item_id, "agenda item")


async def _read_by(actor: Actor, model: type[R], row_id: UUID, kind: str) -> R:
    table = model._meta.db_table
    statement, arguments = bind(
        f"select id from {table} where {table}.org_id = :org and {table}.id = :id"
        f" and {readable(actor).format(row=table)} for no key update of {table}",
        {**viewer(actor), "id": row_id},
    )
    if not await current_transaction().execute_query_dict(statement, arguments):
        raise NotFound(kind)
    return await model.get(org_id=actor.org, id=row_id)


_TURN = """select pg_advisory_xact_lock(
  hashtextextended(concat_ws(' ', 'one-to-ones', $1::uuid, least($2::uuid, $3::uuid), greatest($2::uuid, $3::uuid)), 0))"""


async def take_turns(org: UUID, one: UUID, other: UUID) -> None:
    """Let whatever two people plan, hold and cancel happen one after the other: what one of them ends
    leaves its points to what the other plans at the same time."""
    await current_transaction().execute_query(_TURN, [org, one, other])


_AHEAD = """select ahead.id from reader
  join one_to_one ahead on ahead.org_id = $1 and ahead.id = reader.subject_id
    and ahead.state = 'planned' and $3 in (ahead.leader_id, ahead.coachee_id)
  where reader.org_id = $1 and reader.person_id = $2
  order by ahead.starts_at, ahead.id limit 1"""


async def next_planned(org: UUID, one: UUID, other: UUID) -> OneToOne | None:
    """The earliest one-to-one that two people have before them, looked for among what the one reads."""
    found = await current_transaction().execute_query_dict(_AHEAD, [org, one, other])
    return await OneToOne.get(org_id=org, id=found[0]["id"]) if found else None


_LAST = """select coalesce(max(place), 0) as place from agenda_item
  where org_id = $1 and one_to_one_id = $2 and (opened_at is not null or author_id = $3)"""


async def place_for(one_to_one: OneToOne, only: UUID | None) -> int:
    """Where a new point stands on an agenda: at its end, for both or for its author alone."""
    [last] = await current_transaction().execute_query_dict(
        _LAST, [one_to_one.org_id, one_to_one.id, only]
    )
    return place_after(last["place"], opened=only is None)


async def has_led(org: UUID, leader: UUID, coachee: UUID, days: Sequence[date]) -> bool:
    """Whether somebody stood above somebody else on one of these days."""
    [found] = await current_transaction().execute_query_dict(_LED, [org, leader, coachee, days])
    return bool(found["led"])


_LED = """select exists (select from reach join unnest($4::date[]) day on reach.during @> day
  where reach.org_id = $1 and reach.viewer_id = $2 and reach.person_id = $3 and reach.depth > 0) as led"""


def on(one_to_one: OneToOne) -> tuple[UUID, UUID]:
    """The two whose one-to-one it is."""
    return one_to_one.leader_id, one_to_one.coachee_id
