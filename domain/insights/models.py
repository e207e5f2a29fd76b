"""The stored shape of insights: what people in the field tell leadership, and what became of it."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from tortoise import fields

from domain.rows import Row


class InsightTopic(StrEnum):
    PRODUCT = "product"
    PRICE = "price"
    COMPETITOR = "competitor"
    PROCESS = "process"
    TERRITORY = "territory"
    PLAN = "plan"


class InsightState(StrEnum):
    NEW = "new"
    TAKEN = "taken"
    ANSWERED = "answered"
    CHANGED = "changed"
    DECLINED = "declined"
    MERGED = "merged"


class InsightMove(StrEnum):
    """What leads from one state to another."""

    TAKE = "take"
    GIVE = "give"
    ANSWER = "answer"
    CHANGE = "change"
    DECLINE = "decline"
    MERGE = "merge"


class Insight(Row):
    author_id: UUID = fields.UUIDField()
    title: str = fields.TextField()
    words: str = fields.TextField()
    topic: str = fields.TextField()
    state: str = fields.TextField(default=InsightState.NEW.value)
    told_on: date = fields.DateField()
    told_at: datetime = fields.DatetimeField()
    owner_id: UUID | None = fields.UUIDField(null=True)
    answered_on: date | None = fields.DateField(null=True)
    merged_into_id: UUID | None = fields.UUIDField(null=True)
    votes: int = fields.IntField(default=0)

    class Meta:
        table = "insight"


class InsightStep(Row):
    """One move: who made it, when, and in which words."""

    insight_id: UUID = fields.UUIDField()
    state: str = fields.TextField()
    person_id: UUID = fields.UUIDField()
    owner_id: UUID | None = fields.UUIDField(null=True)
    words: str | None = fields.TextField(null=True)
    link_kind: str | None = fields.TextField(null=True)
    link_id: UUID | None = fields.UUIDField(null=True)
    made_at: datetime = fields.DatetimeField()

    class Meta:
        table = "insight_step"
