"""Fields of ordinary execution read in one snapshot."""

import asyncio

import pytest

from domain.database import reads
from schema.context import Context
from tests.people import Company
from tests.schema.asking import goal

COUNT = "select count(*)::text from goal where org_id = $1"


async def test_an_operation_sees_nothing_that_is_committed_after_its_first_read(
    company: Company,
) -> None:
    async with Context(company.actor("Rui")) as context:
        before = await context.snapshot.value(COUNT, [company.org])
        await goal(company, "Rui")
        during = await context.snapshot.value(COUNT, [company.org])
        await context.snapshot.renew()
        after = await context.snapshot.value(COUNT, [company.org])

    assert (before, during, after) == ("0", "0", "1")


async def test_reads_at_the_same_time_queue_on_one_connection(company: Company) -> None:
    free = reads().get_idle_size()

    async with Context(company.actor("Rui")) as context:
        await asyncio.gather(*(context.snapshot.value(COUNT, [company.org]) for _ in range(20)))
        taken = free - reads().get_idle_size()

    assert context.snapshot.statements == 20
    assert taken <= 1
    assert reads().get_idle_size() >= free


async def test_nothing_is_read_for_an_operation_that_has_ended(company: Company) -> None:
    async with Context(company.actor("Rui")) as context:
        pass

    with pytest.raises(RuntimeError, match="has ended"):
        await context.snapshot.value(COUNT, [company.org])


async def test_the_snapshot_could_not_write(company: Company) -> None:
    async with Context(company.actor("Rui")) as context:
        with pytest.raises(Exception, match=r"read-only transaction|permission denied"):
            await context.snapshot.value(
                "delete from goal where org_id = $1 returning name", [company.org]
            )
