"""What may happen to a corrective plan, decided from values alone."""

from datetime import date, timedelta

from domain.errors import Changed, Conflict, Invalid
from domain.plans.models import PlanState

DAYS_TO_CORRECT = 14
MOST_STEPS = 50


class PlanOpenAlready(Conflict):
    """A goal has one open plan at a time."""

    def __init__(self) -> None:
        super().__init__(
            "The goal has an open corrective plan; close it first, or add steps to it."
        )


class WrongPlanState(Conflict):
    """The plan is not in a state from which this can happen."""

    def __init__(self, done: str, state: PlanState, allowed: tuple[PlanState, ...]) -> None:
        from_states = " or ".join(each.value for each in allowed)
        super().__init__(
            f"The plan is {state.value}; it can be {done} only while it is {from_states}."
        )


class PlanChanged(Changed):
    kind = "corrective plan"


class NoSteps(Conflict):
    def __init__(self) -> None:
        super().__init__("The plan has no steps yet, so there is nothing to agree to.")


class TooManySteps(Conflict):
    def __init__(self) -> None:
        super().__init__(f"A corrective plan has at most {MOST_STEPS} steps.")


def may_be_worked_on(state: PlanState) -> None:
    """Raises WrongPlanState for a plan that is closed: its steps stay as they are."""
    _only(state, "worked on", PlanState.OPEN, PlanState.AGREED)


def may_be_agreed(state: PlanState, steps: int) -> None:
    """Raises WrongPlanState or NoSteps."""
    _only(state, "agreed", PlanState.OPEN)
    if not steps:
        raise NoSteps


def may_be_closed(state: PlanState) -> None:
    """Raises WrongPlanState: a plan is closed once, agreed or not."""
    _only(state, "closed", PlanState.OPEN, PlanState.AGREED)


def room_for_a_step(steps: int) -> None:
    """Raises TooManySteps."""
    if steps >= MOST_STEPS:
        raise TooManySteps


def sound_due_on(due_on: date, today: date, path: str = "dueOn") -> date:
    """What is to be done is due today or later. Raises Invalid."""
    if due_on < today:
        raise Invalid(f"This is due on {due_on}, which is over.", path=(path,))
    return due_on


def due_of_its_own(today: date, ends_on: date) -> date:
    """When a plan is due that the installation opens: in two weeks, or with the goal's last day
    where that comes first."""
    return max(today, min(today + timedelta(days=DAYS_TO_CORRECT), ends_on))


def _only(state: PlanState, done: str, *allowed: PlanState) -> None:
    if state not in allowed:
        raise WrongPlanState(done, state, allowed)
