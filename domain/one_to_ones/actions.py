"""What two people do about their one-to-ones. Each is told what the other did; the history learns that
something happened, never a word of it."""

from datetime import UTC, date, datetime
from uuid import UUID

from auth.actor import Actor
from domain.acts import act
from domain.history import record
from domain.ids import new_id
from domain.notices.models import NoticeKind
from domain.notices.sending import News, send
from domain.offline import when_written
from domain.one_to_ones.access import counterpart, has_led, on, one_to_one_for, take_turns
from domain.one_to_ones.carrying import carry_over
from domain.one_to_ones.models import CoachingSession, OneToOne, OneToOneState
from domain.one_to_ones.rules import (
    OneToOneEnded,
    as_it_was_seen,
    leads,
    sound_held_on,
    sound_start,
    still_planned,
)


@act
async def plan_one_to_one(
    actor: Actor,
    *,
    with_id: UUID,
    starts_at: datetime,
    written_at: datetime | None = None,
    id: UUID | None = None,
) -> UUID:
    """Plan a one-to-one with somebody above or below the actor, or with HR; `id` may come from a phone.
    What the two have left over goes on its agenda. Returns its id."""
    two = [actor.person, with_id]
    if id is not None and await OneToOne.arrived(
        actor.org, id, planned_by_id=actor.person, leader_id__in=two, coachee_id__in=two
    ):
        return id
    other = await counterpart(actor, with_id)
    assert actor.person is not None, "only a person is permitted to plan a one-to-one"

    now = datetime.now(UTC)
    actor_leads = leads(
        above=other.above, below=other.below, is_hr=other.is_hr, with_hr=other.with_hr
    )
    sound_start(starts_at, actor.today)
    written_at = when_written(written_at, now)
    await take_turns(actor.org, actor.person, with_id)

    one_to_one = await OneToOne.add(
        id_path=("oneToOneId",),
        org_id=actor.org,
        id=id or new_id(),
        readers=sorted([actor.person, with_id]),
        leader_id=actor.person if actor_leads else with_id,
        coachee_id=with_id if actor_leads else actor.person,
        starts_at=starts_at,
        planned_by_id=actor.person,
        planned_at=now,
        written_at=written_at,
    )

    await record(actor, "one_to_one.planned", "one_to_one", one_to_one.id)
    await _tell_the_other(actor, NoticeKind.ONE_TO_ONE_PLANNED, one_to_one)
    await carry_over(actor, actor.person, with_id)
    return one_to_one.id


@act
async def move_one_to_one(
    actor: Actor, *, one_to_one_id: UUID, starts_at: datetime, seen_starts_at: datetime
) -> UUID:
    """Move a one-to-one of the actor's from when they saw that it begins to another time."""
    one_to_one = await one_to_one_for(actor, one_to_one_id)

    still_planned(OneToOneState(one_to_one.state))
    as_it_was_seen(seen_starts_at, one_to_one.starts_at)
    sound_start(starts_at, actor.today)
    if starts_at == one_to_one.starts_at:
        return one_to_one.id
    await one_to_one.change(starts_at=starts_at)

    await record(actor, "one_to_one.moved", "one_to_one", one_to_one.id)
    await _tell_the_other(actor, NoticeKind.ONE_TO_ONE_MOVED, one_to_one)
    return one_to_one.id


@act
async def hold_one_to_one(
    actor: Actor,
    *,
    one_to_one_id: UUID,
    held_on: date | None = None,
    written_at: datetime | None = None,
) -> UUID:
    """Say that a one-to-one of the actor's was held, today or on another day. Said twice, also by both at
    once, it was held once; of two days the first that was said stands."""
    one_to_one = await one_to_one_for(actor, one_to_one_id)

    state = OneToOneState(one_to_one.state)
    if state is OneToOneState.HELD and held_on in (None, one_to_one.held_on):
        return one_to_one.id
    still_planned(state)
    now = datetime.now(UTC)
    held_on = sound_held_on(actor.today if held_on is None else held_on, actor.today)
    written_at = when_written(written_at, now)
    await take_turns(actor.org, *on(one_to_one))
    await one_to_one.change(
        state=OneToOneState.HELD,
        held_on=held_on,
        held_written_at=written_at,
        ended_at=now,
        ended_by_id=actor.person,
    )

    await _counted(actor, one_to_one, held_on)
    await record(actor, "one_to_one.held", "one_to_one", one_to_one.id)
    await carry_over(actor, *on(one_to_one))
    return one_to_one.id


async def _counted(actor: Actor, one_to_one: OneToOne, held_on: date) -> None:
    # With HR it is nobody's coaching, and that it took place is nobody else's to know.
    if not await has_led(actor.org, *on(one_to_one), [held_on, actor.today]):
        return
    await CoachingSession.add(
        org_id=actor.org,
        id=new_id(),
        one_to_one_id=one_to_one.id,
        manager_id=one_to_one.leader_id,
        coachee_id=one_to_one.coachee_id,
        held_on=held_on,
    )


@act
async def cancel_one_to_one(actor: Actor, *, one_to_one_id: UUID) -> UUID:
    """Cancel a one-to-one of the actor's. Cancelled twice, it was cancelled once."""
    one_to_one = await one_to_one_for(actor, one_to_one_id)

    state = OneToOneState(one_to_one.state)
    if state is OneToOneState.CANCELLED:
        return one_to_one.id
    if state is OneToOneState.HELD:
        raise OneToOneEnded(state)
    await take_turns(actor.org, *on(one_to_one))
    await one_to_one.change(
        state=OneToOneState.CANCELLED, ended_at=datetime.now(UTC), ended_by_id=actor.person
    )

    await record(actor, "one_to_one.cancelled", "one_to_one", one_to_one.id)
    await _tell_the_other(actor, NoticeKind.ONE_TO_ONE_CANCELLED, one_to_one)
    await carry_over(actor, *on(one_to_one))
    return one_to_one.id


async def _tell_the_other(actor: Actor, kind: NoticeKind, one_to_one: OneToOne) -> None:
    [other] = {*on(one_to_one)} - {actor.person}
    occasion = one_to_one.starts_at.isoformat()
    await send(actor, [News(kind, one_to_one.id, other, occasion, of="one_to_one")])
