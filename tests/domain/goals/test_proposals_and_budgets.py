"""Numbers from below, and what is granted to goals."""

from decimal import Decimal

import pytest

from domain.errors import Invalid, NotFound, NotPermitted
from domain.goals.budgets import remove_budget, set_budget
from domain.goals.proposing import propose_target
from domain.goals.rules import StaleVersion, WrongState
from domain.goals.tree_models import BudgetKind
from tests.people import Company, count, goal_row
from tests.schema.asking import goal


async def test_owners_propose_their_own_number_and_every_one_is_kept(company: Company) -> None:
    ruis = await goal(company, "Rui", status="submitted")
    rui = company.actor("Rui")

    await propose_target(
        rui, goal_id=ruis, expected_version=1, amount=Decimal("900"), note="Two leave."
    )
    await propose_target(rui, goal_id=ruis, expected_version=2, amount=Decimal("950.5"))

    row = await goal_row(company, ruis)
    assert (row.proposed, row.target, row.version) == (Decimal("950.5"), Decimal(1000), 3)
    assert await count(company, "goal_proposal", "amount in (900, 950.5)") == 2
    assert await count(company, "goal_decision", "act = 'proposed' and note = 'Two leave.'") == 1
    assert await count(company, "event", "act = 'goal.proposed'") == 2


@pytest.mark.parametrize(
    ("who", "kind"), [("Mona", NotPermitted), ("Cora", NotPermitted), ("Sam", NotFound)]
)
async def test_nobody_proposes_for_somebody_else(
    company: Company, who: str, kind: type[Exception]
) -> None:
    ruis = await goal(company, "Rui", status="draft")

    with pytest.raises(kind):
        await propose_target(
            company.actor(who), goal_id=ruis, expected_version=1, amount=Decimal(1)
        )

    assert (await goal_row(company, ruis)).proposed is None
    assert await count(company, "goal_proposal") == 0


async def test_a_proposal_is_a_number_for_a_goal_that_is_still_open(company: Company) -> None:
    ruis = await goal(company, "Rui", status="draft")
    agreed = await goal(company, "Rui")
    rui = company.actor("Rui")

    for amount in ("-1", "NaN", "0.00001", "1000000000000000"):
        with pytest.raises(Invalid):
            await propose_target(rui, goal_id=ruis, expected_version=1, amount=Decimal(amount))
    with pytest.raises(StaleVersion):
        await propose_target(rui, goal_id=ruis, expected_version=2, amount=Decimal(1))
    with pytest.raises(WrongState):
        await propose_target(rui, goal_id=agreed, expected_version=1, amount=Decimal(1))

    assert await count(company, "goal_proposal") == 0
    assert await count(company, "event") == 0


async def test_a_goal_has_one_budget_of_each_kind_and_currency(company: Company) -> None:
    ruis = await goal(company, "Rui")
    mona = company.actor("Mona")

    await set_budget(mona, goal_id=ruis, kind=BudgetKind.MONEY, amount=Decimal(500))
    await set_budget(mona, goal_id=ruis, kind=BudgetKind.MONEY, amount=Decimal(9), currency="JPY")
    await set_budget(mona, goal_id=ruis, kind=BudgetKind.HEADS, amount=Decimal("1.5"))
    await set_budget(
        company.actor("Fay"), goal_id=ruis, kind=BudgetKind.MONEY, amount=Decimal(700), currency="USD"
    )  # fmt: skip
    await remove_budget(mona, goal_id=ruis, kind=BudgetKind.HEADS)

    assert await count(company, "goal_budget") == 2
    assert await count(company, "goal_budget", "currency = 'USD' and amount = 700") == 1
    assert await count(company, "event", "act = 'goal.budget_set'") == 4
    assert await count(company, "event", "act = 'goal.budget_removed'") == 1


async def test_a_budget_that_cannot_be_is_refused(company: Company) -> None:
    ruis = await goal(company, "Rui")
    mona = company.actor("Mona")

    for kind, amount, currency in (
        (BudgetKind.MONEY, "-1", None),
        (BudgetKind.MONEY, "1", "usd"),
        (BudgetKind.HEADS, "1", "USD"),
    ):
        with pytest.raises(Invalid):
            await set_budget(
                mona, goal_id=ruis, kind=kind, amount=Decimal(amount), currency=currency
            )
    with pytest.raises(NotFound):
        await remove_budget(mona, goal_id=ruis, kind=BudgetKind.TOOLS)
    for who, refusal in (("Rui", NotPermitted), ("Audrey", NotPermitted), ("Sam", NotFound)):
        with pytest.raises(refusal):
            await set_budget(
                company.actor(who), goal_id=ruis, kind=BudgetKind.TOOLS, amount=Decimal(1)
            )

    assert await count(company, "goal_budget") == 0
    assert await count(company, "event") == 0
