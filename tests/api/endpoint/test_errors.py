"""What a caller sees when a resolver fails: refusals whole, faults of ours masked, never a secret."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.api.endpoint.logs import Logged, production_logs
from tests.api.endpoint.shop import FAULTS, SECRET, Shop, client, endpoint

GRAPHQL = {"Accept": "application/graphql-response+json"}
FAULT = "query Fault($kind: String!) { fault(kind: $kind) }"
REFERENCE = "0192-reference"


@pytest.fixture
def logged() -> Iterator[Logged]:
    with production_logs() as stream:
        yield stream


async def ask(query: str, **variables: object) -> tuple[int, dict[str, Any], dict[str, str]]:
    async with client(endpoint(Shop())) as http:
        reply = await http.post(
            "/graphql",
            json={"query": query, "variables": variables},
            headers={**GRAPHQL, "X-Request-Id": REFERENCE},
        )
    return reply.status_code, reply.json(), dict(reply.headers)


@pytest.mark.parametrize(
    ("kind", "message", "extensions"),
    [
        (
            "absent",
            "There is no such goal, or it is not yours to see.",
            {"code": "NOT_FOUND"},
        ),
        ("forbidden", "You may not approve your own goal.", {"code": "FORBIDDEN"}),
        (
            "conflict",
            "The goal is at version 3.",
            {"code": "CONFLICT", "facts": {"version": 3}},
        ),
        ("invalid", "The target must be positive.", {"code": "BAD_USER_INPUT"}),
    ],
)
async def test_a_refusal_is_shown_with_its_code_and_facts_beside_the_data(
    kind: str, message: str, extensions: dict[str, Any], logged: Logged
) -> None:
    status, body, _ = await ask(FAULT, kind=kind)

    assert status == 294
    assert body == {
        "data": {"fault": None},
        "errors": [
            {
                "message": message,
                "extensions": extensions,
                "locations": [{"line": 1, "column": 31}],
                "path": ["fault"],
            }
        ],
    }
    assert logged.getvalue() == ""


async def test_a_fault_of_ours_is_masked_and_logged_once_under_its_reference(
    logged: Logged,
) -> None:
    status, body, _ = await ask(FAULT, kind="bug")

    assert status == 294
    assert body["data"] == {"fault": None}
    assert body["errors"][0]["message"] == (
        f"Something went wrong on our side. Reference: {REFERENCE}"
    )
    assert body["errors"][0]["extensions"] == {"code": "INTERNAL_SERVER_ERROR"}
    (entry,) = logged.entries
    assert entry["request_id"] == REFERENCE
    assert entry["operation"] == "Fault"
    assert entry["exception"]["type"] == "builtins.RuntimeError"
    assert SECRET not in logged.getvalue()


@pytest.mark.parametrize(
    "query",
    ["{ wrongType }", '{ requiredFault(kind: "bug") }', "{ wrongType again: wrongType }"],
)
async def test_no_error_of_ours_carries_a_value_of_ours(query: str, logged: Logged) -> None:
    status, body, _ = await ask(query)

    assert status == 294
    assert SECRET not in json.dumps(body)
    assert "hunter2" not in logged.getvalue()
    assert {error["extensions"]["code"] for error in body["errors"]} == {"INTERNAL_SERVER_ERROR"}


async def test_a_null_for_an_argument_that_must_not_be_null_is_the_callers_fault(
    logged: Logged,
) -> None:
    status, body, _ = await ask("query($name: String) { product(name: $name) { name } }", name=None)

    assert status == 294
    assert body["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT"}
    assert "must" not in logged.getvalue()


AWAY = sorted(set(FAULTS) - {"bug", "absent", "forbidden", "conflict", "invalid"})


@pytest.mark.parametrize("kind", AWAY)
async def test_a_database_that_is_away_is_503_with_nothing_half_told(
    kind: str, logged: Logged
) -> None:
    status, body, headers = await ask(
        "query Half($kind: String!) { product { name } fault(kind: $kind) }", kind=kind
    )

    assert status == 503
    assert headers["retry-after"] == "2"
    assert body == {
        "errors": [
            {
                "message": "The service cannot reach its database at the moment. Please try again.",
                "extensions": {"code": "SERVICE_UNAVAILABLE"},
            }
        ]
    }
    assert logged.getvalue() == ""


async def test_errors_of_callers_leave_no_trace_at_error_level(logged: Logged) -> None:
    for query in ("{", "{ nothing }", "query A { __typename } query B { __typename }", "mutation"):
        status, _, _ = await ask(query)
        assert status == 400

    assert logged.getvalue() == ""


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        (ConnectionRefusedError(111, SECRET), 503, "SERVICE_UNAVAILABLE"),
        (TimeoutError(), 503, "SERVICE_UNAVAILABLE"),
        (RuntimeError(SECRET), 500, "INTERNAL_SERVER_ERROR"),
    ],
)
async def test_a_fault_before_anything_runs_is_told_in_the_same_way(
    fault: Exception, status: int, code: str, logged: Logged
) -> None:
    shop = Shop()

    async with client(endpoint(shop, refuses=fault)) as http:
        reply = await http.post("/graphql", json={"query": "{ product { name } }"})

    assert reply.status_code == status
    assert reply.json()["errors"][0]["extensions"]["code"] == code
    assert SECRET not in reply.text + logged.getvalue()
    assert len(logged.entries) == (status == 500)
    assert shop.log == []


async def test_many_faults_of_one_kind_are_one_entry(logged: Logged) -> None:
    fields = " ".join(f'a{number}: fault(kind: "bug")' for number in range(19))

    _, body, _ = await ask(f"{{ {fields} wrongType }}")

    assert len(body["errors"]) == 20
    assert [entry["exception"]["type"].rpartition(".")[2] for entry in logged.entries] == [
        "GraphQLError",
        "RuntimeError",
    ]
