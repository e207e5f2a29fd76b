"""`attain demo`: the example company, running, from nothing."""

import json
import os
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.progress import console, progress
from api.refusal import CommandRefused

if TYPE_CHECKING:
    from api.postgres.reporting import Report
    from api.settings import Settings


def add_to(app: typer.Typer) -> None:
    app.command("demo")(demo)


def demo(
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Remove the example's database first and start over.")
    ] = False,
    port: Annotated[int | None, typer.Option(help="Listen on this port instead of PORT.")] = None,
) -> None:
    """Start everything with an example company: database, server, people to sign in as.

    The first start takes a while; the data is kept, and later starts take seconds.
    """
    from api.cli import interruption
    from api.settings import read_settings

    chosen = os.environ.get("ATTAIN_ENVIRONMENT") or "development"
    interruption.run_until_stopped(_demo(read_settings(port=port, environment=chosen), fresh=fresh))


async def _demo(settings: "Settings", *, fresh: bool) -> None:
    from api.cli.finishing import PAYING, finishing
    from api.cli.migrate import bring_up_to_date
    from api.cli.serving import refuse_busy_port, serve_company
    from api.example import example_company
    from api.postgres import attached

    refuse_busy_port(settings)
    async with AsyncExitStack() as stack:
        with progress() as report:
            if fresh:
                await _start_over(settings, report)
            report("Starting PostgreSQL.")
            server = await stack.enter_async_context(attached(settings, report=report))
            report("Bringing the database up to date.")
            await bring_up_to_date(server.dsn)
            is_paid = await example_company(server.dsn, settings, report)
            report("Starting the server.")
        if is_paid:
            await serve_company(server, settings, lambda: _show_sign_ins(settings.home))
            return

        def ready() -> None:
            _show_sign_ins(settings.home)
            console.print(PAYING)

        async with finishing(settings, server.dsn) as meanwhile:
            await serve_company(server, meanwhile, ready)


async def _start_over(settings: "Settings", report: "Report") -> None:
    from api.postgres import remove

    if settings.database_url is not None:
        raise CommandRefused(
            "--fresh removes the database that Attain made for itself. DATABASE_URL names one of "
            "yours: empty that one yourself, or start without DATABASE_URL."
        )
    from api.example.sign_ins import sign_ins_file

    report("Removing the example's database.")
    await remove(settings.home, report=report)
    sign_ins_file(settings.home).unlink(missing_ok=True)


def _show_sign_ins(home: Path) -> None:
    from api.example.sign_ins import sign_ins_file

    path = sign_ins_file(home)
    sign_ins = json.loads(path.read_text(encoding="utf-8"))
    partner = sign_ins["partner"]
    rows = [(person["role"], person["email"], person["password"]) for person in sign_ins["people"]]
    rows.append(("partner app", partner["clientId"], partner["clientSecret"]))
    # Plain lines, never shortened: they are there to be copied.
    lines = [f"  {who:<12} {name:<32} {secret}" for who, name, secret in rows]
    heading = f"Sign in at organisation {partner['organisation']!r} as (also in {path}):"
    console.print("\n".join([heading, *lines]), markup=False, soft_wrap=True)
