"""What a measure may be, by examples."""

import pytest

from domain.errors import Invalid
from domain.measures.models import MeasureDirection, MeasureSource, MeasureUnit
from domain.measures.rules import (
    UNIT_OF,
    reworded_levels,
    sound_direction,
    sound_key,
    sound_levels,
    sound_unit,
)

RATING, CHECK_IN = MeasureSource.RATING, MeasureSource.CHECK_IN


@pytest.mark.parametrize("key", ["a", "new_customers", "q4_2020", "a" * 40])
def test_a_key_is_a_short_word(key: str) -> None:
    assert sound_key(key) == key


@pytest.mark.parametrize("key", ["", "A", "1st", "_a", "with space", "ä", "a" * 41, "a\n"])
def test_anything_else_is_no_key(key: str) -> None:
    with pytest.raises(Invalid, match="1 to 40"):
        sound_key(key)


@pytest.mark.parametrize("source", MeasureSource)
@pytest.mark.parametrize("unit", MeasureUnit)
def test_a_unit_fits_what_is_counted(source: MeasureSource, unit: MeasureUnit) -> None:
    if source is CHECK_IN or UNIT_OF[source] is unit:
        assert sound_unit(source, unit) is unit
    else:
        with pytest.raises(Invalid) as refused:
            sound_unit(source, unit)
        assert refused.value.path == ("unit",)
        assert refused.value.message.endswith(".")


def test_yes_is_never_worse_than_no() -> None:
    assert sound_direction(MeasureUnit.MONEY, MeasureDirection.LOWER) is MeasureDirection.LOWER
    with pytest.raises(Invalid, match="yes is the better"):
        sound_direction(MeasureUnit.YES_NO, MeasureDirection.LOWER)


@pytest.mark.parametrize(
    ("source", "levels", "path"),
    [
        (CHECK_IN, ["one", "two"], ("levels",)),
        (RATING, [], ("levels",)),
        (RATING, ["alone"], ("levels",)),
        (RATING, ["same"] * 2, ("levels", "1")),
        (RATING, ["one", "  "], ("levels", "1")),
        (RATING, ["one", "x" * 201], ("levels", "1")),
        (RATING, [str(place) for place in range(11)], ("levels",)),
    ],
)
def test_only_a_rating_has_levels_and_each_is_said_once(
    source: MeasureSource, levels: list[str], path: tuple[str, ...]
) -> None:
    with pytest.raises(Invalid) as refused:
        sound_levels(source, levels)

    assert refused.value.path == path


def test_levels_are_trimmed_and_reworded_one_by_one() -> None:
    assert sound_levels(RATING, [" low", "high "]) == ["low", "high"]
    assert sound_levels(CHECK_IN, []) == []
    assert reworded_levels(["low", "high"], ["poor", "good"]) == ["poor", "good"]
    for before, after in (
        (["low", "high"], ["a", "b", "c"]),
        (["low", "high"], ["a"]),
        ([], ["a"]),
    ):
        with pytest.raises(Invalid):
            reworded_levels(before, after)
