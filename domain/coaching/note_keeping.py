"""What is kept of a note beside its words: evidence, from the version on that brought it, and that it was
withdrawn, which its author alone is ever told."""

from collections.abc import Sequence
from uuid import UUID

from auth.actor import Actor
from domain.coaching.evidence import frozen, who_see
from domain.coaching.evidence_rules import Link
from domain.coaching.note_models import Note, NoteEvidence, NoteReply, NoteRevision
from domain.coaching.note_rules import NoteWasWithdrawn, room_for_evidence
from domain.database import current_transaction
from domain.ids import new_id

_WITHDRAW = "insert into note_withdrawn (org_id, author_id, note_id) values ($1, $2, $3)"
_WITHDRAWN = "select 1 from note_withdrawn where org_id = $1 and author_id = $2 and note_id = $3"


async def keep_evidence(actor: Actor, note: Note, links: Sequence[Link]) -> None:
    """Keep what these links lead to as it was on the note's day, each piece for those readers who see
    such facts of whom it is about. Raises NotFound and Invalid."""
    kept = await NoteEvidence.filter(org_id=actor.org, note_id=note.id).count() if links else 0
    room_for_evidence(kept + len(links))
    facts = await frozen(actor, links, about=note.about_id, day=note.written_on)
    for place, fact in enumerate(facts, start=kept + 1):
        see = await who_see(actor, fact.seen_as, about=note.about_id, people=note.readers)
        await NoteEvidence.add(
            org_id=actor.org,
            id=new_id(),
            note_id=note.id,
            place=place,
            version=note.version,
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


async def forget(note: Note) -> None:
    """Remove a note with everything that belongs to it, and remember that it was withdrawn."""
    for belonging in (NoteEvidence, NoteReply, NoteRevision):
        await belonging.filter(org_id=note.org_id, note_id=note.id).delete()
    await note.delete()
    await current_transaction().execute_query(_WITHDRAW, [note.org_id, note.author_id, note.id])


async def arrived(actor: Actor, note_id: UUID, about_id: UUID, body: str) -> bool:
    """Whether this note of the actor's was received before, whatever became of it since. Raises
    NoteWasWithdrawn where they withdrew one under this id."""
    there = await Note.arrived(actor.org, note_id, author_id=actor.person, about_id=about_id)
    if there:
        said = NoteRevision.filter(org_id=actor.org, note_id=note_id, version=1, body=body)
        return await said.exists()
    if await current_transaction().execute_query_dict(
        _WITHDRAWN, [actor.org, actor.person, note_id]
    ):
        raise NoteWasWithdrawn
    return False
