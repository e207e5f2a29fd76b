"""What two people write on the agendas of their one-to-ones.

A point is for both, or for its author alone until they open it. What only its author reads leaves no
trace in the history.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from auth.actor import Actor
from domain.acts import act
from domain.database import current_transaction
from domain.errors import NotPermitted
from domain.goals.rules import sound_text
from domain.history import record
from domain.ids import new_id
from domain.offline import when_written
from domain.one_to_ones.access import agenda_item_for, one_to_one_for, place_for
from domain.one_to_ones.models import AgendaItem, AgendaItemState, OneToOne, OneToOneState
from domain.one_to_ones.rules import (
    as_ordered,
    may_be_unticked,
    places,
    room_for_an_item,
    still_planned,
    still_waiting,
)

_ORDER = """update agenda_item set place = named.place
  from unnest($2::uuid[], $3::int[]) named (id, place)
  where agenda_item.org_id = $1 and agenda_item.id = named.id"""


@act
async def add_agenda_item(
    actor: Actor,
    *,
    one_to_one_id: UUID,
    what: str,
    only_mine: bool = False,
    written_at: datetime | None = None,
    id: UUID | None = None,
) -> UUID:
    """Add a point to the end of an agenda, for both or for the actor alone. Returns its id."""
    one_to_one = await one_to_one_for(actor, one_to_one_id)
    assert actor.person is not None, "only a person is permitted to write an agenda"

    what = sound_text(what, longest=1000, path="what")
    if id is not None and await AgendaItem.arrived(
        actor.org, id, author_id=actor.person, one_to_one_id=one_to_one.id, what=what
    ):
        return id
    still_planned(OneToOneState(one_to_one.state))
    now = datetime.now(UTC)
    written_at = when_written(written_at, now)
    there = AgendaItem.filter(org_id=actor.org, one_to_one_id=one_to_one.id)
    room_for_an_item(await there.count())

    item = await AgendaItem.add(
        id_path=("agendaItemId",),
        org_id=actor.org,
        id=id or new_id(),
        readers=[actor.person] if only_mine else one_to_one.readers,
        one_to_one_id=one_to_one.id,
        author_id=actor.person,
        what=what,
        place=await place_for(one_to_one, actor.person if only_mine else None),
        added_at=now,
        written_at=written_at,
        opened_at=None if only_mine else now,
    )

    await _record(actor, "agenda_item.added", item)
    return item.id


@act
async def open_agenda_item(actor: Actor, *, item_id: UUID) -> UUID:
    """Let the other see a point that was the actor's own. Opened twice, it is opened once."""
    item = await agenda_item_for(actor, item_id)
    one_to_one = await OneToOne.get(org_id=actor.org, id=item.one_to_one_id)

    if item.opened_at is not None:
        return item.id
    still_waiting(AgendaItemState(item.state))
    place = await place_for(one_to_one, None)
    await item.change(readers=one_to_one.readers, opened_at=datetime.now(UTC), place=place)

    await _record(actor, "agenda_item.opened", item)
    return item.id


@act
async def tick_agenda_item(actor: Actor, *, item_id: UUID, done: bool = True) -> UUID:
    """Say that a point was talked about, or, while the one-to-one lasts, that it was not after all. Said
    twice, it stays as it is."""
    item = await agenda_item_for(actor, item_id)

    ticked = item.state == AgendaItemState.TICKED
    if done == ticked:
        return item.id
    if ticked:
        one_to_one = await OneToOne.get(org_id=actor.org, id=item.one_to_one_id)
        may_be_unticked(OneToOneState(one_to_one.state))
        settled: dict[str, Any] = {"ticked_at": None, "ticked_by_id": None}
    else:
        still_waiting(AgendaItemState(item.state))
        settled = {"ticked_at": datetime.now(UTC), "ticked_by_id": actor.person}
    state = AgendaItemState.TICKED if done else AgendaItemState.WAITING
    await item.change(state=state, **settled)

    await _record(actor, "agenda_item.ticked" if done else "agenda_item.unticked", item)
    return item.id


@act
async def withdraw_agenda_item(actor: Actor, *, item_id: UUID) -> UUID:
    """Take a point back that the actor wrote. Withdrawn twice, it is withdrawn once."""
    item = await agenda_item_for(actor, item_id)
    if item.author_id != actor.person:
        raise NotPermitted("A point is withdrawn by whoever wrote it.", path=("id",))

    if item.state == AgendaItemState.WITHDRAWN:
        return item.id
    still_waiting(AgendaItemState(item.state))
    await item.change(state=AgendaItemState.WITHDRAWN, withdrawn_at=datetime.now(UTC))

    await _record(actor, "agenda_item.withdrawn", item)
    return item.id


@act
async def order_agenda(actor: Actor, *, one_to_one_id: UUID, item_ids: Sequence[UUID]) -> UUID:
    """Put the points that wait on an agenda, as far as the actor sees them, into this order. What the
    other keeps to themselves stays at its place. Returns the one-to-one's id."""
    one_to_one = await one_to_one_for(actor, one_to_one_id)

    still_planned(OneToOneState(one_to_one.state))
    waiting = await AgendaItem.filter(
        org_id=actor.org, one_to_one_id=one_to_one.id, state=AgendaItemState.WAITING.value
    )
    opened = {item.id: item.opened_at is not None for item in waiting}
    as_ordered(opened, item_ids)
    new_places = places([opened[id] for id in item_ids])
    await current_transaction().execute_query(_ORDER, [actor.org, list(item_ids), new_places])

    if any(opened.values()):
        await record(actor, "one_to_one.agenda_ordered", "one_to_one", one_to_one.id)
    return one_to_one.id


async def _record(actor: Actor, what: str, item: AgendaItem) -> None:
    # A point that only its author reads is nobody else's to hear of, not even that there is one.
    if item.opened_at is not None:
        after = {"one_to_one": item.one_to_one_id}
        await record(actor, what, "agenda_item", item.id, after=after)
