"""Load on a server: `wrk` where there is one, since it costs least, else a client of our own."""

import itertools
import json
import pickle
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.reads.client import Job, Result

SCRIPT = Path(__file__).with_name("rotate.lua")
_jobs = itertools.count(int(time.time()) % 50_000 * 1000)


def wrk() -> str | None:
    """Where wrk is, if it is here."""
    return shutil.which("wrk")


class Load:
    """Requests of many callers for one server, in the files that the clients read."""

    def __init__(self, port: int, requests: Sequence[bytes], connections: int) -> None:
        self._port, self._connections = port, connections
        folder = Path(tempfile.mkdtemp(prefix="attain-load-"))
        self._pickled, self._lengths = folder / "requests.pickle", folder / "requests.wrk"
        self._pickled.write_bytes(pickle.dumps(list(requests)))
        self._lengths.write_bytes(b"".join(b"%d\n%b" % (len(r), r) for r in requests))

    def at_full_speed(self, seconds: float) -> Result:
        """Every connection asks again when it has its answer."""
        path = wrk()
        if path is None:
            return self._ours(seconds, None)
        arguments = [
            path,
            "-t1",
            f"-c{self._connections}",
            f"-d{max(1, round(seconds))}s",
            "--timeout",
            "20s",
        ]
        arguments += ["-s", str(SCRIPT), f"http://127.0.0.1:{self._port}/graphql", "--"]
        before = _children()
        done = subprocess.run(
            [*arguments, str(self._lengths), f"{next(_jobs):08d}"],
            check=True,
            capture_output=True,
            text=True,
        )
        [line] = [line for line in done.stdout.splitlines() if line.startswith("RESULT ")]
        return Result(**json.loads(line.removeprefix("RESULT ")), cpu=_children() - before)

    def at_rate(self, seconds: float, rate: float) -> Result:
        """So many requests a second, whatever the answers do."""
        return self._ours(seconds, rate)

    def close(self) -> None:
        shutil.rmtree(self._pickled.parent, ignore_errors=True)

    def _ours(self, seconds: float, rate: float | None) -> Result:
        connections = self._connections if rate is None else 4 * self._connections
        job = Job(self._port, str(self._pickled), connections, seconds, rate, next(_jobs))
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.reads.client"],
            input=json.dumps(asdict(job)),
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        return Result(**json.loads(done.stdout))


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
