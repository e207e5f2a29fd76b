"""`attain migrate`: bring the database's tables to this version."""

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.progress import console, progress

if TYPE_CHECKING:
    from api.settings import Settings


def add_to(app: typer.Typer) -> None:
    app.command("migrate")(migrate)


def migrate(
    plan: Annotated[
        bool, typer.Option("--plan", help="Only name the migrations that would be applied.")
    ] = False,
) -> None:
    """Apply the migrations that the database lacks: all of them or, if one fails, none."""
    from api.cli import interruption
    from api.settings import read_settings

    interruption.run(_migrate(read_settings(), plan=plan))


async def _migrate(settings: "Settings", *, plan: bool) -> None:
    from api.postgres import attached
    from domain import database

    with progress() as report:
        async with attached(settings, report=report) as server:
            if plan:
                names = await database.pending_migrations(server.dsn)
            else:
                names = await database.migrate(server.dsn, report)
    if plan:
        for name in names:
            console.print(name)
    console.print(
        f"{len(names)} migrations {'to apply' if plan else 'applied'}."
        if names
        else "The database is up to date."
    )
