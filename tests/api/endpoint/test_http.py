"""GraphQL over HTTP: what the audits of the npm package graphql-http ask, and what they do not."""

from typing import Any

import pytest

from tests.api.endpoint.shop import Shop, client, endpoint

GRAPHQL = "application/graphql-response+json"
JSON = "application/json"
TYPENAME = {"query": "{ __typename }"}


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        (GRAPHQL, GRAPHQL),
        (JSON, JSON),
        ("*/*", JSON),
        (None, JSON),
        ("application/*", JSON),
        (f"{GRAPHQL}, {JSON};q=0.9", GRAPHQL),
        (f"{JSON}, {GRAPHQL};q=0.5", JSON),
        (f"{JSON}, {GRAPHQL}", GRAPHQL),
        # What urql sends with everything; it once was answered with server-sent events.
        (f"{GRAPHQL}, {JSON}, text/event-stream, multipart/mixed", GRAPHQL),
        ("text/html, application/json;q=0", None),
        ("text/event-stream", None),
        ("application/json;q=nonsense", None),
    ],
)
async def test_the_answer_has_the_media_type_that_the_caller_prefers(
    accept: str | None, content_type: str | None
) -> None:
    async with client(endpoint(Shop())) as http:
        if accept is None:
            del http.headers["accept"]
        reply = await http.post(
            "/graphql", json=TYPENAME, headers={"Accept": accept} if accept else {}
        )

    if content_type is None:
        assert reply.status_code == 406
        assert reply.json()["errors"][0]["extensions"]["code"] == "BAD_REQUEST"
    else:
        assert reply.status_code == 200
        assert reply.headers["content-type"] == f"{content_type}; charset=utf-8"
        assert reply.json() == {"data": {"__typename": "Query"}}


@pytest.mark.parametrize("accept", [GRAPHQL, JSON])
@pytest.mark.parametrize(
    "parameters",
    [
        {"variables": None},
        {"operationName": None},
        {"extensions": None},
        {"extensions": {"some": "value"}},
        {"query": "query Named { __typename }", "operationName": "Named"},
        {"query": "query A { __typename } query B { a: __typename }", "operationName": "A"},
        {"unknown": "parameters are left alone"},
    ],
)
async def test_a_well_formed_request_is_answered_with_data(
    accept: str, parameters: dict[str, Any]
) -> None:
    async with client(endpoint(Shop())) as http:
        reply = await http.post(
            "/graphql", json={**TYPENAME, **parameters}, headers={"Accept": accept}
        )

    assert (reply.status_code, reply.json()) == (200, {"data": {"__typename": "Query"}})


@pytest.mark.parametrize("accept", [GRAPHQL, JSON])
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b'{ "not a JSON',
        b"5",
        b'"str"',
        b"null",
        b"[]",
        b'[{"query": "{ __typename }"}]',
        b"{}",
        b'{"qeury": "{ __typename }"}',
        b'{"query": ""}',
        b'{"query": {"obj": "ect"}}',
        b'{"query": 0}',
        b'{"query": false}',
        b'{"query": ["array"]}',
        b'{"query": "{ __typename }", "operationName": {"obj": "ect"}}',
        b'{"query": "{ __typename }", "operationName": 0}',
        b'{"query": "{ __typename }", "operationName": false}',
        b'{"query": "{ __typename }", "operationName": ["array"]}',
        b'{"query": "{ __typename }", "variables": "string"}',
        b'{"query": "{ __typename }", "variables": 0}',
        b'{"query": "{ __typename }", "variables": false}',
        b'{"query": "{ __typename }", "variables": ["array"]}',
        b'{"query": "{ __typename }", "extensions": "string"}',
        b'{"query": "{ __typename }", "extensions": 0}',
        b'{"query": "{ __typename }", "extensions": false}',
        b'{"query": "{ __typename }", "extensions": ["array"]}',
        b'{"query": "{ __typename }", "variables": {"x": NaN}}',
        b'{"query": "{ __typename }", "variables": {"x": "\\ud800"}}',
        b'{"query": "\xff"}',
        b'\xef\xbb\xbf{"query": "{ __typename }"}',
        b'{"query": "{ __typename }", "variables": ' + b"[" * 100_000,
        b'{"query": "{ __typename }", "variables": {"x": ' + b"[" * 900 + b"]" * 900 + b"}}",
    ],
    ids=lambda body: body[:60],
)
async def test_a_malformed_request_is_told_so_with_400_and_graphql_json(
    accept: str, body: bytes
) -> None:
    async with client(endpoint(Shop())) as http:
        headers = {"Accept": accept, "Content-Type": JSON}
        reply = await http.post("/graphql", content=body, headers=headers)

    assert reply.status_code == 400
    assert reply.headers["content-type"] == f"{accept}; charset=utf-8"
    assert set(reply.json()) == {"errors"}
    assert reply.json()["errors"][0]["extensions"]["code"] in {"BAD_REQUEST", "BAD_USER_INPUT"}


PRICE = "mutation($input: PriceInput!) { setPrice(input: $input) { name } }"


@pytest.mark.parametrize(
    ("request_", "code", "says"),
    [
        ({"query": "{"}, "GRAPHQL_PARSE_FAILED", "Syntax Error: Expected Name, found <EOF>."),
        (
            {"query": "{ produkt }"},
            "GRAPHQL_VALIDATION_FAILED",
            "Cannot query field 'produkt' on type 'Query'.",
        ),
        (
            {"query": "query Q($id: ID!) { __typename }", "variables": {"id": None}},
            "GRAPHQL_VALIDATION_FAILED",
            "Variable '$id' is never used in operation 'Q'.",
        ),
        (
            {"query": "query Q($n: String!) { product(name: $n) { name } }"},
            "BAD_USER_INPUT",
            "Variable '$n' has invalid value: Expected a value of non-null type 'String!' to be "
            "provided.",
        ),
        (
            {"query": PRICE, "variables": {"input": {"name": "pen", "price": 1.5}}},
            "BAD_USER_INPUT",
            "Variable '$input' has invalid value at .price: Decimal must be a string of ASCII "
            'digits such as "-1234.50", with at most 18 digits before and 10 after the point and '
            "no exponent.",
        ),
        (
            {"query": "query A { __typename } query B { __typename }"},
            "OPERATION_RESOLUTION_FAILURE",
            "The document holds 2 operations; `operationName` must say which one to run.",
        ),
        (
            {"query": "query A { __typename }", "operationName": "B"},
            "OPERATION_RESOLUTION_FAILURE",
            "The document holds no operation of the name in `operationName`.",
        ),
        (
            {"query": 'query A { product(name: "a\\u0000b") { name } }'},
            "BAD_USER_INPUT",
            "A string in the document holds a NUL character.",
        ),
    ],
)
async def test_a_fault_of_the_document_is_400_or_200_by_media_type_and_runs_nothing(
    request_: dict[str, Any], code: str, says: str
) -> None:
    shop = Shop()

    async with client(endpoint(shop)) as http:
        newer = await http.post("/graphql", json=request_, headers={"Accept": GRAPHQL})
        older = await http.post("/graphql", json=request_, headers={"Accept": JSON})

    assert (newer.status_code, older.status_code) == (400, 200)
    assert newer.json() == older.json()
    assert set(newer.json()) == {"errors"}
    assert newer.json()["errors"][0]["extensions"]["code"] == code
    assert newer.json()["errors"][0]["message"] == says
    assert shop.log == []


async def test_queries_may_come_by_get_and_mutations_may_not() -> None:
    shop = Shop()
    query = {
        "query": "query P($n: String!) { product(name: $n) { name } }",
        "variables": '{"n": "Run🏃"}',
    }

    async with client(endpoint(shop)) as http:
        read = await http.get("/graphql", params=query)
        write = await http.get("/graphql", params={"query": "mutation { __typename }"})
        twice = await http.get("/graphql?query={__typename}&query={__typename}")
        broken = await http.get("/graphql", params={**query, "variables": "{"})
        bare = await http.get("/graphql", headers={"Accept": "*/*"})

    assert read.json() == {"data": {"product": {"name": "Run🏃"}}}
    assert (write.status_code, write.headers["allow"]) == (405, "POST")
    assert write.json()["errors"][0]["message"] == "A mutation must be sent with POST."
    assert [reply.status_code for reply in (twice, broken, bare)] == [400, 400, 400]
    assert shop.log == ["product Run🏃"]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"])
async def test_other_methods_are_refused_with_the_methods_that_are_allowed(method: str) -> None:
    async with client(endpoint(Shop())) as http:
        reply = await http.request(method, "/graphql")

    assert (reply.status_code, reply.headers["allow"]) == (405, "GET, POST")


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/graphql",
        "application/json; charset=utf-16",
    ],
)
async def test_a_body_that_is_not_json_in_utf_8_is_415(content_type: str | None) -> None:
    headers = {"Content-Type": content_type} if content_type else {}

    async with client(endpoint(Shop())) as http:
        reply = await http.post("/graphql", content=b'{"query": "{ __typename }"}', headers=headers)

    assert reply.status_code == 415
    assert reply.json()["errors"][0]["extensions"]["code"] == "BAD_REQUEST"


async def test_a_subscription_over_post_is_refused_clearly_and_never_starts() -> None:
    shop = Shop()

    async with client(endpoint(shop)) as http:
        reply = await http.post("/graphql", json={"query": "subscription { ticks }"})
        deferred = await http.post("/graphql", json={"query": "{ ... @defer { __typename } }"})

    assert reply.status_code == 400
    assert reply.json()["errors"][0]["message"] == (
        "A subscription is answered as a stream: accept text/event-stream, or use the WebSocket at"
        " this address (graphql-transport-ws)."
    )
    assert deferred.json()["errors"][0]["message"] == "Unknown directive '@defer'."
    assert shop.log == []


async def test_in_development_strangers_may_look_at_the_schema_and_at_nothing_else() -> None:
    shop = Shop()
    looks = ["{ __typename }", "{ __schema { queryType { name } } }"]
    reaches = [
        "{ product { name } }",
        "{ __typename product { name } }",
        "{ ...on Query { __typename } }",
    ]

    async with client(endpoint(shop, development=True), token=None) as http:
        seen = [(await http.post("/graphql", json={"query": text})).status_code for text in looks]
        refused = [
            (await http.post("/graphql", json={"query": text})).status_code for text in reaches
        ]
    async with client(endpoint(shop), token=None) as http:
        in_production = await http.post("/graphql", json={"query": looks[0]})

    assert seen == [200, 200]
    assert refused == [401, 401, 401]
    assert in_production.status_code == 401
    assert shop.log == []


async def test_callers_without_good_credentials_get_401_and_a_challenge() -> None:
    shop = Shop()

    async with client(endpoint(shop), token=None) as http:
        stranger = await http.post("/graphql", json={"query": "{ product { name } }"})
    async with client(endpoint(shop), token="expired") as http:
        expired = await http.post("/graphql", json={"query": "{ product { name } }"})

    assert (stranger.status_code, stranger.headers["www-authenticate"]) == (401, "Bearer")
    assert expired.status_code == 401
    assert expired.headers["www-authenticate"] == 'Bearer error="invalid_token"'
    assert expired.json() == {
        "errors": [
            {
                "message": "The access token has expired.",
                "extensions": {"code": "UNAUTHENTICATED"},
            }
        ]
    }
    assert shop.log == []


async def test_an_execution_that_answers_with_bytes_replaces_the_ordinary_one() -> None:
    seen: list[tuple[str | None, dict[str, object]]] = []

    async def compiled(operation: Any, variables: dict[str, object], context: object) -> bytes:
        seen.append((operation.name, variables))
        return b'{"data":{"product":{"name":"from the database"}}}'

    async with client(endpoint(Shop(), execution=compiled)) as http:
        reply = await http.post(
            "/graphql",
            json={"query": "query P { product { name } }", "variables": {"a": 1}},
        )

    assert reply.content == b'{"data":{"product":{"name":"from the database"}}}'
    assert seen == [("P", {"a": 1})]
