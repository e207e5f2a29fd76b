"""The edge in a real server process: what only a socket can show."""

import asyncio
import contextlib
import socket
import sys
import time
from collections.abc import AsyncIterator

import httpx2
import pytest

HEAD = b"POST /graphql HTTP/1.1\r\nHost: shop\r\nAuthorization: Bearer rep\r\n"
JSON = b"Content-Type: application/json\r\n"
PING = b"GET /health HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n"


@pytest.fixture(scope="module")
async def port() -> AsyncIterator[int]:
    """Granian over the audits' application: bodies in 1 s, headers in 1 s, answers in 2 s."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number: int = free.getsockname()[1]
    server = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "granian", "--interface", "asgi", "--host", "127.0.0.1", "--port", str(number)),
        *("--no-ws", "--log-level", "error", "--http1-header-read-timeout", "1000"),
        "tests.audits.server:app",
    )
    try:
        async with asyncio.timeout(20):
            while True:
                with contextlib.suppress(OSError):
                    if b"200" in (await exchange(number, PING))[0]:
                        break
                await asyncio.sleep(0.05)
        yield number
    finally:
        server.terminate()
        await server.wait()


async def exchange(port: int, *sent: bytes, pause: float = 0.0) -> tuple[bytes, float]:
    """What comes back until the server closes, and after how many seconds."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    started = time.monotonic()
    try:
        for piece in sent:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause)
        async with asyncio.timeout(15):
            reply = await reader.read()
    except ConnectionError:
        reply = b""
    finally:
        writer.close()
    return reply, time.monotonic() - started


async def test_slow_and_endless_callers_are_cut_while_others_are_served(port: int) -> None:
    slow_head = exchange(port, *(HEAD[n : n + 1] for n in range(30)), pause=0.2)
    slow_body = exchange(port, HEAD + JSON + b"Content-Length: 1000\r\n\r\n{")
    endless = exchange(
        port,
        HEAD + JSON + b"Transfer-Encoding: chunked\r\n\r\n",
        *[b"2710\r\n" + b" " * 10_000 + b"\r\n"] * 50,
    )
    said = exchange(port, HEAD + JSON + b"Content-Length: 10000000\r\n\r\n" + b" " * 100_000)
    others = [exchange(port, PING) for _ in range(20)]

    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:
        large = asyncio.create_task(http.post("/graphql", content=b" " * 1_000_000))
        (
            (head, head_seconds),
            (body, body_seconds),
            (much, _),
            (claimed, _),
            *served,
        ) = await asyncio.gather(slow_head, slow_body, endless, said, *others)
        refused = await large

    assert refused.status_code == 413
    assert b" 200 " not in head
    assert head_seconds < 7.5
    assert body.startswith(b"HTTP/1.1 408 ")
    assert 0.9 < body_seconds < 3.0
    assert much.startswith(b"HTTP/1.1 413 ")
    assert claimed.startswith(b"HTTP/1.1 413 ")
    assert all(reply.startswith(b"HTTP/1.1 200 ") for reply, _ in served)
    assert max(seconds for _, seconds in served) < 1.0
