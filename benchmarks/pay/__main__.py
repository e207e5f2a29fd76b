"""A run over a year of credits, by two workers, and every total beside another calculator's.

    .venv/bin/python -m benchmarks.pay [--credits 1000000] [--payees 2000] [--plans 100] [--json]

Makes a company in a PostgreSQL of its own: each payee is on one of the plans, whose five tiers run over the
year, and one credit in a hundred takes another back. Two workers, started as they are shipped, work the
year out in twelve periods for each payee; every line is kept with the numbers that it was worked out
from. Then it is run again, with nothing changed; and one deal is changed, and waited for.
"""

import argparse
import asyncio
import json
import os
import sys
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from fractions import Fraction
from pathlib import Path
from uuid import UUID

import asyncpg

from benchmarks.pay.made import FIRST, LAST, STARTS, Payroll, payroll
from domain.incentives.running import run_pay
from tests.domain.incentives.slowly import Sold, commission

WORKERS = 2
CHANGES = 20
_DEALS = """select person_id, right(place, 8)::int as number, credited_on - $2::date as day,
    (amount * 100)::bigint as cents, case when reverses_id is not null then right(place, 8)::int - 1 end as takes_back
  from credit where org_id = $1 and superseded_at is null order by person_id"""
_LATEST = """select credit.id from credit where credit.org_id = $1 and credit.person_id = $2 and credit.superseded_at is null
    and credit.reverses_id is null and credit.credited_on >= $3
    and not exists (select from credit refund where refund.org_id = $1 and refund.person_id = $2
      and refund.reverses_id = credit.id)
  order by credit.credited_on desc, credit.id limit 1"""
_CHANGED = """with gone as (
    update credit set superseded_at = now() where org_id = $1 and id = $2 returning *)
  insert into credit (org_id, id, sale_id, sale_version, person_id, kind, counts_for, credited_on, place, share,
    amount, margin, quantity, currency, paid_in)
  select org_id, gen_random_uuid(), sale_id, sale_version + 1, person_id, kind, counts_for, credited_on, place,
    share, amount + 1, margin, quantity, currency, paid_in from gone"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--credits", type=int, default=1_000_000)
    parser.add_argument("--payees", type=int, default=2_000)
    parser.add_argument("--plans", type=int, default=100)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    figures = asyncio.run(_measured(arguments.credits, arguments.payees, arguments.plans))
    lines = (f"{name}: {value}" for name, value in figures.items())
    print(json.dumps(figures) if arguments.json else "\n".join(lines))


async def _measured(credits: int, payees: int, plans: int) -> dict[str, object]:
    async with payroll(credits, payees, plans) as made:
        connection = await asyncpg.connect(made.dsn, server_settings={"app.org_id": str(made.org)})
        try:
            async with _workers(made) as workers:
                used = sum(map(_cpu_seconds, workers))
                seconds = await _run(made, connection)
                cpu = sum(map(_cpu_seconds, workers)) - used
                memory = max(map(_most_megabytes, workers))
                differences, slow = await _compared(made, connection)
                again = await _run(made, connection)
                changed = sorted([await _change(made, connection, n) for n in range(CHANGES)])
            lines = await connection.fetchval(
                "select sum(json_array_length(lines)) from pay_result where org_id = $1 and number = 1",
                made.org,
            )
        finally:
            await connection.close()
    return {
        "credits": credits,
        "lines": int(lines),
        "seconds": round(seconds, 1),
        "cpu_seconds_of_the_workers": round(cpu, 1),
        "most_megabytes_of_a_worker": memory,
        "totals_that_differ": differences,
        "seconds_of_the_slow_calculator": round(slow, 1),
        "times_as_fast_as_the_slow_calculator_on_one_core": round(slow / seconds, 2),
        "seconds_again_with_nothing_changed": round(again, 1),
        "one_changed_deal_ms_middle_and_worst": [
            round(changed[len(changed) // 2] * 1_000),
            round(changed[-1] * 1_000),
        ],
    }


@asynccontextmanager
async def _workers(made: Payroll) -> AsyncIterator[list[int]]:
    """Processes of `attain worker`; their numbers."""
    environment = os.environ | {
        "ATTAIN_HOME": str(made.settings.home),
        "DATABASE_URL": made.dsn,
        "ATTAIN_LOG_LEVEL": "warning",
    }
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "api.cli",
            "worker",
            env=environment,
            stdout=asyncio.subprocess.PIPE,
        )
        for _ in range(WORKERS)
    ]
    reading: list[asyncio.Task[tuple[bytes, bytes]]] = []
    try:
        for process in processes:
            assert process.stdout
            await process.stdout.readline()  # it says that it is running
        reading = [asyncio.create_task(process.communicate()) for process in processes]
        await asyncio.sleep(2)
        yield [process.pid for process in processes]
    finally:
        for process in processes:
            process.terminate()
        await asyncio.gather(*reading)


async def _run(made: Payroll, connection: asyncpg.Connection) -> float:
    """Seconds from asking for a run to its end."""
    begun = time.perf_counter()
    run = await run_pay(made.actor(), starts_on=FIRST, ends_on=LAST)
    while (
        await connection.fetchval(
            "select state from pay_run where org_id = $1 and id = $2", made.org, run
        )
        != "done"
    ):
        await asyncio.sleep(0.05)
    return time.perf_counter() - begun


async def _compared(made: Payroll, connection: asyncpg.Connection) -> tuple[int, float]:
    """How many payees' years differ from what another calculator says, and how long that one took."""
    deals: dict[UUID, list[Sold]] = defaultdict(list)
    for row in await connection.fetch(_DEALS, made.org, FIRST):
        deals[row["person_id"]].append(Sold(*tuple(row)[1:]))
    rows = await connection.fetch(
        "select person_id, sum(total) as total from pay_result"
        " where org_id = $1 and superseded_at is null group by person_id",
        made.org,
    )
    paid = {row["person_id"]: row["total"] * 100 for row in rows}
    starts = [100 * start for start in STARTS]
    begun = time.perf_counter()
    slowly = {
        payee: Fraction(commission(theirs, starts, made.rates[made.plan_of[payee]]))
        for payee, theirs in deals.items()
    }
    return sum(slowly[payee] != paid.get(payee) for payee in slowly), time.perf_counter() - begun


async def _change(made: Payroll, connection: asyncpg.Connection, place: int) -> float:
    """Seconds until a payee's figures show a deal that was changed."""
    payee = made.payees[place * 37 % len(made.payees)]
    said = "select sum(number) from pay_result where org_id = $1 and person_id = $2 and superseded_at is null"
    before = await connection.fetchval(said, made.org, payee)
    deal = await connection.fetchval(_LATEST, made.org, payee, LAST.replace(day=1))
    begun = time.perf_counter()
    await connection.execute(_CHANGED, made.org, deal)
    while await connection.fetchval(said, made.org, payee) == before:
        await asyncio.sleep(0.005)
    return time.perf_counter() - begun


def _cpu_seconds(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _most_megabytes(process: int) -> int:
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) // 1024
    return 0


if __name__ == "__main__":
    main()
