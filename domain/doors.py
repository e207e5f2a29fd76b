"""The one way for an action to get a row: organisation, visibility, permission and lock at once."""

from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from tortoise import Tortoise

from auth.actor import Actor
from auth.permissions import Act
from domain.errors import NotFound
from domain.people.access import related
from domain.rows import Row
from domain.sql import bind, viewer

R = TypeVar("R", bound=Row)


@dataclass(frozen=True, slots=True)
class Opened(Generic[R]):
    """The locked row, and whether the actor may do to it what they came for."""

    row: R
    permitted: bool


async def locked(
    actor: Actor,
    model: type[R],
    row_id: UUID,
    *,
    kind: str,
    visible: str,
    act: Act,
    person: str = "owner_id",
) -> Opened[R]:
    """Lock the row until the transaction ends, if the actor may see it; else NotFound.

    `visible` is the type's visibility predicate, `person` the column that says whose row it is:
    upon that person the table of permissions is asked about `act`.
    """
    row = model.describe()["table"]
    statement, arguments = bind(
        f"select {related(actor, act, f'{row}.{person}')} as permitted from {row}"  # noqa: S608 - our own identifiers
        f" where {row}.org_id = :org and {row}.id = :id and {visible.format(row=row)}"
        f" for update of {row}",
        {**viewer(actor), "id": row_id},
    )
    connection = Tortoise.get_connection("default")
    found = await connection.execute_query_dict(statement, arguments)
    if not found:
        raise NotFound(kind)
    return Opened(await model.get(org_id=actor.org, id=row_id), found[0]["permitted"])
