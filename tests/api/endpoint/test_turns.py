"""Nobody holds all connections."""

import asyncio

import pytest

from api.endpoint import RequestRefused
from api.endpoint.turns import Turns


async def test_a_caller_has_so_many_operations_under_way_and_others_go_on() -> None:
    turns, under_way, most = Turns(2), 0, 0

    async def operation(caller: str) -> None:
        nonlocal under_way, most
        async with turns.of(caller):
            under_way += caller == "greedy"
            most = max(most, under_way)
            await asyncio.sleep(0.01)
            under_way -= caller == "greedy"

    greedy = [asyncio.create_task(operation("greedy")) for _ in range(20)]
    await asyncio.sleep(0)
    async with asyncio.timeout(0.05):
        await operation("other")
    await asyncio.gather(*greedy)

    assert most == 2
    assert len(turns) == 0


async def test_who_waits_too_long_for_their_own_operations_is_told_so() -> None:
    turns = Turns(1, seconds=0.01)

    async with turns.of("Rui"):
        with pytest.raises(RequestRefused) as refused:
            async with turns.of("Rui"):
                pass
        async with turns.of("Sam"):
            pass

    assert (refused.value.status, refused.value.limit) == (429, "operations_at_once")
    assert refused.value.headers == {"Retry-After": "1"}
    assert len(turns) == 0


async def test_who_gives_up_waiting_leaves_their_place() -> None:
    turns = Turns(1)

    async with turns.of("Rui"):
        waiting = asyncio.create_task(turns.of("Rui").__aenter__())
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)

    async with turns.of("Rui"):
        assert len(turns) == 1
    assert len(turns) == 0
