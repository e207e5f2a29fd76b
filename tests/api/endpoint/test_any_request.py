"""Whatever is sent, the answer is well-formed GraphQL JSON and the fault is never ours."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.types import Message

from tests.api.endpoint.logs import production_logs
from tests.api.endpoint.shop import Shop, endpoint

APP = endpoint(Shop())
WORDS = (
    *("{", "}", "(", ")", "[", "]", ":", "!", "$", "@", "...", "=", "|", "&", "#", '"', '"""'),
    *("query", "mutation", "subscription", "fragment", "on", "A", "B", "Query", "Product"),
    *("product", "products", "name", "names", "price", "related", "related{", "product{", "...A"),
    *("__typename", "__schema", "types", "@skip(if:true)", "@include", "a:", "$n", "String", "\n"),
    *('(name:"x")', '("\\u0000")', "1", "1.5", "null", "true", "fragment A on Product{", "\\", "é"),
)
documents = st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=10,
)
requests = st.fixed_dictionaries(
    {"query": documents},
    optional={"operationName": st.sampled_from(["A", "B", "", 1]), "variables": values},
)
bodies = (
    st.binary(max_size=100)
    | values.map(json.dumps).map(str.encode)
    | requests.map(json.dumps).map(str.encode)
)


async def answered(body: bytes, accept: bytes) -> tuple[int, dict[str, Any]]:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [
        (b"content-type", b"application/json"),
        (b"authorization", b"Bearer app"),
        (b"accept", accept),
    ]
    scope = {"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": headers}
    await APP(scope, receive, send)
    return sent[0]["status"], json.loads(sent[1]["body"])


@settings(max_examples=150, deadline=None)
@given(bodies, st.sampled_from([b"application/json", b"application/graphql-response+json"]))
async def test_no_body_makes_the_endpoint_fail(body: bytes, accept: bytes) -> None:
    with production_logs() as logged:
        status, reply = await answered(body, accept)

    assert status in {200, 294, 400}
    assert set(reply) <= {"data", "errors"}
    assert all(
        isinstance(error["message"], str) for error in reply.get("errors", [{"message": ""}])
    )
    assert logged.entries == []
