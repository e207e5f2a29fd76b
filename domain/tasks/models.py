"""The stored shape of tasks, of the parts that people have in them, and of due days that were changed."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField

from domain.rows import Row


class TaskState(StrEnum):
    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


class Task(Row):
    readers: list[UUID] = ArrayField("uuid")
    owner_id: UUID = fields.UUIDField()
    asked_by_id: UUID = fields.UUIDField()
    title: str = fields.TextField()
    details: str | None = fields.TextField(null=True)
    details_html: str | None = fields.TextField(null=True)
    due_on: date = fields.DateField()
    state: str = fields.TextField(default=TaskState.OPEN.value)
    one_to_one_id: UUID | None = fields.UUIDField(null=True)
    note_id: UUID | None = fields.UUIDField(null=True)
    goal_id: UUID | None = fields.UUIDField(null=True)
    asked_at: datetime = fields.DatetimeField(db_default=None)
    written_at: datetime = fields.DatetimeField()
    ended_at: datetime | None = fields.DatetimeField(null=True)
    ended_by_id: UUID | None = fields.UUIDField(null=True)

    class Meta:
        table = "task"


class TaskPart(Row):
    readers: list[UUID] = ArrayField("uuid")
    task_id: UUID = fields.UUIDField()
    person_id: UUID = fields.UUIDField()
    what: str = fields.TextField()
    place: int = fields.IntField()
    done_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "task_part"


class TaskDueChange(Row):
    readers: list[UUID] = ArrayField("uuid")
    task_id: UUID = fields.UUIDField()
    due_before: date = fields.DateField()
    due_after: date = fields.DateField()
    reason: str = fields.TextField()
    changed_by_id: UUID = fields.UUIDField()
    changed_at: datetime = fields.DatetimeField(db_default=None)

    class Meta:
        table = "task_due_change"
