"""What people say about things: written, edited, withdrawn. What is said stands in the comment and
nowhere in the history."""

from datetime import UTC, datetime
from uuid import UUID

from auth.actor import Actor
from auth.permissions import Act
from domain.acts import act
from domain.comments.access import comment_for, readers_of, thing_to_comment
from domain.comments.hearing import tell_of
from domain.comments.keeping import forget_words, keep_words, said_before
from domain.comments.mentioning import mention, names_of_mentioned
from domain.comments.models import Comment
from domain.comments.recording import record_of
from domain.comments.rules import (
    LONGEST,
    CommentChanged,
    as_markdown,
    may_change,
    mentioned,
    named,
)
from domain.ids import new_id
from domain.offline import when_written
from domain.subjects import Thing
from domain.writing import html_of, sound_words


@act
async def write_comment(
    actor: Actor,
    *,
    thing: Thing,
    body: str,
    written_at: datetime | None = None,
    id: UUID | None = None,
) -> UUID:
    """Say something about a thing that one sees; whoever sees it sees what is said. `id` may come from
    a phone, and what comes twice under it is one comment. Whoever is mentioned is told, and whom the thing
    concerns."""
    await thing_to_comment(actor, thing)
    assert actor.person is not None, "only a person is permitted to comment"
    now = datetime.now(UTC)
    written_at = when_written(written_at, now)
    words, people = await _sound(actor, thing, body)

    if id is not None and await said_before(actor, id, thing, words):
        return id
    comment = await Comment.add(
        id_path=("commentId",),
        org_id=actor.org,
        id=id or new_id(),
        subject_kind=thing.kind,
        subject_id=thing.id,
        author_id=actor.person,
        body=words,
        body_html=await html_of(as_markdown(words)),
        written_at=written_at,
        received_at=now,
        readers=await readers_of(actor, thing),
    )

    await record_of(actor, "commented", comment)
    await mention(actor, comment, people)
    await tell_of(actor, comment, people)
    return comment.id


@act
async def edit_comment(actor: Actor, *, comment_id: UUID, expected_version: int, body: str) -> UUID:
    """Say it in other words; what it said before is kept beside it. Whoever is mentioned now and was
    not before is told."""
    comment = await comment_for(actor, Act.COMMENT_EDIT, comment_id)
    CommentChanged.since(expected_version, comment.version)
    may_change(comment.withdrawn_at, comment.version)
    thing = Thing(comment.subject_kind, comment.subject_id)
    words, people = await _sound(actor, thing, body)
    if words == comment.body:
        return comment.id

    await keep_words(comment)
    await comment.change(
        body=words,
        body_html=await html_of(as_markdown(words)),
        edited_at=datetime.now(UTC),
        version=comment.version + 1,
    )

    await record_of(actor, "comment_edited", comment)
    await mention(actor, comment, people)
    return comment.id


@act
async def withdraw_comment(actor: Actor, *, comment_id: UUID) -> UUID:
    """Take a comment of one's own back. That there was one stays; its words, as they are and as they
    were, are gone, and so is every mention in them."""
    comment = await comment_for(actor, Act.COMMENT_WITHDRAW, comment_id)
    may_change(comment.withdrawn_at, version=0)

    await mention(actor, comment, [])
    await forget_words(comment)
    await comment.change(
        body=None, body_html=None, withdrawn_at=datetime.now(UTC), version=comment.version + 1
    )

    await record_of(actor, "comment_withdrawn", comment)
    return comment.id


async def _sound(actor: Actor, thing: Thing, body: str) -> tuple[str, list[UUID]]:
    """The words as they are kept, and whom they mention. Raises Invalid or NotFound."""
    words = sound_words(body, longest=LONGEST, path="body")
    people = mentioned(words)
    return named(words, await names_of_mentioned(actor, people, thing)), people
