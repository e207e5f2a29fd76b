"""Corrective plans: opened by pace or by hand, worked on by both, ended with a word on what came."""

import asyncio
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from domain.database import on_behalf_of
from domain.errors import Invalid, NotFound, NotPermitted
from domain.goals.rules import WrongState
from domain.plans.actions import add_step, agree_to_plan, close_plan, open_plan, tick_step
from domain.plans.falling_behind import correct
from domain.plans.models import PlanState
from domain.plans.rules import (
    NoSteps,
    PlanChanged,
    PlanOpenAlready,
    WrongPlanState,
    due_of_its_own,
    may_be_agreed,
    sound_due_on,
)
from tests.people import Company, count, drafted_goal
from tests.schema.asking import ask, goal, sold

NOW = datetime(2026, 1, 1, tzinfo=UTC)
DUE = date(2020, 6, 30)
PLANS = """{ goals { nodes { correctivePlans { nodes { state openedBy { name } reason pace threshold
  dueOn outcome viewerCan steps { nodes { what person { name } doneBy { name } } } } } } } }"""


async def plans(company: Company, name: str) -> list[Any]:
    shown = (await ask(company.actor(name), PLANS))["goals"]["nodes"]
    return [plan for each in shown for plan in each["correctivePlans"]["nodes"]]


async def on_day(company: Company, day: date) -> None:
    async with on_behalf_of(company.org) as transaction:
        await transaction.execute_query(
            "update organisation set business_date = $2 where org_id = $1", [company.org, day]
        )


async def opened(company: Company, owner: str = "Rui") -> UUID:
    goal_id = await goal(company, owner)
    return await open_plan(
        company.actor("Mona"), goal_id=goal_id, reason="Two months behind.", due_on=DUE
    )


async def test_pace_under_the_threshold_opens_one_plan_and_tells_both(company: Company) -> None:
    behind = await goal(company, "Rui")  # 1,000.00 in May, of which all but one working day is over
    await goal(company, "Sam")
    await sold(company, "Rui", "400.00")
    await sold(company, "Sam", "990.00")

    answers = await asyncio.gather(*(correct(company.org, NOW) for _ in range(3)))

    assert sum(answers) == await count(company, "corrective_plan") == 1
    [plan] = await plans(company, "Mona")
    assert (plan["state"], plan["openedBy"], plan["reason"]) == ("OPEN", None, None)
    assert (plan["pace"], plan["threshold"], plan["dueOn"]) == ("0.4", "0.8", "2020-05-31")
    for name in ("Rui", "Mona"):
        told = await ask(company.actor(name), "{ notices { nodes { kind goal { name } } } }")
        assert told["notices"]["nodes"] == [{"kind": "PLAN_OPENED", "goal": {"name": "May of Rui"}}]
    assert (
        await count(company, "event", f"act = 'goal.plan_opened' and subject_id = '{behind}'") == 1
    )


async def test_a_plan_is_not_opened_again_on_the_day_on_which_one_ended(company: Company) -> None:
    await goal(company, "Rui", ends_on=date(2020, 6, 30))
    assert await correct(company.org, NOW) == 1
    async with on_behalf_of(company.org) as transaction:
        rows = await transaction.execute_query_dict(
            "select id from corrective_plan where org_id = $1", [company.org]
        )
    await on_day(company, date(2020, 6, 1))
    assert await correct(company.org, NOW) == 0

    async with on_behalf_of(company.org) as transaction:
        await transaction.execute_query(
            "update corrective_plan set state = 'closed', closed_on = '2020-06-01',"
            " closed_at = now(), closed_by_id = $2, outcome = 'Late.' where org_id = $1 and id = $3",
            [company.org, company.ids["Mona"], rows[0]["id"]],
        )
    assert await correct(company.org, NOW) == 0
    await on_day(company, date(2020, 6, 2))
    assert await correct(company.org, NOW) == 1


async def test_nothing_is_opened_in_the_beginning_or_for_what_does_not_run(
    company: Company,
) -> None:
    await goal(company, "Rui", starts_on=date(2020, 5, 28), ends_on=date(2020, 12, 31))
    await goal(company, "Rui", status="submitted")
    await goal(company, "Rui", starts_on=date(2020, 4, 1), ends_on=date(2020, 4, 30))

    assert await correct(company.org, NOW) == 0


async def test_owner_and_manager_work_on_a_plan_and_the_manager_closes_it(company: Company) -> None:
    rui, mona = company.actor("Rui"), company.actor("Mona")
    plan = await opened(company)
    with pytest.raises(NoSteps):
        await agree_to_plan(mona, plan_id=plan, expected_version=1)

    step = await add_step(rui, plan_id=plan, what="Ten calls a day.", due_on=DUE)
    await add_step(mona, plan_id=plan, what="Join two visits.", person_id=company.ids["Ada"])
    with pytest.raises(PlanChanged):  # she looked before the second step was there
        await agree_to_plan(mona, plan_id=plan, expected_version=2)
    assert await count(company, "corrective_plan", "state = 'open'") == 1
    await agree_to_plan(mona, plan_id=plan, expected_version=3)
    await tick_step(rui, step_id=step)
    await tick_step(rui, step_id=step)
    await close_plan(mona, plan_id=plan, outcome="Back on track.")

    [shown] = await plans(company, "Rui")
    assert (shown["state"], shown["outcome"], shown["viewerCan"]) == (
        "CLOSED",
        "Back on track.",
        [],
    )
    assert shown["steps"]["nodes"] == [
        {"what": "Ten calls a day.", "person": {"name": "Rui"}, "doneBy": {"name": "Rui"}},
        {"what": "Join two visits.", "person": {"name": "Ada"}, "doneBy": None},
    ]
    assert await count(company, "event", "act like 'goal.plan%' and subject_kind = 'goal'") == 6
    for late in (
        add_step(rui, plan_id=plan, what="Too late."),
        tick_step(rui, step_id=step, done=False),
        agree_to_plan(mona, plan_id=plan, expected_version=6),
        close_plan(mona, plan_id=plan, outcome="Again."),
    ):
        with pytest.raises(WrongPlanState):
            await late
    assert await count(company, "event", "act like 'goal.plan%'") == 6


@pytest.mark.parametrize(
    ("who", "kind"),
    [("Rui", NotPermitted), ("Cora", NotPermitted), ("Sam", NotFound), ("Eve", NotFound)],
)
async def test_only_a_manager_above_opens_agrees_and_closes(
    company: Company, who: str, kind: type[Exception]
) -> None:
    actor, plan = company.actor(who), await opened(company)
    running = await goal(company, "Rui", name="June")
    await add_step(company.actor("Mona"), plan_id=plan, what="Something.")
    before = await count(company, "event")

    for refused in (
        open_plan(actor, goal_id=running, reason="Mine.", due_on=DUE),
        agree_to_plan(actor, plan_id=plan, expected_version=2),
        close_plan(actor, plan_id=plan, outcome="Done."),
        *([] if who == "Rui" else [add_step(actor, plan_id=plan, what="More.")]),
    ):
        with pytest.raises(kind):
            await refused

    assert await count(company, "event") == before
    assert await count(company, "corrective_plan", "state = 'open'") == 1
    assert await count(company, "corrective_step") == 1


async def test_what_cannot_be_meant_leaves_nothing(company: Company) -> None:
    mona, goal_id = company.actor("Mona"), await goal(company, "Rui")
    draft = await drafted_goal(company)
    with pytest.raises(WrongState):
        await open_plan(mona, goal_id=draft, reason="Too early.", due_on=DUE)
    with pytest.raises(Invalid):
        await open_plan(mona, goal_id=goal_id, reason="Late.", due_on=date(2020, 5, 28))
    answers = await asyncio.gather(
        *(open_plan(mona, goal_id=goal_id, reason="Behind.", due_on=DUE) for _ in range(5)),
        return_exceptions=True,
    )
    assert sum(isinstance(answer, PlanOpenAlready) for answer in answers) == 4
    [plan] = [answer for answer in answers if isinstance(answer, UUID)]

    for person in ("Sam", "Eve"):
        with pytest.raises(Invalid, match="owner or by somebody above"):
            await add_step(mona, plan_id=plan, what="You.", person_id=company.ids[person])

    assert await count(company, "corrective_plan") == 1
    assert await count(company, "corrective_step") == 0


def test_a_plan_is_due_in_two_weeks_or_with_the_goal() -> None:
    today = date(2020, 5, 29)

    assert due_of_its_own(today, date(2020, 12, 31)) == date(2020, 6, 12)
    assert due_of_its_own(today, date(2020, 5, 31)) == date(2020, 5, 31)
    assert due_of_its_own(today, today) == sound_due_on(today, today) == today


@pytest.mark.parametrize("state", [PlanState.AGREED, PlanState.CLOSED])
def test_a_plan_is_agreed_once(state: PlanState) -> None:
    may_be_agreed(PlanState.OPEN, 1)

    with pytest.raises(WrongPlanState, match=f"The plan is {state}; it can be agreed only while"):
        may_be_agreed(state, 1)
