"""Feedback: asked for, given, given on without a name, and who sees which, as the schema shows it."""

import datetime
from enum import StrEnum

import strawberry

from auth.actor import Actor
from auth.permissions import Act, FieldClass, may
from domain.feedback import access
from domain.feedback.models import FeedbackKind, FeedbackRelation, FeedbackSees, ReplyState
from schema.comparisons import Comparison, DateComparison, IDComparison
from schema.compiler.fields import to_many, to_one
from schema.compiler.filters import chosen, compares
from schema.connections import Connection, CountedConnection
from schema.nodes import Node
from schema.people import Person
from schema.plain import described_enum, input_of, plain
from schema.storage import By, column, decided, expression, listed, stored

described_enum(
    FeedbackKind,
    "How feedback comes about.",
    {
        "ASKED_BY_SELF": "Somebody asked for feedback on themselves.",
        "ASKED_BY_MANAGER": "A manager asked for feedback on somebody below.",
        "UNASKED": "Nobody asked for it.",
        "UPWARD": "It is on somebody who stands above the giver, whether or not it was asked for.",
    },
)
described_enum(
    FeedbackRelation,
    "How somebody stands to feedback.",
    {
        "GIVER": "They gave it.",
        "PERSON": "It is on them.",
        "ASKER": "They asked for it, on somebody else.",
        "MANAGER": "They are the nearest manager above whom it is on.",
        "ABOVE": "They are a manager further above.",
        "HR": "They have the role of human resources.",
    },
)
described_enum(
    FeedbackSees,
    "What somebody sees of feedback.",
    {
        "NOTHING": "Neither that it is there nor what it says.",
        "WORDS": "What it says, and not who gave it; on a day after it was given.",
        "WORDS_AND_NAME": "What it says and who gave it.",
    },
)
described_enum(
    ReplyState,
    "What somebody replied to a request for feedback.",
    {"ANSWERED": "They gave feedback.", "DECLINED": "They do not answer."},
)


class FeedbackRequestAction(StrEnum):
    ANSWER = "answer"
    DECLINE = "decline"
    WITHDRAW = "withdraw"


described_enum(
    FeedbackRequestAction,
    "What a viewer may do about a request for feedback.",
    {
        "ANSWER": "Give the feedback.",
        "DECLINE": "Say that one does not.",
        "WITHDRAW": "Ask no longer.",
    },
)

IS_ASKED = ":person::uuid = any({row}.asked_ids)"
HAS_REPLIED = """exists (select 1 from feedback_reply reply where reply.org_id = :org::uuid
  and reply.request_id = {row}.id and reply.person_id = :person::uuid)"""
WAITS_FOR_VIEWER = f"({{row}}.withdrawn_at is null and {IS_ASKED} and not {HAS_REPLIED})"
# Replies that the asker reads, which are those of people whose names they read.
REPLIES = """(select count(*) from feedback_reply reply where reply.org_id = :org::uuid
  and reply.request_id = {row}.id and :person::uuid = any(reply.readers))"""
ASKED = """{row}.id in (select asked.id from feedback_request request
  cross join lateral unnest(request.asked_ids) asked (id)
  where request.org_id = :org::uuid and request.id = {key}
    and (request.asker_id = :person::uuid or asked.id = :person::uuid))"""


def _possible(actor: Actor) -> dict[FeedbackRequestAction, str]:
    possible = {}
    if may(actor, Act.FEEDBACK_ANSWER):
        possible[FeedbackRequestAction.ANSWER] = WAITS_FOR_VIEWER
        possible[FeedbackRequestAction.DECLINE] = WAITS_FOR_VIEWER
    if may(actor, Act.FEEDBACK_WITHDRAW):
        possible[FeedbackRequestAction.WITHDRAW] = (
            "{row}.asker_id = :person::uuid and {row}.withdrawn_at is null"
            f" and {REPLIES} < cardinality({{row}}.asked_ids)"
        )
    return possible


@stored(
    table="feedback_reply",
    kind="feedback_reply",
    visible=access.visible,
    field_class=FieldClass.NOTE,
    by=By(("replied_at",)),
)
class FeedbackReply(Node):
    """That somebody replied to a request. Whoever asked sees it only where they see who answers as well."""

    person: Person = to_one("Who replied.", "person_id")
    state: ReplyState = column("What they replied.")
    reason: str | None = column("Why they do not answer; null where they said nothing.")
    replied_at: datetime.datetime = column("When they replied.")
    request: "FeedbackRequest" = to_one("The request.", "request_id")


@stored(
    table="feedback",
    kind="feedback",
    visible=access.visible,
    field_class=FieldClass.NOTE,
    by=By(("given_at",), descending=True),
)
class Feedback(Node):
    """Feedback with the name of who gave it. Its readers were fixed when it was given."""

    kind: FeedbackKind = column("How it came about.")
    person: Person = to_one("On whom it is.", "person_id")
    giver: Person = to_one("Who gave it.", "giver_id")
    request: "FeedbackRequest | None" = to_one(
        "The request that it answers; null where nobody asked, and where you do not see it.",
        "request_id",
    )
    words: str = column("What it says, as plain text.")
    given_on: datetime.date = column("The organisation's day on which it was given.")
    given_at: datetime.datetime = column("When it was given.")
    named_readers: CountedConnection[Person] = to_many(
        "Who else sees it with your name; nobody, where you did not give it.",
        link="""{row}.id in (select reader.id
          from feedback cross join lateral unnest(feedback.readers) reader (id)
          where feedback.org_id = :org::uuid and feedback.id = {key}
            and feedback.giver_id = :person::uuid and reader.id <> :person::uuid)""",
    )
    unnamed_readers: CountedConnection[Person] = to_many(
        "Who sees the words without your name; nobody, where you did not give it.",
        link="""{row}.id in (select reader.id
          from feedback cross join lateral unnest(feedback.unnamed) reader (id)
          where feedback.org_id = :org::uuid and feedback.id = {key}
            and feedback.giver_id = :person::uuid)""",
    )
    waits: bool | None = expression(
        "Whether some of those have yet to get the words: they do on a later day, and where words are shown"
        " together only, once enough people have given something. Null where you did not give it.",
        "case when {row}.giver_id = :person::uuid then cardinality({row}.waiting_for) > 0 end",
    )


@stored(
    table="unnamed_feedback",
    kind="unnamed_feedback",
    visible=access.visible,
    field_class=FieldClass.NOTE,
    by=By(("delivered_on",), descending=True),
)
class UnnamedFeedback(Node):
    """What feedback says, for somebody who does not see who gave it. When it was given is not kept here."""

    kind: FeedbackKind = column("How it came about.")
    person: Person = to_one("On whom it is.", "person_id")
    request: "FeedbackRequest | None" = to_one(
        "The request that it answers; null where nobody asked, and where you do not see it.",
        "request_id",
    )
    words: str = column("What it says, as plain text.")
    delivered_on: datetime.date = column("The organisation's day on which you got it.")


@stored(
    table="feedback_request",
    kind="feedback_request",
    visible=access.visible,
    field_class=FieldClass.NOTE,
    by=By(("asked_at",), descending=True),
)
class FeedbackRequest(Node):
    """A question to named colleagues about somebody. Each of them sees it, and not who else was asked."""

    kind: FeedbackKind = column("Whether somebody asks about themselves.")
    asker: Person = to_one("Who asks.", "asker_id")
    person: Person = to_one("About whom.", "person_id")
    question: str = column("What they ask, as plain text.")
    due_on: datetime.date = column("The day by which an answer is wished.")
    asked_on: datetime.date = column("The organisation's day on which it was asked.")
    asked_at: datetime.datetime = column("When it was asked.")
    withdrawn_at: datetime.datetime | None = column("When it was withdrawn; null if it was not.")
    asked: CountedConnection[Person] = to_many(
        "Who is asked, where you asked; otherwise you, if you are.", link=ASKED
    )
    waits_for_viewer: bool = expression("Whether it waits for your reply.", WAITS_FOR_VIEWER)
    replies: Connection[FeedbackReply] = to_many(
        "Your own reply; where you asked, also those of the people whose names you see beside their"
        " answers.",
        foreign_key="request_id",
    )
    feedback: CountedConnection[Feedback] = to_many(
        "What was answered, as far as you see who did, the latest first.", foreign_key="request_id"
    )
    unnamed_feedback: CountedConnection[UnnamedFeedback] = to_many(
        "What was answered, where you do not see who did.", foreign_key="request_id"
    )
    viewer_can: list[FeedbackRequestAction] = decided("What you may do about it.", _possible)


@plain
class FeedbackSight:
    """What people who stand in one relation to feedback of one kind see of it."""

    kind: FeedbackKind = strawberry.field(description="How the feedback comes about.")
    relation: FeedbackRelation = strawberry.field(description="How they stand to it.")
    sees: FeedbackSees = strawberry.field(description="What they see.")
    together: int = strawberry.field(
        description="Of words without a name: they are shown together with those of others, of at least so many"
        " people in all; 1 where they are shown alone."
    )


SIGHTS = """(select cell.kind, cell.relation, cell.sees, cell.together, cell.kind || ' ' || cell.relation as place
  from feedback_sight cell where cell.org_id = :org::uuid and cell.visibility_id = {row}.id)"""


@stored(
    table="feedback_visibility",
    kind="feedback_visibility",
    visible=access.visible_matrix,
    field_class=FieldClass.PUBLIC,
    by=By(("version",), descending=True),
)
class FeedbackVisibility(Node):
    """Who sees which feedback, in one version. It says so for what is given while it is the latest."""

    version: int = column("Counts the changes; the highest is in force.")
    changed_by: Person | None = to_one("Who made it; null for the first.", "changed_by_id")
    changed_at: datetime.datetime = column("Since when it holds.")
    reason: str | None = column("Why it was made; null for the first.")
    sights: list[FeedbackSight] = listed(
        "What each relation sees of each kind; of what is not listed, nothing.",
        SIGHTS,
        order="place",
    )


@input_of
class FeedbackFilter:
    """Which feedback; everything given must hold."""

    kind: Comparison[FeedbackKind] | None = compares("By how it came about.")
    person: IDComparison | None = compares("By whom it is on.")
    giver: IDComparison | None = compares("By who gave it.")
    given_on: DateComparison | None = compares("By the day on which it was given.")


@input_of
class UnnamedFeedbackFilter:
    """Which feedback; everything given must hold."""

    kind: Comparison[FeedbackKind] | None = compares("By how it came about.")
    person: IDComparison | None = compares("By whom it is on.")
    delivered_on: DateComparison | None = compares("By the day on which you got it.")


@input_of
class FeedbackRequestFilter:
    """Which requests; everything given must hold."""

    asker: IDComparison | None = compares("By who asks.")
    person: IDComparison | None = compares("By whom they are about.")
    due_on: DateComparison | None = compares("By the day by which an answer is wished.")
    waits_for_viewer: bool | None = chosen(
        "Whether they wait for your reply.",
        {True: WAITS_FOR_VIEWER, False: f"not {WAITS_FOR_VIEWER}"},
    )
