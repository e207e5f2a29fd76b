"""Plans by position: whoever holds it is on the plan on those days, and pay follows whoever comes next."""

from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

from domain.database import on_behalf_of
from domain.errors import Conflict, Invalid, NotFound, NotPermitted
from domain.ids import new_id
from domain.incentives.due import work_off
from domain.incentives.plan_assigning import assign_plan, end_assignment, set_override
from domain.incentives.plan_models import OverrideKind, PayAssignment
from domain.incentives.plan_rules import Payee
from tests.domain.incentives.paying import (
    FIVE_THEN_EIGHT,
    JANUARY,
    assigned,
    changed,
    credited,
    published,
    results,
)
from tests.domain.incentives.test_planning import refused
from tests.people import Company, count
from tests.schema.asking import ask, insert

D = Decimal
APRIL = date(2020, 4, 1)
NOW = datetime(2020, 5, 29, 20, tzinfo=UTC)


async def hands_over(company: Company, position: str, to: str) -> None:
    """On the first of April."""
    held = (
        "update holding set during = daterange(lower(during), '2020-04-01') where position_id = $2"
    )
    await changed(company, held, company.positions[position])
    during = {"position_id": company.positions[position], "person_id": company.ids[to]}
    async with on_behalf_of(company.org) as transaction:
        await transaction.execute_query(
            "insert into holding (org_id, id, position_id, person_id, during)"
            " values ($1, $2, $3, $4, daterange('2020-04-01', null))",
            [company.org, new_id(), *during.values()],
        )


async def told(company: Company, who: str) -> dict[int, Any]:
    return {
        row["starts_on"].month: row["total"] if row["failure"] is None else None
        for row in await results(company)
        if row["who"] == who
    }


async def test_whoever_holds_the_position_is_paid_on_those_days(company: Company) -> None:
    plan = await published(company, FIVE_THEN_EIGHT)
    for who in ("Rui", "Sam"):
        for month in range(1, 6):
            await credited(
                company, who, str(1000 * month), on=date(2020, month, 7), place=f"{who} {month}"
            )
    cora = company.actor("Cora")
    whoever = Payee(position_id=company.positions["Rui"], target_incentive=D(12000))
    await assign_plan(cora, plan_id=plan, people=[whoever], starts_on=JANUARY)
    await work_off(company.org, NOW)
    assert await told(company, "Rui") == {1: 50, 2: 100, 3: 150, 4: 200, 5: 400}
    assert await told(company, "Sam") == {}

    await hands_over(company, "Rui", "Sam")

    assert await count(company, "pay_due", f"id = '{company.ids['Sam']}'") == 1
    await work_off(company.org, NOW)
    assert await told(company, "Rui") == {1: 50, 2: 100, 3: 150, 4: None, 5: None}
    # What Sam sold before is none of the plan's business, and the year's total begins with April.
    assert await told(company, "Sam") == {4: 200, 5: 250}

    # One's own goes before the position's, also where it was agreed before the position came.
    await assigned(company, plan, "Sam", starts_on=date(2020, 5, 1), target="600")
    async with on_behalf_of(company.org) as transaction:
        rows = await transaction.execute_query_dict(
            "select person_id, starts_on, ends_on, target_incentive from pay_on_plan where org_id = $1"
            " order by starts_on, person_id",
            [company.org],
        )
    names = {id: name for name, id in company.ids.items()}
    assert [
        (names[row["person_id"]], row["starts_on"].month, row["ends_on"], row["target_incentive"])
        for row in rows
    ] == [
        ("Rui", 1, date(2020, 3, 31), 12000),
        ("Sam", 4, date(2020, 4, 30), 12000),
        ("Sam", 5, None, 600),
    ]
    await work_off(company.org, NOW)
    assert await told(company, "Sam") == {4: 200, 5: 250}


async def test_nobody_is_put_on_a_plan_twice_or_on_ones_own(company: Company) -> None:
    plan = await published(company, FIVE_THEN_EIGHT)
    cora, position = company.actor("Cora"), company.positions
    put = partial(assign_plan, cora, plan_id=plan, starts_on=JANUARY)
    own = partial(put, people=[Payee(position_id=position["Cora"])])
    await refused(company, NotPermitted, own)
    both = Payee(company.ids["Sam"], position_id=position["Sam"])
    await refused(company, Invalid, partial(put, people=[both]), "either a person or a position")
    await refused(company, Invalid, partial(put, people=[Payee()]), "either a person or a position")
    unknown = partial(put, people=[Payee(position_id=new_id())])
    await refused(company, NotFound, unknown, "position")
    by_both = [Payee(company.ids["Rui"]), Payee(position_id=position["Rui"])]
    await refused(company, Conflict, partial(put, people=by_both), "Rui, who holds this position")

    await put(people=[Payee(position_id=position["Rui"])], ends_on=date(2020, 6, 30))

    by_name = partial(put, people=[Payee(company.ids["Rui"])])
    await refused(company, Conflict, by_name, "from 2020-01-01 on until 2020-06-30")
    again = partial(put, people=[Payee(position_id=position["Rui"])])
    await refused(company, Conflict, again, "from 2020-01-01 on until 2020-06-30")
    await put(people=[Payee(company.ids["Sam"])])
    sams = partial(put, people=[Payee(position_id=position["Sam"])])
    await refused(company, Conflict, sams, "Sam, who holds this position")
    await set_override(
        cora, plan_id=plan, person_id=company.ids["Rui"], kind=OverrideKind.QUOTA, key="revenue",
        value=D(900), starts_on=JANUARY, reason="Leave.",
    )  # fmt: skip
    async with on_behalf_of(company.org):
        row = await PayAssignment.get(org_id=company.org, position_id=position["Rui"])
    await changed(
        company, "update holding set person_id = $2 where position_id = $3", company.ids["Cora"], position["Rui"]
    )  # fmt: skip
    end = partial(
        end_assignment, cora, assignment_id=row.id, expected_version=1, ends_on=date(2020, 5, 1)
    )
    await refused(company, NotPermitted, end)


async def test_a_plan_by_position_is_seen_by_whoever_holds_it_and_those_above(
    company: Company,
) -> None:
    plan = await published(company, FIVE_THEN_EIGHT)
    await insert(company, "pay_assignment", [{
        "id": new_id(), "plan_id": plan, "position_id": company.positions["Olga"], "starts_on": JANUARY,
        "target_incentive": D(700),
    }])  # fmt: skip
    await hands_over(company, "Olga", "Rui")
    said = """{ payPlans { nodes { name assignments { totalCount nodes { person { name } position { title }
      targetIncentive { amount } } } } } }"""
    on_it = {
        "person": None, "position": {"title": "Position of Olga"}, "targetIncentive": {"amount": "700.00"},
    }  # fmt: skip
    for name in ("Rui", "Olga", "Mona", "Eve", "Ada", "Cora", "Fay", "Audrey"):
        [shown] = (await ask(company.actor(name), said))["payPlans"]["nodes"]
        assert shown["assignments"] == {"totalCount": 1, "nodes": [on_it]}, name
    for name in ("Sam", "Hal", "Adam"):
        assert (await ask(company.actor(name), said))["payPlans"]["nodes"] == [], name
