"""The stored shape of feedback: asked for, given, and given on without a name; and who sees which."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField

from domain.rows import Row


class FeedbackKind(StrEnum):
    ASKED_BY_SELF = "asked_by_self"
    ASKED_BY_MANAGER = "asked_by_manager"
    UNASKED = "unasked"
    UPWARD = "upward"


class FeedbackRelation(StrEnum):
    """How somebody stands to feedback."""

    GIVER = "giver"
    PERSON = "person"
    ASKER = "asker"
    MANAGER = "manager"
    ABOVE = "above"
    HR = "hr"


class FeedbackSees(StrEnum):
    NOTHING = "nothing"
    WORDS = "words"
    WORDS_AND_NAME = "words_and_name"


class ReplyState(StrEnum):
    ANSWERED = "answered"
    DECLINED = "declined"


class FeedbackVisibility(Row):
    """One version of the matrix; the highest is in force."""

    version: int = fields.IntField()
    changed_by_id: UUID | None = fields.UUIDField(null=True)
    changed_at: datetime = fields.DatetimeField(db_default=None)
    reason: str | None = fields.TextField(null=True)

    class Meta:
        table = "feedback_visibility"


class FeedbackSight(Row):
    """One cell of a version: what this relation sees of this kind of feedback. What is seen without the
    name is seen together with others alone, `together` of them from as many people."""

    visibility_id: UUID = fields.UUIDField()
    kind: str = fields.TextField()
    relation: str = fields.TextField()
    sees: str = fields.TextField()
    together: int = fields.IntField(default=1)

    class Meta:
        table = "feedback_sight"


class FeedbackRequest(Row):
    """Its readers are the asker and everybody asked; whom else they asked, those do not read."""

    readers: list[UUID] = ArrayField("uuid")
    kind: str = fields.TextField()
    asker_id: UUID = fields.UUIDField()
    person_id: UUID = fields.UUIDField()
    asked_ids: list[UUID] = ArrayField("uuid")
    question: str = fields.TextField()
    due_on: date = fields.DateField()
    asked_on: date = fields.DateField()
    asked_at: datetime = fields.DatetimeField()
    withdrawn_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "feedback_request"


class FeedbackReply(Row):
    """That somebody answered or declined. The asker reads it only where they read the name as well."""

    readers: list[UUID] = ArrayField("uuid")
    request_id: UUID = fields.UUIDField()
    person_id: UUID = fields.UUIDField()
    state: str = fields.TextField()
    reason: str | None = fields.TextField(null=True)
    replied_at: datetime = fields.DatetimeField()

    class Meta:
        table = "feedback_reply"


class Feedback(Row):
    """What was given, with the giver's name; its readers are who sees that, the giver among them.

    `unnamed` are those who see the words alone: not this row but one of their own, which is made on a
    later day (`delivering`). Until then they stand in `waiting_for`; `together` says beside each how many
    people's words theirs have to come with.
    """

    readers: list[UUID] = ArrayField("uuid")
    kind: str = fields.TextField()
    person_id: UUID = fields.UUIDField()
    giver_id: UUID = fields.UUIDField()
    request_id: UUID | None = fields.UUIDField(null=True)
    words: str = fields.TextField()
    given_on: date = fields.DateField()
    given_at: datetime = fields.DatetimeField()
    visibility_id: UUID = fields.UUIDField()
    unnamed: list[UUID] = ArrayField("uuid")
    together: list[int] = ArrayField("int")
    waiting_for: list[UUID] = ArrayField("uuid")

    class Meta:
        table = "feedback"


class UnnamedFeedback(Row):
    """The words for one reader who does not see the name. Nothing in it leads to the giver: neither a
    column nor its id, which is made of chance alone, nor a moment, only the day that all of its batch
    share."""

    readers: list[UUID] = ArrayField("uuid")
    kind: str = fields.TextField()
    person_id: UUID = fields.UUIDField()
    request_id: UUID | None = fields.UUIDField(null=True)
    words: str = fields.TextField()
    delivered_on: date = fields.DateField()

    class Meta:
        table = "unnamed_feedback"
