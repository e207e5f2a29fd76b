"""What people do about tasks. A task for oneself alone leaves no trace in the history; one with others
leaves who did what, without a word of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from auth.actor import Actor
from domain.acts import act
from domain.errors import NotPermitted
from domain.goals.rules import sound_text
from domain.history import record
from domain.ids import new_id
from domain.notices.models import NoticeKind
from domain.notices.sending import News, send
from domain.offline import when_written
from domain.readers import readers_here
from domain.tasks.access import is_here, may_ask, part_for, reads, sees, task_for, two_of
from domain.tasks.models import Task, TaskDueChange, TaskPart, TaskState
from domain.tasks.rules import (
    NotOfTheTask,
    as_it_was_due,
    from_one_thing,
    has_ended,
    is_theirs,
    room_for_parts,
    sound_due_day,
    still_open,
    within_a_one_to_one,
)
from domain.writing import html_of, sound_words


@dataclass(frozen=True, slots=True)
class WantedPart:
    """What one of several people does of a task."""

    person_id: UUID
    what: str


@act
async def ask_for_task(
    actor: Actor,
    *,
    title: str,
    due_on: date,
    owner_id: UUID | None = None,
    details: str | None = None,
    parts: Sequence[WantedPart] = (),
    one_to_one_id: UUID | None = None,
    note_id: UUID | None = None,
    goal_id: UUID | None = None,
    written_at: datetime | None = None,
    id: UUID | None = None,
) -> UUID:
    """Ask somebody, or oneself where nobody is named, to do something until a day, alone or with others
    who each have a part. Those who are named read it, and nobody else. Returns the task's id."""
    asker = await may_ask(actor)
    title = sound_text(title, longest=200, path="title")
    details = None if details is None else sound_words(details, path="details")
    if id is not None and await Task.arrived(
        actor.org, id, asked_by_id=asker, title=title, details=details
    ):
        return id
    from_one_thing(one_to_one_id, note_id, goal_id)
    if note_id is not None:
        await reads(actor, note_id)
    if goal_id is not None:
        await sees(actor, goal_id)

    room_for_parts(len(parts))
    whats = [sound_text(part.what, longest=500, path="parts") for part in parts]
    sound_due_day(due_on, actor.today)
    now = datetime.now(UTC)
    written_at = when_written(written_at, now)
    owner = owner_id or asker
    await is_here(actor, owner, path=("ownerId",))
    await readers_here(actor, [part.person_id for part in parts], path=("parts",))
    readers = sorted({owner, asker, *(part.person_id for part in parts)})
    if one_to_one_id is not None:
        within_a_one_to_one(readers, await two_of(actor, one_to_one_id))

    task = await Task.add(
        id_path=("taskId",),
        org_id=actor.org,
        id=id or new_id(),
        readers=readers,
        owner_id=owner,
        asked_by_id=asker,
        title=title,
        details=details,
        details_html=None if details is None else await html_of(details),
        due_on=due_on,
        one_to_one_id=one_to_one_id,
        note_id=note_id,
        goal_id=goal_id,
        asked_at=now,
        written_at=written_at,
    )
    for place, (part, what) in enumerate(zip(parts, whats, strict=True), start=1):
        await TaskPart.add(
            org_id=actor.org,
            id=new_id(),
            readers=readers,
            task_id=task.id,
            person_id=part.person_id,
            what=what,
            place=place,
        )

    await _record(actor, "task.asked", task)
    await _tell(actor, NoticeKind.TASK_ASKED, task, set(readers) - {asker})
    return task.id


@act
async def finish_task(actor: Actor, *, task_id: UUID) -> UUID:
    """Say that a task of the actor's is done, whatever parts are open. Said twice, it is done once."""
    task = await task_for(actor, task_id)
    is_theirs(actor.person, task.owner_id)

    if task.state == TaskState.DONE:
        return task.id
    await _end(actor, task, TaskState.DONE)
    return task.id


@act
async def drop_task(actor: Actor, *, task_id: UUID) -> UUID:
    """Say that a task that the actor owns or asked for will not be done."""
    task = await task_for(actor, task_id)
    is_theirs(actor.person, task.owner_id, task.asked_by_id)

    if task.state == TaskState.DROPPED:
        return task.id
    await _end(actor, task, TaskState.DROPPED)
    return task.id


async def _end(actor: Actor, task: Task, state: TaskState) -> None:
    still_open(TaskState(task.state))
    await task.change(state=state, ended_at=datetime.now(UTC), ended_by_id=actor.person)

    await _record(actor, f"task.{state.value}", task)
    kind = NoticeKind.TASK_DONE if state is TaskState.DONE else NoticeKind.TASK_DROPPED
    others = {task.owner_id, task.asked_by_id} - {actor.person}
    await _tell(actor, kind, task, [each for each in others if each is not None])


@act
async def reopen_task(actor: Actor, *, task_id: UUID) -> UUID:
    """Say that a task that the actor owns or asked for is to be done after all; ticks of parts stay."""
    task = await task_for(actor, task_id)
    is_theirs(actor.person, task.owner_id, task.asked_by_id)

    has_ended(TaskState(task.state))
    await task.change(state=TaskState.OPEN, ended_at=None, ended_by_id=None)

    await _record(actor, "task.reopened", task)
    return task.id


@act
async def hand_task_over(actor: Actor, *, task_id: UUID, to_id: UUID) -> UUID:
    """Make somebody else who is named on a task its owner; they are told."""
    task = await task_for(actor, task_id)
    is_theirs(actor.person, task.owner_id, task.asked_by_id)

    still_open(TaskState(task.state))
    if to_id == task.owner_id:
        return task.id
    if to_id not in task.readers:
        raise NotOfTheTask(("toId",))
    await is_here(actor, to_id, path=("toId",))
    await task.change(owner_id=to_id)

    await _record(actor, "task.handed_over", task)
    await _tell(actor, NoticeKind.TASK_HANDED_OVER, task, {to_id} - {actor.person})
    return task.id


@act
async def change_due_day(
    actor: Actor, *, task_id: UUID, due_on: date, seen_due_on: date, reason: str
) -> UUID:
    """Let a task that the actor owns or asked for be due on another day than they saw, saying why."""
    task = await task_for(actor, task_id)
    is_theirs(actor.person, task.owner_id, task.asked_by_id)

    still_open(TaskState(task.state))
    as_it_was_due(seen_due_on, task.due_on)
    sound_due_day(due_on, actor.today)
    reason = sound_text(reason, longest=1000, path="reason")
    if due_on == task.due_on:
        return task.id
    await TaskDueChange.add(
        org_id=actor.org,
        id=new_id(),
        readers=task.readers,
        task_id=task.id,
        due_before=task.due_on,
        due_after=due_on,
        reason=reason,
        changed_by_id=actor.person,
        changed_at=datetime.now(UTC),
    )
    await task.change(due_on=due_on)

    await _record(actor, "task.due_day_changed", task)
    return task.id


@act
async def tick_task_part(actor: Actor, *, part_id: UUID, done: bool = True) -> UUID:
    """Say that the actor's part of an open task is done, or not after all. With the last part the task
    is done. Said twice, it stays as it is."""
    part, task = await part_for(actor, part_id)
    if part.person_id != actor.person:
        raise NotPermitted("A part is ticked off by whoever does it.", path=("id",))

    if done == (part.done_at is not None):
        return part.id
    still_open(TaskState(task.state))
    await part.change(done_at=datetime.now(UTC) if done else None)

    await _record(actor, "task.part_done" if done else "task.part_reopened", task)
    if not await TaskPart.filter(org_id=actor.org, task_id=task.id, done_at__isnull=True).exists():
        await _end(actor, task, TaskState.DONE)
    return part.id


async def _record(actor: Actor, what: str, task: Task) -> None:
    if len(task.readers) > 1:
        await record(actor, what, "task", task.id)


async def _tell(actor: Actor, kind: NoticeKind, task: Task, people: Iterable[UUID]) -> None:
    # Asked, handed over and ended once for each time it is.
    now = datetime.now(UTC).isoformat()
    await send(actor, [News(kind, task.id, person, now, of="task") for person in people])
