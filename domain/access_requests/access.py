"""Who may see that somebody asked, and who what is answered."""

from uuid import UUID

from auth.actor import Actor
from auth.permissions import Act, FieldClass
from domain.access_requests.models import AccessRequest
from domain.doors import locked
from domain.errors import NotPermitted
from domain.people.access import related


def visible(actor: Actor) -> str:
    """SQL over `{row}`: one's own, and for who decides everybody's. What is answered is another row."""
    return related(actor, FieldClass.ACCESS_REQUEST, "{row}.person_id")


async def request_for(actor: Actor, request_id: UUID) -> AccessRequest:
    """A request, locked, for somebody who may decide upon it. NotFound or NotPermitted otherwise."""
    request = await locked(
        actor,
        AccessRequest,
        request_id,
        kind="request for access",
        visible=visible(actor),
        act=Act.ACCESS_REQUEST_DECIDE,
        person="person_id",
    )
    if not request.permitted:
        raise NotPermitted("HR or an administrator decides upon requests for access.")
    return request.row
