"""`attain migrate`: bring the database's tables to this version."""

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.progress import console, progress
from api.refusal import CommandRefused

if TYPE_CHECKING:
    from api.postgres.reporting import Report
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


async def bring_up_to_date(dsn: str, report: "Report | None" = None) -> list[str]:
    """Apply what is missing, and name it; a login without the rights for it is told which."""
    from domain.database import migrate as apply
    from domain.database.migrating import LoginRefused

    try:
        return await apply(dsn, report)
    except LoginRefused as refused:
        raise CommandRefused(
            f"The login of DATABASE_URL may not make what Attain needs: {refused}. It has to own "
            "the database and to have CREATEROLE, and needs to be no superuser. Without CREATEROLE "
            "it does where an administrator has made the roles attain_app, attain_reader and "
            "attain_worker and granted them to it."
        ) from None


async def _migrate(settings: "Settings", *, plan: bool) -> None:
    from api.postgres import attached
    from domain.database import pending_migrations

    with progress() as report:
        async with attached(settings, report=report) as server:
            if plan:
                names = await pending_migrations(server.dsn)
            else:
                names = await bring_up_to_date(server.dsn, report)
    if plan:
        for name in names:
            console.print(name)
    console.print(
        f"{len(names)} migrations {'to apply' if plan else 'applied'}."
        if names
        else "The database is up to date."
    )
