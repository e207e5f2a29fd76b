"""Asking for feedback, and taking the question back. Whether somebody has answered, the asker learns only
where they see the name as well; so withdrawing goes through whether or not somebody has."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from uuid import UUID

from auth.actor import Actor
from domain.acts import act
from domain.errors import NotPermitted
from domain.feedback.access import colleague_here, may_ask_about, own_request
from domain.feedback.audiences import below, matrix_in_force
from domain.feedback.models import FeedbackKind, FeedbackRelation, FeedbackReply, FeedbackRequest
from domain.feedback.rules import NothingToWithdraw, enough_asked, sound_asked, sound_due
from domain.goals.rules import sound_text
from domain.history import record
from domain.ids import new_id
from domain.notices.models import NoticeKind
from domain.notices.sending import News, send
from domain.readers import readers_here

LONGEST_QUESTION = 1000


@act
async def ask_for_feedback(
    actor: Actor,
    *,
    asked_ids: Sequence[UUID],
    question: str,
    due_on: date,
    person_id: UUID | None = None,
    id: UUID | None = None,
) -> UUID:
    """Ask named colleagues about oneself, or as a manager about somebody below; `id` may come from a
    phone. Each who is asked sees the question, and not who else is."""
    if actor.person is None:
        raise NotPermitted("Only a person asks for feedback.")
    about = person_id or actor.person
    await colleague_here(actor, about)
    await may_ask_about(actor, about)
    question = sound_text(question, longest=LONGEST_QUESTION, path="question")
    if id is not None and await FeedbackRequest.arrived(
        actor.org, id, asker_id=actor.person, person_id=about, question=question
    ):
        return id

    asked = await readers_here(
        actor, sound_asked(asked_ids, asker=actor.person, person=about), path=("askedIds",)
    )
    _, matrix = await matrix_in_force(actor)
    relation = FeedbackRelation.PERSON if about == actor.person else FeedbackRelation.ASKER
    enough_asked(len(await below(actor, about, asked)), matrix, [relation])
    request = await FeedbackRequest.add(
        org_id=actor.org,
        id=id or new_id(),
        readers=[actor.person, *asked],
        kind=_kind(actor, about),
        asker_id=actor.person,
        person_id=about,
        asked_ids=asked,
        question=question,
        due_on=sound_due(due_on, actor.today),
        asked_on=actor.today,
        asked_at=datetime.now(UTC),
    )

    await record(actor, "feedback_request.asked", "feedback_request", request.id)
    kind = NoticeKind.FEEDBACK_ASKED
    await send(
        actor,
        [News(kind, request.id, each, "asked", of="feedback_request") for each in asked],
    )
    return request.id


@act
async def withdraw_feedback_request(actor: Actor, *, request_id: UUID) -> UUID:
    """Ask no longer. What was answered stays, and is given on."""
    request = await own_request(actor, request_id)

    replied = await FeedbackReply.filter(org_id=actor.org, request_id=request.id).count()
    if request.withdrawn_at is not None or replied >= len(request.asked_ids):
        raise NothingToWithdraw
    await request.change(withdrawn_at=datetime.now(UTC))

    await record(actor, "feedback_request.withdrawn", "feedback_request", request.id)
    return request.id


def _kind(actor: Actor, about: UUID) -> FeedbackKind:
    return FeedbackKind.ASKED_BY_SELF if about == actor.person else FeedbackKind.ASKED_BY_MANAGER
