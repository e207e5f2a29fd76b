"""The command line, `attain`.

One file a command or group of commands; each brings `add_to(app)`. To add one, write the file and
name it in `COMMANDS`. What is heavy to import is imported inside the command, so that `--help`
answers at once.
"""

import sys

import typer

from api.cli import (
    check,
    clients,
    demo,
    doctor,
    documents,
    generate,
    history,
    imports,
    keys,
    migrate,
    organisations,
    recount,
    schema,
    serve,
    test,
    token,
    users,
    worker,
)
from api.refusal import CommandRefused

COMMANDS = (
    demo,
    token,
    serve,
    worker,
    migrate,
    organisations,
    generate,
    imports,
    users,
    clients,
    keys,
    history,
    recount,
    doctor,
    schema,
    documents,
    test,
    check,
)

USAGE = "Attain: sales performance management as one GraphQL service."


def build() -> typer.Typer:
    """The command line with every command."""
    app = typer.Typer(
        name="attain",
        help=USAGE,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,  # its tracebacks show local variables, and so passwords
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    for command in COMMANDS:
        command.add_to(app)
    return app


def main() -> None:
    """Run the command of `sys.argv`; an expected refusal is one sentence and an exit code."""
    try:
        build()(prog_name="attain")
    except CommandRefused as refused:
        sys.stderr.write(f"{refused.sentence}\n")
        sys.exit(refused.exit_code)
