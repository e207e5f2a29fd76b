"""Who may see what of feedback: its readers, and nobody else; and the doors to it."""

from uuid import UUID

from auth.actor import Actor
from auth.permissions import Act, FieldClass
from domain.database import current_transaction
from domain.doors import locked
from domain.errors import NotFound, NotPermitted
from domain.feedback.models import FeedbackRequest
from domain.people.access import related
from domain.readers import readable, readers_here
from domain.sql import bind, viewer

visible = readable
"""Requests, replies, feedback and what was given on without a name all name their readers."""


def visible_matrix(actor: Actor) -> str:
    """SQL over `{row}`: who sees which feedback is no secret, whichever version said so."""
    return related(actor, FieldClass.PUBLIC, "{row}.id")


async def own_request(actor: Actor, request_id: UUID) -> FeedbackRequest:
    """A request that the actor made, locked. NotFound or NotPermitted otherwise."""
    opened = await locked(
        actor,
        FeedbackRequest,
        request_id,
        kind="feedback request",
        visible=visible(actor),
        act=Act.FEEDBACK_WITHDRAW,
        person="asker_id",
    )
    if not opened.permitted:
        raise NotPermitted("Only whoever asked withdraws it.", path=("requestId",))
    return opened.row


async def request_to_answer(actor: Actor, request_id: UUID, *, lock: bool) -> FeedbackRequest:
    """A request that asks the actor; locked for an answer, so that none comes while it is withdrawn.
    NotFound or NotPermitted otherwise."""
    statement, arguments = bind(
        "select :person::uuid = any(feedback_request.asked_ids) as is_asked from feedback_request"
        " where feedback_request.org_id = :org and feedback_request.id = :id"
        f" and {visible(actor).format(row='feedback_request')}"
        + (" for no key update of feedback_request" if lock else ""),
        {**viewer(actor), "id": request_id},
    )
    found = await current_transaction().execute_query_dict(statement, arguments)
    if not found:
        raise NotFound("feedback request", path=("requestId",))
    if not found[0]["is_asked"]:
        raise NotPermitted("This request asks others, not you.", path=("requestId",))
    return await FeedbackRequest.get(org_id=actor.org, id=request_id)


async def may_ask_about(actor: Actor, person_id: UUID) -> None:
    """Raises NotPermitted unless it is about the actor, or as a manager about somebody below."""
    statement, arguments = bind(
        f"select {related(actor, Act.FEEDBACK_ASK, ':about::uuid')} as permitted",
        {**viewer(actor), "about": person_id},
    )
    [found] = await current_transaction().execute_query_dict(statement, arguments)
    if not found["permitted"]:
        raise NotPermitted(
            "People ask for feedback on themselves, and managers on people below them.",
            path=("personId",),
        )


async def colleague_here(actor: Actor, person_id: UUID) -> UUID:
    """Somebody of the organisation who is here today. Raises NotFound."""
    try:
        await readers_here(actor, [person_id], path=())
    except NotFound:
        raise NotFound("person", path=("personId",)) from None
    return person_id
