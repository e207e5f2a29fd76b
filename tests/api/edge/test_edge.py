"""What every request passes on its way in, over the real endpoint."""

import asyncio
import gzip
import json
import logging
import re
from collections.abc import AsyncIterator, Iterator
from uuid import UUID

import asyncpg
import httpx2
import pytest
import structlog
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from api.edge import EdgeLimits, Metrics, answer_fault, edge, metrics_page
from api.edge.logs import OncePer
from api.health import health, ready
from tests.api.endpoint.logs import Logged, production_logs
from tests.api.endpoint.shop import SECRET, Shop, client, endpoint

LIMITS = EdgeLimits(url_bytes=1_000, body_bytes=10_000, body_seconds=0.2, deadline_seconds=0.3)
TYPENAME = {"query": "{ __typename }"}


@pytest.fixture
def logged() -> Iterator[Logged]:
    with production_logs() as stream:
        yield stream


async def broken(_request: Request) -> Response:
    raise RuntimeError(SECRET)


async def away(_request: Request) -> Response:
    raise ConnectionRefusedError(111, SECRET)


async def echo(request: Request) -> Response:
    return JSONResponse({"bytes": len(await request.body())})


def behind_edge(
    shop: Shop | None = None,
    *,
    metrics: Metrics | None = None,
    origins: tuple[str, ...] = (),
    token: str | None = None,
    limits: EdgeLimits = LIMITS,
) -> ASGIApp:
    metrics = metrics or Metrics()
    app = Starlette(
        routes=[
            Route("/graphql", endpoint(shop or Shop())),
            Route("/broken", broken),
            Route("/away", away),
            Route("/echo", echo, methods=["POST"]),
            Route("/health", health),
            Route("/metrics", metrics_page(metrics, token)),
        ],
        exception_handlers={Exception: answer_fault},
    )
    return edge(app, limits=limits, metrics=metrics, allowed_origins=origins)


@pytest.mark.parametrize(
    ("given", "is_kept"),
    [
        ("0192-from-the-phone", True),
        ("short", False),
        ("x" * 65, False),
        ("with space and more", False),
        ("<script>alert(1)</script>", False),
        (None, False),
    ],
)
async def test_every_reply_names_its_request(given: str | None, is_kept: bool) -> None:
    headers = {"X-Request-Id": given} if given else {}

    async with client(behind_edge()) as http:
        reply = await http.post("/graphql", json=TYPENAME, headers=headers)

    answered = reply.headers["x-request-id"]
    assert (answered == given) == is_kept
    assert is_kept or UUID(answered).version == 7


async def test_the_log_line_holds_ids_and_durations_and_no_word_of_the_caller(
    logged: Logged,
) -> None:
    canary = "grace.hopper@example.com"

    async with client(behind_edge()) as http:
        await http.post(
            f"/graphql?note={canary}",
            json={
                "query": f"query Pens($n: String!) {{ product(name: $n) {{ name }} }} # {canary}",
                "variables": {"n": canary},
                "extensions": {"note": canary},
            },
            headers={"X-Request-Id": "0192-reference", "User-Agent": canary, "Cookie": canary},
        )
        await http.get(f"/nowhere/{canary}")
        await http.post("/graphql", content=f'{{"query": "{canary}"')

    first, second, third = logged.entries
    assert first.pop("milliseconds") >= 0
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", first.pop("timestamp"))
    assert first == {
        "event": "request",
        "level": "info",
        "request_id": "0192-reference",
        "method": "POST",
        "route": "/graphql",
        "status": 200,
        "operation": "Pens",
        "kind": "query",
        "org_id": "org_1",
        "client_id": "phone",
        "limit": None,
        "code": None,
        "cause": None,
    }
    assert (second["route"], second["status"]) == ("none", 404)
    assert (third["status"], third["code"]) == (415, "BAD_REQUEST")
    assert canary not in logged.getvalue()


async def chunks(count: int, size: int) -> AsyncIterator[bytes]:
    for _ in range(count):
        yield b" " * size


async def stalled() -> AsyncIterator[bytes]:
    yield b'{"query": '
    await asyncio.sleep(30)


@pytest.mark.parametrize(
    ("content", "headers", "status", "limit"),
    [
        (b" " * 10_001, {}, 413, "body_bytes"),
        (chunks(1_000, 1_000), {}, 413, "body_bytes"),
        (b"", {"Content-Length": "9" * 30}, 413, "body_bytes"),
        (stalled(), {}, 408, "body_seconds"),
        (gzip.compress(json.dumps(TYPENAME).encode()), {"Content-Encoding": "gzip"}, 415, None),
    ],
    ids=["too large", "too large in chunks", "said to be too large", "too slow", "compressed"],
)
async def test_a_body_is_refused_unread_or_half_read(
    content: bytes | AsyncIterator[bytes],
    headers: dict[str, str],
    status: int,
    limit: str | None,
) -> None:
    metrics = Metrics()

    async with client(behind_edge(metrics=metrics)) as http:
        reply = await http.post(
            "/graphql", content=content, headers={"Content-Type": "application/json", **headers}
        )
        small = await http.post("/echo", content=b" " * 10_000)

    error = reply.json()["errors"][0]
    assert reply.status_code == status
    assert error["extensions"].get("limit") == limit
    assert small.json() == {"bytes": 10_000}
    counted = metrics.registry.get_sample_value("attain_refusals_total", {"limit": str(limit)})
    assert counted == (1.0 if limit else None)


async def test_a_url_beyond_its_bound_is_414() -> None:
    async with client(behind_edge()) as http:
        reply = await http.get("/graphql", params={"query": "{ __typename }" + " " * 1_000})

    assert reply.status_code == 414
    assert reply.json()["errors"][0]["extensions"] == {"code": "BAD_REQUEST", "limit": "url_bytes"}


async def test_a_request_past_its_deadline_is_cancelled_and_told_so() -> None:
    shop = Shop()

    async with client(behind_edge(shop)) as http:
        reply = await http.post("/graphql", json={"query": "{ slow }"})
        after = await http.post("/graphql", json=TYPENAME)

    assert reply.status_code == 504
    assert reply.json()["errors"][0]["extensions"] == {
        "code": "TIMEOUT",
        "limit": "deadline_seconds",
    }
    assert shop.log == ["cancelled"]
    assert after.json() == {"data": {"__typename": "Query"}}


async def test_other_routes_fail_in_the_same_words(logged: Logged) -> None:
    transport = httpx2.ASGITransport(app=behind_edge())
    async with httpx2.AsyncClient(transport=transport, base_url="http://shop") as http:
        fault = await http.get("/broken")
        absent = await http.get("/away")

    assert fault.status_code == 500
    assert fault.json()["errors"][0]["message"] == (
        f"Something went wrong on our side. Reference: {fault.headers['x-request-id']}"
    )
    assert (absent.status_code, absent.headers["retry-after"]) == (503, "2")
    assert [entry["event"] for entry in logged.entries] == ["request.failed", "request", "request"]
    assert re.fullmatch(r"ConnectionRefusedError at away:\d+", logged.entries[2]["cause"])
    assert SECRET not in fault.text + absent.text + logged.getvalue()


async def test_every_reply_is_dressed_for_safety() -> None:
    async with client(behind_edge()) as http:
        replies = [
            await http.post("/graphql", json=TYPENAME),
            await http.get("/nowhere"),
            await http.get("/broken"),
        ]

    for reply in replies:
        assert reply.headers["cache-control"] == "no-store"
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert reply.headers["referrer-policy"] == "no-referrer"
        assert "frame-ancestors 'none'" in reply.headers["content-security-policy"]


async def test_other_origins_are_let_in_only_by_name() -> None:
    preflight = {
        "Origin": "https://app.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": (
            "apollographql-client-name,apollographql-client-version,authorization,content-type,"
            "graphql-cost,if-none-match,last-event-id,x-request-id"
        ),
    }

    async with client(behind_edge()) as http:
        closed = await http.options("/graphql", headers=preflight)
    async with client(behind_edge(origins=("https://app.example",))) as http:
        named = await http.options("/graphql", headers=preflight)
        other = await http.options(
            "/graphql", headers={**preflight, "Origin": "https://evil.example"}
        )

    allow = "access-control-allow-origin"
    assert (closed.status_code, allow in closed.headers) == (405, False)
    assert (named.status_code, named.headers[allow]) == (200, "https://app.example")
    assert allow not in other.headers


@pytest.mark.parametrize(
    ("address", "headers", "token", "status"),
    [
        ("127.0.0.1", {}, None, 200),
        ("::1", {}, None, 200),
        ("10.0.0.7", {}, None, 404),
        ("127.0.0.1", {"X-Forwarded-For": "10.0.0.7"}, None, 404),
        ("10.0.0.7", {"Authorization": "Bearer scrape"}, "scrape", 200),
        ("10.0.0.7", {"Authorization": "Bearer other"}, "scrape", 404),
        ("10.0.0.7", {"Authorization": "Bearer "}, "", 404),
    ],
)
async def test_metrics_are_for_this_machine_or_for_the_token(
    address: str, headers: dict[str, str], token: str | None, status: int
) -> None:
    transport = httpx2.ASGITransport(app=behind_edge(token=token), client=(address, 4321))

    async with httpx2.AsyncClient(transport=transport, base_url="http://shop") as http:
        reply = await http.get("/metrics", headers=headers)

    assert reply.status_code == status


async def test_metrics_count_by_our_own_names_only() -> None:
    metrics = Metrics()

    async with client(behind_edge(metrics=metrics)) as http:
        for number in range(30):
            query = {"query": f"query Stranger{number} {{ __typename }}"}
            await http.post("/graphql", json=query)
            await http.get(f"/stranger/{number}")
        await http.request("STRANGE", "/graphql")

    requests = [m for m in metrics.registry.collect() if m.name == "attain_requests"]
    samples = [s for s in requests[0].samples if s.name == "attain_requests_total"]
    counted = {tuple(sample.labels.values()): sample.value for sample in samples}
    assert counted == {
        ("/graphql", "query", "200"): 30.0,
        ("none", "none", "404"): 30.0,
        ("/graphql", "none", "405"): 1.0,
    }
    assert metrics.registry.get_sample_value("attain_requests_in_flight") == 0


async def test_a_fault_of_postgresql_is_logged_by_its_kind_and_never_by_its_values(
    logged: Logged,
) -> None:
    canary = "grace.hopper@example.com"
    fault = asyncpg.PostgresError.new(
        {
            "S": "ERROR",
            "V": "ERROR",
            "C": "23505",
            "M": f"duplicate key value {canary}",
            "D": f"Key (email)=({canary}) already exists.",
            "n": "person_email_key",
        }
    )

    try:
        try:
            raise fault
        except asyncpg.UniqueViolationError as first:
            raise RuntimeError(canary) from first
    except RuntimeError:
        structlog.get_logger("attain").exception("import.failed", email=canary, password="x")
        logging.getLogger("asyncio").error("Task failed\nfuture: %s", canary, exc_info=True)

    ours, foreign = logged.entries
    cause = ours["exception"]["cause"]
    assert ours["exception"]["type"] == "builtins.RuntimeError"
    assert cause["type"] == "asyncpg.exceptions.UniqueViolationError"
    assert (cause["sqlstate"], cause["constraint_name"]) == ("23505", "person_email_key")
    assert any("test_edge.py" in frame for frame in cause["frames"])
    assert foreign["event"] == "Task failed"
    assert canary not in logged.getvalue()
    assert "password" not in logged.getvalue()


async def test_a_log_that_cannot_be_written_fails_no_request(logged: Logged) -> None:
    async with client(behind_edge()) as http:
        logged.close()  # as when whoever read along is gone

        reply = await http.post("/graphql", json=TYPENAME)

    assert (reply.status_code, reply.json()) == (200, {"data": {"__typename": "Query"}})


def test_a_log_line_holds_also_what_json_has_no_word_for(logged: Logged) -> None:
    log = structlog.get_logger("attain")

    log.info("odd", half="\ud83d", wide=2**70, kind=UUID(int=7), what=b"x")
    log.debug("unheard")

    [entry] = logged.entries
    told = {name: entry[name] for name in ("event", "half", "wide", "level")}
    assert told == {"event": "odd", "half": "\ud83d", "wide": 2**70, "level": "info"}


def test_a_message_that_repeats_is_let_through_once_in_its_time() -> None:
    once = OncePer(seconds=60)
    record = logging.LogRecord("asyncpg.pool", logging.WARNING, "", 1, "Failed", None, None)
    other = logging.LogRecord("asyncpg.pool", logging.WARNING, "", 1, "Slow", None, None)

    passed = [once.filter(record), once.filter(record), once.filter(other), once.filter(record)]

    assert passed == [True, False, True, False]


async def test_ready_says_why_it_is_not_while_health_stays_well() -> None:
    async def fine() -> str | None:
        return None

    async def behind() -> str | None:
        return "2 migrations are not applied."

    async def hanging() -> str | None:
        await asyncio.sleep(30)
        return None

    async def refusing() -> str | None:
        raise ConnectionRefusedError(111, SECRET)

    checks = {"fine": fine, "behind": behind, "hanging": hanging, "refusing": refusing}
    routes = [Route(f"/{name}", ready(check, seconds=0.05)) for name, check in checks.items()]
    app = Starlette(routes=[*routes, Route("/health", health)])

    async with client(app) as http:
        replies = {name: await http.get(f"/{name}") for name in [*checks, "health"]}

    assert {name: reply.status_code for name, reply in replies.items()} == {
        "fine": 200,
        "behind": 503,
        "hanging": 503,
        "refusing": 503,
        "health": 200,
    }
    assert replies["behind"].json()["reason"] == "2 migrations are not applied."
    assert replies["hanging"].json()["reason"] == "The database did not answer within 0.05 s."
    assert replies["refusing"].json()["reason"] == "The database cannot be asked."
