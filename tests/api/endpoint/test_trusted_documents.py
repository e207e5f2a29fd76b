"""Who may send which document, by which road."""

import json
from hashlib import sha256
from typing import Any

import pytest

from tests.api.endpoint.shop import Shop, client, endpoint

GRAPHQL = {"Accept": "application/graphql-response+json"}
PEN = 'query Pen { product(name: "pen") { name } }'
FREE = 'query Free { product(name: "anything") { name } }'
HOLE = 'mutation Hole { setPrice(input: {name: "pen", price: "0"}) { name } }'


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def persisted(text: str) -> dict[str, Any]:
    return {"persistedQuery": {"version": 1, "sha256Hash": digest(text)}}


TRUSTED = {digest(PEN): PEN}
NAMED = [
    {"documentId": f"sha256:{digest(PEN)}"},
    {"extensions": persisted(PEN)},
    {"documentId": f"sha256:{digest(PEN)}", "extensions": persisted(PEN)},
    {"query": PEN, "extensions": persisted(PEN)},
    {"query": PEN, "documentId": f"sha256:{digest(PEN)}"},
    {"query": PEN},
    {"query": "", "extensions": persisted(PEN)},
]


@pytest.mark.parametrize("token", ["rep", "app"])
@pytest.mark.parametrize("named", NAMED)
async def test_a_trusted_document_runs_by_every_name_it_has_over_post_and_get(
    named: dict[str, Any], token: str
) -> None:
    in_url = {name: v if isinstance(v, str) else json.dumps(v) for name, v in named.items()}

    async with client(endpoint(Shop(), trusted=TRUSTED), token=token) as http:
        posted = await http.post("/graphql", json={**named, "variables": {}})
        got = await http.get("/graphql", params=in_url, headers={"Accept": "*/*"})

    assert posted.json() == got.json() == {"data": {"product": {"name": "pen"}}}


UNTRUSTED: list[tuple[dict[str, Any], str]] = [
    ({"query": FREE}, "DOCUMENT_NOT_TRUSTED"),
    ({"query": HOLE}, "DOCUMENT_NOT_TRUSTED"),
    ({"query": "{"}, "DOCUMENT_NOT_TRUSTED"),
    ({"query": "{ __schema { types { name } } }"}, "DOCUMENT_NOT_TRUSTED"),
    ({"query": f"{PEN} "}, "DOCUMENT_NOT_TRUSTED"),
    ({"query": FREE, "documentId": f"sha256:{digest(FREE)}"}, "DOCUMENT_NOT_TRUSTED"),
    ({"query": FREE, "extensions": persisted(FREE)}, "DOCUMENT_NOT_TRUSTED"),
    ({"query": FREE, "documentId": f"sha256:{digest(PEN)}"}, "BAD_REQUEST"),
    ({"query": FREE, "extensions": persisted(PEN)}, "BAD_REQUEST"),
    (
        {"documentId": f"sha256:{digest(PEN)}", "extensions": persisted(FREE)},
        "BAD_REQUEST",
    ),
    ({"documentId": f"sha256:{digest(FREE)}"}, "PERSISTED_QUERY_NOT_FOUND"),
    ({"extensions": persisted(FREE)}, "PERSISTED_QUERY_NOT_FOUND"),
    ({"query": "", "documentId": f"sha256:{digest(FREE)}"}, "PERSISTED_QUERY_NOT_FOUND"),
    ({"query": ""}, "BAD_REQUEST"),
]


@pytest.mark.parametrize(("sent", "code"), UNTRUSTED)
async def test_a_person_in_production_cannot_send_free_text_by_any_road(
    sent: dict[str, Any], code: str
) -> None:
    shop = Shop()
    in_url = {name: v if isinstance(v, str) else json.dumps(v) for name, v in sent.items()}

    async with client(endpoint(shop, trusted=TRUSTED), token="rep") as http:
        posted = await http.post("/graphql", json=sent, headers=GRAPHQL)
        got = await http.get("/graphql", params=in_url, headers=GRAPHQL)
        # What was refused has left nothing behind that could be named afterwards.
        later = await http.post("/graphql", json={"extensions": persisted(FREE)})

    assert (posted.status_code, got.status_code) == (400, 400)
    assert posted.json()["errors"][0]["extensions"] == {"code": code}
    assert got.json()["errors"][0]["extensions"] == {"code": code}
    assert later.json()["errors"][0]["message"] == "PersistedQueryNotFound"
    assert shop.log == []


async def test_a_refusal_is_a_sentence_and_200_to_callers_who_know_only_json() -> None:
    async with client(endpoint(Shop(), trusted=TRUSTED), token="rep") as http:
        refused = await http.post("/graphql", json={"query": FREE})
        missed = await http.post("/graphql", json={"extensions": persisted(FREE)})

    assert (refused.status_code, missed.status_code) == (200, 200)
    assert refused.json() == {
        "errors": [
            {
                "message": "Only the documents published with this service are run here, and this "
                "is none of them.",
                "extensions": {"code": "DOCUMENT_NOT_TRUSTED"},
            }
        ]
    }
    assert missed.json() == {
        "errors": [
            {
                "message": "PersistedQueryNotFound",
                "extensions": {"code": "PERSISTED_QUERY_NOT_FOUND"},
            }
        ]
    }


async def test_in_development_people_may_send_any_document_and_strangers_still_may_not() -> None:
    shop = Shop()

    async with client(endpoint(shop, trusted=TRUSTED, development=True), token="rep") as http:
        person = await http.post("/graphql", json={"query": FREE})
    async with client(endpoint(shop, trusted=TRUSTED, development=True), token=None) as http:
        trusted = await http.post("/graphql", json=NAMED[0])
        free = await http.post("/graphql", json={"query": FREE})

    assert person.json() == {"data": {"product": {"name": "anything"}}}
    assert (trusted.status_code, free.status_code) == (401, 401)
    assert shop.log == ["product anything"]


@pytest.mark.parametrize(
    "malformed",
    [
        {"documentId": 5},
        {"documentId": ""},
        {"documentId": digest(PEN)},
        {"documentId": f"md5:{digest(PEN)}"},
        {"documentId": f"sha256:{digest(PEN).upper()}"},
        {"documentId": f"sha256:{digest(PEN)}\n"},
        {"documentId": {"sha256": digest(PEN)}},
        {"extensions": {"persistedQuery": 5}},
        {"extensions": {"persistedQuery": []}},
        {"extensions": {"persistedQuery": {}}},
        {"extensions": {"persistedQuery": {"version": 1}}},
        {"extensions": {"persistedQuery": {"version": 2, "sha256Hash": digest(PEN)}}},
        {"extensions": {"persistedQuery": {"version": "1", "sha256Hash": digest(PEN)}}},
        {"extensions": {"persistedQuery": {"version": True, "sha256Hash": digest(PEN)}}},
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": None}}},
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "../../etc/passwd"}}},
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": digest(PEN)[:63] + "é"}}},
        {"query": FREE, "extensions": persisted(PEN)},
    ],
)
async def test_a_malformed_name_or_a_wrong_hash_is_400_even_beside_a_good_document(
    malformed: dict[str, Any],
) -> None:
    shop = Shop()

    async with client(endpoint(shop, trusted=TRUSTED)) as http:
        reply = await http.post("/graphql", json={"query": PEN, **malformed})

    assert reply.status_code == 400
    assert reply.json()["errors"][0]["extensions"] == {"code": "BAD_REQUEST"}
    assert shop.log == []


async def test_without_a_memory_nothing_is_remembered_and_free_documents_still_run() -> None:
    async with client(endpoint(Shop()), token="app") as http:
        sent = await http.post("/graphql", json={"query": FREE, "extensions": persisted(FREE)})
        named = await http.post("/graphql", json={"extensions": persisted(FREE)})

    assert sent.json() == {"data": {"product": {"name": "anything"}}}
    assert named.json()["errors"][0]["extensions"] == {"code": "PERSISTED_QUERY_NOT_FOUND"}
