"""Who sees what, on every road to a row."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from asyncpg import Range

from auth.actor import Actor, Role, Scope
from domain.ids import new_id
from schema import STORED
from schema.typed_ids import encode
from tests.catalogue import as_organisation, fill_every_table
from tests.people import SINCE, Company, found_company, submitted_goal
from tests.schema.asking import (
    answer,
    ask,
    goal,
    goal_id,
    insert,
    person_id,
    sold,
    territory,
    territory_id,
)

EVERYBODY = ("Ada", "Mona", "Rui", "Sam", "Eve", "Olga", "Cora", "Fay", "Hal", "Audrey", "Adam")
SEE_RUIS_GOALS = {"Rui", "Mona", "Ada", "Cora", "Fay", "Audrey"}
SEE_RUIS_PRIVATE_GOALS = {"Rui", "Mona", "Ada", "Hal"}


async def goals_seen(actor: Actor, **filters: object) -> set[str]:
    data = await ask(
        actor,
        "query($filter: GoalFilter) { goals(filter: $filter, first: 100) { nodes { id } } }",
        filter=filters,
    )
    return {node["id"] for node in data["goals"]["nodes"]}


@pytest.mark.parametrize(
    ("private", "who"), [(False, SEE_RUIS_GOALS), (True, SEE_RUIS_PRIVATE_GOALS)]
)
async def test_a_goal_shows_to_its_owner_those_above_and_readers_of_figures_on_every_road(
    company: Company, private: bool, who: set[str]
) -> None:
    ruis = await goal(company, "Rui", private=private)
    noted = new_id()
    await insert(
        company,
        "check_in",
        [
            {
                "id": noted,
                "goal_id": ruis,
                "author_id": company.ids["Rui"],
                "confidence": "on_track",
                "noted_at": datetime(2020, 5, 2, tzinfo=UTC),
            }
        ],
    )
    document = """
      query($id: ID!, $ids: [ID!]!, $noted: ID!, $owner: ID!) {
        root: goals { nodes { id } totalCount }
        filtered: goals(filter: {owner: {eq: $owner}}) { edges { node { id } } totalCount }
        ordered: goals(orderBy: {field: NAME, direction: DESC}) { nodes { id } }
        node(id: $id) { id }
        nodes(ids: $ids) { id }
        check: node(id: $noted) { id ... on CheckIn { goal { id } } }
        person: node(id: $owner) { ... on Person { goals { nodes { id } totalCount } } }
      }"""
    sent = {
        "id": goal_id(ruis),
        "ids": [goal_id(ruis), person_id(company, "Rui")],
        "noted": encode("check_in", noted),
        "owner": person_id(company, "Rui"),
    }

    for name in EVERYBODY:
        data = await ask(company.actor(name), document, **sent)
        sees = name in who
        shown = [{"id": goal_id(ruis)}] if sees else []

        assert data["root"] == {"nodes": shown, "totalCount": len(shown)}, name
        assert [edge["node"] for edge in data["filtered"]["edges"]] == shown, name
        assert data["filtered"]["totalCount"] == len(shown), name
        assert data["ordered"]["nodes"] == shown, name
        assert data["person"]["goals"] == {"nodes": shown, "totalCount": len(shown)}, name
        assert data["node"] == ({"id": goal_id(ruis)} if sees else None), name
        assert data["nodes"][0] == ({"id": goal_id(ruis)} if sees else None), name
        assert data["nodes"][1] == {"id": person_id(company, "Rui")}, name
        assert (data["check"] is not None) == sees, name
        if sees:
            assert data["check"]["goal"] == {"id": goal_id(ruis)}


async def test_a_manager_without_the_role_sees_only_what_is_their_own(company: Company) -> None:
    ruis, own = await goal(company, "Rui"), await goal(company, "Mona")

    with_role = await goals_seen(company.actor("Mona"))
    without = await goals_seen(company.actor("Mona", without=frozenset({Role.MANAGER})))

    assert with_role == {goal_id(ruis), goal_id(own)}
    assert without == {goal_id(own)}


async def test_absent_foreign_forbidden_and_unheard_of_ids_answer_alike(company: Company) -> None:
    other = await found_company("Elsewhere")
    theirs, olgas = await goal(other, "Rui"), await goal(company, "Olga")
    ids = [
        goal_id(new_id()),
        goal_id(theirs),
        goal_id(olgas),
        f"salary_{new_id()}",
        "goal_1",
        "no-id-at-all",
        encode("person", olgas),
        encode("organisation", other.org),
        encode("person", other.ids["Rui"]),
        encode("sale", new_id()),
    ]
    document = "query($id: ID!) { node(id: $id) { __typename id } }"

    alone = [await answer(company.actor("Rui"), document, id=each) for each in ids]
    together = await ask(
        company.actor("Rui"), "query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=ids
    )

    assert [(each.data, each.errors) for each in alone] == [({"node": None}, [])] * len(ids)
    assert together == {"nodes": [None] * len(ids)}


async def test_every_id_of_another_organisation_answers_like_an_unknown_one(
    company: Company, database: str
) -> None:
    other = await found_company("Elsewhere")
    connection = await asyncpg.connect(database)
    await fill_every_table(connection, other.org)
    await as_organisation(connection, other.org)
    ids: dict[str, UUID] = {}
    for stored in STORED.values():
        if stored.kind:
            (key,) = stored.key
            found = f"select {key} from {stored.source} where org_id = $1 limit 1"
            ids[stored.kind] = await connection.fetchval(found, other.org)
    await connection.close()
    texts = [encode(kind, id) for kind, id in ids.items()]
    assert len(texts) >= 12
    nodes = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    filtered = "query($id: ID!) { %s(filter: {%s: {eq: $id}}) { nodes { id } } }"
    lists = {
        ("goals", "id"): "goal", ("goals", "owner"): "person", ("goals", "territory"): "territory",
        ("people", "id"): "person", ("territories", "parent"): "territory",
        ("accounts", "id"): "account", ("products", "id"): "product", ("sales", "id"): "sale",
        ("sales", "account"): "account", ("sales", "product"): "product",
    }  # fmt: skip
    callers = [company.actor(name) for name in EVERYBODY]
    partner = company.partner(*Scope, territories=frozenset({ids["territory"]}))

    for caller in (*callers, partner):
        assert (await ask(caller, nodes, ids=texts))["nodes"] == [None] * len(texts)
        for (name, field), kind in lists.items():
            theirs = await ask(caller, filtered % (name, field), id=encode(kind, ids[kind]))
            assert theirs == {name: {"nodes": []}}


async def test_nothing_of_another_organisation_is_in_any_list(company: Company) -> None:
    other = await found_company("CANARY Inc")
    place = await territory(other, "CANARY territory")
    await goal(other, "Rui", name="CANARY goal", territory_id=place)
    await sold(other, "Rui", "666.66", at=place, order_number="CANARY order")
    await insert(other, "account", [{"id": new_id(), "name": "CANARY account"}])
    await insert(other, "product", [{"id": new_id(), "name": "CANARY product"}])
    await submitted_goal(other, "Rui")
    own = await territory(company, "West")
    await sold(company, "Rui", "1.00", at=own)
    document = """
      query($id: ID!) {
        me { organisation { name } person { name directReports { nodes { name } } } }
        people(first: 100) { totalCount nodes { name email manager { name } } }
        positions(first: 100) { nodes { title holder { name } } }
        goals { totalCount nodes { name } }
        approvals { totalCount nodes { name } }
        territories { totalCount nodes { name children { nodes { name } } } }
        accounts { nodes { name } } products { nodes { name } }
        sales { nodes { orderNumber amount { amount } } }
        within: sales(filter: {within: [$id]}) { nodes { id } }
        salesTotal { amount lines }
        performance(by: MONTH, filter: {territoryIds: [$id]}) { nodes { sales { amount } } }
        history(first: 100) { nodes { act subjectId } }
      }"""

    for name in EVERYBODY:
        data = await ask(company.actor(name), document, id=territory_id(place))

        assert "CANARY" not in json.dumps(data), name
        assert data["people"]["totalCount"] == len(EVERYBODY)
        assert data["within"]["nodes"] == []
        assert data["performance"]["nodes"] == []
        assert data["history"]["nodes"] == []
        assert data["salesTotal"] in ([], [{"amount": "1.00", "lines": 1}])


async def test_a_partner_app_sees_granted_territories_by_scope_and_never_a_person(
    company: Company,
) -> None:
    west, east = await territory(company, "West"), await territory(company, "East")
    coast = await territory(company, "Coast", west)
    await sold(company, "Rui", "10.00", at=coast, cost=Decimal("4"))
    await sold(company, "Rui", "20.00", at=east)
    ruis = await goal(company, "Rui", territory_id=coast)
    document = """
      query($goal: ID!, $person: ID!, $west: ID!) {
        me { person { id } organisation { name } roles scopes }
        people { totalCount nodes { id } } positions { nodes { id } } goals { nodes { id } }
        goal: node(id: $goal) { id } person: node(id: $person) { id }
        territories { nodes { name parent { name } children { nodes { name } } } }
        sales { nodes { amount { amount } cost { amount } person { name } territory { name }
                        account { id } } }
        salesTotal { amount cost } inside: salesTotal(filter: {within: [$west]}) { amount }
        performance(by: YEAR) { nodes { territory { name } sales { amount } } }
        history { nodes { id } }
      }"""
    sent = {
        "goal": goal_id(ruis), "person": person_id(company, "Rui"), "west": territory_id(west)
    }  # fmt: skip

    async def seen(*scopes: Scope) -> Any:
        partner = company.partner(*scopes, territories=frozenset({west}))
        return await ask(partner, document, **sent)

    figures = await seen(Scope.PERFORMANCE_READ)
    sales = await seen(Scope.SALES_READ)
    nothing = await seen()

    for data in (figures, sales, nothing):
        assert data["me"]["person"] is None
        assert data["me"]["organisation"] == {"name": "Northwind"}
        assert data["people"] == {"totalCount": 0, "nodes": []}
        assert data["positions"]["nodes"] == data["goals"]["nodes"] == []
        assert data["goal"] is data["person"] is None
        assert data["history"]["nodes"] == []
    assert figures["sales"]["nodes"] == []
    assert figures["salesTotal"] == []
    assert {node["territory"]["name"] for node in figures["performance"]["nodes"]} == {
        "West", "Coast"
    }  # fmt: skip
    assert sales["sales"]["nodes"] == [
        {
            "amount": {"amount": "10.00"},
            "cost": None,
            "person": None,
            "territory": {"name": "Coast"},
            "account": None,
        }
    ]
    assert sales["salesTotal"] == [{"amount": "10.00", "cost": None}]
    assert sales["inside"] == [{"amount": "10.00"}]
    assert sales["performance"]["nodes"] == []
    assert {node["name"] for node in sales["territories"]["nodes"]} == {"West", "Coast"}
    assert nothing["territories"]["nodes"] == nothing["performance"]["nodes"] == []


async def test_a_territory_hidden_from_a_partner_cannot_be_told_by_filtering_with_it(
    company: Company,
) -> None:
    world = await territory(company, "World")
    west = await territory(company, "West", world)
    await sold(company, "Rui", "10.00", at=west)
    partner = company.partner(Scope.SALES_READ, territories=frozenset({west}))
    document = "query($id: ID!) { sales(filter: {within: [$id]}) { nodes { id } } }"

    granted = await ask(partner, document, id=territory_id(west))
    hidden = await ask(partner, document, id=territory_id(world))
    absent = await ask(partner, document, id=territory_id(new_id()))

    assert len(granted["sales"]["nodes"]) == 1
    assert hidden == absent == {"sales": {"nodes": []}}


async def test_a_field_of_a_stricter_class_is_null_by_relation(company: Company) -> None:
    document = "{ people(first: 100) { nodes { name email roles } } }"

    async def shown(actor: Actor, field: str) -> set[str]:
        data = await ask(actor, document)
        return {node["name"] for node in data["people"]["nodes"] if node[field] is not None}

    assert await shown(company.actor("Rui"), "email") == {"Rui"}
    assert await shown(company.actor("Mona"), "email") == {"Mona", "Rui", "Sam"}
    no_manager = company.actor("Mona", without=frozenset({Role.MANAGER}))
    assert await shown(no_manager, "email") == {"Mona"}
    assert await shown(company.actor("Hal"), "email") == set(EVERYBODY)
    assert await shown(company.actor("Mona"), "roles") == {"Mona"}
    assert await shown(company.actor("Adam"), "roles") == set(EVERYBODY)


@pytest.mark.parametrize(
    "arguments",
    [
        'filter: {email: {eq: "sam@example.test"}}',
        'filter: {email: {startsWith: "s"}}',
        "filter: {email: {in: []}}",
        "orderBy: {field: EMAIL}",
    ],
)
async def test_what_is_hidden_can_be_neither_filtered_nor_ordered_by(
    company: Company, arguments: str
) -> None:
    document = f"{{ people({arguments}) {{ totalCount nodes {{ name }} }} }}"

    for name in ("Rui", "Mona"):
        refused = await answer(company.actor(name), document)
        assert refused.data is None
        assert refused.refusal.code == "FORBIDDEN"
        assert "`email`" in refused.refusal.message
        assert refused.statements == 0
    assert (await ask(company.actor("Hal"), document))["people"]["nodes"] is not None


async def test_the_history_is_for_auditors(company: Company) -> None:
    approved = await submitted_goal(company, "Rui")
    document = """{ history(orderBy: {field: NUMBER, direction: ASC}) {
      nodes { number act subjectId person { name } changes { name before after } } } }"""

    for name in set(EVERYBODY) - {"Audrey"}:
        assert (await ask(company.actor(name), document))["history"]["nodes"] == []
    events = (await ask(company.actor("Audrey"), document))["history"]["nodes"]

    assert [(event["number"], event["act"]) for event in events] == [
        (1, "goal.drafted"),
        (2, "goal.submitted"),
    ]
    assert events[1]["subjectId"] == goal_id(approved)
    assert events[1]["person"] == {"name": "Rui"}
    assert events[1]["changes"] == [{"name": "status", "before": '"draft"', "after": '"submitted"'}]


async def test_a_rep_sees_figures_of_their_own_territories_and_a_manager_those_below(
    company: Company,
) -> None:
    west, east = await territory(company, "West"), await territory(company, "East")
    await territory(company, "Coast", west)
    for place, name in ((west, "Rui"), (east, "Olga")):
        await _assign(company, place, name)
    document = "{ performance(by: YEAR) { nodes { territory { name } } } }"

    async def seen(name: str) -> set[str]:
        data = await ask(company.actor(name), document)
        return {node["territory"]["name"] for node in data["performance"]["nodes"]}

    assert await seen("Rui") == await seen("Mona") == {"West", "Coast"}
    assert await seen("Sam") == await seen("Hal") == set()
    assert await seen("Eve") == {"East"}
    assert await seen("Fay") == {"West", "Coast", "East"}


async def _assign(company: Company, place: UUID, name: str) -> None:
    row = {
        "id": new_id(),
        "territory_id": place,
        "person_id": company.ids[name],
        "during": Range(SINCE, None),
    }
    await insert(company, "territory_assignment", [row])


async def test_hostile_words_are_words(company: Company) -> None:
    names = [
        "'; drop table goal; --",
        '"quoted" \\ backslash \\u0000',
        "{row}.x {key} :org %s %(x)s $1",
        "‮right to left‬ \t\r\n\x1f",
        "</script><b>",
        "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 🎯 é",
    ]
    made = {goal_id(await goal(company, "Rui", name=name)): name for name in names}
    document = """query($name: TextComparison) {
      goals(filter: {name: $name}, orderBy: {field: NAME}) { edges { cursor node { id name } } } }"""
    rui = company.actor("Rui")

    everything = await ask(rui, document, name=None)
    for id, name in made.items():
        found = (await ask(rui, document, name={"eq": name}))["goals"]["edges"]
        assert [edge["node"] for edge in found] == [{"id": id, "name": name}]
        begun = (await ask(rui, document, name={"startsWith": name[:4]}))["goals"]["edges"]
        assert [edge["node"]["id"] for edge in begun] == [id]

    nodes = [edge["node"] for edge in everything["goals"]["edges"]]
    assert {node["id"]: node["name"] for node in nodes} == made
    for edge, after in zip(everything["goals"]["edges"], nodes[1:], strict=False):
        page = await ask(
            rui,
            "query($after: String) { goals(first: 1, after: $after, orderBy: {field: NAME})"
            " { nodes { id name } } }",
            after=edge["cursor"],
        )
        assert page["goals"]["nodes"] == [after]
