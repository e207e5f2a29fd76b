"""What may happen to a task, decided from values alone."""

from collections.abc import Collection
from datetime import date, timedelta
from uuid import UUID

from domain.errors import Conflict, Invalid, NotPermitted
from domain.tasks.models import TaskState

MOST_PARTS = 20
LONGEST_AHEAD = timedelta(days=3 * 366)
REMINDED_BEFORE = timedelta(days=1)


class WrongTaskState(Conflict):
    """The task is not in a state from which this can happen."""

    def __init__(self, state: TaskState) -> None:
        super().__init__(f"The task is {state.value}; nothing was changed.")


class DueDayChanged(Conflict):
    """Somebody changed the due day after the caller looked."""

    def __init__(self, due_on: date) -> None:
        super().__init__(
            f"The task is due on {due_on} by now; nothing was changed.", path=("seenDueOn",)
        )


class NotOfTheTask(NotPermitted):
    """Somebody is to do it who is not named on it."""

    def __init__(self, path: tuple[str, ...]) -> None:
        super().__init__("Only people who are named on it can be given this.", path=path)


def sound_due_day(due_on: date, today: date) -> date:
    """A task is due today or later, and within three years. Raises Invalid."""
    if not today <= due_on <= today + LONGEST_AHEAD:
        raise Invalid("A task is due today or later, and within three years.", path=("dueOn",))
    return due_on


def still_open(state: TaskState) -> None:
    """Raises WrongTaskState unless the task is open."""
    if state is not TaskState.OPEN:
        raise WrongTaskState(state)


def has_ended(state: TaskState) -> None:
    """Raises WrongTaskState for a task that is open."""
    if state is TaskState.OPEN:
        raise WrongTaskState(state)


def as_it_was_due(seen: date, due_on: date) -> None:
    """Raises DueDayChanged where it is due on another day than the caller saw."""
    if seen != due_on:
        raise DueDayChanged(due_on)


def room_for_parts(parts: int) -> None:
    """Raises Invalid for more parts than a task has."""
    if parts > MOST_PARTS:
        raise Invalid(f"A task has at most {MOST_PARTS} parts.", path=("parts",))


def from_one_thing(*things: UUID | None) -> None:
    """Raises Invalid for a task that comes out of several things."""
    if sum(each is not None for each in things) > 1:
        raise Invalid("A task comes out of one thing, or stands alone.", path=("goalId",))


def within_a_one_to_one(named: Collection[UUID], two: Collection[UUID]) -> None:
    """Raises Invalid where a task out of a one-to-one names anybody but its two people."""
    if not set(named) <= set(two):
        raise Invalid(
            "A task out of a one-to-one is for its two people alone.", path=("oneToOneId",)
        )


def is_theirs(person: UUID | None, *people: UUID) -> None:
    """Raises NotPermitted unless somebody is one of these."""
    if person not in people:
        raise NotPermitted("This is for whoever owns the task, or asked for it.", path=("id",))
