"""What a request costs outside reading its data, by part.

    .venv/bin/python -m benchmarks.requests [--rounds 300] [--json]

A rep's phone sends RepHome by its hash, again and again, to one process that knows it. The statement
that reads the data is left out: its answer, two kilobytes of JSON, stands ready. What is left is
what Python adds to every read. What the server does in front of Python (HTTP, the socket) is not in
it, and nothing here needs a database. CPU time, the least of many rounds, since others on the
machine only ever add to it; each part is measured by itself, and "the rest" is what the whole takes
beyond its parts: what they evict from each other's caches, and the code between them.
"""

import argparse
import asyncio
import json
import os
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import orjson
import uvloop
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import Message, Scope

from api.callers import Caller, Callers
from api.edge import EdgeLimits, Metrics, configure_logs, edge
from api.edge.arrival import Arrival
from api.endpoint import DocumentLimits, GraphQLEndpoint
from api.endpoint.codings import choose_codings
from api.endpoint.documents import Documents
from api.endpoint.endpoint import Caller as LoggedCaller
from api.endpoint.execution import Operation
from api.endpoint.facts import _SCOPE_KEY, facts_of
from api.endpoint.negotiation import MediaType
from api.endpoint.replies import Form, whole_reply
from api.endpoint.request import read_request
from api.express import Express
from api.manifest import digest_of, trusted_texts
from auth.passwords import Cost
from auth.tokens import AccessToken
from domain.callers.proofs import Proofs
from domain.callers.standing import Standing
from schema import compiler, schema
from schema.context import Proof

TIMES = 25
LINE = "log line and metrics"
EDGE = "edge: id, body, deadline, headers"
ENDPOINT = "endpoint: what else it does, such as reading headers"
HOME = Path(__file__).parents[1] / "documents" / "RepHome.graphql"
ANSWER = orjson.dumps({"data": {"goals": [{"name": "Revenue, May 2020"}] * 60}})
BODY = orjson.dumps({"documentId": f"sha256:{digest_of(HOME.read_text())}"})
OUTSIDE = (LINE, EDGE, ENDPOINT)

Work = Callable[[Scope], Awaitable[object]]


class Phone:
    """Somebody signed in, whom the server knows from their last request."""

    def __init__(self, folder: Path) -> None:
        now = datetime.now(UTC)
        self.proofs = Proofs.open(folder / "keys.json", "https://attain.example", Cost(), now)
        token = AccessToken(uuid4(), person=uuid4(), session=uuid4())
        facts = {
            "business_date": None,
            "time_zone": "America/Los_Angeles",
            "left_on": None,
            "disabled_at": None,
            "via": "mobile",
            "expires_at": now + timedelta(days=30),
            "revoked_at": None,
            "roles": ["rep"],
        }
        self.standing = Standing(token, facts, text="(as PostgreSQL wrote it)")
        self.access = self.proofs.tokens.issue(token, now)
        self.callers = Callers(self.proofs)
        self.callers._standings.keep(self.standing)  # as after a first request

    def scope(self) -> Scope:
        """As granian gives it."""
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "scheme": "http",
            "server": ("127.0.0.1", 8000),
            "client": ("127.0.0.1", 40000),
            "method": "POST",
            "path": "/graphql",
            "raw_path": b"/graphql",
            "root_path": "",
            "query_string": b"",
            "state": {},
            "headers": [
                (b"host", b"attain.example"),
                (b"user-agent", b"okhttp/4.12.0"),
                (b"accept", b"application/graphql-response+json, application/json;q=0.9"),
                (b"accept-encoding", b"zstd, br, gzip"),
                (b"content-type", b"application/json"),
                (b"content-length", str(len(BODY)).encode()),
                (b"authorization", b"Bearer " + self.access.encode()),
            ],
        }


async def receive() -> Message:
    return {"type": "http.request", "body": BODY, "more_body": False}


async def send(_message: Message) -> None:
    """Where the server would write."""


async def answered(operation: Operation, variables: Mapping[str, object], context: object) -> bytes:
    """As reads are, but that the statement is not sent."""
    assert isinstance(context, Caller)
    assert context.standing is not None
    proof = Proof(context.standing.proof, context.standing.values)
    assert compiler.read(operation, variables, context.actor, proof) is not None
    return ANSWER


def endpoint(callers: Callers) -> GraphQLEndpoint[Caller]:
    return GraphQLEndpoint(
        schema,
        authenticate=callers.caller,
        describe=lambda caller: LoggedCaller(str(caller.actor.org), "", is_partner=False),
        open_context=lambda caller, _request: nullcontext(caller),
        limits=DocumentLimits(),
        execution=answered,
        trusted=trusted_texts(),
    )


async def never() -> Caller:
    raise AssertionError("Nobody is asked for anew.")


async def nothing(_scope: Scope, _receive: object, _send: object) -> None:
    """An application without any cost of its own."""


def whole_and_parts(phone: Phone) -> tuple[Work, dict[str, Work]]:
    """The whole road of a request, and its parts. Each is given a scope of its own, as a request
    is. The edge around nothing still writes the log line, and the endpoint does the parts named
    before it; both are taken off again."""
    metrics, limits = Metrics(), DocumentLimits()
    graphql = endpoint(phone.callers)
    route = Route("/graphql", graphql)
    app = Express(route, Starlette(routes=[route]))
    documents = Documents(schema, limits, introspection=True, hide_suggestions=True)
    text, facts = HOME.read_text(), facts_of(phone.scope())
    whole, bare = (edge(each, limits=EdgeLimits(), metrics=metrics) for each in (app, nothing))
    operation = documents.prepare(text, None)
    now = datetime.now(UTC)
    caller = Caller(phone.standing.actor(now), phone.standing.token, phone.standing, never)
    arrival = Arrival(nothing, metrics)
    codings = choose_codings("zstd, br, gzip")
    assert codings is not None
    form = Form(MediaType.JSON, codings, None)

    async def token(_scope: Scope) -> None:
        phone.proofs.tokens.verify(phone.access, datetime.now(UTC))

    async def person(_scope: Scope) -> None:
        phone.callers._standings.of(phone.standing.token)
        phone.standing.actor(datetime.now(UTC))

    async def body(scope: Scope) -> None:
        await read_request(Request(scope, receive), limits)

    async def document(_scope: Scope) -> None:
        documents.prepare(text, None)

    async def plan(_scope: Scope) -> None:
        await answered(operation, {}, caller)

    async def reply(scope: Scope) -> None:
        await whole_reply(ANSWER, form, "POST")(scope, receive, send)

    async def line(scope: Scope) -> None:
        arrival._note(scope, facts, 200)

    return lambda scope: whole(scope, receive, send), {
        "token: a signature known from before, key and time still good": token,
        "person: what follows now from what is remembered": person,
        "body: parsed and checked": body,
        "document: found among those parsed before": document,
        "plan: found among those made before, arguments bound": plan,
        "reply: compressed (zstd), made, sent": reply,
        LINE: line,
        ENDPOINT: lambda scope: graphql(
            {**scope, _SCOPE_KEY: facts}, receive, send
        ),  # named already
        EDGE: lambda scope: bare(scope, receive, send),
    }


async def microseconds(work: Work, phone: Phone) -> float:
    """CPU time of one, the mean of many."""
    scopes = [phone.scope() for _ in range(TIMES)]
    began = time.process_time_ns()
    for scope in scopes:
        await work(scope)
    return (time.process_time_ns() - began) / TIMES / 1000


async def measured(rounds: int) -> tuple[float, dict[str, float]]:
    """The whole, and its parts with the rest, in microseconds."""
    with tempfile.TemporaryDirectory() as folder, open(os.devnull, "w") as log:
        configure_logs(json=True, stream=log)
        phone = Phone(Path(folder))
        whole, parts = whole_and_parts(phone)
        wholes: list[float] = []
        each: dict[str, list[float]] = {name: [] for name in parts}
        for _ in range(rounds):  # interleaved, so that a busy moment meets all alike
            wholes.append(await microseconds(whole, phone))
            for name, work in parts.items():
                each[name].append(await microseconds(work, phone))
        phone.proofs.close()
    costs = {name: min(seen) for name, seen in each.items()}
    costs[EDGE] -= costs[LINE]
    costs[ENDPOINT] -= sum(cost for name, cost in costs.items() if name not in OUTSIDE)
    total = min(wholes)
    return total, {**costs, "the rest": total - sum(costs.values())}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        total, parts = runner.run(measured(asked.rounds))

    if asked.json:
        print(json.dumps({"total": total, "parts": parts}))
        return
    for name, cost in sorted(parts.items(), key=lambda part: -part[1]):
        print(f"{cost:7.1f} us  {cost / total:4.0%}  {name}")
    print(f"{total:7.1f} us        the whole, beside reading the data")


if __name__ == "__main__":
    main()
