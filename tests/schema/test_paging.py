"""Pages of lists: stable, bounded, and clear when they refuse."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auth.actor import Actor
from domain.database import on_behalf_of
from domain.ids import new_id
from tests.people import Company, found_company
from tests.schema.asking import answer, ask, goal, goal_id, insert

GOALS = """query($first: Int!, $after: String, $order: GoalOrder) {
  goals(first: $first, after: $after, orderBy: $order) {
    totalCount nodes { id name } edges { cursor node { id } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""
PEOPLE = """query($first: Int!, $after: String, $order: PersonOrder) {
  people(first: $first, after: $after, orderBy: $order) {
    nodes { name email } pageInfo { hasNextPage endCursor } } }"""


async def walked(actor: Actor, document: str, list_name: str, **sent: object) -> list[list[Any]]:
    """All pages of a list, by following its cursors."""
    pages, after = [], None
    while True:
        page = (await ask(actor, document, after=after, **sent))[list_name]
        pages.append(page["nodes"])
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            return pages


async def test_pages_follow_one_another_without_gap_or_repeat(company: Company) -> None:
    ids = [
        goal_id(await goal(company, "Rui", starts_on=date(2020, month, 1), name=f"Goal {month}"))
        for month in (1, 1, 2, 2, 2, 3, 4)
    ]
    rui = company.actor("Rui")

    first = (await ask(rui, GOALS, first=3))["goals"]
    second = (await ask(rui, GOALS, first=3, after=first["pageInfo"]["endCursor"]))["goals"]
    third = (await ask(rui, GOALS, first=3, after=second["pageInfo"]["endCursor"]))["goals"]

    listed = [node["id"] for page in (first, second, third) for node in page["nodes"]]
    assert listed == [ids[n] for n in (6, 5, 4, 3, 2, 1, 0)]
    assert [page["totalCount"] for page in (first, second, third)] == [7, 7, 7]
    assert [page["pageInfo"]["hasNextPage"] for page in (first, second, third)] == [
        True, True, False
    ]  # fmt: skip
    assert [page["pageInfo"]["hasPreviousPage"] for page in (first, second, third)] == [
        False, True, True
    ]  # fmt: skip
    assert first["pageInfo"]["startCursor"] == first["edges"][0]["cursor"]
    assert first["pageInfo"]["endCursor"] == first["edges"][-1]["cursor"]


async def test_an_empty_page_has_no_cursors(company: Company) -> None:
    page = (await ask(company.actor("Rui"), GOALS, first=20))["goals"]

    assert page["nodes"] == page["edges"] == []
    assert page["pageInfo"] == {
        "hasNextPage": False,
        "hasPreviousPage": False,
        "startCursor": None,
        "endCursor": None,
    }


@pytest.mark.parametrize("direction", ["ASC", "DESC"])
async def test_rows_without_the_value_come_last_and_are_paged_through(
    company: Company, direction: str
) -> None:
    nameless = [{"id": new_id(), "name": f"No mail {n}"} for n in range(4)]
    await insert(company, "person", nameless)

    pages = await walked(
        company.actor("Hal"), PEOPLE, "people",
        first=2, order={"field": "EMAIL", "direction": direction},
    )  # fmt: skip

    emails = [person["email"] for page in pages for person in page]
    known = [email for email in emails if email]
    assert emails[-4:] == [None] * 4
    assert known == sorted(known, reverse=direction == "DESC")
    assert len({person["name"] for page in pages for person in page}) == len(emails) == 15


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data(), size=st.integers(1, 4), direction=st.sampled_from(["ASC", "DESC"]))
async def test_a_walk_meets_every_row_that_stays_once_whatever_comes_and_goes_between_pages(
    database: str, data: st.DataObject, size: int, direction: str
) -> None:
    company = await found_company()
    rui = company.actor("Rui")
    kept = {goal_id(await goal(company, "Rui", name=name)) for name in "bdfhjlnprtv"}
    order = {"field": "NAME", "direction": direction}
    met: list[str] = []
    after = None

    while True:
        page = (await ask(rui, GOALS, first=size, after=after, order=order))["goals"]
        met += [node["id"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
        passing = await goal(company, "Rui", name=data.draw(st.sampled_from("abcdmnoyz")))
        if data.draw(st.booleans()):
            async with on_behalf_of(company.org) as transaction:
                await transaction.execute_query(
                    "delete from goal where org_id = $1 and id = $2", [company.org, passing]
                )

    assert len(met) == len(set(met))
    assert kept <= set(met)


@pytest.mark.parametrize("first", [0, -1, 101, 2_000_000_000])
async def test_a_page_has_one_to_a_hundred_rows(company: Company, first: int) -> None:
    refused = await answer(company.actor("Rui"), GOALS, first=first)

    assert refused.refusal.message == f"`first` is between 1 and 100, not {first}."
    assert refused.refusal.path == ("first",)
    assert refused.statements == 0


@pytest.mark.parametrize("after", ["", "nonsense", "YXJyYXljb25uZWN0aW9uOjI", "é", "A" * 5_000])
async def test_what_is_no_cursor_is_refused_in_a_sentence(company: Company, after: str) -> None:
    refused = await answer(company.actor("Rui"), GOALS, first=1, after=after)

    assert refused.refusal.code == "BAD_USER_INPUT"
    assert refused.refusal.message == "This is not a cursor of ours, or it was damaged on its way."
    assert refused.statements == 0


async def test_a_cursor_serves_only_its_own_list_and_order(company: Company) -> None:
    await goal(company, "Rui")
    rui = company.actor("Rui")
    cursor = (await ask(rui, GOALS, first=1))["goals"]["pageInfo"]["endCursor"]
    people = (await ask(rui, PEOPLE, first=1))["people"]["pageInfo"]["endCursor"]
    upwards = {"field": "STARTS_ON", "direction": "ASC"}

    for sent in ({"after": people}, {"after": cursor, "order": upwards}):
        refused = await answer(rui, GOALS, first=1, **sent)
        assert "another list or another order" in refused.refusal.message


async def test_a_cursor_opens_nothing_to_somebody_else(company: Company) -> None:
    await goal(company, "Rui", name="a")
    await goal(company, "Rui", name="c")
    mine = goal_id(await goal(company, "Sam", name="b"))
    order = {"field": "NAME", "direction": "ASC"}
    cursor = (await ask(company.actor("Rui"), GOALS, first=1, order=order))["goals"]["pageInfo"]

    seen = await ask(company.actor("Sam"), GOALS, first=10, after=cursor["endCursor"], order=order)

    assert [node["id"] for node in seen["goals"]["nodes"]] == [mine]


async def test_a_bad_page_below_a_row_fails_the_list_it_stands_below(company: Company) -> None:
    made = await goal(company, "Rui")
    document = "{ goals { nodes { id checkIns(first: 0) { nodes { id } } } } }"

    refused = await answer(company.actor("Rui"), document)

    assert refused.data is None
    assert refused.errors[0].path == ["goals"]
    assert refused.refusal.message.startswith("`first` is between 1 and 100")
    assert made


async def test_each_goal_has_its_own_page_below_it_in_one_statement(company: Company) -> None:

    for number in range(3):
        made = await goal(company, "Rui", name=f"Goal {number}")
        rows = [
            {
                "id": new_id(),
                "goal_id": made,
                "author_id": company.ids["Rui"],
                "confidence": "on_track",
                "note": f"{number}.{day}",
                "noted_at": datetime(2020, 5, day, tzinfo=UTC),
            }
            for day in range(1, number + 3)
        ]
        await insert(company, "check_in", rows)
    document = """{ goals(orderBy: {field: NAME}) { nodes {
      two: checkIns(first: 2) { nodes { note } totalCount pageInfo { hasNextPage endCursor } }
      counted: checkIns { totalCount } } } }"""

    answered = await answer(company.actor("Rui"), document)

    nodes = answered.data["goals"]["nodes"]
    assert [[c["note"] for c in node["two"]["nodes"]] for node in nodes] == [
        ["0.2", "0.1"], ["1.3", "1.2"], ["2.4", "2.3"]
    ]  # fmt: skip
    assert [node["two"]["pageInfo"]["hasNextPage"] for node in nodes] == [False, True, True]
    assert [node["counted"]["totalCount"] for node in nodes] == [2, 3, 4]
    assert answered.statements == 1

    again = await ask(
        company.actor("Rui"),
        """query($after: String) { goals(orderBy: {field: NAME, direction: DESC}, first: 1) {
          nodes { checkIns(after: $after) { nodes { note } } } } }""",
        after=nodes[2]["two"]["pageInfo"]["endCursor"],
    )
    assert again["goals"]["nodes"][0]["checkIns"]["nodes"] == [{"note": "2.2"}, {"note": "2.1"}]


async def test_aliases_fragments_and_directives_are_read_as_they_are_answered(
    company: Company,
) -> None:
    await goal(company, "Rui")
    document = """
      query($yes: Boolean!, $no: Boolean!) {
        goals { nodes { ...A, owner @include(if: $no) { email } }
                edges { node { who: owner { title } ...B } } }
      }
      fragment A on Goal { owner { name } boss: owner { manager { name } } }
      fragment B on Node { id ... on Goal { owner { id @skip(if: $yes) __typename } } }"""

    answered = await answer(company.actor("Rui"), document, yes=True, no=False)

    assert answered.errors == []
    assert answered.data["goals"]["nodes"] == [
        {"owner": {"name": "Rui"}, "boss": {"manager": {"name": "Mona"}}}
    ]
    (edge,) = answered.data["goals"]["edges"]
    assert edge["node"]["who"] == {"title": "Cast"}
    assert edge["node"]["owner"] == {"__typename": "Person"}


async def test_a_filters_list_is_bounded_and_null_says_nothing(company: Company) -> None:
    document = "query($filter: GoalFilter) { goals(filter: $filter) { nodes { id } } }"
    rui = company.actor("Rui")
    mine = goal_id(await goal(company, "Rui"))

    long = await answer(rui, document, filter={"id": {"in": [mine] * 101}})
    null = await answer(rui, document, filter={"id": {"eq": None}})
    kind = await answer(rui, document, filter={"owner": {"eq": mine}})
    none = await ask(rui, document, filter={"id": {"in": []}})

    assert "at most 100 items; this one has 101" in long.refusal.message
    assert "null says nothing" in null.refusal.message
    assert kind.refusal.message == "The id must be that of a person: person_<uuid>."
    assert none == {"goals": {"nodes": []}}


async def test_an_operation_of_several_roots_is_one_statement(company: Company) -> None:
    both = await answer(
        company.actor("Rui"), "{ a: goals { totalCount } b: people(first: 1) { nodes { name } } }"
    )

    assert both.statements == 1


async def test_what_is_skipped_whole_leaves_empty_objects(company: Company) -> None:
    await goal(company, "Rui")
    skip = "@skip(if: true)"
    document = f"""{{ me {{ today {skip} organisation {{ id {skip} }} }}
      goals {{ nodes {{ id {skip} period {{ startsOn {skip} }} owner {{ id {skip} }}
        checkIns {{ totalCount {skip} }} }} pageInfo {{ endCursor {skip} }} }} }}"""

    data = await ask(company.actor("Rui"), document)
    nothing = await ask(company.actor("Rui"), f"{{ me {skip} {{ today }} }}")

    row: dict[str, object] = {"period": {}, "owner": {}, "checkIns": {}}
    assert data == {
        "me": {"organisation": {}}, "goals": {"nodes": [row], "pageInfo": {}}
    }  # fmt: skip
    assert nothing == {}
