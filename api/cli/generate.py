"""`attain generate`: a whole made-up company, for trying things at size."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.progress import console, progress
from api.refusal import CommandRefused

if TYPE_CHECKING:
    from api.generated import Company
    from api.settings import Settings


def add_to(app: typer.Typer) -> None:
    app.command("generate")(generate)


def generate(
    slug: Annotated[
        str, typer.Option(help="Its short name for sign-in: a-z, 0-9 and hyphens.")
    ] = "generated",
    seed: Annotated[int, typer.Option(help="The same seed and sizes give the same rows.")] = 1,
    people: Annotated[int, typer.Option(min=9, max=20_000, help="How many people.")] = 2_000,
    territories: Annotated[int, typer.Option(min=1, max=20_000, help="How many.")] = 200,
    goals: Annotated[int, typer.Option(min=0, max=500_000, help="How many.")] = 20_000,
    sales: Annotated[int, typer.Option(min=0, max=5_000_000, help="How many lines.")] = 200_000,
    today: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The company's today, from which all is made."),
    ] = None,
) -> None:
    """Make a company up, with people, territories, customers, sales and goals, as an organisation
    of its own. Nobody in it exists."""
    from api.cli import interruption
    from api.generated import Sizes, company
    from api.generated.company import TODAY
    from api.settings import read_settings

    settings = read_settings()
    day = TODAY if today is None else today.date()
    try:
        with progress() as report:
            report(f"Making a company of {people:,} people up.")
            sizes = Sizes(people=people, territories=territories, goals=goals, sales=sales)
            made = company(sizes, seed=seed, slug=slug, today=day)
    except ValueError as refused:
        raise CommandRefused(str(refused)) from None
    interruption.run(_generate(settings, made))


async def _generate(settings: "Settings", made: "Company") -> None:
    from api.cli.company import opened
    from api.generated import generate as write
    from domain.errors import Refusal

    async with opened(settings, from_nothing=True) as server:
        try:
            with progress() as report:
                sign_ins = await write(made, server.dsn, settings, report)
        except Refusal as refusal:
            raise CommandRefused(refusal.message) from None
    _show(settings, made, sign_ins)


def _show(settings: "Settings", made: "Company", sign_ins: dict[str, Any]) -> None:
    from api.generated import generated_sign_ins_file

    partner = sign_ins["partner"]
    rows = [(person["role"], person["email"], person["password"]) for person in sign_ins["people"]]
    rows.append(("partner app", partner["clientId"], partner["clientSecret"]))
    path = generated_sign_ins_file(settings.home, made.slug)
    lines = [
        f"{made.name}: its today is {made.today:%-d %B %Y}.",
        f"Sign in at organisation {made.slug!r} as (also in {path}):",
        *(f"  {who:<12} {name:<44} {secret}" for who, name, secret in rows),
    ]
    # Plain lines, never shortened: they are there to be copied.
    console.print("\n".join(lines), markup=False, soft_wrap=True)
