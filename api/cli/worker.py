"""`attain worker`: the jobs that follow from acts, and the rounds of upkeep."""

import asyncio
from typing import TYPE_CHECKING

import typer

from api.cli.progress import console, errors, progress
from api.refusal import CommandRefused

if TYPE_CHECKING:
    from api.settings import Settings


def add_to(app: typer.Typer) -> None:
    app.command("worker")(worker)


def worker() -> None:
    """Do the jobs that wait, until stopped. Several workers may share them."""
    from api.cli import interruption
    from api.settings import read_settings

    interruption.run(_worker(read_settings()))


async def _worker(settings: "Settings") -> None:
    from contextlib import AsyncExitStack

    from api.edge import configure_logs
    from api.postgres import attached, keep_running
    from domain.database import close_database, open_database, pending_migrations
    from domain.jobs import working

    configure_logs(json=settings.environment == "production", level=settings.log_level)
    async with AsyncExitStack() as stack:
        with progress() as report:
            server = await stack.enter_async_context(attached(settings, report=report))
            pending = await pending_migrations(server.dsn)
        if pending:
            raise CommandRefused(
                f"The database lacks {len(pending)} migrations. Run `attain migrate` first."
            )
        await open_database(server.dsn, settings.pool_limits)
        stack.push_async_callback(close_database)
        watching = asyncio.create_task(keep_running(server, settings, report=errors.print))
        stack.callback(watching.cancel)
        await stack.enter_async_context(working(server.dsn))
        console.print("The worker is running. Stop it with Ctrl-C.")
        await asyncio.Event().wait()
