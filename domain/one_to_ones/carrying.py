"""What is not talked about is not lost: points that still wait when a one-to-one ends go to the next one
of the same two.

The old point stays where it was and says that it was carried over; a new one stands on the next agenda,
with the same author and words, and says from which. The database takes it over once, whoever tries. A
point that its author keeps to themselves the other does not see, so their act leaves it where it is: the
worker's round takes it along.
"""

from datetime import UTC, datetime
from uuid import UUID

from auth.actor import Actor
from domain.database import current_transaction, on_behalf_of
from domain.history import number_events, record
from domain.ids import new_id
from domain.installation import on_its_round
from domain.jobs.registry import each_organisation
from domain.notices.models import NoticeKind
from domain.notices.sending import News, send
from domain.one_to_ones.access import next_planned, on, place_for, take_turns
from domain.one_to_ones.models import AgendaItem, AgendaItemState, OneToOne, OneToOneState
from domain.sql import bind

MOST_AT_ONCE = 200

_LEFT = """select item.id from reader
  join one_to_one ended on ended.org_id = :org::uuid and ended.id = reader.subject_id
    and ended.state <> 'planned' and :other::uuid in (ended.leader_id, ended.coachee_id)
  join agenda_item item on item.org_id = :org::uuid and item.one_to_one_id = ended.id
    and item.state = 'waiting'
  where reader.org_id = :org::uuid and reader.person_id = :one::uuid
  order by ended.starts_at, ended.id, item.place, item.id
  for no key update of item"""


async def carry_over(actor: Actor, one: UUID, other: UUID) -> int:
    """Put what two people have left over on the agenda of their next one-to-one, if there is one; how
    many points. Whoever calls this has taken their turn."""
    if other == actor.person:
        one, other = other, one
    ahead = await next_planned(actor.org, one, other)
    if ahead is None:
        return 0
    transaction = current_transaction()
    statement, arguments = bind(_LEFT, {"org": actor.org, "one": one, "other": other})
    left = [row["id"] for row in await transaction.execute_query_dict(statement, arguments)]
    if not left:
        return 0
    items = {item.id: item for item in await AgendaItem.filter(org_id=actor.org, id__in=left)}
    for id in left:
        await _take_along(actor, items[id], ahead)
    return len(left)


async def _take_along(actor: Actor, item: AgendaItem, ahead: OneToOne) -> None:
    author = item.author_id if item.opened_at is None else None
    taken = await AgendaItem.add(
        org_id=actor.org,
        id=new_id(),
        readers=item.readers,
        one_to_one_id=ahead.id,
        author_id=item.author_id,
        what=item.what,
        place=await place_for(ahead, author),
        added_at=datetime.now(UTC),
        written_at=item.written_at,
        opened_at=item.opened_at,
        carried_from_id=item.id,
        times_carried=item.times_carried + 1,
    )
    await item.change(state=AgendaItemState.CARRIED)
    if item.opened_at is not None:
        after = {"item": taken.id, "one_to_one": ahead.id}
        await record(actor, "agenda_item.carried", "agenda_item", item.id, after=after)


# Pairs of whom one has a point left over that the other's act could not see.
_TO_CARRY = f"""select distinct ended.leader_id, ended.coachee_id from agenda_item item
  join one_to_one ended on ended.org_id = :org::uuid and ended.id = item.one_to_one_id
    and ended.state <> 'planned'
  where item.org_id = :org::uuid and item.state = 'waiting' and exists (select from one_to_one ahead
    where ahead.org_id = :org::uuid and ahead.state = 'planned'
      and ahead.leader_id in (ended.leader_id, ended.coachee_id)
      and ahead.coachee_id in (ended.leader_id, ended.coachee_id))
  order by 1, 2 limit {MOST_AT_ONCE}"""
_OF_THOSE_WHO_LEFT = f"""select one_to_one.id from one_to_one
  join person on person.org_id = :org::uuid and person.id in (one_to_one.leader_id, one_to_one.coachee_id)
    and (person.disabled_at is not null or person.left_on <= :today::date)
  where one_to_one.org_id = :org::uuid and one_to_one.state = 'planned'
  group by one_to_one.id order by one_to_one.id limit {MOST_AT_ONCE}"""


async def tidy_up(org: UUID, now: datetime) -> int:
    """Cancel what somebody who has gone had before them, and take along what was left over; how much was
    done. It has to see points that one person keeps to themselves, and shows them to nobody."""
    done = 0
    async with on_behalf_of(org, sees_all_words=True) as transaction:
        actor = await on_its_round(org, now)
        values = {"org": org, "today": actor.today}
        gone = await transaction.execute_query_dict(*bind(_OF_THOSE_WHO_LEFT, values))
        for row in gone:
            done += await _cancel(actor, row["id"], now)
        for row in await transaction.execute_query_dict(*bind(_TO_CARRY, {"org": org})):
            await take_turns(org, row["leader_id"], row["coachee_id"])
            done += await carry_over(actor, row["leader_id"], row["coachee_id"])
    if done:
        await number_events(org)
    return done


async def _cancel(actor: Actor, one_to_one_id: UUID, now: datetime) -> bool:
    planned = OneToOne.filter(org_id=actor.org, id=one_to_one_id, state=OneToOneState.PLANNED.value)
    one_to_one = await planned.select_for_update(no_key=True).first()
    if one_to_one is None:
        return False
    await one_to_one.change(state=OneToOneState.CANCELLED, ended_at=now)
    await record(actor, "one_to_one.cancelled", "one_to_one", one_to_one.id)
    occasion = one_to_one.starts_at.isoformat()
    await send(
        actor,
        [
            News(NoticeKind.ONE_TO_ONE_CANCELLED, one_to_one.id, each, occasion, of="one_to_one")
            for each in on(one_to_one)
        ],
    )
    return True


@each_organisation("*/10 * * * *")
async def tidy_up_one_to_ones(org: UUID) -> None:
    """One-to-ones of people who have gone, and points that nobody could take along."""
    await tidy_up(org, datetime.now(UTC))
