"""The stored shape of calendars, seasons, days off, and of how an organisation watches its goals."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.models import Model

from domain.rows import Row


class Calendar(Row):
    name: str = fields.TextField()
    kind: str = fields.TextField()
    first_month: int | None = fields.SmallIntField(null=True)
    year_named_by: str | None = fields.TextField(null=True)
    week_starts_on: str | None = fields.TextField(null=True)
    year_ends: str | None = fields.TextField(null=True)
    retired_at: datetime | None = fields.DatetimeField(null=True)
    version: int = fields.IntField(default=1)
    updated_at: datetime = fields.DatetimeField(auto_now=True)

    class Meta:
        table = "calendar"


class CalendarPeriod(Row):
    calendar_id: UUID = fields.UUIDField()
    grain: str = fields.TextField()
    fiscal_year: int = fields.IntField()
    number: int = fields.SmallIntField()
    name: str = fields.TextField()
    starts_on: date = fields.DateField()
    ends_on: date = fields.DateField()
    has_extra_week: bool = fields.BooleanField(default=False)  # type: ignore[assignment]  # nothing can be a kind of bool
    parent_id: UUID | None = fields.UUIDField(null=True)

    class Meta:
        table = "calendar_period"


class Season(Row):
    name: str = fields.TextField()
    calendar_id: UUID = fields.UUIDField()
    weights: list[Decimal] = ArrayField("numeric")
    learned_from: int | None = fields.IntField(null=True)
    learned_to: int | None = fields.IntField(null=True)
    retired_at: datetime | None = fields.DatetimeField(null=True)
    version: int = fields.IntField(default=1)
    updated_at: datetime = fields.DatetimeField(auto_now=True)

    class Meta:
        table = "season"


class DayOff(Row):
    day: date = fields.DateField()
    name: str = fields.TextField()

    class Meta:
        table = "day_off"


class GoalPolicy(Model):
    """An organisation has exactly one, from the moment that it is founded."""

    org_id: UUID = fields.UUIDField(primary_key=True)
    working_days: list[str] = ArrayField("text")
    season_id: UUID | None = fields.UUIDField(null=True)
    pace_at_risk: Decimal = fields.DecimalField(max_digits=5, decimal_places=4)
    pace_off_track: Decimal = fields.DecimalField(max_digits=5, decimal_places=4)
    nudge_after_days: int = fields.SmallIntField()
    escalate_after_days: int = fields.SmallIntField()
    check_in_every_days: int | None = fields.SmallIntField(null=True)
    version: int = fields.IntField(default=1)
    updated_at: datetime = fields.DatetimeField(auto_now=True)

    class Meta:
        table = "goal_policy"
