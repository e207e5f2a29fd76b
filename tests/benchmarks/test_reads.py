"""The tools that reads are measured with: what they measure is what they say."""

import asyncio
import pickle
from datetime import date
from pathlib import Path
from uuid import UUID

from api.postgres import Server
from benchmarks.reads.client import NUMBER, Job, Result, Run
from benchmarks.reads.pgbench import PgBench, find_pgbench

REQUEST = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 16\r\n\r\n" + NUMBER.encode()
REPLY = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


async def asked(folder: Path, rate: float, pause: float) -> tuple[Result, list[bytes]]:
    """A second of requests at a server that stands still once, and the numbers it was sent."""
    numbers: list[bytes] = []
    awake = asyncio.Event()
    awake.set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await reader.read(len(REQUEST)):
            numbers.append(head[-16:])
            if len(numbers) == 20 and pause:
                awake.clear()
                asyncio.get_running_loop().call_later(pause, awake.set)
            await awake.wait()
            writer.write(REPLY)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    requests = folder / "requests"
    requests.write_bytes(pickle.dumps([REQUEST]))
    job = Job(port, str(requests), connections=4, seconds=1.0, rate=rate, name=7)
    result = await Run(job).run()
    server.close()
    return result, numbers


async def test_who_would_have_come_while_the_server_stood_still_is_counted(tmp_path: Path) -> None:
    result, numbers = await asked(tmp_path, rate=100, pause=0.4)

    assert (result.answered, result.failed) == (100, 0)
    assert len(set(numbers)) == 100
    # Forty were due in those 0.4 s on four connections; half of them waited 0.2 s and more.
    assert result.times["p95"] > 300
    assert 15 < result.times["max"] - result.times["p95"] < 200


async def test_pgbench_runs_a_statement_with_the_values_of_every_caller(postgres: Server) -> None:
    program = find_pgbench()
    assert program is not None
    # Whatever is not as it was given divides by zero.
    right = (
        "$1::uuid = any($2::uuid[]) and $3::date = '2026-05-20' and $4::text is null"
        " and $5::text = 'it''s ' || chr(58) || 'me' and 'HH24:MI' = 'HH24' || chr(58) || 'MI'"
    )
    sql = f"select 1 / (case when {right} then 1 else 0 end)"
    first, second = UUID(int=1), UUID(int=2)
    callers = [
        (sql, (one, [first, second], date(2026, 5, 20), None, "it's :me"))
        for one in (first, second)
    ]

    bench = PgBench(program, postgres.dsn, {"jit": "off"}, [[caller] for caller in callers])
    try:
        result = await asyncio.to_thread(bench.run, 1)
    finally:
        bench.close()

    assert result.answered > 0
    assert result.failed == 0
