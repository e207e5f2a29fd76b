"""What may happen to a note, by examples."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from domain.coaching.note_models import NoteVisibility
from domain.coaching.note_rules import (
    MOST_NAMED,
    NoteAnswered,
    acknowledged_before,
    day_of,
    joined,
    left,
    ones_own_alone,
    read_by_others,
    readers_of,
    sound_since,
)
from domain.errors import Conflict, Invalid, NotFound

MONA, RUI, SAM, HAL = (UUID(int=number) for number in range(1, 5))
CROWD = [UUID(int=number) for number in range(10, 10 + MOST_NAMED)]
NOW = datetime(2020, 5, 29, 12, tzinfo=UTC)
PRIVATE, COACHEE, NAMED = NoteVisibility


@pytest.mark.parametrize(
    ("visibility", "about", "named", "readers"),
    [
        (PRIVATE, RUI, [], [MONA]),
        (PRIVATE, MONA, [], [MONA]),
        (COACHEE, RUI, [], [MONA, RUI]),
        (NAMED, RUI, [HAL, SAM], [MONA, HAL, SAM]),
        (NAMED, RUI, [RUI, MONA, HAL], [MONA, RUI, HAL]),
        (NAMED, MONA, [SAM], [MONA, SAM]),
        (NAMED, RUI, CROWD, [MONA, *CROWD]),
    ],
)
def test_a_note_is_for_whom_its_author_says(
    visibility: NoteVisibility, about: UUID, named: list[UUID], readers: list[UUID]
) -> None:
    assert readers_of(visibility, author=MONA, about=about, named=named) == readers


@pytest.mark.parametrize(
    ("visibility", "about", "named", "path"),
    [
        (PRIVATE, RUI, [HAL], "personIds"),
        (COACHEE, RUI, [HAL], "personIds"),
        (COACHEE, MONA, [], "visibility"),
        (NAMED, RUI, [], "personIds"),
        (NAMED, RUI, [*CROWD, HAL], "personIds"),
    ],
)
def test_people_who_do_not_fit_are_refused(
    visibility: NoteVisibility, about: UUID, named: list[UUID], path: str
) -> None:
    with pytest.raises(Invalid) as refused:
        readers_of(visibility, author=MONA, about=about, named=named)

    assert refused.value.path == (path,)


def test_whoever_joins_comes_last_and_once() -> None:
    assert joined([MONA, RUI], [HAL, RUI]) == [MONA, RUI, HAL]
    with pytest.raises(Invalid):
        joined([MONA, RUI], CROWD)


def test_a_note_is_taken_back_from_whoever_said_nothing_to_it() -> None:
    assert left([MONA, RUI, HAL], [HAL], author=MONA, spoke={RUI}) == [MONA, RUI]
    with pytest.raises(NoteAnswered):
        left([MONA, RUI, HAL], [RUI, HAL], author=MONA, spoke={RUI})
    with pytest.raises(NotFound) as refused:
        left([MONA, RUI], [RUI, SAM], author=MONA, spoke=())
    assert refused.value.path == ("personIds", "1")
    for nobody in ([], [MONA]):
        with pytest.raises(Invalid):
            left([MONA, RUI], nobody, author=MONA, spoke=())


def test_only_what_nobody_else_reads_is_withdrawn_and_only_the_rest_answered() -> None:
    ones_own_alone([MONA])
    read_by_others([MONA, RUI])
    with pytest.raises(Conflict):
        ones_own_alone([MONA, RUI])
    with pytest.raises(Conflict):
        read_by_others([MONA])


@pytest.mark.parametrize(
    ("written_at", "day"),
    [
        (NOW, date(2014, 6, 30)),
        (NOW - timedelta(hours=5), date(2014, 6, 30)),  # midnight there
        (NOW - timedelta(hours=5, seconds=1), date(2014, 6, 29)),
        (NOW - timedelta(days=7), date(2014, 6, 23)),
    ],
)
def test_the_day_of_a_note_is_as_far_back_as_it_was_written(
    written_at: datetime, day: date
) -> None:
    today = date(2014, 6, 30)

    assert day_of(written_at, NOW, today=today, time_zone="America/Los_Angeles") == day


def test_figures_count_from_a_day_of_the_last_years() -> None:
    day = date(2020, 5, 29)

    assert sound_since(None, day) == date(2019, 5, 31)
    assert sound_since(day, day) == day
    for since in (date(2020, 5, 30), date(2009, 1, 1)):
        with pytest.raises(Invalid):
            sound_since(since, day)


def test_a_version_is_acknowledged_once_and_a_later_one_anew() -> None:
    acknowledged_before(1, None)
    acknowledged_before(3, 2)
    for version in (1, 2):
        with pytest.raises(Conflict):
            acknowledged_before(version, 2)
