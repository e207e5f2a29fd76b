"""Connections rest between reads, and keep nobody from leaving."""

import asyncio

import asyncpg
import pytest

from domain.database import connection as pools
from domain.database.connection import open_reads, read_value
from domain.database.limits import PoolLimits
from tests.people import Company


async def test_a_pool_closes_once_the_reads_under_way_have_ended(
    database: str, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = await open_reads(database, PoolLimits(reads=2))
    monkeypatch.setattr(pools, "_reads", pool)
    await read_value(company.org, "select 1", [])
    reading = asyncio.create_task(read_value(company.org, "select 2 from pg_sleep(0.2)", []))
    await asyncio.sleep(0)  # it takes the connection that rests
    assert pool.get_idle_size() == 0

    async with asyncio.timeout(5):
        await pool.close()

    assert await reading == 2
    assert pool.get_size() == 0
    with pytest.raises(asyncpg.InterfaceError, match="clos"):
        await read_value(company.org, "select 3", [])
