"""The ways to answer one document, each measured alike."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks.reads.client import Result
from benchmarks.reads.load import Load
from benchmarks.reads.pgbench import PgBench
from benchmarks.reads.processes import Database, Served

OURS, USUAL, PLAIN, EDGED, ALONE = "compiled", "usual", "same SQL", "edged SQL", "pgbench"


@dataclass(frozen=True, slots=True)
class Spell:
    """Some seconds at full speed, or at a rate: milliseconds of processor for each request."""

    rate: float
    failed: int
    server_ms: float
    database_ms: float
    client_ms: float
    times: dict[str, float]
    late_ms: float = 0.0


@dataclass(slots=True)
class Way:
    """One way, and what it did. `served` is None where pgbench asks the database itself."""

    name: str
    load: Load | PgBench
    served: Served | None
    at_full_speed: list[Spell] = field(default_factory=list)
    at_half: Spell | None = None

    @property
    def rate(self) -> float:
        return statistics.median(spell.rate for spell in self.at_full_speed)

    def run(self, seconds: float, database: Database) -> Spell:
        """As fast as it goes."""
        load = self.load
        return self._measured(
            database,
            lambda: load.run(seconds) if isinstance(load, PgBench) else load.at_full_speed(seconds),
        )

    def run_at_half(self, seconds: float, database: Database) -> None:
        """At half of what it can do, with times from when each request was due."""
        load, rate = self.load, self.rate / 2
        if isinstance(load, Load):
            self.at_half = self._measured(database, lambda: load.at_rate(seconds, rate))

    def _measured(self, database: Database, run: Callable[[], Result]) -> Spell:
        server = self.served.cpu() if self.served else 0.0
        before = database.cpu()
        result = run()
        used = database.cpu() - before
        server = (self.served.cpu() if self.served else 0.0) - server
        each = 1000 / max(1, result.answered)
        return Spell(
            rate=max(1, result.answered) / result.seconds,  # none in time is taken for one
            failed=result.failed,
            server_ms=server * each,
            database_ms=used * each,
            client_ms=result.cpu * each,
            times=result.times,
            late_ms=result.late * 1000,
        )

    def figures(self) -> dict[str, Any]:
        """All of it, for `--json`."""

        def middle(name: str) -> float:
            return float(statistics.median(getattr(spell, name) for spell in self.at_full_speed))

        costs = {name: middle(name) for name in ("server_ms", "database_ms", "client_ms")}
        half = self.at_half
        return {
            "requests_per_second": self.rate,
            "rounds": [spell.rate for spell in self.at_full_speed],
            "failed": sum(spell.failed for spell in self.at_full_speed)
            + (half.failed if half else 0),
            "cpu_ms_per_request": costs,
            "at_half": half and {"rate": half.rate, "late_ms": half.late_ms, **half.times},
        }


def interleaved(ways: Sequence[Way], rounds: int, seconds: float, database: Database) -> None:
    """Each way in turn, so that whatever else the machine does falls on all alike."""
    for way in ways:
        way.run(min(seconds, 2), database)  # warms plans, pools and caches
    for _ in range(rounds):
        for way in ways:
            way.at_full_speed.append(way.run(seconds, database))
    for way in ways:
        way.run_at_half(2 * seconds, database)


def ratio(way: Way, other: Way) -> float:
    """How many times as fast, by the median of rounds: both had the same machine in each."""
    return statistics.median(
        one.rate / two.rate for one, two in zip(way.at_full_speed, other.at_full_speed, strict=True)
    )
