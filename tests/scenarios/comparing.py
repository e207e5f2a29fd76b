"""The example company's figures as the server tells them, beside those that `recomputed` makes of its
files: of all goals that are agreed, and of more that are drafted to have every measure, scope and kind of
days; with somebody who stood below another for a while."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

from tests.scenarios import recomputed
from tests.scenarios.recomputed import Company, Node, attainment, gaps
from tests.scenarios.recomputed_pay import Paid, Targets
from tests.scenarios.server import ROOT, Caller

EXAMPLE: Path = ROOT / "examples" / "adventureworks"
TODAY = date(2020, 5, 29)
MEASURES = ("revenue", "margin", "units", "new_customers")
AWAY = ("Jae Pak", "Amy Alberts", "Syed Abbas", date(2019, 10, 10), date(2020, 2, 20))
"""Who stood below another than usual, from which day on, and until before which."""
GOALS = """query($after: String) { goals(first: 50, after: $after) {
  pageInfo { hasNextPage endCursor } nodes { id name status scope private actualSource startValue
    owner { name } measuredBy { key } period { startsOn endsOn } target { amount } actual { amount }
    attainment pace { workingDaysGone workingDaysLeft expectedShare expectedToDate
      neededPerWorkingDay runRate projected status curve }
    contributors(first: 5) { nodes { person { name } } } } } }"""
DRAFTED = tuple(
    (owner, scope, measure, first, last)
    for owner, scope, first, last in (
        ("Amy Alberts", "TEAM", "2019-09-05", "2020-03-10"),
        ("Syed Abbas", "TEAM", "2019-10-10", "2020-02-19"),
        ("Brian Welcker", "TEAM", "2018-02-28", "2020-02-29"),
        ("José Saraiva", "OWN", "2018-11-17", "2019-04-02"),
        ("Brian Welcker", "ORGANISATION", "2019-12-31", "2020-01-01"),
    )
    for measure in MEASURES
)


def agreed_targets(finance: Caller) -> tuple[Targets, Targets]:
    """What was agreed for the quarters and for the year of the fiscal year 2020, by whose and from when."""
    asked = """query($names: [String!]!) { goals(first: 100, filter: {name: {in: $names}}) { nodes {
      owner { name } period { startsOn } target { amount } } } }"""
    quarters = [f"Revenue, Q{number} 2020" for number in range(1, 5)]
    found = []
    for names in (quarters, ["Revenue, fiscal year 2020"]):
        nodes = finance.data(asked, names=names)["goals"]["nodes"]
        found.append(
            {
                (each["owner"]["name"], each["period"]["startsOn"]): Decimal(
                    each["target"]["amount"]
                )
                for each in nodes
            }
        )
    return found[0], found[1]


def pay(finance: Caller) -> Paid:
    """All results that stand, as `recomputed_pay` tells them."""
    found: Paid = {}
    page: dict[str, Any] = {"pageInfo": {"hasNextPage": True, "endCursor": None}}
    while page["pageInfo"]["hasNextPage"]:
        page = finance.data("Pay", first=100, after=page["pageInfo"]["endCursor"])["pay"]
        for each in page["nodes"]:
            assert each["failure"] is None, each
            amounts = {"total": Decimal(each["total"]["amount"])}
            for part in each["components"]:
                amounts[part["key"]] = Decimal(part["amount"])
                if "bonus" in part["key"] and each["startsOn"] >= "2019-07-01":
                    amounts["bonus pending"] = Decimal(part["pending"])
                else:
                    assert Decimal(part["pending"]) == 0, each
                assert (part["reason"] is None) == (Decimal(part["amount"]) != 0), each
            found[each["plan"]["name"], each["person"]["name"], each["startsOn"]] = amounts
    return found


def reorganise(hr: Caller, company: Company) -> None:
    """Let somebody stand elsewhere for a while, in the files' company and in the server's."""
    who, usually, meanwhile, since, until = AWAY
    asked = "{ people(first: 100) { nodes { id name positions(first: 1) { nodes { id } } } } }"
    people = {each["name"]: each for each in hr.data(asked)["people"]["nodes"]}
    for boss, day in ((meanwhile, since), (usually, until)):
        company.moved(who, boss, day)
        _sent(
            hr,
            "positionSetManager",
            id=people[who]["positions"]["nodes"][0]["id"],
            managerPositionId=people[boss]["positions"]["nodes"][0]["id"],
            since=day.isoformat(),
        )


def draft(admin: Caller) -> None:
    """Goals of every measure over days that begin and end anywhere."""
    people = _ids(admin)
    for owner, scope, measure, first, last in DRAFTED:
        _sent(
            admin, "goalDraft", ownerId=people[owner], name=f"{measure} of {owner}", scope=scope,
            measure=measure, startsOn=first, endsOn=last, target="987654.32",
            noParentReason="To be compared.",
        )  # fmt: skip


def differences(admin: Caller, company: Company) -> tuple[dict[str, int], list[object]]:
    """How many goals of each measure and scope were compared, and every figure that is not the same."""
    asked = "{ goalPolicy { workingDays paceAtRisk paceOffTrack daysOff { nodes { day } } season { id } } }"
    policy = admin.data(asked)["goalPolicy"]
    assert (len(policy["workingDays"]), policy["daysOff"]["nodes"], policy["season"]) == (
        5,
        [],
        None,
    )
    thresholds = Decimal(policy["paceAtRisk"]), Decimal(policy["paceOffTrack"])
    compared: dict[str, int] = {}
    wrong: list[object] = []
    for shown in _goals(admin):
        if shown["measuredBy"] is None or shown["measuredBy"]["key"] not in MEASURES:
            continue
        if shown["period"]["endsOn"] is None or shown["target"] is None:
            continue
        goal = _goal(shown)
        reached = Decimal(shown["actual"]["amount"])
        what = (shown["id"], goal)
        if reached not in company.reached(goal):
            wrong.append((*what, "actual", reached, company.reached(goal)))
        if Decimal(shown["attainment"]) != attainment(reached, goal.target):
            wrong.append((*what, "attainment", shown["attainment"]))
        if (shown["pace"] is not None) != (goal.first <= TODAY):
            wrong.append((*what, "whether there is a pace", shown["pace"]))
        if shown["pace"] is not None:
            expected = company.pace(goal, reached, TODAY, thresholds)
            if _pace(shown["pace"]) != expected:
                wrong.append((*what, "pace", shown["pace"], expected))
        kind = f"{goal.measure} {goal.scope}"
        compared[kind] = compared.get(kind, 0) + 1
    return compared, wrong


def tree_differences(executive: Caller, name: str) -> tuple[int, list[object]]:
    """How many goals stand below the company's goal of this name, and which of their figures from below
    are not what their proposals come to."""
    asked = f"""{{ goals(filter: {{name: {{eq: "{name}"}}, whose: MINE}}) {{ nodes {{ id }} }} }}"""
    (top,) = executive.data(asked)["goals"]["nodes"]
    tree = executive.data("GoalTree", id=top["id"])["node"]
    shown = [tree, *tree["descendants"]["nodes"]]
    nodes = {
        each["id"]: Node(
            each["parent"]["id"] if each["parent"] else None,
            Decimal(each["target"]["amount"]),
            _amount(each["proposed"]),
        )
        for each in shown
    }
    wrong: list[object] = []
    for each in shown:
        total, gap, missing = gaps(nodes)[each["id"]]
        share = None if gap is None else attainment(gap, nodes[each["id"]].target)
        said = (
            _amount(each["bottomUp"]), _amount(each["bottomUpGap"]), each["proposalsMissing"],
            _number(each["bottomUpGapShare"]),
        )  # fmt: skip
        if said != (total, gap, missing, share):
            wrong.append((each["owner"], said, (total, gap, missing, share)))
        below = [node.target for node in nodes.values() if node.above == each["id"]]
        if _amount(each["childrenTarget"]) != (sum(below) if below else None):
            wrong.append((each["owner"], each["childrenTarget"], below))
    return len(shown), wrong


def cascade_differences(admin: Caller, company: Company) -> tuple[int, list[object]]:
    """How many people get a share of an amount by last year's, and whose is not what it should be."""
    goal = recomputed.Goal(
        "Brian Welcker",
        "team",
        "revenue",
        date(2019, 11, 1),
        date(2020, 1, 31),
        Decimal("7654321.09"),
    )
    draft = _sent(
        admin, "goalDraft", ownerId=_ids(admin)[goal.owner], name="To be shared out", scope="TEAM",
        measure="revenue", startsOn=goal.first.isoformat(), endsOn=goal.last.isoformat(),
        target=str(goal.target), noParentReason="To be compared.",
    )["goal"]  # fmt: skip
    _sent(admin, "goalSubmit", id=draft["id"], expectedVersion=1)
    cascade = _sent(admin, "cascadePropose", id=draft["id"], method="HISTORY", levels=2)["cascade"]
    asked = """query($id: ID!) { node(id: $id) { ... on Cascade { lines(first: 50) { nodes {
        person { name } plan { amount } } } } } }"""
    lines = admin.data(asked, id=cascade["id"])["node"]["lines"]["nodes"]
    _sent(admin, "cascadeDiscard", cascadeId=cascade["id"])
    said = {line["person"]["name"]: Decimal(line["plan"]["amount"]) for line in lines}
    expected = company.shared_by_last_year(goal, 2)
    names = sorted({*said, *expected})
    wrong: list[object] = [
        (name, said.get(name), expected.get(name))
        for name in names
        if said.get(name) != expected.get(name)
    ]
    return len(said), wrong


def _goals(admin: Caller) -> Iterator[dict[str, Any]]:
    after = None
    while True:
        page = admin.data(GOALS, after=after)["goals"]
        yield from page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            return
        after = page["pageInfo"]["endCursor"]


def _goal(shown: dict[str, Any]) -> recomputed.Goal:
    return recomputed.Goal(
        shown["owner"]["name"],
        shown["scope"].lower(),
        shown["measuredBy"]["key"],
        date.fromisoformat(shown["period"]["startsOn"]),
        date.fromisoformat(shown["period"]["endsOn"]),
        Decimal(shown["target"]["amount"]),
        [each["person"]["name"] for each in shown["contributors"]["nodes"]],
    )


def _pace(shown: dict[str, Any]) -> recomputed.Pace:
    return recomputed.Pace(
        shown["workingDaysGone"],
        shown["workingDaysLeft"],
        Decimal(shown["expectedShare"]),
        Decimal(shown["expectedToDate"]),
        _number(shown["neededPerWorkingDay"]),
        _number(shown["runRate"]),
        _number(shown["projected"]),
        shown["status"],
    )


def _ids(caller: Caller) -> dict[str, str]:
    people = caller.data("{ people(first: 100) { nodes { id name } } }")["people"]["nodes"]
    return {person["name"]: person["id"] for person in people}


def _amount(figure: dict[str, str] | None) -> Decimal | None:
    return None if figure is None else Decimal(figure["amount"])


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _sent(caller: Caller, mutation: str, **given: object) -> dict[str, Any]:
    """The payload of an act that is done."""
    shown = {"goalDraft": " goal { id }", "cascadePropose": " cascade { id }"}.get(mutation, "")
    document = f"""mutation($input: {mutation[0].upper()}{mutation[1:]}Input!) {{
      {mutation}(input: $input) {{ errors {{ ... on UserError {{ message }} }}{shown} }} }}"""
    sent = {"clientMutationId": str(uuid4()), **given}
    payload: dict[str, Any] = caller.data(document, input=sent)[mutation]
    assert payload["errors"] == [], (mutation, payload)
    return payload
