"""What may follow what, without a database."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from domain.errors import Invalid
from domain.goals.models import GoalAct, GoalStatus
from domain.goals.rules import (
    MOVES,
    WrongState,
    possible_acts,
    sound_answer,
    sound_noted_at,
    sound_target,
    sound_text,
    sound_value,
    sound_way,
    state_after,
)
from domain.measures.models import MeasureDirection, MeasureUnit

NOON = datetime(2020, 5, 29, 12, tzinfo=UTC)


WHILE_WRITTEN = {
    GoalAct.KEPT_PRIVATE, GoalAct.OPENED, GoalAct.SHARED, GoalAct.WEIGHED, GoalAct.PRORATED,
    GoalAct.RAMPED,
}  # fmt: skip
OF_AN_AGREED_GOAL = {GoalAct.OVERRIDDEN, GoalAct.RATED, GoalAct.CLOSED}
FORMS = {*WHILE_WRITTEN, *OF_AN_AGREED_GOAL, GoalAct.REOPENED}
"""Acts upon the form that a goal takes."""


def test_a_goals_form_changes_while_it_is_written_and_it_is_judged_once_agreed() -> None:
    allowed = {status: possible_acts(status) & FORMS for status in GoalStatus}

    assert allowed == {
        GoalStatus.DRAFT: WHILE_WRITTEN,
        GoalStatus.RETURNED: WHILE_WRITTEN,
        GoalStatus.SUBMITTED: set(),
        GoalStatus.APPROVED: OF_AN_AGREED_GOAL,
        GoalStatus.CLOSED: {GoalAct.REOPENED},
    }


@pytest.mark.parametrize(
    ("status", "possible"),
    [
        (
            GoalStatus.DRAFT,
            {
                GoalAct.CHANGED,
                GoalAct.SUBMITTED,
                GoalAct.PROPOSED,
                GoalAct.ALIGNED,
                GoalAct.ROLLED_UP,
                GoalAct.SPREAD,
            },
        ),
        (
            GoalStatus.SUBMITTED,
            {
                GoalAct.APPROVED,
                GoalAct.RETURNED,
                GoalAct.PROPOSED,
                GoalAct.ALIGNED,
                GoalAct.ROLLED_UP,
                GoalAct.CASCADED,
            },
        ),
        (
            GoalStatus.RETURNED,
            {
                GoalAct.CHANGED,
                GoalAct.SUBMITTED,
                GoalAct.PROPOSED,
                GoalAct.ALIGNED,
                GoalAct.ROLLED_UP,
                GoalAct.SPREAD,
            },
        ),
        (
            GoalStatus.APPROVED,
            {
                GoalAct.ACCEPTED,
                GoalAct.CHANGE_REQUESTED,
                GoalAct.AMENDED,
                GoalAct.SPREAD,
                GoalAct.CHECKED_IN,
                GoalAct.ALIGNED,
                GoalAct.ROLLED_UP,
                GoalAct.CASCADED,
                GoalAct.BLOCKED,
                GoalAct.CORRECTED,
            },
        ),
        (GoalStatus.CLOSED, set()),
    ],
)
def test_each_state_allows_exactly_its_acts(status: GoalStatus, possible: set[GoalAct]) -> None:
    assert possible_acts(status) - FORMS == possible

    for act in set(MOVES) - FORMS - possible:
        with pytest.raises(WrongState):
            state_after(act, status)


def test_a_refused_step_says_from_where_it_can_be_taken() -> None:
    with pytest.raises(WrongState) as refusal:
        state_after(GoalAct.APPROVED, GoalStatus.DRAFT)

    assert refusal.value.message == (
        "The goal is draft; it can be approved only while it is submitted."
    )


@pytest.mark.parametrize("sign", ["\u202e", "\u2066", "\ufeff", "\x07", "\u0085"])
def test_text_shows_what_it_says(sign: str) -> None:
    assert sound_text(" Two\nlines,\tעברית ", longest=50, path="note") == "Two\nlines,\tעברית"

    with pytest.raises(Invalid, match="turns the order") as refusal:
        sound_text(f"Up to {sign}001", longest=50, path="name")

    assert refusal.value.path == ("name",)


@pytest.mark.parametrize(
    ("number", "as_target", "as_value"),
    [
        ("0.0001", True, True),
        ("999999999999999.9999", True, True),
        ("0", False, True),
        ("-12.5", False, True),
        ("0.00001", False, False),
        ("1000000000000000", False, False),
        ("-1000000000000000", False, False),
        ("1E+999999", False, False),
        ("NaN", False, False),
        ("-Infinity", False, False),
    ],
)
def test_a_number_is_kept_exactly_or_refused(number: str, as_target: bool, as_value: bool) -> None:
    for rule, sound in ((sound_target, as_target), (sound_value, as_value)):
        if sound:
            assert rule(Decimal(number)) == Decimal(number)
        else:
            with pytest.raises(Invalid):
                rule(Decimal(number))


def test_a_phones_clock_is_believed_up_to_three_days_ahead() -> None:
    ahead = NOON + timedelta(days=3)

    assert sound_noted_at(None, NOON) == NOON
    assert sound_noted_at(NOON - timedelta(days=400), NOON) == NOON - timedelta(days=400)
    assert sound_noted_at(ahead, NOON) == ahead
    with pytest.raises(Invalid):
        sound_noted_at(ahead + timedelta(microseconds=1), NOON)


@pytest.mark.parametrize(
    ("start", "target", "direction"),
    [
        (200, 100, MeasureDirection.HIGHER),
        (100, 100, MeasureDirection.HIGHER),
        (100, 100, MeasureDirection.LOWER),
        (50, 100, MeasureDirection.LOWER),
    ],
)
def test_a_target_is_a_way_forward_from_where_the_goal_starts(
    start: int, target: int, direction: MeasureDirection
) -> None:
    with pytest.raises(Invalid, match="no way forward"):
        sound_way(Decimal(start), Decimal(target), direction)

    other = {MeasureDirection.HIGHER: target + 200, MeasureDirection.LOWER: start / 2}[direction]
    sound_way(Decimal(start), Decimal(other), direction)
    sound_way(Decimal(0), Decimal(target), direction)


@pytest.mark.parametrize("text", ["", " ", "\u200b\u200b", "\u00a0\u2060", "\n\t"])
def test_what_shows_nothing_is_no_name(text: str) -> None:
    with pytest.raises(Invalid, match="cannot be empty"):
        sound_text(text, longest=200, path="name")

    assert sound_text(text, longest=200, path="note", required=False) == text.strip()


@pytest.mark.parametrize("told", ["2", "-1", "0.5"])
def test_of_a_yes_or_a_no_one_or_the_other_is_told(told: str) -> None:
    with pytest.raises(Invalid, match="a yes, told by 1"):
        sound_answer(Decimal(told), MeasureUnit.YES_NO, path="value")

    sound_answer(Decimal("1.0"), MeasureUnit.YES_NO, path="value")
    sound_answer(Decimal(told), MeasureUnit.NUMBER, path="value")
