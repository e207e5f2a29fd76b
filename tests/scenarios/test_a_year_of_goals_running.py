"""The quarter that follows the plan, told over HTTP as each of its people: what is sold is seen above,
people move, what falls behind is corrected, targets are amended, and at the end the score is fixed.

Today is the day with which a chapter begins; what is refused leaves the company as it was, to the byte.
"""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from domain.milestones.reaching import note_reached
from domain.notices.nudges import nudge
from domain.plans.falling_behind import correct
from schema.typed_ids import encode
from tests.scenarios.telling import Story, a_story
from tests.schema.asking import territory

pytestmark = pytest.mark.xdist_group("a year of goals")

Q1 = {"startsOn": "2020-01-01", "endsOn": "2020-03-31"}
Q2 = {"startsOn": "2020-04-01", "endsOn": "2020-06-30"}


@pytest_asyncio.fixture(scope="module")
async def story(database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Story]:
    """The first quarter is agreed: Rui's own 65,000 and Sam's 40,000 under Mona's 130,000, Eve's
    50,000, and what Ada handed in for all of them."""
    async with a_story(tmp_path_factory.mktemp("home"), database) as story:
        await story.on("2019-12-20")
        goals = {
            "Rui": await story.agreed("Rui", "Mona", "Rui's quarter", "65000.00", **Q1),
            "Sam": await story.agreed("Sam", "Mona", "Sam's quarter", "40000.00", **Q1),
            "Mona": await story.agreed("Mona", "Ada", "Mona's", "130000.00", scope="TEAM", **Q1),
            "Eve": await story.agreed("Eve", "Ada", "Eve's", "50000.00", scope="TEAM", **Q1),
            "Ada": await story.draft("Ada", "All of us", "200000.00", scope="TEAM", **Q1),
        }
        story.goals |= goals
        yield story


async def actuals(story: Story, *names: str) -> dict[str, str]:
    """What goals have reached, each as its owner sees it."""
    return {name: await story.actual(name, story.goals[name]) for name in names}


async def told(story: Story, name: str, goal: str) -> list[tuple[str, int | None]]:
    """What the service told somebody about a goal, the earliest first: what, and how much."""
    shown = (await story.ask(name, "Notices", first=100))["notices"]["nodes"]
    about = [notice for notice in reversed(shown) if notice["goal"]["id"] == goal]
    return [(notice["kind"], notice["percent"] or notice["days"]) for notice in about]


async def test_a_sale_and_its_correction_are_seen_in_the_goal_and_in_those_above(
    story: Story,
) -> None:
    east = encode("territory", await territory(story.company, "East"))
    await story.on("2020-01-15")
    above = ("Rui", "Mona", "Ada")
    nothing = dict.fromkeys((*above, "Sam", "Eve"), "0.00")
    assert await actuals(story, *nothing) == nothing

    sale = await story.sell("Rui", "5000.25", "2020-01-14", externalId="till-1")
    again = await story.sell("Rui", "5000.25", "2020-01-14", externalId="till-1")
    assert again == sale
    assert await actuals(story, *nothing) == nothing | dict.fromkeys(above, "5000.25")
    assert await story.sell("Rui", "4000.00", "2020-01-14", externalId="till-1") == sale
    assert await actuals(story, *above) == dict.fromkeys(above, "4000.00")
    wrong = await story.sell("Rui", "70.00", "2020-01-14")
    await story.sell("Rui", "800.00", "2020-01-14", currency="EUR")
    await story.sell("Rui", "9.00", "2019-12-31")
    assert await actuals(story, *above) == dict.fromkeys(above, "4070.00")
    await story.does("till", "saleWithdraw", saleId=wrong, reason="Rung up twice.")
    assert await actuals(story, *nothing) == nothing | dict.fromkeys(above, "4000.00")

    for reader in ("Rui", "Mona", "Ada", "Cora", "Fay", "Audrey"):
        assert await story.actual(reader, story.goals["Rui"]) == "4000.00"
    for stranger in ("Sam", "Olga", "Eve", "Hal", "Adam", "till"):
        assert await story.see(stranger, story.goals["Rui"], "actual { amount }") is None

    sale_of = {
        "externalId": "till-2", "soldOn": "2020-01-15", "quantity": "1", "amount": "1.00",
        "currency": "USD", "personId": story.person("Rui"),
    }  # fmt: skip
    for nobody in ("Rui", "Mona", "Fay", "Hal", "Audrey", "Adam"):
        why = await story.refused(nobody, "salesPost", sales=[sale_of])
        assert why["kind"] == "NotPermittedError"
    await story.refused("till", "salesPost", sales=[sale_of | {"territoryId": east}])
    await story.refused("Rui", "saleWithdraw", saleId=sale, reason="Mine.")
    assert await actuals(story, *above) == dict.fromkeys(above, "4000.00")


async def test_what_waits_too_long_is_told_to_the_manager_and_then_above(story: Story) -> None:
    await story.on("2020-01-20")
    goal = await story.draft("Olga", "Olga's quarter", "9000.00", **Q1)
    await story.does("Olga", "goalSubmit", id=goal, expectedVersion=1)

    for day in ("2020-01-22", "2020-01-23", "2020-01-24", "2020-01-27", "2020-01-30"):
        await story.on(day)
        await story.goes(nudge)
        await story.goes(nudge)

    assert await told(story, "Eve", goal) == [("APPROVAL_WAITS", 3)]
    assert await told(story, "Ada", goal) == [("APPROVAL_OVERDUE", 7)]
    assert await told(story, "Olga", goal) == []
    (notice,) = (await story.ask("Eve", "Notices"))["notices"]["nodes"]
    await story.refused("Ada", "noticeRead", id=notice["id"])
    await story.does("Eve", "noticeRead", id=notice["id"])
    assert (await story.ask("Eve", "Notices"))["unread"]["totalCount"] == 0
    await story.does("Eve", "goalApprove", id=goal, seenVersion=2)
    story.goals["Olga"] = goal


async def test_a_reorganisation_in_mid_quarter_counts_everybody_where_they_stood_on_the_day(
    story: Story,
) -> None:
    await story.on("2020-02-12")
    waiting = await story.draft("Rui", "Rui's April", "20000.00", **Q2)
    await story.does("Rui", "goalSubmit", id=waiting, expectedVersion=1)
    moved = {"id": story.position("Rui")}
    for nobody in ("Mona", "Rui", "Fay"):
        await story.refused(
            nobody, "positionSetManager", **moved, managerPositionId=story.position("Eve"),
            since="2020-02-15",
        )  # fmt: skip
    for boss, since in (("Eve", "2020-02-15"), ("Mona", "2020-03-01")):
        await story.does(
            "Hal",
            "positionSetManager",
            **moved,
            managerPositionId=story.position(boss),
            since=since,
        )
    for amount, day in (
        ("1000.00", "2020-02-14"), ("200.00", "2020-02-15"),
        ("30.00", "2020-02-29"), ("4.00", "2020-03-01"),
    ):  # fmt: skip
        await story.sell("Rui", amount, day)
    await story.sell("Sam", "0.50", "2020-02-20")
    await story.sell("Olga", "7000.00", "2020-02-10")

    assert await actuals(story, "Rui", "Mona", "Eve", "Ada") == {
        "Rui": "5234.00", "Mona": "5004.50", "Eve": "7230.00", "Ada": "12234.50",
    }  # fmt: skip
    parts = "contributions(first: 9) { nodes { person { name } actual { amount } } }"
    of_eve = (await story.seen("Eve", story.goals["Eve"], parts))["contributions"]["nodes"]
    assert {each["person"]["name"]: each["actual"]["amount"] for each in of_eve} == {
        "Olga": "7000.00", "Rui": "230.00",
    }  # fmt: skip

    async def who_decides() -> dict[str, bool]:
        found = {}
        for boss in ("Mona", "Eve"):
            nodes = (await story.ask(boss, "ManagerApprovals"))["approvals"]["nodes"]
            found[boss] = waiting in {node["id"] for node in nodes}
        return found

    for day, boss, other in (
        ("2020-02-14", "Mona", "Eve"), ("2020-02-15", "Eve", "Mona"), ("2020-03-01", "Mona", "Eve"),
    ):  # fmt: skip
        await story.on(day)
        assert await who_decides() == {boss: True, other: False}
        why = await story.refused(other, "goalApprove", id=waiting, seenVersion=2)
        assert why["kind"] == "NotFoundError"
        assert await story.see(other, story.goals["Rui"], "id") is None
    await story.on("2020-02-29")
    await story.does("Eve", "goalReturn", id=waiting, seenVersion=2, note="Ask Mona tomorrow.")
    story.goals["Rui Q2"] = waiting


async def test_what_falls_behind_gets_a_plan_of_itself_once(story: Story) -> None:
    await story.on("2020-02-14")
    pace = """pace { status curve expectedToDate neededPerWorkingDay workingDaysGone workingDaysLeft
        expectedShare runRate projected }"""
    rui = await story.seen("Rui", story.goals["Rui"], pace)
    # 33 of 65 working days are over: 65,000 * 33 / 65; 59,766 are left for 32 days.
    assert rui["pace"] == {
        "status": "OFF_TRACK", "curve": "WORKING_DAYS", "expectedToDate": "33000.00",
        "neededPerWorkingDay": "1867.69", "workingDaysGone": 33, "workingDaysLeft": 32,
        "expectedShare": "0.5077", "runRate": "158.61", "projected": "10309.39",
    }  # fmt: skip

    await story.goes(correct)
    await story.goes(correct)
    await story.on("2020-02-17")
    await story.goes(correct)

    plans = """correctivePlans(first: 5) { nodes { id state pace threshold openedBy { name } outcome
        steps(first: 5) { nodes { id what doneAt } } viewerCan } }"""
    (plan,) = (await story.seen("Sam", story.goals["Sam"], plans))["correctivePlans"]["nodes"]
    assert (plan["state"], plan["openedBy"], plan["viewerCan"]) == ("OPEN", None, ["ADD_STEP"])
    assert await told(story, "Sam", story.goals["Sam"]) == [("PLAN_OPENED", None)]
    assert await told(story, "Mona", story.goals["Sam"]) == [("PLAN_OPENED", None)]
    # Behind or not is decided by the day, not by who is asked: on it Rui stood below Mona.
    assert await told(story, "Rui", story.goals["Rui"]) == [("PLAN_OPENED", None)]
    # There is no step in it.
    await story.refused("Mona", "correctivePlanAgree", id=plan["id"], expectedVersion=1)
    step = await story.does("Sam", "correctiveStepAdd", id=plan["id"], what="Visit every customer.")
    for nobody in ("Sam", "Rui", "Eve", "Cora", "Fay"):
        await story.refused(nobody, "correctivePlanAgree", id=plan["id"], expectedVersion=1)
    await story.refused("Mona", "correctivePlanAgree", id=plan["id"], expectedVersion=1)
    await story.does("Mona", "correctivePlanAgree", id=plan["id"], expectedVersion=2)
    await story.does("Sam", "correctiveStepTick", id=step["id"])
    await story.refused("Mona", "correctivePlanClose", id=plan["id"], outcome="")
    await story.does("Mona", "correctivePlanClose", id=plan["id"], outcome="Back on the road.")
    (closed,) = (await story.seen("Sam", story.goals["Sam"], plans))["correctivePlans"]["nodes"]
    assert (closed["state"], closed["outcome"]) == ("CLOSED", "Back on the road.")
    assert closed["steps"]["nodes"][0]["doneAt"] is not None
    assert (await told(story, "Sam", story.goals["Sam"]))[-1] == ("PLAN_CLOSED", None)


async def test_what_is_in_the_way_is_said_resolved_and_counted_by_cause(story: Story) -> None:
    await story.on("2020-02-18")
    tools = {"cause": "TOOLS", "what": "The demo car is in repair."}

    for nobody in ("Mona", "Rui", "Hal"):
        await story.refused(nobody, "blockerRaise", id=story.goals["Sam"], **tools)
    blocker = await story.does("Sam", "blockerRaise", id=story.goals["Sam"], **tools)
    await story.does(
        "Olga", "blockerRaise", id=story.goals["Olga"], cause="POLICY", what="Discounts."
    )
    for nobody in ("Sam", "Rui", "Eve"):
        await story.refused(nobody, "blockerResolve", id=blocker["id"], resolution="Mine.")
    await story.on("2020-02-21")
    await story.does("Mona", "blockerResolve", id=blocker["id"], resolution="Rented one.")
    await story.refused("Mona", "blockerResolve", id=blocker["id"], resolution="Again.")

    report = "{ blockersByCause { cause open resolved withdrawn meanDaysToResolve } }"
    both = [
        {"cause": "POLICY", "open": 1, "resolved": 0, "withdrawn": 0, "meanDaysToResolve": None},
        {"cause": "TOOLS", "open": 0, "resolved": 1, "withdrawn": 0, "meanDaysToResolve": "3"},
    ]

    async def seen(name: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = (await story.ask(name, report))["blockersByCause"]
        return [row for row in rows if row["open"] or row["resolved"]]

    assert await seen("Ada") == await seen("Fay") == both
    assert (await seen("Mona"), await seen("Sam")) == (both[1:], both[1:])
    assert (await seen("Eve"), await seen("Rui"), await seen("till")) == (both[:1], [], [])
    assert await told(story, "Mona", story.goals["Sam"]) == [
        ("PLAN_OPENED", None), ("BLOCKER_RAISED", None)
    ]  # fmt: skip
    assert (await told(story, "Sam", story.goals["Sam"]))[-1] == ("BLOCKER_RESOLVED", None)


async def test_a_milestone_is_told_once_whatever_is_restated(story: Story) -> None:
    await story.on("2020-03-02")
    await story.goes(note_reached)
    rui, seen_by = story.goals["Rui"], ("Rui", "Mona")

    async def milestones(name: str) -> list[int | None]:
        notices = await told(story, name, rui)
        return [percent for kind, percent in notices if kind == "MILESTONE_REACHED"]

    async def restated(amount: str) -> None:
        await story.sell("Rui", amount, "2020-03-02", externalId="big")
        await story.goes(note_reached)

    await restated("27265.99")  # one cent short of the half
    assert [await milestones(name) for name in seen_by] == [[], []]
    await restated("27266.00")
    await restated("1.00")
    await restated("27266.00")
    assert [await milestones(name) for name in seen_by] == [[50], [50]]
    await restated("80000.00")
    await restated("2.00")
    await restated("59766.00")
    for name in seen_by:
        assert await milestones(name) == [50, 90, 100]
    reached = await story.seen("Rui", rui, "attainment milestones { percent reachedOn }")
    assert reached["attainment"] == "1"
    assert reached["milestones"] == [
        {"percent": percent, "reachedOn": "2020-03-02"} for percent in (50, 90, 100)
    ]
    assert await told(story, "Eve", rui) == await told(story, "Fay", rui) == []


async def test_a_target_is_amended_from_a_day_on_and_the_old_one_stays_readable(
    story: Story,
) -> None:
    await story.on("2020-03-03")
    sam = story.goals["Sam"]
    asked = {
        "id": sam, "seenVersion": 3, "effectiveFrom": "2020-03-01", "target": "60000.00",
        "policy": "PRORATE", "reason": "Two customers of Olga's.",
    }  # fmt: skip

    for nobody in ("Sam", "Rui", "Eve", "Fay", "Hal"):
        await story.refused(nobody, "goalAmend", **asked)
    await story.refused("Mona", "goalAmend", **{**asked, "seenVersion": 2})
    await story.refused("Mona", "goalAmend", **{**asked, "reason": " "})
    await story.refused("Mona", "goalAmend", **{**asked, "effectiveFrom": "2020-04-01"})
    amendment = await story.does("Mona", "goalAmend", **asked)
    await story.refused("Mona", "goalAmend", **asked)  # one waits already
    for nobody in ("Mona", "Sam", "Eve", "Cora"):
        await story.refused(
            nobody, "goalAmendmentApprove", amendmentId=amendment["id"], seenVersion=3
        )
    assert (await story.seen("Sam", sam, "target { amount }"))["target"]["amount"] == "40000.00"
    await story.does("Ada", "goalAmendmentApprove", amendmentId=amendment["id"], seenVersion=3)

    # 40,000 * 60/91 + 60,000 * 31/91 = 46,813.1868...
    figures = """target { amount } acceptance amendments(first: 5) { nodes { policy reason
        targetBefore { amount } targetAfter { amount } requestedBy { name } decidedBy { name } } }"""
    seen = await story.seen("Sam", sam, figures)
    assert (seen["target"]["amount"], seen["acceptance"]) == ("46813.19", None)
    assert seen["amendments"]["nodes"] == [{
        "policy": "PRORATE", "reason": "Two customers of Olga's.",
        "targetBefore": {"amount": "40000.00"}, "targetAfter": {"amount": "46813.19"},
        "requestedBy": {"name": "Mona"}, "decidedBy": {"name": "Ada"},
    }]  # fmt: skip
    then = """query($day: Date, $goal: ID!) { goalsAsOf(asOf: $day, filter: {goal: {eq: $goal}}) {
        nodes { target { amount } since } } }"""
    for reader in ("Sam", "Mona", "Ada", "Fay", "Audrey"):
        for day, target, since in (
            ("2020-02-29", "40000.00", "2020-01-01"), ("2020-03-01", "46813.19", "2020-03-01"),
        ):  # fmt: skip
            (row,) = (await story.ask(reader, then, day=day, goal=sam))["goalsAsOf"]["nodes"]
            assert row == {"target": {"amount": target}, "since": since}
    for stranger in ("Rui", "Eve", "Hal", "Adam", "till"):
        found = await story.ask(stranger, then, day="2020-02-29", goal=sam)
        assert found["goalsAsOf"]["nodes"] == []


async def test_after_the_lock_date_only_amendments_change_what_was_agreed(story: Story) -> None:
    await story.on("2020-03-19")
    rui = story.goals["Rui Q2"]
    sam = await story.agreed("Sam", "Mona", "Sam's second", "45000.00", **Q2)
    await story.does("Rui", "goalSubmit", id=rui, expectedVersion=3)
    lock = {**Q2, "locksOn": "2020-03-20", "reason": "Plans go out."}
    for nobody in ("Mona", "Ada", "Fay", "Hal"):
        await story.refused(nobody, "goalLockSet", **lock)
    locked = await story.does("Cora", "goalLockSet", **lock)
    late = await story.draft("Sam", "One more", "100.00", **Q2)  # still the day before

    await story.on("2020-03-20")
    draft = {"ownerId": story.person("Sam"), "name": "Too late", "startsOn": "2020-05-01"}
    reasons = [
        await story.refused("Sam", "goalDraft", **draft),
        await story.refused("Sam", "goalUpdate", id=late, expectedVersion=1, target="99.00"),
        await story.refused("Sam", "goalSubmit", id=late, expectedVersion=1),
        await story.refused("Mona", "goalApprove", id=rui, seenVersion=4),
        await story.refused("Mona", "goalReturn", id=rui, seenVersion=4, note="Less."),
        await story.refused("Rui", "goalPropose", id=rui, expectedVersion=4, amount="1.00"),
    ]
    assert {why["kind"] for why in reasons} == {"ConflictError"}
    assert all("locked since 2020-03-20" in why["message"] for why in reasons)
    assert (await story.seen("Sam", sam, "locked"))["locked"] is True
    amendment = await story.does(
        "Cora", "goalAmend", id=sam, seenVersion=3, effectiveFrom="2020-04-01", target="44000.00",
        policy="REPLACE", reason="A customer left.",
    )  # fmt: skip
    await story.does("Mona", "goalAmendmentApprove", amendmentId=amendment["id"], seenVersion=3)
    assert (await story.seen("Sam", sam, "target { amount }"))["target"]["amount"] == "44000.00"
    await story.refused("Mona", "goalLockLift", id=locked["id"], reason="Please.")
    await story.does("Cora", "goalLockLift", id=locked["id"], reason="Rui was forgotten.")
    await story.does("Mona", "goalApprove", id=rui, seenVersion=4)


async def test_the_organisations_clock_decides_the_day_wherever_the_seller_is(
    story: Story,
) -> None:
    await story.on("2020-04-01")
    before = await actuals(story, "Rui", "Mona")
    sales = {
        "late": "2020-04-01T06:59:59Z",  # in Los Angeles it is still 31 March
        "next": "2020-04-01T07:00:00Z",  # and now it is April
    }

    for name, at in sales.items():
        await story.sell("Rui", "10.00", None, externalId=name, soldAt=at)

    found = await story.ask(
        "Rui", "{ sales(first: 9, orderBy: {field: SOLD_ON, direction: DESC})"
        " { nodes { externalId soldOn soldAt } } }",
    )  # fmt: skip
    by_id = {each["externalId"]: each for each in found["sales"]["nodes"]}
    assert (by_id["late"]["soldOn"], by_id["next"]["soldOn"]) == ("2020-03-31", "2020-04-01")
    assert {name: by_id[name]["soldAt"] for name in sales} == sales
    assert before == {"Rui": "65000.00", "Mona": "64770.50"}
    assert await actuals(story, "Rui", "Mona") == {"Rui": "65010.00", "Mona": "64780.50"}
    assert await story.actual("Rui", story.goals["Rui Q2"]) == "10.00"


async def test_closing_fixes_the_score_and_what_comes_later_stands_beside_it(story: Story) -> None:
    rui = story.goals["Rui"]
    await story.on("2020-03-31")
    early = await story.refused("Mona", "goalClose", id=rui, seenVersion=3)
    await story.on("2020-04-01")
    for nobody in ("Rui", "Sam", "Eve", "Cora", "Fay", "Hal"):
        await story.refused(nobody, "goalClose", id=rui, seenVersion=3)
    await story.refused("Mona", "goalClose", id=rui, seenVersion=2)
    closed = await story.does("Mona", "goalClose", id=rui, seenVersion=3, note="Well done.")

    assert early["kind"] == "ConflictError" or early["kind"] == "InvalidError"
    assert closed["status"] == "CLOSED"
    assert not {"CHECK_IN", "AMEND", "CLOSE", "OPEN_PLAN", "OVERRIDE"} & set(closed["viewerCan"])
    await story.sell("Rui", "0.05", "2020-03-30")
    await story.sell("Rui", "9000.00", "2020-03-30")
    score = """score actual { amount } attainment status closing { score actual { amount } note
        person { name } }"""
    assert await story.seen("Rui", rui, score) == {
        "score": "1.0002", "actual": {"amount": "74010.05"}, "attainment": "1.1386",
        "status": "CLOSED",
        "closing": {"score": "1.0002", "actual": {"amount": "65010.00"}, "note": "Well done.",
                    "person": {"name": "Mona"}},
    }  # fmt: skip
    for act, more in (
        ("goalCheckIn", {"confidence": "ON_TRACK"}), ("goalAccept", {"expectedVersion": 4}),
        ("blockerRaise", {"cause": "TOOLS", "what": "Nothing."}),
    ):  # fmt: skip
        why = await story.refused("Rui", act, id=rui, **more)
        assert why["kind"] == "GoalStateError"
    await story.refused("Mona", "goalReopen", id=rui, seenVersion=4, reason="Late sales.")
    await story.does("Cora", "goalReopen", id=rui, seenVersion=4, reason="Late sales count.")
    again = await story.does("Mona", "goalClose", id=rui, seenVersion=5)
    assert (again["status"], (await story.seen("Rui", rui, "score"))["score"]) == (
        "CLOSED",
        "1.1386",
    )


async def test_the_history_tells_the_auditor_who_did_what_and_nobody_else(story: Story) -> None:
    asked = "{ history(first: 100) { nodes { number act person { name } } } }"
    events = (await story.ask("Audrey", asked))["history"]["nodes"]

    acts = {event["act"] for event in events}
    assert {"goal.closed", "goal.reopened", "goal_lock.set", "sale.posted", "goal.amended"} <= acts
    numbers = [event["number"] for event in events]
    assert numbers == list(range(numbers[0], numbers[0] - len(numbers), -1))
    for other in ("Rui", "Mona", "Ada", "Cora", "Fay", "Hal", "Adam", "till"):
        assert (await story.ask(other, asked))["history"]["nodes"] == []
