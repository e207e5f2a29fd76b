"""A budget that all payees' deals share: in their order until it is used up, whoever works it out."""

import asyncio
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.database import on_behalf_of
from domain.incentives.budgets import held_back
from domain.incentives.calculating import calculated
from domain.incentives.cases import Credit, LineKind
from domain.incentives.documents import NotAPlan, plan_of, terms_of
from domain.incentives.due import work_off
from domain.incentives.keeping import tell, work_out
from tests.domain.incentives.paying import (
    JANUARY,
    assigned,
    credited,
    published,
    results,
    superseded,
    totals,
)
from tests.domain.incentives.plans import D, case, deal
from tests.domain.incentives.test_ranking import told
from tests.domain.incentives.test_running import NOW, SELLERS, all_done
from tests.people import Company, count, found_company

SPIF: dict[str, Any] = {
    "currency": "USD",
    "measures": [{"key": "bikes", "over": "quarter", "kinds": ["direct"], "where": "deal.amount != 7 USD",
                  "first_day": "2020-01-15", "last_day": "2020-03-20"}],
    "components": [{"key": "spif", "name": "Spif", "budget": "1000", "commission": {
        "measure": "bikes",
        "table": {"method": "marginal", "tiers": [{"start": "0", "pays": "10 %"}, {"start": "5000", "pays": "20 %"}]},
    }}],
}  # fmt: skip
PLAN = plan_of("spif", SPIF)
[COMPONENT] = PLAN.components


def in_february(name: str, amount: str, day: int, **more: Any) -> Credit:
    return deal(name, amount, on=date(2020, 2, day), **more)


def test_deals_are_paid_in_their_order_until_it_is_used_up_and_refunds_leave_it_again() -> None:
    sold = [
        ("Sam", in_february("b", "4000", 2)),
        ("Rui", in_february("a", "5000", 1)),  # 500 of 1,000
        ("Rui", in_february("c", "2000", 3)),  # 400 at twenty per cent, of which 100 are left
        ("Sam", in_february("d", "3000", 4)),  # nothing is left
        ("Rui", in_february("e", "-2500", 5, reverses="a")),  # 250 are left again
        ("Sam", in_february("f", "2000", 6)),
    ]

    found = held_back(PLAN, COMPONENT, sold, D(1000))

    bites = {
        credit.order: found[who][credit.id]
        for who, credit in sold
        if credit.id in found.get(who, {})
    }
    assert bites == {"c": 100, "d": 0, "f": 250}
    theirs = [credit for who, credit in sold if who == "Rui"]
    pay = calculated(
        case(PLAN, *theirs, budgets={("spif", each): left for each, left in found["Rui"].items()})
    )
    assert [(line.kind, line.amount) for line in pay.lines] == [
        (LineKind.DEAL, D(500)), (LineKind.DEAL, D(400)), (LineKind.BUDGET, D(-300)), (LineKind.REFUND, D(-250)),
    ]  # fmt: skip


deals = st.lists(
    st.tuples(st.sampled_from(["Rui", "Sam", "Mona"]), st.decimals("0.01", 4_000, places=2), st.integers(1, 28)),
    max_size=12,
)  # fmt: skip


@settings(max_examples=20)
@given(deals, st.decimals(0, 1_500, places=2), st.randoms(use_true_random=False))
def test_never_more_than_the_budget_is_paid_and_all_of_it_where_there_is_enough(
    sold: list[tuple[str, Decimal, int]], budget: Decimal, random: Any
) -> None:
    credits = [
        (who, in_february(f"{n:02}", str(amount), day)) for n, (who, amount, day) in enumerate(sold)
    ]
    shuffled = random.sample(credits, len(credits))

    found = held_back(PLAN, COMPONENT, credits, budget)

    assert held_back(PLAN, COMPONENT, shuffled, budget) == found
    paid = D(0)
    for payee in {who for who, _ in credits}:
        bites = {("spif", each): left for each, left in found.get(payee, {}).items()}
        theirs = [credit for who, credit in credits if who == payee]
        paid += calculated(case(PLAN, *theirs, budgets=bites)).total
    assert paid == budget if found else paid <= budget


def test_it_comes_back_from_its_document_and_stands_only_where_deals_alone_decide() -> None:
    assert plan_of("spif", terms_of(PLAN)) == PLAN
    for said in (
        {"gate": "true"},
        {"cap": "1"},
        {"multiplier": "2"},
        {"commission": None, "formula": "1 USD"},
    ):
        with pytest.raises(NotAPlan, match="must hang on deals alone"):
            plan_of("spif", SPIF | {"components": [SPIF["components"][0] | said]})
    with pytest.raises(NotAPlan, match="must hang on deals alone"):
        plan_of("spif", SPIF | {"rounding": {"point": "component"}})


async def _selling(company: Company) -> list[UUID]:
    plan = await published(company, SPIF)
    made = []
    for who in SELLERS:
        await assigned(company, plan, who, ends_on=date(2020, 3, 31))
        for month, day in ((1, 10), (1, 20), (2, 10 + SELLERS.index(who)), (3, 5)):
            amount = str(1500 + 100 * SELLERS.index(who))
            place = f"{who} {month} {day}"
            made.append(
                await credited(company, who, amount, on=date(2020, month, day), place=place)
            )
    return [plan, *made]


async def test_whoever_is_paid_first_or_at_once_all_is_as_in_a_whole_run(database: str) -> None:
    company, other = await found_company(), await found_company()
    plan, *theirs = await _selling(company)
    _, *others = await _selling(other)
    # Two at once, each for two of them, who know nothing of what the other keeps.
    halves = [[company.ids[who] for who in half] for half in (SELLERS[:2], SELLERS[2:])]
    await asyncio.gather(*(_worked_out(company, plan, half) for half in halves))
    while await work_off(company.org, NOW):
        pass
    # January: 1,500 to 1,800 at ten per cent for each in the order of their names: all but 340 of it.
    assert [(await totals(company, who))[1] for who in SELLERS] == [150, 160, 170, 180]
    assert [(await totals(company, who))[2] for who in SELLERS] == [150, 160, D(30), 0]
    assert [(await totals(company, who))[3] for who in SELLERS] == [0, 0, 0, 0]

    for each, first in ((company, theirs), (other, others)):
        await superseded(each, first[1])  # Rui's in January, so that 150 more are left
        await credited(each, "Olga", "200", on=date(2020, 2, 9), place="before all others")
    while await work_off(company.org, NOW):
        pass
    assert [(await totals(company, who))[1] for who in SELLERS] == [0, 160, 170, 180]
    assert [(await totals(company, who))[2] for who in SELLERS] == [150, 160, D(160), D(20)]
    await all_done(other)
    assert list(told(await results(company))) == list(told(await results(other)))
    made = await count(company, "pay_result")
    await all_done(company)
    assert await count(company, "pay_result") == made, "a whole run has nothing to add"


async def _worked_out(company: Company, plan: UUID, payees: list[UUID]) -> None:
    async with on_behalf_of(company.org):
        kept = await work_out(company.org, plan, payees, JANUARY, date(2020, 3, 31))
        await tell(company.actor("Cora"), kept)
