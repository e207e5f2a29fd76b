"""What callers do about tasks."""

import datetime
from typing import Annotated

import strawberry

from domain.tasks import actions as tasks
from domain.tasks.actions import WantedPart
from schema.compiler.fields import one
from schema.errors import ConflictError, InvalidError, NotFoundError, NotPermittedError
from schema.mutations import Message, Payload, id_of, mutation, parts_of
from schema.plain import input_of, plain
from schema.tasks import Task, TaskPart

_ERRORS = "Why it was refused; empty when it was done."
Refused = NotFoundError | NotPermittedError | InvalidError | ConflictError


@plain
class TaskPayload(Payload):
    """What every payload about a task has."""

    task: Task | None = one(
        "The task as it is now; null when refused.", lambda root, actor: root.subject
    )


@plain
class TaskPartPayload(Payload):
    """What every payload about a part of a task has."""

    task_part: TaskPart | None = one(
        "The part as it is now; null when refused.", lambda root, actor: root.subject
    )


@input_of
class TaskPartInput:
    """What one of several people is to do of a task."""

    person_id: strawberry.ID = id_of("person", "Who.")
    what: str = strawberry.field(description="What they do, 1 to 500 characters.")


@input_of
class TaskAskInput(Message):
    """Something that you want to be done."""

    id: strawberry.ID | None = id_of(
        "task",
        "The new task's id, if you made one: `task_` and a UUID version 7.",
        "taskId",
        default=strawberry.UNSET,
    )
    title: str = strawberry.field(description="What is to be done in short, 1 to 200 characters.")
    details: str | None = strawberry.field(
        description="More of it, as Markdown, at most 10,000 characters.", default=strawberry.UNSET
    )
    due_on: datetime.date = strawberry.field(
        description="By which day of the organisation: today or later, within three years."
    )
    owner_id: strawberry.ID | None = id_of(
        "person", "Who sees to it; you, if left out.", default=strawberry.UNSET
    )
    parts: list[TaskPartInput] = parts_of(
        WantedPart,
        "What each of several people does, at most 20 parts; none where the owner does it alone.",
        default_factory=list,
    )
    one_to_one_id: strawberry.ID | None = id_of(
        "one_to_one",
        "Out of which one-to-one of yours it comes; then it is for the two of you alone.",
        default=strawberry.UNSET,
    )
    note_id: strawberry.ID | None = id_of(
        "note", "Out of which note, which you read, it comes.", default=strawberry.UNSET
    )
    goal_id: strawberry.ID | None = id_of(
        "goal", "For which goal, which you see.", default=strawberry.UNSET
    )
    written_at: datetime.datetime | None = strawberry.field(
        description="When you wrote this, by your clock, where it was offline; now, if left out.",
        default=strawberry.UNSET,
    )


TaskAskError = Annotated[
    Refused, strawberry.union("TaskAskError", description="Why a task was not asked for.")
]


@plain
class TaskAskPayload(TaskPayload):
    """What became of asking for a task."""

    errors: list[TaskAskError] = strawberry.field(description=_ERRORS)


@input_of
class TaskFinishInput(Message):
    """A task of yours that is done."""

    task_id: strawberry.ID = id_of("task", "Which task.", "id")


TaskFinishError = Annotated[
    Refused, strawberry.union("TaskFinishError", description="Why a task is not done.")
]


@plain
class TaskFinishPayload(TaskPayload):
    """What became of finishing a task."""

    errors: list[TaskFinishError] = strawberry.field(description=_ERRORS)


@input_of
class TaskDropInput(Message):
    """A task that will not be done."""

    task_id: strawberry.ID = id_of("task", "Which task.", "id")


TaskDropError = Annotated[
    Refused, strawberry.union("TaskDropError", description="Why a task was not dropped.")
]


@plain
class TaskDropPayload(TaskPayload):
    """What became of dropping a task."""

    errors: list[TaskDropError] = strawberry.field(description=_ERRORS)


@input_of
class TaskReopenInput(Message):
    """A task that is to be done after all."""

    task_id: strawberry.ID = id_of("task", "Which task.", "id")


TaskReopenError = Annotated[
    Refused, strawberry.union("TaskReopenError", description="Why a task was not opened again.")
]


@plain
class TaskReopenPayload(TaskPayload):
    """What became of opening a task again."""

    errors: list[TaskReopenError] = strawberry.field(description=_ERRORS)


@input_of
class TaskHandOverInput(Message):
    """A task that somebody else is to see to."""

    task_id: strawberry.ID = id_of("task", "Which task.", "id")
    to_id: strawberry.ID = id_of("person", "To whom of those who are named on it.")


TaskHandOverError = Annotated[
    Refused, strawberry.union("TaskHandOverError", description="Why a task was not handed over.")
]


@plain
class TaskHandOverPayload(TaskPayload):
    """What became of handing a task over."""

    errors: list[TaskHandOverError] = strawberry.field(description=_ERRORS)


@input_of
class TaskChangeDueDayInput(Message):
    """A task that is to be due on another day."""

    task_id: strawberry.ID = id_of("task", "Which task.", "id")
    due_on: datetime.date = strawberry.field(description="The new day, today or later.")
    seen_due_on: datetime.date = strawberry.field(
        description="When it is due, as you saw it: where that was changed meanwhile, nothing is done."
    )
    reason: str = strawberry.field(description="Why, 1 to 1,000 characters.")


TaskChangeDueDayError = Annotated[
    Refused, strawberry.union("TaskChangeDueDayError", description="Why a due day was not changed.")
]


@plain
class TaskChangeDueDayPayload(TaskPayload):
    """What became of changing a due day."""

    errors: list[TaskChangeDueDayError] = strawberry.field(description=_ERRORS)


@input_of
class TaskPartTickInput(Message):
    """A part of yours that is done, or not after all."""

    part_id: strawberry.ID = id_of("task_part", "Which part.", "id")
    done: bool = strawberry.field(description="Whether it is done.", default=True)


TaskPartTickError = Annotated[
    Refused, strawberry.union("TaskPartTickError", description="Why a part was not ticked off.")
]


@plain
class TaskPartTickPayload(TaskPartPayload):
    """What became of ticking a part off."""

    errors: list[TaskPartTickError] = strawberry.field(description=_ERRORS)


@plain
class TaskMutations:
    """Tasks."""

    task_ask: TaskAskPayload = mutation(
        "Ask somebody, or yourself, to do something until a day, alone or with others.",
        tasks.ask_for_task,
        TaskAskInput,
        TaskAskPayload,
    )
    task_finish: TaskFinishPayload = mutation(
        "Say that a task of yours is done, whatever parts of it are open.",
        tasks.finish_task,
        TaskFinishInput,
        TaskFinishPayload,
    )
    task_drop: TaskDropPayload = mutation(
        "Say that a task that you own or asked for will not be done.",
        tasks.drop_task,
        TaskDropInput,
        TaskDropPayload,
    )
    task_reopen: TaskReopenPayload = mutation(
        "Say that a task that you own or asked for is to be done after all.",
        tasks.reopen_task,
        TaskReopenInput,
        TaskReopenPayload,
    )
    task_hand_over: TaskHandOverPayload = mutation(
        "Make somebody else the owner of a task that you own or asked for.",
        tasks.hand_task_over,
        TaskHandOverInput,
        TaskHandOverPayload,
    )
    task_change_due_day: TaskChangeDueDayPayload = mutation(
        "Let a task that you own or asked for be due on another day, saying why.",
        tasks.change_due_day,
        TaskChangeDueDayInput,
        TaskChangeDueDayPayload,
    )
    task_part_tick: TaskPartTickPayload = mutation(
        "Say that your part of a task is done, or not after all; with the last part the task is done.",
        tasks.tick_task_part,
        TaskPartTickInput,
        TaskPartTickPayload,
    )
