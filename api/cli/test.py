"""`attain test`: the whole suite, on a throw-away PostgreSQL."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

import typer

ROOT = Path(__file__).resolve().parents[2]
AS_GIVEN = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}


def add_to(app: typer.Typer) -> None:
    app.command("test", context_settings=AS_GIVEN)(test)


def test(context: typer.Context) -> None:
    """Run the tests; what follows goes to pytest, such as `attain test -k goals -x`."""
    arguments = ["-m", "pytest"]
    if not any(given.startswith(("-n", "--numprocesses", "-p")) for given in context.args):
        # A quarter of the time is waiting, for processes and for clocks, so one more than two cores.
        arguments += ["-n", "3"]
    os.chdir(ROOT)
    command = [sys.executable, *arguments, *context.args]
    os.execve(sys.executable, command, keeping_bytecode(os.environ))  # noqa: S606 - ourselves


def keeping_bytecode(environment: Mapping[str, str]) -> dict[str, str]:
    """The same environment, but that Python keeps what it compiled: the suite starts many processes.

    Where somebody wants nothing written beside the sources, it is kept in the virtual environment.
    """
    kept = dict(environment)
    if kept.pop("PYTHONDONTWRITEBYTECODE", ""):
        kept.setdefault("PYTHONPYCACHEPREFIX", str(Path(sys.prefix) / "bytecode"))
    return kept
