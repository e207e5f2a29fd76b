"""What came later, against peers who had been as far off."""

from decimal import Decimal
from random import Random

from domain.gaps.effects import Course, as_far_off, effect
from domain.gaps.exactly import rounded
from domain.gaps.facts import Rate

D = Decimal


def _course(before: int, after: int, number: int = 80) -> Course:
    return Course(Rate(before, number), Rate(after, number))


def test_a_change_is_what_goes_beyond_that_of_the_peers() -> None:
    own = _course(8, 32)
    peers = [_course(10, after) for after in (14, 15, 16, 17, 18)]

    found = effect(own, peers)

    assert found is not None
    assert (found.change, found.peers_change, found.difference) == (
        D("0.3"),
        D("0.075"),
        D("0.225"),
    )
    # Own chance alone, since the peers differ by no more: 0.1 x 0.9 / 80 + 0.4 x 0.6 / 80.
    deviation = (D("0.004125") * (1 + D("3.14159265358979") / 10)).sqrt()
    assert rounded(found.high - found.difference, 6) == rounded(D("4.302653") * deviation, 6)
    assert found.low < 0 < found.high


def test_with_many_peers_a_large_change_shows() -> None:
    peers = [_course(10, 12 + n % 7) for n in range(60)]

    found = effect(_course(8, 40), peers)

    assert found is not None
    assert found.low > D("0.1")


def test_fewer_than_five_or_all_alike_are_nobody_to_compare_with() -> None:
    assert effect(_course(8, 16), [_course(10, 12)] * 4) is None
    assert effect(_course(8, 16), [_course(10, 12)] * 6) is None


def test_only_who_stood_half_as_far_off_on_the_same_side_is_compared() -> None:
    peers = [Rate(won, 80) for won in (8, 17, 19, 24, 26, 28, 30, 32, 36, 60)]

    # The median is 27; Rui stands 19 below it, so that 9.5 below is far enough.
    assert as_far_off(Rate(8, 80), peers) == [True, True, *[False] * 8]
    assert as_far_off(Rate(50, 80), peers) == [*[False] * 9, True]


def test_what_comes_back_by_itself_is_not_taken_for_a_change() -> None:
    """People who do not change at all, of whom those far off by chance are picked, stay within the
    interval nearly always, though their figures rise."""
    chance, true = Random("regression"), 0.3

    def drawn() -> Rate:
        return Rate(sum(chance.random() < true for _ in range(40)), 40)

    rose = beyond = 0
    for _ in range(120):
        picked = min((drawn() for _ in range(20)), key=lambda each: each.part)
        group = [Course(drawn(), drawn()) for _ in range(60)]
        near = as_far_off(picked, [each.before for each in group])
        peers = [each for each, is_as_far in zip(group, near, strict=True) if is_as_far]
        own = Course(picked, drawn())
        found = effect(own, peers)
        if found is not None:
            rose += found.change > 0
            beyond += not found.low <= 0 <= found.high
    assert rose > 80
    assert beyond < 12
