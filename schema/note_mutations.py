"""What callers do with coaching notes."""

import datetime
from typing import Annotated

import strawberry

import schema.gaps  # noqa: F401 - it says what a gap can be of
from domain.coaching import note_answers, note_sharing, notes
from domain.coaching.evidence_rules import Link
from domain.coaching.note_models import NoteVisibility
from domain.gaps.measures import GapMeasure
from schema.compiler.fields import one
from schema.errors import (
    ConflictError,
    InvalidError,
    NotFoundError,
    NotPermittedError,
    VersionConflictError,
)
from schema.mutations import Message, Payload, id_of, mutation, parts_of
from schema.notes import Note
from schema.plain import input_of, plain

_ERRORS = "Why it was refused; empty when it was done."
Refused = NotFoundError | NotPermittedError | InvalidError | ConflictError


@plain
class NotePayload(Payload):
    """What every payload about a note has."""

    note: Note | None = one(
        "The note as it is now; null when refused, and where it is no more.",
        lambda root, actor: root.subject,
    )


def _written_at() -> datetime.datetime | None:
    said: datetime.datetime | None = strawberry.field(
        description="When you wrote it, if that was offline: not in time to come. Now, if left out.",
        default=strawberry.UNSET,
    )
    return said


def _note_id() -> strawberry.ID:
    which: strawberry.ID = id_of("note", "Which note.")
    return which


@input_of
class NoteEvidenceInput:
    """Something that a note is about: one thing, which you see and which is about the same person.
    What it is on the note's day is kept with the note."""

    goal_id: strawberry.ID | None = id_of("goal", "A goal of theirs.", default=strawberry.UNSET)
    sale_id: strawberry.ID | None = id_of(
        "sale", "A sale that they made.", default=strawberry.UNSET
    )
    account_id: strawberry.ID | None = id_of(
        "account", "A customer; what they sold to it is counted.", default=strawberry.UNSET
    )
    measure_id: strawberry.ID | None = id_of(
        "measure", "What they reach by this measure is counted.", default=strawberry.UNSET
    )
    since: datetime.date | None = strawberry.field(
        description="From which day a customer's sales or a measure are counted, up to the note's day;"
        " a year, if left out.",
        default=strawberry.UNSET,
    )
    gap_measure: GapMeasure | None = strawberry.field(
        description="A figure of theirs that stands far from comparable peers', as `gaps` suggests it. It is"
        " worked out again.",
        default=strawberry.UNSET,
    )
    gap_category: str | None = strawberry.field(
        description="The category whose share it is, for a mix.", default=strawberry.UNSET
    )
    gap_months: int | None = strawberry.field(
        description="Over how many months: 3, 6 or 12; 6, if left out.", default=strawberry.UNSET
    )
    gap_last_month: datetime.date | None = strawberry.field(
        description="A day of the last of these months; the last that was over on the note's day, if left"
        " out.",
        default=strawberry.UNSET,
    )


@input_of
class NoteWriteInput(Message):
    """A new note."""

    id: strawberry.ID | None = id_of(
        "note",
        "The new note's id, if you made one: `note_` and a UUID version 7. What arrives twice under"
        " one id is one note.",
        default=strawberry.UNSET,
    )
    about_id: strawberry.ID = id_of("person", "Whom it is about: you, or somebody below you.")
    body: str = strawberry.field(description="What it says, as Markdown, 1 to 10,000 characters.")
    visibility: NoteVisibility = strawberry.field(
        description="For whom it is.", default=NoteVisibility.PRIVATE
    )
    person_ids: list[strawberry.ID] = id_of(
        "person",
        "Who reads it, where it is for named people: 1 to 20 people; whom it is about can be one of"
        " them.",
        default_factory=list,
    )
    evidence: list[NoteEvidenceInput] = parts_of(
        Link, "What it is about, at most 10 things.", default_factory=list
    )
    one_to_one_id: strawberry.ID | None = id_of(
        "one_to_one", "Out of which one-to-one of yours it comes.", default=strawberry.UNSET
    )
    written_at: datetime.datetime | None = _written_at()


NoteWriteError = Annotated[
    Refused, strawberry.union("NoteWriteError", description="Why a note was not written.")
]


@plain
class NoteWritePayload(NotePayload):
    """What became of writing a note."""

    errors: list[NoteWriteError] = strawberry.field(description=_ERRORS)


@input_of
class NoteEditInput(Message):
    """A note of yours in other words."""

    note_id: strawberry.ID = _note_id()
    expected_version: int = strawberry.field(description="The version that you saw.")
    body: str = strawberry.field(
        description="What it says now, as Markdown, 1 to 10,000 characters."
    )
    evidence: list[NoteEvidenceInput] = parts_of(
        Link,
        "What it leads to from now on beside what it leads to already, at most 10 things together.",
        default_factory=list,
    )
    written_at: datetime.datetime | None = _written_at()


NoteEditError = Annotated[
    Refused | VersionConflictError,
    strawberry.union("NoteEditError", description="Why a note was not edited."),
]


@plain
class NoteEditPayload(NotePayload):
    """What became of editing a note."""

    errors: list[NoteEditError] = strawberry.field(description=_ERRORS)


@input_of
class NoteShareInput(Message):
    """A note of yours that others are to read as it is now, and from now on."""

    note_id: strawberry.ID = _note_id()
    person_ids: list[strawberry.ID] = id_of(
        "person", "Who is to read it, too; at most 20 people read a note beside its author."
    )


NoteShareError = Annotated[
    Refused, strawberry.union("NoteShareError", description="Why a note was not shared.")
]


@plain
class NoteSharePayload(NotePayload):
    """What became of sharing a note."""

    errors: list[NoteShareError] = strawberry.field(description=_ERRORS)


@input_of
class NoteTakeBackInput(Message):
    """A note of yours that somebody is no longer to read."""

    note_id: strawberry.ID = _note_id()
    person_ids: list[strawberry.ID] = id_of(
        "person", "From whom: readers who neither acknowledged it nor answered."
    )


NoteTakeBackError = Annotated[
    Refused, strawberry.union("NoteTakeBackError", description="Why a note was not taken back.")
]


@plain
class NoteTakeBackPayload(NotePayload):
    """What became of taking a note back."""

    errors: list[NoteTakeBackError] = strawberry.field(description=_ERRORS)


@input_of
class NoteWithdrawInput(Message):
    """A note of yours that nobody else reads, and that is to be no more."""

    note_id: strawberry.ID = _note_id()


NoteWithdrawError = Annotated[
    Refused, strawberry.union("NoteWithdrawError", description="Why a note was not withdrawn.")
]


@plain
class NoteWithdrawPayload(NotePayload):
    """What became of withdrawing a note."""

    errors: list[NoteWithdrawError] = strawberry.field(description=_ERRORS)


@input_of
class NoteReplyInput(Message):
    """An answer to a note that you read, for everybody who reads it now."""

    id: strawberry.ID | None = id_of(
        "note_reply",
        "The answer's id, if you made one: `note_reply_` and a UUID version 7.",
        "replyId",
        default=strawberry.UNSET,
    )
    note_id: strawberry.ID = _note_id()
    body: str = strawberry.field(description="What you say, as Markdown, 1 to 10,000 characters.")
    written_at: datetime.datetime | None = _written_at()


NoteReplyError = Annotated[
    Refused, strawberry.union("NoteReplyError", description="Why an answer was not given.")
]


@plain
class NoteReplyPayload(NotePayload):
    """What became of answering to a note."""

    errors: list[NoteReplyError] = strawberry.field(description=_ERRORS)


@input_of
class NoteAcknowledgeInput(Message):
    """A note about you of which you have taken note."""

    note_id: strawberry.ID = _note_id()
    version: int = strawberry.field(description="The version that you read.")


NoteAcknowledgeError = Annotated[
    Refused, strawberry.union("NoteAcknowledgeError", description="Why it was not acknowledged.")
]


@plain
class NoteAcknowledgePayload(NotePayload):
    """What became of acknowledging a note."""

    errors: list[NoteAcknowledgeError] = strawberry.field(description=_ERRORS)


@plain
class NoteMutations:
    """What people write about one another."""

    note_write: NoteWritePayload = mutation(
        "Write a note about somebody below you, or about yourself: for yourself alone, for them, or for"
        " people whom you name.",
        notes.write_note,
        NoteWriteInput,
        NoteWritePayload,
    )
    note_edit: NoteEditPayload = mutation(
        "Edit a note of yours. Whoever read it keeps the version that they read.",
        notes.edit_note,
        NoteEditInput,
        NoteEditPayload,
        "note_id",
    )
    note_share: NoteSharePayload = mutation(
        "Share a note of yours: it is read as it is now, with what is written from now on.",
        note_sharing.share_note,
        NoteShareInput,
        NoteSharePayload,
    )
    note_take_back: NoteTakeBackPayload = mutation(
        "Take a note of yours back from somebody who has said nothing to it.",
        note_sharing.take_note_back,
        NoteTakeBackInput,
        NoteTakeBackPayload,
    )
    note_withdraw: NoteWithdrawPayload = mutation(
        "Remove a note of yours that nobody else reads.",
        notes.withdraw_note,
        NoteWithdrawInput,
        NoteWithdrawPayload,
    )
    note_reply: NoteReplyPayload = mutation(
        "Answer to a note that you read.",
        note_answers.reply_to_note,
        NoteReplyInput,
        NoteReplyPayload,
    )
    note_acknowledge: NoteAcknowledgePayload = mutation(
        "Say that you have taken note of what somebody wrote about you.",
        note_answers.acknowledge_note,
        NoteAcknowledgeInput,
        NoteAcknowledgePayload,
    )
