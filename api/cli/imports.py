"""`attain import`: a company's files, brought in by a mapping; listed; taken back."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from api.cli.company import acting
from api.cli.progress import console
from api.refusal import CommandRefused

if TYPE_CHECKING:
    from api.settings import Settings
    from domain.imports import ImportReport
    from domain.imports import Progress as Told

SHOWN_FAULTS = 50


def add_to(app: typer.Typer) -> None:
    app.command("import")(import_)


def import_(
    mapping: Annotated[
        Path | None, typer.Argument(help="The mapping file (TOML); its files lie beside it.")
    ] = None,
    organisation: Annotated[
        str, typer.Option(help="The company's short name, as `attain organisations list` shows.")
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Do everything, report it, and take it back.")
    ] = False,
    good_rows_only: Annotated[
        bool, typer.Option("--good-rows-only", help="Leave out rows with faults, and keep why.")
    ] = False,
    list_: Annotated[bool, typer.Option("--list", help="List the imports so far.")] = False,
    refused: Annotated[
        UUID | None, typer.Option(help="List the rows that this import left out.")
    ] = None,
    undo: Annotated[
        UUID | None, typer.Option(help="Undo this import, whole or not at all.")
    ] = None,
    describe: Annotated[
        Path | None, typer.Option(help="Propose a mapping for this file, to be reviewed.")
    ] = None,
) -> None:
    """Import people, territories, accounts, products, sales and targets from files."""
    from api.cli import interruption
    from api.settings import read_settings

    wanted = [mapping, list_ or None, refused, undo, describe]
    if sum(value is not None for value in wanted) != 1:
        raise CommandRefused(
            "Name a mapping file, or one of --list, --refused, --undo and --describe."
        )
    if describe is not None:
        _describe(describe)
        return
    if not organisation:
        raise CommandRefused("Say whose data it is: --organisation SLUG.")
    settings = read_settings()
    if mapping is not None:
        interruption.run(
            _import(settings, organisation, mapping, dry_run=dry_run, good_rows_only=good_rows_only)
        )
    elif undo is not None:
        interruption.run(_undo(settings, organisation, undo))
    elif refused is not None:
        interruption.run(_refused(settings, organisation, refused))
    else:
        interruption.run(_list(settings, organisation))


def _describe(path: Path) -> None:
    from domain.errors import Refusal
    from domain.imports.proposing import propose

    try:
        typer.echo(propose(path))
    except Refusal as refusal:
        raise CommandRefused(refusal.message) from None


async def _import(
    settings: "Settings", slug: str, mapping: Path, *, dry_run: bool, good_rows_only: bool
) -> None:
    from domain.imports import Outcome, run_import

    async with acting(settings, slug) as actor:
        with _rows_shown() as told:
            report = await run_import(
                actor.org,
                actor,
                mapping,
                dry_run=dry_run,
                good_rows_only=good_rows_only,
                progress=told,
            )
    _show(report)
    if report.outcome is Outcome.REFUSED:
        raise CommandRefused("Nothing was imported.")


@contextmanager
def _rows_shown() -> Iterator["Told"]:
    """A line for each source at a terminal; elsewhere one sentence when its rows are read."""
    if not console.is_terminal:
        yield (
            lambda source, step, rows: (
                console.print(f"{source}: {rows:,} rows read", markup=False, soft_wrap=True)
                if step == "applying"
                else None
            )
        )
        return
    columns = [SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn()]
    with Progress(*columns, console=console) as shown:
        tasks: dict[str, TaskID] = {}

        def told(source: str, step: str, rows: int) -> None:
            for other, task in tasks.items():
                if other != source:
                    shown.stop_task(task)
            if source not in tasks:
                tasks[source] = shown.add_task(source, total=None)
            shown.update(tasks[source], description=f"{source}: {step} {rows:,} rows")

        yield told


def _show(report: "ImportReport") -> None:
    table = Table("Kind", "File", *_COUNTS, box=None)
    for source in report.sources:
        counts = (source.new, source.corrected, source.unchanged, source.refused)
        table.add_row(source.kind, source.file, *(f"{count:,}" for count in counts))
    if report.sources:
        console.print(table)
    for fault in report.faults[:SHOWN_FAULTS]:
        console.print(report.sentence(fault), markup=False, soft_wrap=True)
    total = sum(report.fault_counts.values())
    if total > SHOWN_FAULTS:
        kinds = ", ".join(f"{count:,} {kind}" for kind, count in report.fault_counts.items())
        console.print(f"{total:,} faults in all: {kinds}", markup=False)
    console.print(_conclusion(report), markup=False, soft_wrap=True)


_COUNTS = ("New", "Corrected", "Unchanged", "Refused")


def _conclusion(report: "ImportReport") -> str:
    from domain.imports import Outcome

    if report.outcome is Outcome.APPLIED:
        left_out = f" {_counted(report.refused, 'row')} left out." if report.refused else ""
        return (
            f"Imported: {_counted(report.changes, 'row')} added or corrected.{left_out}"
            f" Undo with --undo {report.batch}"
        )
    if report.outcome is Outcome.DRY_RUN:
        rows = _counted(report.changes, "row")
        return f"Dry run: {rows} would be added or corrected. Nothing was changed."
    if report.outcome is Outcome.UNCHANGED:
        return "Everything was there already; nothing was changed."
    return f"{_counted(sum(report.fault_counts.values()), 'fault')}."


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


async def _undo(settings: "Settings", slug: str, batch: UUID) -> None:
    from domain.imports import undo_import

    async with acting(settings, slug) as actor:
        report = await undo_import(actor.org, actor, batch)
    for what, counts in (("removed", report.removed), ("restored", report.restored)):
        for table, rows in counts.items():
            console.print(f"{what}: {rows:,} {table.replace('_', ' ')}", markup=False)
    console.print(f"The import {batch} is undone.", markup=False)


async def _list(settings: "Settings", slug: str) -> None:
    from domain.imports import list_batches

    async with acting(settings, slug) as actor:
        batches = await list_batches(actor)
    for batch in batches:
        done = ", ".join(
            f"{count['kind']} +{count['new']} ~{count['corrected']} !{count['refused']}"
            for count in batch.counts
        )
        console.print(
            f"{batch.id}  {batch.applied_at:%Y-%m-%d %H:%M}  {batch.state}  {batch.mapping}  {done}",
            markup=False,
            soft_wrap=True,
        )
    if not batches:
        console.print("Nothing was imported yet.")


async def _refused(settings: "Settings", slug: str, batch: UUID) -> None:
    from domain.imports import refused_rows

    async with acting(settings, slug) as actor:
        rows = await refused_rows(actor, batch)
    for row in rows:
        reasons = "; ".join(f"{_in_column(r)}expected {r['expected']}" for r in row.reasons)
        console.print(f"{row.file}, line {row.line}: {reasons}", markup=False, soft_wrap=True)
        console.print(f"    {row.content}", markup=False, soft_wrap=True)
    if not rows:
        console.print("This import left nothing out.")


def _in_column(reason: dict[str, str]) -> str:
    return f"{reason['column']}: " if reason["column"] else ""  # some are about the whole line
