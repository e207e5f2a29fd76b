"""The goals of who has nobody above: a comp administrator decides upon them, and nobody their own."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from auth.actor import Role
from domain.errors import Invalid, NotFound, NotPermitted
from domain.goals.actions import approve_goal, return_goal, submit_goal
from domain.goals.agreement_models import AmendmentPolicy
from domain.goals.amending import amend_goal, approve_amendment
from domain.goals.closing import close_goal
from domain.people.actions import set_manager
from tests.people import TODAY, Company, count, goal_row, submitted_goal
from tests.schema.asking import ask, goal, goal_id

SINCE: dict[str, Any] = {"since": date(2020, 5, 1)}


async def test_a_comp_admin_decides_where_nobody_stands_above_and_nowhere_else(
    company: Company,
) -> None:
    top, below = await submitted_goal(company, "Ada"), await submitted_goal(company)
    own = await goal(company, "Cora", status="submitted", no_parent_reason="It stands alone.")
    cora = company.actor("Cora")
    seen: dict[str, Any] = {"seen_version": 2}
    asked = "{ approvals { nodes { id viewerCan } } }"

    for who, id in (("Cora", below), ("Cora", own), ("Ada", top), ("Fay", top), ("Audrey", top)):
        with pytest.raises(NotPermitted):
            await approve_goal(company.actor(who), goal_id=id, **seen)
        with pytest.raises(NotPermitted):
            await return_goal(company.actor(who), goal_id=id, **seen, note="No.")
    for who in ("Mona", "Hal", "Adam"):
        with pytest.raises(NotFound):
            await approve_goal(company.actor(who), goal_id=top, **seen)
    assert await count(company, "goal", "status = 'submitted'") == 3
    [waits] = (await ask(cora, asked))["approvals"]["nodes"]
    assert waits["id"] == goal_id(top)
    assert waits["viewerCan"][:2] == ["APPROVE", "RETURN"]
    await return_goal(cora, goal_id=top, **seen, note="Say how.")
    await submit_goal(company.actor("Ada"), goal_id=top, expected_version=3)
    await approve_goal(cora, goal_id=top, seen_version=4)

    assert (await goal_row(company, top)).status == "approved"
    alone = f"person_id = '{cora.person}' and on_behalf_of_id is null"
    assert await count(company, "goal_decision", alone) == 2


async def test_from_the_day_on_which_somebody_stands_above_it_is_theirs(company: Company) -> None:
    waits = await submitted_goal(company, "Mona")
    cora, mona = company.actor("Cora"), company.positions["Mona"]
    await set_manager(cora, position_id=mona, manager_position_id=None, **SINCE)
    ends = {"position_id": mona, "manager_position_id": company.positions["Eve"]}
    await set_manager(cora, **ends, since=date(2020, 6, 1))

    with pytest.raises(NotPermitted):
        await approve_goal(replace(cora, today=date(2020, 6, 1)), goal_id=waits, seen_version=2)
    await approve_goal(replace(cora, today=date(2020, 5, 31)), goal_id=waits, seen_version=2)

    assert await count(company, "goal_decision", "act = 'approved'") == 1


async def test_amendments_and_closing_at_the_top_are_a_comp_admins(company: Company) -> None:
    year = {"starts_on": date(2020, 1, 1), "ends_on": date(2020, 12, 31)}
    top = await goal(company, "Ada", status="approved", no_parent_reason="It is all.", **year)
    cora = company.actor("Cora")
    other = replace(company.actor("Fay"), roles=frozenset({Role.COMP_ADMIN}))
    amendment = await amend_goal(
        cora, goal_id=top, seen_version=1, effective_from=TODAY, target=Decimal(5),
        policy=AmendmentPolicy.REPLACE, reason="Less is sold.",
    )  # fmt: skip
    for caller in (cora, company.actor("Ada")):
        with pytest.raises(NotPermitted):
            await approve_amendment(caller, amendment_id=amendment, seen_version=1)
    waiting = "{ amendments { nodes { reason } } }"
    assert (await ask(cora, waiting))["amendments"]["nodes"] == []
    assert len((await ask(other, waiting))["amendments"]["nodes"]) == 1
    await approve_amendment(other, amendment_id=amendment, seen_version=1)

    later = date(2021, 1, 1)
    with pytest.raises(NotPermitted):
        await close_goal(replace(company.actor("Ada"), today=later), goal_id=top, seen_version=2)
    assert (await goal_row(company, top)).status == "approved"
    await close_goal(replace(cora, today=later), goal_id=top, seen_version=2)

    closed = await goal_row(company, top)
    assert (closed.status, closed.target) == ("closed", Decimal(5))


async def test_nobody_hands_in_a_private_goal_upon_which_nobody_could_decide(
    company: Company,
) -> None:
    kept = {"status": "draft", "private": True, "no_parent_reason": "It is mine."}
    top, led = await goal(company, "Ada", **kept), await goal(company, "Mona", **kept)

    with pytest.raises(Invalid, match="open it first"):
        await submit_goal(company.actor("Ada"), goal_id=top, expected_version=1)
    await submit_goal(company.actor("Mona"), goal_id=led, expected_version=1)

    assert (await goal_row(company, top)).status == "draft"
    with pytest.raises(NotFound):
        await approve_goal(company.actor("Cora"), goal_id=led, seen_version=2)
