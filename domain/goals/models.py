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
    CLOSED = "closed"


class GoalStage(StrEnum):
    """Where a goal stands on a day: what is approved is active once its period has begun."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    ACTIVE = "active"
    CLOSED = "closed"


class GoalScope(StrEnum):
    """Whose results a goal counts."""

    OWN = "own"
    TEAM = "team"  # the owner's and those of everybody below, each on the days on which they were
    CONTRIBUTORS = "contributors"
    ORGANISATION = "organisation"


class RollUp(StrEnum):
    """What a goal's children are to it."""

    NONE = "none"
    SUM = "sum"  # shares of its target
    WEIGHTED = "weighted"  # parts of its progress


class Acceptance(StrEnum):
    """What the owner says of an approved goal."""

    ACCEPTED = "accepted"
    CHANGE_REQUESTED = "change_requested"


class GoalAct(StrEnum):
    DRAFTED = "drafted"
    CHANGED = "changed"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    CHANGE_REQUESTED = "change_requested"
    PROPOSED = "proposed"
    ALIGNED = "aligned"
    ROLLED_UP = "rolled_up"
    CASCADED = "cascaded"
    SPREAD = "spread"
    UPLIFTED = "uplifted"
    AMENDED = "amended"
    PRORATED = "prorated"
    RAMPED = "ramped"
    OVERRIDDEN = "overridden"
    RATED = "rated"
    SHARED = "shared"
    ASSIGNED = "assigned"
    CLOSED = "closed"
    WEIGHED = "weighed"
    REOPENED = "reopened"
    KEPT_PRIVATE = "kept_private"
    OPENED = "opened"
    CHECKED_IN = "checked_in"
    BLOCKED = "blocked"
    CORRECTED = "corrected"

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
    description: str = fields.TextField(default="")
    measure: str | None = fields.TextField(null=True)
    scope: str = fields.TextField(default=GoalScope.OWN)
    starts_on: date = fields.DateField()
    ends_on: date | None = fields.DateField(null=True)
    start_value: Decimal = fields.DecimalField(max_digits=20, decimal_places=4, default=Decimal(0))
    target: Decimal | None = fields.DecimalField(max_digits=20, decimal_places=4, null=True)
    plan_target: Decimal | None = fields.DecimalField(max_digits=20, decimal_places=4, null=True)
    uplift: Decimal | None = fields.DecimalField(max_digits=9, decimal_places=8, null=True)
    uplifted_by_id: UUID | None = fields.UUIDField(null=True)
    proposed: Decimal | None = fields.DecimalField(max_digits=20, decimal_places=4, null=True)
    currency: str | None = fields.TextField(null=True)
    parent_id: UUID | None = fields.UUIDField(null=True)
    no_parent_reason: str | None = fields.TextField(null=True)
    season_id: UUID | None = fields.UUIDField(null=True)
    period_id: UUID | None = fields.UUIDField(null=True)
    roll_up: str = fields.TextField(default=RollUp.NONE)
    weight: Decimal | None = fields.DecimalField(max_digits=9, decimal_places=8, null=True)
    private: bool = fields.BooleanField(default=False)  # type: ignore[assignment]  # its descriptor gives a bool
    status: str = fields.TextField()
    acceptance: str | None = fields.TextField(null=True)
    submitted_at: datetime | None = fields.DatetimeField(null=True)
    approved_at: datetime | None = fields.DatetimeField(null=True)
    override: Decimal | None = fields.DecimalField(max_digits=20, decimal_places=4, null=True)
    override_reason: str | None = fields.TextField(null=True)
    score: Decimal | None = fields.DecimalField(max_digits=20, decimal_places=8, null=True)
    closed_at: datetime | None = fields.DatetimeField(null=True)
    template_id: UUID | None = fields.UUIDField(null=True)
    version: int = fields.IntField(default=1)
    updated_at: datetime = fields.DatetimeField(auto_now=True)

    class Meta:
        table = "goal"


class GoalDecision(Row):
    goal_id: UUID = fields.UUIDField()
    owner_id: UUID = fields.UUIDField()
    act: str = fields.TextField()
    person_id: UUID | None = fields.UUIDField(null=True)
    on_behalf_of_id: UUID | None = fields.UUIDField(null=True)
    seen_version: int | None = fields.IntField(null=True)
    note: str | None = fields.TextField(null=True)
    target: Decimal | None = fields.DecimalField(max_digits=20, decimal_places=4, null=True)

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
