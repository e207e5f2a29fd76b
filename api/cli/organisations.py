"""`attain organisations`: the companies that run on this installation."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.progress import console
from api.refusal import CommandRefused

if TYPE_CHECKING:
    from datetime import date

    from api.settings import Settings


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(
        help="Add and list the companies of this installation.", no_args_is_help=True
    )
    group.command("add")(add)
    group.command("list")(list_)
    app.add_typer(group, name="organisations")


def add(
    slug: Annotated[str, typer.Argument(help="Short name for sign-in: a-z, 0-9 and hyphens.")],
    name: Annotated[str, typer.Option(help="The company's name.")],
    currency: Annotated[str, typer.Option(help="Three letters, such as EUR.")],
    time_zone: Annotated[str, typer.Option(help="Such as Europe/Berlin.")],
    business_date: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], help="The day that counts as today; else the calendar's."
        ),
    ] = None,
) -> None:
    """Found an organisation. Bring its people in with `attain import` or `attain users add`."""
    from api.cli import interruption
    from api.settings import read_settings

    today = None if business_date is None else business_date.date()
    interruption.run(_add(read_settings(), slug, name, currency, time_zone, today))


async def _add(
    settings: "Settings",
    slug: str,
    name: str,
    currency: str,
    time_zone: str,
    business_date: "date | None",
) -> None:
    from datetime import UTC

    from api.cli.company import opened
    from auth.actor import Actor
    from domain.errors import Refusal
    from domain.ids import new_id
    from domain.people.actions import found_organisation

    async with opened(settings):
        founder = Actor.system(new_id(), business_date or datetime.now(UTC).date(), "cli")
        try:
            await found_organisation(
                founder,
                slug=slug,
                name=name,
                currency=currency,
                time_zone=time_zone,
                business_date=business_date,
            )
        except Refusal as refusal:
            raise CommandRefused(refusal.message) from None
    console.print(f"{name} is founded; its people sign in at organisation {slug!r}.", markup=False)


def list_() -> None:
    """List the organisations: slug, name, currency, today."""
    from api.cli import interruption
    from api.settings import read_settings

    interruption.run(_list(read_settings()))


async def _list(settings: "Settings") -> None:
    from api.cli.company import opened
    from domain.people.organisations import all_organisations

    async with opened(settings, role="attain_worker"):
        for company in await all_organisations():
            console.print(
                f"{company.slug}\t{company.name}\t{company.currency}\t{company.today}", markup=False
            )
