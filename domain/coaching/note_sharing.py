"""Who reads a note: sharing it, and taking it back.

Whoever joins reads the note as it is now and what is written from then on: no earlier version, no earlier
answer, and of the evidence what they see of such facts anyway.
"""

from collections.abc import Sequence
from uuid import UUID

from auth.actor import Actor
from auth.permissions import Act, FieldClass
from domain.acts import act
from domain.coaching.evidence import class_now, who_see
from domain.coaching.note_access import note_for
from domain.coaching.note_models import Note, NoteEvidence, NoteReply, NoteRevision
from domain.coaching.note_news import tell_readers
from domain.coaching.note_rules import joined, left
from domain.history import record
from domain.ids import new_id
from domain.notices.models import NoticeKind
from domain.readers import readers_here


@act
async def share_note(actor: Actor, *, note_id: UUID, person_ids: Sequence[UUID]) -> UUID:
    """Let these people read a note of one's own as well: whom it is about, or anybody else."""
    note = await note_for(actor, Act.NOTE_SHARE, note_id)

    people = await readers_here(actor, person_ids, path=("personIds",))
    readers = joined(note.readers, people)
    new = [person for person in readers if person not in note.readers]
    if not new:
        return note.id

    await note.change(readers=readers)
    revision = await NoteRevision.get(org_id=actor.org, note_id=note.id, version=note.version)
    await revision.change(readers=[*revision.readers, *new])
    await _show_evidence(actor, note, new)
    await record(actor, "note.shared", "note", note.id)
    await tell_readers(actor, note, NoticeKind.NOTE_SHARED, new, occasion=str(new_id()))
    return note.id


async def _show_evidence(actor: Actor, note: Note, new: Sequence[UUID]) -> None:
    see: dict[FieldClass, set[UUID]] = {}
    for fact in await NoteEvidence.filter(org_id=actor.org, note_id=note.id):
        what = await class_now(actor, fact)
        if what not in see:
            see[what] = await who_see(actor, what, about=note.about_id, people=new)
        if joining := [person for person in new if person in see[what]]:
            await fact.change(readers=[*fact.readers, *joining])


@act
async def take_note_back(actor: Actor, *, note_id: UUID, person_ids: Sequence[UUID]) -> UUID:
    """Let these people no longer read a note of one's own, with everything that belongs to it, unless
    one of them acknowledged it or answered."""
    note = await note_for(actor, Act.NOTE_TAKE_BACK, note_id)

    people = list(dict.fromkeys(person_ids))
    readers = left(note.readers, people, author=note.author_id, spoke=await _spoke(actor, note))
    await note.change(readers=readers)
    for belonging in (NoteRevision, NoteReply, NoteEvidence):
        for row in await belonging.filter(org_id=actor.org, note_id=note.id):
            staying = [reader for reader in row.readers if reader not in people]
            if staying != row.readers:
                await row.change(readers=staying)
    await record(actor, "note.taken_back", "note", note.id)
    return note.id


async def _spoke(actor: Actor, note: Note) -> set[UUID]:
    """Who acknowledged the note or answered."""
    spoke = {
        answer.author_id for answer in await NoteReply.filter(org_id=actor.org, note_id=note.id)
    }
    return spoke if note.acknowledged_version is None else spoke | {note.about_id}
