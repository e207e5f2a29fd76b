"""The stored shape of the territory tree."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from tortoise import fields

from domain.rows import Row


class Territory(Row):
    external_id: str | None = fields.TextField(null=True)
    name: str = fields.TextField()
    kind: str = fields.TextField(default="geographic")
    parent_id: UUID | None = fields.UUIDField(null=True)
    potential: Decimal | None = fields.DecimalField(max_digits=20, decimal_places=4, null=True)
    version: int = fields.IntField(default=1)
    updated_at: datetime = fields.DatetimeField(auto_now=True)

    class Meta:
        table = "territory"
