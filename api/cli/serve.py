"""`attain serve`: the GraphQL service on the data that is there."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from api.settings import Settings


def add_to(app: typer.Typer) -> None:
    app.command("serve")(serve)


def serve(
    port: Annotated[int | None, typer.Option(help="Listen on this port instead of PORT.")] = None,
    host: Annotated[str | None, typer.Option(help="Listen on this address, not HOST.")] = None,
    workers: Annotated[
        int | None, typer.Option(help="Serve with so many processes, not ATTAIN_WORKERS.")
    ] = None,
) -> None:
    """Serve the API on the database as it is. Run `attain migrate` first after an upgrade."""
    from api.cli import interruption
    from api.settings import read_settings

    interruption.run_until_stopped(_serve(read_settings(port=port, host=host, workers=workers)))


async def _serve(settings: "Settings") -> None:
    from api.cli.company import up_to_date
    from api.cli.serving import refuse_busy_port, serve_company

    refuse_busy_port(settings)
    async with up_to_date(settings) as server:
        await serve_company(server, settings, lambda: None)
