"""Rounds of milestones, corrective plans and nudges: whoever is killed in the middle of one, and however
many go them at once, everybody is told everything, each of it once."""

import asyncio
import signal
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

from domain.database import on_behalf_of
from domain.history import verify
from domain.jobs.upkeep import number_waiting_events
from tests.domain.jobs import going_round
from tests.people import Company, count, found_company, submitted_goal
from tests.schema.asking import goal, sold

DAYS = {"starts_on": date(2020, 5, 1), "ends_on": date(2020, 6, 30)}
TEN_DAYS_LATER = date(2020, 6, 8)

Told = Counter[tuple[str, str, str, int | None]]


async def a_company_with_much_to_tell() -> Company:
    """Rui reached everything; Mona's team with the half of it, Sam and Olga fell behind; what Rui and Olga handed
    in has waited for ten days, and Sam's next goal is not handed in yet."""
    company = await found_company()
    await goal(company, "Rui", name="Reached", **DAYS)
    await goal(company, "Mona", name="Half", scope="team", target=Decimal(2000), **DAYS)
    for name in ("Sam", "Olga"):
        await goal(company, name, name="Behind", **DAYS)
        await sold(company, name, "1.00")
    await sold(company, "Rui", "1000.00")
    for name in ("Rui", "Olga"):
        await submitted_goal(company, name)
    soon = {"starts_on": TEN_DAYS_LATER + timedelta(2), "ends_on": date(2020, 6, 30)}
    await goal(company, "Sam", name="Not handed in", status="draft", **soon)
    async with on_behalf_of(company.org) as transaction:
        await transaction.execute_query(
            "update organisation set business_date = $2 where org_id = $1",
            [company.org, TEN_DAYS_LATER],
        )
    return company


async def told(company: Company) -> Told:
    """Who was told what of which goal, and how often."""
    async with on_behalf_of(company.org) as transaction:
        rows = await transaction.execute_query_dict(
            "select person.name as person, goal.name, notice.kind, notice.percent from notice"
            " join person on person.org_id = $1 and person.id = notice.person_id"
            " join goal on goal.org_id = $1 and goal.id = notice.goal_id where notice.org_id = $1",
            [company.org],
        )
    return Counter((row["person"], row["name"], row["kind"], row["percent"]) for row in rows)


async def test_workers_that_are_killed_and_workers_that_go_together_tell_everything_once(
    database: str,
) -> None:
    undisturbed, company = [await a_company_with_much_to_tell() for _ in range(2)]
    await going_round.go_round(undisturbed.org)
    expected = await told(undisturbed)

    first, second = await asyncio.gather(
        going_round.run(database, company.org, "while_telling", "3"),
        going_round.run(database, company.org, "after_commit"),
    )
    assert first == second == -signal.SIGKILL
    assert 0 < sum((await told(company)).values()) < sum(expected.values())
    other = asyncio.create_task(going_round.run(database, company.org))
    while not other.done():
        await going_round.go_round(company.org)
    await going_round.go_round(company.org)
    await number_waiting_events(company.org)

    assert other.result() == 0
    assert await told(company) == expected
    assert Counter(kind for _, _, kind, _ in expected.elements()) == {
        "milestone_reached": 8, "plan_opened": 6, "approval_waits": 2, "approval_overdue": 2,
        "submission_due": 1,
    }  # fmt: skip
    for table in ("goal_milestone", "corrective_plan", "result_mark"):
        assert await count(company, table) == await count(undisturbed, table), table
    sent = "act = 'notice.sent' and number is not null"
    assert await count(company, "event", sent) == sum(expected.values())
    assert await verify(company.org)
