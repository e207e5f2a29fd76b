"""`attain worker`: the jobs that follow from acts, and the rounds of upkeep."""

import asyncio
from typing import TYPE_CHECKING

import typer

from api.cli.progress import console, errors

if TYPE_CHECKING:
    from api.settings import Settings


def add_to(app: typer.Typer) -> None:
    app.command("worker")(worker)


def worker() -> None:
    """Do the jobs that wait, until stopped. Several workers may share them."""
    from api.cli import interruption
    from api.settings import read_settings

    interruption.run_until_stopped(_worker(read_settings()))


async def _worker(settings: "Settings") -> None:
    from api.cli.company import opened
    from api.edge import configure_logs
    from api.postgres import keep_running
    from domain.jobs import working

    configure_logs(json=settings.environment == "production", level=settings.log_level)
    async with opened(settings) as server:
        watching = asyncio.create_task(keep_running(server, settings, report=errors.print))
        try:
            async with working(server.dsn):
                console.print("The worker is running. Stop it with Ctrl-C.")
                await asyncio.Event().wait()
        finally:
            watching.cancel()
