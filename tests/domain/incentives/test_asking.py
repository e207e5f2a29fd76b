"""What if, and what has to be sold."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.incentives.asking import Unanswerable, deal_earning
from domain.incentives.calculating import calculated
from domain.incentives.cases import Case, Credit, Pay
from domain.incentives.rounding import Rounding
from domain.incentives.tables import Method
from domain.incentives.terms import Bonus, Commission, Component, Refunds
from tests.domain.incentives.plans import D, case, deal, one, plan, rates

TIERS = plan(one(Commission("revenue", rates(("0", "0.05"), ("1000", "0.1")))))


def with_deals(now: Case, *deals: Credit) -> Pay:
    return calculated(replace(now, credits=(*now.credits, *deals)))


def earning(now: Case, wanted: Decimal) -> Decimal:
    def pays(amount: Decimal) -> Decimal:
        return with_deals(now, *([deal("next", str(amount))] if amount else [])).total

    return deal_earning(now.plan, wanted, pays)


def test_a_deal_that_might_be_is_paid_like_one_that_is() -> None:
    now = case(TIERS, deal("a", "800"))

    assert with_deals(now, deal("b", "400")).total == D(40) + D(10) + D(20)
    assert calculated(now).total == D(40)


def test_what_has_to_be_sold_crosses_tiers() -> None:
    now = case(TIERS, deal("a", "800"))

    assert earning(now, D(70)) == D("399.95")  # 200 at 5 %, the rest at 10 %, rounded up
    assert earning(now, D(40)) == 0


def test_in_a_currency_without_cents_it_is_a_whole_amount() -> None:
    yen = plan(one(Commission("revenue", rates(("0", "0.03")))), rounding=Rounding(0))

    assert earning(case(yen), D(100)) == D(3317)  # 99.51, which rounds to 100


def test_where_nothing_pays_so_much_it_says_so() -> None:
    capped = plan(one(Commission("revenue", rates(("0", "0.05"))), cap=D(50)))

    with pytest.raises(Unanswerable, match="Nothing that can be sold in this period pays 51"):
        earning(case(capped), D(51))


def test_where_more_sold_may_pay_less_there_is_no_answer() -> None:
    table = rates(("0", "0.1"), ("1000", "0.05"), method=Method.RETROACTIVE)
    odd = plan(one(Commission("revenue", table, refunds=Refunds.TOTAL)))

    with pytest.raises(Unanswerable, match="selling more pays less"):
        earning(case(odd), D(60))


@settings(max_examples=30)
@given(st.decimals("0.01", 5_000, places=2), st.decimals(0, 3_000, places=2))
def test_the_answer_earns_it_and_a_cent_less_does_not(wanted: Decimal, before: Decimal) -> None:
    curve = rates(("0.5", "0"), ("1", "1"), ("2", "2"), method=Method.INTERPOLATED)
    both = plan(
        one(Commission("revenue", rates(("0", "0.05"), ("1000", "0.1")))),
        Component("bonus", "Bonus", Bonus("revenue", curve)),
    )
    now = case(both, deal("a", str(before)), quotas={"revenue": D(2000)}, target_incentive=D(500))

    needed = earning(now, wanted)

    assert not needed or with_deals(now, deal("next", str(needed))).total >= wanted
    below = needed - D("0.01")
    assert below <= 0 or with_deals(now, deal("next", str(below))).total < wanted
