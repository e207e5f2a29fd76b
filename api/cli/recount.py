"""`attain recount`: all sales added up the slow way, and compared with the figures that are kept."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.history import AS_IT_IS
from api.cli.progress import console

if TYPE_CHECKING:
    from api.settings import Settings
    from domain.sales.recounting import Difference


def add_to(app: typer.Typer) -> None:
    app.command("recount")(recount)


def recount(
    organisation: Annotated[
        str, typer.Argument(help="Short name, as `attain organisations list` shows.")
    ],
    mend: Annotated[
        bool, typer.Option("--mend", help="Write anew what is kept, from the sales.")
    ] = False,
) -> None:
    """Add all sales up and compare them with the tallies and first sales from which goals are read;
    exit code 1 where anything differs. With --mend, what differs is written anew in one transaction."""
    from api.cli import interruption
    from api.settings import read_settings

    found: list[Difference] = []
    interruption.run(_recount(read_settings(), organisation, mend, found))
    for each in found:
        kept, counted = each.kept or "nothing", each.counted or "nothing"
        console.print(f"{each.kept_in}, {each.about}: kept {kept}, counted {counted}", **AS_IT_IS)
    console.print(_said(found, mend), **AS_IT_IS)
    if found:
        raise typer.Exit(1)


async def _recount(settings: "Settings", slug: str, mend: bool, found: "list[Difference]") -> None:
    from api.cli.company import acting
    from domain.sales.recounting import mend_tallies
    from domain.sales.recounting import recount as count_again

    async with acting(settings, slug) as actor:
        found += await count_again(actor)
        if found and mend:
            await mend_tallies(actor)


def _said(found: "Sequence[Difference]", mend: bool) -> str:
    if not found:
        return "Everything that is kept is what the sales come to."
    return f"{len(found)} differences" + ("; mended." if mend else ". Nothing was changed.")
