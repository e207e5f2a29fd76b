"""`attain check`: what the machine can judge about the code, in the order of how fast it answers."""

import subprocess
import sys
from pathlib import Path

import typer

from api.cli.progress import console
from api.refusal import CommandRefused

ROOT = Path(__file__).resolve().parents[2]
LINT_IMPORTS = (
    "import sys; from importlinter.cli import lint_imports_command; lint_imports_command()"
)
CHECKS = {
    "lint": ["-m", "ruff", "check", "."],
    "format": ["-m", "ruff", "format", "--check", "."],
    "import contracts": ["-c", LINT_IMPORTS],
    "types": ["-m", "mypy"],
    "schema.graphql": ["-m", "api.cli", "schema", "--check"],
    "trusted documents": ["-m", "api.cli", "documents", "--check"],
}


def add_to(app: typer.Typer) -> None:
    app.command("check")(check)


def check() -> None:
    """Check lint, format, types, import contracts, and that schema.graphql and the manifest are
    fresh."""
    failed = [name for name, command in CHECKS.items() if not _passes(name, command)]
    if failed:
        raise CommandRefused(f"Not in order: {', '.join(failed)}.")


def _passes(name: str, command: list[str]) -> bool:
    done = subprocess.run(  # noqa: S603 - our own tools, from the table above
        [sys.executable, *command], cwd=ROOT, check=False, capture_output=True, text=True
    )
    passed = done.returncode == 0
    console.print(f"{'passed' if passed else 'FAILED'}  {name}", markup=False)
    if not passed:
        console.print(done.stdout + done.stderr, markup=False, soft_wrap=True)
    return passed
