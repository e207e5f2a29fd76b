"""Who works here, in which position, under whom, with which roles."""

from datetime import UTC, date, datetime
from uuid import UUID

from tortoise.exceptions import IntegrityError

from auth.actor import Actor, Role
from auth.permissions import Act
from domain.acts import act
from domain.callers.sessions import Because, close_sessions_of
from domain.database import current_transaction
from domain.errors import Conflict, Invalid, NotPermitted
from domain.history import record
from domain.ids import new_id
from domain.people.access import organisation_wide, person_here, position_here
from domain.people.models import Organisation, Person, Position, RoleGrant
from domain.people.organisations import organisation_taken
from domain.people.reporting import reach_oneself, rebuild_reach
from domain.people.rules import (
    sound_email,
    sound_name,
    sound_organisation,
    sound_reason,
    sound_title,
)
from domain.people.succession import set_from

_PAYS = """select exists (select from pay_assignment term where term.org_id = $1
  and term.position_id = $2 and (term.ends_on is null or term.ends_on >= $3)) as pays"""


@act
async def found_organisation(
    actor: Actor,
    *,
    slug: str,
    name: str,
    currency: str,
    time_zone: str,
    business_date: date | None = None,
) -> UUID:
    """Create the actor's own organisation (a command's act: the system acts for the new id)."""
    organisation_wide(actor, Act.ORGANISATION_ADMINISTER)
    sound_organisation(slug, name, currency, time_zone)
    if await organisation_taken(slug):
        raise Conflict(f"There is already an organisation {slug!r}.", path=("slug",))

    await Organisation.create(
        org_id=actor.org,
        slug=slug,
        name=name,
        currency=currency,
        time_zone=time_zone,
        business_date=business_date,
    )

    await record(
        actor, "organisation.founded", "organisation", actor.org, after={"slug": slug, "name": name}
    )
    return actor.org


@act
async def add_person(actor: Actor, *, name: str, email: str | None, title: str = "") -> UUID:
    """Somebody joins the organisation; they hold no position and no role yet."""
    organisation_wide(actor, Act.PEOPLE_ADMINISTER)
    name, title = sound_name(name, path="name"), sound_title(title)
    email = None if email is None else sound_email(email)
    if email is not None and await Person.filter(org_id=actor.org, email__iexact=email).exists():
        raise _address_taken()

    try:
        person = await Person.add(
            org_id=actor.org, id=new_id(), name=name, email=email, title=title
        )
    except IntegrityError as refused:
        # Somebody was added with this address since we looked.
        if getattr(refused.args[0], "constraint_name", None) == "person_email_once":
            raise _address_taken() from None
        raise
    await reach_oneself(current_transaction(), actor.org, person.id)

    await record(actor, "person.added", "person", person.id, after={"title": title})
    return person.id


@act
async def deactivate_person(actor: Actor, *, person_id: UUID, reason: str) -> UUID:
    """From now on they cannot sign in, and their sessions are over, also should they come back."""
    organisation_wide(actor, Act.PEOPLE_ADMINISTER)
    person = await person_here(actor, person_id)
    if person.disabled_at is not None:
        raise Conflict("This person is already deactivated.", path=("id",))
    if person.id == actor.person:
        raise Invalid("Somebody else has to deactivate you.", path=("id",))
    reason = sound_reason(reason)

    now = datetime.now(UTC)
    await person.change(disabled_at=now, version=person.version + 1)
    await close_sessions_of(actor, person.id, Because.PERSON_GONE, now)

    await record(actor, "person.deactivated", "person", person.id, reason=reason)
    return person.id


@act
async def grant_role(actor: Actor, *, person_id: UUID, role: Role) -> UUID:
    """Give a role; it counts at the person's next request."""
    organisation_wide(actor, Act.ROLES_ADMINISTER)
    person = await person_here(actor, person_id)
    if person.id == actor.person:
        raise Invalid("Nobody gives a role to themselves.", path=("personId",))
    held = RoleGrant.filter(
        org_id=actor.org, person_id=person.id, role=role, revoked_at__isnull=True
    )
    if await held.exists():
        raise Conflict(f"This person already is {role.value}.", path=("role",))

    await RoleGrant.add(
        org_id=actor.org, id=new_id(), person_id=person.id, role=role, granted_by=actor.person
    )

    await record(actor, "role.granted", "person", person.id, after={"role": role})
    return person.id


@act
async def revoke_role(actor: Actor, *, person_id: UUID, role: Role) -> UUID:
    """Take a role; the person's next request is without it."""
    organisation_wide(actor, Act.ROLES_ADMINISTER)
    person = await person_here(actor, person_id)

    revoked = await RoleGrant.filter(
        org_id=actor.org, person_id=person.id, role=role, revoked_at__isnull=True
    ).update(revoked_at=datetime.now(UTC), revoked_by=actor.person)
    if not revoked:
        raise Conflict(f"This person is not {role.value}.", path=("role",))

    await record(actor, "role.revoked", "person", person.id, before={"role": role})
    return person.id


@act
async def add_position(actor: Actor, *, title: str) -> UUID:
    """A position, vacant until somebody holds it."""
    organisation_wide(actor, Act.PEOPLE_ADMINISTER)
    title = sound_name(title, path="title")

    position = await Position.add(org_id=actor.org, id=new_id(), title=title)

    await record(actor, "position.added", "position", position.id, after={"title": title})
    return position.id


@act
async def fill_position(
    actor: Actor, *, position_id: UUID, person_id: UUID | None, since: date
) -> UUID:
    """From a day on, a person holds the position; nobody does when `person_id` is None. One that is on a
    pay plan pays whoever holds it, so nobody takes it themselves."""
    organisation_wide(actor, Act.PEOPLE_ADMINISTER)
    position = await position_here(actor, position_id)
    if person_id is not None:
        await person_here(actor, person_id)
    if person_id is not None and person_id == actor.person:
        pays = await current_transaction().execute_query_dict(
            _PAYS, [actor.org, position.id, since]
        )
        if pays[0]["pays"]:
            raise NotPermitted("Somebody else has to say this about your pay.", path=("personId",))

    holder = None if person_id is None else ("person_id", person_id)
    await set_from(
        current_transaction(), actor.org, "holding", ("position_id", position.id), since, holder
    )
    await rebuild_reach(current_transaction(), actor.org)

    await record(
        actor,
        "position.filled" if person_id else "position.vacated",
        "position",
        position.id,
        after={"person": person_id, "since": since},
    )
    return position.id


@act
async def set_manager(
    actor: Actor, *, position_id: UUID, manager_position_id: UUID | None, since: date
) -> UUID:
    """From a day on, the position reports to another; to nobody when None."""
    organisation_wide(actor, Act.PEOPLE_ADMINISTER)
    position = await position_here(actor, position_id)
    if manager_position_id == position.id:
        raise Invalid("A position cannot report to itself.", path=("managerPositionId",))
    if manager_position_id is not None:
        await position_here(actor, manager_position_id)

    above = None if manager_position_id is None else ("manager_position_id", manager_position_id)
    await set_from(
        current_transaction(),
        actor.org,
        "reporting_line",
        ("position_id", position.id),
        since,
        above,
    )
    await rebuild_reach(current_transaction(), actor.org)

    await record(
        actor,
        "reporting_line.set",
        "position",
        position.id,
        after={"manager_position": manager_position_id, "since": since},
    )
    return position.id


def _address_taken() -> Conflict:
    return Conflict("Somebody here already has this e-mail address.", path=("email",))
