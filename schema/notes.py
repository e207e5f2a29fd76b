"""Coaching notes, and what belongs to one, as the schema shows them: to the people who read each."""

import datetime
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Annotated

import strawberry

from auth.actor import Actor
from auth.permissions import Act, FieldClass, may
from domain.coaching import note_access as access
from domain.coaching.note_models import EvidenceKind, NoteVisibility
from domain.errors import Invalid
from domain.people.access import related
from domain.readers import readable
from schema.comparisons import DateTimeComparison, IDComparison
from schema.compiler.fields import to_any, to_many, to_one
from schema.compiler.filters import asked_id, compares, holds
from schema.connections import Connection, CountedConnection
from schema.figures import Figure, figure
from schema.nodes import Node, Versioned
from schema.people import Person
from schema.plain import described_enum, input_of, plain
from schema.storage import By, column, decided, expression, listed, stored

if TYPE_CHECKING:
    from schema.one_to_ones import OneToOne

described_enum(
    NoteVisibility,
    "For whom a note is.",
    {
        "PRIVATE": "For its author alone.",
        "COACHEE": "For its author, and for whom it is about.",
        "NAMED": "For its author, and for people whom they named.",
    },
)
described_enum(
    EvidenceKind,
    "What a note leads to.",
    {
        "GOAL": "A goal of whom it is about.",
        "SALE": "A sale that they made.",
        "ACCOUNT": "A customer, and what they sold to it.",
        "MEASURE": "What they reach by a measure.",
        "GAP": "A figure of theirs that stands far from comparable peers'.",
    },
    name="NoteEvidenceKind",
)


class NoteAction(StrEnum):
    EDIT = "edit"
    SHARE = "share"
    TAKE_BACK = "take_back"
    WITHDRAW = "withdraw"
    REPLY = "reply"
    ACKNOWLEDGE = "acknowledge"


described_enum(
    NoteAction,
    "What a viewer may do with a note.",
    {
        "EDIT": "Write it anew.",
        "SHARE": "Let somebody else read it, too.",
        "TAKE_BACK": "Take it back from somebody who has said nothing to it.",
        "WITHDRAW": "Remove it.",
        "REPLY": "Answer to it.",
        "ACKNOWLEDGE": "Say that you have taken note of it.",
    },
)


def _possible(actor: Actor) -> dict[NoteAction, str]:
    author = partial(related, actor, person="{row}.author_id")
    coachee = related(actor, Act.NOTE_ACKNOWLEDGE, "{row}.about_id")
    conditions = {
        NoteAction.EDIT: (Act.NOTE_EDIT, author(Act.NOTE_EDIT)),
        NoteAction.SHARE: (Act.NOTE_SHARE, author(Act.NOTE_SHARE)),
        NoteAction.TAKE_BACK: (
            Act.NOTE_TAKE_BACK,
            f"{author(Act.NOTE_TAKE_BACK)} and {access.CAN_BE_TAKEN_BACK}",
        ),
        NoteAction.WITHDRAW: (
            Act.NOTE_WITHDRAW,
            f"{author(Act.NOTE_WITHDRAW)} and not {access.IS_SHARED}",
        ),
        NoteAction.REPLY: (Act.NOTE_REPLY, access.IS_SHARED),
        NoteAction.ACKNOWLEDGE: (
            Act.NOTE_ACKNOWLEDGE,
            f"{coachee} and {access.WAITS_FOR_COACHEE}",
        ),
    }
    return {action: sql for action, (act, sql) in conditions.items() if may(actor, act)}


@plain
class NoteFact:
    """Something else that is known of a piece of evidence."""

    name: str = strawberry.field(description='What it is, such as "target".')
    value: str = strawberry.field(description="As it was then.")


OF_A_VERSION = """select evidence.id from note_revision revision
  join note_evidence evidence on evidence.org_id = :org::uuid and evidence.note_id = revision.note_id
    and evidence.version <= revision.version
  where revision.org_id = :org::uuid and revision.id = {key}"""
FACTS = """(select fact.key as name, fact.value, fact.key as place
  from jsonb_each_text({row}.facts) fact)"""


@stored(
    table="note_evidence",
    kind="note_evidence",
    visible=readable,
    field_class=FieldClass.NOTE,
    by=By(("place",)),
)
class NoteEvidence(Node):
    """What a note is about, as it was on the day of the note, whatever became of it since. Of the
    note's readers, those see it who saw such facts of this person when they joined."""

    note: "Note" = to_one("The note.", "note_id")
    place: int = column("Its place among the note's evidence; the first is 1.")
    version: int = column("The version of the note with which it came.")
    kind: EvidenceKind = column("What it is.")
    subject: Node | None = to_any(
        "The thing itself, as it is now; null where you may not see it.",
        kind="{row}.kind",
        key="{row}.subject_id",
        of=("goal", "sale", "account", "measure"),
    )
    name: str = column("What it was called.")
    value: Figure | None = figure(
        "What it came to; null where there was nothing to count.",
        "{row}.value",
        unit="{row}.unit",
        currency="{row}.currency",
    )
    since: datetime.date | None = column(
        "From which day it was counted; null where no days were counted."
    )
    as_of: datetime.date = column("The day it is of: the note's.")
    formula: str = column("How it was counted.")
    source: str = column("Where it came from, and when it was looked up.")
    facts: list[NoteFact] = listed("What else was known of it, by name.", FACTS, order="place")


@stored(
    table="note_revision",
    kind="note_revision",
    visible=readable,
    field_class=FieldClass.NOTE,
    by=By(("version",), descending=True),
)
class NoteRevision(Node):
    """A version of a note, for those who read the note while it was the current one."""

    note: "Note" = to_one("The note.", "note_id")
    version: int = column("Which version; the first is 1.")
    body: str = column("What it says, as Markdown.")
    body_html: str = column("The same as HTML that may be shown as it is.")
    written_at: datetime.datetime = column("When its author says they wrote it, perhaps offline.")
    received_at: datetime.datetime = column("When it arrived here.")
    acknowledged_at: datetime.datetime | None = column(
        "When whom it is about took note of this version; null while they have not."
    )
    evidence: Connection[NoteEvidence] = to_many(
        "What the note led to in this version, as far as you may see it.", among=OF_A_VERSION
    )


@stored(
    table="note_reply",
    kind="note_reply",
    visible=readable,
    field_class=FieldClass.NOTE,
    by=By(("written_at",)),
)
class NoteReply(Node):
    """An answer to a note, for those who read the note when it was given."""

    note: "Note" = to_one("The note.", "note_id")
    author: Person = to_one("Who answered.", "author_id")
    body: str = column("What they say, as Markdown.")
    body_html: str = column("The same as HTML that may be shown as it is.")
    written_at: datetime.datetime = column("When they say they wrote it, perhaps offline.")
    received_at: datetime.datetime = column("When it arrived here.")


@stored(
    table="note",
    kind="note",
    visible=readable,
    field_class=FieldClass.NOTE,
    by=By(("written_at",), descending=True),
)
class Note(Node, Versioned):
    """What somebody wrote about somebody, for the people who read it and for nobody else, whatever
    their roles."""

    about: Person = to_one("Whom it is about.", "about_id")
    author: Person = to_one("Who wrote it.", "author_id")
    one_to_one: Annotated["OneToOne", strawberry.lazy("schema.one_to_ones")] | None = to_one(
        "Out of which one-to-one it came; null where it came out of none, or out of one that is not"
        " yours.",
        "one_to_one_id",
    )
    body: str = column("What it says, as Markdown.")
    body_html: str = column("The same as HTML that may be shown as it is.")
    written_at: datetime.datetime = column("When its author says they wrote it, perhaps offline.")
    written_on: datetime.date = column("The organisation's day of that.")
    received_at: datetime.datetime = column("When it arrived here.")
    visibility: NoteVisibility = expression("For whom it is.", access.VISIBILITY)
    readers: CountedConnection[Person] = to_many(
        "Everybody who reads it.", key="{row}.readers", link="{row}.id = any({key})"
    )
    acknowledged: bool = expression(
        "Whether whom it is about has taken note of it as it is now.", access.IS_ACKNOWLEDGED
    )
    acknowledged_version: int | None = column(
        "The latest version of which they have taken note; null while there is none."
    )
    acknowledged_at: datetime.datetime | None = column(
        "When they took note of that version; null while there is none."
    )
    evidence: Connection[NoteEvidence] = to_many(
        "What it is about, as it was on the note's day, as far as you may see it.",
        foreign_key="note_id",
    )
    replies: CountedConnection[NoteReply] = to_many(
        "The answers since you read it, the first one first.", foreign_key="note_id"
    )
    revisions: Connection[NoteRevision] = to_many(
        "Its versions since you read it, the latest first.", foreign_key="note_id"
    )
    viewer_can: list[NoteAction] = decided("What you may do with it.", _possible)


def _search(words: str) -> str:
    if not 1 <= len(words.strip()) <= access.LONGEST_SEARCH:
        raise Invalid(f"Search for 1 to {access.LONGEST_SEARCH} characters.", path=("filter",))
    return words


@input_of
class NoteFilter:
    """Which notes of those that you read; everything given must hold."""

    id: IDComparison | None = compares("By id.")
    about: IDComparison | None = compares("By whom they are about.")
    author: IDComparison | None = compares("By who wrote them.")
    written_at: DateTimeComparison | None = compares("By when they were written.")
    shared: bool | None = holds(
        "Whether anybody but their author reads them.",
        f"({access.IS_SHARED}) = {{value}}",
        cast="boolean",
    )
    unacknowledged: bool | None = holds(
        "Whether whom they are about reads them, and has not taken note of them as they are now.",
        f"{access.WAITS_FOR_COACHEE} = {{value}}",
        cast="boolean",
    )
    one_to_one: IDComparison | None = compares("By the one-to-one that they came out of.")
    goal: strawberry.ID | None = holds(
        "By a goal that is among their evidence.",
        access.LEADS_TO_GOAL,
        cast="uuid",
        read=lambda text: asked_id(text, "goal"),
    )
    words: str | None = holds(
        'By words in them or in answers to them: all of them; `or`, "some words" and -without mean'
        " what they mean in a search on the web. 1 to 200 characters.",
        access.SAYS,
        cast="text",
        read=_search,
    )
