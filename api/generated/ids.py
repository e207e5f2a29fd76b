"""Ids that follow from a seed: UUIDv7 in shape, whose time is that of what they name."""

from datetime import UTC, date, datetime, time
from random import Random
from uuid import UUID


class Ids:
    """The same seed gives the same ids in the same order, and no two alike."""

    def __init__(self, seed: str) -> None:
        self._chance = Random(seed)  # noqa: S311 - nothing secret follows from it
        self._made = 0

    def on(self, day: date) -> UUID:
        """An id made at the beginning of a day; those of one day sort as they were made."""
        midnight = datetime.combine(day, time(), UTC)
        # A counter within the day's milliseconds, as if one were made every millisecond.
        self._made = (self._made + 1) % 86_400_000
        milliseconds = int(midnight.timestamp()) * 1000 + self._made
        high = milliseconds << 16 | 0x7 << 12 | self._chance.getrandbits(12)
        return UUID(int=high << 64 | 0x2 << 62 | self._chance.getrandbits(62))
