"""The stored shape of what a goal may have: contributors, a matrix, adjustments, ratings, a closing;
and of templates and ramps."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField

from domain.rows import Row


class AdjustmentKind(StrEnum):
    PRORATED = "prorated"
    RAMPED = "ramped"


class KpiLevel(StrEnum):
    """How far a line of a matrix has come."""

    NONE = "none"
    THRESHOLD = "threshold"
    TARGET = "target"
    STRETCH = "stretch"


class ScoreBasis(StrEnum):
    """What a closed goal's score was made of."""

    ATTAINMENT = "attainment"
    MATRIX = "matrix"
    WEIGHTED = "weighted"
    RATING = "rating"


class GoalContributor(Row):
    goal_id: UUID = fields.UUIDField()
    person_id: UUID = fields.UUIDField()
    part: str = fields.TextField(default="")

    class Meta:
        table = "goal_contributor"


class GoalKpi(Row):
    goal_id: UUID = fields.UUIDField()
    place: int = fields.SmallIntField()
    measure: str = fields.TextField()
    owner_id: UUID | None = fields.UUIDField(null=True)
    weight: Decimal = fields.DecimalField(max_digits=9, decimal_places=8)
    currency: str | None = fields.TextField(null=True)
    threshold: Decimal = fields.DecimalField(max_digits=20, decimal_places=4)
    target: Decimal = fields.DecimalField(max_digits=20, decimal_places=4)
    stretch: Decimal = fields.DecimalField(max_digits=20, decimal_places=4)
    threshold_score: Decimal = fields.DecimalField(max_digits=9, decimal_places=4)
    target_score: Decimal = fields.DecimalField(max_digits=9, decimal_places=4)
    stretch_score: Decimal = fields.DecimalField(max_digits=9, decimal_places=4)

    class Meta:
        table = "goal_kpi"


class GoalTemplate(Row):
    name: str = fields.TextField()
    for_role: str | None = fields.TextField(null=True)
    goal_name: str = fields.TextField()
    description: str = fields.TextField(default="")
    measure: str = fields.TextField()
    target: Decimal | None = fields.DecimalField(max_digits=20, decimal_places=4, null=True)
    currency: str | None = fields.TextField(null=True)
    no_parent_reason: str | None = fields.TextField(null=True)
    retired_at: datetime | None = fields.DatetimeField(null=True)
    version: int = fields.IntField(default=1)
    updated_at: datetime = fields.DatetimeField(auto_now=True)

    class Meta:
        table = "goal_template"


class GoalTemplateKpi(Row):
    template_id: UUID = fields.UUIDField()
    place: int = fields.SmallIntField()
    measure: str = fields.TextField()
    weight: Decimal = fields.DecimalField(max_digits=9, decimal_places=8)
    currency: str | None = fields.TextField(null=True)
    threshold: Decimal = fields.DecimalField(max_digits=20, decimal_places=4)
    target: Decimal = fields.DecimalField(max_digits=20, decimal_places=4)
    stretch: Decimal = fields.DecimalField(max_digits=20, decimal_places=4)
    threshold_score: Decimal = fields.DecimalField(max_digits=9, decimal_places=4)
    target_score: Decimal = fields.DecimalField(max_digits=9, decimal_places=4)
    stretch_score: Decimal = fields.DecimalField(max_digits=9, decimal_places=4)

    class Meta:
        table = "goal_template_kpi"


class GoalAssignment(Row):
    template_id: UUID = fields.UUIDField()
    person_id: UUID | None = fields.UUIDField(null=True)
    starts_on: date = fields.DateField()
    ends_on: date = fields.DateField()
    drafted: int = fields.IntField()
    left_alone: list[UUID] = ArrayField("uuid", default=list)
    calendar_id: UUID | None = fields.UUIDField(null=True)
    grain: str | None = fields.TextField(null=True)

    class Meta:
        table = "goal_assignment"


class Ramp(Row):
    name: str = fields.TextField()
    steps: list[Decimal] = ArrayField("numeric")
    retired_at: datetime | None = fields.DatetimeField(null=True)
    version: int = fields.IntField(default=1)
    updated_at: datetime = fields.DatetimeField(auto_now=True)

    class Meta:
        table = "ramp"


class GoalAdjustment(Row):
    goal_id: UUID = fields.UUIDField()
    place: int = fields.SmallIntField()
    kind: str = fields.TextField()
    cause: str = fields.TextField()
    convention: str = fields.TextField()
    change_day_counts: bool = fields.BooleanField()  # type: ignore[assignment]  # its descriptor gives a bool
    first_day: date = fields.DateField()
    last_day: date = fields.DateField()
    counted: Decimal = fields.DecimalField(max_digits=12, decimal_places=4)
    whole: Decimal = fields.DecimalField(max_digits=12, decimal_places=4)
    before: Decimal = fields.DecimalField(max_digits=20, decimal_places=4)
    after: Decimal = fields.DecimalField(max_digits=20, decimal_places=4)
    ramp_id: UUID | None = fields.UUIDField(null=True)
    person_id: UUID | None = fields.UUIDField(null=True)
    reason: str = fields.TextField(default="")

    class Meta:
        table = "goal_adjustment"


class GoalRating(Row):
    goal_id: UUID = fields.UUIDField()
    person_id: UUID = fields.UUIDField()
    level: int = fields.SmallIntField()
    comment: str = fields.TextField()

    class Meta:
        table = "goal_rating"


class GoalClosing(Row):
    goal_id: UUID = fields.UUIDField()
    basis: str = fields.TextField()
    score: Decimal = fields.DecimalField(max_digits=20, decimal_places=4)
    target: Decimal | None = fields.DecimalField(max_digits=20, decimal_places=4, null=True)
    actual: Decimal | None = fields.DecimalField(max_digits=20, decimal_places=4, null=True)
    person_id: UUID = fields.UUIDField()
    note: str = fields.TextField(default="")
    reopened_by: UUID | None = fields.UUIDField(null=True)
    reopened_at: datetime | None = fields.DatetimeField(null=True)
    reopen_reason: str | None = fields.TextField(null=True)

    class Meta:
        table = "goal_closing"
