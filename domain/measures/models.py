"""The stored shape of what an organisation measures."""

from datetime import datetime
from enum import StrEnum, unique

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField

from domain.rows import Row

REVENUE, MARGIN = "revenue", "margin"
"""Keys of two measures that every organisation has."""


@unique
class MeasureUnit(StrEnum):
    """What a measure's figures are."""

    MONEY = "money"
    NUMBER = "number"
    PERCENT = "percent"
    YES_NO = "yes_no"


@unique
class MeasureDirection(StrEnum):
    """Which figures of a measure are the better ones."""

    HIGHER = "higher"
    LOWER = "lower"


@unique
class MeasureSource(StrEnum):
    """Where a measure's figures come from."""

    SALES_AMOUNT = "sales_amount"
    SALES_MARGIN = "sales_margin"
    SALES_QUANTITY = "sales_quantity"
    NEW_CUSTOMERS = "new_customers"
    WIN_RATE = "win_rate"
    CYCLE_LENGTH = "cycle_length"
    ACQUISITION_COST = "acquisition_cost"
    CHECK_IN = "check_in"
    RATING = "rating"


class Measure(Row):
    key: str = fields.TextField()
    name: str = fields.TextField()
    description: str = fields.TextField(default="")
    unit: str = fields.TextField()
    direction: str = fields.TextField()
    source: str = fields.TextField()
    levels: list[str] = ArrayField("text", default=[])
    retired_at: datetime | None = fields.DatetimeField(null=True)
    version: int = fields.IntField(default=1)
    updated_at: datetime = fields.DatetimeField(auto_now=True)

    class Meta:
        table = "measure"
