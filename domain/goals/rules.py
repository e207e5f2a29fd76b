"""What may happen to a goal, decided from values alone."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from domain.errors import Conflict, Invalid
from domain.goals.models import GoalAct, GoalStatus
from domain.measures.models import MeasureDirection, MeasureUnit
from domain.texts import misleading

_WHILE_WRITTEN = {
    GoalStatus.DRAFT: GoalStatus.DRAFT,
    GoalStatus.RETURNED: GoalStatus.RETURNED,
}
_UNTIL_CLOSED: dict[GoalStatus, GoalStatus] = {
    status: status for status in GoalStatus if status is not GoalStatus.CLOSED
}
# The state after each act, by the state before it. What is not here is refused.
MOVES: dict[GoalAct, dict[GoalStatus, GoalStatus]] = {
    GoalAct.CHANGED: {
        GoalStatus.DRAFT: GoalStatus.DRAFT,
        GoalStatus.RETURNED: GoalStatus.RETURNED,
    },
    GoalAct.SUBMITTED: {
        GoalStatus.DRAFT: GoalStatus.SUBMITTED,
        GoalStatus.RETURNED: GoalStatus.SUBMITTED,
    },
    GoalAct.APPROVED: {GoalStatus.SUBMITTED: GoalStatus.APPROVED},
    GoalAct.RETURNED: {GoalStatus.SUBMITTED: GoalStatus.RETURNED},
    GoalAct.ACCEPTED: {GoalStatus.APPROVED: GoalStatus.APPROVED},
    GoalAct.CHANGE_REQUESTED: {GoalStatus.APPROVED: GoalStatus.APPROVED},
    GoalAct.AMENDED: {GoalStatus.APPROVED: GoalStatus.APPROVED},
    GoalAct.CHECKED_IN: {GoalStatus.APPROVED: GoalStatus.APPROVED},
    GoalAct.PROPOSED: {
        GoalStatus.DRAFT: GoalStatus.DRAFT,
        GoalStatus.RETURNED: GoalStatus.RETURNED,
        GoalStatus.SUBMITTED: GoalStatus.SUBMITTED,
    },
    GoalAct.ALIGNED: _UNTIL_CLOSED,
    GoalAct.ROLLED_UP: _UNTIL_CLOSED,
    GoalAct.SPREAD: {
        GoalStatus.DRAFT: GoalStatus.DRAFT,
        GoalStatus.RETURNED: GoalStatus.RETURNED,
        GoalStatus.APPROVED: GoalStatus.APPROVED,
    },
    GoalAct.CASCADED: {
        GoalStatus.SUBMITTED: GoalStatus.SUBMITTED,
        GoalStatus.APPROVED: GoalStatus.APPROVED,
    },
    GoalAct.BLOCKED: {GoalStatus.APPROVED: GoalStatus.APPROVED},
    GoalAct.CORRECTED: {GoalStatus.APPROVED: GoalStatus.APPROVED},
    GoalAct.KEPT_PRIVATE: _WHILE_WRITTEN,
    GoalAct.OPENED: _WHILE_WRITTEN,
    GoalAct.SHARED: _WHILE_WRITTEN,
    GoalAct.WEIGHED: _WHILE_WRITTEN,
    GoalAct.PRORATED: _WHILE_WRITTEN,
    GoalAct.RAMPED: _WHILE_WRITTEN,
    GoalAct.OVERRIDDEN: {GoalStatus.APPROVED: GoalStatus.APPROVED},
    GoalAct.RATED: {GoalStatus.APPROVED: GoalStatus.APPROVED},
    GoalAct.CLOSED: {GoalStatus.APPROVED: GoalStatus.CLOSED},
    GoalAct.REOPENED: {GoalStatus.CLOSED: GoalStatus.APPROVED},
}

TOO_LARGE = Decimal(10) ** 15
AHEAD = timedelta(days=3)  # of our clock: phones that are set wrong


class WrongState(Conflict):
    """The goal is not in a state from which this can happen."""

    def __init__(self, act: GoalAct, status: GoalStatus, path: str = "id") -> None:
        from_states = " or ".join(state.value for state in MOVES[act])
        super().__init__(
            f"The goal is {status.value}; it can be {act.phrase} only while it is {from_states}.",
            path=(path,),
            status=status,
        )


class StaleVersion(Conflict):
    """Somebody changed it after the caller looked."""

    def __init__(self, seen: int, current: int, path: str, changes: Sequence[object] = ()) -> None:
        super().__init__(
            f"You saw version {seen}, and it is now at version {current}."
            " Look at what changed, then decide again.",
            path=(path,),
            seen_version=seen,
            current_version=current,
            changes=list(changes),
        )


def state_after(act: GoalAct, status: GoalStatus, *, path: str = "id") -> GoalStatus:
    """The state that follows. Raises WrongState."""
    try:
        return MOVES[act][status]
    except KeyError:
        raise WrongState(act, status, path) from None


def possible_acts(status: GoalStatus) -> frozenset[GoalAct]:
    """What the state allows; whose right it is, the table of permissions says."""
    return frozenset(act for act, moves in MOVES.items() if status in moves)


def sound_target(target: Decimal) -> Decimal:
    """A target is a positive amount of at most four decimal places. Raises Invalid."""
    if not target.is_finite() or target <= 0:
        raise Invalid("A target is greater than zero.", path=("target",))
    if not _is_storable(target):
        raise Invalid(
            "A target has at most 15 digits before the point and 4 after it.", path=("target",)
        )
    return target


def sound_value(value: Decimal, *, path: str = "value") -> Decimal:
    """What somebody counts for themselves: any number that can be kept exactly. Raises Invalid."""
    if not _is_storable(value):
        raise Invalid(
            "A value has at most 15 digits before the point and 4 after it.", path=(path,)
        )
    return value


def sound_answer(value: Decimal, unit: MeasureUnit, *, path: str) -> None:
    """What is told of a yes or a no. Raises Invalid."""
    if unit is MeasureUnit.YES_NO and value not in (0, 1):
        raise Invalid("This is a yes, told by 1, or a no, told by 0.", path=(path,))


def sound_way(start: Decimal, target: Decimal, direction: MeasureDirection) -> None:
    """Where a goal starts from something, its target lies on the better side of that. Raises
    Invalid."""
    lower = direction is MeasureDirection.LOWER
    if start and (target >= start if lower else target <= start):
        raise Invalid(
            f"It starts at {start.normalize():f} and {'lower' if lower else 'higher'} is better, so a"
            f" target of {target.normalize():f} is no way forward.",
            path=("id",),
        )


def _is_storable(number: Decimal) -> bool:
    return number.is_finite() and abs(number) < TOO_LARGE and number == round(number, 4)


def sound_period(starts_on: date, ends_on: date) -> None:
    """A goal's last day is not before its first. Raises Invalid."""
    if ends_on < starts_on:
        raise Invalid(
            f"The period ends on {ends_on}, before it starts on {starts_on}.", path=("endsOn",)
        )


def sound_noted_at(noted_at: datetime | None, now: datetime) -> datetime:
    """When a check-in was written, by its author's clock; now, where that says nothing. Raises
    Invalid."""
    if noted_at is not None and noted_at > now + AHEAD:
        raise Invalid("The check-in claims to be written in the future.", path=("notedAt",))
    return noted_at or now


def sound_text(text: str, *, longest: int, path: str, required: bool = True) -> str:
    """Trimmed text within its bound that shows what it says; what is required shows something. Raises
    Invalid."""
    trimmed = text.strip()
    if misleading(trimmed):
        raise Invalid(
            "This holds a sign that is not shown, or that turns the order in which text is shown.",
            path=(path,),
        )
    if required and not any(each.isprintable() and not each.isspace() for each in trimmed):
        raise Invalid("This cannot be empty.", path=(path,))
    if len(trimmed) > longest:
        raise Invalid(f"This is longer than {longest} characters.", path=(path,))
    return trimmed
