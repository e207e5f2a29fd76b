"""Nudges: who is told that something waits, on which day, and each once."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from auth.actor import Role
from domain.calendars.working import change_goal_policy
from domain.database import on_behalf_of
from domain.goals.actions import approve_goal, check_in, return_goal, submit_goal
from domain.goals.agreement_models import AmendmentPolicy
from domain.goals.amending import amend_goal
from domain.goals.models import Confidence
from domain.ids import new_id
from domain.notices.actions import read_notice, read_notices
from domain.notices.nudges import nudge
from tests.people import TODAY, Company, count, drafted_goal, submitted_goal
from tests.schema.asking import ask, goal, insert

NOTICES = """query($filter: NoticeFilter) { notices(filter: $filter) { totalCount nodes {
  id kind message days readAt goal { name } } } }"""
NOW = datetime(2026, 1, 1, tzinfo=UTC)


async def on_day(company: Company, day: date) -> None:
    """Let the organisation's today be this day."""
    async with on_behalf_of(company.org) as transaction:
        await transaction.execute_query(
            "update organisation set business_date = $2 where org_id = $1", [company.org, day]
        )


async def nudged(company: Company, days: int) -> int:
    """A round, so many days later."""
    await on_day(company, TODAY + timedelta(days=days))
    return await nudge(company.org, NOW)


async def kinds(company: Company, name: str) -> list[tuple[str, int | None]]:
    shown = (await ask(company.actor(name), NOTICES))["notices"]["nodes"]
    return [(notice["kind"], notice["days"]) for notice in reversed(shown)]


async def test_a_waiting_goal_nudges_the_nearest_manager_and_then_the_next_once_each(
    company: Company,
) -> None:
    await submitted_goal(company)

    assert await nudged(company, 2) == 0
    assert await nudged(company, 3) == 1
    assert await nudged(company, 4) == 0
    assert await nudged(company, 7) == 1
    answers = await asyncio.gather(*(nudge(company.org, NOW) for _ in range(3)))

    assert answers == [0, 0, 0]
    assert await kinds(company, "Mona") == [("APPROVAL_WAITS", 3)]
    assert await kinds(company, "Ada") == [("APPROVAL_OVERDUE", 7)]
    assert await kinds(company, "Rui") == await kinds(company, "Audrey") == []
    [waits] = (await ask(company.actor("Mona"), NOTICES))["notices"]["nodes"]
    assert waits["message"] == "A goal has waited for your decision for 3 days."
    assert await count(company, "event", "act = 'notice.sent' and number is not null") == 2
    assert await count(company, "event", "act = 'notice.sent' and after is not null") == 0


async def test_two_rounds_at_once_tell_once_and_a_late_one_tells_both(company: Company) -> None:
    await submitted_goal(company)
    await on_day(company, TODAY + timedelta(days=30))

    answers = await asyncio.gather(*(nudge(company.org, NOW) for _ in range(4)))

    assert sum(answers) == await count(company, "notice") == 2


async def test_a_delegate_is_nudged_beside_the_manager_while_the_delegation_lasts(
    company: Company,
) -> None:
    days = {"starts_on": TODAY, "ends_on": TODAY + timedelta(3)}
    for name in ("Eve", "Rui"):  # the owner is never asked to decide
        row = {"id": new_id(), "from_id": company.ids["Mona"], "to_id": company.ids[name], **days}
        await insert(company, "delegation", [row])
    await submitted_goal(company)

    assert await nudged(company, 3) == 2
    await submitted_goal(company, "Sam")
    assert await nudged(company, 6) == 1

    assert await count(company, "notice", f"person_id = '{company.ids['Eve']}'") == 1
    assert await count(company, "notice", f"person_id = '{company.ids['Rui']}'") == 0


async def test_a_delegate_hears_nothing_of_a_private_goal(company: Company) -> None:
    days = {"starts_on": TODAY, "ends_on": TODAY + timedelta(9)}
    people = {"from_id": company.ids["Mona"], "to_id": company.ids["Eve"]}
    await insert(company, "delegation", [{"id": new_id(), **people, **days}])
    goal_id = await submitted_goal(company)
    async with on_behalf_of(company.org) as transaction:
        await transaction.execute_query(
            "update goal set private = true where org_id = $1 and id = $2", [company.org, goal_id]
        )

    assert await nudged(company, 3) == 1

    assert await count(company, "notice", f"person_id = '{company.ids['Eve']}'") == 0


async def test_a_goal_of_who_has_nobody_above_nudges_the_comp_admins_but_its_owner(
    company: Company,
) -> None:
    await submitted_goal(company, "Ada")
    await goal(company, "Cora", status="submitted", submitted_at=NOW, submitted_on=TODAY)

    assert await nudged(company, 9) == 1
    assert await nudged(company, 20) == 0

    assert await kinds(company, "Cora") == [("APPROVAL_WAITS", 9)]


async def test_a_waiting_amendment_nudges_whoever_may_decide_upon_it(company: Company) -> None:
    of_rui, of_sam, of_ada = [await goal(company, name) for name in ("Rui", "Sam", "Ada")]
    change: dict[str, Any] = {
        "seen_version": 1, "effective_from": date(2020, 5, 16), "target": Decimal(5),
        "policy": AmendmentPolicy.REPLACE, "reason": "More.",
    }  # fmt: skip
    for who, of in (("Cora", of_rui), ("Mona", of_sam), ("Cora", of_ada)):
        await amend_goal(company.actor(who), goal_id=of, **change)
    async with on_behalf_of(company.org) as transaction:
        await transaction.execute_query(
            "insert into role_grant (org_id, id, person_id, role) values ($1, $2, $3, 'comp_admin')",
            [company.org, new_id(), company.ids["Fay"]],
        )

    assert await nudged(company, 2) == 0
    assert await nudged(company, 3) == 3
    assert await nudged(company, 7) == 1

    assert await kinds(company, "Mona") == [("AMENDMENT_WAITS", 3)]
    assert await kinds(company, "Ada") == [("AMENDMENT_WAITS", 3), ("AMENDMENT_OVERDUE", 7)]
    assert await kinds(company, "Fay") == [("AMENDMENT_WAITS", 3)]
    assert await kinds(company, "Cora") == []


async def test_a_goal_handed_in_again_waits_anew(company: Company) -> None:
    goal_id = await submitted_goal(company)
    assert await nudged(company, 3) == 1
    mona, rui = company.actor("Mona"), company.actor("Rui")
    await return_goal(mona, goal_id=goal_id, seen_version=2, note="Once more.")
    await _handed_in(goal_id, company)

    assert await nudged(company, 5) == 0
    assert await nudged(company, 6) == 1
    assert await kinds(company, "Mona") == [("APPROVAL_WAITS", 3), ("APPROVAL_WAITS", 3)]
    assert rui.person == company.ids["Rui"]


async def _handed_in(goal_id: UUID, company: Company) -> None:
    await submit_goal(company.actor("Rui"), goal_id=goal_id, expected_version=3)


async def test_a_draft_is_nudged_before_its_period_begins_and_nobody_who_left(
    company: Company,
) -> None:
    soon = {"status": "draft", "starts_on": TODAY + timedelta(3), "ends_on": date(2020, 6, 30)}
    await goal(company, "Rui", **soon)
    await goal(company, "Sam", **soon | {"starts_on": TODAY + timedelta(4)})
    await goal(company, "Olga", **soon)
    await drafted_goal(company, "Mona")  # of a period that has begun
    async with on_behalf_of(company.org) as transaction:
        await transaction.execute_query(
            "update person set left_on = '2020-05-01' where org_id = $1 and id = $2",
            [company.org, company.ids["Olga"]],
        )

    assert await nudge(company.org, NOW) == 2

    assert await kinds(company, "Rui") == await kinds(company, "Mona") == [("SUBMISSION_DUE", None)]
    assert await kinds(company, "Sam") == []


async def test_who_never_checks_in_is_reminded_once_a_window_and_their_manager_hears(
    company: Company,
) -> None:
    june = {"starts_on": TODAY - timedelta(4), "ends_on": TODAY + timedelta(60)}
    running = await goal(company, "Rui", private=True, **june)
    await goal(company, "Olga", **june | {"ends_on": TODAY + timedelta(5)})
    await goal(company, "Sam", **june | {"status": "draft", "starts_on": TODAY + timedelta(50)})
    assert await nudged(company, 6) == 0  # nobody is asked to check in

    await change_goal_policy(company.actor("Cora"), expected_version=1, check_in_every_days=10)
    assert await nudged(company, 5) == 0
    assert await nudged(company, 6) == 1  # Olga's goal is over
    assert await nudged(company, 12) == 0
    assert await nudged(company, 13) == 1  # 17 days, of which 7 since he was reminded
    assert await nudged(company, 16) == 1
    await check_in(company.actor("Rui"), goal_id=running, confidence=Confidence.ON_TRACK)
    assert await nudged(company, 25) == 0
    assert await nudged(company, 26) == 1

    assert await kinds(company, "Rui") == [("CHECK_IN_DUE", days) for days in (10, 20, 10)]
    assert await kinds(company, "Mona") == [("CHECK_IN_OVERDUE", 17)]
    assert await kinds(company, "Ada") == await kinds(company, "Olga") == []
    [*_, first] = (await ask(company.actor("Rui"), NOTICES))["notices"]["nodes"]
    assert first["message"] == "You have not checked in on a goal for 10 days."
    assert await count(company, "notice") == 4


async def test_days_without_a_check_in_count_from_when_a_goal_was_agreed(company: Company) -> None:
    goal_id = await submitted_goal(company)
    await change_goal_policy(company.actor("Cora"), expected_version=1, check_in_every_days=2)
    await approve_goal(company.actor("Mona"), goal_id=goal_id, seen_version=2)

    assert await nudged(company, 1) == 0
    assert await nudged(company, 2) == 1
    assert await kinds(company, "Rui") == [("CHECK_IN_DUE", 2)]


async def test_a_notice_goes_when_its_goal_is_no_longer_seen(company: Company) -> None:
    await submitted_goal(company)
    await nudged(company, 3)

    assert await kinds(company, "Mona") != []
    without = company.actor("Mona", without=frozenset({Role.MANAGER}))
    shown = (await ask(without, NOTICES))["notices"]
    assert shown == {"totalCount": 0, "nodes": []}
    assert await count(company, "notice") == 1


async def test_notices_are_read_one_by_one_or_up_to_one(company: Company) -> None:
    mona = company.actor("Mona")
    for owner in ("Rui", "Sam"):
        await submitted_goal(company, owner)
    await nudged(company, 3)
    await submitted_goal(company, "Rui")
    await nudged(company, 6)
    unread = {"filter": {"unread": True}}
    async with on_behalf_of(company.org) as transaction:
        rows = await transaction.execute_query_dict(
            "select id from notice where org_id = $1 and person_id = $2 order by sent_at, id",
            [company.org, mona.person],
        )
    first, second, third = (row["id"] for row in rows)

    await read_notice(mona, notice_id=third)
    await read_notice(mona, notice_id=third)
    assert (await ask(mona, NOTICES, **unread))["notices"]["totalCount"] == 2
    await read_notices(mona, notice_id=second)
    assert (await ask(mona, NOTICES, **unread))["notices"]["totalCount"] == 0

    assert await count(company, "event", "act = 'notice.read'") == 2
    assert await count(company, "event", f"subject_id = '{first}' and act = 'notice.read'") == 0
