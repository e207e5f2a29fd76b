"""Getting real data in: delimited files and spreadsheets, by a mapping file that states everything.

    read -> convert -> COPY into temporary tables -> judge in sets -> write, keeping what was

One import is one transaction and one batch. See `docs/importing.md`.
"""

from domain.imports.batches import Batch, Refused, list_batches, refused_rows
from domain.imports.report import ImportReport, Outcome, SourceReport
from domain.imports.running import Progress, run_import
from domain.imports.undoing import UndoReport, undo_import

__all__ = [
    "Batch",
    "ImportReport",
    "Outcome",
    "Progress",
    "Refused",
    "SourceReport",
    "UndoReport",
    "list_batches",
    "refused_rows",
    "run_import",
    "undo_import",
]
