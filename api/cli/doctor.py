"""`attain doctor`: what Attain finds on this machine and in its database, and what is wrong."""

import os
import sys
from typing import TYPE_CHECKING

import typer

from api.cli.progress import console

if TYPE_CHECKING:
    from api.cli.diagnosis import Finding


def add_to(app: typer.Typer) -> None:
    app.command("doctor")(doctor)


def doctor() -> None:
    """Look at settings, programs, disk and database; exit code 1 when something is wrong.

    Changes nothing. A database that is there but not running is started for the look.
    """
    from api.cli import interruption
    from api.cli.diagnosis import examine
    from api.settings import read_settings

    wrong: list[Finding] = []

    def show(finding: "Finding") -> None:
        console.print(
            f"{'ok   ' if finding.is_well else 'WRONG'}  {finding.subject:<12} {finding.text}",
            markup=False,
            soft_wrap=True,
        )
        if not finding.is_well:
            wrong.append(finding)

    version = sys.version.split()[0]
    console.print(f"ok     {'python':<12} {version} at {sys.executable}", markup=False)
    settings = read_settings()
    interruption.run(examine(settings, dict(os.environ), show))
    if wrong:
        raise typer.Exit(1)
