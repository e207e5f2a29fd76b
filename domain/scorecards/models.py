"""The stored shape of scorecards and of assessments by them."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum, unique
from typing import Any
from uuid import UUID

from tortoise import fields

from domain.rows import Row


@unique
class Scale(StrEnum):
    ONE_TO_FIVE = "one_to_five"
    ZERO_TO_TEN = "zero_to_ten"
    YES_NO = "yes_no"


@unique
class Occasion(StrEnum):
    VISIT = "visit"
    CALL = "call"
    MEETING = "meeting"
    DEMO = "demo"


class Scorecard(Row):
    """One published version."""

    series_id: UUID = fields.UUIDField()
    number: int = fields.IntField()
    name: str = fields.TextField()
    description: str = fields.TextField(default="")
    criteria: list[dict[str, Any]] = fields.JSONField()
    published_at: datetime = fields.DatetimeField()
    published_by_id: UUID | None = fields.UUIDField(null=True)
    retired_at: datetime | None = fields.DatetimeField(null=True)
    retired_by_id: UUID | None = fields.UUIDField(null=True)

    class Meta:
        table = "scorecard"


class Assessment(Row):
    scorecard_id: UUID = fields.UUIDField()
    person_id: UUID = fields.UUIDField()
    assessor_id: UUID = fields.UUIDField()
    occasion_id: UUID = fields.UUIDField()
    occasion: str = fields.TextField()
    held_on: date = fields.DateField()
    account_id: UUID | None = fields.UUIDField(null=True)
    sale_id: UUID | None = fields.UUIDField(null=True)
    comment: str = fields.TextField(default="")
    points: Decimal = fields.DecimalField(max_digits=20, decimal_places=4)
    most: Decimal = fields.DecimalField(max_digits=20, decimal_places=4)
    written_at: datetime = fields.DatetimeField()
    received_at: datetime = fields.DatetimeField()
    withdrawn_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "assessment"


class AssessmentScore(Row):
    assessment_id: UUID = fields.UUIDField()
    series_id: UUID = fields.UUIDField()
    person_id: UUID = fields.UUIDField()
    held_on: date = fields.DateField()
    by_themselves: bool = fields.BooleanField()  # type: ignore[assignment]  # its descriptor gives a bool
    place: int = fields.IntField()
    criterion: str = fields.TextField()
    scale: str = fields.TextField()
    weight: Decimal = fields.DecimalField(max_digits=20, decimal_places=4)
    score: int | None = fields.IntField(null=True)
    comment: str = fields.TextField(default="")
    withdrawn: bool = fields.BooleanField(default=False)  # type: ignore[assignment]  # its descriptor gives a bool

    class Meta:
        table = "assessment_score"
