"""Giving feedback, in answer or unasked, and declining to.

Who sees it is fixed here, from the matrix in force and who stands how today; nothing that changes later
adds a reader. Where somebody is to see the words without the name, the history does not say who gave them:
an event names the installation, and there is none where nobody but the giver reads the row. They get
rows of their own on a later day (`delivering`).
"""

from datetime import UTC, datetime
from uuid import UUID

from auth.actor import Actor
from auth.permissions import Act
from domain.acts import act
from domain.errors import Invalid
from domain.feedback.access import colleague_here, request_to_answer
from domain.feedback.audiences import audience_of
from domain.feedback.models import Feedback, FeedbackReply, FeedbackRequest, ReplyState
from domain.feedback.rules import (
    Audience,
    AudienceChanged,
    RepliedAlready,
    RequestEnded,
    somebody_sees,
)
from domain.goals.rules import sound_text
from domain.history import record
from domain.ids import new_id
from domain.installation import installation
from domain.notices.models import NoticeKind
from domain.notices.sending import News, send
from domain.people.access import organisation_wide

LONGEST_WORDS = 10_000
LONGEST_REASON = 1000


@act
async def give_feedback(
    actor: Actor, *, person_id: UUID, words: str, seen: str | None = None, id: UUID | None = None
) -> UUID:
    """Give somebody feedback for which nobody asked; `id` may come from a phone. `seen` is the seal of the
    preview that the giver saw: with it, nothing is sent to anybody else than shown there."""
    organisation_wide(actor, Act.FEEDBACK_GIVE)
    await colleague_here(actor, person_id)
    words = sound_text(words, longest=LONGEST_WORDS, path="words")
    if id is not None and await Feedback.arrived(
        actor.org, id, giver_id=actor.person, person_id=person_id, words=words
    ):
        return id
    if person_id == actor.person:
        raise Invalid("Give feedback to others.", path=("personId",))

    found = await audience_of(actor, person_id)
    feedback = await _keep(actor, found, person_id, words, seen, id)

    await _tell(actor, feedback, [person_id])
    return feedback.id


@act
async def answer_feedback_request(
    actor: Actor, *, request_id: UUID, words: str, seen: str | None = None, id: UUID | None = None
) -> UUID:
    """Answer a request that names the actor; otherwise as `give_feedback`."""
    request = await request_to_answer(actor, request_id, lock=True)
    words = sound_text(words, longest=LONGEST_WORDS, path="words")
    if id is not None and await Feedback.arrived(
        actor.org, id, giver_id=actor.person, request_id=request.id, words=words
    ):
        return id
    await _still_open(actor, request)

    found = await audience_of(actor, request.person_id, request)
    feedback = await _keep(actor, found, request.person_id, words, seen, id, request)
    await _reply(actor, request, found, ReplyState.ANSWERED)

    await _tell(actor, feedback, [request.person_id, request.asker_id])
    return feedback.id


@act
async def decline_feedback_request(
    actor: Actor, *, request_id: UUID, reason: str | None = None
) -> UUID:
    """Say that one does not answer. The asker hears so, with the reason, if an answer would have reached
    them with the name; otherwise nobody does."""
    request = await request_to_answer(actor, request_id, lock=True)
    await _still_open(actor, request)

    if reason is not None:
        reason = sound_text(reason, longest=LONGEST_REASON, path="reason")
    found = await audience_of(actor, request.person_id, request)
    reply = await _reply(actor, request, found, ReplyState.DECLINED, reason)

    if request.asker_id in reply.readers:
        await record(actor, "feedback_reply.declined", "feedback_reply", reply.id)
        kind = NoticeKind.FEEDBACK_DECLINED
        news = News(kind, reply.id, request.asker_id, "declined", of="feedback_reply")
        await send(actor, [news])
    return request.id


async def _still_open(actor: Actor, request: FeedbackRequest) -> None:
    """Raises RepliedAlready for what the actor has replied to, and RequestEnded for what was withdrawn."""
    earlier = await FeedbackReply.get_or_none(
        org_id=actor.org, request_id=request.id, person_id=actor.person
    )
    if earlier is not None:
        raise RepliedAlready(ReplyState(earlier.state))
    if request.withdrawn_at is not None:
        raise RequestEnded


async def _keep(
    actor: Actor,
    found: Audience,
    person_id: UUID,
    words: str,
    seen: str | None,
    id: UUID | None,
    request: FeedbackRequest | None = None,
) -> Feedback:
    """Keep what is given, with everybody who will ever see it."""
    assert actor.person is not None, "only a person gives feedback"
    somebody_sees(found)
    if seen is not None and seen != found.seal:
        raise AudienceChanged
    feedback = await Feedback.add(
        org_id=actor.org,
        id=id or new_id(),
        readers=[actor.person, *found.named],
        kind=found.kind,
        person_id=person_id,
        giver_id=actor.person,
        request_id=request.id if request else None,
        words=words,
        given_on=actor.today,
        given_at=datetime.now(UTC),
        visibility_id=found.visibility_id,
        unnamed=[each.person_id for each in found.unnamed],
        together=[each.sight.together for each in found.unnamed],
        waiting_for=[each.person_id for each in found.unnamed],
    )
    if found.named:
        recorder = installation(actor.org, actor.today) if found.unnamed else actor
        await record(recorder, "feedback.given", "feedback", feedback.id)
    return feedback


async def _reply(
    actor: Actor,
    request: FeedbackRequest,
    found: Audience,
    state: ReplyState,
    reason: str | None = None,
) -> FeedbackReply:
    """Keep that the actor replied. The asker reads it where they read the actor's name as well."""
    assert actor.person is not None, "only a person is asked"
    told = [request.asker_id] if found.names_giver_to(request.asker_id) else []
    return await FeedbackReply.add(
        org_id=actor.org,
        id=new_id(),
        readers=[actor.person, *told],
        request_id=request.id,
        person_id=actor.person,
        state=state,
        reason=reason,
        replied_at=datetime.now(UTC),
    )


async def _tell(actor: Actor, feedback: Feedback, people: list[UUID]) -> None:
    """Tell those of these people who see it with the name. Whoever sees it without hears on the day on
    which they get it."""
    told = sorted(set(people) & set(feedback.readers) - {feedback.giver_id})
    kind = NoticeKind.FEEDBACK_GIVEN
    await send(actor, [News(kind, feedback.id, each, "given", of="feedback") for each in told])
