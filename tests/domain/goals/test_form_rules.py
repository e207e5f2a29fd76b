"""What may be private, and what a matrix is."""

from decimal import Decimal

import pytest

from domain.errors import Conflict, Invalid
from domain.goals.form_rules import (
    Kpi,
    is_over,
    may_be_private,
    sound_level,
    sound_matrix,
    sound_score,
)
from domain.measures.models import MeasureDirection
from tests.people import TODAY

HIGHER, LOWER = MeasureDirection
ALONE = {
    "scope": "own", "roll_up": "none", "is_assigned": False, "weight": None, "has_parent": False,
    "has_parts": False, "has_lines_of_others": False,
}  # fmt: skip


def kpi(weight: str, *levels: int, scores: tuple[str, str, str] = ("0.5", "1", "1.5")) -> Kpi:
    threshold, target, stretch = map(Decimal, levels)
    low, middle, high = map(Decimal, scores)
    return Kpi("revenue", Decimal(weight), threshold, target, stretch, low, middle, high)


def test_a_private_goal_stands_alone() -> None:
    may_be_private(**ALONE)  # type: ignore[arg-type]  # a table of keywords

    for other in (
        {"scope": "team"}, {"roll_up": "sum"}, {"is_assigned": True}, {"weight": Decimal(0)},
        {"has_parent": True}, {"has_parts": True}, {"has_lines_of_others": True},
    ):  # fmt: skip
        with pytest.raises(Invalid):
            may_be_private(**ALONE | other)  # type: ignore[arg-type]  # as above


def test_the_weights_of_a_matrix_sum_to_a_hundred_per_cent_exactly() -> None:
    third = kpi("0.33333333", 1, 2, 3)

    sound_matrix([kpi("0.5", 1, 2, 3), kpi("0.5", 30, 20, 10), kpi("0", 1, 1, 1)], [HIGHER, LOWER, HIGHER])  # fmt: skip
    sound_matrix([], [])
    with pytest.raises(Invalid, match="sum to 99"):
        sound_matrix([third, third, third], [HIGHER] * 3)


@pytest.mark.parametrize(
    ("line", "direction"),
    [
        (kpi("1", 2, 1, 3), HIGHER),
        (kpi("1", 1, 2, 3), LOWER),
        (kpi("1", 1, 2, 3, scores=("1", "0.5", "1.5")), HIGHER),
        (kpi("1", 1, 2, 3, scores=("-1", "0.5", "1.5")), HIGHER),
        (kpi("1", 1, 2, 3, scores=("0", "0.5", "11")), HIGHER),
        (kpi("1", 1, 2, 3, scores=("NaN", "0.5", "1")), HIGHER),
        (kpi("NaN", 1, 2, 3), HIGHER),
        (kpi("1.5", 1, 2, 3), HIGHER),
    ],
)
def test_levels_and_scores_go_up(line: Kpi, direction: MeasureDirection) -> None:
    with pytest.raises(Invalid):
        sound_matrix([line], [direction])


def test_a_rating_is_a_level_of_its_rubric_and_a_goal_is_closed_when_it_is_over() -> None:
    assert sound_level(2, ["poor", "good"]) == 2
    for level in (0, 3):
        with pytest.raises(Invalid):
            sound_level(level, ["poor", "good"])
    is_over(TODAY.replace(day=28), TODAY)
    with pytest.raises(Conflict):
        is_over(TODAY, TODAY)


@pytest.mark.parametrize(
    ("score", "actual", "words"),
    [
        (None, None, "Nothing can be said yet"),
        (None, "0", "come to 0, of which no share"),  # no complaint at all, where lower is better
        ("1e12", "5", "cannot be meant"),
        ("-1e13", "-5", "cannot be meant"),
    ],
)
def test_a_goal_is_not_closed_with_what_is_no_score(
    score: str | None, actual: str | None, words: str
) -> None:
    with pytest.raises(Conflict, match=words):
        sound_score(score and Decimal(score), actual and Decimal(actual))  # type: ignore[arg-type]  # text or None

    assert sound_score(Decimal("-0.5"), Decimal(1)) == Decimal("-0.5")
