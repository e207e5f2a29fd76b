"""One request waits for connections once, however many it needs."""

import asyncio
import time

import pytest

from domain.database import one_wait
from domain.database.connection import open_pool
from domain.database.limits import PoolLimits

LIMITS = PoolLimits(acquire_seconds=0.4)


async def seconds_until_refused(acquiring: object) -> float:
    started = time.monotonic()
    with pytest.raises(TimeoutError):
        await acquiring  # type: ignore[misc]  # asyncpg is not annotated
    return time.monotonic() - started


async def test_several_waits_of_one_request_take_no_longer_than_one(database_url: str) -> None:
    busy = await open_pool(database_url, "attain_reader", 1, LIMITS)
    other = await open_pool(database_url, "attain_reader", 1, LIMITS)
    held, held_for_a_while = await busy.acquire(), await other.acquire()
    freeing = asyncio.get_running_loop().call_later(
        0.3, lambda: asyncio.ensure_future(other.release(held_for_a_while))
    )

    with one_wait():
        async with other.acquire() as connection:
            assert await connection.fetchval("select 1") == 1
            after_another_wait = await seconds_until_refused(busy.acquire())
    without_any = await seconds_until_refused(busy.acquire())

    assert after_another_wait < 0.3
    assert 0.4 <= without_any < 1
    freeing.cancel()
    await busy.release(held)
    await busy.close()
    await other.close()


async def test_what_goes_on_after_a_request_waits_anew(database_url: str) -> None:
    pool = await open_pool(database_url, "attain_reader", 1, LIMITS)
    held, begun = await pool.acquire(), asyncio.Event()

    async def going_on() -> float:
        await begun.wait()
        return await seconds_until_refused(pool.acquire())

    with one_wait():
        task = asyncio.create_task(going_on())
        await seconds_until_refused(pool.acquire())
    begun.set()

    assert await task >= 0.4
    await pool.release(held)
    await pool.close()
