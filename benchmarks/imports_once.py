"""One import in a process of its own, which prints what it took; started by benchmarks.imports."""

import asyncio
import json
import sys
import time
from pathlib import Path
from uuid import UUID

from auth.actor import Actor
from benchmarks.imports import TODAY, peak_mb
from domain.database import close_database, open_database
from domain.imports import Outcome, run_import


async def main(dsn: str, org: UUID, mapping: Path) -> None:
    await open_database(dsn)
    try:
        begun = time.perf_counter()
        report = await run_import(org, Actor.system(org, TODAY, "benchmark"), mapping)
        seconds = time.perf_counter() - begun
    finally:
        await close_database()
    assert report.outcome is Outcome.APPLIED, report.faults
    rows = sum(source.new for source in report.sources)
    print(json.dumps({"rows": rows, "seconds": seconds, "peak_mb": peak_mb()}))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], UUID(sys.argv[2]), Path(sys.argv[3])))
