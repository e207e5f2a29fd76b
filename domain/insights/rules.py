"""What may happen to an insight, decided from values alone."""

from collections.abc import Mapping, Set
from datetime import date

from domain.errors import Conflict
from domain.insights.models import InsightMove, InsightState

S, M = InsightState, InsightMove

ENDS_IN: Mapping[InsightMove, InsightState] = {
    M.TAKE: S.TAKEN,
    M.GIVE: S.TAKEN,
    M.ANSWER: S.ANSWERED,
    M.CHANGE: S.CHANGED,
    M.DECLINE: S.DECLINED,
    M.MERGE: S.MERGED,
}
BEGINS_IN: Mapping[InsightMove, Set[InsightState]] = {
    M.TAKE: {S.NEW},
    M.GIVE: {S.NEW, S.TAKEN},
    M.ANSWER: {S.TAKEN},
    M.CHANGE: {S.ANSWERED},
    M.DECLINE: {S.TAKEN, S.ANSWERED},
    M.MERGE: {S.NEW, S.TAKEN, S.ANSWERED},
}
VOTED_IN: Set[InsightState] = {S.NEW, S.TAKEN, S.ANSWERED}
"""While it is open, people vote and take their votes back."""


class InsightStands(Conflict):
    """The insight is not where this can happen, perhaps because somebody was quicker."""

    def __init__(self, state: InsightState) -> None:
        super().__init__(f"The insight is {state.value}; nothing was changed.")


class VotedAlready(Conflict):
    def __init__(self) -> None:
        super().__init__("You have voted for it already; a person has one vote.")


class NotVoted(Conflict):
    def __init__(self) -> None:
        super().__init__("You have not voted for it, so there is no vote to take back.")


def state_after(move: InsightMove, state: InsightState) -> InsightState:
    """Where the move leads. Raises InsightStands where it cannot begin."""
    if state not in BEGINS_IN[move]:
        raise InsightStands(state)
    return ENDS_IN[move]


def open_to_votes(state: InsightState) -> None:
    """Raises InsightStands once the insight has come to its end, or was merged into another."""
    if state not in VOTED_IN:
        raise InsightStands(state)


def answered_on(earlier: date | None, told_on: date, today: date) -> date:
    """The day on which somebody first answered: not before it was told, though an organisation may
    set its own day back."""
    return earlier or max(told_on, today)
