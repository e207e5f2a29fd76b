"""What is odd about a plan is told, with the figure at which it happens."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.incentives.linting import Oddity, linted
from domain.incentives.shapes import pieces, total_earning
from domain.incentives.tables import Method, RateTable
from domain.incentives.terms import Bonus, Commission, Refunds
from tests.domain.incentives.plans import D, one, plan, rates
from tests.domain.incentives.test_tables import tables


@pytest.mark.parametrize(
    ("component", "found"),
    [
        (one(Commission("revenue", rates(("0", "0.05"), ("1000", "0.08")))), []),
        (
            one(
                Commission(
                    "revenue",
                    rates(("0", "0.05"), ("1000", "0.08"), method=Method.RETROACTIVE),
                    refunds=Refunds.TOTAL,
                )
            ),
            [(Oddity.CLIFF, 1000, "At 1000 pay jumps by 30.")],
        ),
        (
            one(
                Commission(
                    "revenue",
                    rates(("0", "0.08"), ("1000", "0.05"), method=Method.RETROACTIVE),
                    refunds=Refunds.TOTAL,
                )
            ),
            [(Oddity.PAYS_LESS, 1000, "At 1000 pay falls by 30: selling more pays less.")],
        ),
        (
            one(Commission("revenue", rates(("0", "0.1"), ("1000", "0"), ("2000", "0.1")))),
            [(Oddity.DEAD_ZONE, 1000, "Between 1000 and 2000 selling more pays nothing more.")],
        ),
        (
            one(Commission("revenue", rates(("0", "0.1"), threshold=D(500)))),
            [(Oddity.CLIFF, 500, "At 500 pay jumps by 50.")],
        ),
        (
            one(
                Bonus(
                    "revenue",
                    rates(("0.8", "0.5"), ("1", "1"), ("1.2", "2"), method=Method.INTERPOLATED),
                )
            ),
            [
                (Oddity.CLIFF, Fraction(4, 5), "At 80 % pay jumps by 50 %."),
                (Oddity.FLAT_TOP, Fraction(6, 5), "Above 120 % selling more pays nothing more."),
            ],
        ),
        (
            one(Commission("revenue", rates(("0", "0.1"), ("1000", "0.2"))), cap=D(50)),
            [
                (Oddity.FLAT_TOP, 500, "Above 500 the cap of 50 is reached."),
                (
                    Oddity.UNREACHABLE,
                    1000,
                    "The tier from 1000 is never reached: the cap of 50 is, at 500.",
                ),
            ],
        ),
    ],
)
def test_each_oddity_is_told_where_it_lies(component: object, found: list[object]) -> None:
    made = plan(component)  # type: ignore[arg-type]  # of several kinds

    assert [(each.oddity, each.at, each.sentence) for each in linted(made)] == found


@given(tables, st.decimals("0.01", 12_000, places=2))
def test_pieces_run_as_the_table_pays(table: RateTable, total: Decimal) -> None:
    parts = pieces(table)
    boundaries = {Fraction(tier.start) for tier in table.tiers} | {Fraction(table.threshold or 0)}

    if Fraction(total) not in boundaries:
        [part] = [
            each for each in parts if each.start < total and (each.end is None or total < each.end)
        ]
        assert part.at(Fraction(total)) == table.earned(total)


@given(tables, st.decimals("0.01", 2_000, places=2))
def test_what_has_to_be_sold_for_an_amount_earns_it_and_nothing_less_does(
    table: RateTable, amount: Decimal
) -> None:
    needed = total_earning(table, amount)

    if needed is None:
        assert all(table.earned(Decimal(n) * 500) < amount for n in range(50))
        return
    cent = Fraction(1, 100)
    just_above = Decimal(-(-(needed + cent) * 100 // 1)) / 100
    assert any(table.earned(each) >= amount for each in (just_above, _decimal(needed)))
    below = Decimal((needed - cent) * 100 // 1) / 100
    assert below <= 0 or table.earned(below) < amount


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)
