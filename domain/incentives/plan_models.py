"""The stored shape of plans: their versions, who is on them, and what holds for one person alone."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField

from domain.rows import Row


class OverrideKind(StrEnum):
    """What is agreed with one person alone."""

    QUOTA = "quota"
    BASE_RATE = "base_rate"
    TARGET_INCENTIVE = "target_incentive"


class PayPlan(Row):
    key: str = fields.TextField()
    name: str = fields.TextField()
    currency: str = fields.TextField()
    calendar_id: UUID | None = fields.UUIDField(null=True)
    retired_at: datetime | None = fields.DatetimeField(null=True)
    version: int = fields.IntField(default=1)
    updated_at: datetime = fields.DatetimeField(auto_now=True)

    class Meta:
        table = "pay_plan"


class PayPlanVersion(Row):
    plan_id: UUID = fields.UUIDField()
    number: int = fields.IntField()
    begins_on: date = fields.DateField()
    terms: dict[str, Any] = fields.JSONField()
    text: str = fields.TextField()
    findings: list[str] = ArrayField("text", default=list)
    failing: list[str] = ArrayField("text", default=list)
    follows: int | None = fields.IntField(null=True)
    changes: list[str] = ArrayField("text", default=list)
    note: str = fields.TextField(default="")
    drafted_by_id: UUID | None = fields.UUIDField(null=True)
    drafted_at: datetime = fields.DatetimeField(auto_now_add=True)
    written_by: list[UUID] = ArrayField("uuid", default=list)
    published_by_id: UUID | None = fields.UUIDField(null=True)
    published_at: datetime | None = fields.DatetimeField(null=True)
    discarded_by_id: UUID | None = fields.UUIDField(null=True)
    discarded_at: datetime | None = fields.DatetimeField(null=True)
    version: int = fields.IntField(default=1)
    updated_at: datetime = fields.DatetimeField(auto_now=True)

    class Meta:
        table = "pay_plan_version"


class PayAssignment(Row):
    plan_id: UUID = fields.UUIDField()
    person_id: UUID | None = fields.UUIDField(null=True)
    position_id: UUID | None = fields.UUIDField(null=True)
    starts_on: date = fields.DateField()
    ends_on: date | None = fields.DateField(null=True)
    target_incentive: Decimal = fields.DecimalField(
        max_digits=20, decimal_places=4, default=Decimal(0)
    )
    created_by_id: UUID | None = fields.UUIDField(null=True)
    version: int = fields.IntField(default=1)
    updated_at: datetime = fields.DatetimeField(auto_now=True)

    class Meta:
        table = "pay_assignment"


class PayOverride(Row):
    person_id: UUID = fields.UUIDField()
    plan_id: UUID = fields.UUIDField()
    kind: str = fields.TextField()
    key: str = fields.TextField(default="")
    value: Decimal = fields.DecimalField(max_digits=24, decimal_places=8)
    starts_on: date = fields.DateField()
    ends_on: date | None = fields.DateField(null=True)
    reason: str = fields.TextField()
    created_by_id: UUID | None = fields.UUIDField(null=True)
    version: int = fields.IntField(default=1)
    updated_at: datetime = fields.DatetimeField(auto_now=True)

    class Meta:
        table = "pay_override"
