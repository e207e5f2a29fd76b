"""The stored shape of notices: what one person was told about one thing, which often is a goal."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from tortoise import fields

from domain.rows import Row


class NoticeKind(StrEnum):
    SUBMISSION_DUE = "submission_due"
    APPROVAL_WAITS = "approval_waits"
    APPROVAL_OVERDUE = "approval_overdue"
    AMENDMENT_WAITS = "amendment_waits"
    AMENDMENT_OVERDUE = "amendment_overdue"
    CHECK_IN_DUE = "check_in_due"
    CHECK_IN_OVERDUE = "check_in_overdue"
    MILESTONE_REACHED = "milestone_reached"
    PLAN_OPENED = "plan_opened"
    PLAN_CLOSED = "plan_closed"
    BLOCKER_RAISED = "blocker_raised"
    BLOCKER_RESOLVED = "blocker_resolved"
    ONE_TO_ONE_PLANNED = "one_to_one_planned"
    ONE_TO_ONE_MOVED = "one_to_one_moved"
    ONE_TO_ONE_CANCELLED = "one_to_one_cancelled"
    NOTE_SHARED = "note_shared"
    NOTE_ANSWERED = "note_answered"
    NOTE_ACKNOWLEDGED = "note_acknowledged"
    MENTIONED = "mentioned"
    COMMENTED = "commented"
    FEEDBACK_ASKED = "feedback_asked"
    FEEDBACK_DUE = "feedback_due"
    FEEDBACK_GIVEN = "feedback_given"
    FEEDBACK_DECLINED = "feedback_declined"
    RECOGNITION_GIVEN = "recognition_given"
    INSIGHT_GIVEN = "insight_given"
    INSIGHT_ANSWERED = "insight_answered"
    INSIGHT_CHANGED = "insight_changed"
    INSIGHT_DECLINED = "insight_declined"
    INSIGHT_MERGED = "insight_merged"
    TASK_ASKED = "task_asked"
    TASK_HANDED_OVER = "task_handed_over"
    TASK_DONE = "task_done"
    TASK_DROPPED = "task_dropped"
    TASK_DUE = "task_due"
    TASK_OVERDUE = "task_overdue"
    ASSESSED = "assessed"


class Delivery(StrEnum):
    """How somebody wants to be told of one kind of thing."""

    NOW = "now"
    DIGEST = "digest"
    NEVER = "never"


class Rhythm(StrEnum):
    """How often somebody's digest comes."""

    DAILY = "daily"
    WEEKLY = "weekly"
    NEVER = "never"


class Notice(Row):
    person_id: UUID = fields.UUIDField()
    subject_kind: str = fields.TextField()
    subject_id: UUID = fields.UUIDField()
    kind: str = fields.TextField()
    occasion: str = fields.TextField()
    days: int | None = fields.IntField(null=True)
    percent: int | None = fields.IntField(null=True)
    sent_at: datetime = fields.DatetimeField(db_default=None)
    read_at: datetime | None = fields.DatetimeField(null=True)
    delivery: str = fields.TextField(default=Delivery.NOW.value)
    digest_id: UUID | None = fields.UUIDField(null=True)

    class Meta:
        table = "notice"


class Digest(Row):
    person_id: UUID = fields.UUIDField()
    rhythm: str = fields.TextField()
    starts_on: date = fields.DateField()
    ends_on: date = fields.DateField()
    made_at: datetime = fields.DatetimeField(db_default=None)

    class Meta:
        table = "digest"
