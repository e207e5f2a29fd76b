"""Buckets: what may be spent, when it is there again, and that they take no more room than needed."""

import math
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.endpoint.budget import Bucket, Buckets, Level, Rate, level_now, seconds_until

SMALL = Rate(capacity=100, per_second=10)
LARGE = Rate(capacity=1_000, per_second=10)


@pytest.mark.parametrize(
    ("points", "seconds", "expected"),
    [(0, 0, 0), (0, 1, 10), (0, 0.25, 2.5), (95, 1, 100), (100, 1_000, 100), (50, -5, 50)],
)
def test_points_come_back_with_time_and_never_more_than_the_bucket_holds(
    points: float, seconds: float, expected: float
) -> None:
    assert level_now(Level(points, at=50), SMALL, now=50 + seconds) == expected


@pytest.mark.parametrize(
    ("points", "left", "expected"),
    [(50, 100, 0), (50, 50, 0), (50, 20, 3), (100, 0, 10), (101, 100, math.inf)],
)
def test_the_wait_is_for_what_is_missing(points: float, left: float, expected: float) -> None:
    assert seconds_until(points, left, SMALL) == expected


@pytest.mark.parametrize(("capacity", "per_second"), [(0, 1), (1, 0), (-1, 1)])
def test_a_bucket_that_would_stay_empty_cannot_be_made(capacity: float, per_second: float) -> None:
    with pytest.raises(ValueError, match="filled again"):
        Rate(capacity, per_second)


def test_what_does_not_fit_into_one_bucket_is_taken_from_none() -> None:
    buckets = Buckets()
    person, organisation = Bucket("person", SMALL), Bucket("organisation", LARGE)

    assert buckets.take(70, [organisation, person], 0) is None
    assert buckets.take(70, [organisation, person], 0) is person

    assert buckets.left(person, 0) == 30
    assert buckets.left(organisation, 0) == 930
    assert buckets.take(70, [organisation, person], 4) is None


def test_of_several_empty_buckets_the_one_that_fills_last_is_named() -> None:
    buckets = Buckets()
    slow, fast = Bucket("slow", Rate(10, 1)), Bucket("fast", Rate(10, 5))
    buckets.take(10, [slow, fast], 0)

    assert buckets.take(10, [fast, slow], 1) is slow


def test_a_bucket_that_is_full_again_takes_no_memory() -> None:
    buckets = Buckets()
    for n in range(100):
        buckets.take(1, [Bucket(n, SMALL)], now=0)
    assert len(buckets) == 100

    for n in range(100):
        buckets.take(1, [Bucket("later", SMALL)], now=100 + n)

    assert len(buckets) == 1


def test_so_many_buckets_are_remembered_and_the_one_untouched_for_longest_is_let_go() -> None:
    buckets = Buckets(most=10)
    for n in range(30):
        buckets.take(100, [Bucket(n, SMALL)], now=0)

    assert len(buckets) == 10
    assert buckets.left(Bucket(29, SMALL), 0) == 0
    assert buckets.left(Bucket(0, SMALL), 0) == 100


@dataclass
class Spent:
    at: float
    points: int


@settings(max_examples=100, deadline=None)
@given(
    asked=st.lists(
        st.tuples(st.floats(0, 5), st.integers(1, 120), st.sampled_from("abc")), max_size=60
    )
)
def test_in_no_span_of_time_more_is_spent_than_a_full_bucket_and_what_comes_back(
    asked: list[tuple[float, int, str]],
) -> None:
    buckets, now = Buckets(most=1_000), 0.0
    spent: dict[str, list[Spent]] = {"a": [], "b": [], "c": [], "all": []}

    for pause, points, who in asked:
        now += pause
        both = [Bucket("all", LARGE), Bucket(who, SMALL)]
        if buckets.take(points, both, now) is None:
            spent[who].append(Spent(now, points))
            spent["all"].append(Spent(now, points))

    for name, each in spent.items():
        rate = LARGE if name == "all" else SMALL
        for first in range(len(each)):
            total = 0
            for later in each[first:]:
                total += later.points
                may = rate.capacity + (later.at - each[first].at) * rate.per_second
                assert total <= may + 1e-6
