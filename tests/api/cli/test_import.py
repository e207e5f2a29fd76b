"""`attain import` as a person at the keyboard meets it."""

import asyncio
import os
import sys
from pathlib import Path

from tests.domain.imports.files import HEADER, a_mapping, sale_rows
from tests.domain.imports.test_importing import sales
from tests.people import Company


async def attain(database_url: str, *arguments: object) -> tuple[int, str, str]:
    """Exit code, output and errors of one command."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "api.cli", *map(str, arguments),
        env={**os.environ, "DATABASE_URL": database_url, "COLUMNS": "200"},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    output, errors = await process.communicate()
    return process.returncode or 0, output.decode(), errors.decode()


async def test_a_file_is_tried_imported_listed_and_taken_back(
    company: Company, database_url: str, tmp_path: Path
) -> None:
    mapping = a_mapping(tmp_path, {"sales.csv": HEADER + sale_rows(3)})
    whose = ("--organisation", company.slug)

    tried = await attain(database_url, "import", mapping, *whose, "--dry-run")
    assert (tried[0], await sales(company)) == (0, (0, None))
    assert tried[1].endswith("Dry run: 3 rows would be added or corrected. Nothing was changed.\n")

    imported = await attain(database_url, "import", mapping, *whose)
    assert (imported[0], await sales(company)) == (0, (3, 30))
    batch = imported[1].split()[-1]

    listed = await attain(database_url, "import", "--list", *whose)
    assert listed[1].startswith(f"{batch}  ")
    assert "  applied  test  sales +3 ~0 !0" in listed[1]

    undone = await attain(database_url, "import", "--undo", batch, *whose)
    assert undone == (0, f"removed: 3 sale\nThe import {batch} is undone.\n", "")
    assert await sales(company) == (0, None)


async def test_a_refused_import_says_where_and_fails(
    company: Company, database_url: str, tmp_path: Path
) -> None:
    mapping = a_mapping(tmp_path, {"sales.csv": HEADER + "S1,2020-05-01,[red]ten[/red]\n"})

    refused = await attain(database_url, "import", mapping, "--organisation", company.slug)
    missing = await attain(database_url, "import", mapping, "--organisation", "nobody-here")

    assert refused[0] == 1
    assert (
        'sales.csv, line 2, column Amount: found "[red]ten[/red]", expected a number' in refused[1]
    )
    assert refused[2] == "Nothing was imported.\n"
    assert missing[0] == 1
    assert "There is no organisation 'nobody-here'" in missing[2]
