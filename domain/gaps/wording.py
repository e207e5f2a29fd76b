"""Findings in words."""

from decimal import Decimal
from typing import Final

from domain.gaps.exactly import rounded
from domain.gaps.measures import Compared, GapUnit
from domain.gaps.results import Finding, GapVerdict

FEW_PEERS: Final = (
    "Fewer than five comparable people have enough facts on these days, so nothing is told of them."
)
NO_SPREAD: Final = "More than half of the peers have the very same figure, so there is nothing to measure a distance by."


def few_facts(kind: Compared, number: int) -> str:
    """Too little was counted of the person themselves."""
    return f"There {'is' if number == 1 else 'are'} {_counted(kind, number)}; it takes at least {kind.least}."


def compared_in_words(kind: Compared, finding: Finding, *, covers: bool) -> str:
    """What a finding with figures says; `covers`: its own interval covers the peers' median."""
    assert finding.value is not None
    assert finding.median is not None
    assert finding.distance is not None
    assert finding.shrunken is not None
    own = figure(finding, finding.value)
    said = (
        f"The {kind.name} is {own} over {_counted(kind, finding.facts)};"
        f" of {finding.peers} peers the one in the middle has {figure(finding, finding.median)}."
    )
    if finding.verdict in (GapVerdict.BEHIND, GapVerdict.AHEAD):
        side = "below" if finding.distance < 0 else "above"
        return (
            f"{said} That is {abs(finding.distance)} times the usual distance {side}; further on, about"
            f" {figure(finding, finding.shrunken)} is to be expected."
        )
    if covers:
        assert finding.low is not None
        assert finding.high is not None
        between = f"{figure(finding, finding.low)} to {figure(finding, finding.high)}"
        return f"{said} Its own interval, {between}, covers that, so the difference may be luck."
    return f"{said} Peers differ so much among themselves that this is not far."


def figure(finding: Finding, value: Decimal) -> str:
    """A figure as people read it."""
    return in_unit(finding.unit, finding.currency, value)


def in_unit(unit: GapUnit, currency: str | None, value: Decimal) -> str:
    if unit is GapUnit.RATE:
        return f"{_trimmed(rounded(100 * value, 1))} %"
    if unit is GapUnit.DAYS:
        return f"{_trimmed(value)} days"
    return f"{value:,f} {currency}"


def _counted(kind: Compared, number: int) -> str:
    one, several = kind.fact
    return f"{number} {one if number == 1 else several}"


def _trimmed(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
