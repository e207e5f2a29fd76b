"""Subscriptions: what an idle socket costs, and how soon many of them are told.

    .venv/bin/python -m benchmarks.subscriptions [--sockets 2000] [--json]

Starts Attain with one worker on an embedded PostgreSQL of its own, opens N sockets of 200 people, each
with one subscription, and lets them be. Memory is the server process' share of memory (PSS) for each
socket beyond the first, beside what the same sockets cost in the bare server, which runs nothing of
ours. CPU is what the process uses while nothing happens. Then one person is added, which everybody may
see: how long until the first, the middle and the last socket have heard of it.
"""

import argparse
import asyncio
import json
import os
import resource
import secrets
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import urlopen

from api.postgres import remove, running, stop
from api.proofs import proofs_of
from api.settings import Settings
from auth.actor import Actor
from auth.tokens import AccessToken
from domain.database import close_database, migrate, on_behalf_of, open_database
from domain.ids import new_id
from domain.people.actions import add_person, found_organisation
from tests.api.subscriptions.websocket import WebSocket
from tests.scenarios.server import free_port

PEOPLE = 200
QUIET_SECONDS = 20
TOGETHER = 50
CHANGES = "subscription { changes { number nodes { id } } }"


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--sockets", type=int, default=2_000)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))

    with tempfile.TemporaryDirectory(prefix="attain-benchmark-") as folder:
        Path(folder).chmod(0o711)
        settings = Settings(home=Path(folder) / "home", database_url=None)
        server = await running(settings)
        try:
            await migrate(server.dsn)
            figures = await measure(server.dsn, settings, arguments.sockets)
        finally:
            await stop(server)
            await remove(settings.home)
    print(json.dumps(figures) if arguments.json else as_text(figures))


async def measure(dsn: str, settings: Settings, sockets: int) -> dict[str, object]:
    admin, tokens = await a_company(dsn, settings)
    bare = await bare_kb_per_socket(min(sockets, 500))
    async with served(_attain(dsn, settings)) as (port, pid):
        one = await connect(port, tokens[0])
        before, open_sockets = memory_kb(pid), [one]
        for start in range(1, sockets, TOGETHER):
            count = min(TOGETHER, sockets - start)
            group = (connect(port, tokens[(start + n) % PEOPLE]) for n in range(count))
            open_sockets += await asyncio.gather(*group)
        await asyncio.sleep(3)
        ours = (memory_kb(pid) - before) / (len(open_sockets) - 1)

        used = cpu_seconds(pid)
        await asyncio.sleep(QUIET_SECONDS)
        quiet = (cpu_seconds(pid) - used) / QUIET_SECONDS

        hearing = [asyncio.create_task(told(socket)) for socket in open_sockets]
        await open_database(dsn)
        used = cpu_seconds(pid)
        await add_person(admin, name="Somebody New", email=None)
        begun = time.monotonic()
        heard = sorted([at - begun for at in await asyncio.gather(*hearing)])
        busy = cpu_seconds(pid) - used
        await close_database()
        for socket in open_sockets:
            socket.writer.close()
    return {
        "sockets": len(open_sockets),
        "kb_per_idle_socket": round(ours, 1),
        "kb_per_idle_socket_in_the_bare_server": round(bare, 1),
        "memory_ratio_to_the_bare_server": round(ours / bare, 2),
        "idle_cpu_ms_per_second": round(quiet * 1000, 2),
        "told_first_s": round(max(0.0, heard[0]), 3),
        "told_middle_s": round(statistics.median(heard), 2),
        "told_last_s": round(heard[-1], 2),
        "told_per_second": round(len(heard) / heard[-1]),
        "server_cpu_ms_per_telling": round(busy / len(heard) * 1000, 2),
    }


async def bare_kb_per_socket(sockets: int) -> float:
    arguments = ["granian", "--interface", "asginl", "--no-log", "--workers-kill-timeout", "2"]
    async with served([*arguments, "benchmarks.subscriptions_bare:app"]) as (port, pid):
        worker = int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[-1])
        open_sockets = [await yes(port)]
        before = memory_kb(worker)
        open_sockets += [await yes(port) for _ in range(sockets)]
        cost = (memory_kb(worker) - before) / sockets
        for socket in open_sockets:
            socket.writer.close()
    return cost


async def yes(port: int) -> WebSocket:
    socket = await WebSocket.connect("127.0.0.1", port)
    await socket.send("?")
    await socket.receive()
    return socket


async def a_company(dsn: str, settings: Settings) -> tuple[Actor, list[str]]:
    """An organisation with people who are signed in."""
    org, now = new_id(), datetime.now(UTC)
    system = Actor.system(org, now.date(), "benchmark")
    proofs = proofs_of(settings, settings.issuer, now)
    await open_database(dsn)
    try:
        await found_organisation(
            system, slug=f"b{org.hex}", name="Benchmark", currency="USD", time_zone="UTC"
        )
        tokens = []
        for number in range(PEOPLE):
            person = await add_person(system, name=f"Person {number}", email=None)
            session = new_id()
            async with on_behalf_of(org) as transaction:
                await transaction.execute_query(
                    "insert into session (org_id, id, person_id, via, generation, current_hash,"
                    " started_at, rotated_at, expires_at)"
                    " values ($1, $2, $3, 'mobile', 1, $4, $5, $5, $5::timestamptz + '1 day')",
                    [org, session, person, secrets.token_bytes(32), now],
                )
            token = AccessToken(org=org, person=person, session=session)
            tokens.append(proofs.tokens.issue(token, now))
    finally:
        await close_database()
        proofs.close()
    return system, tokens


def _attain(dsn: str, settings: Settings) -> dict[str, str]:
    return {
        "ATTAIN_HOME": str(settings.home),
        "ATTAIN_PUBLIC_URL": settings.issuer,
        "DATABASE_URL": dsn,
        "ATTAIN_WORKER": "false",
        "ATTAIN_ENVIRONMENT": "development",
        "ATTAIN_LOG_LEVEL": "warning",
    }


@asynccontextmanager
async def served(what: list[str] | dict[str, str]) -> AsyncIterator[tuple[int, int]]:
    """The port and the process of a server: `attain serve` with these settings, or this module."""
    port = free_port()
    settings = what if isinstance(what, dict) else {}
    module = ["api.cli", "serve"] if isinstance(what, dict) else [*what, "--port", str(port)]
    process = subprocess.Popen(
        [sys.executable, "-m", *module],
        env={**os.environ, **settings, "PORT": str(port)},
        stdout=subprocess.DEVNULL,
    )
    try:
        while process.poll() is None:
            try:
                urlopen(f"http://127.0.0.1:{port}/ready", timeout=5)
                break
            except OSError:
                await asyncio.sleep(0.1)
        yield port, process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()


async def connect(port: int, token: str) -> WebSocket:
    socket = await WebSocket.connect("127.0.0.1", port)
    await socket.send({"type": "connection_init", "payload": {"Authorization": f"Bearer {token}"}})
    await socket.receive(60)
    await socket.send({"id": "1", "type": "subscribe", "payload": {"query": CHANGES}})
    return socket


async def told(socket: WebSocket) -> float:
    """When the socket is told that something changed."""
    while (message := await socket.receive(300))["type"] != "next":
        if message["type"] == "ping":
            await socket.send({"type": "pong"})
    return time.monotonic()


def memory_kb(pid: int) -> int:
    """The process' proportional share of memory, from Linux."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("Pss:")).split()[1])


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def as_text(figures: dict[str, object]) -> str:
    return "\n".join(f"{name}: {value}" for name, value in figures.items())


if __name__ == "__main__":
    asyncio.run(main())
