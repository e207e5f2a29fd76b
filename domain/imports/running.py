"""An import from beginning to end: one transaction, one batch, all or nothing unless asked otherwise."""

import asyncio
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from tortoise.backends.base.client import TransactionalDBClient

from auth.actor import Actor
from auth.permissions import Act
from domain.database import on_behalf_of
from domain.history import number_events, record
from domain.ids import new_id
from domain.imports import applying, dated, goals, roles
from domain.imports.converting import Converter
from domain.imports.faults import Broken
from domain.imports.mapping import Mapping, Source
from domain.imports.mapping_file import read_mapping
from domain.imports.report import ImportReport, Outcome, SourceReport
from domain.imports.staging import Staging, staged
from domain.imports.turns import collisions_refused, take_turn
from domain.people.access import organisation_wide
from domain.people.reporting import rebuild_reach
from domain.territories.tree import rebuild_within

# Told after each piece: the source's label, what is being done ("reading", "applying"), rows so far.
Progress = Callable[[str, str, int], None]


class _TakenBack(Exception):
    """Carries the report out of a transaction that must not commit."""

    def __init__(self, report: ImportReport) -> None:
        self.report = report


async def run_import(
    org: UUID,
    actor: Actor,
    mapping: Path,
    *,
    dry_run: bool = False,
    good_rows_only: bool = False,
    progress: Progress | None = None,
) -> ImportReport:
    """Import what the mapping file names, in one transaction.

    With faults nothing is done, or with `good_rows_only` the rows without fault are applied and the
    others kept as refusals; a file that cannot be read to its end is refused either way. A dry run
    does everything and takes it back. Raises MappingFault, NotPermitted, Invalid for a circle of
    territories or reporting lines, and Conflict when others changed the same rows meanwhile.
    """
    if actor.org != org:
        raise ValueError("The actor belongs to another organisation.")
    organisation_wide(actor, Act.IMPORT_RUN)
    described = read_mapping(mapping)
    if any("roles" in source.fields for source in described.sources):
        # Whoever may import sales could otherwise make themselves an administrator.
        organisation_wide(actor, Act.ROLES_ADMINISTER)
    hashes = await asyncio.to_thread(lambda: [_sha256(path) for path in described.files])

    try:
        with collisions_refused("imported"):
            async with on_behalf_of(org, actor.person) as transaction:
                run = _Run(transaction, actor, described, good_rows_only, progress or _silent)
                report = await run.all_sources(hashes)
                if dry_run and report.outcome is not Outcome.REFUSED:
                    raise _TakenBack(_as_dry_run(report))
                if report.outcome is not Outcome.APPLIED:
                    raise _TakenBack(report)
    except _TakenBack as taken_back:
        return taken_back.report
    await number_events(org)
    return report


def _silent(source: str, step: str, rows: int) -> None:
    return None


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _as_dry_run(report: ImportReport) -> ImportReport:
    return ImportReport(
        Outcome.DRY_RUN, report.mapping, None, report.sources, report.faults, report.fault_counts
    )


@dataclass(slots=True)
class _Run:
    transaction: TransactionalDBClient
    actor: Actor
    mapping: Mapping
    good_rows_only: bool
    progress: Progress
    batch: UUID = field(default_factory=new_id)
    is_broken: bool = False

    @property
    def org(self) -> UUID:
        return self.actor.org

    async def all_sources(self, hashes: list[str]) -> ImportReport:
        staging = Staging(self.transaction, self.org)
        await staging.begin()
        await take_turn(staging)
        await self._add_batch(staging, hashes)

        converters = await self._open_all(staging)
        sources: list[SourceReport] = []
        for converter in converters:
            if self.is_broken:
                break
            sources.append(await self._one_source(staging, converter))
        if not self.is_broken:
            await self._derive()

        report = await self._report(staging, sources)
        if report.outcome is Outcome.APPLIED:
            await self._keep(staging, report)
        return report

    async def _add_batch(self, staging: Staging, hashes: list[str]) -> None:
        files = [
            {"name": path.name, "sha256": digest}
            for path, digest in zip(self.mapping.files, hashes, strict=True)
        ]
        await staging.connection.execute(
            "insert into import_batch (org_id, id, mapping, files, state, good_rows_only,"
            " person_id, via) values ($1, $2, $3, $4::text::jsonb, 'applied', $5, $6, $7)",
            self.org,
            self.batch,
            self.mapping.name,
            json.dumps(files),
            self.good_rows_only,
            self.actor.person,
            self.actor.via,
        )

    async def _open_all(self, staging: Staging) -> list[Converter]:
        """Every file's beginning is read before any row is, so that all bad headers are told."""
        converters = []
        for source in self.mapping.sources:
            try:
                converters.append(
                    await asyncio.to_thread(Converter, self.mapping, source, self.actor.today)
                )
            except Broken as why:
                await self._break(staging, source, why)
        return converters

    async def _break(self, staging: Staging, source: Source, why: Broken) -> None:
        self.is_broken = True
        await staging.add_faults([why.fault(source.number)])

    async def _one_source(self, staging: Staging, converter: Converter) -> SourceReport:
        source, rows_read = converter.source, 0
        try:
            async for rows_read in staging.stage(converter):
                self.progress(source.label, "reading", rows_read)
        except Broken as why:
            await self._break(staging, source, why)
            return _report_of(source, rows_read, applying.Applied(), 0)
        await self._check_totals(staging, source, rows_read)

        self.progress(source.label, "applying", rows_read)
        applied = await self._apply(staging, applying.shape_of(source, converter.columns))
        return _report_of(source, rows_read, applied, await staging.refused_rows(source))

    async def _check_totals(self, staging: Staging, source: Source, rows_read: int) -> None:
        """What the mapping says the whole file comes to: a truncated file may look whole."""
        expected, found = dict(source.expected_sums), {}
        if await staging.refused_rows(source):
            expected = {}  # the rows that were refused are missing from every sum
        for name in expected:
            found[name] = await staging.connection.fetchval(
                f"select coalesce(sum({name}), 0) from {staged(source)}"
            )
        if source.expected_rows is not None:
            expected["rows"], found["rows"] = Decimal(source.expected_rows), Decimal(rows_read)
        for name, total in expected.items():
            if found[name] != total:
                await self._break(staging, source, _other_total(name, total, found[name]))

    async def _apply(self, staging: Staging, shape: applying.Shape) -> applying.Applied:
        source = shape.source
        if source.kind.name == "targets":
            await goals.measure_goals(staging, source)
        await applying.find_faults(staging, shape)
        if source.kind.name == "assignments":
            return await dated.set_assignments(staging, shape, self.batch)
        await applying.settle(staging, shape)
        if source.kind.name == "targets":
            await goals.respect_people(staging, source)
        await applying.write(staging, shape, self.batch)
        if source.kind.name == "people":
            await roles.grant_roles(staging, source, self.batch)
        elif source.kind.name == "positions":
            await dated.set_positions(staging, shape, self.batch)
        elif source.kind.name == "territories":
            await rebuild_within(self.transaction, self.org)
        elif source.kind.name == "targets":
            note = f"Imported from {source.path.name} ({self.mapping.name})."
            await goals.place_and_decide(staging, shape, self.batch, note)
        return await applying.count(staging, source)

    async def _derive(self) -> None:
        if any(source.kind.name in ("people", "positions") for source in self.mapping.sources):
            await rebuild_reach(self.transaction, self.org)

    async def _report(self, staging: Staging, sources: list[SourceReport]) -> ImportReport:
        faults = await staging.faults()
        refused = self.is_broken or (bool(faults) and not self.good_rows_only)
        report = ImportReport(
            Outcome.APPLIED, self.mapping, self.batch, sources, faults, await staging.fault_counts()
        )
        if refused:
            outcome = Outcome.REFUSED
        else:
            outcome = Outcome.APPLIED if report.changes or faults else Outcome.UNCHANGED
        return ImportReport(
            outcome,
            self.mapping,
            self.batch if outcome is Outcome.APPLIED else None,
            sources,
            faults,
            report.fault_counts,
        )

    async def _keep(self, staging: Staging, report: ImportReport) -> None:
        counts = [source.counts() for source in report.sources]
        await staging.connection.execute(
            "update import_batch set counts = $3::text::jsonb where org_id = $1 and id = $2",
            self.org,
            self.batch,
            json.dumps(counts),
        )
        await self._keep_refusals(staging)
        await record(
            self.actor,
            "import.applied",
            "import_batch",
            self.batch,
            after={"mapping": self.mapping.name, "sources": counts},
        )

    async def _keep_refusals(self, staging: Staging) -> None:
        await staging.connection.execute(
            f"""
            insert into import_refusal
              (org_id, id, batch_id, source, file, line, content, reasons)
            select $1, {applying.NEW_ID}, $2, ($3::text[])[source + 1], ($4::text[])[source + 1],
                   line, content, reasons
            from (select source, line, max(content) as content,
                         jsonb_agg(jsonb_build_object('column', column_name, 'found', excerpt,
                           'expected', expected) order by column_name) as reasons
                  from fault group by source, line) refused
            """,
            self.org,
            self.batch,
            [source.label for source in self.mapping.sources],
            [source.path.name for source in self.mapping.sources],
        )


def _other_total(name: str, expected: Decimal, found: Decimal) -> Broken:
    what = "rows" if name == "rows" else f"as the sum of {name}"
    return Broken(
        0, "total", f"{expected:f} {what}, as the mapping states for the whole file",
        excerpt=f"{found:f}",
    )  # fmt: skip


def _report_of(source: Source, read: int, applied: applying.Applied, refused: int) -> SourceReport:
    return SourceReport(
        source.kind.name,
        source.path.name,
        read,
        applied.new,
        applied.corrected,
        applied.unchanged,
        refused,
    )
