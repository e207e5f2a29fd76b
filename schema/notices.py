"""Notices: what the service told the caller, as the schema shows them."""

import datetime

from auth.permissions import FieldClass
from domain.notices import access
from domain.notices.models import Delivery, NoticeKind
from domain.sql import quoted
from schema.comparisons import Comparison, IDComparison, TextComparison
from schema.compiler.fields import to_any, to_one
from schema.compiler.filters import chosen, compares
from schema.goals import Goal
from schema.nodes import Node
from schema.plain import described_enum, input_of
from schema.storage import By, column, expression, stored

described_enum(
    NoticeKind,
    "What a notice says.",
    {
        "SUBMISSION_DUE": "A goal of yours is not handed in, and its period begins soon.",
        "APPROVAL_WAITS": "A goal has waited for your decision for some days.",
        "APPROVAL_OVERDUE": "A goal has waited for a decision for long, and comes to you.",
        "AMENDMENT_WAITS": "An amendment has waited for your decision for some days.",
        "AMENDMENT_OVERDUE": "An amendment has waited for a decision for long, and comes to you.",
        "CHECK_IN_DUE": "Nobody has said for some days how a goal of yours goes.",
        "CHECK_IN_OVERDUE": "Nobody says how a goal of somebody below you goes.",
        "MILESTONE_REACHED": "A goal has come so far for the first time.",
        "PLAN_OPENED": "A corrective plan was opened.",
        "PLAN_CLOSED": "A corrective plan was closed.",
        "BLOCKER_RAISED": "Something is in the way of a goal of somebody below you.",
        "BLOCKER_RESOLVED": "What was in the way of a goal of yours is resolved.",
        "ONE_TO_ONE_PLANNED": "Somebody planned a one-to-one with you.",
        "ONE_TO_ONE_MOVED": "A one-to-one of yours was moved.",
        "ONE_TO_ONE_CANCELLED": "A one-to-one of yours was cancelled.",
        "NOTE_SHARED": "Somebody lets you read a note.",
        "NOTE_ANSWERED": "Somebody answered to a note that you read.",
        "NOTE_ACKNOWLEDGED": "Whom a note of yours is about has taken note of it.",
        "MENTIONED": "Somebody mentioned you in a comment.",
        "COMMENTED": "Somebody commented on something of yours, or on what you commented on.",
        "FEEDBACK_ASKED": "Somebody asks you for feedback.",
        "FEEDBACK_DUE": "A request for feedback waits for your answer, and is due.",
        "FEEDBACK_GIVEN": "There is feedback on you, or that you asked for.",
        "FEEDBACK_DECLINED": "Somebody does not answer a request of yours for feedback.",
        "RECOGNITION_GIVEN": "Somebody recognised you.",
        "INSIGHT_GIVEN": "You are to answer an insight.",
        "INSIGHT_ANSWERED": "An insight that you told or voted for was answered.",
        "INSIGHT_CHANGED": "Something changed because of an insight that you told or voted for.",
        "INSIGHT_DECLINED": "An insight that you told or voted for was declined.",
        "INSIGHT_MERGED": "An insight that you told was merged into another.",
        "TASK_ASKED": "Somebody asked you to do something.",
        "TASK_HANDED_OVER": "A task was handed over to you.",
        "TASK_DONE": "A task that you asked for or own is done.",
        "TASK_DROPPED": "A task that you asked for or own was dropped.",
        "TASK_DUE": "A task of yours is due.",
        "TASK_OVERDUE": "A task of yours, or one that you asked for, is overdue.",
        "ASSESSED": "Somebody above you assessed a visit, call, meeting or demo of yours.",
    },
)

described_enum(
    Delivery,
    "How somebody is told.",
    {
        "NOW": "At once.",
        "DIGEST": "With others, in a digest.",
        "NEVER": "Not at all.",
    },
)

_DAYS = "{row}.days::text || case when {row}.days = 1 then ' day' else ' days' end"
# No names and no amounts: a sentence that may stand on a locked phone.
SENTENCES = {
    NoticeKind.SUBMISSION_DUE: quoted(
        "Your goal is not handed in for approval yet, and its period begins soon or has begun."
    ),
    NoticeKind.APPROVAL_WAITS: f"'A goal has waited for your decision for ' || {_DAYS} || '.'",
    NoticeKind.APPROVAL_OVERDUE: (
        f"'A goal has waited for a decision for ' || {_DAYS} || ', and comes to you.'"
    ),
    NoticeKind.AMENDMENT_WAITS: (
        f"'An amendment has waited for your decision for ' || {_DAYS} || '.'"
    ),
    NoticeKind.AMENDMENT_OVERDUE: (
        f"'An amendment has waited for a decision for ' || {_DAYS} || ', and comes to you.'"
    ),
    NoticeKind.CHECK_IN_DUE: f"'You have not checked in on a goal for ' || {_DAYS} || '.'",
    NoticeKind.CHECK_IN_OVERDUE: (
        f"'A goal of somebody below you has had no check-in for ' || {_DAYS} || '.'"
    ),
    NoticeKind.MILESTONE_REACHED: "'A goal has reached ' || {row}.percent || ' % of its target.'",
    NoticeKind.PLAN_OPENED: quoted("A corrective plan was opened for a goal."),
    NoticeKind.PLAN_CLOSED: quoted("The corrective plan for a goal was closed."),
    NoticeKind.BLOCKER_RAISED: quoted("Something is in the way of a goal."),
    NoticeKind.BLOCKER_RESOLVED: quoted("What was in the way of your goal is resolved."),
    NoticeKind.ONE_TO_ONE_PLANNED: quoted("Somebody planned a one-to-one with you."),
    NoticeKind.ONE_TO_ONE_MOVED: quoted("A one-to-one of yours was moved."),
    NoticeKind.ONE_TO_ONE_CANCELLED: quoted("A one-to-one of yours was cancelled."),
    NoticeKind.NOTE_SHARED: quoted("Somebody shared a note with you."),
    NoticeKind.NOTE_ANSWERED: quoted("Somebody answered to a note."),
    NoticeKind.NOTE_ACKNOWLEDGED: quoted("Your note was acknowledged."),
    NoticeKind.MENTIONED: quoted("Somebody mentioned you in a comment."),
    NoticeKind.COMMENTED: quoted("There is a new comment on something that concerns you."),
    NoticeKind.FEEDBACK_ASKED: quoted("Somebody asks you for feedback."),
    NoticeKind.FEEDBACK_DUE: quoted("A request for feedback waits for your answer."),
    NoticeKind.FEEDBACK_GIVEN: quoted("There is new feedback for you."),
    NoticeKind.FEEDBACK_DECLINED: quoted("A request of yours for feedback was declined."),
    NoticeKind.RECOGNITION_GIVEN: quoted("Somebody recognised you."),
    NoticeKind.INSIGHT_GIVEN: quoted("You were asked to answer an insight."),
    NoticeKind.INSIGHT_ANSWERED: quoted("An insight was answered."),
    NoticeKind.INSIGHT_CHANGED: quoted("Something changed because of an insight."),
    NoticeKind.INSIGHT_DECLINED: quoted("An insight was declined."),
    NoticeKind.INSIGHT_MERGED: quoted("Your insight was merged into another."),
    NoticeKind.TASK_ASKED: quoted("Somebody asked you to do something."),
    NoticeKind.TASK_HANDED_OVER: quoted("A task was handed over to you."),
    NoticeKind.TASK_DONE: quoted("A task that you asked for or own is done."),
    NoticeKind.TASK_DROPPED: quoted("A task that you asked for or own was dropped."),
    NoticeKind.TASK_DUE: quoted("A task of yours is due."),
    NoticeKind.TASK_OVERDUE: quoted("A task of yours, or one that you asked for, is overdue."),
    NoticeKind.ASSESSED: quoted("You were assessed by a scorecard."),
}
_CASES = " ".join(f"when {quoted(kind.value)} then {said}" for kind, said in SENTENCES.items())


@stored(
    table="notice",
    kind="notice",
    visible=access.visible,
    field_class=FieldClass.NOTICE,
    by=By(("sent_at",), descending=True),
    compared={"subject_kind": str},
)
class Notice(Node):
    """Something that the service told you, about a goal or about something else. Nobody else sees
    it, and nor do you once you no longer see what it is about."""

    kind: NoticeKind = column("What it says.")
    message: str = expression(
        "The same in a plain sentence, without names and amounts.",
        f"case {{row}}.kind {_CASES} end",
    )
    days: int | None = column("For how many days something has waited, where that is the news.")
    percent: int | None = column("How far the goal has come, where that is the news.")
    delivery: Delivery = column("Whether you were told at once, or are in a digest.")
    sent_at: datetime.datetime = column("When you were told.")
    read_at: datetime.datetime | None = column("When you read it; null while it is unread.")
    goal: Goal | None = to_one(
        "The goal it is about; null where it is about something else.", "goal_id"
    )
    subject: Node | None = to_any(
        "What it is about.", kind="{row}.subject_kind", key="{row}.subject_id", of=access.NOTICED
    )


@input_of
class NoticeFilter:
    """Which notices; everything given must hold."""

    kind: Comparison[NoticeKind] | None = compares("By what they say.")
    delivery: Comparison[Delivery] | None = compares("By whether you were told at once.")
    goal: IDComparison | None = compares("By the goal they are about.")
    subject_kind: TextComparison | None = compares(
        "By the sort of thing they are about, as it stands in ids, such as `goal`."
    )
    unread: bool | None = chosen(
        "Whether they are still to be read.",
        {True: "{row}.read_at is null", False: "{row}.read_at is not null"},
    )
