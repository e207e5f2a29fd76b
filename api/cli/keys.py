"""`attain keys`: the keys that sign access tokens."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from api.cli.asking import say


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(help="The keys that sign access tokens.", no_args_is_help=True)
    group.command("rotate")(rotate)
    app.add_typer(group, name="keys")


def rotate(
    compromised: Annotated[
        bool,
        typer.Option(
            "--compromised",
            help="The file of keys was seen by others: make all keys anew. Everybody signs in again.",
        ),
    ] = False,
) -> None:
    """Let the next key sign. Running servers notice by themselves, and no token is lost."""
    from api.postgres.places import make_home
    from api.proofs import keys_file
    from api.refusal import CommandRefused
    from api.settings import read_settings
    from auth.keyring import Keyring, KeyringError

    home, now = read_settings().home, datetime.now(UTC)
    make_home(home)
    try:
        keyring = Keyring.open(keys_file(home), now)
        if compromised:
            keyring.replace(now)
        else:
            keyring.rotate(now)
        kid, _ = keyring.signing(now)
    except (KeyringError, OSError) as error:
        raise CommandRefused(f"The keys cannot be rotated: {error}.") from None
    say(f"Key {kid} signs from now on.")
