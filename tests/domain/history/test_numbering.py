"""The line has no holes and no late arrivals, whoever writes and whoever dies."""

import asyncio
import signal
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from auth.actor import Actor
from domain import acts
from domain.acts import act
from domain.database import on_behalf_of
from domain.errors import Invalid
from domain.history import Verified, number_events, record, verify
from domain.history.numbering import BATCH, CHANNEL
from domain.ids import new_id
from domain.people.actions import add_position
from tests.domain import processes
from tests.people import Company, count


async def line(company: Company) -> list[dict[str, Any]]:
    """The organisation's events as they stand, in the order of their numbers."""
    async with on_behalf_of(company.org) as transaction:
        rows: list[dict[str, Any]] = await transaction.execute_query_dict(
            "select number, act, subject_id, recorded_at from event where org_id = $1"
            " order by number nulls last, recorded_at",
            [company.org],
        )
    return rows


async def many_events(company: Company, many: int) -> None:
    """Events that were committed and wait for their numbers."""
    async with on_behalf_of(company.org) as transaction:
        await transaction.execute_query(
            "insert into event (org_id, id, act, subject_kind, via)"
            " select $1, gen_random_uuid(), 'test.noted', 'test', 'cli'"
            " from generate_series(1, $2::int)",
            [company.org, many],
        )


async def test_sixteen_writers_and_a_second_process_leave_no_hole(
    company: Company, database: str
) -> None:
    async def writer() -> None:
        for turn in range(20):
            await add_position(company.system, title=f"Position {turn}")
            if turn % 4 == 0:
                with pytest.raises(Invalid):
                    await add_position(company.system, title="")

    second = asyncio.create_task(processes.run(database, company.org, "write", "160"))
    await asyncio.gather(*(writer() for _ in range(16)))
    assert await second == 0

    assert [event["number"] for event in await line(company)] == list(range(1, 481))
    assert await count(company, "position", "title like 'Position %'") == 16 * 20 + 11
    assert await verify(company.org) == Verified(480)


async def test_an_act_that_is_refused_leaves_no_event_and_no_hole(company: Company) -> None:
    @act
    async def thinks_better_of_it(actor: Actor) -> UUID:
        await record(actor, "test.noted", "test", new_id())
        raise Invalid("No.")

    await add_position(company.system, title="First")
    with pytest.raises(Invalid):
        await thinks_better_of_it(company.system)
    await add_position(company.system, title="Second")

    assert [(e["number"], e["act"]) for e in await line(company)] == [
        (1, "position.added"),
        (2, "position.added"),
    ]


async def test_numbers_follow_the_moment_of_recording_not_of_commit(company: Company) -> None:
    first, second = new_id(), new_id()
    recorded, committed = asyncio.Event(), asyncio.Event()

    async def early_but_slow() -> None:
        async with on_behalf_of(company.org):
            await record(company.system, "test.noted", "test", first)
            recorded.set()
            await committed.wait()

    async def late_but_quick() -> None:
        await recorded.wait()
        async with on_behalf_of(company.org):
            await record(company.system, "test.noted", "test", second)
        committed.set()

    await asyncio.gather(early_but_slow(), late_but_quick())
    await number_events(company.org)

    events = await line(company)
    assert [event["subject_id"] for event in events] == [first, second]
    moments: list[datetime] = [event["recorded_at"] for event in events]
    assert moments == sorted(moments)


async def test_what_commits_after_a_reader_went_by_stands_behind_what_it_read(
    company: Company,
) -> None:
    recorded, numbered = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        async with on_behalf_of(company.org):
            await record(company.system, "test.late", "test", new_id())
            recorded.set()
            await numbered.wait()

    task = asyncio.create_task(slow())
    await recorded.wait()
    await add_position(company.system, title="Quick")
    assert [event["number"] for event in await line(company)] == [1]
    numbered.set()
    await task
    await number_events(company.org)

    assert [(e["number"], e["act"]) for e in await line(company)] == [
        (1, "position.added"),
        (2, "test.late"),
    ]


async def test_each_batch_is_announced_once(company: Company, owner: asyncpg.Connection) -> None:
    heard: list[str] = []
    await owner.add_listener(CHANNEL, lambda *told: heard.append(str(told[-1])))
    await many_events(company, 2 * BATCH + 500)

    await asyncio.gather(*(number_events(company.org) for _ in range(10)))
    await number_events(company.org)
    await owner.execute("select 1")

    ours = [told for told in heard if told.startswith(str(company.org))]
    assert ours == [f"{company.org} {number}" for number in (BATCH, 2 * BATCH, 2 * BATCH + 500)]
    assert await verify(company.org) == Verified(2 * BATCH + 500)


async def test_an_act_stands_when_numbering_fails_and_the_next_one_catches_up(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(_: UUID) -> None:
        raise ConnectionResetError("the database went away")

    with monkeypatch.context() as patched:
        patched.setattr(acts, "number_events", fails)
        await add_position(company.system, title="First")
    assert [event["number"] for event in await line(company)] == [None]

    await add_position(company.system, title="Second")

    assert [event["number"] for event in await line(company)] == [1, 2]


async def test_a_process_killed_between_commit_and_numbering_leaves_its_event_to_the_next(
    company: Company, database: str
) -> None:
    ended = await processes.run(database, company.org, "die", "before_numbering", "key-1")
    assert ended == -signal.SIGKILL
    assert [event["number"] for event in await line(company)] == [None]

    await add_position(company.system, title="Next")

    assert [event["number"] for event in await line(company)] == [1, 2]
    assert await verify(company.org) == Verified(2)


async def test_a_fraction_written_by_hand_does_not_stop_the_line(company: Company) -> None:
    async with on_behalf_of(company.org) as transaction:
        await transaction.execute_query(
            "insert into event (org_id, id, act, subject_kind, via, after)"
            " values ($1, $2, 'test.noted', 'test', 'cli', '{\"rate\": 0.10, \"sum\": 1e2}')",
            [company.org, new_id()],
        )

    await number_events(company.org)

    assert await verify(company.org) == Verified(1)


async def test_an_event_holds_no_floats(company: Company) -> None:
    @act
    async def notes_a_float(actor: Actor) -> UUID:
        await record(actor, "test.noted", "test", None, after={"rates": [0.1]})
        return actor.org

    with pytest.raises(TypeError):
        await notes_a_float(company.system)

    assert await count(company, "event") == 0
