"""The doors to tasks: whoever is named on one reads it, and nobody else."""

from typing import TypeVar
from uuid import UUID

from auth.actor import Actor
from auth.permissions import Act, may
from domain.coaching.note_models import Note
from domain.database import current_transaction
from domain.doors import seen
from domain.errors import NotFound, NotPermitted
from domain.goals.access import visible as sees_goal
from domain.goals.models import Goal
from domain.one_to_ones.access import on, one_to_one_for
from domain.readers import readable, readers_here
from domain.rows import Row
from domain.sql import bind, viewer
from domain.tasks.models import Task, TaskPart

R = TypeVar("R", bound=Row)


async def task_for(actor: Actor, task_id: UUID) -> Task:
    """A task on which the actor is named, locked. Raises NotFound."""
    return await _read_by(actor, Task, task_id, "task", lock=True)


async def part_for(actor: Actor, part_id: UUID) -> tuple[TaskPart, Task]:
    """A part of a task, with the task, which is locked. Raises NotFound."""
    part = await _read_by(actor, TaskPart, part_id, "part of a task", lock=False)
    task = await task_for(actor, part.task_id)
    # Read again behind the lock: whoever ticks parts waits there.
    return await TaskPart.get(org_id=actor.org, id=part.id), task


async def may_ask(actor: Actor) -> UUID:
    """The person who asks for a task. Raises NotPermitted for whoever is none."""
    if actor.person is None or not may(actor, Act.TASK_ASK):
        raise NotPermitted("Only a person asks for a task.")
    return actor.person


async def is_here(actor: Actor, person_id: UUID, *, path: tuple[str, ...]) -> None:
    """Raises NotFound for somebody who is not here today."""
    try:
        await readers_here(actor, [person_id], path=path)
    except NotFound as refused:
        raise NotFound("person", path=path) from refused


async def two_of(actor: Actor, one_to_one_id: UUID) -> tuple[UUID, UUID]:
    """The two people of a one-to-one of the actor's. Raises NotFound."""
    try:
        return on(await one_to_one_for(actor, one_to_one_id))
    except NotFound as refused:
        raise NotFound("one-to-one", path=("oneToOneId",)) from refused


async def reads(actor: Actor, note_id: UUID) -> None:
    """Raises NotFound for a note that the actor does not read."""
    await seen(actor, Note, note_id, kind="note", visible=readable(actor), path=("noteId",))


async def sees(actor: Actor, goal_id: UUID) -> None:
    """Raises NotFound for a goal that the actor does not see."""
    await seen(actor, Goal, goal_id, kind="goal", visible=sees_goal(actor), path=("goalId",))


async def _read_by(actor: Actor, model: type[R], row_id: UUID, kind: str, *, lock: bool) -> R:
    table = model._meta.db_table
    statement, arguments = bind(
        f"select id from {table} where {table}.org_id = :org and {table}.id = :id"
        f" and {readable(actor).format(row=table)}"
        + (f" for no key update of {table}" if lock else ""),
        {**viewer(actor), "id": row_id},
    )
    if not await current_transaction().execute_query_dict(statement, arguments):
        raise NotFound(kind)
    return await model.get(org_id=actor.org, id=row_id)
