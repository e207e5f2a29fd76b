"""What an import did, or would do."""

from dataclasses import dataclass, field
from enum import StrEnum, unique
from pathlib import Path
from uuid import UUID

from domain.imports.faults import Fault
from domain.imports.mapping import Mapping


@unique
class Outcome(StrEnum):
    APPLIED = "applied"
    UNCHANGED = "unchanged"  # every row was there already, alike
    DRY_RUN = "dry_run"
    REFUSED = "refused"  # something was wrong, so nothing was done


@dataclass(frozen=True, slots=True)
class SourceReport:
    """Rows of one source by what happened to them; `read` counts them all."""

    kind: str
    file: str
    read: int
    new: int
    corrected: int
    unchanged: int
    refused: int

    def counts(self) -> dict[str, object]:
        return {
            "kind": self.kind,
            "file": self.file,
            "new": self.new,
            "corrected": self.corrected,
            "unchanged": self.unchanged,
            "refused": self.refused,
        }


@dataclass(frozen=True, slots=True)
class ImportReport:
    """`faults` are the first thousand; `fault_counts` has them all, by kind."""

    outcome: Outcome
    mapping: Mapping
    batch: UUID | None
    sources: list[SourceReport] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    fault_counts: dict[str, int] = field(default_factory=dict)

    @property
    def changes(self) -> int:
        return sum(source.new + source.corrected for source in self.sources)

    @property
    def refused(self) -> int:
        return sum(source.refused for source in self.sources)

    def file_of(self, fault: Fault) -> Path:
        return self.mapping.sources[fault.source].path

    def sentence(self, fault: Fault) -> str:
        """Such as: Sales.csv, line 12, column Sales: found "1.234,56", expected a number ..."""
        place = [self.file_of(fault).name]
        if fault.line:
            place.append(f"line {fault.line}")
        if fault.column:
            place.append(f"column {fault.column}")
        found = f'found "{fault.excerpt}", ' if fault.excerpt else ""
        return f"{', '.join(place)}: {found}expected {fault.expected}"
