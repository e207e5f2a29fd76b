"""What may follow what, without a database."""

import pytest

from domain.goals.models import GoalAct, GoalStatus
from domain.goals.rules import WrongState, possible_acts, state_after


@pytest.mark.parametrize(
    ("status", "possible"),
    [
        (GoalStatus.DRAFT, {GoalAct.CHANGED, GoalAct.SUBMITTED}),
        (GoalStatus.SUBMITTED, {GoalAct.APPROVED, GoalAct.RETURNED}),
        (GoalStatus.RETURNED, {GoalAct.CHANGED, GoalAct.SUBMITTED}),
        (GoalStatus.APPROVED, {GoalAct.CHECKED_IN}),
    ],
)
def test_each_state_allows_exactly_its_acts(status: GoalStatus, possible: set[GoalAct]) -> None:
    assert possible_acts(status) == possible

    for act in set(GoalAct) - possible - {GoalAct.DRAFTED}:
        with pytest.raises(WrongState):
            state_after(act, status)


def test_a_refused_step_says_from_where_it_can_be_taken() -> None:
    with pytest.raises(WrongState) as refusal:
        state_after(GoalAct.APPROVED, GoalStatus.DRAFT)

    assert refusal.value.message == (
        "The goal is draft; it can be approved only while it is submitted."
    )
