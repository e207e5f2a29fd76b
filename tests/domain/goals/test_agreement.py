"""How a goal is agreed: whole, step by step, by whoever may, also in somebody's place."""

import asyncio
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from tortoise.exceptions import IntegrityError

from auth.actor import Actor
from domain.database import on_behalf_of
from domain.errors import Conflict, Invalid, NotFound, NotPermitted
from domain.goals.accepting import accept_goal, request_goal_change
from domain.goals.actions import approve_goal, change_goal, draft_goal, return_goal, submit_goal
from domain.goals.agreement_models import AmendmentPolicy
from domain.goals.amending import amend_goal, approve_amendment, return_amendment
from domain.goals.amendment_rules import AmendmentDecided
from domain.goals.deciding import Change
from domain.goals.delegating import delegate_approvals, end_delegation
from domain.goals.gate_rules import GoalPart, Incomplete
from domain.goals.locking import Locked, lift_goal_lock, lock_goals
from domain.goals.rules import StaleVersion, WrongState
from domain.ids import new_id
from tests.people import (
    TODAY,
    Company,
    count,
    drafted_goal,
    found_company,
    goal_row,
    submitted_goal,
)
from tests.schema.asking import goal, insert

JUNE: dict[str, Any] = {"starts_on": date(2020, 6, 1), "ends_on": date(2020, 6, 30)}
JUNE_BEGINS: dict[str, Any] = {"starts_on": date(2020, 6, 1)}
WEEK: dict[str, Any] = {"starts_on": date(2020, 5, 25), "ends_on": date(2020, 5, 31)}


async def approved_goal(company: Company, owner: str = "Rui", by: str = "Mona") -> UUID:
    """A goal of May 2020 at version 3, of 1,000 dollars."""
    goal_id = await submitted_goal(company, owner)
    return await approve_goal(company.actor(by), goal_id=goal_id, seen_version=2)


def standing_in(company: Company, name: str, *delegators: str) -> Actor:
    """A caller whom these people let decide in their place, as the database says at sign-in."""
    return replace(
        company.actor(name), delegators=frozenset(company.ids[each] for each in delegators)
    )


async def test_a_draft_may_say_little_and_is_handed_in_whole(company: Company) -> None:
    rui = company.actor("Rui")
    goal_id = await draft_goal(rui, owner_id=company.ids["Rui"], name="Something", **JUNE_BEGINS)

    with pytest.raises(Incomplete) as refusal:
        await submit_goal(rui, goal_id=goal_id, expected_version=1)

    assert refusal.value.facts["missing"] == [
        GoalPart.MEASURE, GoalPart.TARGET, GoalPart.DUE_DATE, GoalPart.PARENT,
    ]  # fmt: skip
    assert (await goal_row(company, goal_id)).status == "draft"
    assert await count(company, "goal_revision") == 0

    await change_goal(
        rui, goal_id=goal_id, expected_version=1, measure="revenue", target=Decimal(5),
        ends_on=date(2020, 6, 30), no_parent_reason="A trial.",
    )  # fmt: skip
    await submit_goal(rui, goal_id=goal_id, expected_version=2)
    goal = await goal_row(company, goal_id)
    assert (goal.status, goal.currency) == ("submitted", "USD")


async def test_what_cannot_be_reached_or_meant_is_not_handed_in(company: Company) -> None:
    shapes = {"certified": ("yes_no", "check_in", []), "teamwork": ("number", "rating", ["a", "b"])}
    await insert(company, "measure", [
        {"id": new_id(), "key": key, "name": key, "unit": unit, "direction": "higher", "source": source, "levels": levels}
        for key, (unit, source, levels) in shapes.items()
    ])  # fmt: skip
    for words, wrong in (
        ("target is zero", {"target": Decimal(0)}),
        ("no way forward", {"start_value": Decimal(1500)}),
        ("a yes or a no is 1", {"measure": "certified", "currency": None}),
        ("levels 1 to 2", {"measure": "teamwork", "currency": None, "target": Decimal(3)}),
    ):
        draft = await goal(company, "Rui", status="draft", no_parent_reason="A trial.", **wrong)

        with pytest.raises(Invalid, match=words):
            await submit_goal(company.actor("Rui"), goal_id=draft, expected_version=1)

    assert await count(company, "goal", "status = 'draft'") == 4
    assert await count(company, "goal_revision") == 0


async def test_nobody_hands_a_goal_in_for_somebody_who_will_have_left(company: Company) -> None:
    goal_id = await draft_goal(
        company.actor("Rui"), owner_id=company.ids["Rui"], name="June", measure="revenue",
        target=Decimal(5), no_parent_reason="A trial.", **JUNE,
    )  # fmt: skip
    async with on_behalf_of(company.org) as transaction:
        await transaction.execute_query(
            "update person set left_on = '2020-06-01' where org_id = $1 and id = $2",
            [company.org, company.ids["Rui"]],
        )

    with pytest.raises(Incomplete, match="no longer works here"):
        await submit_goal(company.actor("Rui"), goal_id=goal_id, expected_version=1)

    assert (await goal_row(company, goal_id)).status == "draft"


async def test_each_time_it_is_handed_in_a_copy_stays(company: Company) -> None:
    rui, goal_id = company.actor("Rui"), await submitted_goal(company)
    await return_goal(company.actor("Mona"), goal_id=goal_id, seen_version=2, note="Too low.")
    await change_goal(rui, goal_id=goal_id, expected_version=3, target=Decimal("1200.50"))
    await submit_goal(rui, goal_id=goal_id, expected_version=4, note="As you said.")

    async with on_behalf_of(company.org) as transaction:
        rows = await transaction.execute_query_dict(
            "select number, target, note, person_id from goal_revision where org_id = $1"
            " order by number",
            [company.org],
        )
    assert [(row["number"], row["target"], row["note"]) for row in rows] == [
        (1, Decimal("1000.0000"), None),
        (2, Decimal("1200.5000"), "As you said."),
    ]
    assert {row["person_id"] for row in rows} == {company.ids["Rui"]}


async def test_a_stale_approval_hears_what_changed_since(company: Company) -> None:
    rui, goal_id = company.actor("Rui"), await submitted_goal(company)
    await return_goal(company.actor("Ada"), goal_id=goal_id, seen_version=2, note="Too low.")
    await change_goal(
        rui, goal_id=goal_id, expected_version=3, target=Decimal("1200.50"), name="May, again"
    )
    await submit_goal(rui, goal_id=goal_id, expected_version=4)

    with pytest.raises(StaleVersion) as refusal:
        await approve_goal(company.actor("Mona"), goal_id=goal_id, seen_version=2)

    assert refusal.value.facts["changes"] == [
        Change("name", "Revenue, May 2020", "May, again"),
        Change("target", "1000", "1200.5"),
    ]
    assert (await goal_row(company, goal_id)).status == "submitted"


@pytest.mark.parametrize(
    ("before", "after"),
    [("draft", "approved"), ("draft", "returned"), ("submitted", "draft"), ("returned", "approved"),
     ("approved", "submitted"), ("approved", "draft")],
)  # fmt: skip
async def test_the_database_itself_refuses_a_step_that_nobody_may_take(
    company: Company, before: str, after: str
) -> None:
    goal_id = await drafted_goal(company)
    if before != "draft":
        await submit_goal(company.actor("Rui"), goal_id=goal_id, expected_version=1)
    mona = company.actor("Mona")
    if before == "returned":
        await return_goal(mona, goal_id=goal_id, seen_version=2, note="No.")
    if before == "approved":
        await approve_goal(mona, goal_id=goal_id, seen_version=2)

    with pytest.raises((IntegrityError, asyncpg.CheckViolationError)):
        async with on_behalf_of(company.org) as transaction:
            await transaction.execute_query(
                "update goal set status = $3 where org_id = $1 and id = $2",
                [company.org, goal_id, after],
            )

    assert (await goal_row(company, goal_id)).status == before


async def test_a_delegate_decides_and_both_names_stand(company: Company) -> None:
    goal_id = await submitted_goal(company)
    await delegate_approvals(company.actor("Mona"), to_id=company.ids["Olga"], **WEEK)
    olga = standing_in(company, "Olga", "Mona")

    await approve_goal(olga, goal_id=goal_id, seen_version=2)

    async with on_behalf_of(company.org) as transaction:
        (decision,) = await transaction.execute_query_dict(
            "select person_id, on_behalf_of_id from goal_decision"
            " where org_id = $1 and act = 'approved'",
            [company.org],
        )
    assert decision == {
        "person_id": company.ids["Olga"],
        "on_behalf_of_id": company.ids["Mona"],
    }
    mona = company.ids["Mona"]
    assert await count(company, "event", f"after ->> 'on_behalf_of' = '{mona}'") == 1


async def test_a_delegate_sees_and_does_nothing_else(company: Company) -> None:
    draft, waiting = await drafted_goal(company), await submitted_goal(company)
    of_mona = await submitted_goal(company, "Mona")
    of_sam = await submitted_goal(company, "Sam")
    await delegate_approvals(company.actor("Mona"), to_id=company.ids["Sam"], **WEEK)
    sam = standing_in(company, "Sam", "Mona")

    for goal_id, kind in (
        (draft, NotFound), (of_mona, NotFound), (of_sam, NotPermitted),
    ):  # fmt: skip
        with pytest.raises(kind):
            await approve_goal(sam, goal_id=goal_id, seen_version=2)
    with pytest.raises(NotPermitted):
        await submit_goal(sam, goal_id=waiting, expected_version=2)
    assert await count(company, "goal_decision", "act = 'approved'") == 0

    await return_goal(sam, goal_id=waiting, seen_version=2, note="Say more.")
    with pytest.raises(NotFound):  # it waits no more
        await return_goal(sam, goal_id=waiting, seen_version=3, note="Say more.")


async def test_what_was_delegated_to_somebody_is_not_passed_on(company: Company) -> None:
    goal_id = await submitted_goal(company)
    await delegate_approvals(company.actor("Mona"), to_id=company.ids["Eve"], **WEEK)
    await delegate_approvals(company.actor("Eve"), to_id=company.ids["Olga"], **WEEK)

    with pytest.raises(NotFound):
        await approve_goal(standing_in(company, "Olga", "Eve"), goal_id=goal_id, seen_version=2)

    assert (await goal_row(company, goal_id)).status == "submitted"


async def test_a_delegation_that_has_ended_opens_nothing_even_to_who_was_let_in(
    company: Company,
) -> None:
    goal_id = await submitted_goal(company)
    mona = company.actor("Mona")
    delegation = await delegate_approvals(mona, to_id=company.ids["Olga"], **WEEK)
    olga = standing_in(company, "Olga", "Mona")  # as she stood at the screen

    await end_delegation(mona, delegation_id=delegation)

    with pytest.raises(NotPermitted):
        await approve_goal(olga, goal_id=goal_id, seen_version=2)
    assert (await goal_row(company, goal_id)).status == "submitted"
    with pytest.raises(Conflict):
        await end_delegation(mona, delegation_id=delegation)


async def test_who_delegates_to_whom(company: Company) -> None:
    mona, ids = company.actor("Mona"), company.ids
    tries: tuple[tuple[Actor, dict[str, Any], type[Exception]], ...] = (
        (company.actor("Rui"), {"to_id": ids["Sam"]}, NotPermitted),  # no manager
        (mona, {"to_id": ids["Sam"], "from_id": ids["Eve"]}, NotPermitted),
        (mona, {"to_id": ids["Mona"]}, Invalid),
        (mona, {"to_id": new_id()}, NotFound),
        (company.actor("Cora"), {"to_id": ids["Sam"], "from_id": ids["Rui"]}, Invalid),
        (mona, {"to_id": ids["Sam"], "ends_on": date(2020, 5, 28)}, Invalid),
        (mona, {"to_id": ids["Sam"], "ends_on": date(2021, 6, 30)}, Invalid),
    )
    for actor, sent, kind in tries:
        with pytest.raises(kind):
            await delegate_approvals(actor, **{**WEEK, **sent})
    other = await found_company("Contoso")
    with pytest.raises(NotFound):
        await delegate_approvals(mona, to_id=other.ids["Sam"], **WEEK)
    assert await count(company, "delegation") == 0

    # Somebody is suddenly away: a comp administrator arranges it, and ends it.
    ill = await delegate_approvals(
        company.actor("Cora"), from_id=ids["Mona"], to_id=ids["Eve"], **WEEK
    )
    with pytest.raises(Conflict):
        await delegate_approvals(mona, to_id=ids["Eve"], **WEEK)
    for who, kind in (("Eve", NotPermitted), ("Olga", NotFound)):
        with pytest.raises(kind):
            await end_delegation(company.actor(who), delegation_id=ill)
    await end_delegation(company.actor("Cora"), delegation_id=ill)
    assert await count(company, "delegation", "ended_at is null") == 0


async def test_twenty_who_may_approve_at_once_make_one_approval(company: Company) -> None:
    goal_id = await submitted_goal(company)
    await delegate_approvals(company.actor("Mona"), to_id=company.ids["Olga"], **WEEK)
    who = [company.actor("Mona"), company.actor("Ada"), standing_in(company, "Olga", "Mona")]

    answers = await asyncio.gather(
        *(approve_goal(who[turn % 3], goal_id=goal_id, seen_version=2) for turn in range(20)),
        return_exceptions=True,
    )

    assert answers.count(goal_id) == 1
    assert sum(isinstance(each, WrongState | NotFound) for each in answers) == 19
    assert await count(company, "goal_decision", "act = 'approved'") == 1


async def test_the_owner_accepts_or_asks_for_a_change(company: Company) -> None:
    goal_id, rui = await approved_goal(company), company.actor("Rui")
    for who, kind in (("Mona", NotPermitted), ("Sam", NotFound)):
        with pytest.raises(kind):
            await accept_goal(company.actor(who), goal_id=goal_id, expected_version=3)
    with pytest.raises(Invalid):
        await request_goal_change(rui, goal_id=goal_id, expected_version=3, note=" ")
    assert (await goal_row(company, goal_id)).acceptance is None

    await request_goal_change(rui, goal_id=goal_id, expected_version=3, note="Two deals are gone.")
    assert (await goal_row(company, goal_id)).acceptance == "change_requested"
    await accept_goal(rui, goal_id=goal_id, expected_version=4)
    assert (await goal_row(company, goal_id)).acceptance == "accepted"
    assert await count(company, "goal_decision", "act in ('accepted', 'change_requested')") == 2

    with pytest.raises(WrongState):
        await accept_goal(rui, goal_id=await drafted_goal(company), expected_version=1)


async def test_a_target_changes_by_two_hands_and_the_old_one_stays(company: Company) -> None:
    goal_id, cora = await approved_goal(company), company.actor("Cora")
    amendment = await amend_goal(
        cora, goal_id=goal_id, seen_version=3, effective_from=date(2020, 5, 16),
        target=Decimal(2000), policy=AmendmentPolicy.PRORATE, reason="A customer came over.",
    )  # fmt: skip
    assert (await goal_row(company, goal_id)).target == Decimal(1000)
    for who, kind in (("Cora", NotPermitted), ("Rui", NotPermitted), ("Sam", NotFound)):
        for decide, said in ((approve_amendment, {}), (return_amendment, {"note": "No."})):
            with pytest.raises(kind) as refusal:
                await decide(company.actor(who), amendment_id=amendment, seen_version=3, **said)
            assert refusal.value.path == ("amendmentId",)
    with pytest.raises(Conflict):
        await amend_goal(
            company.actor("Mona"), goal_id=goal_id, seen_version=3, target=Decimal(3),
            effective_from=date(2020, 5, 16), policy=AmendmentPolicy.REPLACE, reason="Too.",
        )  # fmt: skip
    assert await count(company, "goal_amendment", "state = 'approved'") == 0

    await approve_amendment(company.actor("Mona"), amendment_id=amendment, seen_version=3)

    goal = await goal_row(company, goal_id)
    assert (goal.target, goal.version) == (Decimal("1516.1300"), 4)  # (1000 x 15 + 2000 x 16) / 31
    assert await count(company, "goal_segment", "target in (483.87, 1032.26)") == 2
    assert await count(company, "goal_decision", "act = 'amended'") == 1
    with pytest.raises(AmendmentDecided):
        await approve_amendment(company.actor("Ada"), amendment_id=amendment, seen_version=4)


async def test_nobody_approves_their_own_proposal_and_a_return_says_why(company: Company) -> None:
    goal_id, mona = await approved_goal(company), company.actor("Mona")
    amendment = await amend_goal(
        mona, goal_id=goal_id, seen_version=3, effective_from=date(2020, 5, 16),
        target=Decimal(2000), policy=AmendmentPolicy.REPLACE, reason="More.",
    )  # fmt: skip

    for decide in (approve_amendment, return_amendment):
        with pytest.raises(NotPermitted):
            await decide(mona, amendment_id=amendment, seen_version=3, note="Mine.")
    with pytest.raises(Invalid):
        await return_amendment(
            company.actor("Ada"), amendment_id=amendment, seen_version=3, note=""
        )
    await return_amendment(
        company.actor("Ada"), amendment_id=amendment, seen_version=3, note="Not now."
    )

    goal = await goal_row(company, goal_id)
    assert (goal.target, goal.version) == (Decimal(1000), 3)
    assert await count(company, "goal_segment") == 0


async def test_a_delegate_decides_upon_amendments_and_both_names_stand(company: Company) -> None:
    first, second = await approved_goal(company), await approved_goal(company, "Sam")
    cora, mona, ids = company.actor("Cora"), company.actor("Mona"), company.ids
    change: dict[str, Any] = {
        "seen_version": 3, "effective_from": date(2020, 5, 16), "target": Decimal(2000),
        "policy": AmendmentPolicy.REPLACE, "reason": "More.",
    }  # fmt: skip
    await delegate_approvals(mona, to_id=ids["Olga"], **WEEK)
    given = await delegate_approvals(mona, to_id=ids["Sam"], **WEEK)
    olga, sam = standing_in(company, "Olga", "Mona"), standing_in(company, "Sam", "Mona")
    approved = await amend_goal(cora, goal_id=first, **change)
    own = await amend_goal(cora, goal_id=second, **change)

    with pytest.raises(NotPermitted):  # it is Sam's own goal
        await approve_amendment(sam, amendment_id=own, seen_version=3)
    await approve_amendment(olga, amendment_id=approved, seen_version=3)
    await return_amendment(olga, amendment_id=own, seen_version=3, note="Not now.")
    with pytest.raises(NotFound):  # nothing of the goal waits any more
        await approve_amendment(olga, amendment_id=approved, seen_version=4)

    names = f"decided_by = '{ids['Olga']}' and on_behalf_of_id = '{ids['Mona']}'"
    assert await count(company, "goal_amendment", names) == 2
    names = f"person_id = '{ids['Olga']}' and on_behalf_of_id = '{ids['Mona']}'"
    assert await count(company, "goal_decision", f"act = 'amended' and {names}") == 1
    assert await count(company, "event", f"after ->> 'on_behalf_of' = '{ids['Mona']}'") == 2

    # What Mona proposes herself, nobody decides in her place; nor once she has ended it.
    of_mona = await amend_goal(mona, goal_id=first, **change | {"seen_version": 4})
    with pytest.raises(NotFound):
        await approve_amendment(olga, amendment_id=of_mona, seen_version=4)
    await return_amendment(
        company.actor("Ada"), amendment_id=of_mona, seen_version=4, note="Enough."
    )
    waits = await amend_goal(cora, goal_id=first, **change | {"seen_version": 4})
    await end_delegation(mona, delegation_id=given)
    with pytest.raises(NotPermitted):
        await approve_amendment(sam, amendment_id=waits, seen_version=4)
    assert await count(company, "goal_amendment", "state = 'requested'") == 1


async def test_locked_goals_change_only_by_amendment(company: Company) -> None:
    cora, rui, mona = company.actor("Cora"), company.actor("Rui"), company.actor("Mona")
    draft, waiting = await drafted_goal(company), await submitted_goal(company)
    agreed = await approved_goal(company)
    with pytest.raises(NotPermitted):
        await lock_goals(
            mona, starts_on=date(2020, 4, 1), ends_on=date(2020, 6, 30), locks_on=TODAY, reason="No"
        )
    lock = await lock_goals(
        cora, starts_on=date(2020, 4, 1), ends_on=date(2020, 6, 30), locks_on=TODAY,
        reason="The quarter is agreed.",
    )  # fmt: skip
    versions = await count(company, "goal_decision")

    for refused in (
        drafted_goal(company),
        change_goal(rui, goal_id=draft, expected_version=1, name="Other"),
        submit_goal(rui, goal_id=draft, expected_version=1),
        approve_goal(mona, goal_id=waiting, seen_version=2),
        return_goal(mona, goal_id=waiting, seen_version=2, note="No."),
    ):
        with pytest.raises(Locked):
            await refused
    assert await count(company, "goal_decision") == versions
    await amend_goal(
        mona, goal_id=agreed, seen_version=3, effective_from=date(2020, 5, 16),
        target=Decimal(2000), policy=AmendmentPolicy.REPLACE, reason="More.",
    )  # fmt: skip
    await draft_goal(
        rui, owner_id=company.ids["Rui"], name="July", starts_on=date(2020, 7, 1)
    )  # begins behind the lock

    with pytest.raises(NotPermitted):
        await lift_goal_lock(mona, goal_lock_id=lock, reason="Please.")
    with pytest.raises(Invalid):
        await lift_goal_lock(cora, goal_lock_id=lock, reason=" ")
    await lift_goal_lock(cora, goal_lock_id=lock, reason="One was forgotten.")
    await approve_goal(mona, goal_id=waiting, seen_version=2)
    assert await count(company, "event", "act in ('goal_lock.set', 'goal_lock.lifted')") == 2
