"""What processes cost, as Linux counts it: processor seconds and memory."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PATIENCE_SECONDS = 60
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Memory:
    """Megabytes of one process: all that is resident, and its own part of it, where what is shared
    is shared out."""

    rss: float
    pss: float


@dataclass(slots=True)
class Served:
    """A server that we started, and its processes."""

    port: int
    process: subprocess.Popen[bytes]

    def cpu(self) -> float:
        """Processor seconds so far of all its processes but the database's."""
        return sum(_seconds(pid) for pid in self._pids())

    def memory(self) -> Memory:
        """Of the largest of its processes: the one that works."""
        return max((_memory(pid) for pid in self._pids()), key=lambda memory: memory.pss)

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _pids(self) -> list[int]:
        tree = [self.process.pid]
        for pid in tree:
            tree += [
                c for c in children(pid) if not _name(c).startswith(("postgres", "postmaster"))
            ]
        return tree


def serve(arguments: list[str], port: int, environment: Mapping[str, str], log: Path) -> Served:
    """Start a server of ours and wait until it answers `/health`."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *arguments],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    served, deadline = Served(port, process), time.monotonic() + PATIENCE_SECONDS
    while not _is_healthy(port):
        if process.poll() is not None or time.monotonic() > deadline:
            served.stop()
            raise RuntimeError(f"{arguments} did not start:\n{log.read_text()[-3000:]}")
        time.sleep(0.05)
    return served


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


class Database:
    """The processes of an embedded PostgreSQL."""

    def __init__(self, data_directory: Path) -> None:
        self._postmaster = int((data_directory / "postmaster.pid").read_text().split()[0])

    def cpu(self) -> float:
        """Processor seconds so far of the server, those of ended sessions with it."""
        alive = sum(_seconds(pid) for pid in children(self._postmaster))
        return alive + _seconds(self._postmaster, with_ended=True)


def children(pid: int) -> list[int]:
    """The processes directly below one."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += [int(child) for child in task.read_text().split()]
        except OSError:
            continue
    return found


def _seconds(pid: int, *, with_ended: bool = False) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    ticks = sum(map(int, fields[11 : 15 if with_ended else 13]))
    return ticks / TICKS


def _memory(pid: int) -> Memory:
    values = {}
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]:
        name, _, rest = line.partition(":")
        values[name] = int(rest.split()[0]) / 1000
    return Memory(rss=values["Rss"] * 1.024, pss=values["Pss"] * 1.024)


def _name(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def _is_healthy(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
