"""One act: done whole or not at all, once, also when others or the machine interfere."""

import asyncio
import signal
from uuid import UUID

import asyncpg
import pytest
from tortoise import Tortoise
from tortoise.exceptions import OperationalError

from auth.actor import Actor
from domain.acts import TRIES, Busy, act
from domain.errors import Refusal
from domain.history import record
from domain.ids import new_id
from domain.people.access import person_here
from domain.people.actions import add_position
from domain.people.models import Position
from tests.domain import processes
from tests.people import Company, count

DEADLOCK = "do $$ begin raise exception 'made up' using errcode = 'deadlock_detected'; end $$"


@act
async def leave_a_mark(actor: Actor, *, then: str = "") -> UUID:
    """Add a position and an event; then run a statement, which may fail."""
    position = await Position.add(org_id=actor.org, id=new_id(), title="Mark")
    await record(actor, "position.added", "position", position.id)
    if then:
        await Tortoise.get_connection("default").execute_script(then)
    return position.id


async def marks(company: Company) -> tuple[int, int]:
    """Positions and events that `leave_a_mark` left."""
    return await count(company, "position", "title = 'Mark'"), await count(company, "event")


async def test_two_acts_that_lock_in_opposite_order_both_end_right(company: Company) -> None:
    both_hold_one = asyncio.Barrier(2)
    begun: list[str] = []

    @act
    async def swap_titles(actor: Actor, *, first: str, second: str) -> UUID:
        begun.append(first)
        one = await person_here(actor, company.ids[first])
        if len(begun) <= 2:
            await both_hold_one.wait()
        other = await person_here(actor, company.ids[second])
        await one.change(title=one.title + f" before {second}", version=one.version + 1)
        await record(actor, "person.retitled", "person", other.id)
        return one.id

    async with asyncio.timeout(20):
        answers = await asyncio.gather(
            swap_titles(company.actor("Cora"), first="Rui", second="Sam"),
            swap_titles(company.actor("Cora"), first="Sam", second="Rui"),
        )

    assert [*answers] == [company.ids["Rui"], company.ids["Sam"]]
    assert len(begun) == 3
    assert await count(company, "person", "title = 'Cast before Sam' and name = 'Rui'") == 1
    assert await count(company, "person", "title = 'Cast before Rui' and name = 'Sam'") == 1
    assert await count(company, "event", "number is not null") == 2


@pytest.mark.parametrize("failures", range(TRIES + 1))
async def test_a_deadlock_is_tried_again_whole_and_not_for_ever(
    company: Company, failures: int
) -> None:
    tries = 0

    @act
    async def unlucky(actor: Actor) -> UUID:
        nonlocal tries
        tries += 1
        position = await Position.add(org_id=actor.org, id=new_id(), title="Mark")
        await record(actor, "position.added", "position", position.id)
        if tries <= failures:
            await Tortoise.get_connection("default").execute_script(DEADLOCK)
        return position.id

    if failures < TRIES:
        await unlucky(company.system)
    else:
        with pytest.raises(Busy):
            await unlucky(company.system)

    assert tries == min(failures + 1, TRIES)
    assert await marks(company) == ((1, 1) if failures < TRIES else (0, 0))


async def test_who_waits_too_long_for_a_lock_hears_busy_and_nothing_changed(
    company: Company, owner: asyncpg.Connection
) -> None:
    rui = company.ids["Rui"]
    await owner.execute(f"set app.org_id = '{company.org}'")
    async with owner.transaction():
        await owner.execute("select from person where id = $1 for update", rui)

        with pytest.raises(Busy) as refusal:
            await leave_a_mark(
                company.system,
                then=f"set local lock_timeout = '50ms';"
                f" update person set title = 'Mark' where org_id = '{company.org}' and id = '{rui}'",
            )

    assert isinstance(refusal.value, Refusal)
    assert refusal.value.message.endswith("nothing was done. Send it again.")
    assert await marks(company) == (0, 0)
    assert await count(company, "person", "title = 'Mark'") == 0


async def test_an_error_that_is_no_collision_is_not_tried_again(company: Company) -> None:
    with pytest.raises(OperationalError, match="division by zero"):
        await leave_a_mark(company.system, then="select 1 / 0")

    assert await marks(company) == (0, 0)


async def test_an_act_that_is_cancelled_leaves_nothing(company: Company) -> None:
    begun = asyncio.Event()

    @act
    async def is_cut_off(actor: Actor) -> UUID:
        await Position.add(org_id=actor.org, id=new_id(), title="Mark")
        begun.set()
        await asyncio.Event().wait()
        return actor.org

    task = asyncio.ensure_future(is_cut_off(company.system))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert await marks(company) == (0, 0)
    await leave_a_mark(company.system)
    assert await marks(company) == (1, 1)


@pytest.mark.parametrize(
    ("moment", "kept"), [("before_commit", 0), ("before_numbering", 1), ("before_reply", 1)]
)
async def test_a_message_sent_again_after_a_crash_has_one_effect(
    company: Company, database: str, moment: str, kept: int
) -> None:
    ended = await processes.run(database, company.org, "die", moment, "key-1")
    assert ended == -signal.SIGKILL
    assert await count(company, "idempotency_key") == kept

    again = company.system.with_once(processes.message("key-1"))
    answers = [await add_position(again, title=processes.TITLE) for _ in range(2)]

    assert len(set(answers)) == 1
    assert await count(company, "position", f"id = '{answers[0]}'") == 1
    assert await count(company, "position", f"title = '{processes.TITLE}'") == 1
    assert await count(company, "event") == 1
    assert await count(company, "idempotency_key") == 1


async def test_a_second_message_waits_for_the_first_and_takes_over_when_it_fails(
    company: Company,
) -> None:
    first_holds_the_key, second_asks = asyncio.Event(), asyncio.Event()
    once = processes.message("key-1")

    @act
    async def fails_late(actor: Actor) -> UUID:
        first_holds_the_key.set()
        await second_asks.wait()
        raise Refusal("No.")

    async def first() -> None:
        with pytest.raises(Refusal, match="No"):
            await fails_late(company.system.with_once(once))

    async def second() -> UUID:
        await first_holds_the_key.wait()
        asyncio.get_running_loop().call_later(0.05, second_asks.set)
        return await add_position(company.system.with_once(once), title=processes.TITLE)

    _, answer = await asyncio.gather(first(), second())

    assert await count(company, "position", f"id = '{answer}'") == 1
    assert await count(company, "idempotency_key", f"subject_id = '{answer}'") == 1
