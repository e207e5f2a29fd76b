"""`attain serve`: the GraphQL service on the data that is there."""

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.progress import progress
from api.refusal import CommandRefused

if TYPE_CHECKING:
    from api.settings import Settings


def add_to(app: typer.Typer) -> None:
    app.command("serve")(serve)


def serve(
    port: Annotated[int | None, typer.Option(help="Listen on this port instead of PORT.")] = None,
    host: Annotated[str | None, typer.Option(help="Listen on this address, not HOST.")] = None,
) -> None:
    """Serve the API on the database as it is. Run `attain migrate` first after an upgrade."""
    from api.cli import interruption
    from api.settings import read_settings

    interruption.run(_serve(read_settings(port=port, host=host)))


async def _serve(settings: "Settings") -> None:
    from contextlib import AsyncExitStack

    from api.cli.serving import refuse_busy_port, serve_company
    from api.postgres import attached
    from domain.database import pending_migrations

    refuse_busy_port(settings)
    async with AsyncExitStack() as stack:
        with progress() as report:
            server = await stack.enter_async_context(attached(settings, report=report))
            pending = await pending_migrations(server.dsn)
        if pending:
            raise CommandRefused(
                f"The database lacks {len(pending)} migrations, the first of them {pending[0]}. "
                "Run `attain migrate`, then serve."
            )
        await serve_company(server, settings, lambda: None)
