"""What every stored row has in common: an organisation, an id, and a way to be saved that names both."""

from typing import Any, Self
from uuid import UUID

from tortoise import fields
from tortoise.models import Model

from domain.errors import Conflict
from domain.ids import new_id


class Row(Model):
    """A row of one organisation. The database's key is (org_id, id); Tortoise knows `id`.

    Tortoise's own save and delete look rows up by `id` alone and would write `org_id`; a statement
    that does not name the organisation cannot be routed to its shard.
    """

    org_id: UUID = fields.UUIDField()
    id: UUID = fields.UUIDField(primary_key=True)

    class Meta:
        abstract = True

    @classmethod
    async def add(cls, **values: Any) -> Self:
        """Insert one row in the current transaction."""
        row = cls(**values)
        await row.save(force_create=True)
        return row

    async def change(self, **values: Any) -> None:
        """Write these columns of this row, and only this row."""
        await type(self).filter(org_id=self.org_id, id=self.id).update(**values)
        for name, value in values.items():
            setattr(self, name, value)


async def unused(model: type[Row], org: UUID, id: UUID | None) -> UUID:
    """The id a phone chose for a new row, or a new one. Raises Conflict when it is taken."""
    if id is None:
        return new_id()
    if await model.filter(org_id=org, id=id).exists():
        raise Conflict("This id is already in use; make a new one for a new record.", path=("id",))
    return id
