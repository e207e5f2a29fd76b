"""The door to rows that belong to a goal: who may see or change one, the goal's owner decides."""

from typing import TypeVar
from uuid import UUID

from auth.actor import Actor
from auth.permissions import Act
from domain.database import current_transaction
from domain.errors import NotFound, NotPermitted
from domain.goals import access
from domain.people.access import related
from domain.rows import Row
from domain.sql import bind, viewer

R = TypeVar("R", bound=Row)


async def belonging(
    actor: Actor, act: Act, model: type[R], row_id: UUID, *, kind: str, refusal: str
) -> R:
    """The row, locked until the transaction ends, for somebody who may do this act to the goal's
    owner.

    NotFound for a row of a goal that the actor may not see; NotPermitted for one they see and may
    not touch.
    """
    table = model._meta.db_table
    statement, arguments = bind(
        f"select {related(actor, act, 'goal.owner_id')} as permitted from {table}"
        f" join goal on goal.org_id = :org and goal.id = {table}.goal_id"
        f" where {table}.org_id = :org and {table}.id = :id"
        f" and {access.visible(actor).replace('{row}', 'goal')} for no key update of {table}",
        {**viewer(actor), "id": row_id},
    )
    found = await current_transaction().execute_query_dict(statement, arguments)
    if not found:
        raise NotFound(kind)
    if not found[0]["permitted"]:
        raise NotPermitted(refusal, path=("id",))
    return await model.get(org_id=actor.org, id=row_id)
