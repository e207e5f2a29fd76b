"""Serving: a busy port is refused first, and signals end a server in good order."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from api.cli import interruption, serving
from api.refusal import CommandRefused
from api.settings import Settings

ROOT = Path(__file__).resolve().parents[3]


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


async def health(_: Request) -> Response:
    return PlainTextResponse("ok")


async def slow(_: Request) -> Response:
    say("slow begun")
    await asyncio.sleep(0.5)
    return PlainTextResponse("done")


async def endless(_: Request) -> Response:
    async def ticks() -> AsyncIterator[bytes]:
        while True:
            yield b"tick\n"
            await asyncio.sleep(0.05)

    return StreamingResponse(ticks())


@contextlib.asynccontextmanager
async def lifespan(_: Starlette) -> AsyncIterator[None]:
    say("opened")
    yield
    say("closed")


def serve_small_application(port: int) -> None:
    """What the tests below start as a process of its own."""
    routes = [Route("/health", health), Route("/slow", slow), Route("/endless", endless)]
    application = Starlette(routes=routes, lifespan=lifespan)
    settings = Settings(port=port, database_url=None)
    interruption.run_until_stopped(serving.serve(application, settings, lambda: say("ready")))


@contextlib.asynccontextmanager
async def serving_process() -> AsyncIterator[tuple[asyncio.subprocess.Process, int]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.api.cli.test_serving", str(port),
        cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    try:
        assert await line_of(process) == "opened"
        assert await line_of(process) == "ready"
        yield process, port
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def line_of(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    line = await asyncio.wait_for(process.stdout.readline(), 20)
    return line.decode().strip()


async def ask(port: int, path: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    return reader, writer


async def test_a_signal_lets_requests_under_way_finish_and_closes_the_application() -> None:
    async with serving_process() as (process, port):
        reader, writer = await ask(port, "/slow")
        assert await line_of(process) == "slow begun"

        process.send_signal(signal.SIGTERM)
        answer = await asyncio.wait_for(reader.read(), 10)
        rest, _ = await asyncio.wait_for(process.communicate(), 10)
        writer.close()

    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.endswith(b"done")
    assert rest == b"closed\n"
    assert process.returncode == 0


async def test_an_open_stream_does_not_keep_a_stopped_server_alive(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SHORT_GRACE", "1")
    async with serving_process() as (process, port):
        reader, writer = await ask(port, "/endless")
        await asyncio.wait_for(reader.readuntil(b"tick"), 10)

        process.send_signal(signal.SIGINT)
        rest, _ = await asyncio.wait_for(process.communicate(), 10)
        writer.close()

    assert rest == b"closed\n"
    assert process.returncode == 0


def test_a_busy_port_is_refused_with_what_to_do() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(CommandRefused) as refused:
            serving.refuse_busy_port(Settings(port=port, database_url=None))

    assert f"Port {port} on 127.0.0.1 cannot be used: Address already in use" in (
        refused.value.sentence
    )
    assert "PORT=" in refused.value.sentence


def test_an_address_of_another_machine_is_refused_with_what_to_do() -> None:
    with pytest.raises(CommandRefused) as refused:
        serving.refuse_busy_port(Settings(host="192.0.2.1", database_url=None))

    assert "HOST is '192.0.2.1', which is no address of this machine." in refused.value.sentence


if __name__ == "__main__":
    if "SHORT_GRACE" in os.environ:
        serving.GRACE_SECONDS = 0.3
    serve_small_application(int(sys.argv[1]))
