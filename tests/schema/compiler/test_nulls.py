"""A null where the schema promises a value: GraphQL's own rule, in answers that SQL wrote.

No row of ours can be so, hence the declarations are bent for it: people called Sam are seen by
nobody, though a goal promises its owner; an approved status has no name. What comes out is compared
with what GraphQL's own executor makes of the same rows as plain values.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pytest
import pytest_asyncio
from graphql import ExecutionResult, GraphQLSchema, build_schema, execute_sync, parse

from auth.actor import Actor
from domain.goals.actions import check_in
from domain.goals.models import Confidence
from schema import STORED
from schema.typed_ids import encode
from tests.people import Company, count, drafted_goal
from tests.schema.asking import Answer, answer, goal, goal_id
from tests.schema.compiler.patching import new_compiler

STATUS = "{ __typename ... on Goal { id status version } }"
OWNER = "{ __typename ... on Goal { id owner { name } name } }"


@cache
def plain() -> GraphQLSchema:
    return build_schema((Path(__file__).parents[3] / "schema.graphql").read_text())


def _bend(patched: pytest.MonkeyPatch) -> None:
    status = STORED["Goal"].fields["status"]
    write = status.write
    assert write is not None
    unnamed = replace(status, write=lambda sql: f"nullif({write(sql)}, '\"APPROVED\"')")
    patched.setitem(STORED["Goal"].fields, "status", unnamed)
    patched.setattr(STORED["Person"], "visible", lambda _actor: "{row}.name <> 'Sam'")


def _bent(value: Any) -> Any:
    """The same done to plain values. From a list of people, who is not seen is missing."""
    if isinstance(value, list):
        return [_bent(each) for each in value if not _is_sam(each)]
    if isinstance(value, dict):
        return {
            key: None if _is_sam(each) or each == "APPROVED" else _bent(each)
            for key, each in value.items()
        }
    return value


def _is_sam(value: Any) -> bool:
    return isinstance(value, dict) and value.get("name") == "Sam"


@pytest_asyncio.fixture
async def goals(company: Company) -> Mapping[str, UUID]:
    """Ids: a draft of Rui's and one of Sam's, an approved one of Rui's, a check-in on it."""
    made = {name: await drafted_goal(company, name) for name in ("Rui", "Sam")}
    made["approved"] = await goal(company, "Rui")
    made["check-in"] = await check_in(
        company.actor("Rui"), goal_id=made["approved"], confidence=Confidence.ON_TRACK
    )
    return made


DOCUMENTS = {
    "in a list": "{ me { today } goals { nodes { id owner { name } } } }",
    "in a list that is not reached": "{ goals(filter: {whose: MINE}) { nodes { owner { name } } } }",
    "in edges": "{ goals { edges { cursor node { owner { name } } } pageInfo { hasNextPage } } }",
    "by an id": "query($sam: ID!) { me { today } node(id: $sam) " + OWNER + " }",
    "by many ids": "query($ids: [ID!]!) { nodes(ids: $ids) " + OWNER + " me { today } }",
    "of values": "query($ids: [ID!]!) { nodes(ids: $ids) " + STATUS + " }",
    "within another row": """query($ids: [ID!]!) { nodes(ids: $ids) {
      __typename ... on CheckIn { note goal { id status } author { name } } } }""",
    "within what can be null": """{ history { nodes { number subject { __typename
      ... on Goal { id owner { name } } } } pageInfo { hasNextPage } } }""",
    "in pages of pages": "{ people { nodes { name goals { nodes { name status } } } } }",
    "two beside each other": """query($ids: [ID!]!, $sam: ID!) {
      node(id: $sam) """ + OWNER + " nodes(ids: $ids) " + OWNER + " }",
}  # fmt: skip


def _sent(document: str, goals: Mapping[str, UUID]) -> dict[str, object]:
    ids = [goal_id(goals[name]) for name in ("Rui", "Sam", "approved")]
    sent: dict[str, object] = {
        "sam": goal_id(goals["Sam"]),
        "ids": [*ids, encode("check_in", goals["check-in"]), "nothing"],
    }
    return {name: value for name, value in sent.items() if f"${name}" in document}


async def _asked(actor: Actor, document: str, goals: Mapping[str, UUID]) -> Answer:
    return await answer(actor, document, **_sent(document, goals))


@pytest.mark.parametrize("where", DOCUMENTS)
async def test_a_missing_value_makes_null_of_what_graphql_says_and_nothing_else(
    company: Company, goals: Mapping[str, UUID], where: str
) -> None:
    document, caller = DOCUMENTS[where], company.actor("Audrey")
    whole = await _asked(caller, document, goals)
    assert whole.errors == []
    expected = execute_sync(
        plain(),
        parse(document),
        root_value=_bent(whole.data),
        variable_values=_sent(document, goals),
    )
    assert isinstance(expected, ExecutionResult)

    with new_compiler() as patched:
        _bend(patched)
        settled = await _asked(caller, document, goals)

    assert settled.data == orjson.loads(orjson.dumps(expected.data))
    assert [(error.path, error.message) for error in settled.errors] == [
        (error.path, error.message) for error in expected.errors or []
    ]
    assert bool(settled.errors) == (where != "in a list that is not reached")
    assert settled.statements == 1


async def test_in_a_payload_the_nearest_part_that_can_be_null_is_and_the_act_is_done(
    company: Company, goals: Mapping[str, UUID]
) -> None:
    document = """mutation($a: GoalSubmitInput!, $b: GoalSubmitInput!) {
      goalSubmit(input: $a) { clientMutationId errors { __typename } goal { version owner { name } } }
      again: goalSubmit(input: $b) { goal { version } } }"""
    sent = {"clientMutationId": "one", "id": goal_id(goals["Sam"]), "expectedVersion": 1}

    with new_compiler() as patched:
        _bend(patched)
        answered = await answer(
            company.actor("Sam"), document, a=sent, b=sent | {"clientMutationId": "two"}
        )

    [error] = answered.errors
    assert answered.data["goalSubmit"] == {"clientMutationId": "one", "errors": [], "goal": None}
    assert error.path == ["goalSubmit", "goal", "owner"]
    assert error.message == "Cannot return null for non-nullable field Goal.owner."
    assert await count(company, "goal", "status = 'submitted'") == 1
