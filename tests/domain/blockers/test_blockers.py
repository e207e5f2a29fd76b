"""Blockers: raised by the owner, resolved by a manager with a word on how, counted by cause."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from domain.blockers.actions import raise_blocker, resolve_blocker, withdraw_blocker
from domain.blockers.models import Cause
from domain.blockers.rules import BlockerEnded, resolved_on
from domain.errors import Conflict, Invalid, NotFound, NotPermitted
from domain.goals.rules import WrongState
from domain.ids import new_id
from tests.people import TODAY, Company, count, drafted_goal
from tests.schema.asking import ask, goal, insert

BLOCKERS = """{ blockers { nodes { cause what state resolution raisedBy { name }
  resolvedBy { name } viewerCan goal { id } } totalCount } }"""
REPORT = """query($filter: BlockerFilter) { blockersByCause(filter: $filter) {
  cause open resolved withdrawn meanDaysToResolve } }"""


async def raised(company: Company, owner: str = "Rui", cause: Cause = Cause.TOOLS) -> UUID:
    goal_id = await goal(company, owner)
    return await raise_blocker(
        company.actor(owner), goal_id=goal_id, cause=cause, what="No price list."
    )


async def test_a_blocker_is_raised_resolved_and_both_are_told(company: Company) -> None:
    rui, mona = company.actor("Rui"), company.actor("Mona")
    blocker = await raised(company)

    assert (await ask(mona, BLOCKERS))["blockers"]["nodes"][0]["viewerCan"] == ["RESOLVE"]
    assert (await ask(rui, BLOCKERS))["blockers"]["nodes"][0]["viewerCan"] == ["WITHDRAW"]
    await resolve_blocker(mona, blocker_id=blocker, resolution="Lists are on the drive.")

    [shown] = (await ask(rui, BLOCKERS))["blockers"]["nodes"]
    assert shown["state"] == "RESOLVED"
    assert shown["resolution"] == "Lists are on the drive."
    assert shown["resolvedBy"] == {"name": "Mona"}
    assert shown["viewerCan"] == []
    told = "{ notices { nodes { kind message goal { name } } } }"
    assert (await ask(mona, told))["notices"]["nodes"] == [
        {
            "kind": "BLOCKER_RAISED",
            "message": "Something is in the way of a goal.",
            "goal": {"name": "May of Rui"},
        }
    ]
    assert [each["kind"] for each in (await ask(rui, told))["notices"]["nodes"]] == [
        "BLOCKER_RESOLVED"
    ]
    assert await count(company, "event", "act like 'goal.blocker_%' and subject_kind = 'goal'") == 2
    assert await count(company, "event", "after::text like '%price list%'") == 0


@pytest.mark.parametrize(
    ("who", "kind"),
    [("Mona", NotPermitted), ("Cora", NotPermitted), ("Sam", NotFound), ("Eve", NotFound)],
)
async def test_only_the_owner_says_what_is_in_the_way(
    company: Company, who: str, kind: type[Exception]
) -> None:
    goal_id = await goal(company, "Rui")

    with pytest.raises(kind):
        await raise_blocker(company.actor(who), goal_id=goal_id, cause=Cause.TOOLS, what="Mine.")

    assert await count(company, "blocker") == await count(company, "notice") == 0
    assert await count(company, "event") == 0


@pytest.mark.parametrize(
    ("who", "kind"),
    [
        ("Rui", NotPermitted),  # the owner
        ("Cora", NotPermitted),  # sees every goal
        ("Audrey", NotPermitted),
        ("Sam", NotFound),
        ("Eve", NotFound),
        ("Hal", NotFound),
    ],
)
async def test_only_a_manager_above_resolves(
    company: Company, who: str, kind: type[Exception]
) -> None:
    blocker = await raised(company)

    with pytest.raises(kind):
        await resolve_blocker(company.actor(who), blocker_id=blocker, resolution="Done.")
    if who != "Rui":
        with pytest.raises(kind):
            await withdraw_blocker(company.actor(who), blocker_id=blocker)

    assert await count(company, "blocker", "state = 'open'") == 1
    assert await count(company, "event", "act <> 'notice.sent'") == 1


async def test_a_blocker_ends_once_and_says_how(company: Company) -> None:
    mona, blocker = company.actor("Mona"), await raised(company)
    with pytest.raises(Invalid):
        await resolve_blocker(mona, blocker_id=blocker, resolution=" ")
    await withdraw_blocker(company.actor("Rui"), blocker_id=blocker)

    with pytest.raises(BlockerEnded):
        await resolve_blocker(mona, blocker_id=blocker, resolution="Done.")
    with pytest.raises(BlockerEnded):
        await withdraw_blocker(company.actor("Rui"), blocker_id=blocker)

    assert await count(company, "blocker", "state = 'withdrawn' and resolution is null") == 1


async def test_what_is_refused_leaves_nothing(company: Company) -> None:
    rui, running = company.actor("Rui"), await goal(company, "Rui")
    with pytest.raises(WrongState):
        await raise_blocker(
            rui, goal_id=await drafted_goal(company), cause=Cause.TOOLS, what="Too early."
        )
    with pytest.raises(Invalid):
        await raise_blocker(rui, goal_id=running, cause=Cause.TOOLS, what="  ")
    chosen = new_id()
    await raise_blocker(rui, goal_id=running, cause=Cause.TOOLS, what="Once.", id=chosen)
    with pytest.raises(Conflict):
        await raise_blocker(rui, goal_id=running, cause=Cause.TOOLS, what="Twice.", id=chosen)

    assert await count(company, "blocker") == await count(company, "notice") == 1


async def test_what_is_personal_is_told_in_words_to_the_managers_above_alone(
    company: Company,
) -> None:
    blocker = await raised(company, cause=Cause.PERSONAL)
    await resolve_blocker(company.actor("Ada"), blocker_id=blocker, resolution="A month off.")

    for who, reads in (
        ("Rui", True),
        ("Mona", True),
        ("Ada", True),
        ("Cora", False),
        ("Fay", False),
    ):
        [shown] = (await ask(company.actor(who), BLOCKERS))["blockers"]["nodes"]
        assert shown["cause"] == "PERSONAL"
        assert (shown["what"], shown["resolution"]) == (
            ("No price list.", "A month off.") if reads else (None, None)
        ), who
    assert (await ask(company.actor("Sam"), BLOCKERS))["blockers"]["totalCount"] == 0


async def test_the_report_counts_by_cause_what_one_sees_and_no_private_goal(
    company: Company,
) -> None:
    open_days = {"Rui": (0, 1), "Sam": (2,), "Olga": (7,)}
    for owner, waited in open_days.items():
        goal_id = await goal(company, owner)
        for days in waited:
            await _blocker(company, owner, goal_id, resolved_after=days)
    running, hidden = await goal(company, "Rui"), await goal(company, "Rui", private=True)
    await _blocker(company, "Rui", running)
    await _blocker(company, "Rui", running, cause="policy")
    await _blocker(company, "Rui", hidden)

    tools = {"cause": "TOOLS", "open": 1, "resolved": 3, "withdrawn": 0}
    policy = {"cause": "POLICY", "open": 1, "resolved": 0, "withdrawn": 0}
    mona = (await ask(company.actor("Mona"), REPORT))["blockersByCause"]
    assert mona == [
        policy | {"meanDaysToResolve": None},
        tools | {"meanDaysToResolve": "1"},  # (0 + 1 + 2) / 3
    ]
    fay = (await ask(company.actor("Fay"), REPORT))["blockersByCause"]
    assert fay[1] == tools | {"resolved": 4, "meanDaysToResolve": "2.5"}  # (0 + 1 + 2 + 7) / 4
    assert (await ask(company.actor("Sam"), REPORT))["blockersByCause"] == [
        tools | {"open": 0, "resolved": 1, "meanDaysToResolve": "2"}
    ]
    assert (await ask(company.partner(), REPORT))["blockersByCause"] == []
    later = {"raisedOn": {"gt": TODAY.isoformat()}}
    assert (await ask(company.actor("Fay"), REPORT, filter=later))["blockersByCause"] == []


async def _blocker(
    company: Company,
    owner: str,
    goal_id: UUID,
    *,
    resolved_after: int | None = None,
    cause: str = "tools",
) -> None:
    row: dict[str, object] = {
        "id": new_id(),
        "goal_id": goal_id,
        "cause": cause,
        "what": "Something.",
        "raised_on": TODAY,
        "raised_by_id": company.ids[owner],
    }
    if resolved_after is not None:
        row |= {
            "state": "resolved",
            "resolved_on": TODAY + timedelta(days=resolved_after),
            "resolved_at": datetime.now(UTC),
            "resolved_by_id": company.ids["Mona"],
            "resolution": "Done.",
        }
    await insert(company, "blocker", [row])


@pytest.mark.parametrize(
    ("raised_on", "today", "expected"),
    [
        (date(2020, 5, 29), date(2020, 5, 29), date(2020, 5, 29)),
        (date(2020, 5, 29), date(2020, 6, 2), date(2020, 6, 2)),
        (date(2020, 5, 29), date(2020, 5, 1), date(2020, 5, 29)),  # the day was set back
    ],
)
def test_nothing_is_resolved_before_it_was_raised(
    raised_on: date, today: date, expected: date
) -> None:
    assert resolved_on(raised_on, today) == expected
