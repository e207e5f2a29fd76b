"""The stored shape of an organisation and its people."""

from datetime import date, datetime
from uuid import UUID

from tortoise import fields
from tortoise.models import Model

from domain.rows import Row


class Organisation(Model):
    org_id: UUID = fields.UUIDField(primary_key=True)
    slug: str = fields.TextField()
    name: str = fields.TextField()
    currency: str = fields.TextField()
    time_zone: str = fields.TextField()
    business_date: date | None = fields.DateField(null=True)
    retention_months: int | None = fields.IntField(null=True)
    version: int = fields.IntField(default=1)

    class Meta:
        table = "organisation"


class Person(Row):
    external_id: str | None = fields.TextField(null=True)
    name: str = fields.TextField()
    email: str | None = fields.TextField(null=True)
    title: str = fields.TextField(default="")
    left_on: date | None = fields.DateField(null=True)
    disabled_at: datetime | None = fields.DatetimeField(null=True)
    version: int = fields.IntField(default=1)

    class Meta:
        table = "person"


class Position(Row):
    external_id: str | None = fields.TextField(null=True)
    title: str = fields.TextField()
    version: int = fields.IntField(default=1)

    class Meta:
        table = "position"


class RoleGrant(Row):
    person_id: UUID = fields.UUIDField()
    role: str = fields.TextField()
    granted_by: UUID | None = fields.UUIDField(null=True)
    revoked_by: UUID | None = fields.UUIDField(null=True)
    revoked_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "role_grant"
