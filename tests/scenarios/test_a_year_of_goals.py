"""A year of a sales team, told over HTTP as each of its people.

Ada plans the year and shares it out; Mona, Eve, Rui, Sam and Olga say what they would set themselves;
goals are handed in, agreed, returned, accepted. Then it runs: the till posts sales, people move, targets
are amended, milestones are reached, plans are made, and at the end the score is fixed. Each chapter
begins with the day on which it plays; what is refused leaves the company as it was, to the byte.
"""

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest
import pytest_asyncio

from tests.scenarios.telling import Story, a_story

pytestmark = pytest.mark.xdist_group("a year of goals")

YEAR = {"startsOn": "2020-01-01", "endsOn": "2020-12-31"}
Q1 = {"startsOn": "2020-01-01", "endsOn": "2020-03-31"}
LINES = """query($id: ID!) { node(id: $id) { ... on Goal { cascades(first: 1) { nodes {
  plan { amount } allocated { amount } unallocated { amount }
  lines(first: 50) { nodes { depth person { name } above { person { name } } plan { amount }
    street { amount } before { amount } change { amount } goal { id version } } } } } } } }"""


@pytest_asyncio.fixture(scope="module")
async def story(database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Story]:
    async with a_story(tmp_path_factory.mktemp("home"), database) as story:
        await story.on("2019-12-02")
        yield story


async def lines(story: Story, who: str, goal: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The latest cascade of a goal, and its lines by whom they are for."""
    node = (await story.ask(who, LINES, id=goal))["node"]
    (cascade,) = node["cascades"]["nodes"]
    return cascade, {line["person"]["name"]: line for line in cascade["lines"]["nodes"]}


def of(lines: dict[str, Any], figure: str) -> dict[str, str]:
    return {name: line[figure]["amount"] for name, line in lines.items() if line[figure]}


async def test_an_awkward_amount_over_awkward_weights_is_shared_out_to_the_last_cent(
    story: Story,
) -> None:
    year = await story.draft("Ada", "Revenue 2020", "1000000.01", scope="TEAM", **YEAR)
    early = await story.refused("Ada", "cascadePropose", id=year, method="EQUAL")
    assert (early["kind"], early["status"]) == ("GoalStateError", "DRAFT")
    await story.does("Ada", "goalSubmit", id=year, expectedVersion=1)
    weights = {"Mona": "3.7", "Eve": "1.1", "Rui": "0.3333", "Sam": "1.9", "Olga": "0.01"}
    asked = {
        "method": "WEIGHTS", "levels": 2, "uplifts": ["0.0333", "0.0125"],
        "weights": [{"personId": story.person(name), "weight": weight}
                    for name, weight in weights.items()],
    }  # fmt: skip

    await story.refused("Mona", "cascadePropose", id=year, **asked)
    cascade = await story.does("Ada", "cascadePropose", id=year, **asked)

    seen, shares = await lines(story, "Ada", year)
    plan = {name: Decimal(amount) for name, amount in of(shares, "plan").items()}
    street = {name: Decimal(amount) for name, amount in of(shares, "street").items()}
    assert plan["Mona"] + plan["Eve"] == Decimal("1000000.01")
    assert plan["Rui"] + plan["Sam"] == plan["Mona"]
    assert plan["Olga"] == plan["Eve"]
    # 1,000,000.01 * 3.7 / 4.8 = 770,833.3410 and * 1.1 / 4.8 = 229,166.6690
    assert (plan["Mona"], plan["Eve"]) == (Decimal("770833.34"), Decimal("229166.67"))
    # 770,833.34 * 0.3333 / 2.2333 = 115,039.9625... and * 1.9 / 2.2333 = 655,793.3774...
    assert (plan["Rui"], plan["Sam"]) == (Decimal("115039.96"), Decimal("655793.38"))
    assert street["Mona"] == Decimal("796502.09")  # 770,833.34 * 1.0333 = 796,502.0902...
    assert street["Rui"] == Decimal("116477.96")  # 115,039.96 * 1.0125 = 116,477.9595
    assert seen["unallocated"]["amount"] == "0.00"
    assert (await story.see("Rui", year, "id")) is None

    await story.does("Ada", "cascadeApply", cascadeId=cascade["id"])

    again = await story.refused("Ada", "cascadeApply", cascadeId=cascade["id"])
    assert "applied already" in again["message"]
    tree = (await story.ask("Ada", "GoalTree", id=year))["node"]
    assert tree["childrenTarget"]["amount"] == str(street["Mona"] + street["Eve"])
    below = {node["owner"]["name"]: node for node in tree["descendants"]["nodes"]}
    assert {name: node["target"]["amount"] for name, node in below.items()} == {
        name: str(amount) for name, amount in street.items()
    }
    assert {name: node["planTarget"]["amount"] for name, node in below.items()} == {
        name: str(amount) for name, amount in plan.items()
    }
    assert (await story.seen("Rui", below["Rui"]["id"], "upliftedBy { name } uplift")) == {
        "upliftedBy": {"name": "Ada"}, "uplift": "0.0125",
    }  # fmt: skip

    story.goals |= {"year": year} | {name: node["id"] for name, node in below.items()}


async def test_yen_are_shared_out_whole(
    database: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = tmp_path_factory.mktemp("yen")
    async with a_story(home, database, currency="JPY", name="Umi") as umi:
        await umi.on("2019-12-02")
        year = await umi.draft("Ada", "Sales 2020", "1000001", scope="TEAM", **YEAR)
        await umi.does("Ada", "goalSubmit", id=year, expectedVersion=1)

        await umi.does(
            "Ada", "cascadePropose", id=year, method="EQUAL", levels=2, uplifts=["0", "0.055"]
        )

        _, shares = await lines(umi, "Ada", year)
        plan, street = of(shares, "plan"), of(shares, "street")
        assert int(plan["Mona"]) + int(plan["Eve"]) == 1_000_001
        assert int(plan["Rui"]) + int(plan["Sam"]) == int(plan["Mona"])
        assert int(street["Rui"]) == round(int(plan["Rui"]) * 1055 / 1000)


async def test_what_is_proposed_from_below_stands_beside_what_comes_from_above(
    story: Story,
) -> None:
    await story.on("2019-12-05")
    goals = story.goals
    both = """target { amount } bottomUp { amount } bottomUpGap { amount } bottomUpGapShare
        proposalsMissing unallocated { amount }"""
    proposed = {"Rui": "100000.00", "Sam": "660000.00", "Olga": "250000.01"}

    await story.does("Rui", "goalPropose", id=goals["Rui"], expectedVersion=1, amount="99.99")
    await story.does(
        "Rui", "goalPropose", id=goals["Rui"], expectedVersion=2, amount=proposed["Rui"],
        note="Two customers leave in spring.",
    )  # fmt: skip
    early = await story.seen("Mona", goals["Mona"], both)
    for name in ("Sam", "Olga"):
        await story.does(
            name, "goalPropose", id=goals[name], expectedVersion=1, amount=proposed[name]
        )
    stale = await story.refused(
        "Rui", "goalPropose", id=goals["Rui"], expectedVersion=2, amount="1.00"
    )
    for stranger in ("Mona", "Sam", "Cora", "Hal"):
        await story.refused(
            stranger, "goalPropose", id=goals["Rui"], expectedVersion=3, amount="1.00"
        )

    assert (early["bottomUp"]["amount"], early["proposalsMissing"]) == ("100000.00", 1)
    assert stale["changes"] == [{"field": "proposed", "before": "99.99", "after": "100000"}]
    mona = await story.seen("Mona", goals["Mona"], both)
    assert mona["bottomUp"]["amount"] == "760000.00"
    assert mona["bottomUpGap"]["amount"] == "36502.09"  # 796,502.09 - 760,000.00
    assert mona["bottomUpGapShare"] == "0.0458"  # 36,502.09 / 796,502.09 = 0.045828...
    eve = await story.seen("Ada", goals["Eve"], both)
    assert eve["bottomUpGap"]["amount"] == "-13202.09"  # 236,797.92 - 250,000.01
    assert eve["bottomUpGapShare"] == "-0.0558"  # -13,202.09 / 236,797.92 = -0.055752...
    ada = await story.seen("Ada", goals["year"], both)
    assert ada["bottomUp"]["amount"] == "1010000.01"
    assert ada["bottomUpGap"]["amount"] == "-10000.00"  # more is proposed than asked
    assert ada["bottomUpGapShare"] == "-0.01"
    said = "proposals(first: 5) { nodes { amount { amount } note person { name } } }"
    assert (await story.seen("Mona", goals["Rui"], said))["proposals"]["nodes"] == [
        {"amount": {"amount": "100000.00"}, "note": "Two customers leave in spring.",
         "person": {"name": "Rui"}},
        {"amount": {"amount": "99.99"}, "note": "", "person": {"name": "Rui"}},
    ]  # fmt: skip


async def test_a_goal_is_not_handed_in_before_it_is_whole(story: Story) -> None:
    await story.on("2019-12-09")
    goal = await story.draft(
        "Rui", "More visits", None, startsOn="2020-01-01", measure=None, noParentReason=None
    )

    why = await story.refused("Rui", "goalSubmit", id=goal, expectedVersion=1)

    assert (why["kind"], why["missing"]) == (
        "GoalIncompleteError", ["MEASURE", "TARGET", "DUE_DATE", "PARENT"]
    )  # fmt: skip
    assert why["sentences"] == [
        "Say what counts: the measure is missing.",
        "Say how much: the target is missing.",
        "Say by when: the last day is missing.",
        "Say what it serves: name the goal above it, or give the reason for none.",
    ]
    assert (await story.seen("Rui", goal, "missing"))["missing"] == why["missing"]
    await story.does(
        "Rui", "goalUpdate", id=goal, expectedVersion=1, measure="units", target="12",
        endsOn="2020-03-31", noParentReason="Mona asked for it.",
    )  # fmt: skip
    handed_in = await story.does("Rui", "goalSubmit", id=goal, expectedVersion=2)
    assert handed_in["status"] == "SUBMITTED"


async def test_an_approval_upon_what_is_no_longer_so_is_told_what_changed(story: Story) -> None:
    await story.on("2019-12-10")
    goal = await story.draft("Rui", "Rui's first quarter", "65000.00", **Q1)
    await story.does("Rui", "goalSubmit", id=goal, expectedVersion=1)
    (shown,) = [
        each for each in (await story.ask("Mona", "ManagerApprovals"))["approvals"]["nodes"]
        if each["id"] == goal
    ]  # fmt: skip
    assert {"APPROVE", "RETURN"} <= set(shown["viewerCan"])
    await story.does("Rui", "goalPropose", id=goal, expectedVersion=2, amount="61000.50")

    for act, more in (("goalApprove", {}), ("goalReturn", {"note": "No."})):
        stale = await story.refused("Mona", act, id=goal, seenVersion=shown["version"], **more)

        assert (stale["kind"], stale["seenVersion"], stale["currentVersion"]) == (
            "GoalVersionConflictError", 2, 3
        )  # fmt: skip
        assert stale["changes"] == [{"field": "proposed", "before": None, "after": "61000.5"}]
    for nobody in ("Rui", "Sam", "Eve", "Olga", "Cora", "Fay", "Hal", "Adam", "Audrey"):
        await story.refused(nobody, "goalApprove", id=goal, seenVersion=3)

    answers = await asyncio.gather(
        story.send("Mona", "goalApprove", id=goal, seenVersion=3),
        story.send("Ada", "goalApprove", id=goal, seenVersion=3),
    )

    second = [answer["errors"][0] for answer in answers if answer["errors"]]
    assert [(each["__typename"], each["status"]) for each in second] == [
        ("GoalStateError", "APPROVED")
    ]
    decided = "decisions(first: 20) { nodes { act person { name } } }"
    acts = [each["act"] for each in (await story.seen("Rui", goal, decided))["decisions"]["nodes"]]
    assert sorted(acts) == ["APPROVED", "DRAFTED", "PROPOSED", "SUBMITTED"]
    story.goals["Rui Q1"] = goal


async def test_a_delegation_that_ends_between_screen_and_tap_decides_nothing(story: Story) -> None:
    await story.on("2019-12-16")
    goal = await story.draft("Sam", "Sam's first quarter", "40000.00", **Q1)
    await story.does("Sam", "goalSubmit", id=goal, expectedVersion=1)
    secret = await story.draft("Sam", "Learn to speak in public", "5", private=True, **Q1)
    await story.does("Sam", "goalSubmit", id=secret, expectedVersion=1)
    days = {"toId": story.person("Hal"), "startsOn": "2019-12-16", "endsOn": "2019-12-17"}
    assert (await story.ask("Olga", "ManagerApprovals"))["approvals"]["totalCount"] == 0

    first = await story.does("Mona", "approvalsDelegate", **{**days, "toId": story.person("Olga")})
    waiting = (await story.ask("Olga", "ManagerApprovals"))["approvals"]["nodes"]
    assert {node["name"] for node in waiting} == {"Sam's first quarter", "More visits"}
    assert await story.see("Olga", secret, "id") is None
    await story.does("Mona", "delegationEnd", id=first["id"])
    ended = await story.refused("Olga", "goalApprove", id=goal, seenVersion=2)
    assert ended["kind"] == "NotFoundError"

    await story.does("Mona", "approvalsDelegate", **days)
    seen = (await story.ask("Hal", "ManagerApprovals"))["approvals"]["nodes"]
    assert goal in {node["id"] for node in seen}
    await story.on("2019-12-18")
    late = await story.refused("Hal", "goalApprove", id=goal, seenVersion=2)
    assert late["kind"] == "NotFoundError"

    await story.does(
        "Mona", "approvalsDelegate", **{**days, "startsOn": "2019-12-18", "endsOn": "2019-12-18"}
    )
    await story.refused("Hal", "goalApprove", id=secret, seenVersion=2)
    await story.does("Hal", "goalApprove", id=goal, seenVersion=2, note="Mona is away.")
    latest = "latestDecision { act note person { name } onBehalfOf { name } }"
    assert (await story.seen("Sam", goal, latest))["latestDecision"] == {
        "act": "APPROVED", "note": "Mona is away.", "person": {"name": "Hal"},
        "onBehalfOf": {"name": "Mona"},
    }  # fmt: skip
    assert await story.see("Hal", goal, "id") is None  # nothing waits there any longer
    await story.does("Mona", "goalApprove", id=secret, seenVersion=2)
    story.goals |= {"Sam Q1": goal, "secret": secret}


async def test_what_is_returned_says_why_and_every_revision_stays_readable(story: Story) -> None:
    await story.on("2019-12-19")
    goal = await story.draft("Olga", "Olga's first quarter", "30000.00", **Q1)
    await story.does("Olga", "goalSubmit", id=goal, expectedVersion=1, note="As last year.")

    silent = await story.refused("Eve", "goalReturn", id=goal, seenVersion=2, note="  ")
    assert (silent["kind"], silent["path"]) == ("InvalidError", ["note"])
    await story.does("Eve", "goalReturn", id=goal, seenVersion=2, note="A third more is in reach.")
    await story.does("Olga", "goalUpdate", id=goal, expectedVersion=3, target="39999.99")
    await story.does("Olga", "goalSubmit", id=goal, expectedVersion=4)

    past = """revision revisions(first: 5) { nodes { number target { amount } note person { name } } }
        decisions(first: 9) { nodes { act note } }"""
    for reader in ("Olga", "Eve", "Ada", "Fay"):
        seen = await story.seen(reader, goal, past)
        assert seen["revision"] == 2
        assert sorted(seen["revisions"]["nodes"], key=lambda each: int(each["number"])) == [
            {"number": 1, "target": {"amount": "30000.00"}, "note": "As last year.",
             "person": {"name": "Olga"}},
            {"number": 2, "target": {"amount": "39999.99"}, "note": None,
             "person": {"name": "Olga"}},
        ]  # fmt: skip
        assert {"act": "RETURNED", "note": "A third more is in reach."} in seen["decisions"][
            "nodes"
        ]
    for stranger in ("Mona", "Rui", "Sam", "Hal", "Adam", "till"):
        assert await story.see(stranger, goal, past) is None
    story.goals["Olga Q1"] = goal


async def test_many_are_approved_at_once_and_a_lost_answer_costs_nothing(story: Story) -> None:
    await story.on("2019-12-20")
    numbers = {}
    for name in ("Rui", "Sam"):
        numbers[name] = await story.draft(
            name, f"{name}'s customers", "3", measure="new_customers", **Q1
        )
    await story.does("Rui", "goalSubmit", id=numbers["Rui"], expectedVersion=1)
    items = [
        {"goalId": id, "seenVersion": 2}
        for id in (numbers["Rui"], numbers["Sam"], story.goals["Rui Q1"], story.goals["Olga Q1"])
    ]
    message = {"clientMutationId": "in-the-lift", "items": items, "note": "Agreed by phone."}

    async def answered() -> list[list[str]]:
        results = (await story.send("Mona", "goalsApprove", **message))["results"]
        return [[error["__typename"] for error in each["errors"]] for each in results]

    async def decided() -> int:
        seen = await story.seen(
            "Rui", numbers["Rui"], "version decisions(first: 9) { nodes { id } }"
        )
        return len(seen["decisions"]["nodes"])

    first = await answered()
    assert first == [[], ["GoalStateError"], ["GoalStateError"], ["NotFoundError"]]
    assert await decided() == 3
    assert (await answered(), await decided()) == (first, 3)
    await story.does("Sam", "goalSubmit", id=numbers["Sam"], expectedVersion=1)
    assert await answered() == [[], [], ["GoalStateError"], ["NotFoundError"]]
    assert await decided() == 3
    assert (await story.seen("Sam", numbers["Sam"], "status"))["status"] == "APPROVED"
    other = await story.send("Mona", "goalsApprove", **{**message, "items": items[:1]})
    assert [error["__typename"] for error in other["errors"]] == ["ConflictError"]
    story.goals |= {f"{name} customers": id for name, id in numbers.items()}


async def test_a_rep_takes_a_goal_on_or_asks_for_another_and_every_approver_sees_which(
    story: Story,
) -> None:
    await story.on("2019-12-23")
    rui, sam = story.goals["Rui Q1"], story.goals["Sam Q1"]

    for other in ("Mona", "Sam", "Cora"):
        await story.refused(other, "goalAccept", id=rui, expectedVersion=4)
    stale = await story.refused("Rui", "goalAccept", id=rui, expectedVersion=3)
    await story.does("Rui", "goalAccept", id=rui, expectedVersion=4)
    await story.refused("Sam", "goalRequestChange", id=sam, expectedVersion=3, note="")
    await story.does(
        "Sam", "goalRequestChange", id=sam, expectedVersion=3, note="Half of March I am away."
    )

    assert {change["field"] for change in stale["changes"]} == {"status"}
    said = "acceptance acceptanceDecision { note person { name } }"
    for approver in ("Mona", "Ada"):
        assert (await story.seen(approver, rui, said))["acceptance"] == "ACCEPTED"
        assert await story.seen(approver, sam, said) == {
            "acceptance": "CHANGE_REQUESTED",
            "acceptanceDecision": {"note": "Half of March I am away.", "person": {"name": "Sam"}},
        }
