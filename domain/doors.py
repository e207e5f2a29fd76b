"""The one way for an action to get a row: organisation, visibility, permission and lock at once."""

from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from auth.actor import Actor
from auth.permissions import Act
from domain.database import current_transaction
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
    permitted = await _permission(actor, model, row_id, visible, act, person, lock=True)
    if permitted is None:
        raise NotFound(kind)
    return Opened(await model.get(org_id=actor.org, id=row_id), permitted)


async def seen(
    actor: Actor,
    model: type[Row],
    row_id: UUID,
    *,
    kind: str,
    visible: str,
    act: Act | None = None,
    person: str = "owner_id",
    path: tuple[str, ...] = ("id",),
) -> bool:
    """Whether the actor may do `act` upon a row they see (True where no act is asked about). Raises
    NotFound for a row that is not there for them. Nothing is locked."""
    permitted = await _permission(actor, model, row_id, visible, act, person, lock=False)
    if permitted is None:
        raise NotFound(kind, path=path)
    return permitted


async def _permission(
    actor: Actor,
    model: type[Row],
    row_id: UUID,
    visible: str,
    act: Act | None,
    person: str,
    *,
    lock: bool,
) -> bool | None:
    row = model._meta.db_table
    permission = "true" if act is None else related(actor, act, f"{row}.{person}")
    statement, arguments = bind(
        f"select {permission} as permitted from {row}"
        f" where {row}.org_id = :org and {row}.id = :id and {visible.format(row=row)}"
        + (f" for no key update of {row}" if lock else ""),
        {**viewer(actor), "id": row_id},
    )
    found = await current_transaction().execute_query_dict(statement, arguments)
    return bool(found[0]["permitted"]) if found else None
