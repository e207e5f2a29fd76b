"""What each level pays: worked examples as their authors published them, and what holds always."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Faults, Invalid
from domain.incentives.tables import (
    Below,
    Edge,
    Method,
    RateTable,
    Row,
    Tier,
    tiers_of,
)

D, ZERO = Decimal, Fraction(0)


def table(method: Method, *tiers: tuple[str, str], **settings: object) -> RateTable:
    made = tuple(Tier(D(start), D(pays)) for start, pays in tiers)
    return RateTable(method, made, **settings)  # type: ignore[arg-type]  # each test names its own


COMMISSION = (("0", "0.05"), ("100000", "0.08"), ("200000", "0.10"))


@pytest.mark.parametrize(
    ("method", "total", "earned"),
    [
        # 100,000 at 5 %, 100,000 at 8 %, 50,000 at 10 %.
        (Method.MARGINAL, "250000", "18000"),
        (Method.MARGINAL, "100000", "5000"),
        (Method.MARGINAL, "0", "0"),
        # The reached tier's rate pays everything: 250,000 at 10 %.
        (Method.RETROACTIVE, "250000", "25000"),
        (Method.RETROACTIVE, "99999.99", "4999.9995"),
        (Method.RETROACTIVE, "100000", "8000"),
    ],
)
def test_a_total_earns_what_the_example_says(method: Method, total: str, earned: str) -> None:
    assert table(method, *COMMISSION).earned(D(total)) == Fraction(earned)


def test_a_deal_across_boundaries_shows_each_slice_with_its_rate() -> None:
    parts = table(Method.MARGINAL, *COMMISSION).slices(D(80000), D(230000))

    assert [(part.start, part.end, part.rate, part.amount) for part in parts] == [
        (D(80000), D(100000), D("0.05"), Fraction(1000)),
        (D(100000), D(200000), D("0.08"), Fraction(8000)),
        (D(200000), D(230000), D("0.10"), Fraction(3000)),
    ]


def test_a_retroactive_table_trues_up_what_was_paid_for_before() -> None:
    parts = table(Method.RETROACTIVE, *COMMISSION).slices(D(80000), D(120000))

    assert [(part.start, part.end, part.rate, part.amount) for part in parts] == [
        (D(80000), D(120000), D("0.08"), Fraction(3200)),
        (D(0), D(80000), D("0.03"), Fraction(2400)),
    ]


@pytest.mark.parametrize(("edge", "earned"), [(Edge.UPPER, 8000), (Edge.LOWER, 5000)])
def test_a_value_on_the_boundary_belongs_where_the_table_says(edge: Edge, earned: int) -> None:
    assert table(Method.RETROACTIVE, *COMMISSION, edge=edge).earned(D(100000)) == earned


@pytest.mark.parametrize(
    ("total", "earned"),
    [("0.5", "0"), ("0.8", "500"), ("0.9", "750"), ("1", "1000"), ("1.1", "1500"), ("2", "2000")],
)
def test_between_points_it_pays_along_a_straight_line(total: str, earned: str) -> None:
    """80 % pays half, 100 % all, 120 % double, and no more."""
    curve = table(Method.INTERPOLATED, ("0.8", "500"), ("1", "1000"), ("1.2", "2000"))

    assert curve.earned(D(total)) == Fraction(earned)


def test_a_line_between_points_is_not_rounded() -> None:
    curve = table(Method.INTERPOLATED, ("0", "0"), ("3", "1"))

    assert curve.earned(D(1)) == Fraction(1, 3)


def test_below_the_threshold_nothing_is_paid_and_from_it_everything() -> None:
    rates = table(Method.MARGINAL, ("0", "0.10"), ("1000", "0.20"), threshold=D(500))

    assert rates.earned(D("499.99")) == 0
    assert rates.earned(D(500)) == 50
    [caught_up] = rates.slices(D(400), D(600))
    assert (caught_up.start, caught_up.end, caught_up.amount) == (D(0), D(600), Fraction(60))
    [taken_back] = rates.slices(D(600), D(400))
    assert taken_back.amount == -60


def test_below_zero_is_taken_back_or_not_as_the_table_says() -> None:
    assert table(Method.MARGINAL, ("0", "0.10")).earned(D(-50)) == -5
    assert table(Method.MARGINAL, ("0", "0.10"), below=Below.NOTHING).earned(D(-50)) == 0


def test_starts_may_be_shares_of_a_quota_and_rates_multiples_of_a_base_rate() -> None:
    plan = table(Method.MARGINAL, ("0", "1"), ("1", "1.5"), ("1.5", "2"))

    rates = plan.scaled(D(600000)).times(D("0.05"))

    assert rates.earned(D(600000)) == 30000  # 5 % of the quota is the target incentive
    assert rates.earned(D(900000)) == 30000 + 22500
    with pytest.raises(Invalid, match="above zero"):
        plan.scaled(D(0))


def test_gaps_and_overlaps_are_named_all_at_once() -> None:
    rows = [
        Row(D(0), D(100), D("0.05")),
        Row(D(101), D(200), D("0.06")),
        Row(D(150), D(300), D("0.07")),
    ]

    with pytest.raises(Faults) as refused:
        tiers_of(rows)

    assert [each.message for each in refused.value.each] == [
        "Tier 1 leaves a gap from 100 to 101.",
        "Tier 2 overlaps the next one from 150 to 200.",
        "Tier 3 ends at 300: the last one must be open.",
    ]


def test_tiers_follow_one_another() -> None:
    with pytest.raises(Invalid, match="Tier 2 begins at 0"):
        table(Method.MARGINAL, ("0", "0.1"), ("0", "0.2"))
    with pytest.raises(Invalid, match="1 to 50"):
        table(Method.MARGINAL)
    with pytest.raises(Invalid, match="The first tier begins at 5"):
        table(Method.RETROACTIVE, ("5", "0.1"))


amounts = st.decimals(-10_000, 10_000, places=2)
further = st.tuples(st.decimals("0.01", 9_000, places=2), st.decimals(0, 5, places=3))
tables = st.builds(
    RateTable,
    st.sampled_from(Method),
    st.lists(further, max_size=6, unique_by=lambda tier: tier[0]).map(
        lambda tiers: tuple(Tier(start, pays) for start, pays in [(D(0), D("0.1")), *sorted(tiers)])
    ),
    st.sampled_from(Edge),
    st.sampled_from(Below),
    st.none() | st.decimals("0.01", 9_000, places=2),
)


@given(tables, st.lists(amounts, max_size=12), st.randoms())
def test_deals_come_to_the_same_in_any_order_and_cut(
    rates: RateTable, deals: list[Decimal], chance: object
) -> None:
    def earned(order: list[Decimal]) -> Fraction:
        total, pay = D(0), ZERO
        for deal in order:
            pay += sum((Fraction(p.amount) for p in rates.slices(total, total + deal)), ZERO)
            total += deal
        return pay

    shuffled = deals.copy()
    chance.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a Random

    at_once = rates.slices(D(0), sum(deals, D(0)))
    assert earned(deals) == earned(shuffled) == sum((Fraction(p.amount) for p in at_once), ZERO)


@given(tables, amounts, amounts)
def test_each_slice_can_be_worked_out_again_and_they_join(
    rates: RateTable, before: Decimal, after: Decimal
) -> None:
    for part in rates.slices(before, after):
        if rates.method in (Method.MARGINAL, Method.RETROACTIVE):
            assert part.amount == Fraction(part.end - part.start) * Fraction(part.rate)
        assert 0 <= part.tier < len(rates.tiers)
