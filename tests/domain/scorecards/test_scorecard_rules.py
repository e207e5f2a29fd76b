"""What makes a scorecard sound, and what an assessment comes to."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest

from domain.errors import Faults, Invalid
from domain.scorecards.models import Scale
from domain.scorecards.rules import (
    Criterion,
    Scored,
    held,
    score_of,
    sound_criteria,
    sound_scores,
    twentieths,
)

D = Decimal
CRITERIA = [
    Criterion("Opening", Scale.ONE_TO_FIVE, D(2)),
    Criterion("Listening", Scale.ZERO_TO_TEN, D(1)),
    Criterion("Next step agreed", Scale.YES_NO, D("0.5")),
]


@pytest.mark.parametrize(
    ("score", "scale", "up"),
    [
        (1, Scale.ONE_TO_FIVE, 0), (3, Scale.ONE_TO_FIVE, 10), (5, Scale.ONE_TO_FIVE, 20),
        (0, Scale.ZERO_TO_TEN, 0), (7, Scale.ZERO_TO_TEN, 14), (10, Scale.ZERO_TO_TEN, 20),
        (0, Scale.YES_NO, 0), (1, Scale.YES_NO, 20),
    ],
)  # fmt: skip
def test_a_score_is_so_far_up_its_scale(score: int, scale: Scale, up: int) -> None:
    assert twentieths(score, scale) == up


@pytest.mark.parametrize(
    ("scores", "points", "most"),
    [
        ((5, 10, 1), "70", "70"),
        ((3, 7, 0), "34", "70"),
        ((3, 7, None), "34", "60"),
        ((None, None, 1), "10", "10"),
    ],
)
def test_what_was_not_observed_counts_neither_way(
    scores: Sequence[int | None], points: str, most: str
) -> None:
    said = [Scored(each.name, score) for each, score in zip(CRITERIA, scores, strict=True)]

    assert score_of(zip(said, CRITERIA, strict=True)) == (D(points), D(most))


def test_scores_come_in_the_order_of_the_criteria_whatever_their_own() -> None:
    said = [
        Scored("Next step agreed", 1),
        Scored("Listening", None, " Talked. "),
        Scored("Opening", 4),
    ]

    sound = sound_scores(said, CRITERIA)

    assert [each.criterion for each in sound] == ["Opening", "Listening", "Next step agreed"]
    assert sound[1] == Scored("Listening", None, "Talked.")


@pytest.mark.parametrize(
    ("scores", "said", "path"),
    [
        ([("Opening", 4), ("Listening", 1)], "or say that it was not observed", ("scores",)),
        ([("Opening", 6), ("Listening", 1), ("Next step agreed", 1)], "from 1 to 5", ("scores", "0", "score")),
        ([("Opening", 1), ("Listening", -1), ("Next step agreed", 1)], "from 0 to 10", ("scores", "1", "score")),
        ([("Opening", None), ("Listening", None), ("Next step agreed", None)], "at least one", ("scores",)),
        ([("Opening", 1), ("Opening", 1), ("Listening", 1), ("Next step agreed", 1)], "once", ("scores",)),
    ],
)  # fmt: skip
def test_what_does_not_fit_the_scorecard_is_refused(
    scores: list[tuple[str, int | None]], said: str, path: tuple[str, ...]
) -> None:
    with pytest.raises(Invalid, match=said) as refused:
        sound_scores([Scored(name, score) for name, score in scores], CRITERIA)

    assert refused.value.path == path


def test_all_faults_of_scores_are_told_at_once() -> None:
    with pytest.raises(Faults) as refused:
        sound_scores([Scored("Opening", 9), Scored("Closing", 1)], CRITERIA)

    assert [each.path for each in refused.value.each] == [("scores", "1", "criterion"), ("scores",)]


@pytest.mark.parametrize(
    ("criteria", "said"),
    [
        ([], "between 1 and 30"),
        ([CRITERIA[0]] * 31, "between 1 and 30"),
        ([CRITERIA[0], Criterion("opening", Scale.YES_NO)], "name of its own"),
        ([Criterion("A", Scale.YES_NO, D(0))], "weight is above zero"),
        ([Criterion("A", Scale.YES_NO, D("1000.01"))], "weight is above zero"),
        ([Criterion("A", Scale.YES_NO, D("0.001"))], "weight is above zero"),
        ([Criterion(" ", Scale.YES_NO)], "cannot be empty"),
        ([Criterion("A\u202eB", Scale.YES_NO)], "not shown"),
    ],
)
def test_a_scorecard_that_would_mislead_is_refused(criteria: list[Criterion], said: str) -> None:
    with pytest.raises(Invalid, match=said):
        sound_criteria(criteria)


def test_what_is_to_come_is_not_assessed() -> None:
    assert held(date(2020, 5, 29), date(2020, 5, 29)) == date(2020, 5, 29)
    with pytest.raises(Invalid, match="still to come"):
        held(date(2020, 5, 30), date(2020, 5, 29))
