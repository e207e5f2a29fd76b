"""Connections that stay open: how they are kept, and how this side ends them."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from graphql import get_introspection_query

from api.subscriptions import StreamLimits
from api.subscriptions.connections import Kind
from tests.api.subscriptions.served import Served, served, subscribe
from tests.api.subscriptions.websocket import WebSocket
from tests.people import Company

IMPATIENT = StreamLimits(
    sockets=4,
    of_one_address=2,
    event_streams=1,
    silence_seconds=2.0,
    write_seconds=1.0,
    operations=100,
)


@pytest_asyncio.fixture
async def at(database: str, tmp_path: Path) -> AsyncIterator[Served]:
    """A server with little room and no patience."""
    async with served(database, tmp_path, IMPATIENT) as running:
        yield running


async def gone(at: Served, kind: Kind = Kind.SOCKET, seconds: float = 8.0) -> None:
    """Once no connection of the kind is open."""
    async with asyncio.timeout(seconds):
        while at.subscriptions.connections.count(kind):  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0.02)


async def pongs(socket: WebSocket) -> None:
    while await socket.receive() == {"type": "ping"}:
        await socket.send({"type": "pong"})


async def test_a_silent_socket_is_pinged_and_cut_if_it_does_not_answer(
    company: Company, at: Served
) -> None:
    token = await at.token(company, "Rui")
    answering, silent = await at.greeted(token), await at.greeted(token)

    async with asyncio.TaskGroup() as group:
        lively = group.create_task(pongs(answering))

        assert await silent.receive() == {"type": "ping"}
        assert (await silent.closed()).code == 4499
        lively.cancel()

    await answering.send({"type": "ping"})
    assert await answering.receive() == {"type": "pong"}
    await answering.close()


async def test_who_does_not_take_what_they_asked_for_is_cut_and_nothing_is_kept_for_them(
    company: Company, at: Served
) -> None:
    greedy = await at.greeted(await at.token(company, "Rui"))
    payload = {"query": get_introspection_query()}

    for number in range(40):
        await greedy.send({"id": str(number), "type": "subscribe", "payload": payload})

    await gone(at, seconds=20)
    greedy.writer.transport.abort()


async def test_a_full_server_says_come_again(company: Company, at: Served) -> None:
    token = await at.token(company, "Rui")
    sockets = [await at.greeted(token) for _ in range(4)]
    stream = await at.stream(token)

    fifth, second = await at.socket(), await at.stream(token)

    assert (await fifth.closed()).code == 1013
    assert (second.status, second.headers["retry-after"]) == (503, "5")
    for socket in sockets:
        await socket.close()
    stream.writer.close()
    await gone(at)
    await gone(at, Kind.EVENT_STREAM)
    assert (await at.greeted(token)).protocol is not None


async def test_strangers_of_one_address_do_not_take_the_room_of_those_who_come_from_elsewhere(
    company: Company, at: Served
) -> None:
    token = await at.token(company, "Rui")
    here, elsewhere = (
        {"X-Forwarded-For": f"2001:db8:1::1, {address}", "Authorization": f"Bearer {token}"}
        for address in ("2001:db8:2:3::{}", "192.0.2.7")
    )
    strangers = [await at.socket(headers=_numbered(here, number)) for number in (1, 2)]

    one_more = await at.socket(headers=_numbered(here, 3))
    known = await at.socket(headers=elsewhere)
    await known.send({"type": "connection_init"})

    closed = await one_more.closed()
    assert (closed.code, closed.reason) == (1013, "Too many connections are open.")
    assert await known.receive() == {"type": "connection_ack"}
    await strangers[0].send({"type": "connection_init"})
    assert await strangers[0].receive() == {"type": "connection_ack"}
    again = await at.socket(headers=_numbered(here, 3))  # whoever is known is no stranger
    await again.send({"type": "connection_init"})
    assert await again.receive() == {"type": "connection_ack"}


def _numbered(headers: dict[str, str], number: int) -> dict[str, str]:
    """The headers of another address of the same network."""
    return {name: value.format(number) for name, value in headers.items()}


async def test_a_server_that_goes_says_goodbye_and_lets_nobody_in_any_more(
    company: Company, at: Served
) -> None:
    token = await at.token(company, "Rui")
    sockets = [await at.greeted(token), await at.socket()]
    await sockets[0].send(subscribe("1", None))
    stream = await at.stream(token)
    assert await stream.event() == {"": ""}

    await at.subscriptions.connections.say_goodbye()

    assert [(await socket.closed()).code for socket in sockets] == [1001, 1001]
    with pytest.raises(EOFError):  # and no `complete`, so that the client comes back
        await stream.event()
    assert (await (await at.socket()).closed()).code == 1013


async def test_every_socket_leaves_one_line_in_the_log(
    company: Company, at: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    socket = await at.greeted(await at.token(company, "Rui"))
    await socket.send({"id": "1", "type": "subscribe", "payload": {"query": "{ me { today } }"}})
    assert [(await socket.receive())["type"] for _ in range(2)] == ["next", "complete"]

    await socket.send({"type": "unheard of"})
    await socket.closed()
    await gone(at)

    lines = [line for line in capsys.readouterr().out.splitlines() if "] socket" in line]
    assert len(lines) == 1
    for said in ("closed_with=4400", "operations=1", f"org_id={company.org}", "request_id="):
        assert said in lines[0]
