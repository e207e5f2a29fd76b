"""What is asked of notes, which their readers alone see, and the doors through which actions get one."""

from uuid import UUID

from auth.actor import Actor
from auth.permissions import Act, may
from domain.coaching.note_models import Note
from domain.doors import locked, seen
from domain.errors import NotPermitted
from domain.one_to_ones.models import OneToOne
from domain.people import access as people
from domain.people.models import Person
from domain.readers import is_reader, readable

LONGEST_SEARCH = 200


IS_ACKNOWLEDGED = "{row}.acknowledged_version is not distinct from {row}.version"
IS_SHARED = "cardinality({row}.readers) > 1"
VISIBILITY = """case when cardinality({row}.readers) = 1 then 'private'
  when cardinality({row}.readers) = 2 and {row}.about_id <> {row}.author_id
    and {row}.about_id = any({row}.readers) then 'coachee' else 'named' end"""
"""SQL over `{row}`: for whom a note is, which its readers say."""
WAITS_FOR_COACHEE = f"""({{row}}.about_id <> {{row}}.author_id
  and {{row}}.about_id = any({{row}}.readers) and not ({IS_ACKNOWLEDGED}))"""
"""SQL over `{row}`: whom it is about reads it, and has not acknowledged it as it is now."""
CAN_BE_TAKEN_BACK = """exists (select from unnest({row}.readers) other
  where other <> {row}.author_id
    and not (other = {row}.about_id and {row}.acknowledged_version is not null)
    and not exists (select from note_reply reply where reply.org_id = :org::uuid
      and reply.note_id = {row}.id and reply.author_id = other))"""
"""SQL over `{row}`: somebody reads the note who has said nothing to it."""

_FOUND = "to_tsvector('simple', {words}) @@ websearch_to_tsquery('simple', {{value}})"
# No index serves these, and none may: what is looked at is what the caller reads. Each is asked of one note
# after the other ("limit"), since as an EXISTS everybody's answers would be read once and kept.
SAYS = f"""({_FOUND.format(words="{row}.body")}
  or coalesce((select true from note_reply reply where reply.org_id = :org::uuid
    and reply.note_id = {{row}}.id and {is_reader("reply.id")}
    and {_FOUND.format(words="reply.body")} limit 1), false))"""
"""SQL over `{row}`: a note, or an answer to it that the viewer reads, holds the words in `{value}`."""
LEADS_TO_GOAL = f"""coalesce((select true from note_evidence evidence
  where evidence.org_id = :org::uuid and evidence.note_id = {{row}}.id and evidence.kind = 'goal'
    and evidence.subject_id = {{value}} and {is_reader("evidence.id")} limit 1), false)"""
"""SQL over `{row}`: the note leads to the goal in `{value}`, for this viewer."""


async def may_write_about(actor: Actor, person_id: UUID) -> None:
    """Raises NotPermitted unless the actor may write about this person, and NotFound where there is
    none that they see."""
    permitted = await seen(
        actor,
        Person,
        person_id,
        kind="person",
        visible=people.visible(actor),
        act=Act.NOTE_WRITE,
        person="id",
        path=("aboutId",),
    )
    if not permitted:
        raise NotPermitted(
            "Notes are about people below you, or about yourself.", path=("aboutId",)
        )


async def came_out_of(actor: Actor, one_to_one_id: UUID) -> None:
    """Raises NotFound for a one-to-one that the actor does not read."""
    visible, path = readable(actor), ("oneToOneId",)
    await seen(actor, OneToOne, one_to_one_id, kind="one-to-one", visible=visible, path=path)


async def note_for(actor: Actor, act: Act, note_id: UUID) -> Note:
    """The note, locked, for somebody who may do this act to it. NotFound for whoever is not among
    its readers; NotPermitted for a reader who may not."""
    person = "about_id" if act is Act.NOTE_ACKNOWLEDGE else "author_id"
    note = await locked(
        actor, Note, note_id, kind="note", visible=readable(actor), act=act, person=person
    )
    if not note.permitted:
        raise NotPermitted(_REFUSALS[act], path=("id",))
    return note.row


async def note_to_answer(actor: Actor, note_id: UUID) -> Note:
    """The note, locked, for any of its readers; NotFound for anybody else."""
    note = await locked(
        actor,
        Note,
        note_id,
        kind="note",
        visible=readable(actor) if may(actor, Act.NOTE_REPLY) else "false",
        act=Act.NOTE_REPLY,
        person="author_id",
    )
    return note.row


_REFUSALS = {
    Act.NOTE_EDIT: "Only its author edits a note.",
    Act.NOTE_SHARE: "Only its author shares a note.",
    Act.NOTE_TAKE_BACK: "Only its author takes a note back.",
    Act.NOTE_WITHDRAW: "Only its author withdraws a note.",
    Act.NOTE_ACKNOWLEDGE: "A note is acknowledged by whom it is about.",
}
