"""How far somebody stands from their peers: arithmetic alone, against published figures."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from random import Random

import pytest

from domain.errors import Invalid
from domain.gaps.exactly import coarse, rounded
from domain.gaps.facts import Facts, Flow, Growth, Mean, Rate, Share
from domain.gaps.rules import Yardstick, far, standing
from domain.gaps.student import chance_as_far, distance_of, freedom_of
from domain.gaps.windows import Window, window

TODAY = date(2020, 5, 29)


def d(text: str) -> Decimal:
    return Decimal(text)


@pytest.mark.parametrize(
    ("freedom", "published"),
    [(2, "4.302653"), (4, "2.776445"), (10, "2.228139"), (30, "2.042272"), (120, "1.979930")],
)
def test_the_tables_of_student_are_met(freedom: int, published: str) -> None:
    assert distance_of(d("0.05"), freedom) == d(published)
    assert rounded(chance_as_far(d(published), freedom), 6) == d("0.050000")


def test_degrees_of_freedom_are_even_and_never_more_than_there_are() -> None:
    assert [freedom_of(facts) for facts in (2, 3, 4, 11, 12, 5000)] == [2, 2, 2, 10, 10, 198 + 2]
    with pytest.raises(ValueError, match="even"):
        chance_as_far(d("1"), 3)


def test_the_interval_of_a_share_is_wilsons() -> None:
    # Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3.
    for part, number, low, high in (
        (81, 263, "0.2553", "0.3662"),
        (15, 148, "0.0624", "0.1605"),
        (0, 20, "0.0000", "0.1611"),
        (1, 29, "0.0061", "0.1718"),
    ):
        interval = Rate(part, number).interval()
        assert [rounded(end, 4) for end in interval] == [d(low), d(high)]


def test_the_rule_of_benjamini_and_hochberg() -> None:
    # The example of the package HDLSSkST at 5 %: our tenth with each chance doubled.
    chances = [d(each) * 2 for each in ("0.50", "0.01", "0.001", "0.69", "0.02", "0.05", "0.0025")]

    assert far(chances) == [False, True, True, False, True, False, True]
    assert far([]) == []
    assert far([d("0.2"), d("0.3")]) == [False, False]


def test_one_odd_value_moves_the_yardstick_hardly_at_all() -> None:
    values = [d(each) for each in ("10", "11", "12", "13", "14")]

    plain = Yardstick.of(values)
    odd = Yardstick.of([*values[:4], d("1000000")])

    assert (plain.centre, plain.spread) == (d("12"), d("1.206") * d("1.4826"))
    assert odd == plain
    with pytest.raises(ValueError, match="five"):
        Yardstick.of(values[:4])


# The worked example of docs/gaps.md.
PEERS = [Rate(won, 80) for won in (20, 22, 24, 24, 26, 27, 28, 29, 30, 32, 36, 40)]


def test_the_worked_example_of_the_page() -> None:
    found = standing(Rate(8, 80), PEERS)

    assert found is not None
    assert rounded(found.peers.centre, 4) == d("0.3438")
    assert rounded(found.peers.spread, 4) == d("0.0695")
    assert rounded(found.noise, 6) == d("0.002820")
    assert rounded(found.between, 6) == d("0.002010")
    assert rounded(found.distance, 2) == d("-3.51")
    assert rounded(found.shrunken, 4) == d("0.2423")
    assert rounded(found.chance, 4) == d("0.0300")
    assert [rounded(end, 4) for end in Rate(8, 80).interval()] == [d("0.0515"), d("0.1851")]


def test_a_rate_is_drawn_together_as_the_beta_binomial_does() -> None:
    found = standing(Rate(8, 80), PEERS)

    assert found is not None
    centre = found.peers.centre
    weight = centre * (1 - centre) / found.between
    assert rounded(found.shrunken, 20) == rounded((8 + weight * centre) / (80 + weight), 20)


def test_few_facts_are_drawn_nearly_all_the_way_and_are_not_far() -> None:
    few, many = standing(Rate(1, 10), PEERS), standing(Rate(8, 80), PEERS)

    assert few is not None
    assert many is not None
    assert few.place == many.place
    assert rounded(few.shrunken, 2) == d("0.32")
    assert few.chance > d("0.2") > many.chance


def test_where_peers_differ_by_chance_alone_everybody_is_expected_in_the_middle() -> None:
    found = standing(Rate(8, 40), [Rate(won, 40) for won in (13, 14, 14, 14, 15, 15, 16)])

    assert found is not None
    assert found.between == 0
    assert found.shrunken == found.peers.centre
    assert standing(Rate(8, 40), [Rate(14, 40)] * 6) is None


def test_means_growths_and_shares_know_their_chance() -> None:
    mean = Mean(4, d("40"), d("440"))
    flow, before = Flow(30, 3, d("30"), d("300")), Flow(30, 3, d("60"), d("1200"))
    growth = Growth(flow, before)
    share = Share(2, d("10"), d("40"), d("100"), d("200"), d("800"))

    # Four amounts of sum 40 and squares 440: variance (440 - 400) / 3, of the mean a quarter, over 10 squared.
    assert rounded(mean.place.exp(), 6) == 10
    assert rounded(mean.noise(mean.place), 6) == rounded(d("40") / 3 / 4 / 100, 6)
    assert rounded(growth.place.exp(), 6) == d("0.5")
    assert rounded(growth.noise(growth.place), 6) == rounded(d("1") / 3 + d("1") / 3, 6)
    # One order of 20 of which 10 are of the category, one of 20 with none: (5 x 5 + 5 x 5) / 40 squared.
    assert share.place == d("0.25")
    assert share.noise(share.place) == d("50") / 1600


def _drawn(chance: Random, *, rate: float, spread: float, number: int) -> Facts:
    true = min(max(chance.gauss(rate, spread), 0.01), 0.99)
    return Rate(sum(chance.random() < true for _ in range(number)), number)


@pytest.mark.parametrize(("peers", "runs"), [(5, 500), (12, 400), (40, 150)])
def test_somebody_like_the_rest_is_seldom_called_far(peers: int, runs: int) -> None:
    chance = Random(f"gaps {peers}")

    rare = 0
    for _ in range(runs):
        group = [_drawn(chance, rate=0.3, spread=0.06, number=40) for _ in range(peers)]
        found = standing(_drawn(chance, rate=0.3, spread=0.06, number=40), group)
        rare += found is not None and found.chance < d("0.05")

    assert rare / runs < 0.08


def test_somebody_far_off_is_found_though_two_peers_are_odd() -> None:
    chance = Random("far")
    group = [_drawn(chance, rate=0.35, spread=0.04, number=80) for _ in range(38)]

    found = standing(Rate(8, 80), [*group, Rate(0, 80), Rate(80, 80)])

    assert found is not None
    assert far([found.chance, d("0.4"), d("0.5"), d("0.6"), d("0.7"), d("0.8")])[0]


@pytest.mark.parametrize(
    ("value", "told"),
    [("1874", "1900"), ("0.2348", "0.23"), ("9.96", "10"), ("-12345", "-12000"), ("0", "0")],
)
def test_what_is_told_of_peers_has_two_digits(value: str, told: str) -> None:
    assert str(coarse(d(value))) == told


def test_the_days_are_whole_months_that_are_over() -> None:
    usual = window(None, None, TODAY)

    assert (usual.first, usual.last) == (date(2019, 11, 1), date(2020, 4, 30))
    assert window(3, date(2020, 1, 15), TODAY) == Window(date(2019, 11, 1), date(2020, 1, 31), 3)
    assert window(12, None, TODAY).a_year_before().first == date(2018, 5, 1)
    assert usual.following().last == date(2020, 10, 31)


@pytest.mark.parametrize(
    ("months", "last", "said"),
    [(4, None, "3, 6 or 12"), (3, TODAY, "is over"), (3, date(1, 1, 1), "since 1970")],
)
def test_other_days_are_refused(months: int, last: date | None, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        window(months, last, TODAY)


def test_what_is_told_hangs_on_no_single_peer() -> None:
    def told(peers: Sequence[Rate]) -> object:
        found = standing(Rate(8, 80), peers)
        assert found is not None
        return found.peers

    # However far the least and the greatest go, nothing that is told of the group moves.
    assert told([Rate(0, 80), *PEERS[1:-1], Rate(80, 80)]) == told(PEERS)
