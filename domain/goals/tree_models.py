"""The stored shape of what is shared down a tree of goals, proposed from below, and granted to it."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from tortoise import fields

from domain.rows import Row


class CascadeMethod(StrEnum):
    """By what a target is shared out."""

    EQUAL = "equal"
    WEIGHTS = "weights"
    HISTORY = "history"  # what each reached on the same days a year earlier
    POTENTIAL = "potential"  # of the territories assigned to each


class CascadeState(StrEnum):
    PROPOSED = "proposed"
    APPLIED = "applied"
    DISCARDED = "discarded"


class BudgetKind(StrEnum):
    MONEY = "money"
    HEADS = "heads"
    TOOLS = "tools"


class GoalCascade(Row):
    goal_id: UUID = fields.UUIDField()
    seen_version: int = fields.IntField()
    method: str = fields.TextField()
    levels: int = fields.IntField()
    plan: Decimal = fields.DecimalField(max_digits=20, decimal_places=4)
    state: str = fields.TextField(default=CascadeState.PROPOSED)
    proposed_by_id: UUID = fields.UUIDField()
    proposed_at: datetime = fields.DatetimeField()
    decided_by_id: UUID | None = fields.UUIDField(null=True)
    decided_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "goal_cascade"


class GoalCascadeLine(Row):
    cascade_id: UUID = fields.UUIDField()
    goal_id: UUID = fields.UUIDField()
    place: int = fields.IntField()
    depth: int = fields.IntField()
    above_id: UUID | None = fields.UUIDField(null=True)
    person_id: UUID = fields.UUIDField()
    leads: bool = fields.BooleanField()  # type: ignore[assignment]  # its descriptor gives a bool
    weight: Decimal | None = fields.DecimalField(max_digits=38, decimal_places=8, null=True)
    uplift: Decimal = fields.DecimalField(max_digits=9, decimal_places=8)
    plan: Decimal = fields.DecimalField(max_digits=20, decimal_places=4)
    street: Decimal = fields.DecimalField(max_digits=20, decimal_places=4)
    child_id: UUID | None = fields.UUIDField(null=True)
    child_version: int | None = fields.IntField(null=True)
    target_before: Decimal | None = fields.DecimalField(max_digits=20, decimal_places=4, null=True)
    locked: bool = fields.BooleanField()  # type: ignore[assignment]  # its descriptor gives a bool

    class Meta:
        table = "goal_cascade_line"


class GoalProposal(Row):
    goal_id: UUID = fields.UUIDField()
    amount: Decimal = fields.DecimalField(max_digits=20, decimal_places=4)
    note: str = fields.TextField(default="")
    person_id: UUID = fields.UUIDField()
    proposed_at: datetime = fields.DatetimeField()

    class Meta:
        table = "goal_proposal"


class GoalBudget(Row):
    goal_id: UUID = fields.UUIDField()
    kind: str = fields.TextField()
    amount: Decimal = fields.DecimalField(max_digits=20, decimal_places=4)
    currency: str | None = fields.TextField(null=True)
    note: str = fields.TextField(default="")
    set_by_id: UUID | None = fields.UUIDField(null=True)
    set_at: datetime = fields.DatetimeField()

    class Meta:
        table = "goal_budget"
