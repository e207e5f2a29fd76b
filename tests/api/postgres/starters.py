"""Small programs that tests start in processes of their own, to race them and to kill them."""

import asyncio
import json
import sys
from pathlib import Path

import asyncpg

from api.postgres import attached
from tests.cluster import settings_for

SOURCE = Path(__file__).resolve().parents[3]


def command(name: str, home: Path) -> list[str]:
    return [sys.executable, "-m", "tests.api.postgres.starters", name, str(home)]


async def attach_and_leave(home: Path) -> None:
    """Attach, say on which server, wait for a line on standard input, leave."""
    async with attached(settings_for(home), durable=False) as server:
        connection = await asyncpg.connect(server.dsn)
        started = await connection.fetchval("select pg_postmaster_start_time()::text")
        await connection.close()
        _say(json.dumps({"started": started, "dsn": server.dsn}))
        await asyncio.to_thread(sys.stdin.readline)


async def write_for_ever(home: Path) -> None:
    """Commit one row after the other, and say its number once it is committed."""
    async with attached(settings_for(home)) as server:
        connection = await asyncpg.connect(server.dsn)
        await connection.execute("create table if not exists written (number int primary key)")
        for number in range(1_000_000):
            await connection.execute("insert into written values ($1)", number)
            _say(str(number))


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(globals()[sys.argv[1]](Path(sys.argv[2])))
