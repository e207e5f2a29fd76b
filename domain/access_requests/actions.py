"""Asking to see what is written about oneself, and letting somebody see it.

Whoever decides learns that somebody asked and nothing of what there is: the worker collects it, takes
third parties out, and puts it where the person alone can read it.
"""

from datetime import UTC, datetime
from uuid import UUID

from tortoise.exceptions import IntegrityError

from auth.actor import Actor
from domain.access_requests.access import request_for
from domain.access_requests.models import AccessRequest, RequestState
from domain.access_requests.rules import RequestUnderWay, decided_by_another, still_asked
from domain.acts import act
from domain.database import current_transaction
from domain.errors import NotPermitted
from domain.goals.rules import sound_text
from domain.history import record
from domain.ids import new_id
from domain.jobs.queue import enqueue

LONGEST_REASON = 1_000


@act
async def ask_for_access(actor: Actor, *, id: UUID | None = None) -> UUID:
    """Ask to see what is written about oneself. One request at a time."""
    if actor.person is None:
        raise NotPermitted("Only a person asks what is written about them.")

    try:
        request = await AccessRequest.add(
            id_path=("accessRequestId",),
            org_id=actor.org,
            id=id or new_id(),
            person_id=actor.person,
            asked_on=actor.today,
            asked_at=datetime.now(UTC),
        )
    except IntegrityError as refused:
        if getattr(refused.args[0], "constraint_name", None) != "access_request_open":
            raise
        raise RequestUnderWay from None

    await record(actor, "access_request.made", "access_request", request.id)
    return request.id


@act
async def grant_access(actor: Actor, *, request_id: UUID) -> UUID:
    """Have somebody else's request answered."""
    request = await _decided(actor, request_id, RequestState.GRANTED, None)
    await record(actor, "access_request.granted", "access_request", request.id)
    given = {"org": actor.org, "request": request.id}
    await enqueue(current_transaction(), "access_request.answer", given)
    return request.id


@act
async def decline_access(actor: Actor, *, request_id: UUID, reason: str) -> UUID:
    """Decline somebody else's request, saying why."""
    reason = sound_text(reason, longest=LONGEST_REASON, path="reason")
    request = await _decided(actor, request_id, RequestState.DECLINED, reason)
    await record(actor, "access_request.declined", "access_request", request.id)
    return request.id


async def _decided(
    actor: Actor, request_id: UUID, state: RequestState, reason: str | None
) -> AccessRequest:
    request = await request_for(actor, request_id)
    decided_by_another(actor.person, request.person_id)
    still_asked(RequestState(request.state))
    await request.change(
        state=state, reason=reason, decided_by_id=actor.person, decided_at=datetime.now(UTC)
    )
    return request
