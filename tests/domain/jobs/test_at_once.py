"""What falls due is worked off at once: told by the database with the commit, in turns that starve nobody,
and by the rounds where nobody was told."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import date
from decimal import Decimal
from uuid import UUID

import asyncpg
import pytest
from tortoise.exceptions import OperationalError

from domain.database import on_behalf_of
from domain.ids import new_id
from domain.jobs import working
from domain.jobs.at_once import CHANNEL, TURNS_AT_ONCE, AtOnce
from domain.jobs.registry import Round, registry
from tests.domain.incentives.paying import FIVE_THEN_EIGHT, assigned, published, totals
from tests.people import Company, count, found_company
from tests.schema.asking import insert, sold

NEVER = "0 0 29 2 *"
ROUNDS = ("credit_sales", "work_off_pay_due")


async def a_company_that_pays(company: Company) -> Company:
    rule = {"id": new_id(), "name": "Whoever sold", "kind": "direct", "place": 1}
    await insert(company, "crediting_rule", [rule])
    await assigned(company, await published(company, FIVE_THEN_EIGHT), "Rui")
    return company


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(30):
        while True:
            if await holds():
                return
            await asyncio.sleep(0.01)


async def paid(company: Company, may: str) -> None:
    """Wait until Rui's May comes to this."""

    async def comes_to_it() -> bool:
        return (await totals(company, "Rui")).get(5) == Decimal(may)

    await until(comes_to_it)


async def test_pay_follows_a_sale_without_waiting_for_a_round(
    company: Company, database: str, owner: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ROUNDS:
        work = registry.rounds[name].for_organisation
        monkeypatch.setitem(registry.rounds, name, Round(name, NEVER, for_organisation=work))
    await a_company_that_pays(company)
    other = await a_company_that_pays(await found_company("Contoso"))

    async def listens() -> bool:
        heard = """select exists (select from pg_stat_activity where datname = current_database()
          and application_name = 'attain_worker' and query ilike $1)"""
        return bool(await owner.fetchval(heard, f"%listen%{CHANNEL}%"))

    async with working(database):
        await until(listens)
        await sold(company, "Rui", "1000", on=date(2020, 5, 4))
        await asyncio.gather(paid(company, "50"), sold(other, "Rui", "20", on=date(2020, 5, 4)))
        for amount in range(5):
            await sold(company, "Rui", str(amount), on=date(2020, 5, 5))
        await asyncio.gather(paid(company, "50.50"), paid(other, "1"))

    assert await count(company, "credit") == 6
    assert await count(company, "crediting_due") == await count(company, "pay_due") == 0


async def test_what_nobody_was_told_of_is_found_by_the_round_and_credited_once(
    company: Company,
) -> None:
    """As after a crash between the commit and the work: what is due stands in a table."""
    await a_company_that_pays(company)
    for _ in range(3):
        await sold(company, "Rui", "1000", on=date(2020, 5, 4))

    for name in ROUNDS:
        work = registry.rounds[name].for_organisation
        assert work is not None
        await asyncio.gather(*(work(company.org) for _ in range(3)))
        assert not await work(company.org)

    assert await count(company, "credit") == 3
    assert (await totals(company, "Rui"))[5] == Decimal(150)


async def test_it_is_told_with_the_commit_and_once_and_never_of_what_is_undone(
    company: Company, database: str
) -> None:
    heard: list[str] = []
    connection = await asyncpg.connect(database)
    await connection.add_listener(CHANNEL, lambda *told: heard.append(told[3]))
    await a_company_that_pays(company)
    await connection.fetchval("select 1")  # what was told of that is heard by now
    heard.clear()

    async def sell(many: int, and_then: str) -> None:
        async with on_behalf_of(company.org) as transaction:
            for _ in range(many):
                await transaction.execute_query(
                    "insert into sale (org_id, id, sold_on, quantity, amount, currency)"
                    " values ($1, $2, '2020-05-04', 1, 1, 'USD')",
                    [company.org, new_id()],
                )
            await connection.fetchval("select 1")
            assert heard == []
            await transaction.execute_script(and_then)

    with pytest.raises(OperationalError):
        await sell(3, "select 1 / 0")
    await sell(3, "select 1")
    await connection.fetchval("select 1")

    assert [each for each in heard if str(company.org) in each] == [f"credit_sales {company.org}"]
    await connection.close()


def rounds(work: Callable[[UUID], Awaitable[bool | None]]) -> AtOnce:
    return AtOnce({"work": Round("work", NEVER, for_organisation=work)})


async def test_an_organisation_with_much_to_do_starves_no_other() -> None:
    """Those who flood are gone on with after each turn of the others; and no more are at it than may be."""
    flooding, quiet = [new_id() for _ in range(TURNS_AT_ONCE + 1)], new_id()
    turns: Counter[UUID] = Counter()
    before_quiet: list[int] = []
    at_it: set[UUID] = set()
    flooded, served = asyncio.Event(), asyncio.Event()

    async def work(org: UUID) -> bool:
        assert org not in at_it
        at_it.add(org)
        assert len(at_it) <= TURNS_AT_ONCE
        await asyncio.sleep(0.001)
        at_it.remove(org)
        turns[org] += 1
        if sum(turns.values()) == 20:
            flooded.set()
        if org == quiet:
            before_quiet.append(sum(turns.values()))
            served.set()
        return org != quiet

    at_once = rounds(work)
    for org in flooding:
        at_once.hear(f"work {org}")
    await flooded.wait()
    told_at = sum(turns.values())
    at_once.hear(f"work {quiet}")
    await served.wait()
    await at_once.stop()

    assert before_quiet[0] - told_at <= len(flooding) + TURNS_AT_ONCE
    assert all(turns[org] > 2 for org in flooding)


async def test_what_is_told_during_a_turn_is_done_in_the_next_and_a_failure_is_left_to_the_round() -> (
    None
):
    org, broken = new_id(), new_id()
    begun = asyncio.Event()
    turns: Counter[UUID] = Counter()

    async def work(of: UUID) -> None:
        turns[of] += 1
        begun.set()
        await asyncio.sleep(0)
        if of == broken:
            raise ValueError("Its data is broken.")

    at_once = rounds(work)
    for nonsense in ("", "work", "work x", f"other {org}", f"{org}"):
        at_once.hear(nonsense)
    at_once.hear(f"work {broken}")
    at_once.hear(f"work {org}")
    await begun.wait()
    for _ in range(10):
        at_once.hear(f"work {org}")
    await asyncio.gather(*at_once._going.values())

    assert turns == {org: 2, broken: 1}
    at_once.hear(f"work {broken}")
    await asyncio.gather(*at_once._going.values())
    assert turns[broken] == 2
