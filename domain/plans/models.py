"""The stored shape of corrective plans and their steps."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from tortoise import fields

from domain.rows import Row


class PlanState(StrEnum):
    OPEN = "open"
    AGREED = "agreed"
    CLOSED = "closed"


class CorrectivePlan(Row):
    goal_id: UUID = fields.UUIDField()
    opened_on: date = fields.DateField()
    opened_at: datetime = fields.DatetimeField(db_default=None)
    opened_by_id: UUID | None = fields.UUIDField(null=True)
    reason: str | None = fields.TextField(null=True)
    pace: Decimal | None = fields.DecimalField(max_digits=20, decimal_places=4, null=True)
    threshold: Decimal | None = fields.DecimalField(max_digits=20, decimal_places=4, null=True)
    due_on: date = fields.DateField()
    state: str = fields.TextField(default=PlanState.OPEN.value)
    agreed_at: datetime | None = fields.DatetimeField(null=True)
    agreed_by_id: UUID | None = fields.UUIDField(null=True)
    closed_on: date | None = fields.DateField(null=True)
    closed_at: datetime | None = fields.DatetimeField(null=True)
    closed_by_id: UUID | None = fields.UUIDField(null=True)
    outcome: str | None = fields.TextField(null=True)
    version: int = fields.IntField(default=1)

    class Meta:
        table = "corrective_plan"


class CorrectiveStep(Row):
    plan_id: UUID = fields.UUIDField()
    goal_id: UUID = fields.UUIDField()
    what: str = fields.TextField()
    due_on: date | None = fields.DateField(null=True)
    person_id: UUID = fields.UUIDField()
    added_at: datetime = fields.DatetimeField(db_default=None)
    added_by_id: UUID = fields.UUIDField()
    done_at: datetime | None = fields.DatetimeField(null=True)
    done_by_id: UUID | None = fields.UUIDField(null=True)

    class Meta:
        table = "corrective_step"
