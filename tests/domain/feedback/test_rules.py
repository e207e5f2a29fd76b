"""Who would see feedback, as plain values."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

import pytest

from domain.errors import Conflict, Invalid
from domain.feedback.models import FeedbackKind as K
from domain.feedback.models import FeedbackRelation as R
from domain.feedback.models import FeedbackSees as S
from domain.feedback.rules import (
    Audience,
    Sight,
    SightSet,
    audience,
    enough_asked,
    kind_of,
    set_sights,
    somebody_sees,
    sound_asked,
    sound_due,
)

GIVER, PERSON, BOSS, TOP, HAL = (UUID(int=n) for n in range(1, 6))
V = UUID(int=99)
NAME, WORDS, THREE = Sight(S.WORDS_AND_NAME), Sight(S.WORDS), Sight(S.WORDS, 3)
MATRIX = {
    (K.UNASKED, R.PERSON): WORDS,
    (K.UNASKED, R.MANAGER): NAME,
    (K.UNASKED, R.ABOVE): THREE,
    (K.UNASKED, R.HR): WORDS,
}


def of(*candidates: tuple[UUID, R]) -> Audience:
    return audience(K.UNASKED, V, MATRIX, candidates, giver=GIVER, person=PERSON)


def seen(found: Audience) -> dict[UUID, Sight]:
    return {each.person_id: each.sight for each in found.readers}


def test_each_sees_what_the_matrix_says_of_how_they_stand() -> None:
    found = of((PERSON, R.PERSON), (BOSS, R.MANAGER), (TOP, R.ABOVE), (HAL, R.HR))

    assert seen(found) == {PERSON: WORDS, BOSS: NAME, TOP: THREE, HAL: WORDS}
    assert found.named == [BOSS]
    assert [each.person_id for each in found.unnamed] == [PERSON, TOP, HAL]
    assert found.names_giver_to(BOSS)
    assert not found.names_giver_to(PERSON)


@pytest.mark.parametrize(
    ("candidates", "expected"),
    [
        ([(TOP, R.ABOVE), (TOP, R.HR)], {TOP: WORDS}),  # the most that one of several ways shows
        ([(HAL, R.HR), (HAL, R.MANAGER)], {HAL: NAME}),
        ([(PERSON, R.PERSON), (PERSON, R.MANAGER), (PERSON, R.HR)], {PERSON: WORDS}),  # of oneself
        ([(PERSON, R.MANAGER)], {}),
        ([(GIVER, R.MANAGER), (GIVER, R.HR)], {}),  # the giver reads it anyway
        ([(BOSS, R.ASKER)], {}),  # no such cell
    ],
)
def test_who_stands_in_several_ways(
    candidates: Sequence[tuple[UUID, R]], expected: dict[UUID, Sight]
) -> None:
    assert seen(of(*candidates)) == expected


def test_a_seal_stands_for_these_readers_and_no_others() -> None:
    seals = {
        of((PERSON, R.PERSON)).seal,
        of((PERSON, R.PERSON), (BOSS, R.MANAGER)).seal,
        of((PERSON, R.PERSON), (BOSS, R.HR)).seal,
        audience(K.UPWARD, V, MATRIX, [], giver=GIVER, person=PERSON).seal,
    }
    assert len(seals) == 4
    assert of((HAL, R.HR), (PERSON, R.PERSON)).seal == of((PERSON, R.PERSON), (HAL, R.HR)).seal
    with pytest.raises(Conflict):
        somebody_sees(of())
    with pytest.raises(Conflict):
        somebody_sees(of(*((UUID(int=1000 + n), R.HR) for n in range(100))))


def test_what_is_said_of_somebody_above_is_upward_asked_or_not() -> None:
    assert kind_of(K.ASKED_BY_SELF, is_upward=True) is kind_of(None, is_upward=True) is K.UPWARD
    assert kind_of(K.ASKED_BY_MANAGER, is_upward=False) is K.ASKED_BY_MANAGER
    assert kind_of(None, is_upward=False) is K.UNASKED


def test_who_is_asked_and_until_when() -> None:
    today = date(2020, 5, 29)
    assert sound_asked([HAL, BOSS], asker=GIVER, person=PERSON) == [HAL, BOSS]
    for asked in ([], [HAL, HAL], [GIVER], [PERSON], [UUID(int=n) for n in range(50, 71)]):
        with pytest.raises(Invalid):
            sound_asked(asked, asker=GIVER, person=PERSON)
    assert sound_due(today, today) == today
    for due in (today - timedelta(days=1), today + timedelta(days=367)):
        with pytest.raises(Invalid):
            sound_due(due, today)


@pytest.mark.parametrize(("below", "enough"), [(0, True), (1, False), (2, False), (3, True)])
def test_so_many_below_are_asked_that_their_words_can_come_together(
    below: int, enough: bool
) -> None:
    upward = {(K.UPWARD, R.PERSON): THREE, (K.UPWARD, R.ASKER): NAME}
    enough_asked(below, upward, [R.ASKER])
    if enough:
        enough_asked(below, upward, [R.PERSON])
    else:
        with pytest.raises(Invalid):
            enough_asked(below, upward, [R.PERSON])


def test_the_matrix_changes_cell_by_cell() -> None:
    changed = set_sights(MATRIX, [SightSet(K.UNASKED, R.HR, S.NOTHING)])
    assert changed == {**MATRIX, (K.UNASKED, R.HR): Sight(S.NOTHING)}
    refused = [
        [],
        [SightSet(K.UNASKED, R.HR, S.WORDS)],  # as it stands
        [SightSet(K.UNASKED, R.GIVER, S.NOTHING)],
        [SightSet(K.UNASKED, R.ASKER, S.WORDS)],
        [SightSet(K.ASKED_BY_SELF, R.ASKER, S.WORDS)],
        [SightSet(K.UPWARD, R.PERSON, S.WORDS_AND_NAME, 2)],
        [SightSet(K.UPWARD, R.PERSON, S.WORDS, 21)],
        [SightSet(K.UPWARD, R.PERSON, S.WORDS, 0)],
        [SightSet(K.UPWARD, R.HR, S.WORDS), SightSet(K.UPWARD, R.HR, S.NOTHING)],
    ]
    for wanted in refused:
        with pytest.raises(Invalid):
            set_sights(MATRIX, wanted)
