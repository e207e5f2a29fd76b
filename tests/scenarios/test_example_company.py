"""The main job, told over HTTP against a server that was started with the README's command:
a rep updates a record from a phone, a manager approves a goal, a partner app reads performance."""

import asyncio
import json
import os
import re
import signal
import stat
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests import cluster
from tests.scenarios import comparing, recomputed_pay
from tests.scenarios.recomputed import Company
from tests.scenarios.server import ROOT, Caller, DemoServer
from tests.scenarios.trouble import asked, locked, stop_database, until

QUICK_PASSWORDS = {
    "ATTAIN_ARGON2_TIME_COST": "1", "ATTAIN_ARGON2_MEMORY_KIB": "8192", "ATTAIN_ARGON2_PARALLELISM": "1",
}  # fmt: skip
SALES = "query ($filter: SaleFilter) { salesTotal(filter: $filter) { amount lines orders } }"


@pytest.fixture(scope="module")
def server() -> Iterator[DemoServer]:
    home = cluster.make_home()
    demo = DemoServer(home)
    try:
        asyncio.run(cluster.make_hasty(home))
        # Who compares every figure would spend all they have.
        demo.start(ATTAIN_PERSON_POINTS="1000000", **QUICK_PASSWORDS)
        # Another takes its place, and goes on where this one was.
        os.kill(demo.payer(), signal.SIGKILL)
        demo.wait_for_pay()
        yield demo
    finally:
        if demo.process is not None and demo.process.poll() is None:
            demo.stop()
        cluster.forget_home(home)


@pytest.fixture(scope="module")
def linda(server: DemoServer) -> Caller:
    return server.sign_in("rep")


@pytest.fixture(scope="module")
def stephen(server: DemoServer) -> Caller:
    return server.sign_in("manager")


def one(caller: Caller, kind: str, name: str) -> str:
    """The id of the person or territory of this name."""
    found = caller.data(f"{{ {kind}(first: 100) {{ nodes {{ id name }} }} }}")[kind]["nodes"]
    [id_] = [node["id"] for node in found if node["name"] == name]
    return str(id_)


def test_the_readme_says_what_the_server_answers(server: DemoServer) -> None:
    text = (ROOT / "README.md").read_text()
    asked = re.findall(r"^ask (\w+) '(.*)'$", text, re.MULTILINE)
    told = [json.loads(block) for block in re.findall(r"```json\n(.*)\n```", text)]

    answers = []
    for role, body in asked:
        answer = server.sign_in(role).ask(json.loads(body)["query"])
        answers.append(json.loads(re.sub(r'"goal_[^"]*"', '"goal_…"', json.dumps(answer))))

    assert [role for role, _ in asked] == ["rep", "rep", "manager", "partner"]
    assert answers == told


def test_the_sign_ins_are_for_the_owner_only(server: DemoServer) -> None:
    mode = stat.S_IMODE((server.home / "sign-ins.json").stat().st_mode)

    assert mode == 0o600
    assert {person["role"] for person in server.sign_ins()["people"]} >= {
        "rep",
        "manager",
        "comp_admin",
    }


def test_the_figures_of_the_company_come_back_exactly(server: DemoServer) -> None:
    admin = server.sign_in("comp_admin")
    linda = one(admin, "people", "Linda Mitchell")
    southwest = one(admin, "territories", "Southwest")

    company = admin.data(SALES)["salesTotal"]
    of_linda = admin.data(SALES, filter={"person": {"eq": linda}})["salesTotal"]
    of_southwest = admin.data(SALES, filter={"within": [southwest]})["salesTotal"]

    assert company == [{"amount": "77548570.20", "lines": 57_851, "orders": 3_616}]
    assert of_linda[0]["amount"] == "10158634.52"
    assert of_southwest[0]["amount"] == "18001116.10"


def test_the_targets_come_back_exactly(server: DemoServer) -> None:
    admin = server.sign_in("comp_admin")
    query = """query ($after: String) { goals(first: 100, after: $after) {
        totalCount nodes { territory { id } target { amount } }
        pageInfo { hasNextPage endCursor } } }"""
    goals: list[dict[str, Any]] = []
    page = admin.data(query)["goals"]
    while True:
        goals += page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            break
        page = admin.data(query, after=page["pageInfo"]["endCursor"])["goals"]

    assert page["totalCount"] == len(goals)
    # Those of the company's files are in its territories; what is made up stands in none.
    of_files = [Decimal(goal["target"]["amount"]) for goal in goals if goal["territory"]]
    assert len(of_files) == 809
    assert sum(of_files) == Decimal("676210000.00")


def test_every_amount_of_pay_is_what_another_program_makes_of_the_files(
    server: DemoServer,
) -> None:
    finance = server.sign_in("finance")

    found = comparing.pay(finance)
    paid = recomputed_pay.everything(comparing.EXAMPLE, *comparing.agreed_targets(finance))

    assert len(found) == 499
    assert found.keys() == paid.keys()
    assert [what for what in found if found[what] != paid[what]] == []
    # Some 1.5 % of the 77,548,570.20 that were sold.
    assert sum(result["total"] for result in found.values()) == Decimal("1138801.23")


def test_a_rep_opens_their_pay_and_reckons_after_every_line(
    server: DemoServer, linda: Caller, stephen: Caller
) -> None:
    shown = {each["plan"]["name"]: each for each in linda.data("Pay", first=2)["pay"]["nodes"]}
    month, spring = shown["Representatives"], shown["Accessories in spring 2020"]

    assert (month["startsOn"], month["final"], month["version"]) == ("2020-05-01", False, 2)
    assert [(each["name"], each["amount"], each["reason"]) for each in month["components"]] == [
        ("Commission", "5063.72", None),
        ("Bonus of the quarter", "0", "It is paid when the quarter is over."),
    ]
    assert spring["total"]["amount"] == "126.00"
    lines = linda.data("PayDetail", id=month["id"], first=1000)["node"]["lines"]["nodes"]
    assert sum(Decimal(line["amount"]["amount"]) for line in lines) == Decimal("5063.72")
    shared = [line for line in lines if line["sale"]["orderNumber"] == "SO69471"]
    assert {line["credit"]["share"] for line in shared} == {"0.8"}
    for line in lines:
        start, end, rate, base = map(Decimal, re.findall(r"\d+(?:\.\d+)?", line["sentence"]))
        exact = (end - start) * rate / 100 * base
        assert Decimal(line["amount"]["amount"]) == exact.quantize(Decimal("0.01"), ROUND_HALF_UP)
    # It was more, before one of the orders proved to be sold by two.
    change = linda.data("PayChange", resultId=month["id"])["payChange"]
    assert change["before"]["total"]["amount"] == "5253.80"
    assert change["change"]["amount"] == "-190.08"
    assert sum(Decimal(part["amount"]["amount"]) for part in change["parts"]) == Decimal("-190.08")
    assert {part["sale"]["orderNumber"] for part in change["parts"] if part["sale"]} == {"SO69471"}
    assert [
        each["version"]
        for each in linda.data("PayVersions", id=month["id"])["node"]["versions"]["nodes"]
    ] == [2, 1]
    # Her manager sees it; whom it does not concern sees none of it.
    assert stephen.data("PayDetail", id=month["id"])["node"]["total"] == month["total"]
    everybodys = "{ pay(first: 100) { nodes { person { name } } } }"
    seen = {
        role: {each["person"]["name"] for each in caller.data(everybodys)["pay"]["nodes"]}
        for role in ("rep", "hr", "admin", "partner")
        for caller in [server.sign_in(role)]
    }
    assert seen == {"rep": {"Linda Mitchell"}, "hr": set(), "admin": set(), "partner": set()}


def test_every_figure_of_a_goal_is_what_another_program_makes_of_the_files(
    server: DemoServer,
) -> None:
    admin, company = server.sign_in("comp_admin"), Company(comparing.EXAMPLE)
    comparing.draft(admin)
    comparing.reorganise(server.sign_in("hr"), company)

    compared, wrong = comparing.differences(admin, company)

    assert wrong == []
    assert compared["revenue own"] > 850
    assert {kind for kind in compared if kind.endswith(" team")} == {
        f"{measure} team" for measure in comparing.MEASURES
    }
    assert {"margin own", "units organisation", "revenue contributors"} <= compared.keys()
    executive = server.sign_in("executive")
    for name, goals in (("Revenue, Q1 2021", 18), ("Revenue, fiscal year 2020", 74)):
        assert comparing.tree_differences(executive, name) == (goals, [])
    assert comparing.cascade_differences(admin, company) == (17, [])


def test_a_rep_sees_where_they_stand(linda: Caller) -> None:
    home = linda.data("RepHome")

    assert home["me"]["person"]["name"] == "Linda Mitchell"
    assert home["me"]["today"] == "2020-05-29"
    assert [goal["name"] for goal in home["goals"]["nodes"]] == [
        "Revenue, May 2020",
        "Revenue, fiscal year 2020",
        "Revenue, Q4 2020",
        "Negotiation course, 2020",
    ]
    goal = home["goals"]["nodes"][0]
    assert goal["period"] == {"startsOn": "2020-05-01", "endsOn": "2020-05-31"}
    assert goal["target"] == {"amount": "1000000.00", "currency": "USD"}
    assert goal["actual"] == {"amount": "525376.10", "currency": "USD"}
    assert goal["attainment"] == "0.5254"
    assert len(goal["checkIns"]["nodes"]) == 3


def test_a_rep_updates_a_record_from_a_phone_and_a_lost_reply_costs_nothing(
    linda: Caller,
) -> None:
    goal = linda.data("RepHome")["goals"]["nodes"][0]
    message = {
        "clientMutationId": "phone-1-0001",
        "id": goal["id"],
        "value": "530000.00",
        "confidence": "AT_RISK",
        "note": 'Said "yes" on the train — signed Monday. 🚲',
    }

    first = linda.data("CheckIn", input=message)["goalCheckIn"]
    again = linda.data("CheckIn", input=message)["goalCheckIn"]

    assert first == again
    assert first["errors"] == []
    assert first["checkIn"]["note"] == message["note"]
    goal = linda.data("RepHome")["goals"]["nodes"][0]
    assert [said["note"] for said in goal["checkIns"]["nodes"]].count(message["note"]) == 1

    changed = linda.data("CheckIn", input={**message, "value": "1.00"})["goalCheckIn"]
    assert changed["checkIn"] is None
    assert len(changed["errors"]) == 1


def test_a_manager_approves_a_goal_once_and_upon_what_they_saw(
    server: DemoServer, stephen: Caller
) -> None:
    waiting = stephen.data("ManagerApprovals")["approvals"]
    assert waiting["totalCount"] == 18
    assert "Stephen Jiang" not in [goal["owner"]["name"] for goal in waiting["nodes"]]
    goal = waiting["nodes"][0]
    message = {"id": goal["id"], "seenVersion": goal["version"]}

    stale = stephen.data(
        "ApproveGoal", input={**message, "clientMutationId": "stale", "seenVersion": 1}
    )["goalApprove"]
    approved = stephen.data("ApproveGoal", input={**message, "clientMutationId": "m-1"})
    twice = stephen.data("ApproveGoal", input={**message, "clientMutationId": "m-2"})

    assert stale["errors"][0]["__typename"] == "GoalVersionConflictError"
    assert approved["goalApprove"]["errors"] == []
    assert approved["goalApprove"]["goal"]["status"] == "APPROVED"
    assert approved["goalApprove"]["goal"]["latestDecision"]["person"]["name"] == "Stephen Jiang"
    assert twice["goalApprove"]["errors"][0]["__typename"] == "GoalStateError"
    assert stephen.data("ManagerApprovals")["approvals"]["totalCount"] == 17


def test_a_returned_goal_says_why_and_can_be_handed_in_again(
    linda: Caller, stephen: Caller
) -> None:
    mine = "{ goals(filter: {status: {in: [%s]}}) { nodes { id version viewerCan } } }"
    goal = linda.data(mine % "SUBMITTED")["goals"]["nodes"][0]

    returned = stephen.data(
        "ReturnGoal",
        input={
            "clientMutationId": "return-1",
            "id": goal["id"],
            "seenVersion": goal["version"],
            "note": "June has one more week of holidays.",
        },
    )["goalReturn"]
    [seen] = linda.data(mine % "RETURNED")["goals"]["nodes"]

    assert returned["goal"]["latestDecision"]["note"] == "June has one more week of holidays."
    assert seen["id"] == goal["id"]
    assert {"CHANGE", "SUBMIT", "PROPOSE"} < set(seen["viewerCan"])
    assert not {"APPROVE", "RETURN", "CASCADE"} & set(seen["viewerCan"])


def test_nobody_approves_their_own_goal_over_http(stephen: Caller) -> None:
    query = "{ goals(filter: {whose: MINE, status: {in: [SUBMITTED]}}) { nodes { id version } } }"
    [goal] = stephen.data(query)["goals"]["nodes"]

    refused = stephen.data(
        "ApproveGoal",
        input={"clientMutationId": "own", "id": goal["id"], "seenVersion": goal["version"]},
    )["goalApprove"]

    assert refused["goal"] is None or refused["goal"]["status"] == "SUBMITTED"
    assert refused["errors"][0]["__typename"] == "NotPermittedError"
    assert stephen.data(query)["goals"]["nodes"] == [goal]


def test_a_manager_sees_a_hundred_team_goals_in_one_request(stephen: Caller) -> None:
    goals = stephen.data("TeamPerformance")["goals"]["nodes"]

    assert len(goals) == 100
    assert all(goal["owner"]["name"] != "Stephen Jiang" for goal in goals)


def test_its_people_help_each_other_and_keep_to_themselves_what_is_private(
    server: DemoServer, stephen: Caller
) -> None:
    everything = """{ blockers(first: 10) { nodes { state } }
        goals(first: 40, filter: {current: true}) { totalCount nodes {
        owner { name } matrixScore actual { amount } contributions(first: 5) { nodes { actual { amount } } }
        contributors(first: 5) { nodes { person { name } } } kpis(first: 2) { nodes { level } }
        correctivePlans(first: 1) { nodes { state steps(first: 3) { nodes { doneAt } } } } } } }"""
    seen = stephen.data(everything)
    shared = next(goal for goal in seen["goals"]["nodes"] if goal["contributors"]["nodes"])
    behind = next(goal for goal in seen["goals"]["nodes"] if goal["correctivePlans"]["nodes"])

    assert [blocker["state"] for blocker in seen["blockers"]["nodes"]] == ["OPEN", "RESOLVED"]
    assert shared["owner"]["name"] == "Stephen Jiang"
    assert {each["person"]["name"] for each in shared["contributors"]["nodes"]} == {
        "Linda Mitchell", "Jillian Carson", "Tsvi Reiter",
    }  # fmt: skip
    assert shared["actual"]["amount"] == "1555991.66"
    assert [Decimal(each["actual"]["amount"]) for each in shared["contributions"]["nodes"]] == [
        Decimal("757711.06"), Decimal("425060.43"), Decimal("373220.17"),
    ]  # fmt: skip
    assert [line["level"] for line in shared["kpis"]["nodes"]] == ["THRESHOLD", "TARGET"]
    assert shared["matrixScore"] == "0.65"
    assert behind["owner"]["name"] == "Shu Ito"
    [plan] = behind["correctivePlans"]["nodes"]
    assert plan["state"] == "AGREED"
    assert [step["doneAt"] is None for step in plan["steps"]["nodes"]] == [True, True, False]

    current = "{ goals(first: 100, filter: {current: true}) { nodes { name private } } }"
    knows = {
        role: [
            goal["name"]
            for goal in server.sign_in(role).data(current)["goals"]["nodes"]
            if goal["private"]
        ]
        for role in ("rep", "hr", "executive", "comp_admin", "finance", "auditor", "partner")
    }
    of_linda = ["Negotiation course, 2020"]
    assert knows == {
        "rep": of_linda, "hr": of_linda, "executive": of_linda,
        "comp_admin": [], "finance": [], "auditor": [], "partner": [],
    }  # fmt: skip


WRITTEN = """{ notes(first: 60) { totalCount nodes { id body visibility acknowledged
  author { name } about { id name } replies(first: 1) { nodes { author { name } } }
  evidence(first: 2) { nodes { kind name value { amount } since asOf } } } } }"""
BY_ID = "query ($id: ID!) { node(id: $id) { id } }"
NAMED = "query ($name: String!) { accounts(filter: {name: {eq: $name}}) { nodes { id } } }"
MET = """{ oneToOnes(first: 60) { totalCount nodes { state leader { name } coachee { name }
  agenda(first: 8) { nodes { state onlyMine author { name } carriedFrom { state } } } } } }"""


def test_a_season_of_coaching_is_read_by_those_it_was_written_for(
    server: DemoServer, linda: Caller, stephen: Caller
) -> None:
    executive = server.sign_in("executive")
    of_linda, of_stephen, of_brian = (
        {note["id"]: note for note in caller.data(WRITTEN)["notes"]["nodes"]}
        for caller in (linda, stephen, executive)
    )
    private = {id for id, note in of_stephen.items() if note["visibility"] == "PRIVATE"}

    # Each reads what they wrote and what was written for them.
    assert {note["author"]["name"] for note in of_stephen.values()} == {"Stephen Jiang"}
    assert len(private) >= 5
    assert {(note["author"]["name"], note["visibility"]) for note in of_linda.values()} == {
        ("Stephen Jiang", "COACHEE"), ("Linda Mitchell", "PRIVATE"),
    }  # fmt: skip
    assert {note["about"]["name"] for note in of_linda.values()} == {"Linda Mitchell"}
    assert {note["visibility"] for note in of_brian.values()} == {"NAMED"}
    assert of_brian.keys() & of_stephen.keys()
    assert any(note["acknowledged"] for note in of_stephen.values())
    assert any(note["replies"]["nodes"] for note in of_stephen.values())
    # What is private nobody else is shown, in no list and by no id.
    others = ("admin", "executive", "hr", "auditor", "comp_admin", "finance", "partner", "rep")
    for role in others:
        caller = server.sign_in(role)
        for id in private:
            assert caller.data(BY_ID, id=id)["node"] is None, role
        if role not in ("executive", "rep"):
            assert caller.data(WRITTEN)["notes"] == {"totalCount": 0, "nodes": []}
            assert caller.data(MET)["oneToOnes"] == {"totalCount": 0, "nodes": []}


def test_notes_hold_the_figures_of_the_days_that_they_are_about(
    server: DemoServer, stephen: Caller
) -> None:
    admin = server.sign_in("comp_admin")
    compared = 0
    for note in stephen.data(WRITTEN)["notes"]["nodes"]:
        for fact in note["evidence"]["nodes"]:
            days = {"gte": fact["since"], "lte": fact["asOf"]}
            filter = {"person": {"eq": note["about"]["id"]}, "soldOn": days}
            if fact["kind"] == "ACCOUNT":
                [account] = admin.data(NAMED, name=fact["name"])["accounts"]["nodes"]
                filter |= {"account": {"eq": account["id"]}}
            [sold] = admin.data(SALES, filter=filter)["salesTotal"]

            assert sold["amount"] == fact["value"]["amount"], note["body"]
            assert f"{Decimal(sold['amount']):,.2f} USD" in note["body"]
            compared += 1
    assert compared > 25


def test_what_was_asked_for_is_done_or_overdue_and_the_programme_has_gaps(
    server: DemoServer, linda: Caller, stephen: Caller
) -> None:
    tasks = stephen.data("Tasks", first=50)["tasks"]
    of_linda = linda.data("Tasks")["tasks"]["nodes"]
    months = stephen.data("Programmes")["programmeReports"]["nodes"]
    reports = [month for month in months if month["manager"]["name"] == "Stephen Jiang"]

    assert tasks["totalCount"] == len(tasks["nodes"])
    assert {task["state"] for task in tasks["nodes"]} == {"DONE", "OPEN"}
    assert {task["isOverdue"] for task in tasks["nodes"] if task["state"] == "OPEN"} >= {True}
    known = {task["id"] for task in tasks["nodes"]}
    assert known >= {task["id"] for task in of_linda}
    assert server.sign_in("admin").data("Tasks")["tasks"]["totalCount"] == 0
    assert reports
    assert all(
        month["planned"] == month["done"] + month["due"] + month["overdue"] for month in reports
    )
    assert sum(month["done"] for month in reports) > 0
    assert sum(month["overdue"] for month in reports) > 0


def test_visits_were_assessed_by_two_and_got_better(
    server: DemoServer, linda: Caller, stephen: Caller
) -> None:
    asked = {"person": one(stephen, "people", "Linda Mitchell"), "since": "2020-02-01"}

    seen = {
        role: server.sign_in(role).data("Assessments", **asked)["assessments"]
        for role in ("rep", "manager", "admin")
    }

    assert [
        (each["assessor"]["name"], each["heldOn"], each["score"], each["isSelfAssessment"])
        for each in seen["rep"]["nodes"]
    ] == [
        ("Stephen Jiang", "2020-05-13", "0.9167", False),
        ("Stephen Jiang", "2020-03-25", "0.75", False),
        ("Linda Mitchell", "2020-02-19", "0.5", True),
        ("Stephen Jiang", "2020-02-19", "0.25", False),
    ]
    assert [each["id"] for each in seen["rep"]["nodes"]] == [
        each["id"] for each in seen["manager"]["nodes"]
    ]
    assert seen["admin"]["totalCount"] == 0


def test_people_thank_one_another_ask_for_feedback_and_are_heard(
    server: DemoServer, linda: Caller, stephen: Caller
) -> None:
    admin = server.sign_in("admin")
    walls = [
        [(each["giver"]["name"], each["isPublic"]) for each in seen["nodes"]]
        for caller in (linda, admin)
        for seen in [caller.data("RecognitionWall")["recognitionWall"]]
    ]
    own, of_admin = (
        caller.data("MyRecognition")["recognition"]["totalCount"] for caller in (linda, admin)
    )
    [feedback] = linda.data("Feedback")["feedback"]["nodes"]
    insights = stephen.data("Insights")["insights"]["nodes"]

    assert walls == [[("Stephen Jiang", True)]] * 2
    assert (own, of_admin) == (2, 0)
    assert (feedback["kind"], feedback["giver"]["name"]) == ("ASKED_BY_SELF", "Jillian Carson")
    assert {
        (each["state"], each["votes"], each["owner"] and each["owner"]["name"]) for each in insights
    } == {("NEW", 1, None), ("CHANGED", 3, "Brian Welcker")}
    for other in (stephen, admin):
        assert feedback["words"] not in str(other.data("Feedback"))
        assert other.data("FeedbackRequests")["feedbackRequests"]["totalCount"] == 0


def test_the_feed_tells_each_of_the_season_what_they_see_of_it(
    server: DemoServer, linda: Caller, stephen: Caller
) -> None:
    feeds = [
        Counter(
            each["kind"] for each in caller.data("Activities", first=100)["activities"]["nodes"]
        )
        for caller in (linda, stephen, server.sign_in("admin"))
    ]
    of_linda, of_stephen, of_admin = feeds

    # Two insights, one of them answered and acted upon; and of two who thank one another, one on the wall.
    assert of_admin == Counter(
        {"INSIGHT_TOLD": 2, "INSIGHT_ANSWERED": 1, "INSIGHT_CHANGED": 1, "RECOGNISED": 1}
    )
    assert of_linda["RECOGNISED"] == 2
    assert of_stephen["RECOGNISED"] == 1
    for feed in (of_linda, of_stephen):
        assert feed >= Counter({"COMMENTED": 3, "GOAL_APPROVED": 1, "INSIGHT_CHANGED": 1})


def test_what_is_said_of_a_goal_is_read_by_whoever_sees_it(
    server: DemoServer, linda: Caller
) -> None:
    goals = linda.data("RepHome")["goals"]["nodes"]
    [quarter] = (goal["id"] for goal in goals if goal["name"] == "Revenue, Q4 2020")

    said = {
        role: server.sign_in(role).data("Comments", id=quarter)["node"]
        for role in ("rep", "manager", "executive", "admin")
    }

    assert [each["author"]["name"] for each in said["rep"]["comments"]["nodes"]] == [
        "Stephen Jiang", "Linda Mitchell", "Brian Welcker",
    ]  # fmt: skip
    assert said["rep"]["comments"]["nodes"][0]["body"].startswith("@[Linda Mitchell](person_")
    for role in ("manager", "executive"):
        bodies = [[each["body"] for each in said[of]["comments"]["nodes"]] for of in ("rep", role)]
        assert bodies[0] == bodies[1]
    assert said["admin"] is None


def test_one_to_ones_are_the_two_peoples_own(linda: Caller, stephen: Caller) -> None:
    with_stephen, of_stephen = (
        caller.data(MET)["oneToOnes"]["nodes"] for caller in (linda, stephen)
    )

    assert {(each["leader"]["name"], each["coachee"]["name"]) for each in with_stephen} == {
        ("Stephen Jiang", "Linda Mitchell")
    }
    assert {each["state"] for each in of_stephen} == {"HELD", "PLANNED", "CANCELLED"}
    points = [point for each in of_stephen for point in each["agenda"]["nodes"]]
    assert {point["state"] for point in points} == {"WAITING", "TICKED", "CARRIED"}
    assert {point["carriedFrom"]["state"] for point in points if point["carriedFrom"]} == {
        "CARRIED"
    }
    assert {point["author"]["name"] for point in points if point["onlyMine"]} <= {"Stephen Jiang"}


def test_a_partner_app_reads_performance_of_its_territories_and_nobodys_name(
    server: DemoServer,
) -> None:
    partner = server.sign_in("partner")

    rows = partner.data(
        "PartnerPerformance", by="YEAR", **{"from": "2019-01-01", "to": "2019-12-31"}
    )["performance"]["nodes"]
    beyond = partner.data(
        "{ people { totalCount } goals { totalCount } history { nodes { act } }"
        " approvals { totalCount } }"
    )

    by_territory = {row["territory"]["name"]: row for row in rows}
    assert set(by_territory) == {
        "North America", "Canada", "Central", "Northeast", "Northwest", "Southeast", "Southwest",
    }  # fmt: skip
    assert by_territory["Southwest"]["sales"]["currency"] == "USD"
    assert beyond == {
        "people": {"totalCount": 0},
        "goals": {"totalCount": 0},
        "history": {"nodes": []},
        "approvals": {"totalCount": 0},
    }


def test_of_what_people_say_to_one_another_a_partner_app_learns_nothing(
    server: DemoServer, linda: Caller
) -> None:
    partner, person = server.sign_in("partner"), one(linda, "people", "Linda Mitchell")
    note = linda.data(WRITTEN)["notes"]["nodes"][0]["id"]
    counted = (
        "notes", "oneToOnes", "tasks", "feedback", "unnamedFeedback", "feedbackRequests", "recognition",
        "recognitionWall", "insights", "mentions", "notices", "digests", "assessments",
    )  # fmt: skip
    listed = (
        "feedbackVisibilities", "recognitionValues", "recognitionCounts", "programmes", "programmePairs",
        "programmeReports", "programmeTotals", "scorecards", "assessmentScores",
    )  # fmt: skip

    lists = partner.data(
        f"{{ {' '.join(f'{each} {{ totalCount nodes {{ __typename }} }}' for each in counted)} }}"
    ) | partner.data(f"{{ {' '.join(f'{each} {{ nodes {{ __typename }} }}' for each in listed)} }}")
    alone = partner.data(
        "query ($person: ID!, $note: ID!) { insightsByTopic { topic } criterionTrends { month }"
        " gaps(personId: $person) { peers }"
        " node(id: $note) { id }"
        " sales(first: 20) { nodes { comments { totalCount } } }"
        " territories { nodes { comments { totalCount } } } }",
        person=person,
        note=note,
    )

    assert lists == {key: {"totalCount": 0, "nodes": []} for key in counted} | {
        key: {"nodes": []} for key in listed
    }
    commented = [
        each["comments"] for of in ("sales", "territories") for each in alone.pop(of)["nodes"]
    ]
    assert commented
    assert {each["totalCount"] for each in commented} == {0}
    assert alone == {
        "insightsByTopic": [], "criterionTrends": [], "gaps": None, "node": None,
    }  # fmt: skip


def test_signing_out_ends_the_access_token_at_once(server: DemoServer) -> None:
    caller = server.sign_in("hr")
    assert caller.data("{ me { today } }")

    server.http.post("/auth/sign-out", json={"refreshToken": caller.refresh_token})
    reply = server.http.post(
        "/graphql",
        json={"query": "{ me { today } }"},
        headers={"Authorization": f"Bearer {caller.token}"},
    )

    assert reply.status_code == 401


def test_it_starts_again_with_two_workers_and_keeps_its_data(
    server: DemoServer, linda: Caller
) -> None:
    before = linda.data("RepHome")

    assert server.stop() == 0
    server.start(
        ATTAIN_WORKERS="2",
        ATTAIN_POOL_READS="1",
        ATTAIN_POOL_ACTS="1",
        # Who asks without a pause whether the database is back would spend all they have.
        ATTAIN_PERSON_POINTS="1000000",
        **QUICK_PASSWORDS,
    )

    linda.http = server.http
    assert linda.data("RepHome") == before
    assert Path(server.home / "sign-ins.json").exists()


def test_counts_are_of_all_workers(server: DemoServer, linda: Caller) -> None:
    def answered() -> float:
        page = httpx2.get(f"http://127.0.0.1:{server.port}/metrics").text
        found = re.findall(r'^attain_requests_total{operation="query",.*} (.+)$', page, re.M)
        return sum(float(count) for count in found)

    before = answered()
    for _ in range(8):
        assert asked(linda, "RepHome").status == 200

    assert {answered() for _ in range(4)} == {before + 8}


def test_another_takes_the_place_of_a_worker_that_was_killed(
    server: DemoServer, linda: Caller
) -> None:
    first, second = server.workers()

    os.kill(first, signal.SIGKILL)

    until(lambda: len(server.workers()) == 2 and first not in server.workers())
    assert second in server.workers()
    assert {asked(linda, "RepHome").status for _ in range(8)} == {200}


def test_a_busy_database_is_told_within_two_seconds(server: DemoServer, linda: Caller) -> None:
    """Each worker has one connection to read with: whoever comes next waits for it in vain."""
    with ThreadPoolExecutor(8) as callers:
        with locked(server.home, "goal"):
            asking = [callers.submit(asked, linda, "RepHome") for _ in range(8)]
            until(lambda: sum(each.done() for each in asking) >= 6)
            told = [each.result() for each in asking if each.done()]
        wait(asking)

    assert {(reply.status, reply.code, reply.retry_after) for reply in told} == {
        (503, "SERVICE_UNAVAILABLE", "2")
    }
    assert sorted(reply.seconds for reply in told)[5] < 2
    assert {asked(linda, "RepHome").status for _ in range(4)} == {200}


def test_a_database_that_starts_again_needs_no_restart_of_attain(
    server: DemoServer, linda: Caller
) -> None:
    workers = server.workers()

    stop_database(server.home)
    until(lambda: asked(linda, "RepHome").status != 200)
    away = asked(linda, "RepHome")
    until(lambda: asked(linda, "RepHome").status == 200)

    assert (away.status, away.code, away.retry_after) == (503, "SERVICE_UNAVAILABLE", "2")
    assert away.seconds < 2
    assert {asked(linda, "RepHome").status for _ in range(8)} == {200}
    assert server.workers() == workers


def test_it_stops_in_good_order_with_all_its_workers(server: DemoServer) -> None:
    workers = server.workers()

    assert server.stop() == 0

    assert not any(Path(f"/proc/{pid}").exists() for pid in workers)
    assert not list(server.home.glob("postgres/*/*/postmaster.pid"))
