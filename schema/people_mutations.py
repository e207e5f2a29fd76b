"""What administrators do with people, positions and roles."""

import datetime
from typing import Annotated

import strawberry

from auth.actor import Role
from domain.people import actions as people
from schema.compiler.fields import one
from schema.errors import ConflictError, InvalidError, NotFoundError, NotPermittedError
from schema.mutations import Message, Payload, id_of, mutation
from schema.people import Person, Position
from schema.plain import input_of, plain

_ERRORS = "Why it was refused; empty when it was done."
PersonError = Annotated[
    NotFoundError | NotPermittedError | InvalidError | ConflictError,
    strawberry.union("PersonError", description="Why nothing was done about a person."),
]
PositionError = Annotated[
    NotFoundError | NotPermittedError | InvalidError | ConflictError,
    strawberry.union("PositionError", description="Why nothing was done about a position."),
]


@plain
class PersonPayload(Payload):
    """What payloads about a person have."""

    person: Person | None = one(
        "The person as they are now; null when refused.", lambda root, actor: root.subject
    )
    errors: list[PersonError] = strawberry.field(description=_ERRORS)


@plain
class PositionPayload(Payload):
    """What payloads about a position have."""

    position: Position | None = one(
        "The position as it is now; null when refused.", lambda root, actor: root.subject
    )
    errors: list[PositionError] = strawberry.field(description=_ERRORS)


@input_of
class PersonAddInput(Message):
    """Somebody who joins the organisation."""

    name: str = strawberry.field(description="Their name, 1 to 200 characters.")
    email: str | None = strawberry.field(
        description="Their work e-mail address, with which they sign in; left out if they have none.",
        default=None,
    )
    title: str = strawberry.field(
        description="Their job title, at most 200 characters.", default=""
    )


@plain
class PersonAddPayload(PersonPayload):
    """What became of adding somebody."""


@input_of
class PersonDeactivateInput(Message):
    """Somebody who may no longer sign in."""

    person_id: strawberry.ID = id_of("person", "Who.", "id")
    reason: str = strawberry.field(
        description="Why, 1 to 4,000 characters; it stands in the history."
    )


@plain
class PersonDeactivatePayload(PersonPayload):
    """What became of deactivating somebody."""


@input_of
class RoleGrantInput(Message):
    """A role to give."""

    person_id: strawberry.ID = id_of("person", "To whom.")
    role: Role = strawberry.field(description="Which role.")


@plain
class RoleGrantPayload(PersonPayload):
    """What became of giving a role."""


@input_of
class RoleRevokeInput(Message):
    """A role to take away."""

    person_id: strawberry.ID = id_of("person", "From whom.")
    role: Role = strawberry.field(description="Which role.")


@plain
class RoleRevokePayload(PersonPayload):
    """What became of taking a role away."""


@input_of
class PositionAddInput(Message):
    """A new position, vacant until somebody holds it."""

    title: str = strawberry.field(description="What it is called, 1 to 200 characters.")


@plain
class PositionAddPayload(PositionPayload):
    """What became of adding a position."""


@input_of
class PositionFillInput(Message):
    """Who holds a position from a day on."""

    position_id: strawberry.ID = id_of("position", "Which position.", "id")
    person_id: strawberry.ID | None = id_of(
        "person", "Who holds it; nobody, if left out.", default=None
    )
    since: datetime.date = strawberry.field(description="The first day on which that is so.")


@plain
class PositionFillPayload(PositionPayload):
    """What became of filling a position."""


@input_of
class PositionSetManagerInput(Message):
    """To which position another reports from a day on."""

    position_id: strawberry.ID = id_of("position", "Which position.", "id")
    manager_position_id: strawberry.ID | None = id_of(
        "position", "The position it reports to; none, if left out.", default=None
    )
    since: datetime.date = strawberry.field(description="The first day on which that is so.")


@plain
class PositionSetManagerPayload(PositionPayload):
    """What became of setting a reporting line."""


@plain
class PeopleMutations:
    """People, positions and roles."""

    person_add: PersonAddPayload = mutation(
        "Add somebody who joins the organisation.",
        people.add_person,
        PersonAddInput,
        PersonAddPayload,
    )
    person_deactivate: PersonDeactivatePayload = mutation(
        "Let somebody sign in no longer; what they did stays.",
        people.deactivate_person,
        PersonDeactivateInput,
        PersonDeactivatePayload,
    )
    role_grant: RoleGrantPayload = mutation(
        "Give a role; it counts from the person's next request.",
        people.grant_role,
        RoleGrantInput,
        RoleGrantPayload,
    )
    role_revoke: RoleRevokePayload = mutation(
        "Take a role away; the person's next request is without it.",
        people.revoke_role,
        RoleRevokeInput,
        RoleRevokePayload,
    )
    position_add: PositionAddPayload = mutation(
        "Add a position.", people.add_position, PositionAddInput, PositionAddPayload
    )
    position_fill: PositionFillPayload = mutation(
        "Say who holds a position from a day on.",
        people.fill_position,
        PositionFillInput,
        PositionFillPayload,
    )
    position_set_manager: PositionSetManagerPayload = mutation(
        "Say to which position another reports from a day on.",
        people.set_manager,
        PositionSetManagerInput,
        PositionSetManagerPayload,
    )
