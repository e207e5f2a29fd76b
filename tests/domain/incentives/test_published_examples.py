"""Worked examples that others have published, with the answers that they give."""

from decimal import Decimal

import pytest

from domain.incentives.calculating import calculated
from domain.incentives.tables import Edge, Method, RateTable
from domain.incentives.terms import Commission, Measured, Refunds, Scale, Span
from tests.domain.incentives.plans import D, case, deal, one, plan, rates

SOLD = ("200", "300", "1500", "1200", "2000", "4500")
"""The transactions of a quarter in Oracle's examples of step rates and of interpolated rates."""


def paid(table: RateTable, *amounts: str, over: Span) -> list[Decimal]:
    """What each deal is paid, in their order."""
    refunds = Refunds.ORIGINAL if over is Span.DEAL else Refunds.TOTAL
    of = plan(
        one(Commission("revenue", table, refunds=refunds)),
        measures=(Measured("revenue", over=over),),
    )
    deals = [deal(f"T{number}", amount) for number, amount in enumerate(amounts, start=1)]
    pay = calculated(case(of, *deals))
    return [
        sum((line.amount for line in pay.lines if line.credit == each.id), D(0)) for each in deals
    ]


STEPS = (("0", "0.01"), ("1000", "0.02"), ("3000", "0.03"), ("8000", "0.05"))


def test_oracle_step_rates_for_each_deal_by_itself() -> None:
    """docs.oracle.com, "Examples of Calculating Earnings Using Step Rates": 164 for the quarter."""
    found = paid(rates(*STEPS), *SOLD, over=Span.DEAL)

    assert found == list(map(D, ("2", "3", "20", "14", "30", "95")))
    assert sum(found) == 164


def test_oracle_interpolated_amounts_for_each_deal_by_itself() -> None:
    """docs.oracle.com, "Examples of Calculating Earnings Using Interpolated Rates": 149 for the
    quarter. Tiers there say what each of them adds: 10, 40, 100 and 2,000."""
    table = rates(
        ("0", "0"), ("1000", "10"), ("3000", "50"), ("8000", "150"), ("20000", "2150"),
        method=Method.INTERPOLATED,
    )  # fmt: skip

    found = paid(table, *SOLD, over=Span.DEAL)

    assert found == list(map(D, ("2", "3", "20", "14", "30", "80")))
    assert sum(found) == 149


@pytest.mark.parametrize(
    ("amount", "rate"), [("5000", "0.01"), ("15000", "0.02"), ("60000", "0.03")]
)
def test_oracle_flat_rates_by_the_highest_tier_that_is_reached(amount: str, rate: str) -> None:
    """docs.oracle.com, "Options for Splitting Attainment Numbers Across Rate Tiers"."""
    table = rates(
        ("0", "0.01"), ("10000", "0.02"), ("50000", "0.03"), ("100000", "0.04"),
        method=Method.RETROACTIVE,
    )  # fmt: skip

    assert paid(table, amount, over=Span.DEAL) == [D(amount) * D(rate)]


def test_oracle_a_value_on_the_boundary_is_paid_at_the_higher_tier() -> None:
    """docs.oracle.com, "Equal Tier Values": exactly 50,000 is paid at 3 per cent."""
    tiers = (("0", "0.01"), ("25000", "0.02"), ("50000", "0.03"), ("75000", "0.04"))

    upper = rates(*tiers, method=Method.RETROACTIVE, edge=Edge.UPPER)
    lower = rates(*tiers, method=Method.RETROACTIVE, edge=Edge.LOWER)

    assert paid(upper, "50000", over=Span.DEAL) == [D(1500)]
    assert paid(lower, "50000", over=Span.DEAL) == [D(1000)]


def test_referello_a_tier_that_is_passed_keeps_its_rate() -> None:
    """referello.com, tiered commission calculator: 10 % to 10,000 and 20 % above pay 2,000 for
    15,000, which is 13.3 % of it."""
    [found] = paid(rates(("0", "0.10"), ("10000", "0.20")), "15000", over=Span.PERIOD)

    assert found == 2000
    assert round(found / D(15000), 3) == D("0.133")


def test_a_forum_question_of_over_quota_accelerators() -> None:
    """excelforum.com 861932: 5 % to 100,000, 6 % to 125,000, 7 % above pay 5,000 + 1,500 + 1,750."""
    table = rates(("0", "0.05"), ("100000", "0.06"), ("125000", "0.07"))

    assert paid(table, "150000", over=Span.PERIOD) == [D(5000) + D(1500) + D(1750)]


def with_quota(table: RateTable, amount: str, quota: str, refunds: Refunds) -> Decimal:
    of = plan(one(Commission("revenue", table, scale=Scale.QUOTA, refunds=refunds)))
    return calculated(case(of, deal("a", amount), quotas={"revenue": D(quota)})).total


SALES_COOKIE = (("0", "0.06"), ("1", "0.08"), ("1.5", "0.10"))


def test_sales_cookie_cumulative_and_non_cumulative_tiers() -> None:
    """support2.salescookie.com, "What is the difference between cumulative and non-cumulative tiers":
    at 110 % of quota non-cumulative tiers pay all of it by the second, cumulative ones each its band."""
    retroactive = rates(*SALES_COOKIE, method=Method.RETROACTIVE)

    assert with_quota(retroactive, "110000", "100000", Refunds.TOTAL) == D(8800)
    assert with_quota(rates(*SALES_COOKIE), "110000", "100000", Refunds.ORIGINAL) == D(6800)


@pytest.mark.parametrize(
    ("sold", "pays"), [("33000", "3300"), ("43000", "5300"), ("16500", "1650")]
)
def test_quotapath_accelerator_above_a_monthly_quota(sold: str, pays: str) -> None:
    """help.quotapath.com, "Commission with Accelerators": 10 % to a quota of 33,000, then 20 %."""
    assert with_quota(rates(("0", "0.10"), ("1", "0.20")), sold, "33000", Refunds.ORIGINAL) == D(
        pays
    )


def test_an_excel_guru_question_of_tiers_above_quota() -> None:
    """excelguru.ca 9795: of 14,000 on a quota of 10,000, 2,500 at 125 % and 1,500 at 150 %."""
    table = rates(("0", "0"), ("1", "1.25"), ("1.25", "1.5"), ("1.5", "1.75"), ("2", "2"))

    assert with_quota(table, "14000", "10000", Refunds.ORIGINAL) == D(3125) + D(2250)


def test_oracle_split_rates_are_reported_tier_by_tier() -> None:
    """docs.oracle.com, "Report Split Rates in Calculation": of 2,500, 1,000 at 1 % and 1,500 at 2 %,
    which is 1.6 % of it."""
    table = rates(("0", "0.01"), ("1000", "0.02"), ("5000", "0.03"), ("10000", "0"))
    pay = calculated(case(plan(one(Commission("revenue", table))), deal("a", "2500")))

    assert [(line.inputs["end"], line.inputs["rate"]) for line in pay.lines] == [
        (D(1000), D("0.01")),
        (D(2500), D("0.02")),
    ]
    assert pay.total / D(2500) == D("0.016")
