"""The stored shape of an organisation's history."""

from datetime import datetime
from typing import Any
from uuid import UUID

from tortoise import fields

from domain.rows import Row


class Event(Row):
    act: str = fields.TextField()
    subject_kind: str = fields.TextField()
    subject_id: UUID | None = fields.UUIDField(null=True)
    person_id: UUID | None = fields.UUIDField(null=True)
    client_id: UUID | None = fields.UUIDField(null=True)
    via: str = fields.TextField()
    before: dict[str, Any] | None = fields.JSONField(null=True)
    after: dict[str, Any] | None = fields.JSONField(null=True)
    reason: str | None = fields.TextField(null=True)
    recorded_at: datetime = fields.DatetimeField(db_default=None)
    number: int | None = fields.BigIntField(null=True)

    class Meta:
        table = "event"
