"""One running server: is it alive, start it, stop it.

Every process of a server inherits the descriptor of a lock file, `life`. As long as the lock is
held, some process of it lives, whatever its pid file says and whoever was killed; once the lock is
free, none does. A zombie holds no descriptors, so it counts as dead at once: where nobody reaps it
(a container without an init), PostgreSQL by itself would call its pid file valid for ever.
"""

import asyncio
import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from api.postgres.account import Account
from api.postgres.binaries import Binaries
from api.postgres.errors import PostgresRefused
from api.postgres.locks import is_locked, open_lock, try_lock
from api.postgres.places import PORT, Cluster
from api.postgres.reporting import Report

POLL_SECONDS = 0.02
REPORT_SECONDS = 3.0
ORPHANS_SECONDS = 60.0

SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "password_encryption": "scram-sha-256",
    "logging_collector": "on",
    "log_directory": "log",
    "log_filename": "postgresql-%a.log",  # a week of days, each overwritten by the next of its name
    "log_truncate_on_rotation": "on",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_file_mode": "0600",
    # Otherwise a failed statement is logged with its values: DETAIL repeats the row or the key that
    # a constraint refused, CONTEXT the line of a file that was imported, STATEMENT its literals.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_parameter_max_length_on_error": "0",
}
NOT_DURABLE = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


@dataclass(frozen=True)
class PidFile:
    """What `postmaster.pid` says."""

    pid: int
    socket_folder: str
    is_ready: bool


def read_pid_file(cluster: Cluster) -> PidFile | None:
    try:
        lines = (cluster.data / "postmaster.pid").read_text().splitlines()
        return PidFile(
            pid=int(lines[0]),
            socket_folder=lines[4] if len(lines) > 4 else "",
            is_ready=len(lines) > 7 and lines[7].strip() == "ready",
        )
    except (OSError, ValueError, IndexError):
        return None


def is_running(cluster: Cluster) -> bool:
    """Whether the postmaster itself lives. The caller holds the starter's lock."""
    found = read_pid_file(cluster)
    return found is not None and is_locked(cluster.life_lock) and is_alive(found.pid)


def is_ready(cluster: Cluster) -> bool:
    """Whether the postmaster accepts connections, and is not one whose pid file was left over."""
    found = read_pid_file(cluster)
    return found is not None and found.is_ready and is_alive(found.pid)


def is_alive(pid: int) -> bool:
    """Whether a process of that number exists and is no zombie."""
    return _exists(pid) and not _process_state(pid).startswith("Z")


async def start(
    cluster: Cluster,
    binaries: Binaries,
    account: Account,
    socket_folder: Path,
    *,
    durable: bool,
    report: Report,
) -> None:
    """Start the server and wait until it accepts connections, however long recovery takes."""
    life = open_lock(cluster.life_lock)
    try:
        await _wait_for_orphans(life)
        for lock_file in (cluster.data / "postmaster.pid", _socket_lock(socket_folder)):
            _remove_if_stale(lock_file)
        await asyncio.to_thread(
            _launch, cluster, binaries, account, socket_folder, life, durable=durable
        )
    finally:
        os.close(life)  # from here on only the server's processes hold it

    begun = told = time.monotonic()
    while True:
        if is_ready(cluster):
            return
        if not is_locked(cluster.life_lock):
            raise PostgresRefused(f"PostgreSQL did not start:\n{_last_words(cluster)}")
        if time.monotonic() - told > REPORT_SECONDS:
            told = time.monotonic()
            report(f"PostgreSQL is starting or recovering ({told - begun:.0f} s).")
        await asyncio.sleep(POLL_SECONDS)


async def stop(cluster: Cluster, report: Report) -> None:
    """Stop the server fast: open transactions are rolled back, what was committed is on disk."""
    found = read_pid_file(cluster)
    if found is not None and is_running(cluster):
        os.kill(found.pid, signal.SIGINT)
    told = time.monotonic()
    while is_locked(cluster.life_lock):
        if time.monotonic() - told > REPORT_SECONDS:
            told = time.monotonic()
            report("PostgreSQL is writing what it holds in memory to disk.")
        await asyncio.sleep(POLL_SECONDS)


async def _wait_for_orphans(life: int) -> None:
    # Backends notice the death of their postmaster and end; they must be gone before a new one.
    limit = time.monotonic() + ORPHANS_SECONDS
    while not try_lock(life):
        if time.monotonic() > limit:
            raise PostgresRefused(
                "Processes of an earlier PostgreSQL server of this home are still alive without "
                "their postmaster. End them, then start again."
            )
        await asyncio.sleep(POLL_SECONDS)


def _remove_if_stale(lock_file: Path) -> None:
    """Remove a file of the postmaster's that PostgreSQL would believe though its server is gone.

    It deals with a dead pid itself. It cannot tell a zombie, nor another program that got the
    number since (small numbers come again soon in a container). A server that somebody started by
    hand has no `life` lock, so a living process that may be one is left to PostgreSQL's own checks.
    """
    pid = _pid_in(lock_file)
    if pid is None or not _exists(pid):
        return
    if not is_alive(pid) or not _may_be_postgres(pid):
        lock_file.unlink(missing_ok=True)


def _socket_lock(socket_folder: Path) -> Path:
    return socket_folder / f".s.PGSQL.{PORT}.lock"


def _pid_in(lock_file: Path) -> int | None:
    try:
        return int(lock_file.read_text().splitlines()[0])
    except (OSError, ValueError, IndexError):
        return None


def _launch(
    cluster: Cluster,
    binaries: Binaries,
    account: Account,
    socket_folder: Path,
    life: int,
    *,
    durable: bool,
) -> None:
    settings = SETTINGS | {"unix_socket_directories": str(socket_folder)}
    if not durable:
        settings |= NOT_DURABLE
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    # Through a shell that ends at once, so that the server is nobody's child: were it ours, it
    # would stay a zombie after its death until we looked.
    command = ["/bin/sh", "-c", '"$@" </dev/null &', "sh", binaries.program("postgres")]
    with open(cluster.start_log, "wb") as log:
        account.run([*command, "-D", str(cluster.data), *options], output=log, keep_open=(life,))


def _last_words(cluster: Cluster) -> str:
    logs = sorted(cluster.data.glob("log/*.log"), key=lambda path: path.stat().st_mtime)
    text = ""
    for path in (cluster.start_log, *logs[-1:]):
        text += path.read_text(errors="replace")[-2_000:] if path.exists() else ""
    return text.strip() or f"It left no message in {cluster.start_log}."


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # of another account, but there
        pass
    return True


def _process_state(pid: int) -> str:
    try:
        # After the name in brackets, which may itself hold brackets and spaces.
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].strip()
    except OSError:
        return _ask_ps(pid, "stat=")


def _may_be_postgres(pid: int) -> bool:
    try:
        name = Path(f"/proc/{pid}/comm").read_text()
    except OSError:
        name = _ask_ps(pid, "comm=")
    return "postgres" in name or "postmaster" in name


def _ask_ps(pid: int, field: str) -> str:
    # Where there is no /proc (macOS).
    answer = subprocess.run(  # noqa: S603 - a fixed question about a number
        ["/bin/ps", "-o", field, "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return answer.stdout.strip()
