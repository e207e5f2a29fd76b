"""The stored shape of comments: what people say about a thing, and whom they mention."""

from datetime import datetime
from uuid import UUID

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField

from domain.rows import Row


class Comment(Row):
    subject_kind: str = fields.TextField()
    subject_id: UUID = fields.UUIDField()
    author_id: UUID = fields.UUIDField()
    body: str | None = fields.TextField(null=True)
    body_html: str | None = fields.TextField(null=True)
    written_at: datetime = fields.DatetimeField()
    received_at: datetime = fields.DatetimeField()
    edited_at: datetime | None = fields.DatetimeField(null=True)
    withdrawn_at: datetime | None = fields.DatetimeField(null=True)
    version: int = fields.IntField(default=1)
    readers: list[UUID] | None = ArrayField(element_type="uuid", null=True)

    class Meta:
        table = "comment"


class Mention(Row):
    comment_id: UUID = fields.UUIDField()
    person_id: UUID = fields.UUIDField()
    mentioned_at: datetime = fields.DatetimeField()

    class Meta:
        table = "mention"
