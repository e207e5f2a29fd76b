"""Tasks: seen by those named on them, done once, and each told in time."""

import asyncio
from collections.abc import Awaitable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.database import on_behalf_of
from domain.errors import Conflict, Invalid, NotFound, NotPermitted
from domain.ids import new_id
from domain.one_to_ones.actions import plan_one_to_one
from domain.people.actions import deactivate_person, set_manager
from domain.tasks.actions import (
    WantedPart,
    ask_for_task,
    change_due_day,
    drop_task,
    finish_task,
    hand_task_over,
    reopen_task,
    tick_task_part,
)
from domain.tasks.reminding import remind
from tests.people import MORNING, TODAY, Company, found_company
from tests.schema.asking import ask, goal

TASKS = """{ tasks { totalCount nodes { id title details detailsHtml dueOn isOverdue state owner { name }
  askedBy { name } oneToOne { id } goal { id } endedBy { name } viewerCan
  parts { nodes { id what doneAt person { name } viewerCan } }
  dueChanges { nodes { dueBefore dueAfter reason changedBy { name } } } } } }"""
TOLD = "{ notices(first: 100) { nodes { kind message subject { __typename } } } }"
FRIDAY = date(2020, 6, 5)


async def asked(company: Company, who: str = "Mona", owner: str = "Rui", **values: Any) -> UUID:
    given = {"title": "Call them", "due_on": FRIDAY, "owner_id": company.ids[owner], **values}
    return await ask_for_task(company.actor(who), **given)


async def joint(company: Company) -> UUID:
    """Mona asks Rui, Sam and herself."""
    parts = [WantedPart(company.ids[name], f"Part of {name}") for name in ("Rui", "Sam", "Mona")]
    return await asked(company, parts=parts)


async def tasks(company: Company, who: str) -> list[dict[str, Any]]:
    nodes: list[dict[str, Any]] = (await ask(company.actor(who), TASKS))["tasks"]["nodes"]
    return nodes


async def told(company: Company, who: str) -> list[str]:
    notices = (await ask(company.actor(who), TOLD))["notices"]["nodes"]
    assert all(each["subject"] for each in notices)
    return [each["kind"] for each in reversed(notices)]


async def everything(company: Company) -> list[Any]:
    async with on_behalf_of(company.org, sees_all_words=True) as transaction:
        return [
            await transaction.execute_query_dict(
                f"select * from {table} where org_id = $1 order by 2", [company.org]
            )
            for table in ("task", "task_part", "task_due_change", "event", "notice")
        ]


async def refused(kind: type[Exception], acts: list[Awaitable[UUID]]) -> None:
    for each in acts:
        with pytest.raises(kind):
            await each


async def test_those_named_on_a_task_see_it_and_nobody_else(company: Company) -> None:
    may = await goal(company, "Rui")
    meeting = await plan_one_to_one(
        company.actor("Mona"), with_id=company.ids["Rui"], starts_at=MORNING
    )
    await joint(company)
    await asked(company, details="**Soon**, <b>please</b>", goal_id=may)
    await asked(company, one_to_one_id=meeting)
    await asked(company, "Rui", "Rui")

    seen = {name: [each["title"] for each in await tasks(company, name)] for name in company.ids}
    assert {name: len(titles) for name, titles in seen.items() if titles} == {
        "Mona": 3, "Rui": 4, "Sam": 1,
    }  # fmt: skip
    assert (await ask(company.partner(), TASKS))["tasks"]["totalCount"] == 0
    [detailed] = [each for each in await tasks(company, "Rui") if each["details"]]
    assert detailed["detailsHtml"] == "<p><strong>Soon</strong>, &lt;b&gt;please&lt;/b&gt;</p>"
    assert detailed["goal"] == {"id": f"goal_{may}"}
    assert await told(company, "Rui") == ["ONE_TO_ONE_PLANNED"] + ["TASK_ASKED"] * 3
    assert await told(company, "Mona") == []
    text = "{ oneToOnes { nodes { tasks { nodes { title } } } } }"
    [of] = (await ask(company.actor("Rui"), text))["oneToOnes"]["nodes"]
    assert of["tasks"]["nodes"] == [{"title": "Call them"}]


async def test_what_is_wrong_with_a_task_is_said_and_nothing_is_kept(company: Company) -> None:
    other, mona = await found_company(), company.actor("Mona")
    hidden = await goal(company, "Olga")
    theirs = await plan_one_to_one(
        company.actor("Eve"), with_id=company.ids["Olga"], starts_at=MORNING
    )
    own = await plan_one_to_one(mona, with_id=company.ids["Rui"], starts_at=MORNING)
    await deactivate_person(company.actor("Adam"), person_id=company.ids["Fay"], reason="Left.")
    before = await everything(company)
    rui = company.ids["Rui"]

    await refused(
        NotFound,
        [
            asked(company, owner_id=new_id()),
            asked(company, owner_id=other.ids["Rui"]),
            asked(company, owner_id=company.ids["Fay"]),
            asked(company, parts=[WantedPart(rui, "x"), WantedPart(other.ids["Rui"], "x")]),
            asked(company, goal_id=hidden),
            asked(company, one_to_one_id=theirs),
        ],
    )
    await refused(
        Invalid,
        [
            asked(company, due_on=TODAY - timedelta(days=1)),
            asked(company, due_on=date(2023, 6, 2)),
            asked(company, title=" "),
            asked(company, title="x" * 201),
            asked(company, details="x" * 10_001),
            asked(company, parts=[WantedPart(rui, "")]),
            asked(company, parts=[WantedPart(rui, "x")] * 21),
            asked(company, one_to_one_id=own, goal_id=hidden),
            asked(company, "Mona", "Sam", one_to_one_id=own),
            asked(company, written_at=datetime.now(UTC) + timedelta(hours=1)),
        ],
    )
    given: dict[str, Any] = {"title": "x", "due_on": TODAY, "owner_id": rui}
    await refused(
        NotPermitted,
        [ask_for_task(company.partner(), **given), ask_for_task(company.system, **given)],
    )

    assert await everything(company) == before


async def test_nobody_does_with_a_task_what_is_not_theirs_to_do(company: Company) -> None:
    task = await joint(company)
    [shown] = await tasks(company, "Rui")
    parts = {part["person"]["name"]: UUID(part["id"][-36:]) for part in shown["parts"]["nodes"]}
    assert shown["viewerCan"] == ["FINISH", "DROP", "HAND_OVER", "CHANGE_DUE_DAY"]
    assert [part["viewerCan"] for part in shown["parts"]["nodes"]] == [["TICK"], [], []]
    before = await everything(company)
    later: dict[str, Any] = {"due_on": date(2020, 6, 8), "seen_due_on": FRIDAY, "reason": "Ill."}

    for name in ("Olga", "Ada", "Hal", "Adam"):  # not named on it
        actor = company.actor(name)
        await refused(
            NotFound,
            [
                finish_task(actor, task_id=task),
                drop_task(actor, task_id=task),
                reopen_task(actor, task_id=task),
                hand_task_over(actor, task_id=task, to_id=company.ids["Rui"]),
                change_due_day(actor, task_id=task, **later),
                tick_task_part(actor, part_id=parts["Rui"]),
            ],
        )
    sam, mona, rui = (company.actor(name) for name in ("Sam", "Mona", "Rui"))
    await refused(
        NotPermitted,
        [
            finish_task(sam, task_id=task),
            finish_task(mona, task_id=task),
            drop_task(sam, task_id=task),
            hand_task_over(sam, task_id=task, to_id=company.ids["Sam"]),
            hand_task_over(rui, task_id=task, to_id=company.ids["Olga"]),
            change_due_day(sam, task_id=task, **later),
            tick_task_part(mona, part_id=parts["Rui"]),
        ],
    )
    await refused(
        Conflict,
        [
            reopen_task(rui, task_id=task),
            change_due_day(rui, task_id=task, **later | {"seen_due_on": TODAY}),
        ],
    )
    await refused(Invalid, [change_due_day(rui, task_id=task, **later | {"reason": " "})])

    assert await everything(company) == before


async def test_a_joint_task_is_done_with_its_last_part_also_when_two_tick_at_once(
    company: Company,
) -> None:
    await joint(company)
    [shown] = await tasks(company, "Rui")
    parts = {part["person"]["name"]: UUID(part["id"][-36:]) for part in shown["parts"]["nodes"]}
    rui = company.actor("Rui")
    await tick_task_part(rui, part_id=parts["Rui"])
    await tick_task_part(rui, part_id=parts["Rui"], done=False)
    assert [each["state"] for each in await tasks(company, "Rui")] == ["OPEN"]

    await asyncio.gather(
        *(
            tick_task_part(company.actor(name), part_id=parts[name])
            for name in ("Rui", "Sam", "Mona", "Sam")
        )
    )

    [done] = await tasks(company, "Sam")
    assert done["state"] == "DONE"
    assert all(part["doneAt"] for part in done["parts"]["nodes"])
    assert [part["viewerCan"] for part in done["parts"]["nodes"]] == [[], [], []]
    with pytest.raises(Conflict):
        await tick_task_part(rui, part_id=parts["Rui"], done=False)
    events = [row["act"] for row in (await everything(company))[3]]
    assert events.count("task.done") == 1
    assert events.count("task.part_done") == 4


async def test_the_owner_says_that_a_task_is_done_and_it_can_be_opened_again(
    company: Company,
) -> None:
    task, rui, mona = await joint(company), company.actor("Rui"), company.actor("Mona")
    await asyncio.gather(*(finish_task(rui, task_id=task) for _ in range(2)))
    assert await told(company, "Mona") == ["TASK_DONE"]
    with pytest.raises(Conflict):
        await drop_task(mona, task_id=task)
    await reopen_task(mona, task_id=task)
    await hand_task_over(mona, task_id=task, to_id=company.ids["Sam"])
    await change_due_day(
        company.actor("Sam"), task_id=task, due_on=TODAY, seen_due_on=FRIDAY, reason="Sooner."
    )
    await drop_task(company.actor("Sam"), task_id=task)

    [shown] = await tasks(company, "Rui")
    assert (shown["state"], shown["owner"], shown["endedBy"]) == (
        "DROPPED", {"name": "Sam"}, {"name": "Sam"},
    )  # fmt: skip
    assert shown["dueChanges"]["nodes"] == [
        {
            "dueBefore": "2020-06-05", "dueAfter": "2020-05-29", "reason": "Sooner.",
            "changedBy": {"name": "Sam"},
        }
    ]  # fmt: skip
    assert await told(company, "Sam") == ["TASK_ASKED", "TASK_HANDED_OVER"]
    assert shown["viewerCan"] == []
    words = "Call|Part of|Sooner"
    [*_, events, notices] = await everything(company)
    assert not [
        row for row in [*events, *notices] if any(word in str(row) for word in words.split("|"))
    ]


async def test_a_task_for_oneself_leaves_nothing_in_the_history(company: Company) -> None:
    task = await asked(company, "Rui", "Rui")
    await finish_task(company.actor("Rui"), task_id=task)

    assert (await everything(company))[3] == []
    assert (await tasks(company, "Rui"))[0]["viewerCan"] == ["REOPEN"]


async def test_each_is_reminded_once_for_each_due_day_by_the_organisations_own(
    company: Company,
) -> None:
    now, rui = datetime.now(UTC), company.actor("Rui")
    task = await joint(company)  # due on 5 June
    [shown] = await tasks(company, "Sam")
    [part] = [each for each in shown["parts"]["nodes"] if each["person"]["name"] == "Sam"]
    await tick_task_part(company.actor("Sam"), part_id=UUID(part["id"][-36:]))
    own = await asked(company, "Olga", "Olga", due_on=date(2020, 6, 4))
    await finish_task(company.actor("Olga"), task_id=own)

    told_on = {}
    for day in (3, 4, 4, 5, 6, 7):
        told_on[day] = await reminded(company, date(2020, 6, day), now)
    assert told_on == {3: 0, 4: 0, 5: 0, 6: 2, 7: 0}  # on 4 June once, and not again
    assert (await told(company, "Rui"))[1:] == ["TASK_DUE", "TASK_OVERDUE"]
    assert await told(company, "Mona") == ["TASK_DUE", "TASK_OVERDUE"]
    assert await told(company, "Sam") == ["TASK_ASKED"]
    await on_day(company, date(2020, 6, 7))
    later = replace(rui, today=date(2020, 6, 7))
    await change_due_day(
        later, task_id=task, due_on=date(2020, 6, 8), seen_due_on=FRIDAY, reason="Ill."
    )
    assert await remind(company.org, now) == 2
    [shown] = (await ask(replace(rui, today=date(2020, 6, 9)), TASKS))["tasks"]["nodes"]
    assert shown["isOverdue"] is True


async def on_day(company: Company, day: date) -> None:
    async with on_behalf_of(company.org) as transaction:
        await transaction.execute_query(
            "update organisation set business_date = $2 where org_id = $1", [company.org, day]
        )


async def reminded(company: Company, day: date, now: datetime) -> int:
    await on_day(company, day)
    return await remind(company.org, now)


async def test_a_task_stays_with_those_it_names_when_a_manager_changes_or_somebody_leaves(
    company: Company,
) -> None:
    theirs, left = await asked(company), await asked(company, owner="Sam")
    await set_manager(
        company.actor("Cora"),
        position_id=company.positions["Rui"],
        manager_position_id=company.positions["Eve"],
        since=TODAY,
    )
    await deactivate_person(company.actor("Adam"), person_id=company.ids["Sam"], reason="Left.")

    assert await tasks(company, "Eve") == []
    assert [each["owner"]["name"] for each in await tasks(company, "Mona")] == ["Rui", "Sam"]
    await drop_task(company.actor("Mona"), task_id=left)
    await deactivate_person(company.actor("Adam"), person_id=company.ids["Mona"], reason="Left.")
    [shown] = await tasks(company, "Rui")
    assert (shown["askedBy"], shown["viewerCan"][:2]) == ({"name": "Mona"}, ["FINISH", "DROP"])
    await finish_task(company.actor("Rui"), task_id=theirs)
    for name in ("Ada", "Eve", "Hal"):
        assert await tasks(company, name) == []
