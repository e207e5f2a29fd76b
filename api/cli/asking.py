"""What the commands about callers share: whose company, refusals as sentences, secrets unseen."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from api.refusal import CommandRefused
from auth.actor import Actor

if TYPE_CHECKING:
    from api.settings import Settings

Organisation = Annotated[
    str, typer.Option("--organisation", "-o", help="The company's short name.")
]
Generate = Annotated[
    bool, typer.Option("--generate", help="Make a password and show it, once, instead of asking.")
]


@asynccontextmanager
async def acting(settings: "Settings", slug: str) -> AsyncIterator[Actor]:
    """The command as an actor of the company; what the company refuses is said in its words."""
    from api.cli.company import acting_for, opened
    from auth.passwords import PasswordRefused
    from domain.errors import Refusal

    async with opened(settings):
        try:
            yield await acting_for(slug)
        except Refusal as refusal:
            raise CommandRefused(refusal.message) from None
        except PasswordRefused as refusal:
            raise CommandRefused(str(refusal)) from None


def asked_password(*, generate: bool) -> str:
    """A password that will do: typed twice, unseen, or made. Never taken from the command line,
    where the shell's history and everybody's list of processes would have it."""
    from auth.passwords import PasswordRefused, acceptable, generate_password

    if generate:
        return generate_password()
    typed: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    try:
        return acceptable(typed)
    except PasswordRefused as refusal:
        raise CommandRefused(str(refusal)) from None


def say(sentence: str) -> None:
    """One line as it is: lists are for other programs too, so nothing is wrapped or coloured."""
    typer.echo(sentence)
