"""Hostile documents and variables: refused fast, by a limit with a name, and nothing runs."""

import time
import tracemalloc
from dataclasses import replace
from typing import Any

import pytest
from graphql import get_introspection_query

from api.endpoint import DocumentLimits
from tests.api.endpoint.shop import Shop, client, endpoint

GRAPHQL = {"Accept": "application/graphql-response+json"}

SECONDS = 0.5
"""Far above what any document here takes (0.1 s), far below what they take without limits."""
BYTES = 60_000_000


def nested(levels: int) -> str:
    return "{product{" + "related{" * levels + "name" + "}" * levels + "}}"


def fragments(count: int, body: str) -> str:
    chain = (
        f"fragment F{i} on Product{{{body.replace('NEXT', f'F{i + 1}')}}}" for i in range(count)
    )
    return "{product{...F0}}" + "".join(chain) + f"fragment F{count} on Product{{name}}"


def spreads(count: int, body: str) -> str:
    all_ = "".join(f"fragment F{i} on Product{{{body}}}" for i in range(count))
    return "{product{" + " ".join(f"...F{i}" for i in range(count)) + "}}" + all_


def merging(fields: int) -> str:
    """Fields of one name inside fields of one name, which are compared pair by pair."""
    inner = "related{" + "name " * 4 + "}"
    return "{" + ("product{" + ("related{" + inner * 4 + "}") * 4 + "}") * fields + "}"


@pytest.mark.parametrize(
    ("document", "limit", "says"),
    [
        ("{" + "a " * 30_000 + "}", "characters", "60002 characters; at most 50000"),
        ("{" + "a " * 2_100 + "}", "tokens", "more than 2000 tokens"),
        ("#\n" * 2_100 + "{product{name}}", "tokens", "more than 2000 comments"),
        (nested(16), "depth", "18 levels of fields; at most 16"),
        (nested(500), "depth", "nested too deeply"),
        (fragments(20, "related{...NEXT}"), "depth", "22 levels of fields; at most 16"),
        ("{" + "".join(f"a{i}:__typename " for i in range(60)) + "}", "aliases", "60 aliases"),
        (fragments(9, "a:related{...NEXT} b:related{...NEXT}"), "aliases", "1022 aliases"),
        ("{" + "".join(f"f{i} " for i in range(21)) + "}", "root_fields", "21 root fields"),
        ("{...A} fragment A on Query{" + "x " * 21 + "}", "root_fields", "21 root fields"),
        ("{__typename " + "@a" * 900 + "}", "directives", "900 directives; at most 50"),
        (fragments(45, "...NEXT ...NEXT"), "selections", "at most 2000"),
        (fragments(50, "...NEXT"), "fragments", "51 fragments; at most 50"),
        ("".join(f"query Q{i}{{__typename}} " for i in range(21)), "operations", "21 operations"),
        ("{" + "product{name}" * 21 + "}", "root_fields", "21 root fields"),
        ("{product{" + "related{name}" * 65 + "}}", "comparisons", "fields to merge; at most 2000"),
        ("{product{" + "...{name}" * 65 + "}}", "comparisons", "2080 fields to merge"),
        (merging(12), "comparisons", "fields to merge; at most 2000"),
        (spreads(40, "related{name}" * 8), "comparisons", "fields to merge; at most 2000"),
        (fragments(12, "...NEXT " + "related{...NEXT}" * 2), "selections", "at most 2000"),
        ("{product{" + "".join(f"z{i} " for i in range(99)) + "}}", "validation_errors", "aborted"),
        (
            "{__schema{types{fields{type{fields{type{fields{type{name}}}}}}}}}",
            "introspection_depth",
            "Maximum introspection depth exceeded",
        ),
        ("{product{...A}} fragment A on Product{...B} fragment B on Product{...A}", None, "within"),
        ("{product{...A}} fragment A on Product{name related{...A}}", None, "within itself"),
        (
            "{product{...A}} fragment A on Product{related{...A} b:related{...A}}",
            "selections",
            "at",
        ),
    ],
)
async def test_a_hostile_document_is_refused_by_name_in_bounded_time_and_memory(
    document: str, limit: str | None, says: str
) -> None:
    shop = Shop()
    app = endpoint(shop)

    async with client(app) as http:
        tracemalloc.start()
        started = time.process_time()
        reply = await http.post("/graphql", json={"query": document}, headers=GRAPHQL)
        seconds = time.process_time() - started
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    errors = reply.json()["errors"]
    assert reply.status_code == 400
    assert says in errors[-1]["message"]
    assert errors[-1]["extensions"].get("limit") == limit
    assert len(errors) <= 21
    assert seconds < SECONDS * 4  # tracing memory slows everything down
    assert peak < BYTES
    assert shop.log == []


@pytest.mark.parametrize(
    ("variables", "limit", "says"),
    [
        ({"x": ["a"] * 1_001}, "list_items", "a list of more than 1000 items"),
        ({"x": {"a": [{"b": ["c"] * 1_001}]}}, "list_items", "a list of more than 1000 items"),
        ({"x": [["a"] * 999] * 30}, "json_values", "more than 20000 values"),
        (
            {"x": [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["a"]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]},
            "json_depth",
            "more than 32 levels",
        ),
        ({"x": {"a": "b\0"}}, None, "Variable `x` holds a NUL character."),
        ({"x": {"a\0": "b"}}, None, "Variable `x` holds a NUL character."),
    ],
)
async def test_variables_are_bounded_before_anything_looks_at_them(
    variables: dict[str, Any], limit: str | None, says: str
) -> None:
    request = {"query": "{ product { name } }", "variables": variables}
    shop = Shop()

    async with client(endpoint(shop)) as http:
        reply = await http.post("/graphql", json=request)

    assert reply.status_code == 400
    assert says in reply.json()["errors"][0]["message"]
    assert reply.json()["errors"][0]["extensions"].get("limit") == limit
    assert shop.log == []


async def test_a_refused_value_is_not_sent_back_at_length() -> None:
    request = {
        "query": "query($names: [String!]!) { products(names: $names) { name } }",
        "variables": {"names": [{"long": "x" * 10_000}] * 100},
    }

    async with client(endpoint(Shop())) as http:
        reply = await http.post("/graphql", json=request, headers=GRAPHQL)

    errors = reply.json()["errors"]
    assert reply.status_code == 400
    assert max(len(error["message"]) for error in errors) <= 300
    assert len(errors) == 21
    assert errors[-1]["extensions"] == {"code": "BAD_USER_INPUT", "limit": "coercion_errors"}


async def test_the_standard_introspection_query_passes_and_can_be_turned_off() -> None:
    request = {"query": get_introspection_query()}

    async with client(endpoint(Shop())) as http:
        allowed = await http.post("/graphql", json=request, headers=GRAPHQL)
    async with client(endpoint(Shop(), introspection=False)) as http:
        refused = await http.post("/graphql", json=request, headers=GRAPHQL)

    assert allowed.status_code == 200
    assert refused.status_code == 400
    assert "introspection" in refused.json()["errors"][0]["message"]


async def test_a_fragment_below_the_root_may_have_more_fields_than_the_root() -> None:
    wide = " ".join(f"a{number}: name" for number in range(30))
    request = {"query": f"{{ product {{ ...Wide }} }} fragment Wide on Product {{ {wide} }}"}

    async with client(endpoint(Shop())) as http:
        reply = await http.post("/graphql", json=request)

    assert len(reply.json()["data"]["product"]) == 30


async def test_suggestions_are_for_development_only() -> None:
    request = {"query": "{ produkt { name } }"}

    async with client(endpoint(Shop())) as http:
        production = await http.post("/graphql", json=request)
    async with client(endpoint(Shop(), development=True)) as http:
        development = await http.post("/graphql", json=request)

    said = "Cannot query field 'produkt' on type 'Query'."
    assert production.json()["errors"][0]["message"] == said
    assert development.json()["errors"][0]["message"].startswith(f"{said} Did you mean 'product'")


async def test_remembered_documents_are_bounded_by_their_length() -> None:
    from api.endpoint.documents import Documents
    from tests.api.endpoint.shop import SCHEMA

    limits = replace(DocumentLimits(), cached_characters=100)
    documents = Documents(SCHEMA, limits, introspection=True, hide_suggestions=True)
    texts = [f"query Q{number} {{ product {{ name }} }}" for number in range(10)]

    first = [documents.prepare(text, None).document for text in texts]
    again = [documents.prepare(text, None).document for text in reversed(texts)]

    is_same = [old is new for old, new in zip(first, reversed(again), strict=True)]
    assert is_same == [False] * 7 + [True] * 3
