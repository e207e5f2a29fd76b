"""The stored shape of one-to-ones, of their agendas, and of the bare fact that two people met."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField

from domain.rows import Row


class OneToOneState(StrEnum):
    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"


class AgendaItemState(StrEnum):
    WAITING = "waiting"
    TICKED = "ticked"
    WITHDRAWN = "withdrawn"
    CARRIED = "carried"


class OneToOne(Row):
    readers: list[UUID] = ArrayField("uuid")
    leader_id: UUID = fields.UUIDField()
    coachee_id: UUID = fields.UUIDField()
    starts_at: datetime = fields.DatetimeField()
    state: str = fields.TextField(default=OneToOneState.PLANNED.value)
    planned_by_id: UUID = fields.UUIDField()
    planned_at: datetime = fields.DatetimeField(db_default=None)
    written_at: datetime = fields.DatetimeField()
    held_on: date | None = fields.DateField(null=True)
    held_written_at: datetime | None = fields.DatetimeField(null=True)
    ended_at: datetime | None = fields.DatetimeField(null=True)
    ended_by_id: UUID | None = fields.UUIDField(null=True)

    class Meta:
        table = "one_to_one"


class AgendaItem(Row):
    readers: list[UUID] = ArrayField("uuid")
    one_to_one_id: UUID = fields.UUIDField()
    author_id: UUID = fields.UUIDField()
    what: str = fields.TextField()
    place: int = fields.IntField()
    state: str = fields.TextField(default=AgendaItemState.WAITING.value)
    added_at: datetime = fields.DatetimeField(db_default=None)
    written_at: datetime = fields.DatetimeField()
    opened_at: datetime | None = fields.DatetimeField(null=True)
    ticked_at: datetime | None = fields.DatetimeField(null=True)
    ticked_by_id: UUID | None = fields.UUIDField(null=True)
    withdrawn_at: datetime | None = fields.DatetimeField(null=True)
    carried_from_id: UUID | None = fields.UUIDField(null=True)
    times_carried: int = fields.IntField(default=0)

    class Meta:
        table = "agenda_item"


class CoachingSession(Row):
    one_to_one_id: UUID = fields.UUIDField()
    manager_id: UUID = fields.UUIDField()
    coachee_id: UUID = fields.UUIDField()
    held_on: date = fields.DateField()

    class Meta:
        table = "coaching_session"
