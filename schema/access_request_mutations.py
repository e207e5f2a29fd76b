"""What callers do about requests to see what is written about somebody."""

from typing import Annotated

import strawberry

from domain.access_requests import actions as requests
from schema.access_requests import AccessRequest
from schema.compiler.fields import one
from schema.errors import ConflictError, InvalidError, NotFoundError, NotPermittedError
from schema.mutations import Message, Payload, id_of, mutation
from schema.plain import input_of, plain

_ERRORS = "Why it was refused; empty when it was done."
Refused = NotFoundError | NotPermittedError | InvalidError | ConflictError


@plain
class AccessRequestPayload(Payload):
    """What every payload about a request for access has."""

    access_request: AccessRequest | None = one(
        "The request as it is now; null when refused.", lambda root, actor: root.subject
    )


@input_of
class AccessRequestMakeInput(Message):
    """A wish to see what is written about you."""

    id: strawberry.ID | None = id_of(
        "access_request",
        "The new request's id, if you made one: `access_request_` and a UUID version 7.",
        "accessRequestId",
        default=strawberry.UNSET,
    )


AccessRequestMakeError = Annotated[
    Refused,
    strawberry.union("AccessRequestMakeError", description="Why a request was not made."),
]


@plain
class AccessRequestMakePayload(AccessRequestPayload):
    """What became of making a request."""

    errors: list[AccessRequestMakeError] = strawberry.field(description=_ERRORS)


@input_of
class AccessRequestGrantInput(Message):
    """A request that is to be answered."""

    request_id: strawberry.ID = id_of("access_request", "Which request.", "id")


AccessRequestGrantError = Annotated[
    Refused,
    strawberry.union("AccessRequestGrantError", description="Why a request was not granted."),
]


@plain
class AccessRequestGrantPayload(AccessRequestPayload):
    """What became of granting a request."""

    errors: list[AccessRequestGrantError] = strawberry.field(description=_ERRORS)


@input_of
class AccessRequestDeclineInput(Message):
    """A request that is not answered."""

    request_id: strawberry.ID = id_of("access_request", "Which request.", "id")
    reason: str = strawberry.field(description="Why not, 1 to 1,000 characters.")


AccessRequestDeclineError = Annotated[
    Refused,
    strawberry.union("AccessRequestDeclineError", description="Why a request was not declined."),
]


@plain
class AccessRequestDeclinePayload(AccessRequestPayload):
    """What became of declining a request."""

    errors: list[AccessRequestDeclineError] = strawberry.field(description=_ERRORS)


@plain
class AccessRequestMutations:
    """What is written about somebody, once they ask."""

    access_request_make: AccessRequestMakePayload = mutation(
        "Ask to see what is written about you, also in notes that their authors keep private."
        " Other people are taken out of it.",
        requests.ask_for_access,
        AccessRequestMakeInput,
        AccessRequestMakePayload,
    )
    access_request_grant: AccessRequestGrantPayload = mutation(
        "Have somebody else's request answered. You do not see the answer.",
        requests.grant_access,
        AccessRequestGrantInput,
        AccessRequestGrantPayload,
    )
    access_request_decline: AccessRequestDeclinePayload = mutation(
        "Decline somebody else's request, saying why.",
        requests.decline_access,
        AccessRequestDeclineInput,
        AccessRequestDeclinePayload,
    )
