"""Nothing is agreed, proposed or granted that could not be paid: no half a yen, no tenth of a cent."""

from collections.abc import Awaitable, Callable
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from domain.database import on_behalf_of
from domain.errors import Invalid
from domain.goals.actions import change_goal, draft_goal
from domain.goals.agreement_models import AmendmentPolicy
from domain.goals.amending import amend_goal
from domain.goals.assigning import assign_template
from domain.goals.budgets import set_budget
from domain.goals.form_rules import AssignedPerson
from domain.goals.proposing import propose_target
from domain.goals.templates import change_template, define_template
from domain.goals.tree_models import BudgetKind
from domain.money import in_whole_units
from tests.people import TODAY, Company, count
from tests.schema.asking import goal

HALF = Decimal("0.5")
MAY: dict[str, Any] = {"starts_on": date(2020, 5, 1), "ends_on": date(2020, 5, 31)}


@pytest.mark.parametrize(
    ("amount", "currency", "words"),
    [
        ("0.5", "JPY", "An amount in JPY has no decimal places."),
        ("1.005", "USD", "An amount in USD has at most 2 decimal places."),
        ("0.0001", "KWD", "An amount in KWD has at most 3 decimal places."),
        ("5.0000", "JPY", None),
        ("1.10", "USD", None),
        ("0.001", "KWD", None),
        ("0.0001", None, None),
    ],
)
def test_an_amount_can_be_paid_in_its_currency(
    amount: str, currency: str | None, words: str | None
) -> None:
    if words is None:
        in_whole_units(Decimal(amount), currency, path="amount")
        return
    with pytest.raises(Invalid) as refusal:
        in_whole_units(Decimal(amount), currency, path="amount")
    assert (refusal.value.message, refusal.value.path) == (words, ("amount",))


async def test_every_act_that_names_an_amount_refuses_half_a_yen(company: Company) -> None:
    async with on_behalf_of(company.org) as transaction:
        await transaction.execute_query(
            "update organisation set currency = 'JPY' where org_id = $1", [company.org]
        )
    rui, mona, cora = (company.actor(name) for name in ("Rui", "Mona", "Cora"))
    yen = {"currency": "JPY"}
    draft, agreed = (
        await goal(company, "Rui", status="draft", **yen),
        await goal(company, "Rui", **yen),
    )
    units = await goal(company, "Rui", status="draft", measure="units", currency=None, target=HALF)
    form: dict[str, Any] = {"name": "Yen", "goal_name": "Yen", "measure": "revenue"}
    template = await define_template(cora, **form)
    before = await count(company, "event")

    def drafted(**values: Any) -> Awaitable[UUID]:
        return draft_goal(
            rui, owner_id=company.ids["Rui"], name="Half", measure="revenue", **MAY, **values
        )

    at_first: dict[str, Any] = {"goal_id": draft, "expected_version": 1}
    attempts: list[tuple[str, Callable[[], Awaitable[UUID]]]] = [
        ("target", lambda: drafted(target=HALF)),
        ("startValue", lambda: drafted(start_value=HALF)),
        ("target", lambda: change_goal(rui, **at_first, target=HALF)),
        ("target", lambda: change_goal(rui, goal_id=units, expected_version=1, measure="revenue")),
        ("amount", lambda: propose_target(rui, **at_first, amount=HALF)),
        ("target", lambda: amend_goal(
            mona, goal_id=agreed, seen_version=1, effective_from=TODAY, target=HALF,
            policy=AmendmentPolicy.REPLACE, reason="So.")),
        ("amount", lambda: set_budget(mona, goal_id=agreed, kind=BudgetKind.MONEY, amount=HALF)),
        ("target", lambda: define_template(cora, **form | {"name": "Other"}, target=HALF)),
        ("target", lambda: change_template(
            cora, template_id=template, expected_version=1, target=HALF)),
        ("target", lambda: assign_template(
            cora, template_id=template, people=[AssignedPerson(company.ids["Rui"])], target=HALF, **MAY)),
        ("people", lambda: assign_template(
            cora, template_id=template, people=[AssignedPerson(company.ids["Rui"], HALF)], **MAY)),
    ]  # fmt: skip
    for path, attempt in attempts:
        with pytest.raises(Invalid, match="An amount in JPY has no decimal places") as refusal:
            await attempt()
        assert refusal.value.path == (path,)

    assert await count(company, "event") == before
    await set_budget(mona, goal_id=agreed, kind=BudgetKind.MONEY, amount=HALF, currency="USD")
    await set_budget(mona, goal_id=agreed, kind=BudgetKind.HEADS, amount=HALF)
    assert await count(company, "goal_budget") == 2
