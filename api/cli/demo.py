"""`attain demo`: the example company, running, from nothing."""

import json
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

    interruption.run(_demo(read_settings(port=port), fresh=fresh))


async def _demo(settings: "Settings", *, fresh: bool) -> None:
    from api.cli.serving import refuse_busy_port, serve_company
    from api.demo import example_company
    from api.postgres import attached
    from domain.database import migrate

    refuse_busy_port(settings)
    async with AsyncExitStack() as stack:
        with progress() as report:
            if fresh:
                await _start_over(settings, report)
            report("Starting PostgreSQL.")
            server = await stack.enter_async_context(attached(settings, report=report))
            report("Bringing the database up to date.")
            await migrate(server.dsn)
            await example_company(server.dsn, settings.home, report)
            report("Starting the server.")
        await serve_company(server, settings, lambda: _show_sign_ins(settings.home))


async def _start_over(settings: "Settings", report: "Report") -> None:
    from api.postgres import remove

    if settings.database_url is not None:
        raise CommandRefused(
            "--fresh removes the database that Attain made for itself. DATABASE_URL names one of "
            "yours: empty that one yourself, or start without DATABASE_URL."
        )
    report("Removing the example's database.")
    await remove(settings.home, report=report)
    sign_ins_file(settings.home).unlink(missing_ok=True)


def sign_ins_file(home: Path) -> Path:
    """Where the example's sign-ins are written, readable by the owner only."""
    return home / "sign-ins.json"


def _show_sign_ins(home: Path) -> None:
    from rich.table import Table

    path = sign_ins_file(home)
    if not path.exists():
        return
    rows = _rows_of(json.loads(path.read_text()))
    columns = list(dict.fromkeys(name for row in rows for name in row))
    table = Table(*columns, title=f"Sign in as ({path})", title_justify="left")
    for row in rows:
        table.add_row(*(str(row.get(name, "")) for name in columns))
    console.print(table)


def _rows_of(sign_ins: object) -> list[dict[str, object]]:
    """Every object in the file that holds a secret, with the name under which it stands."""
    if isinstance(sign_ins, list):
        return [row for item in sign_ins for row in _rows_of(item)]
    if not isinstance(sign_ins, dict):
        return []
    plain = {key: value for key, value in sign_ins.items() if not isinstance(value, dict | list)}
    nested = [
        {"who": key} | row
        for key, value in sign_ins.items()
        if isinstance(value, dict | list)
        for row in _rows_of(value)
    ]
    holds_a_secret = {"password", "client_secret", "clientSecret", "secret"} & plain.keys()
    return ([plain] if holds_a_secret else []) + nested
