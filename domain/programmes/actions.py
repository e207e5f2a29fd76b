"""What people do about programmes of one-to-ones. One that was defined stays as it is: it ends, or is
retired from today on."""

from datetime import UTC, date, datetime
from uuid import UUID

from auth.actor import Actor
from domain.acts import act
from domain.goals.rules import sound_text
from domain.history import record
from domain.ids import new_id
from domain.people.rules import sound_name
from domain.programmes.access import may_define, programme_for
from domain.programmes.models import Programme
from domain.programmes.rules import can_be_retired, sound_programme


@act
async def define_programme(
    actor: Actor,
    *,
    name: str,
    purpose: str,
    every_weeks: int,
    starts_on: date,
    until: date,
    leader_id: UUID | None = None,
    id: UUID | None = None,
) -> UUID:
    """Define that each manager and each of their people meet every so many weeks, from a day up to but
    without another: below one leader, or everybody. Returns its id."""
    await may_define(actor, leader_id)
    name = sound_name(name, path="name")
    purpose = sound_text(purpose, longest=4000, path="purpose")
    sound_programme(every_weeks, starts_on, until, actor.today)

    programme = await Programme.add(
        id_path=("programmeId",),
        org_id=actor.org,
        id=id or new_id(),
        name=name,
        purpose=purpose,
        leader_id=leader_id,
        every_weeks=every_weeks,
        starts_on=starts_on,
        until=until,
        defined_by_id=actor.person,
        defined_at=datetime.now(UTC),
    )

    facts = {"every_weeks": every_weeks, "starts_on": starts_on, "until": until}
    await record(actor, "programme.defined", "programme", programme.id, after=facts)
    return programme.id


@act
async def retire_programme(actor: Actor, *, programme_id: UUID) -> UUID:
    """Retire a programme from today on; what came of it until then stays."""
    programme = await programme_for(actor, programme_id)

    can_be_retired(programme.retired_on)
    await programme.change(
        retired_on=max(actor.today, programme.starts_on), retired_by_id=actor.person
    )

    await record(actor, "programme.retired", "programme", programme.id)
    return programme.id
