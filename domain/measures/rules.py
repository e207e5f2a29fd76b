"""What a measure may be, decided from values alone."""

import re
from collections.abc import Mapping, Sequence

from domain.errors import Changed, Invalid
from domain.measures.models import MeasureDirection, MeasureSource, MeasureUnit

_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
MOST_LEVELS = 10
LONGEST_LEVEL = 200

# What a source counts, and so the only unit that its figures can have.
UNIT_OF: Mapping[MeasureSource, MeasureUnit] = {
    MeasureSource.SALES_AMOUNT: MeasureUnit.MONEY,
    MeasureSource.SALES_MARGIN: MeasureUnit.MONEY,
    MeasureSource.SALES_QUANTITY: MeasureUnit.NUMBER,
    MeasureSource.NEW_CUSTOMERS: MeasureUnit.NUMBER,
    MeasureSource.WIN_RATE: MeasureUnit.PERCENT,
    MeasureSource.CYCLE_LENGTH: MeasureUnit.NUMBER,
    MeasureSource.ACQUISITION_COST: MeasureUnit.MONEY,
    MeasureSource.RATING: MeasureUnit.NUMBER,
}


class MeasureChanged(Changed):
    kind = "measure"


def sound_key(key: str) -> str:
    """The word by which a measure is named for ever. Raises Invalid."""
    if _KEY.fullmatch(key) is None:
        raise Invalid(
            "A key has 1 to 40 of a-z, 0-9 and _, and begins with a letter.", path=("key",)
        )
    return key


def sound_unit(source: MeasureSource, unit: MeasureUnit) -> MeasureUnit:
    """The unit, where figures of this source can have it. Raises Invalid."""
    only = UNIT_OF.get(source, unit)
    if unit is not only:
        raise Invalid(
            f"What comes from {_words(source)} is counted as {_words(only)}, not as {_words(unit)}.",
            path=("unit",),
        )
    return unit


def sound_direction(unit: MeasureUnit, direction: MeasureDirection) -> MeasureDirection:
    """Which figures are better. Raises Invalid for a yes that would be worse than a no."""
    if unit is MeasureUnit.YES_NO and direction is MeasureDirection.LOWER:
        raise Invalid(
            "Of yes and no, yes is the better: the direction is higher.", path=("direction",)
        )
    return direction


def sound_levels(source: MeasureSource, levels: Sequence[str]) -> list[str]:
    """What each level of a rubric looks like, the lowest first: none unless the measure is a
    rating, which has two to ten. Raises Invalid."""
    if source is not MeasureSource.RATING:
        if levels:
            raise Invalid("Only a rating has levels.", path=("levels",))
        return []
    if not 2 <= len(levels) <= MOST_LEVELS:
        raise Invalid(f"A rating has 2 to {MOST_LEVELS} levels.", path=("levels",))
    said = [level.strip() for level in levels]
    for place, level in enumerate(said):
        if not 1 <= len(level) <= LONGEST_LEVEL:
            raise Invalid(
                f"Say in 1 to {LONGEST_LEVEL} characters what this level looks like.",
                path=("levels", str(place)),
            )
        if level in said[:place]:
            raise Invalid("Two levels cannot look the same.", path=("levels", str(place)))
    return said


def reworded_levels(before: Sequence[str], levels: Sequence[str]) -> list[str]:
    """The levels in other words. A rating is a level's place, so their number stays. Raises Invalid."""
    if not before:
        raise Invalid("Only a rating has levels.", path=("levels",))
    if len(levels) != len(before):
        raise Invalid(
            f"The rating has {len(before)} levels; they can be said in other words, and there"
            " cannot be more or fewer of them under goals that were set by them.",
            path=("levels",),
        )
    return sound_levels(MeasureSource.RATING, levels)


def _words(value: MeasureSource | MeasureUnit) -> str:
    return value.value.replace("_", " ")
