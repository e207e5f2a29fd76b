"""A transaction is never left behind by a caller who gives up, nor done without."""

import asyncio
from contextlib import suppress

import pytest
from tortoise import Tortoise

from domain.database import on_behalf_of, reading, reads
from domain.history import record
from tests.people import Company, count

MOMENTS = 60  # turns of the event loop; beginning a transaction takes some ten to thirty


async def _act(company: Company) -> None:
    async with on_behalf_of(company.org) as transaction:
        await transaction.execute_query("select 1")


async def _read(company: Company) -> None:
    async with reading(company.org) as snapshot:
        await snapshot.fetchval("select 1")


async def test_an_act_or_a_read_given_up_at_any_moment_returns_its_connection(
    company: Company,
) -> None:
    acts = Tortoise.get_connection("default")._pool

    for moment in range(MOMENTS):
        for work in (_act, _read):
            task = asyncio.create_task(work(company))
            for _ in range(moment):
                await asyncio.sleep(0)
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    for pool in (acts, reads()):
        assert pool.get_size() - pool.get_idle_size() == 0
    await _act(company)
    await _read(company)


async def test_nothing_is_recorded_outside_a_transaction(company: Company) -> None:
    with pytest.raises(RuntimeError):
        await record(company.system, "test.noted", "test", company.org)

    assert await count(company, "event") == 0
