"""The stored shape of how goals are agreed: revisions, delegations, amendments and lock dates."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from tortoise import fields

from domain.rows import Row


class AmendmentPolicy(StrEnum):
    """What becomes of the days before a target changes."""

    PRORATE = "prorate"
    REPLACE = "replace"
    SEGMENTS = "segments"


class AmendmentState(StrEnum):
    REQUESTED = "requested"
    APPROVED = "approved"
    RETURNED = "returned"


class GoalRevision(Row):
    goal_id: UUID = fields.UUIDField()
    number: int = fields.IntField()
    name: str = fields.TextField()
    description: str = fields.TextField()
    measure: str = fields.TextField()
    starts_on: date = fields.DateField()
    ends_on: date = fields.DateField()
    target: Decimal = fields.DecimalField(max_digits=20, decimal_places=4)
    proposed: Decimal | None = fields.DecimalField(max_digits=20, decimal_places=4, null=True)
    currency: str | None = fields.TextField(null=True)
    parent_id: UUID | None = fields.UUIDField(null=True)
    no_parent_reason: str | None = fields.TextField(null=True)
    person_id: UUID | None = fields.UUIDField(null=True)
    note: str | None = fields.TextField(null=True)

    class Meta:
        table = "goal_revision"


class Delegation(Row):
    from_id: UUID = fields.UUIDField()
    to_id: UUID = fields.UUIDField()
    starts_on: date = fields.DateField()
    ends_on: date = fields.DateField()
    note: str = fields.TextField(default="")
    created_by: UUID | None = fields.UUIDField(null=True)
    ended_at: datetime | None = fields.DatetimeField(null=True)
    ended_by: UUID | None = fields.UUIDField(null=True)

    class Meta:
        table = "delegation"


class GoalAmendment(Row):
    goal_id: UUID = fields.UUIDField()
    owner_id: UUID = fields.UUIDField()
    effective_from: date = fields.DateField()
    stated: Decimal = fields.DecimalField(max_digits=20, decimal_places=4)
    policy: str = fields.TextField()
    reason: str = fields.TextField()
    state: str = fields.TextField()
    target_before: Decimal = fields.DecimalField(max_digits=20, decimal_places=4)
    target_after: Decimal = fields.DecimalField(max_digits=20, decimal_places=4)
    requested_by: UUID | None = fields.UUIDField(null=True)
    seen_version: int = fields.IntField()
    decided_by: UUID | None = fields.UUIDField(null=True)
    on_behalf_of_id: UUID | None = fields.UUIDField(null=True)
    decided_at: datetime | None = fields.DatetimeField(null=True)
    note: str | None = fields.TextField(null=True)
    superseded_at: datetime | None = fields.DatetimeField(null=True)
    version: int = fields.IntField(default=1)

    class Meta:
        table = "goal_amendment"


class GoalSegment(Row):
    goal_id: UUID = fields.UUIDField()
    starts_on: date = fields.DateField()
    ends_on: date = fields.DateField()
    stated: Decimal = fields.DecimalField(max_digits=20, decimal_places=4)
    target: Decimal = fields.DecimalField(max_digits=20, decimal_places=4)
    policy: str = fields.TextField()

    class Meta:
        table = "goal_segment"


class GoalLock(Row):
    starts_on: date = fields.DateField()
    ends_on: date = fields.DateField()
    locks_on: date = fields.DateField()
    reason: str = fields.TextField()
    set_by: UUID | None = fields.UUIDField(null=True)
    lifted_at: datetime | None = fields.DatetimeField(null=True)
    lifted_by: UUID | None = fields.UUIDField(null=True)
    lift_reason: str | None = fields.TextField(null=True)

    class Meta:
        table = "goal_lock"
