"""A tree of goals in one query: what is above and below, the numbers from both sides, and the gaps."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from domain.goals.cascading import apply_cascade, propose_cascade
from domain.goals.tree_models import CascadeMethod
from domain.ids import new_id
from tests.people import Company
from tests.schema.asking import answer, ask, goal, goal_id, insert, person_id, sold

TREE = """query($id: ID!, $first: Int!) { node(id: $id) { ... on Goal {
  name depth aligned parent { name }
  ancestors(first: 20) { nodes { name depth } }
  descendants(first: $first) { totalCount nodes { name depth parent { name }
    target { amount } childrenTarget { amount } unallocated { amount } unallocatedShare
    proposed { amount } bottomUp { amount } bottomUpGap { amount } bottomUpGapShare proposalsMissing } }
  target { amount } childrenTarget { amount } unallocated { amount } unallocatedShare
  bottomUp { amount } bottomUpGap { amount } bottomUpGapShare proposalsMissing } } }"""


async def tree(company: Company) -> dict[str, UUID]:
    """Ada's goal of 1,000; Mona's 600 and Eve's 500 below; under Mona's Rui's 250 and Sam's 200."""
    made: dict[str, UUID] = {}
    for owner, above, target, proposed in (
        ("Ada", None, "1000", None),
        ("Mona", "Ada", "600", "555"),
        ("Eve", "Ada", "500", "400"),
        ("Rui", "Mona", "250", "300.5"),
        ("Sam", "Mona", "200", None),
    ):
        made[owner] = await goal(
            company,
            owner,
            name=owner,
            parent_id=made.get(above or ""),
            target=Decimal(target),
            proposed=proposed and Decimal(proposed),
        )
    return made


def amounts(node: Mapping[str, Any], *names: str) -> list[Any]:
    return [node[name] and node[name]["amount"] for name in names]


async def test_one_query_shows_a_tree_with_the_numbers_from_both_sides(company: Company) -> None:
    made = await tree(company)

    answered = await answer(company.actor("Ada"), TREE, id=goal_id(made["Ada"]), first=10_000)

    top = answered.data["node"]
    assert answered.statements == 1
    assert (top["depth"], top["aligned"], top["ancestors"]["nodes"]) == (0, False, [])
    figures = ("target", "childrenTarget", "unallocated", "bottomUp", "bottomUpGap")
    assert amounts(top, *figures) == ["1000.00", "1100.00", "-100.00", "700.50", "299.50"]
    assert (top["unallocatedShare"], top["bottomUpGapShare"]) == ("-0.1", "0.2995")
    assert top["proposalsMissing"] == 1
    below = {node["name"]: node for node in top["descendants"]["nodes"]}
    assert top["descendants"]["totalCount"] == 4
    assert {name: (node["depth"], node["parent"]["name"]) for name, node in below.items()} == {
        "Mona": (1, "Ada"),
        "Eve": (1, "Ada"),
        "Rui": (2, "Mona"),
        "Sam": (2, "Mona"),
    }
    assert [node["depth"] for node in top["descendants"]["nodes"]] == [1, 1, 2, 2]
    assert amounts(below["Mona"], *figures) == ["600.00", "450.00", "150.00", "300.50", "299.50"]
    assert amounts(below["Eve"], *figures) == ["500.00", None, None, "400.00", "100.00"]
    assert amounts(below["Sam"], *figures) == ["200.00", None, None, None, None]
    assert [below[name]["proposalsMissing"] for name in ("Mona", "Eve", "Sam")] == [1, 0, 1]


async def test_ancestors_come_from_the_top_as_far_as_they_are_seen(company: Company) -> None:
    made = await tree(company)

    for who, above in (("Ada", ["Ada", "Mona"]), ("Mona", ["Mona"]), ("Rui", [])):
        data = await ask(company.actor(who), TREE, id=goal_id(made["Rui"]), first=1)
        assert [node["name"] for node in data["node"]["ancestors"]["nodes"]] == above
        assert (data["node"]["parent"] is None) == (who == "Rui")
        assert data["node"]["aligned"]


async def test_a_page_of_a_tree_is_as_long_as_the_tree_may_be(company: Company) -> None:
    made = await tree(company)
    text = """query($id: ID!, $first: Int!) { node(id: $id) { ... on Goal {
      children(first: $first) { nodes { id } } } } }"""

    for document, first, fits in ((TREE, 10_000, True), (TREE, 10_001, False), (text, 101, False)):
        answered = await answer(
            company.actor("Ada"), document, id=goal_id(made["Ada"]), first=first
        )
        assert (not answered.errors) == fits


async def test_only_goals_of_the_same_measure_and_currency_are_added_up(company: Company) -> None:
    made = await tree(company)
    for other in (
        {"measure": "margin"},
        {"currency": "JPY"},
        {"measure": "units", "currency": None},
    ):
        await goal(
            company, "Mona", parent_id=made["Ada"], proposed=Decimal(7), target=Decimal(9), **other
        )

    data = await ask(company.actor("Ada"), TREE, id=goal_id(made["Ada"]), first=1)

    assert amounts(data["node"], "childrenTarget", "bottomUp") == ["1100.00", "700.50"]
    assert data["node"]["proposalsMissing"] == 1


PROGRESS = """query($id: ID!) { node(id: $id) { ... on Goal { weightedProgress attainment
  children(first: 10) { nodes { weight attainment weightedProgress } } } } }"""


async def progress(company: Company, goal: UUID) -> str | None:
    data = await ask(company.actor("Ada"), PROGRESS, id=goal_id(goal))
    found: str | None = data["node"]["weightedProgress"]
    return found


async def test_weighed_goals_make_the_progress_of_the_one_above(company: Company) -> None:
    top = await goal(company, "Ada", roll_up="weighted")
    weights = {"Rui": Decimal("0.5"), "Sam": Decimal("0.5"), "Olga": Decimal(0)}
    for name, weight in weights.items():
        await goal(company, name, parent_id=top, weight=weight)
    await sold(company, "Rui", "1250")  # 125 %, and is not cut off
    await sold(company, "Sam", "250.3")  # 25.03 %
    await sold(company, "Olga", "777")

    assert await progress(company, top) == "0.7502"  # 0.75015, half away from zero

    alike = await goal(company, "Ada", roll_up="weighted")
    for name, target in (("Rui", "12500"), ("Sam", "2503"), ("Olga", "11044")):
        await goal(company, name, parent_id=alike, target=Decimal(target))
    # A third of 0.1 + 0.1 + 0.0704, which thirds in decimals would not make.
    assert await progress(company, alike) == "0.0901"


async def test_a_part_that_weighs_its_own_parts_counts_by_those(company: Company) -> None:
    top = await goal(company, "Ada", roll_up="weighted")
    middle = await goal(company, "Mona", parent_id=top, roll_up="weighted", weight=Decimal("0.4"))
    await goal(company, "Eve", parent_id=top, weight=Decimal("0.6"), target=Decimal(10))
    await goal(company, "Rui", parent_id=middle)
    await goal(company, "Sam", parent_id=middle)
    await sold(company, "Rui", "500")

    assert await progress(company, middle) == "0.25"
    assert await progress(company, top) == "0.1"
    assert await progress(company, await goal(company, "Ada", roll_up="weighted")) is None
    assert await progress(company, await goal(company, "Ada", roll_up="sum")) is None


async def test_a_part_that_nobody_agreed_to_counts_nothing(company: Company) -> None:
    top = await goal(company, "Mona", roll_up="weighted")
    await goal(company, "Rui", parent_id=top)
    await goal(company, "Rui", parent_id=top, target=Decimal("0.01"), status="draft")
    middle = await goal(company, "Sam", parent_id=top, roll_up="weighted", status="submitted")
    await goal(company, "Rui", parent_id=middle, target=Decimal("0.01"))
    await sold(company, "Rui", "900")

    assert await progress(company, top) == "0.3"
    assert await progress(company, middle) == "90000"


BUDGETS = """query($id: ID!) { node(id: $id) { ... on Goal { budgets { kind amount currency note }
  budgetsTotal { kind amount currency goals } } } }"""


async def test_budgets_are_summed_up_the_tree_by_kind_and_currency(company: Company) -> None:
    made = await tree(company)
    for name, kind, amount, currency in (
        ("Ada", "money", "100", "USD"),
        ("Mona", "money", "20.5", "USD"),
        ("Rui", "money", "7", "JPY"),
        ("Rui", "heads", "1.5", None),
        ("Eve", "heads", "2", None),
    ):
        row = {"id": new_id(), "goal_id": made[name], "kind": kind, "note": "Spring"}
        await insert(
            company, "goal_budget", [row | {"amount": Decimal(amount), "currency": currency}]
        )

    data = await ask(company.actor("Ada"), BUDGETS, id=goal_id(made["Ada"]))

    assert data["node"]["budgets"] == [
        {"kind": "MONEY", "amount": "100.00", "currency": "USD", "note": "Spring"}
    ]
    assert data["node"]["budgetsTotal"] == [
        {"kind": "HEADS", "amount": "3.5", "currency": None, "goals": 2},
        {"kind": "MONEY", "amount": "7", "currency": "JPY", "goals": 1},
        {"kind": "MONEY", "amount": "120.50", "currency": "USD", "goals": 2},
    ]


CASCADE = """query($id: ID!) { node(id: $id) { ... on Cascade { method state levels recipients
  plan { amount currency } allocated { amount } unallocated { amount }
  byLevel { level recipients uplift plan street } goal { name } proposedBy { name } decidedBy { name }
  lines(first: 10000) { totalCount nodes { depth leads locked uplift weight person { name }
    above { person { name } } plan { amount } street { amount } before { amount } change { amount }
    unallocated { amount } goal { id target { amount } planTarget { amount } uplift
      upliftedBy { name } } } } } } }"""


async def test_a_cascade_shows_before_and_after_to_whoever_sees_the_people(
    company: Company,
) -> None:
    top = await goal(company, "Ada", name="May", target=Decimal("100.01"), scope="team")
    had = await goal(company, "Mona", parent_id=top, status="draft", target=Decimal(40))
    ada = company.actor("Ada")
    cascade = await propose_cascade(
        ada, goal_id=top, method=CascadeMethod.EQUAL, levels=2, uplifts=[Decimal("0.1")]
    )

    shown = (await ask(ada, CASCADE, id=f"cascade_{cascade}"))["node"]

    assert (shown["state"], shown["recipients"], shown["levels"]) == ("PROPOSED", 5, 2)
    assert amounts(shown, "plan", "allocated", "unallocated") == ["100.01", "100.01", "0.00"]
    assert shown["byLevel"] == [
        {"level": 1, "recipients": 2, "uplift": "0.1", "plan": "100.01", "street": "110.01"},
        {"level": 2, "recipients": 3, "uplift": "0", "plan": "100.01", "street": "100.01"},
    ]
    lines = {line["person"]["name"]: line for line in shown["lines"]["nodes"]}
    assert amounts(lines["Mona"], "plan", "street", "before", "change", "unallocated") == [
        "50.00", "55.00", "40.00", "15.00", "0.00",
    ]  # fmt: skip
    assert amounts(lines["Rui"], "plan", "before", "unallocated") == ["25.00", None, None]
    assert lines["Rui"]["above"]["person"]["name"] == "Mona"
    assert lines["Mona"]["goal"]["id"] == goal_id(had)

    await apply_cascade(ada, cascade_id=cascade)
    shown = (await ask(ada, CASCADE, id=f"cascade_{cascade}"))["node"]
    monas = next(line for line in shown["lines"]["nodes"] if line["person"]["name"] == "Mona")
    assert (shown["state"], shown["decidedBy"]) == ("APPLIED", {"name": "Ada"})
    assert monas["goal"] == {
        "id": goal_id(had),
        "target": {"amount": "55.00"},
        "planTarget": {"amount": "50.00"},
        "uplift": "0.1",
        "upliftedBy": {"name": "Ada"},
    }
    for who in ("Mona", "Rui", "Hal"):
        data = await ask(company.actor(who), CASCADE, id=f"cascade_{cascade}")
        assert data["node"] is None


async def test_what_was_proposed_stays_readable(company: Company) -> None:
    ruis = await goal(company, "Rui", status="submitted", proposed=Decimal(900))
    for amount, day in ((800, 1), (900, 2)):
        row = {"id": new_id(), "goal_id": ruis, "person_id": company.ids["Rui"], "note": "So much."}
        at = {"amount": Decimal(amount), "proposed_at": datetime(2020, 5, day, tzinfo=UTC)}
        await insert(company, "goal_proposal", [row | at])
    text = """query($id: ID!) { node(id: $id) { ... on Goal { proposed { amount currency }
      proposals(first: 5) { nodes { amount { amount } note person { id } } } } } }"""

    data = await ask(company.actor("Mona"), text, id=goal_id(ruis))

    assert data["node"]["proposed"] == {"amount": "900.00", "currency": "USD"}
    assert [each["amount"]["amount"] for each in data["node"]["proposals"]["nodes"]] == [
        "900.00",
        "800.00",
    ]
    assert data["node"]["proposals"]["nodes"][0]["person"]["id"] == person_id(company, "Rui")
