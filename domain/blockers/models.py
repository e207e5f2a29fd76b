"""The stored shape of blockers: what is in the way of a goal."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from tortoise import fields

from domain.rows import Row


class Cause(StrEnum):
    TOOLS = "tools"
    PROCESS = "process"
    POLICY = "policy"
    PERSONAL = "personal"
    EXTERNAL = "external"


class BlockerState(StrEnum):
    OPEN = "open"
    RESOLVED = "resolved"
    WITHDRAWN = "withdrawn"


class Blocker(Row):
    goal_id: UUID = fields.UUIDField()
    cause: str = fields.TextField()
    what: str = fields.TextField()
    raised_on: date = fields.DateField()
    raised_at: datetime = fields.DatetimeField()
    raised_by_id: UUID = fields.UUIDField()
    state: str = fields.TextField(default=BlockerState.OPEN.value)
    resolved_on: date | None = fields.DateField(null=True)
    resolved_at: datetime | None = fields.DatetimeField(null=True)
    resolved_by_id: UUID | None = fields.UUIDField(null=True)
    resolution: str | None = fields.TextField(null=True)
    withdrawn_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "blocker"
