"""The stored shape of requests for access, and of what answers them."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField

from domain.rows import Row


class RequestState(StrEnum):
    ASKED = "asked"
    GRANTED = "granted"
    DECLINED = "declined"
    ANSWERED = "answered"
    REMOVED = "removed"


class AccessRequest(Row):
    person_id: UUID = fields.UUIDField()
    asked_on: date = fields.DateField()
    asked_at: datetime = fields.DatetimeField()
    state: str = fields.TextField(default=RequestState.ASKED.value)
    decided_by_id: UUID | None = fields.UUIDField(null=True)
    decided_at: datetime | None = fields.DatetimeField(null=True)
    reason: str | None = fields.TextField(null=True)
    answered_at: datetime | None = fields.DatetimeField(null=True)
    removed_on: date | None = fields.DateField(null=True)

    class Meta:
        table = "access_request"


class AccessExtract(Row):
    request_id: UUID = fields.UUIDField()
    readers: list[UUID] = ArrayField("uuid")
    kind: str = fields.TextField()
    is_own: bool = fields.BooleanField()  # type: ignore[assignment]  # its descriptor gives a bool
    written_at: datetime = fields.DatetimeField()
    words: str = fields.TextField()

    class Meta:
        table = "access_extract"
