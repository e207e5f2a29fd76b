"""One operation, one snapshot, one bound."""

import asyncio

import pytest

from domain.database import reads
from schema.context import Context
from schema.reading.snapshot import MOST_ROWS
from tests.people import Company
from tests.schema.asking import answer, goal

COUNT = "select count(*) from goal where org_id = :org"


async def test_an_operation_sees_nothing_that_is_committed_after_its_first_read(
    company: Company,
) -> None:
    async with Context(company.actor("Rui")) as context:
        before = (await context.snapshot.fetch(COUNT, {}))[0][0]
        await goal(company, "Rui")
        during = (await context.snapshot.fetch(COUNT, {}))[0][0]
        await context.snapshot.renew()
        after = (await context.snapshot.fetch(COUNT, {}))[0][0]

    assert (before, during, after) == (0, 0, 1)


async def test_reads_at_the_same_time_queue_on_one_connection(company: Company) -> None:
    free = reads().get_idle_size()

    async with Context(company.actor("Rui")) as context:
        await asyncio.gather(*(context.snapshot.fetch(COUNT, {}) for _ in range(20)))
        taken = free - reads().get_idle_size()

    assert context.snapshot.statements == 20
    assert taken <= 1
    assert reads().get_idle_size() >= free


async def test_nothing_is_read_for_an_operation_that_has_ended(company: Company) -> None:
    async with Context(company.actor("Rui")) as context:
        pass

    with pytest.raises(RuntimeError, match="has ended"):
        await context.snapshot.fetch(COUNT, {})


async def test_the_snapshot_could_not_write(company: Company) -> None:
    async with Context(company.actor("Rui")) as context:
        with pytest.raises(Exception, match=r"read-only transaction|permission denied"):
            await context.snapshot.fetch("delete from goal where org_id = :org returning 1", {})


async def test_pages_within_pages_are_bounded_together(company: Company) -> None:
    for name in ("Rui", "Sam"):
        for _ in range(3):
            await goal(company, name)
    below = "checkIns(first: 100) { nodes { goal { checkIns(first: 100) { nodes { id } } } } }"
    aliases = "\n".join(f"a{n}: {below}" for n in range(40))
    document = f"{{ goals(first: 100) {{ nodes {{ {aliases} }} }} }}"

    refused = await answer(company.actor("Mona"), document)

    assert refused.data is None
    assert len(refused.errors) == 1
    assert f"more than {MOST_ROWS} rows" in refused.refusal.message
    assert refused.statements < 40
