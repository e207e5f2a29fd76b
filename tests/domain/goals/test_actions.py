"""A goal's life: drafted, submitted, approved or returned, by those who may, once."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from auth.actor import Role
from auth.once import Once
from domain.acts import KeyReused
from domain.errors import Conflict, Invalid, NotFound, NotPermitted
from domain.goals.actions import (
    approve_goal,
    change_goal,
    check_in,
    draft_goal,
    return_goal,
    submit_goal,
)
from domain.goals.deciding import Change
from domain.goals.models import Confidence
from domain.goals.rules import StaleVersion, WrongState
from domain.ids import new_id
from domain.measures.models import REVENUE
from domain.people.actions import set_manager
from tests.people import Company, count, drafted_goal, found_company, goal_row, submitted_goal


async def test_a_goal_goes_from_draft_to_approved_and_tells_its_story(company: Company) -> None:
    goal_id = await drafted_goal(company)
    await change_goal(
        company.actor("Rui"), goal_id=goal_id, expected_version=1, target=Decimal("1200.50")
    )
    await submit_goal(company.actor("Rui"), goal_id=goal_id, expected_version=2)
    await return_goal(
        company.actor("Mona"), goal_id=goal_id, seen_version=3, note="Too low for May."
    )
    await submit_goal(company.actor("Rui"), goal_id=goal_id, expected_version=4)
    await approve_goal(company.actor("Mona"), goal_id=goal_id, seen_version=5, note="Agreed.")

    goal = await goal_row(company, goal_id)
    assert (goal.status, goal.version, goal.target) == ("approved", 6, Decimal("1200.5000"))
    assert await count(company, "goal_decision", f"goal_id = '{goal_id}'") == 6
    assert await count(company, "event", f"subject_id = '{goal_id}' and number is not null") == 6


@pytest.mark.parametrize(
    ("who", "kind"),
    [
        ("Rui", NotPermitted),  # the owner
        ("Sam", NotFound),  # a colleague does not even learn that it exists
        ("Eve", NotFound),  # a manager of others
        ("Cora", NotPermitted),  # sees all team figures and approves none
        ("Fay", NotPermitted),
        ("Audrey", NotPermitted),
        ("Hal", NotFound),
        ("Adam", NotFound),
    ],
)
async def test_only_a_manager_above_the_owner_approves(
    company: Company, who: str, kind: type[Exception]
) -> None:
    goal_id = await submitted_goal(company)

    with pytest.raises(kind):
        await approve_goal(company.actor(who), goal_id=goal_id, seen_version=2)

    assert (await goal_row(company, goal_id)).status == "submitted"
    assert await count(company, "event", "act = 'goal.approved'") == 0


async def test_nobody_approves_their_own_goal_not_even_a_manager(company: Company) -> None:
    goal_id = await submitted_goal(company, "Mona")

    with pytest.raises(NotPermitted):
        await approve_goal(company.actor("Mona"), goal_id=goal_id, seen_version=2)

    assert (await goal_row(company, goal_id)).status == "submitted"
    await approve_goal(company.actor("Ada"), goal_id=goal_id, seen_version=2)
    assert (await goal_row(company, goal_id)).status == "approved"


async def test_a_manager_two_levels_up_may_approve(company: Company) -> None:
    goal_id = await submitted_goal(company)

    await approve_goal(company.actor("Ada"), goal_id=goal_id, seen_version=2)

    assert (await goal_row(company, goal_id)).status == "approved"


async def test_without_the_role_of_manager_the_line_alone_opens_nothing(company: Company) -> None:
    goal_id = await submitted_goal(company)

    with pytest.raises(NotFound):
        await approve_goal(
            company.actor("Mona", without=frozenset({Role.MANAGER})),
            goal_id=goal_id,
            seen_version=2,
        )

    assert (await goal_row(company, goal_id)).status == "submitted"


async def test_only_who_is_above_on_that_day_approves(company: Company) -> None:
    goal_id = await submitted_goal(company)
    await set_manager(
        company.actor("Cora"),
        position_id=company.positions["Rui"],
        manager_position_id=company.positions["Eve"],
        since=date(2020, 5, 29),
    )

    with pytest.raises(NotFound):
        await approve_goal(company.actor("Mona"), goal_id=goal_id, seen_version=2)
    await approve_goal(company.actor("Eve"), goal_id=goal_id, seen_version=2)

    assert (await goal_row(company, goal_id)).status == "approved"


async def test_an_approval_names_the_version_that_was_seen(company: Company) -> None:
    goal_id = await submitted_goal(company)

    with pytest.raises(StaleVersion) as refusal:
        await approve_goal(company.actor("Mona"), goal_id=goal_id, seen_version=1)

    assert refusal.value.facts == {
        "seen_version": 1,
        "current_version": 2,
        "changes": [Change("status", "draft", "submitted")],
    }
    assert (await goal_row(company, goal_id)).status == "submitted"


async def test_twenty_approvers_at_once_make_one_approval(company: Company) -> None:
    goal_id = await submitted_goal(company)
    approvers = [company.actor("Mona" if turn % 2 else "Ada") for turn in range(20)]

    answers = await asyncio.gather(
        *(approve_goal(actor, goal_id=goal_id, seen_version=2) for actor in approvers),
        return_exceptions=True,
    )

    assert sum(answer == goal_id for answer in answers) == 1
    assert sum(isinstance(answer, WrongState) for answer in answers) == 19
    assert await count(company, "goal_decision", "act = 'approved'") == 1
    assert await count(company, "event", "act = 'goal.approved'") == 1


async def test_a_return_needs_a_comment(company: Company) -> None:
    goal_id = await submitted_goal(company)

    with pytest.raises(Invalid):
        await return_goal(company.actor("Mona"), goal_id=goal_id, seen_version=2, note="  ")

    assert (await goal_row(company, goal_id)).status == "submitted"


@pytest.mark.parametrize("target", ["0", "-1", "NaN", "Infinity", "0.00001", "1000000000000000"])
async def test_a_target_that_cannot_be_meant_is_refused(company: Company, target: str) -> None:
    with pytest.raises(Invalid):
        await drafted_goal(company, target=target)

    assert await count(company, "goal") == 0


async def test_a_phone_chooses_the_id_and_a_taken_id_is_refused(company: Company) -> None:
    chosen = new_id()
    draft: dict[str, Any] = {
        "owner_id": company.ids["Rui"],
        "name": "Revenue, June 2020",
        "measure": REVENUE,
        "starts_on": date(2020, 6, 1),
        "ends_on": date(2020, 6, 30),
        "target": Decimal("5"),
        "id": chosen,
    }

    assert await draft_goal(company.actor("Rui"), **draft) == chosen
    with pytest.raises(Conflict):
        await draft_goal(company.actor("Rui"), **draft)

    assert await count(company, "goal") == 1


async def test_ten_phones_that_choose_the_same_id_at_once_make_one_goal(company: Company) -> None:
    chosen = new_id()
    draft: dict[str, Any] = {
        "owner_id": company.ids["Rui"],
        "name": "Revenue, June 2020",
        "measure": REVENUE,
        "starts_on": date(2020, 6, 1),
        "ends_on": date(2020, 6, 30),
        "target": Decimal("5"),
        "id": chosen,
    }

    answers = await asyncio.gather(
        *(draft_goal(company.actor("Rui"), **draft) for _ in range(10)), return_exceptions=True
    )

    assert answers.count(chosen) == 1
    assert sum(isinstance(answer, Conflict) for answer in answers) == 9
    assert await count(company, "goal") == 1


async def test_nobody_sets_a_goal_for_a_colleague(company: Company) -> None:
    with pytest.raises(NotPermitted):
        await draft_goal(
            company.actor("Sam"),
            owner_id=company.ids["Rui"],
            name="More for Rui",
            measure=REVENUE,
            starts_on=date(2020, 6, 1),
            ends_on=date(2020, 6, 30),
            target=Decimal(5),
        )

    assert await count(company, "goal") == 0


async def test_the_owner_checks_in_and_keeps_the_time_of_writing(company: Company) -> None:
    goal_id = await submitted_goal(company)
    await approve_goal(company.actor("Mona"), goal_id=goal_id, seen_version=2)
    written = datetime(2020, 5, 28, 21, 5, tzinfo=UTC)

    for who, kind in [("Mona", NotPermitted), ("Sam", NotFound)]:
        with pytest.raises(kind):
            await check_in(
                company.actor(who), goal_id=goal_id, confidence=Confidence.ON_TRACK, note="Hi"
            )
    with pytest.raises(Invalid):
        await check_in(
            company.actor("Rui"),
            goal_id=goal_id,
            confidence=Confidence.ON_TRACK,
            noted_at=datetime.now(UTC) + timedelta(days=30),
        )
    assert await count(company, "check_in") == 0

    await check_in(
        company.actor("Rui"),
        goal_id=goal_id,
        confidence=Confidence.AT_RISK,
        value=Decimal("400.25"),
        note="Two deals slipped.",
        noted_at=written,
    )
    assert await count(company, "check_in", f"noted_at = '{written.isoformat()}'") == 1


async def test_another_companys_goal_does_not_exist(company: Company) -> None:
    other = await found_company("Contoso")
    goal_id = await submitted_goal(other)

    for act_ in (approve_goal, return_goal):
        with pytest.raises(NotFound):
            await act_(company.actor("Ada"), goal_id=goal_id, seen_version=2, note="Mine now.")

    assert (await goal_row(other, goal_id)).status == "submitted"


async def test_the_same_message_fifty_times_at_once_has_one_effect(company: Company) -> None:
    goal_id = await submitted_goal(company)
    await approve_goal(company.actor("Mona"), goal_id=goal_id, seen_version=2)
    message: dict[str, Any] = {
        "goal_id": goal_id,
        "confidence": Confidence.ON_TRACK,
        "note": "Once.",
    }
    rui = company.actor("Rui").with_once(Once.of("key-1", "goalCheckIn", message))

    answers = await asyncio.gather(*(check_in(rui, **message) for _ in range(50)))

    assert len(set(answers)) == 1
    assert await count(company, "check_in") == 1
    assert await count(company, "event", "act = 'goal.checked_in'") == 1


async def test_the_same_key_with_another_input_is_a_conflict(company: Company) -> None:
    goal_id = await submitted_goal(company)
    mona = company.actor("Mona")
    first = mona.with_once(Once.of("key-2", "goalReturn", {"note": "One"}))
    second = mona.with_once(Once.of("key-2", "goalReturn", {"note": "Two"}))
    await return_goal(first, goal_id=goal_id, seen_version=2, note="One")

    with pytest.raises(KeyReused):
        await return_goal(second, goal_id=goal_id, seen_version=2, note="Two")

    assert await count(company, "goal_decision", "act = 'returned'") == 1


async def test_a_refused_act_keeps_nothing_under_its_key(company: Company) -> None:
    goal_id = await submitted_goal(company)
    mona = company.actor("Mona")
    wrong = mona.with_once(Once.of("key-3", "goalApprove", {"seen_version": 1}))
    mended = mona.with_once(Once.of("key-3", "goalApprove", {"seen_version": 2}))

    with pytest.raises(StaleVersion):
        await approve_goal(wrong, goal_id=goal_id, seen_version=1)
    assert await count(company, "idempotency_key") == 0
    await approve_goal(mended, goal_id=goal_id, seen_version=2)

    assert (await goal_row(company, goal_id)).status == "approved"


async def test_a_key_belongs_to_its_sender(company: Company) -> None:
    first, second = await submitted_goal(company), await submitted_goal(company)
    once = Once.of("key-4", "goalApprove", {})

    await approve_goal(company.actor("Mona").with_once(once), goal_id=first, seen_version=2)
    answer = await approve_goal(
        replace(company.actor("Ada"), once=once), goal_id=second, seen_version=2
    )

    assert answer == second
    assert await count(company, "idempotency_key", "key = 'key-4'") == 2
