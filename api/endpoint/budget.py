"""Token buckets: points that callers may spend, which come back with time.

A bucket holds so many points at most and is full until somebody takes from it, so one that is full
again is not remembered. Nothing here reads a clock: the time comes in, in seconds, from one that
does not go back.
"""

import math
from collections import OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Rate:
    """A bucket's size, and how many points come back to it in a second."""

    capacity: float
    per_second: float

    def __post_init__(self) -> None:
        if self.capacity <= 0 or self.per_second <= 0:
            raise ValueError("A bucket has room, and is filled again.")


class Level(NamedTuple):
    """How many points were left in a bucket, and when."""

    points: float
    at: float


def level_now(level: Level, rate: Rate, now: float) -> float:
    """The points in a bucket by now."""
    return min(rate.capacity, level.points + max(0.0, now - level.at) * rate.per_second)


def seconds_until(points: float, left: float, rate: Rate) -> float:
    """How long until `points` are there; infinite for more than the bucket holds."""
    if points > rate.capacity:
        return math.inf
    return max(0.0, points - left) / rate.per_second


class Bucket(NamedTuple):
    """One bucket by its key. Whoever names the key says its rate."""

    key: Hashable
    rate: Rate


class Buckets:
    """The buckets of one process that are not full, `most` of them: of more, the one that nobody
    took from for longest is taken for full.

    Looking and taking happen without a pause between them, so callers at the same time cannot take
    the same points.
    """

    def __init__(self, most: int = 50_000) -> None:
        self._most = most
        self._levels: OrderedDict[Hashable, tuple[Level, Rate]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._levels)

    def left(self, bucket: Bucket, now: float) -> float:
        """The points in a bucket."""
        found = self._levels.get(bucket.key)
        return bucket.rate.capacity if found is None else level_now(found[0], bucket.rate, now)

    def take(self, points: float, buckets: Sequence[Bucket], now: float) -> Bucket | None:
        """Take the points out of every bucket; or out of none, and name the one in which they will
        be last."""
        lefts = [self.left(bucket, now) for bucket in buckets]
        if min(lefts, default=points) < points:
            return max(
                zip(buckets, lefts, strict=True),
                key=lambda pair: seconds_until(points, pair[1], pair[0].rate),
            )[0]
        for bucket, left in zip(buckets, lefts, strict=True):
            self._levels[bucket.key] = (Level(left - points, now), bucket.rate)
            self._levels.move_to_end(bucket.key)
        self._forget(len(buckets), now)
        return None

    def _forget(self, taken: int, now: float) -> None:
        """Whichever of the oldest are full again, a few more at a time than can come new."""
        for _ in range(taken + 1):
            key, (level, rate) = next(iter(self._levels.items()))
            if level_now(level, rate, now) < rate.capacity:
                break
            del self._levels[key]
            if not self._levels:
                return
        while len(self._levels) > self._most:
            self._levels.popitem(last=False)
