"""The database alone: `pgbench` with the statements and values that the server would send."""

import os
import re
import resource
import shutil
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import UUID

from api.postgres.binaries import find_binaries
from benchmarks.reads.capture import Statement
from benchmarks.reads.client import Result

CLIENTS = 8  # as many as a server's pool has connections
TURNS = 20  # requests before a client asks as somebody else

_LITERAL = re.compile(r"'(?:[^']|'')*'")
_PLACEHOLDER = re.compile(r"\$(\d+)")
_TPS = re.compile(r"^tps = ([0-9.]+)", re.MULTILINE)
_DONE = re.compile(r"number of transactions actually processed: (\d+)")
_FAILED = re.compile(r"number of failed transactions: (\d+)")


def find_pgbench() -> Path | None:
    """Where Attain finds its PostgreSQL, or on PATH."""
    pg_bin = os.environ.get("PG_BIN")
    beside = find_binaries(Path(pg_bin) if pg_bin else None).folder / "pgbench"
    on_path = shutil.which("pgbench")
    return beside if beside.exists() else Path(on_path) if on_path else None


class PgBench:
    """One script for all callers of whom the statements are alike.

    pgbench prepares the statements of each script by itself, so a script for each caller would
    plan the same statement fifty times. Instead a client asks now and then for the values of
    another caller, and keeps them as its variables.
    """

    def __init__(
        self,
        program: Path,
        dsn: str,
        session: dict[str, str],
        statements: Sequence[Sequence[Statement]],
    ) -> None:
        self._program = program
        self._environment = {**os.environ, **_connection(dsn), "PGOPTIONS": _options(session)}
        self._folder = Path(tempfile.mkdtemp(prefix="attain-pgbench-"))
        self._arguments: list[str] = []
        alike: dict[tuple[str, ...], list[list[object]]] = defaultdict(list)
        for asked in statements:
            values = [value for _, given in asked for value in given]
            alike[tuple(sql for sql, _ in asked)].append(values)
        for number, (texts, callers) in enumerate(alike.items()):
            script = self._folder / f"{number}.sql"
            script.write_text(_script(texts, callers))
            self._arguments += ["-f", f"{script}@{len(callers)}"]

    def run(self, seconds: float) -> Result:
        """As many as it does, one after the other on each connection, all prepared."""
        before = _children()
        how = f"-n -M prepared -c {CLIENTS} -j 1 -D turn=0 -T {max(1, round(seconds))}"
        done = subprocess.run(
            [str(self._program), *how.split(), *self._arguments],
            env=self._environment,
            capture_output=True,
            text=True,
        )
        rate = _TPS.search(done.stdout)
        if done.returncode or rate is None:
            raise RuntimeError(f"pgbench did not run: {done.stderr[-2000:]}")
        answered = int(re.sub("/.*", "", _DONE.findall(done.stdout)[0]))
        failed = sum(int(count) for count in _FAILED.findall(done.stdout))
        cpu = _children() - before
        return Result(answered, failed, answered / float(rate[1]), cpu)

    def close(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)


def _script(texts: Sequence[str], callers: Sequence[Sequence[object]]) -> str:
    """The statements with pgbench's variables for their values, which stay parameters."""
    nulls = {n for n in range(len(callers[0])) if any(values[n] is None for values in callers)}
    if any(values[n] is not None for n in nulls for values in callers):
        raise ValueError("A value that is null for some callers only is not known here.")
    names = [f"v{n}" for n in range(len(callers[0])) if n not in nulls]
    rows = ",\n".join(
        f"({caller}, {', '.join(_quoted(v) for n, v in enumerate(values) if n not in nulls)})"
        for caller, values in enumerate(callers, 1)
    )
    lines = ["\\set turn :turn + 1", f"\\if :turn % {TURNS} = 1"]
    lines += [f"\\set caller random(1, {len(callers)})"]
    lines += [
        f"select {', '.join(names)} from (values {rows})",
        f"as known (caller, {', '.join(names)})",
    ]
    lines += ["where caller = :caller", "\\gset", "\\endif"]
    first = 0
    for text in texts:
        lines.append(_with_variables(text, first, nulls))
        first += max((int(match[1]) for match in _PLACEHOLDER.finditer(text)), default=0)
    return "\n".join(lines) + "\n"


def _with_variables(text: str, first: int, nulls: set[int]) -> str:
    def variable(match: re.Match[str]) -> str:
        n = first + int(match[1]) - 1
        return "null" if n in nulls else f":v{n}"

    return _PLACEHOLDER.sub(variable, _LITERAL.sub(_broken, text)).strip().rstrip(";") + ";"


def _broken(literal: re.Match[str]) -> str:
    """A colon and a word within a literal would be taken for a variable: the literal is broken in
    two, which SQL puts together again."""
    return re.sub(r":(?=[A-Za-z0-9_])", ":'\n'", literal[0])


def _quoted(value: object) -> str:
    text = "'" + _text(value).replace("'", "''") + "'"
    return _LITERAL.sub(_broken, text)


def _text(value: object) -> str:
    """A value as PostgreSQL reads it."""
    match value:
        case bool():
            return "true" if value else "false"
        case list() | tuple():
            return "{" + ",".join('"' + _text(one).replace("\\", "\\\\").replace('"', '\\"') + '"' for one in value) + "}"  # fmt: skip
        case date() | datetime():
            return value.isoformat()
        case UUID():
            return str(value)
        case bytes():
            return "\\x" + value.hex()
    return str(value)


def _connection(dsn: str) -> dict[str, str]:
    where = urlsplit(dsn)
    place = parse_qs(where.query)
    return {
        "PGHOST": place["host"][0] if "host" in place else str(where.hostname),
        "PGPORT": place["port"][0] if "port" in place else str(where.port or 5432),
        "PGUSER": unquote(where.username or ""),
        "PGPASSWORD": unquote(where.password or ""),
        "PGDATABASE": where.path.lstrip("/"),
    }


def _options(session: dict[str, str]) -> str:
    return " ".join(f"-c {name}={value}" for name, value in session.items())


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
