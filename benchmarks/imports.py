"""Importing sales: does memory stay bounded, and what does an import cost beside a bare COPY?

    .venv/bin/python -m benchmarks.imports [--rows 100000] [--json]

Imports N and then 4 N sales, each referring to a person, territory, account and product, into an
embedded PostgreSQL of its own, each from a process of its own; and copies the larger file as it is
into a table without keys, for comparison.
"""

import argparse
import asyncio
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import asyncpg

from api.postgres import remove, running, stop
from api.settings import Settings
from auth.actor import Actor
from domain.database import close_database, migrate, open_database
from domain.ids import new_id
from domain.imports import Outcome, run_import
from domain.people.actions import found_organisation

TODAY = date(2020, 5, 29)
HEADER = "Line|Day|Person|Territory|Account|Product|Quantity|Amount"
MAPPING = """
name = "benchmark"
[files]
encoding = "utf-8"
delimiter = "|"
quoting = "none"
date = "YYYY-MM-DD"
decimal = "."
currency = "USD"
"""
MASTERS = {"people": 200, "territories": 50, "accounts": 2000, "products": 500}
SALES = """
[[source]]
kind = "sales"
file = "{file}"
external_id = "Line"
[source.fields]
sold_on = "Day"
person = "Person"
territory = "Territory"
account = "Account"
product = "Product"
quantity = "Quantity"
amount = "Amount"
"""


@dataclass(frozen=True, slots=True)
class Run:
    """One import in a process of its own. Peak memory in megabytes, of the whole process."""

    rows: int
    seconds: float
    peak_mb: float


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()

    with tempfile.TemporaryDirectory(prefix="attain-benchmark-") as folder:
        Path(folder).chmod(0o711)
        settings = Settings(home=Path(folder) / "home", database_url=None)
        server = await running(settings)
        try:
            await migrate(server.dsn)
            figures = await measure(server.dsn, Path(folder), arguments.rows)
        finally:
            await stop(server)
            await remove(settings.home)
    print(json.dumps(figures) if arguments.json else as_text(figures))


async def measure(dsn: str, folder: Path, rows: int) -> dict[str, object]:
    small, large = write_sales(folder, "small", rows), write_sales(folder, "large", 4 * rows)
    write_masters(folder)
    runs = []
    for file in (small, large):
        organisation = await a_company_with_masters(dsn, folder)
        mapping = folder / f"{file.stem}.toml"
        mapping.write_text(MAPPING + SALES.format(file=file.name))
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.imports_once", dsn, str(organisation), str(mapping)],
            check=True,
            capture_output=True,
            text=True,
        )
        runs.append(Run(**json.loads(done.stdout)))
    copying = await bare_copy(dsn, large)
    first, second = runs
    return {
        "runs": [asdict(run) for run in runs],
        "memory_ratio_4n_to_n": round(second.peak_mb / first.peak_mb, 2),
        "time_ratio_4n_to_n": round(second.seconds / first.seconds, 2),
        "time_ratio_import_to_bare_copy": round(second.seconds / copying, 1),
    }


async def a_company_with_masters(dsn: str, folder: Path) -> UUID:
    org = new_id()
    system = Actor.system(org, TODAY, "benchmark")
    await open_database(dsn)
    try:
        await found_organisation(
            system, slug=f"b{org.hex}", name="Benchmark", currency="USD", time_zone="UTC"
        )
        report = await run_import(org, system, folder / "masters.toml")
        assert report.outcome is Outcome.APPLIED, report.faults
    finally:
        await close_database()
    return org


async def bare_copy(dsn: str, file: Path) -> float:
    """Seconds that PostgreSQL takes to copy the file, checking nothing."""
    connection = await asyncpg.connect(dsn)
    columns = ", ".join(f"{name.lower()} text" for name in HEADER.split("|"))
    await connection.execute(f"create table bare ({columns})")
    begun = time.perf_counter()
    await connection.copy_to_table(
        "bare", source=str(file), format="csv", header=True, delimiter="|"
    )
    seconds = time.perf_counter() - begun
    await connection.execute("drop table bare")
    await connection.close()
    return seconds


def write_masters(folder: Path) -> None:
    text = MAPPING
    for kind, count in MASTERS.items():
        lines = ["Id|Name", *(f"{number}|{kind} {number}" for number in range(count))]
        (folder / f"{kind}.csv").write_text("\n".join(lines))
        text += f'[[source]]\nkind = "{kind}"\nfile = "{kind}.csv"\nexternal_id = "Id"\n'
        text += '[source.fields]\nname = "Name"\n'
    (folder / "masters.toml").write_text(text)


def write_sales(folder: Path, name: str, rows: int) -> Path:
    """Made by a seeded generator, so that every run imports the same."""
    chance = random.Random(20_200_529)
    path = folder / f"{name}.csv"
    with path.open("w") as file:
        file.write(HEADER + "\n")
        for line in range(rows):
            day = TODAY - timedelta(days=chance.randrange(1000))
            references = "|".join(str(chance.randrange(count)) for count in MASTERS.values())
            cents = chance.randrange(100, 1_000_000)
            file.write(f"{line}|{day}|{references}|1|{cents // 100}.{cents % 100:02}\n")
    return path


def as_text(figures: dict[str, object]) -> str:
    return "\n".join(f"{name}: {value}" for name, value in figures.items())


def peak_mb() -> float:
    """Peak resident memory of this process, in megabytes."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1_000_000


if __name__ == "__main__":
    asyncio.run(main())
