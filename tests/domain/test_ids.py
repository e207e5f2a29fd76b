"""Ids sort as they were made, and say when."""

import time
from uuid import RFC_4122

from domain.ids import new_id


def test_ids_made_one_after_the_other_sort_so() -> None:
    ids = [new_id() for _ in range(10_000)]

    assert ids == sorted(ids)
    assert len(set(ids)) == 10_000


def test_an_id_is_a_uuid_of_version_7_and_of_its_millisecond() -> None:
    before = time.time_ns() // 1_000_000
    made = new_id()
    after = time.time_ns() // 1_000_000

    assert (made.version, made.variant) == (7, RFC_4122)
    assert before <= made.int >> 80 <= after + 1
