"""Somebody of every role to sign in as. Salespeople are in the data; the others are made up."""

from dataclasses import dataclass
from uuid import UUID

from auth.actor import Actor, Role
from domain.database import on_behalf_of
from domain.people.actions import add_person, grant_role
from domain.people.models import Person, RoleGrant


@dataclass(frozen=True, slots=True)
class Member:
    """A person of the example, by the role they show."""

    role: Role
    name: str
    title: str = ""

    @property
    def email(self) -> str:
        return f"{self.name.lower().replace(' ', '-')}@adventureworks.com"


CAST = (
    Member(Role.REP, "Linda Mitchell"),
    Member(Role.MANAGER, "Stephen Jiang"),
    Member(Role.EXECUTIVE, "Brian Welcker"),
    Member(Role.COMP_ADMIN, "Casey Compton", "Compensation Administrator (made up)"),
    Member(Role.FINANCE, "Finley Ford", "Financial Controller (made up)"),
    Member(Role.HR, "Harper Reed", "Human Resources Partner (made up)"),
    Member(Role.AUDITOR, "Audrey Tate", "Auditor (made up)"),
    Member(Role.ADMIN, "Adrian Minh", "System Administrator (made up)"),
)


async def hire_staff(system: Actor) -> None:
    """Add those who are made up, and see that they have the role they show."""
    for member in CAST:
        if member.title and await find_person(system, member) is None:
            await add_person(system, name=member.name, email=member.email, title=member.title)
    await join_staff(system)


async def join_staff(system: Actor) -> None:
    """See that everybody who is there has the role they show."""
    for member in CAST:
        person_id = await find_person(system, member)
        if person_id is not None and not await _has_role(system, person_id, member.role):
            await grant_role(system, person_id=person_id, role=member.role)


async def find_person(system: Actor, member: Member) -> UUID | None:
    """The member's id, by their e-mail address."""
    async with on_behalf_of(system.org):
        person = await Person.filter(org_id=system.org, email__iexact=member.email).first()
    return None if person is None else person.id


async def _has_role(system: Actor, person_id: UUID, role: Role) -> bool:
    async with on_behalf_of(system.org):
        return await RoleGrant.filter(
            org_id=system.org, person_id=person_id, role=role, revoked_at__isnull=True
        ).exists()
