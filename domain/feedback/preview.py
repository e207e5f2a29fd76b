"""Who would see feedback if it were sent now, before it is."""

from uuid import UUID

from auth.actor import Actor
from auth.permissions import Act, may
from domain.database import looking
from domain.errors import Invalid, NotPermitted
from domain.feedback.access import colleague_here, request_to_answer
from domain.feedback.audiences import audience_of
from domain.feedback.rules import Audience
from domain.incentives.pay_access import sight


async def feedback_preview(
    actor: Actor, *, person_id: UUID | None = None, request_id: UUID | None = None
) -> Audience:
    """Who would see what the actor gives to this person, or in answer to this request."""
    if not may(actor, Act.FEEDBACK_GIVE):
        raise NotPermitted("Only people give feedback.")
    if (person_id is None) == (request_id is None):
        raise Invalid("Name a person or a request.")
    async with looking(actor.org, actor.person, sight(actor)):
        if request_id is not None:
            request = await request_to_answer(actor, request_id, lock=False)
            return await audience_of(actor, request.person_id, request)
        assert person_id is not None, "one of the two is given"
        await colleague_here(actor, person_id)
        if person_id == actor.person:
            raise Invalid("Give feedback to others.", path=("personId",))
        return await audience_of(actor, person_id)
