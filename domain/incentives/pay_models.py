"""The stored shape of what people are paid: runs, results in versions, and every line of them."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField

from domain.rows import Row


class PayRunState(StrEnum):
    """Where a run stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


class PayRun(Row):
    """Pay worked out for some days; where it tries a version, beside what people are paid."""

    plan_id: UUID | None = fields.UUIDField(null=True)
    starts_on: date = fields.DateField()
    ends_on: date = fields.DateField()
    payees: list[UUID] | None = ArrayField("uuid", null=True)
    reason: str = fields.TextField(default="")
    state: str = fields.TextField(default=PayRunState.WAITING)
    asked_by_id: UUID | None = fields.UUIDField(null=True)
    asked_at: datetime = fields.DatetimeField(auto_now_add=True)
    begun_at: datetime | None = fields.DatetimeField(null=True)
    ended_at: datetime | None = fields.DatetimeField(null=True)
    total: int | None = fields.IntField(null=True)
    done: int = fields.IntField(default=0)
    failed: int = fields.IntField(default=0)
    tries_id: UUID | None = fields.UUIDField(null=True)
    given_up: int = fields.IntField(default=0)
    failure: str | None = fields.TextField(null=True)
    version: int = fields.IntField(default=1)

    class Meta:
        table = "pay_run"


class PayRunPart(Row):
    """Payees whose pay is worked out in one transaction."""

    run_id: UUID = fields.UUIDField()
    place: int = fields.IntField()
    plan_id: UUID = fields.UUIDField()
    payees: list[UUID] = ArrayField("uuid")
    done_at: datetime | None = fields.DatetimeField(null=True)
    given_up_at: datetime | None = fields.DatetimeField(null=True)
    failure: str | None = fields.TextField(null=True)

    class Meta:
        table = "pay_run_part"


class PayTrialPayee(Row):
    """What somebody was paid for the days of a trial, and what the version tried would have paid."""

    run_id: UUID = fields.UUIDField()
    person_id: UUID = fields.UUIDField()
    paid: Decimal | None = fields.DecimalField(max_digits=20, decimal_places=4, null=True)
    tried: Decimal | None = fields.DecimalField(max_digits=20, decimal_places=4, null=True)
    difference: Decimal | None = fields.DecimalField(max_digits=20, decimal_places=4, null=True)
    currency: str = fields.TextField()
    failure: str | None = fields.TextField(null=True)
    components: list[dict[str, Any]] = fields.JSONField()

    class Meta:
        table = "pay_trial_payee"


class PayResult(Row):
    """One payee's pay for one period by one plan, in one version; it is never changed, but for the
    instant at which another came in its place. `pay_component` and `pay_line` show it as rows."""

    person_id: UUID = fields.UUIDField()
    plan_id: UUID = fields.UUIDField()
    plan_version_id: UUID = fields.UUIDField()
    starts_on: date = fields.DateField()
    ends_on: date = fields.DateField()
    number: int = fields.IntField()
    run_id: UUID | None = fields.UUIDField(null=True)
    total: Decimal | None = fields.DecimalField(max_digits=20, decimal_places=4, null=True)
    currency: str = fields.TextField()
    failure: str | None = fields.TextField(null=True)
    inputs: str = fields.TextField()
    inputs_hash: bytes = fields.BinaryField()
    closing: dict[str, Any] = fields.JSONField()
    components: list[Any] = fields.JSONField()
    lines: list[Any] = fields.JSONField()
    made_at: datetime = fields.DatetimeField(auto_now_add=True)
    superseded_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "pay_result"
