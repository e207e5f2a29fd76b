"""What the commands about callers ask and say: whose company, and secrets unseen."""

import sys
from typing import Annotated

import typer

from api.refusal import CommandRefused

Organisation = Annotated[
    str, typer.Option("--organisation", "-o", help="The company's short name.")
]
Generate = Annotated[
    bool, typer.Option("--generate", help="Make a password and show it, once, instead of asking.")
]


def asked_password(*, generate: bool) -> str:
    """A password that will do: typed twice, unseen, or piped in, or made. Never taken from the
    command line, where the shell's history and everybody's list of processes would have it."""
    from auth.passwords import PasswordRefused, acceptable, generate_password

    if generate:
        return generate_password()
    if sys.stdin.isatty():
        typed: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    else:
        typed = sys.stdin.readline().rstrip("\r\n")
        if not typed:
            raise CommandRefused(
                "There is no terminal to ask for a password at. Pipe one in, or have one made with "
                "--generate."
            )
    try:
        return acceptable(typed)
    except PasswordRefused as refusal:
        raise CommandRefused(str(refusal)) from None


def say(sentence: str) -> None:
    """One line as it is: lists are for other programs too, so nothing is wrapped or coloured."""
    typer.echo(sentence)
