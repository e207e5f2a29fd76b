"""Runs: asked for by those who may, done in parts, cancelled, killed and gone on with; and what is due
is worked off bit by bit to the same."""

import asyncio
import sys
from asyncio.subprocess import PIPE
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from domain.database import on_behalf_of
from domain.errors import Conflict, Invalid, NotFound, NotPermitted
from domain.ids import new_id
from domain.incentives import running
from domain.incentives.due import begin_periods, work_off
from domain.incentives.keeping import Kept, work_out
from domain.incentives.running import begin_run, cancel_pay_run, do_part, run_pay
from domain.jobs.registry import registry
from tests.domain.incentives.paying import (
    FIVE_THEN_EIGHT,
    JANUARY,
    MAY,
    assigned,
    changed,
    credited,
    published,
    results,
    superseded,
    totals,
)
from tests.people import ROLES, Company, count, found_company
from tests.schema.asking import ask, goal

D = Decimal
SELLERS = ("Rui", "Sam", "Mona", "Olga")
NOW = datetime(2020, 5, 29, 20, tzinfo=UTC)


async def parts_of(company: Company, run: UUID) -> list[UUID]:
    async with on_behalf_of(company.org) as transaction:
        found = await transaction.execute_query_dict(
            "select id from pay_run_part where org_id = $1 and run_id = $2 order by place",
            [company.org, run],
        )
    return [row["id"] for row in found]


async def run_row(company: Company, run: UUID) -> dict[str, Any]:
    async with on_behalf_of(company.org) as transaction:
        [row] = await transaction.execute_query_dict(
            "select state, total, done, failed, ended_at is not null as ended from pay_run"
            " where org_id = $1 and id = $2",
            [company.org, run],
        )
    return dict(row)


async def selling(company: Company) -> UUID:
    """Four people who sell in every month, on one plan."""
    plan = await published(company, FIVE_THEN_EIGHT)
    for who in SELLERS:
        await assigned(company, plan, who)
        for month in range(1, 6):
            await credited(
                company, who, str(1000 * month), on=date(2020, month, 7), place=f"{who} {month}"
            )
    return plan


async def all_done(company: Company, **asked: Any) -> UUID:
    """A run, asked for by the comp admin and done to its end."""
    asked = {"starts_on": JANUARY, "ends_on": MAY} | asked
    run = await run_pay(company.actor("Cora"), **asked)
    await begin_run({"org": company.org, "run": run})
    for part in await parts_of(company, run):
        await do_part({"org": company.org, "part": part})
    return run


async def test_a_run_works_everybodys_pay_out_and_says_how_far_it_is(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "PAYEES_AT_ONCE", 1)
    plan = await selling(company)
    run = await run_pay(company.actor("Cora"), starts_on=JANUARY, ends_on=MAY, plan_id=plan)
    assert await run_row(company, run) == {
        "state": "waiting", "total": None, "done": 0, "failed": 0, "ended": False,
    }  # fmt: skip
    await begin_run({"org": company.org, "run": run})
    await begin_run({"org": company.org, "run": run})  # again, as jobs may
    first, *others = await parts_of(company, run)
    for part in (first, first):
        await do_part({"org": company.org, "part": part})
    assert await run_row(company, run) == {
        "state": "running", "total": 4, "done": 1, "failed": 0, "ended": False,
    }  # fmt: skip

    for part in others:
        await do_part({"org": company.org, "part": part})

    assert await run_row(company, run) == {
        "state": "done", "total": 4, "done": 4, "failed": 0, "ended": True,
    }  # fmt: skip
    assert await totals(company, "Rui") == {1: 50, 2: 100, 3: 150, 4: 200, 5: 400}
    assert await count(company, "pay_result") == 20
    assert await count(company, "event", "act = 'pay.worked_out'") == 20
    await all_done(company)
    assert await count(company, "pay_result") == 20
    with pytest.raises(Conflict):
        await cancel_pay_run(company.actor("Cora"), run_id=run)


async def test_a_cancelled_run_does_no_more_and_what_it_did_stays(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "PAYEES_AT_ONCE", 2)
    await selling(company)
    run = await run_pay(company.actor("Cora"), starts_on=JANUARY, ends_on=MAY)
    await begin_run({"org": company.org, "run": run})
    first, second = await parts_of(company, run)
    await do_part({"org": company.org, "part": first})

    await cancel_pay_run(company.actor("Cora"), run_id=run)
    await do_part({"org": company.org, "part": second})

    assert (await run_row(company, run))["state"] == "cancelled"
    assert await count(company, "pay_result") == 10


async def test_what_was_under_way_when_a_run_was_cancelled_is_counted_and_it_stays_cancelled(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    await selling(company)
    run = await run_pay(company.actor("Cora"), starts_on=JANUARY, ends_on=MAY)
    await begin_run({"org": company.org, "run": run})
    [part] = await parts_of(company, run)
    is_under_way, goes_on = asyncio.Event(), asyncio.Event()

    async def slowly(*given: Any) -> Kept:
        is_under_way.set()
        await goes_on.wait()
        return await work_out(*given)

    monkeypatch.setattr(running, "work_out", slowly)
    workers = asyncio.gather(*(do_part({"org": company.org, "part": part}) for _ in "ab"))
    await is_under_way.wait()
    await cancel_pay_run(company.actor("Cora"), run_id=run)
    goes_on.set()
    await workers

    assert await run_row(company, run) == {
        "state": "cancelled", "total": 4, "done": 4, "failed": 0, "ended": True,
    }  # fmt: skip
    assert await count(company, "pay_result") == 20


async def test_who_breaks_a_run_down_is_given_up_alone_and_the_run_ends(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of the jobs that fail is given up, as the worker does with what failed ten times."""
    await selling(company)
    run = await run_pay(company.actor("Cora"), starts_on=JANUARY, ends_on=MAY)
    await begin_run({"org": company.org, "run": run})
    sam = company.ids["Sam"]

    async def breaking(org: UUID, plan: UUID, payees: list[UUID], *days: Any) -> Kept:
        if sam in payees:
            raise ZeroDivisionError("nobody thought of this")
        return await work_out(org, plan, payees, *days)

    async def tried_and_given_up(run: UUID) -> None:
        for part in await parts_of(company, run):
            job = {"org": company.org, "part": part}
            try:
                await do_part(job)
            except ZeroDivisionError:
                for _ in "ab":
                    await registry.given_up["pay.run_part"](job)

    monkeypatch.setattr(running, "work_out", breaking)
    await tried_and_given_up(run)
    assert (await run_row(company, run))["state"] == "running"
    await tried_and_given_up(run)

    assert await run_row(company, run) == {
        "state": "done", "total": 4, "done": 3, "failed": 0, "ended": True,
    }  # fmt: skip
    said = "{ payRuns { nodes { givenUp failure breakdowns { person plan failure } } } }"
    [shown] = (await ask(company.actor("Fay"), said))["payRuns"]["nodes"]
    assert shown == {
        "givenUp": 1, "failure": None,
        "breakdowns": [{"person": "Sam", "plan": "Sellers", "failure": running.BROKE_DOWN}],
    }  # fmt: skip
    assert await totals(company, "Sam") == {}
    assert len(await totals(company, "Rui")) == 5
    monkeypatch.undo()
    await all_done(company)
    assert len(await totals(company, "Sam")) == 5

    never = await run_pay(company.actor("Cora"), starts_on=JANUARY, ends_on=MAY)
    for _ in "ab":
        await registry.given_up["pay.run"]({"org": company.org, "run": never})
    assert await run_row(company, never) == {
        "state": "failed", "total": None, "done": 0, "failed": 0, "ended": True,
    }  # fmt: skip
    with pytest.raises(Conflict, match="is failed"):
        await cancel_pay_run(company.actor("Cora"), run_id=never)


async def test_nobody_else_has_pay_worked_out(company: Company) -> None:
    run = await run_pay(company.actor("Cora"), starts_on=JANUARY, ends_on=MAY)
    for who in [*sorted(ROLES.keys() - {"Cora"}), "partner"]:
        caller = company.partner() if who == "partner" else company.actor(who)
        with pytest.raises(NotPermitted):
            await run_pay(caller, starts_on=JANUARY, ends_on=MAY)
        with pytest.raises(NotPermitted):
            await cancel_pay_run(caller, run_id=run)
    assert await count(company, "pay_run", "state = 'waiting'") == 1
    assert await count(company, "pay_run") == 1


async def test_a_run_that_makes_no_sense_is_refused(company: Company) -> None:
    cora = company.actor("Cora")
    with pytest.raises(Invalid, match="on or after the day"):
        await run_pay(cora, starts_on=MAY, ends_on=JANUARY)
    with pytest.raises(Invalid, match="five years"):
        await run_pay(cora, starts_on=date(2000, 1, 1), ends_on=MAY)
    with pytest.raises(Invalid, match="Name 1 to"):
        await run_pay(cora, starts_on=JANUARY, ends_on=MAY, payees=[])
    with pytest.raises(NotFound):
        await run_pay(cora, starts_on=JANUARY, ends_on=MAY, plan_id=new_id())
    with pytest.raises(NotFound):
        await cancel_pay_run(cora, run_id=new_id())
    assert await count(company, "pay_run") == 0


async def test_a_run_that_is_killed_goes_on_to_the_same_result(
    database: str, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "PAYEES_AT_ONCE", 2)
    other = await found_company()
    for each in (company, other):
        await selling(each)
    await all_done(other)
    run = await run_pay(company.actor("Cora"), starts_on=JANUARY, ends_on=MAY)
    await begin_run({"org": company.org, "run": run})
    parts = await parts_of(company, run)
    whole = await _told(other)

    command = [sys.executable, "-m", "tests.domain.incentives.dying_run", database]
    process = await asyncio.create_subprocess_exec(
        *command, str(company.org), *map(str, parts), stdin=PIPE, stdout=PIPE
    )
    assert process.stdin
    assert process.stdout
    for statements in (9, 11, 13, 24):  # in the first part, at its results and lines, in the second
        process.stdin.write(b"%d\n" % statements)
        assert int(await process.stdout.readline()) == -9
        told = await _told(company)
        assert told.items() <= whole.items()
        assert len(told) in (0, 10)
    process.stdin.close()
    await process.wait()

    for part in parts:
        await do_part({"org": company.org, "part": part})
    assert await _told(company) == whole
    assert (await run_row(company, run))["state"] == "done"
    assert await count(company, "pay_result") == 20


async def _told(company: Company) -> dict[Any, Any]:
    return {
        (row["who"], row["starts_on"]): (
            row["number"], row["total"], row["closing"], row["components"],
            [" ".join(line.split(" ")[:2] + line.split(" ")[3:]) for line in row["lines"]],
        )
        for row in await results(company)
    }  # fmt: skip


async def test_what_changes_is_due_and_worked_off_to_what_a_whole_run_comes_to(
    company: Company,
) -> None:
    plan = await selling(company)
    assert await work_off(company.org, NOW) == 4
    assert await count(company, "pay_due") == 0
    told = await _told(company)
    run = await all_done(company)
    assert await _told(company) == told, "the run came to the same"

    deal = await credited(company, "Rui", "20000", on=date(2020, 2, 20), place="a big one")
    assert await count(company, "pay_due", "since_day = '2020-02-20'") == 1
    await work_off(company.org, NOW)

    assert await totals(company, "Rui") == {1: 50, 2: 1490, 3: 240, 4: 320, 5: 400}
    assert (await run_row(company, run))["done"] == 4
    await superseded(company, deal)
    await all_done(
        company, starts_on=date(2020, 2, 1), ends_on=date(2020, 2, 29), payees=[company.ids["Rui"]]
    )
    # What opens with February is due, and not forgotten.
    assert await count(company, "pay_due", "since_day <= '2020-03-01'") == 1
    await work_off(company.org, NOW)
    assert await totals(company, "Rui") == {1: 50, 2: 100, 3: 150, 4: 200, 5: 400}

    await changed(
        company,
        "update pay_assignment set ends_on = '2020-03-31' where person_id = $2",
        company.ids["Sam"],
    )
    await work_off(company.org, NOW)
    assert await totals(company, "Sam") == {1: 50, 2: 100, 3: 150, 4: None, 5: None}
    assert plan


async def test_goals_and_new_versions_make_pay_due_and_a_period_that_begins_does(
    company: Company,
) -> None:
    plan = await selling(company)
    await work_off(company.org, NOW)
    approved = await goal(company, "Rui", starts_on=date(2020, 4, 1))
    assert (
        await count(company, "pay_due", f"id = '{company.ids['Rui']}' and since_day = '2020-04-01'")
        == 1
    )
    await work_off(company.org, NOW)
    await changed(company, "update goal set name = 'Another' where id = $2", approved)
    await goal(company, "Sam", status="draft")
    await goal(company, "Eve")  # who is on no plan
    await work_off(company.org, NOW)
    assert await count(company, "pay_due") == 0

    await published(company, FIVE_THEN_EIGHT, plan=plan, number=2, begins_on=date(2020, 4, 1))
    assert await count(company, "pay_due") == 4
    await work_off(company.org, NOW)
    await begin_periods(company.org, NOW)
    assert await count(company, "pay_due") == 0
    async with on_behalf_of(company.org) as transaction:
        await transaction.execute_query(
            "update organisation set business_date = '2020-06-01' where org_id = $1", [company.org]
        )
    await begin_periods(company.org, NOW)
    assert await count(company, "pay_due", "since_day = '2020-06-01'") == 4
    await work_off(company.org, NOW)
    assert (await totals(company, "Rui"))[6] == 0
