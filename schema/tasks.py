"""Tasks, as the schema shows them to those who are named on them."""

import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import strawberry

from auth.actor import Actor
from auth.permissions import Act, FieldClass, may
from domain.readers import readable
from domain.tasks.models import TaskState
from schema.comments import Comment, comments_field
from schema.comparisons import Comparison, DateComparison, IDComparison
from schema.compiler.fields import to_many, to_one
from schema.compiler.filters import compares
from schema.connections import Connection, CountedConnection
from schema.nodes import Node
from schema.people import Person
from schema.plain import described_enum, input_of
from schema.storage import By, column, decided, expression, stored

if TYPE_CHECKING:
    from schema.goals import Goal
    from schema.notes import Note
    from schema.one_to_ones import OneToOne

described_enum(
    TaskState,
    "Where a task stands.",
    {
        "OPEN": "It is to be done.",
        "DONE": "It was done.",
        "DROPPED": "It will not be done.",
    },
)


class TaskAction(StrEnum):
    FINISH = "finish"
    DROP = "drop"
    REOPEN = "reopen"
    HAND_OVER = "hand_over"
    CHANGE_DUE_DAY = "change_due_day"


described_enum(
    TaskAction,
    "What a viewer may do about a task.",
    {
        "FINISH": "Say that it is done.",
        "DROP": "Say that it will not be done.",
        "REOPEN": "Say that it is to be done after all.",
        "HAND_OVER": "Make somebody else its owner who is named on it.",
        "CHANGE_DUE_DAY": "Let it be due on another day.",
    },
)


class TaskPartAction(StrEnum):
    TICK = "tick"
    UNTICK = "untick"


described_enum(
    TaskPartAction,
    "What a viewer may do about a part of a task.",
    {"TICK": "Say that it is done.", "UNTICK": "Say that it is not done after all."},
)

_OPEN = f"{{row}}.state = '{TaskState.OPEN}'"
_OWNS = "{row}.owner_id = :person::uuid"
_OWNS_OR_ASKED = f"({_OWNS} or {{row}}.asked_by_id = :person::uuid)"
_DOES = "{row}.person_id = :person::uuid"
_OF_AN_OPEN_TASK = f"""exists (select 1 from task whole where whole.org_id = :org::uuid
  and whole.id = {{row}}.task_id and whole.state = '{TaskState.OPEN}')"""


def _about_task(actor: Actor) -> dict[TaskAction, str]:
    if not may(actor, Act.TASK_ASK):
        return {}
    return {
        TaskAction.FINISH: f"{_OPEN} and {_OWNS}",
        TaskAction.DROP: f"{_OPEN} and {_OWNS_OR_ASKED}",
        TaskAction.REOPEN: f"not {_OPEN} and {_OWNS_OR_ASKED}",
        TaskAction.HAND_OVER: f"{_OPEN} and {_OWNS_OR_ASKED} and cardinality({{row}}.readers) > 1",
        TaskAction.CHANGE_DUE_DAY: f"{_OPEN} and {_OWNS_OR_ASKED}",
    }


def _about_part(actor: Actor) -> dict[TaskPartAction, str]:
    if not may(actor, Act.TASK_ASK):
        return {}
    return {
        TaskPartAction.TICK: f"{{row}}.done_at is null and {_DOES} and {_OF_AN_OPEN_TASK}",
        TaskPartAction.UNTICK: f"{{row}}.done_at is not null and {_DOES} and {_OF_AN_OPEN_TASK}",
    }


@stored(
    table="task_part",
    kind="task_part",
    visible=readable,
    field_class=FieldClass.NOTE,
    by=By(("place",)),
    compared={"place": int},
)
class TaskPart(Node):
    """What one of several people does of a task."""

    task: Annotated["Task", strawberry.lazy("schema.tasks")] = to_one("Of which task.", "task_id")
    person: Person = to_one("Who does it.", "person_id")
    what: str = column("What they do.")
    done_at: datetime.datetime | None = column("When they ticked it off; null while they have not.")
    viewer_can: list[TaskPartAction] = decided("What you may do about it.", _about_part)


@stored(
    table="task_due_change",
    kind="task_due_change",
    visible=readable,
    field_class=FieldClass.NOTE,
    by=By(("changed_at",)),
)
class TaskDueChange(Node):
    """A day on which a task was due, and is no longer."""

    due_before: datetime.date = column("When it was due.")
    due_after: datetime.date = column("When it was due from then on.")
    reason: str = column("Why.")
    changed_by: Person = to_one("Who changed it.", "changed_by_id")
    changed_at: datetime.datetime = column("When.")


@stored(
    table="task",
    kind="task",
    visible=readable,
    field_class=FieldClass.NOTE,
    by=By(("due_on",)),
)
class Task(Node):
    """What somebody is asked to do until a day. Those who are named on it see it, and nobody else."""

    owner: Person = to_one("Who sees to it that it is done.", "owner_id")
    asked_by: Person = to_one("Who asked for it.", "asked_by_id")
    title: str = column("What is to be done, in short.")
    details: str | None = column("More of it, as Markdown; null where there is none.")
    details_html: str | None = column("The same as HTML that may be shown as it is.")
    due_on: datetime.date = column("The organisation's day by which it is to be done.")
    is_overdue: bool = expression(
        "Whether it is open and its day is over.", f"{_OPEN} and {{row}}.due_on < :today::date"
    )
    state: TaskState = column("Where it stands.")
    one_to_one: Annotated["OneToOne", strawberry.lazy("schema.one_to_ones")] | None = to_one(
        "Out of which one-to-one it came; null where it came out of none.", "one_to_one_id"
    )
    note: Annotated["Note", strawberry.lazy("schema.notes")] | None = to_one(
        "Out of which note it came; null where it came out of none, or out of one that you do not read.",
        "note_id",
    )
    goal: Annotated["Goal", strawberry.lazy("schema.goals")] | None = to_one(
        "For which goal; null where it is for none, or for one that you do not see.", "goal_id"
    )
    asked_at: datetime.datetime = column("When it arrived here.")
    written_at: datetime.datetime = column("When it was written, by the asker's clock.")
    ended_at: datetime.datetime | None = column(
        "When it was done or dropped; null while it is open."
    )
    ended_by: Person | None = to_one("Who said so; null while it is open.", "ended_by_id")
    parts: Connection[TaskPart] = to_many(
        "What each of several people does of it, in order; none where its owner does it alone.",
        foreign_key="task_id",
    )
    due_changes: Connection[TaskDueChange] = to_many(
        "When its due day was changed, the earliest first.", foreign_key="task_id"
    )
    comments: CountedConnection[Comment] = comments_field()
    viewer_can: list[TaskAction] = decided("What you may do about it as it stands.", _about_task)


@input_of
class TaskFilter:
    """Which tasks; everything given must hold."""

    id: IDComparison | None = compares("By id.")
    owner: IDComparison | None = compares("By owner.")
    asked_by: IDComparison | None = compares("By who asked for them.")
    state: Comparison[TaskState] | None = compares("By where they stand.")
    due_on: DateComparison | None = compares("By the day on which they are due.")
    one_to_one: IDComparison | None = compares("By the one-to-one that they came out of.")
    note: IDComparison | None = compares("By the note that they came out of.")
    goal: IDComparison | None = compares("By the goal that they are for.")
