"""The stored shape of recognition: what colleagues are thanked for, by the organisation's values."""

from datetime import date, datetime
from uuid import UUID

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField

from domain.rows import Row


class RecognitionValue(Row):
    """Something that the organisation holds dear. `place` is one of twenty among those in use."""

    name: str = fields.TextField()
    place: int = fields.IntField()
    defined_at: datetime = fields.DatetimeField()
    retired_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "recognition_value"


class Recognition(Row):
    """Its readers are the giver and the receivers; while it is on the wall, everybody reads it."""

    readers: list[UUID] = ArrayField("uuid")
    giver_id: UUID = fields.UUIDField()
    receiver_ids: list[UUID] = ArrayField("uuid")
    value_ids: list[UUID] = ArrayField("uuid")
    words: str = fields.TextField()
    goal_id: UUID | None = fields.UUIDField(null=True)
    on_wall: bool = fields.BooleanField()  # type: ignore[assignment]  # its descriptor gives a bool
    given_on: date = fields.DateField()
    given_at: datetime = fields.DatetimeField()

    class Meta:
        table = "recognition"
