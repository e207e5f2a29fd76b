"""The figures as a table, and beside each target whether it was reached."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks.reads.ways import ALONE, OURS, PLAIN, USUAL

Figures = Mapping[str, Any]
LATE_MS = 5.0


@dataclass(frozen=True, slots=True)
class Target:
    """What we promise of a figure, where it was measured."""

    name: str
    wanted: str
    got: float
    reached: bool


def targets(figures: Figures) -> list[Target]:
    """Every promise for which there is a figure."""
    found = []
    for document, of in figures["documents"].items():
        ratios, ours = of["ratios"], of["ways"][OURS]
        if document in ("RepHome", "TeamPerformance"):
            found.append(_least(f"{document}: compiled / usual", ratios.get(USUAL), 30))
        if document != "CheckIn":
            found.append(_least(f"{document}: compiled / same SQL", ratios.get(PLAIN), 0.95))
            found.append(_least(f"{document}: compiled / pgbench", ratios.get(ALONE), 0.6))
        if document == "RepHome":
            found.append(_below("RepHome: compressed, kB", of["bytes"]["least"] / 1000, 2.5))
            found.append(_below("RepHome: p99 at half, ms", ours["at_half"].get("p99"), 25))
    found.append(_below("A worker's memory, MB", figures["memory_mb"][OURS]["rss"], 60))
    return [target for target in found if target is not None]


def _least(name: str, got: float | None, wanted: float) -> Target | None:
    return None if got is None else Target(name, f">= {wanted:g}", got, got >= wanted)


def _below(name: str, got: float | None, wanted: float) -> Target | None:
    return None if got is None else Target(name, f"< {wanted:g}", got, got < wanted)


def as_text(figures: Figures) -> str:
    """For somebody who reads it at a terminal."""
    machine, data = figures["machine"], figures["data"]
    lines = [
        f"{data['people']:,} people, {data['goals']:,} goals, {data['sales']:,} sales; "
        f"{machine['processors']} processors, Python {machine['python']}, PostgreSQL {machine['postgres']};"
        f" at full speed asked by {machine['client']}; {figures['rounds']} rounds of {figures['seconds']:g} s.",
        f"Attain was sent {figures['sent']}.",
    ]
    for document, of in figures["documents"].items():
        lines += ["", f"{document}, {of['callers']} callers"]
        head = ("", "req/s", "", "CPU ms/request", "", "", "at half: ms", "", "", "")
        names = (
            "",
            "median",
            "ratio",
            "server",
            "database",
            "client",
            "p50",
            "p95",
            "p99",
            "failed",
        )
        lines += [_row(head), _row(names)]
        for way, measured in of["ways"].items():
            cpu, half = measured["cpu_ms_per_request"], measured["at_half"] or {}
            lines.append(
                _row(
                    (
                        way,
                        f"{measured['requests_per_second']:.0f}",
                        f"{of['ratios'][way]:.2f}x" if way in of["ratios"] else "",
                        *(f"{cpu[f'{part}_ms']:.2f}" for part in ("server", "database", "client")),
                        *(f"{half[p]:.1f}" if p in half else "" for p in ("p50", "p95", "p99")),
                        str(measured["failed"]),
                    )
                )
            )
        wire = of["bytes"]
        sizes = ", ".join(f"{name} {size:,}" for name, size in wire["body"].items())
        counted = ", ".join(f"{way} {count}" for way, count in of["statements"].items())
        late = max((w["at_half"] or {}).get("late_ms", 0.0) for w in of["ways"].values())
        if late > LATE_MS:
            lines.append(
                f"  The client itself was late, by up to {late:.0f} ms: times hold that too."
            )
        lines.append(f"  bytes of a body: {sizes}; head {wire['head']}; statements: {counted}")
    lines += ["", "Memory after load, MB (resident, own share): "]
    lines[-1] += ", ".join(
        f"{way} {memory['rss']:.0f}, {memory['pss']:.0f}"
        for way, memory in figures["memory_mb"].items()
    )
    lines += [f"Left out: {left_out}" for left_out in figures["left_out"]]
    lines += ["", "Targets"]
    for target in figures["targets"]:
        mark = "reached" if target["reached"] else "NOT reached"
        lines.append(f"  {target['name']:<40} {target['wanted']:>8} {target['got']:>9.2f}  {mark}")
    return "\n".join(lines)


def _row(cells: tuple[str, ...]) -> str:
    first, *others = cells
    return f"  {first:<10}" + "".join(f"{cell:>10}" for cell in others)
