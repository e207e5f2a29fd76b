"""graphql-transport-ws, to the letter and against rude clients."""

import asyncio
import json
from typing import Any

import pytest

from domain.goals.actions import submit_goal
from tests.api.subscriptions.served import ORIGIN, Served, changes, newest, subscribe
from tests.api.subscriptions.websocket import BINARY, PROTOCOL, Refused, WebSocket
from tests.people import Company, drafted_goal, goal_row

ME = {"query": "{ me { person { name } } }"}


async def finished(socket: WebSocket, id: str) -> list[dict[str, Any]]:
    """The messages of an operation up to its `complete` or `error`."""
    messages: list[dict[str, Any]] = []
    while not messages or messages[-1]["type"] == "next":
        messages.append(await socket.receive())
        assert messages[-1]["id"] == id
    return messages


async def works(socket: WebSocket, id: str = "after") -> bool:
    """Whether the socket still answers operations."""
    await socket.send({"id": id, "type": "subscribe", "payload": ME})
    told, last = await finished(socket, id)
    return told["payload"] == {"data": {"me": {"person": {"name": "Rui"}}}} and last == {
        "id": id,
        "type": "complete",
    }


@pytest.mark.parametrize(
    "protocols", [None, "graphql-ws", "graphql-transport", "GRAPHQL-TRANSPORT-WS"]
)
async def test_another_subprotocol_is_not_acceptable(at: Served, protocols: str | None) -> None:
    socket = await at.socket(protocols=protocols)

    assert socket.protocol is None
    assert (await socket.closed()).code == 4406


async def test_the_subprotocol_is_chosen_among_those_that_are_offered(at: Served) -> None:
    socket = await at.socket(protocols=f"graphql-ws, {PROTOCOL}")

    assert socket.protocol == PROTOCOL


async def test_who_says_nothing_is_not_waited_for(at: Served) -> None:
    socket = await at.socket()

    closed = await socket.closed(2)

    assert (closed.code, closed.reason) == (4408, "Connection initialisation timeout")


async def test_nothing_is_run_for_who_has_not_said_who_they_are(at: Served) -> None:
    socket = await at.socket()

    await socket.send(subscribe("1", 0))

    closed = await socket.closed()
    assert (closed.code, closed.reason) == (4401, "Unauthorized")


@pytest.mark.parametrize(
    "payload",
    [None, {}, {"Authorization": "Bearer nothing.of.this"}, {"authorization": 5}, {"token": "x"}],
)
async def test_whoever_is_not_known_is_turned_away(
    at: Served, payload: dict[str, object] | None
) -> None:
    socket = await at.socket()

    await socket.send({"type": "connection_init", "payload": payload})

    assert (await socket.closed()).code == 4403


async def test_the_token_may_come_with_the_upgrade(company: Company, at: Served) -> None:
    token = await at.token(company, "Rui")
    socket = await at.socket(headers={"Authorization": f"Bearer {token}"})

    await socket.send({"type": "connection_init"})

    assert await socket.receive() == {"type": "connection_ack"}
    assert await works(socket)


async def test_a_second_initialisation_closes_the_socket(company: Company, at: Served) -> None:
    socket = await at.greeted(await at.token(company, "Rui"))

    await socket.send({"type": "connection_init"})

    assert (await socket.closed()).code == 4429


async def test_an_id_in_use_closes_the_socket_and_a_finished_one_is_free_again(
    company: Company, at: Served
) -> None:
    socket = await at.greeted(await at.token(company, "Rui"))
    assert await works(socket, "1")
    assert await works(socket, "1")

    await socket.send(subscribe("1", None))
    await socket.send({"id": "1", "type": "complete"})
    assert await works(socket, "1")
    await socket.send(subscribe("1", None))
    await socket.send(subscribe("1", None))

    closed = await socket.closed()
    assert (closed.code, closed.reason) == (4409, "Subscriber for 1 already exists")


async def test_pings_are_answered_before_and_after_the_initialisation(
    company: Company, at: Served
) -> None:
    socket = await at.socket()
    await socket.send({"type": "ping", "payload": {"at": 1}})
    assert await socket.receive() == {"type": "pong", "payload": {"at": 1}}

    token = await at.token(company, "Rui")
    await socket.send({"type": "connection_init", "payload": {"authorization": f"bearer {token}"}})
    assert await socket.receive() == {"type": "connection_ack"}
    await socket.send({"type": "pong"})
    await socket.send({"type": "ping"})

    assert await socket.receive() == {"type": "pong"}


RUDE = [
    "[]", "null", "5", '"text"', "{", "", "{}", '{"type": null}', '{"type": "start", "id": "1"}',
    '{"type": "subscribe", "id": "1", "payload": null}', '{"type": "subscribe", "id": "1"}',
    '{"type": "subscribe", "payload": {"query": "{ me { today } }"}}',
    '{"type": "subscribe", "id": "", "payload": {"query": "{ me { today } }"}}',
    '{"type": "subscribe", "id": 1, "payload": {"query": "{ me { today } }"}}',
    '{"type": "subscribe", "id": "1", "payload": {"query": 5}}',
    '{"type": "subscribe", "id": "1", "payload": {"query": null}}',
    '{"type": "subscribe", "id": "1", "payload": {"query": "{ me { today } }", "variables": []}}',
    '{"type": "subscribe", "id": "1", "payload": {"query": "{ me { today } }", "extensions": 1}}',
    '{"type": "ping", "payload": []}', '{"type": "pong", "payload": 1}', '{"type": "complete"}',
    '{"type": "next", "id": "1", "payload": {}}', '{"type": "connection_ack"}',
    json.dumps({"type": "complete", "id": "x" * 257}), "[" * 60_000, '{"type": "ping", "a": NaN}',
]  # fmt: skip


@pytest.mark.parametrize("text", RUDE, ids=range(len(RUDE)))
async def test_what_the_protocol_does_not_know_closes_the_socket(
    company: Company, at: Served, text: str
) -> None:
    token = await at.token(company, "Rui")
    introduced, stranger = await at.greeted(token), await at.socket()

    await introduced.send_text(text)
    await stranger.send_text(text)

    for socket in (introduced, stranger):
        closed = await socket.closed()
        is_told_first = socket is stranger and '"subscribe"' in text and closed.code == 4401
        assert closed.code == 4400 or is_told_first
        assert closed.reason


async def test_binary_messages_and_large_ones_close_the_socket(
    company: Company, at: Served
) -> None:
    token = await at.token(company, "Rui")
    binary, large = await at.greeted(token), await at.greeted(token)

    await binary.send_frame(BINARY, b'{"type":"ping"}')
    await large.send_text('{"type":"ping","payload":{"x":"' + "x" * 10_000_000 + '"}}')

    assert (await binary.closed()).code == 4400
    assert (await large.closed()).code == 1009
    assert await works(await at.greeted(token))


WRONG: tuple[tuple[dict[str, object], str], ...] = (
    ({"query": "{"}, "GRAPHQL_PARSE_FAILED"),
    ({"query": "{ nothing }"}, "GRAPHQL_VALIDATION_FAILED"),
    ({"query": ""}, "BAD_REQUEST"),
    ({"query": "query A { me { today } } query B { me { today } }"}, "OPERATION_RESOLUTION_FAILURE"),
    ({"query": "query Q($x: Int!) { goals(first: $x) { nodes { id } } }"}, "BAD_USER_INPUT"),
    ({"query": "subscription { changes(since: -1) { number } }"}, "BAD_USER_INPUT"),
    ({"query": "subscription S($s: Int!) { changes(since: $s) { number } }"}, "BAD_USER_INPUT"),
    ({"query": "subscription { a: changes { number } b: changes { number } }"}, "GRAPHQL_VALIDATION_FAILED"),
    ({"query": "subscription { __typename }"}, "GRAPHQL_VALIDATION_FAILED"),
    ({"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "0" * 64}}}, "PERSISTED_QUERY_NOT_FOUND"),
    ({"documentId": "sha256:" + "0" * 64}, "PERSISTED_QUERY_NOT_FOUND"),
)  # fmt: skip


async def test_what_is_wrong_with_one_operation_leaves_the_others_alone(
    company: Company, at: Served
) -> None:
    goal = await drafted_goal(company, "Rui")
    socket = await at.subscribed(company, "Rui")

    for payload, code in WRONG:
        await socket.send({"id": "bad", "type": "subscribe", "payload": payload})

        (error,) = await finished(socket, "bad")
        assert error["type"] == "error"
        assert [each["extensions"]["code"] for each in error["payload"]] == [code], payload
    await submit_goal(company.actor("Rui"), goal_id=goal, expected_version=1)
    assert changes(await socket.receive())["nodes"][0]["status"] == "SUBMITTED"
    assert await works(socket, "bad")


async def test_each_operation_on_a_socket_sees_what_is_so_by_then(
    company: Company, at: Served
) -> None:
    goal = await drafted_goal(company, "Rui")
    socket = await at.greeted(await at.token(company, "Rui"))
    ask = {"query": f'{{ node(id: "goal_{goal}") {{ ... on Goal {{ status }} }} }}'}
    change = {
        "query": "mutation S($input: GoalSubmitInput!)"
        " { goalSubmit(input: $input) { goal { status version } errors { __typename } } }",
        "variables": {
            "input": {"clientMutationId": "m1", "id": f"goal_{goal}", "expectedVersion": 1}
        },
    }

    seen = []
    for id, payload in (("1", ask), ("2", change), ("3", ask)):
        await socket.send({"id": id, "type": "subscribe", "payload": payload})
        told, last = await finished(socket, id)
        assert last["type"] == "complete"
        seen.append(told["payload"]["data"])

    assert seen == [
        {"node": {"status": "DRAFT"}},
        {"goalSubmit": {"goal": {"status": "SUBMITTED", "version": 2}, "errors": []}},
        {"node": {"status": "SUBMITTED"}},
    ]
    assert (await goal_row(company, goal)).version == 2


async def test_a_completed_subscription_tells_nothing_more(company: Company, at: Served) -> None:
    socket = await at.subscribed(company, "Rui")
    await socket.send(subscribe("2", await newest(company)))
    await socket.send({"id": "1", "type": "complete"})
    await socket.send({"id": "unknown", "type": "complete"})

    await drafted_goal(company, "Rui")

    assert changes(await socket.receive(), "2")["number"] == await newest(company)
    await asyncio.sleep(0.2)
    assert await works(socket)


async def test_a_socket_runs_so_many_operations_at_a_time(company: Company, at: Served) -> None:
    socket = await at.greeted(await at.token(company, "Rui"))
    for id in "12345":
        await socket.send(subscribe(id, None))

    await socket.send({"id": "6", "type": "subscribe", "payload": ME})

    (error,) = await finished(socket, "6")
    assert error["type"] == "error"
    assert error["payload"][0]["extensions"] == {"code": "BAD_REQUEST", "limit": "operations"}
    await socket.send({"id": "5", "type": "complete"})
    assert await works(socket)


@pytest.mark.parametrize(
    ("origin", "is_let_in"),
    [
        (ORIGIN, True),
        ("https://evil.example", False),
        ("null", False),
        (f"{ORIGIN}.evil.example", False),
        ("http://127.0.0.1:{port}", True),
        ("http://127.0.0.1:1", False),
    ],
)
async def test_pages_of_other_origins_are_not_let_in(
    at: Served, origin: str, is_let_in: bool
) -> None:
    headers = {"Origin": origin.format(port=at.port)}

    if is_let_in:
        assert (await at.socket(headers=headers)).protocol == PROTOCOL
    else:
        with pytest.raises(Refused) as refused:
            await at.socket(headers=headers)
        assert refused.value.status == 403


async def test_nobody_holds_more_connections_than_a_few(company: Company, at: Served) -> None:
    token = await at.token(company, "Rui")
    most = at.subscriptions.connections.limits.of_one_caller
    for _ in range(most):
        await at.greeted(token)

    one_more = await at.socket()
    await one_more.send(
        {"type": "connection_init", "payload": {"authorization": f"Bearer {token}"}}
    )

    assert (await one_more.closed()).code == 1013
    await at.sockets[0].close()
    await asyncio.sleep(0.2)
    assert await works(await at.greeted(token))
