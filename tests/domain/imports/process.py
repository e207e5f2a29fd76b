"""An import in a process of its own, which a test can kill: DSN ORG MAPPING."""

import asyncio
import sys
from datetime import date
from pathlib import Path
from uuid import UUID

from auth.actor import Actor
from domain.database import close_database, open_database
from domain.imports import run_import


async def _main(dsn: str, org: UUID, mapping: Path) -> None:
    await open_database(dsn)
    actor = Actor.system(org, date(2020, 5, 29), "cli")
    await run_import(org, actor, mapping, progress=_told)
    await close_database()


def _told(source: str, step: str, rows: int) -> None:
    sys.stdout.write(f"{step} {rows}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1], UUID(sys.argv[2]), Path(sys.argv[3])))
