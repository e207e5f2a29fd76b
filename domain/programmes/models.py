"""The stored shape of programmes of one-to-ones."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from tortoise import fields

from domain.rows import Row


class PairState(StrEnum):
    """What has come of a programme for two people in one of its intervals."""

    DONE = "done"
    DUE = "due"
    OVERDUE = "overdue"
    JOINED = "joined"


class Programme(Row):
    name: str = fields.TextField()
    purpose: str = fields.TextField()
    leader_id: UUID | None = fields.UUIDField(null=True)
    every_weeks: int = fields.IntField()
    starts_on: date = fields.DateField()
    until: date = fields.DateField()
    defined_by_id: UUID | None = fields.UUIDField(null=True)
    defined_at: datetime = fields.DatetimeField(db_default=None)
    retired_on: date | None = fields.DateField(null=True)
    retired_by_id: UUID | None = fields.UUIDField(null=True)

    class Meta:
        table = "programme"
