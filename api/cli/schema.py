"""`attain schema`: the GraphQL schema as text, and the committed copy of it."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from api.refusal import CommandRefused

COMMITTED = Path(__file__).resolve().parents[2] / "schema.graphql"


def add_to(app: typer.Typer) -> None:
    app.command("schema")(schema)


def schema(
    check: Annotated[
        bool, typer.Option("--check", help="Compare with schema.graphql; fail where they differ.")
    ] = False,
    write: Annotated[bool, typer.Option("--write", help="Write schema.graphql.")] = False,
) -> None:
    """Print the GraphQL schema, check the committed schema.graphql against it, or write that."""
    printed = printed_schema()
    if write:
        COMMITTED.write_text(printed)
    elif not check:
        sys.stdout.write(printed)
    elif not COMMITTED.exists() or COMMITTED.read_text() != printed:
        raise CommandRefused(
            "schema.graphql is not what the code says. Run `attain schema --write`, read the "
            "difference as a client would, and commit it."
        )


def printed_schema() -> str:
    """The schema in GraphQL's own language, ending with a line break."""
    from schema import schema as graphql_schema

    return graphql_schema.as_str().rstrip("\n") + "\n"
