"""Milestones: 50, 90 and 100 per cent, each noted once, whoever looks, however sales are restated."""

import asyncio
from contextvars import Context
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest

from domain.database import on_behalf_of
from domain.milestones import reaching
from domain.milestones.reaching import note_reached
from domain.people.actions import fill_position, set_manager
from tests.people import Company, count
from tests.schema.asking import ask, goal, insert, sold

NOW = datetime(2026, 1, 1, tzinfo=UTC)
NOTICES = "{ notices { nodes { kind percent message } } }"


async def restated(company: Company, sale: UUID, amount: str) -> None:
    async with on_behalf_of(company.org) as transaction:
        await transaction.execute_query(
            "update sale set amount = $3 where org_id = $1 and id = $2",
            [company.org, sale, Decimal(amount)],
        )


async def look(company: Company) -> int:
    return await note_reached(company.org, NOW)


async def percents(company: Company, name: str) -> list[int]:
    shown = (await ask(company.actor(name), NOTICES))["notices"]["nodes"]
    return sorted(each["percent"] for each in shown)


async def test_each_milestone_is_told_once_even_after_a_restatement(company: Company) -> None:
    await goal(company, "Rui")  # of 1,000.00
    sale = await sold(company, "Rui", "499.99")
    assert await look(company) == 0
    await restated(company, sale, "500.00")
    assert await look(company) == 1
    await restated(company, sale, "100.00")
    assert await look(company) == 0
    await restated(company, sale, "1200.00")
    assert await look(company) == 2
    for amount in ("0", "5000.00"):
        await restated(company, sale, amount)
        assert await look(company) == 0

    assert await percents(company, "Rui") == await percents(company, "Mona") == [50, 90, 100]
    assert await percents(company, "Sam") == await percents(company, "Ada") == []
    shown = await ask(
        company.actor("Rui"), "{ goals { nodes { milestones { percent reachedOn } } } }"
    )
    assert shown["goals"]["nodes"][0]["milestones"] == [
        {"percent": percent, "reachedOn": "2020-05-29"} for percent in (50, 90, 100)
    ]
    assert await count(company, "event", "act = 'goal.milestone_reached'") == 3
    assert await count(company, "result_mark") == 0


async def test_many_lookers_and_many_sellers_at_once_note_each_milestone_once(
    company: Company,
) -> None:
    await goal(company, "Rui")
    await goal(company, "Mona", scope="team", target=Decimal("1100"))

    await asyncio.gather(
        *(sold(company, seller, "100.00") for seller in ("Rui", "Sam") * 5),
        *(look(company) for _ in range(5)),
    )
    await asyncio.gather(*(look(company) for _ in range(3)))

    assert await count(company, "goal_milestone") == 3  # Rui's 50 per cent, and Mona's 50 and 90
    assert await count(company, "result_mark") == 0


async def test_whoever_dies_half_way_has_told_nothing_and_loses_nothing(
    company: Company,
) -> None:
    await goal(company, "Rui")
    await sold(company, "Rui", "600.00")

    async def dies(*_: object) -> None:
        raise ConnectionError

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(reaching, "send", dies)
        with pytest.raises(ConnectionError):
            await look(company)

    assert await count(company, "goal_milestone") == await count(company, "notice") == 0
    assert await count(company, "event", "act like 'goal.%'") == 0
    assert await look(company) == 1


async def test_a_change_that_commits_during_a_look_is_looked_at_again(company: Company) -> None:
    await goal(company, "Rui")
    await sold(company, "Rui", "100.00")
    async with on_behalf_of(company.org) as transaction:
        # Another connection looks while this sale is not committed, and takes the marks it sees.
        await transaction.execute_query(
            "insert into sale (org_id, id, sold_on, person_id, quantity, amount, currency)"
            " values ($1, gen_random_uuid(), '2020-05-05', $2, 1, 450, 'USD')",
            [company.org, company.ids["Rui"]],
        )
        seen = await asyncio.create_task(look(company), context=Context())
    assert seen == 0
    assert await count(company, "result_mark") >= 1

    assert await look(company) == 1


async def test_whoever_comes_to_stand_elsewhere_brings_their_results_along(
    company: Company,
) -> None:
    await goal(company, "Mona", scope="team")
    await sold(company, "Olga", "900.00")
    assert await look(company) == 0

    await set_manager(
        company.system,
        position_id=company.positions["Olga"],
        manager_position_id=company.positions["Mona"],
        since=date(2020, 5, 1),
    )

    assert await look(company) == 2
    assert await percents(company, "Mona") == [50, 90]
    await fill_position(
        company.system,
        position_id=company.positions["Mona"],
        person_id=company.ids["Eve"],
        since=date(2020, 5, 20),
    )
    assert await count(company, "result_mark") == 2


async def test_only_what_runs_and_adds_up_has_milestones(company: Company) -> None:
    await goal(company, "Rui", status="submitted")
    await goal(company, "Rui", starts_on=date(2020, 6, 1), ends_on=date(2020, 6, 30))
    await goal(company, "Rui", starts_on=date(2019, 5, 1), ends_on=date(2019, 5, 31))
    await goal(company, "Rui", measure="win_rate", currency=None, target=Decimal("0.5"))
    for day in (date(2019, 5, 4), date(2020, 5, 4), date(2020, 6, 4)):
        await sold(company, "Rui", "5000.00", on=day)

    assert await look(company) == 0


async def test_what_is_reported_reaches_milestones_too(company: Company) -> None:
    await insert(
        company,
        "measure",
        [{"id": company.ids["Rui"], "key": "visits", "name": "Visits", "unit": "number",
          "direction": "higher", "source": "check_in"}],
    )  # fmt: skip
    visits = await goal(company, "Rui", measure="visits", currency=None, target=Decimal(10))
    await insert(
        company,
        "check_in",
        [{"id": company.ids["Rui"], "goal_id": visits, "author_id": company.ids["Rui"],
          "value": Decimal(5), "confidence": "on_track", "noted_at": NOW}],
    )  # fmt: skip

    assert await look(company) == 1
    assert await percents(company, "Rui") == [50]
