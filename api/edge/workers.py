"""One page of counts for several workers, whichever of them is asked for it.

prometheus-client keeps each process's counts in files of a folder where the environment names one;
what is told is their sum. Counts of a worker that ended stay in the sum, its gauges go with it.
"""

import os
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Final

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # the environment variable, by prometheus-client's name
ALIVE: Final = "livesum"
"""How gauges are told: the sum of those of workers that live."""
_EARLIEST_OR_LEAST = ("process_start_time_seconds", "process_max_fds")


def of_all_workers(own: CollectorRegistry) -> CollectorRegistry:
    """The registry to tell: a process that serves alone has counted everything itself."""
    folder = os.environ.get(SHARED_FOLDER)
    if folder is None:
        return own
    registry = CollectorRegistry()
    MultiProcessCollector(registry, folder)  # type: ignore[no-untyped-call]  # not annotated
    registry.register(_Processes(Path(folder)))
    return registry


class _Processes(Collector):
    """What the system knows of the workers' processes, together."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def collect(self) -> Iterable[Metric]:
        found: dict[str, Metric] = {}
        for file in self._folder.glob(f"gauge_{ALIVE}_*.db"):
            pid = file.stem.rpartition("_")[2]
            for metric in ProcessCollector(pid=partial(str, pid), registry=None).collect():
                known = found.setdefault(metric.name, metric)
                if known is not metric:
                    known.samples = [
                        ours._replace(value=_together(ours.name, ours.value, theirs.value))
                        for ours, theirs in zip(known.samples, metric.samples, strict=True)
                    ]
        return found.values()


def _together(name: str, ours: float, theirs: float) -> float:
    return min(ours, theirs) if name in _EARLIEST_OR_LEAST else ours + theirs
