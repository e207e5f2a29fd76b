"""The stored shape of the territory tree."""

from uuid import UUID

from tortoise import fields

from domain.rows import Row


class Territory(Row):
    external_id: str | None = fields.TextField(null=True)
    name: str = fields.TextField()
    kind: str = fields.TextField(default="geographic")
    parent_id: UUID | None = fields.UUIDField(null=True)
    version: int = fields.IntField(default=1)

    class Meta:
        table = "territory"
