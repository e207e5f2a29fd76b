"""GET with entity tags: what a caller has already is not sent again, and never shown to another."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Route

from api.edge import EdgeLimits, Metrics, edge
from api.endpoint import DocumentLimits, GraphQLEndpoint
from tests.api.endpoint.shop import SCHEMA, Shop, authenticate, client, describe, endpoint

WHO = {"query": "{ product { name } }"}
MANY = {"query": "{ products(names: [" + '"pen", ' * 100 + "]) { name } }"}
JSON = "application/json"
GRAPHQL = "application/graphql-response+json"


async def get(params: dict[str, str], *, token: str = "app", **headers: str) -> httpx2.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    app = edge(
        Starlette(routes=[Route("/graphql", endpoint(Shop(), development=True))]),
        limits=EdgeLimits(),
        metrics=Metrics(),
    )
    async with client(app, token=token) as http:
        return await http.get("/graphql", params=params, headers=named)


def conditions(tag: str) -> list[str]:
    return [tag, f'"other", {tag}', f'W/{tag}, "other"', f'"a",{tag},"b"', "*"]


async def test_an_answer_that_the_caller_has_is_304_without_a_body() -> None:
    first = await get(WHO)
    tag = first.headers["etag"]
    again = [await get(WHO, if_none_match=condition) for condition in conditions(tag)]
    other = [await get(WHO, if_none_match=f) for f in ('"other"', "", tag[1:-1], f"{tag}x")]

    assert first.status_code == 200
    assert tag[0] == tag[-1] == '"'
    assert first.headers["cache-control"] == "private, no-cache"
    assert first.headers["vary"] == "Accept, Accept-Encoding, Authorization"
    for reply in again:
        assert (reply.status_code, reply.content) == (304, b"")
        assert reply.headers["etag"] == tag
        assert reply.headers["cache-control"] == "private, no-cache"
        assert reply.headers["vary"] == "Accept, Accept-Encoding, Authorization"
        assert "content-type" not in reply.headers
        assert "content-length" not in reply.headers
    assert [reply.status_code for reply in other] == [200] * 4


async def test_every_form_of_an_answer_has_a_tag_of_its_own_and_keeps_it() -> None:
    forms = [
        {"accept": accept, "accept_encoding": coding}
        for accept in (JSON, GRAPHQL)
        for coding in ("identity", "gzip", "br", "zstd")
    ]

    first = [await get(MANY, **form) for form in forms]
    again = [await get(MANY, **form) for form in forms]
    plain = first[0].headers["etag"]
    compressed = await get(MANY, accept_encoding="gzip", if_none_match=plain)

    tags = [reply.headers["etag"] for reply in first]
    assert len(set(tags)) == 8
    assert [reply.headers["etag"] for reply in again] == tags
    assert (compressed.status_code, compressed.headers["content-encoding"]) == (200, "gzip")


async def test_two_people_who_ask_the_same_are_never_taken_for_one_another() -> None:
    """Each is given their own answer, so one's tag does not answer the other's question."""

    @asynccontextmanager
    async def shop_of(actor: str, request: Request) -> AsyncIterator[str]:
        yield actor

    async def name(_operation: object, _variables: object, context: object) -> bytes:
        return f'{{"data":{{"me":"{context}"}}}}'.encode()

    app: GraphQLEndpoint[str] = GraphQLEndpoint(
        SCHEMA,
        authenticate=authenticate,
        describe=describe,
        open_context=shop_of,
        limits=DocumentLimits(),
        development=True,
        execution=name,
    )
    async with client(app, token="rep") as rep, client(app, token="app") as other:
        of_rep = await rep.get("/graphql", params=WHO)
        tag = of_rep.headers["etag"]
        of_other = await other.get("/graphql", params=WHO, headers={"If-None-Match": tag})
        of_nobody = await other.get(
            "/graphql",
            params=WHO,
            headers={"If-None-Match": tag, "Authorization": "Bearer expired"},
        )

    assert of_rep.json() == {"data": {"me": "rep"}}
    assert (of_other.status_code, of_other.json()) == (200, {"data": {"me": "app"}})
    assert of_other.headers["etag"] != tag
    assert of_nobody.status_code == 401


@pytest.mark.parametrize(
    "query",
    [
        '{ fault(kind: "bug") }',
        '{ fault(kind: "absent") }',
        '{ requiredFault(kind: "refused connection") }',
        "{ nothingOfTheKind }",
        "{",
        "mutation { __typename }",
    ],
)
async def test_what_went_wrong_is_never_kept_and_never_304(query: str) -> None:
    reply = await get({"query": query}, if_none_match="*", accept=GRAPHQL)

    assert reply.status_code in {294, 400, 405, 503}
    assert reply.headers["cache-control"] == "no-store"
    assert "etag" not in reply.headers


async def test_an_answer_to_post_has_no_tag_and_is_not_kept() -> None:
    app = edge(
        Starlette(routes=[Route("/graphql", endpoint(Shop()))]),
        limits=EdgeLimits(),
        metrics=Metrics(),
    )

    async with client(app) as http:
        reply = await http.post("/graphql", json=WHO, headers={"If-None-Match": "*"})

    assert (reply.status_code, reply.json()) == (200, {"data": {"product": {"name": "pen"}}})
    assert reply.headers["cache-control"] == "no-store"
    assert "etag" not in reply.headers
