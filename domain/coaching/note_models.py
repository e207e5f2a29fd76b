"""The stored shape of coaching notes, and of what belongs to one. Each row names who reads it."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum, unique
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField

from domain.rows import Row


@unique
class NoteVisibility(StrEnum):
    """For whom a note is."""

    PRIVATE = "private"
    COACHEE = "coachee"
    NAMED = "named"


@unique
class EvidenceKind(StrEnum):
    """What a note leads to."""

    GOAL = "goal"
    SALE = "sale"
    ACCOUNT = "account"
    MEASURE = "measure"
    GAP = "gap"


class Words(Row):
    """What somebody wrote, as they wrote it and as it is shown; `written_at` is the author's clock."""

    body: str = fields.TextField()
    body_html: str = fields.TextField()
    written_at: datetime = fields.DatetimeField()
    received_at: datetime = fields.DatetimeField()
    readers: list[UUID] = ArrayField("uuid")

    class Meta:
        abstract = True


class Note(Words):
    about_id: UUID = fields.UUIDField()
    author_id: UUID = fields.UUIDField()
    one_to_one_id: UUID | None = fields.UUIDField(null=True)
    written_on: date = fields.DateField()
    version: int = fields.IntField(default=1)
    updated_at: datetime = fields.DatetimeField()
    acknowledged_version: int | None = fields.IntField(null=True)
    acknowledged_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "note"


class NoteRevision(Words):
    note_id: UUID = fields.UUIDField()
    version: int = fields.IntField()
    acknowledged_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "note_revision"


class NoteReply(Words):
    note_id: UUID = fields.UUIDField()
    author_id: UUID = fields.UUIDField()

    class Meta:
        table = "note_reply"


class NoteEvidence(Row):
    note_id: UUID = fields.UUIDField()
    place: int = fields.IntField()
    version: int = fields.IntField(default=1)
    kind: str = fields.TextField()
    subject_id: UUID | None = fields.UUIDField(null=True)
    seen_as: str = fields.TextField()
    name: str = fields.TextField()
    value: Decimal | None = fields.DecimalField(max_digits=24, decimal_places=4, null=True)
    unit: str = fields.TextField()
    currency: str | None = fields.TextField(null=True)
    since: date | None = fields.DateField(null=True)
    as_of: date = fields.DateField()
    formula: str = fields.TextField()
    source: str = fields.TextField()
    facts: dict[str, Any] = fields.JSONField(default=dict)
    readers: list[UUID] = ArrayField("uuid")

    class Meta:
        table = "note_evidence"
