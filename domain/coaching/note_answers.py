"""What readers say to a note: answers, and that the coachee has taken note of it."""

from datetime import UTC, datetime
from uuid import UUID

from auth.actor import Actor
from auth.permissions import Act
from domain.acts import act
from domain.coaching.note_access import note_for, note_to_answer
from domain.coaching.note_models import NoteReply, NoteRevision
from domain.coaching.note_news import tell_readers
from domain.coaching.note_rules import acknowledged_before, read_by_others
from domain.errors import Conflict, Invalid
from domain.history import record
from domain.ids import new_id
from domain.notices.models import NoticeKind
from domain.offline import when_written
from domain.writing import html_of, sound_words


@act
async def reply_to_note(
    actor: Actor,
    *,
    note_id: UUID,
    body: str,
    written_at: datetime | None = None,
    id: UUID | None = None,
) -> UUID:
    """Answer to a note that one reads, for everybody who reads it now. Returns the note's id."""
    note = await note_to_answer(actor, note_id)
    assert actor.person is not None, "only people are readers"

    now = datetime.now(UTC)
    body = sound_words(body, path="body")
    written_at = when_written(written_at, now)
    if id is not None and await NoteReply.exists(
        org_id=actor.org, id=id, note_id=note.id, author_id=actor.person, body=body
    ):
        return note.id  # it arrived before
    read_by_others(note.readers)

    reply = await NoteReply.add(
        id_path=("replyId",),
        org_id=actor.org,
        id=id or new_id(),
        note_id=note.id,
        author_id=actor.person,
        body=body,
        body_html=await html_of(body),
        written_at=written_at,
        received_at=now,
        readers=note.readers,
    )
    await record(actor, "note.replied", "note", note.id)
    told = note.readers if note.author_id == actor.person else [note.author_id]
    await tell_readers(actor, note, NoticeKind.NOTE_ANSWERED, told, occasion=str(reply.id))
    return note.id


@act
async def acknowledge_note(actor: Actor, *, note_id: UUID, version: int) -> UUID:
    """Say that one has taken note of what somebody wrote about one, in the version that one read."""
    note = await note_for(actor, Act.NOTE_ACKNOWLEDGE, note_id)

    if note.author_id == actor.person:
        raise Conflict("You wrote this note yourself.")
    revision = await NoteRevision.get_or_none(org_id=actor.org, note_id=note.id, version=version)
    if revision is None:
        raise Invalid("You have read no such version of the note.", path=("version",))
    acknowledged_before(version, note.acknowledged_version)

    now = datetime.now(UTC)
    await note.change(acknowledged_version=version, acknowledged_at=now)
    await revision.change(acknowledged_at=now)
    await record(actor, "note.acknowledged", "note", note.id)
    acknowledged = NoticeKind.NOTE_ACKNOWLEDGED
    await tell_readers(actor, note, acknowledged, [note.author_id], occasion=f"version {version}")
    return note.id
