"""Approvals in somebody else's place, for some days.

A delegate decides upon what waits for the delegator, never upon their own goals or the delegator's,
and passes nothing on: what reaches a delegate is what the delegator may, not what was delegated to
the delegator.
"""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from tortoise.exceptions import IntegrityError

from auth.actor import Actor, Role
from auth.permissions import Act, Relation, org_wide, reach
from domain.acts import act
from domain.errors import Conflict, Invalid, NotFound, NotPermitted
from domain.goals.agreement_models import Delegation
from domain.goals.rules import sound_period, sound_text
from domain.history import record
from domain.ids import new_id
from domain.people.models import Person, RoleGrant

LONGEST = timedelta(days=366)


@act
async def delegate_approvals(
    actor: Actor,
    *,
    to_id: UUID,
    starts_on: date,
    ends_on: date,
    from_id: UUID | None = None,
    note: str = "",
    id: UUID | None = None,
) -> UUID:
    """Let somebody decide in a manager's place, on these days; `from_id` is oneself unless a comp
    administrator acts for somebody who is suddenly away."""
    delegator = _delegator(actor, from_id)
    sound_days(starts_on, ends_on, actor.today)
    note = sound_text(note, longest=1000, path="note", required=False)
    if to_id == delegator:
        raise Invalid("Nobody delegates to themselves.", path=("toId",))
    await _here(actor, delegator, path="fromId")
    await _here(actor, to_id, path="toId")
    if not await RoleGrant.filter(
        org_id=actor.org, person_id=delegator, role=Role.MANAGER, revoked_at__isnull=True
    ).exists():
        raise Invalid("Only a manager approves, so only a manager delegates.", path=("fromId",))

    try:
        delegation = await Delegation.add(
            org_id=actor.org,
            id=id or new_id(),
            from_id=delegator,
            to_id=to_id,
            starts_on=starts_on,
            ends_on=ends_on,
            note=note,
            created_by=actor.person,
        )
    except IntegrityError as refused:
        if getattr(refused.args[0], "constraint_name", None) == "delegated_once_at_a_time":
            raise Conflict(
                "They decide in this place on some of these days already.", path=("startsOn",)
            ) from None
        raise

    await record(
        actor,
        "delegation.given",
        "delegation",
        delegation.id,
        after={"from": delegator, "to": to_id, "starts_on": starts_on, "ends_on": ends_on},
        reason=note or None,
    )
    return delegation.id


@act
async def end_delegation(actor: Actor, *, delegation_id: UUID) -> UUID:
    """End a delegation at once: whoever decided in that place decides there no longer."""
    delegation = (
        await Delegation.filter(org_id=actor.org, id=delegation_id)
        .select_for_update(no_key=True)
        .first()
    )
    if delegation is None or not _knows_of(actor, delegation):
        raise NotFound("delegation")
    if delegation.from_id != actor.person and not org_wide(actor, Act.APPROVALS_DELEGATE):
        raise NotPermitted("Only who delegated, or a comp administrator, ends it.", path=("id",))
    if delegation.ended_at is not None:
        raise Conflict("This delegation has ended already.", path=("id",))

    await delegation.change(ended_at=datetime.now(UTC), ended_by=actor.person)

    await record(actor, "delegation.ended", "delegation", delegation.id)
    return delegation.id


def sound_days(starts_on: date, ends_on: date, today: date) -> None:
    """The days of a delegation: not over yet, and a year at most. Raises Invalid."""
    sound_period(starts_on, ends_on)
    if ends_on < today:
        raise Invalid(f"These days are over; today is {today}.", path=("endsOn",))
    if ends_on - starts_on >= LONGEST:
        raise Invalid("A delegation is for a year at most.", path=("endsOn",))


def _delegator(actor: Actor, from_id: UUID | None) -> UUID:
    relations = reach(actor, Act.APPROVALS_DELEGATE)
    delegator = from_id or actor.person
    if delegator is None:
        raise Invalid("Say who delegates.", path=("fromId",))
    asked = Relation.SELF if delegator == actor.person else Relation.COLLEAGUE
    if asked not in relations:
        raise NotPermitted(
            "Managers delegate their own approvals, and comp administrators anybody's.",
            path=("fromId",),
        )
    return delegator


def _knows_of(actor: Actor, delegation: Delegation) -> bool:
    if org_wide(actor, Act.APPROVALS_DELEGATE):
        return True
    return actor.person in (delegation.from_id, delegation.to_id)


async def _here(actor: Actor, person_id: UUID, *, path: str) -> None:
    """Raises NotFound for nobody of the organisation, Invalid for whoever no longer works here."""
    person = await Person.get_or_none(org_id=actor.org, id=person_id)
    if person is None:
        raise NotFound("person", path=(path,))
    if person.disabled_at is not None or (person.left_on and person.left_on <= actor.today):
        raise Invalid("This person no longer works here.", path=(path,))
