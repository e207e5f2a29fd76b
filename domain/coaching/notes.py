"""Writing notes, editing them, and withdrawing what nobody else reads.

A note is for exactly the people among its readers. What only its author reads leaves no event: a number
of the history without anything to see would tell that there was something.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from auth.actor import Actor
from auth.permissions import Act
from domain.acts import act
from domain.coaching.evidence_rules import Link
from domain.coaching.note_access import came_out_of, may_write_about, note_for
from domain.coaching.note_keeping import arrived, forget, keep_evidence
from domain.coaching.note_models import Note, NoteRevision, NoteVisibility
from domain.coaching.note_news import tell_readers
from domain.coaching.note_rules import (
    NoteChanged,
    day_of,
    ones_own_alone,
    readers_of,
)
from domain.history import record
from domain.ids import new_id
from domain.notices.models import NoticeKind
from domain.offline import when_written
from domain.people.models import Organisation
from domain.readers import readers_here
from domain.writing import html_of, sound_words


@act
async def write_note(
    actor: Actor,
    *,
    about_id: UUID,
    body: str,
    visibility: NoteVisibility = NoteVisibility.PRIVATE,
    person_ids: Sequence[UUID] = (),
    evidence: Sequence[Link] = (),
    one_to_one_id: UUID | None = None,
    written_at: datetime | None = None,
    id: UUID | None = None,
) -> UUID:
    """Write about somebody below, or about oneself, perhaps out of a one-to-one of one's own. `id` and
    `written_at` may come from a phone that was offline; what arrives twice is one note. Returns the
    note's id."""
    now = datetime.now(UTC)
    body = sound_words(body, path="body")
    written_at = when_written(written_at, now)
    if id is not None and await arrived(actor, id, about_id, body):
        return id
    await may_write_about(actor, about_id)
    assert actor.person is not None, "only a person is permitted to write a note"

    named = await readers_here(actor, person_ids, path=("personIds",))
    readers = readers_of(visibility, author=actor.person, about=about_id, named=named)
    if visibility is NoteVisibility.COACHEE:
        await readers_here(actor, [about_id], path=("aboutId",))
    if one_to_one_id is not None:
        await came_out_of(actor, one_to_one_id)
    zone = (await Organisation.get(org_id=actor.org)).time_zone

    words: dict[str, Any] = {
        "org_id": actor.org,
        "body": body,
        "body_html": await html_of(body),
        "written_at": written_at,
        "received_at": now,
        "readers": readers,
    }
    note = await Note.add(
        **words,
        id=id or new_id(),
        about_id=about_id,
        author_id=actor.person,
        one_to_one_id=one_to_one_id,
        written_on=day_of(written_at, now, today=actor.today, time_zone=zone),
        updated_at=now,
    )
    await NoteRevision.add(**words, id=new_id(), note_id=note.id, version=1)
    await keep_evidence(actor, note, evidence)

    await _tell(actor, "note.written", note)
    await tell_readers(actor, note, NoticeKind.NOTE_SHARED, readers, occasion="written")
    return note.id


@act
async def edit_note(
    actor: Actor,
    *,
    note_id: UUID,
    expected_version: int,
    body: str,
    evidence: Sequence[Link] = (),
    written_at: datetime | None = None,
) -> UUID:
    """Write a note of one's own anew. What it said before is kept, for those who could read it. With
    `evidence` it leads to more, as that was on the note's day."""
    note = await note_for(actor, Act.NOTE_EDIT, note_id)

    NoteChanged.since(expected_version, note.version)
    now = datetime.now(UTC)
    body = sound_words(body, path="body")
    written_at = when_written(written_at, now)
    html = await html_of(body)

    version = note.version + 1
    await note.change(body=body, body_html=html, version=version, updated_at=now)
    await NoteRevision.add(
        org_id=actor.org,
        id=new_id(),
        note_id=note.id,
        version=version,
        body=body,
        body_html=html,
        written_at=written_at,
        received_at=now,
        readers=note.readers,
    )
    await keep_evidence(actor, note, evidence)

    await _tell(actor, "note.edited", note)
    return note.id


@act
async def withdraw_note(actor: Actor, *, note_id: UUID) -> UUID:
    """Remove a note that nobody else reads, with everything that belongs to it."""
    note = await note_for(actor, Act.NOTE_WITHDRAW, note_id)

    ones_own_alone(note.readers)
    await forget(note)
    return note.id


async def _tell(actor: Actor, what: str, note: Note) -> None:
    if len(note.readers) > 1:
        await record(actor, what, "note", note.id)
