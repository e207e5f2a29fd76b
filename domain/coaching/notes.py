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
from domain.coaching.evidence import frozen, who_see
from domain.coaching.evidence_rules import Evidence, Link
from domain.coaching.note_access import may_write_about, note_for
from domain.coaching.note_models import (
    Note,
    NoteEvidence,
    NoteReply,
    NoteRevision,
    NoteVisibility,
)
from domain.coaching.note_news import tell_readers
from domain.coaching.note_rules import (
    MOST_LINKS,
    NoteChanged,
    day_of,
    ones_own_alone,
    readers_of,
)
from domain.errors import Invalid
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
    written_at: datetime | None = None,
    id: UUID | None = None,
) -> UUID:
    """Write about somebody below, or about oneself. `id` and `written_at` may come from a phone that
    was offline; what arrives twice is one note. Returns the note's id."""
    now = datetime.now(UTC)
    body = sound_words(body, path="body")
    written_at = when_written(written_at, now)
    if id is not None and await _arrived(actor, id, about_id, body):
        return id
    await may_write_about(actor, about_id)
    assert actor.person is not None, "only a person is permitted to write a note"

    named = await readers_here(actor, person_ids, path=("personIds",))
    readers = readers_of(visibility, author=actor.person, about=about_id, named=named)
    if visibility is NoteVisibility.COACHEE:
        await readers_here(actor, [about_id], path=("aboutId",))
    if len(evidence) > MOST_LINKS:
        raise Invalid(f"A note leads to at most {MOST_LINKS} things.", path=("evidence",))
    zone = (await Organisation.get(org_id=actor.org)).time_zone
    day = day_of(written_at, now, today=actor.today, time_zone=zone)
    facts = await frozen(actor, evidence, about=about_id, day=day)

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
        written_on=day,
        updated_at=now,
    )
    await NoteRevision.add(**words, id=new_id(), note_id=note.id, version=1)
    await _keep(actor, note, facts)

    await _tell(actor, "note.written", note)
    await tell_readers(actor, note, NoticeKind.NOTE_SHARED, readers, occasion="written")
    return note.id


async def _arrived(actor: Actor, note_id: UUID, about_id: UUID, body: str) -> bool:
    """Whether this note of the actor's was received before, whatever became of it since."""
    return await Note.exists(
        org_id=actor.org, id=note_id, author_id=actor.person, about_id=about_id
    ) and await NoteRevision.exists(org_id=actor.org, note_id=note_id, version=1, body=body)


async def _keep(actor: Actor, note: Note, facts: Sequence[Evidence]) -> None:
    """Keep the evidence, each piece for those readers who see such facts of whom it is about."""
    for place, fact in enumerate(facts, start=1):
        see = await who_see(actor, fact.seen_as, about=note.about_id, people=note.readers)
        await NoteEvidence.add(
            org_id=actor.org,
            id=new_id(),
            note_id=note.id,
            place=place,
            kind=fact.kind,
            subject_id=fact.subject_id,
            seen_as=fact.seen_as,
            name=fact.name,
            value=fact.value,
            unit=fact.unit,
            currency=fact.currency,
            since=fact.since,
            as_of=fact.as_of,
            formula=fact.formula,
            source=fact.source,
            facts=dict(fact.facts),
            readers=[
                reader for reader in note.readers if reader == note.author_id or reader in see
            ],
        )


@act
async def edit_note(
    actor: Actor,
    *,
    note_id: UUID,
    expected_version: int,
    body: str,
    written_at: datetime | None = None,
) -> UUID:
    """Write a note of one's own anew. What it said before is kept, for those who could read it."""
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
    await _tell(actor, "note.edited", note)
    return note.id


@act
async def withdraw_note(actor: Actor, *, note_id: UUID) -> UUID:
    """Remove a note that nobody else reads, with everything that belongs to it."""
    note = await note_for(actor, Act.NOTE_WITHDRAW, note_id)

    ones_own_alone(note.readers)
    for belonging in (NoteEvidence, NoteReply, NoteRevision):
        await belonging.filter(org_id=actor.org, note_id=note.id).delete()
    await note.delete()
    return note.id


async def _tell(actor: Actor, what: str, note: Note) -> None:
    if len(note.readers) > 1:
        await record(actor, what, "note", note.id)
