"""What every stored row has in common: an organisation, an id, and a way to be saved that names both."""

from collections.abc import Iterable
from typing import Any, Self
from uuid import UUID

from tortoise import fields
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.exceptions import IntegrityError
from tortoise.models import Model

from domain.errors import Conflict

_OF_ALL_WITH_READERS = "reader_by_subject"
"""By which an id is there once among all rows that name their readers, whatever they are."""


class IdTaken(Conflict):
    """The database decides, so two who choose the same id at once are told apart."""

    def __init__(self, *, path: tuple[str, ...] = ("id",)) -> None:
        super().__init__("This id is already in use; make a new one for a new record.", path=path)


class Row(Model):
    """A row of one organisation. The database's key is (org_id, id); Tortoise knows `id`.

    Tortoise's own save and delete look rows up by `id` alone and would write `org_id`; a statement
    that does not name the organisation cannot be routed to its shard. So saving only ever adds a
    row, `change` writes, and `delete` names both.
    """

    org_id: UUID = fields.UUIDField()
    id: UUID = fields.UUIDField(primary_key=True)

    class Meta:
        abstract = True

    @classmethod
    async def add(cls, *, id_path: tuple[str, ...] = ("id",), **values: Any) -> Self:
        """Insert one row in the current transaction. Raises IdTaken; a phone may choose ids, and
        `id_path` is where in its message."""
        row = cls(**values)
        try:
            await row.save(force_create=True)
        except IntegrityError as refused:
            taken = (f"{cls._meta.db_table}_pkey", _OF_ALL_WITH_READERS)
            if getattr(refused.args[0], "constraint_name", None) in taken:
                raise IdTaken(path=id_path) from None
            raise
        return row

    @classmethod
    async def arrived(cls, org: UUID, id: UUID, **said: Any) -> bool:
        """Whether a row that says just this came before under this id: a phone that heard no answer
        sends it again, perhaps as another message."""
        return await cls.filter(org_id=org, id=id, **said).exists()

    async def save(
        self,
        using_db: BaseDBAsyncClient | None = None,
        update_fields: Iterable[str] | None = None,
        force_create: bool = False,
        force_update: bool = False,
    ) -> None:
        """Add the row, which is what `add` is for; raises TypeError for a row that is there."""
        if not force_create:
            raise TypeError("Write a stored row with change(), which names its organisation.")
        await super().save(using_db, update_fields, force_create, force_update)

    async def delete(self, using_db: BaseDBAsyncClient | None = None) -> None:
        """Remove this row, and only this row."""
        await type(self).filter(org_id=self.org_id, id=self.id).using_db(using_db).delete()

    async def change(self, **values: Any) -> None:
        """Write these columns of this row, and only this row."""
        await type(self).filter(org_id=self.org_id, id=self.id).update(**values)
        for name, value in values.items():
            setattr(self, name, value)
