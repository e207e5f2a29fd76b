"""The stored shape of goals, what was decided about them, and check-ins."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from tortoise import fields

from domain.rows import Row


class GoalStatus(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"


class Measure(StrEnum):
    REVENUE = "revenue"
    MARGIN = "margin"


class GoalAct(StrEnum):
    DRAFTED = "drafted"
    CHANGED = "changed"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    RETURNED = "returned"
    CHECKED_IN = "checked_in"

    @property
    def phrase(self) -> str:
        """The act as it reads in a sentence: "can be ..."."""
        return self.value.replace("_", " ")


class Confidence(StrEnum):
    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    OFF_TRACK = "off_track"


class Goal(Row):
    external_id: str | None = fields.TextField(null=True)
    name: str = fields.TextField()
    owner_id: UUID = fields.UUIDField()
    territory_id: UUID | None = fields.UUIDField(null=True)
    measure: str = fields.TextField()
    starts_on: date = fields.DateField()
    ends_on: date = fields.DateField()
    target: Decimal = fields.DecimalField(max_digits=20, decimal_places=4)
    currency: str = fields.TextField()
    status: str = fields.TextField()
    version: int = fields.IntField(default=1)
    updated_at: datetime = fields.DatetimeField(auto_now=True)

    class Meta:
        table = "goal"


class GoalDecision(Row):
    goal_id: UUID = fields.UUIDField()
    owner_id: UUID = fields.UUIDField()
    act: str = fields.TextField()
    person_id: UUID | None = fields.UUIDField(null=True)
    seen_version: int | None = fields.IntField(null=True)
    note: str | None = fields.TextField(null=True)
    target: Decimal = fields.DecimalField(max_digits=20, decimal_places=4)

    class Meta:
        table = "goal_decision"


class CheckIn(Row):
    goal_id: UUID = fields.UUIDField()
    author_id: UUID = fields.UUIDField()
    value: Decimal | None = fields.DecimalField(max_digits=20, decimal_places=4, null=True)
    confidence: str = fields.TextField()
    note: str = fields.TextField(default="")
    noted_at: datetime = fields.DatetimeField()
    version: int = fields.IntField(default=1)

    class Meta:
        table = "check_in"
