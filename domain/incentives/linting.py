"""What is odd about a plan before anybody is paid by it.

None of this is forbidden: a threshold is a cliff by design. But whoever publishes the plan should
have seen it, with the figure at which it happens.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from domain.incentives.grids import Cell, RateGrid
from domain.incentives.rounding import rounded_half_away
from domain.incentives.shapes import Piece, pieces, total_earning
from domain.incentives.tables import OF_RATES, RateTable
from domain.incentives.terms import Bonus, Commission, Component, Plan, Scale, Span

ONE = Decimal(1)


class Oddity(StrEnum):
    """What a plan does that may surprise those who are paid by it."""

    CLIFF = "cliff"  # one more unit pays much more
    PAYS_LESS = "pays_less"  # one more unit pays less
    DEAD_ZONE = "dead_zone"  # selling more pays nothing more for a while
    FLAT_TOP = "flat_top"  # from some point on selling more pays nothing more
    UNREACHABLE = "unreachable"  # a tier that the cap hides


@dataclass(frozen=True, slots=True)
class Finding:
    """One oddity of a component: where it lies, in what its table counts, and what it says."""

    component: str
    oddity: Oddity
    at: Fraction
    sentence: str


def linted(plan: Plan) -> list[Finding]:
    """Everything odd about a plan's tables, component by component, from the bottom up."""
    found: list[Finding] = []
    for component in plan.components:
        is_of_quota = _is_of_quota(component)
        for cell, table in _tables(component):
            of = (
                replace(component, cap=None) if cell else component
            )  # a cap is of all cells together
            findings = _findings(of, table, is_of_quota=is_of_quota)
            found += (_of_cell(each, cell) for each in findings)
        found += _between_cells(plan, component)
    return found


def _tables(component: Component) -> Iterator[tuple[str, RateTable]]:
    """Its tables, of a grid those of its cells with their names."""
    match component.earns:
        case Commission(table=rated, base_rate=base_rate):
            cells = rated.cells.values() if isinstance(rated, RateGrid) else (Cell("", rated),)
            for cell in cells:
                yield cell.name, cell.table if base_rate is None else cell.table.times(base_rate)
        case Bonus(curve=curve):
            yield "", curve


def _of_cell(finding: Finding, cell: str) -> Finding:
    return replace(finding, sentence=f"{cell}: {finding.sentence}") if cell else finding


def _between_cells(plan: Plan, component: Component) -> Iterator[Finding]:
    """Where a cell pays less from a start on, more sold in another cell leaves less for its deals."""
    earns = component.earns
    if (
        not isinstance(earns, Commission)
        or not isinstance(earns.table, RateGrid)
        or plan.measure(earns.measure).over is Span.DEAL
    ):
        return
    for cell in earns.table.cells.values():
        for before, after in pairwise(cell.table.tiers):
            if after.pays < before.pays and len(earns.table.cells) > 1:
                at = _shown(Fraction(after.start), _is_of_quota(component))
                sentence = f"{cell.name}: above {at} a deal is paid less, whatever was sold before."
                yield Finding(component.key, Oddity.PAYS_LESS, Fraction(after.start), sentence)


def _is_of_quota(component: Component) -> bool:
    earns = component.earns
    return isinstance(earns, Bonus) or (
        isinstance(earns, Commission) and earns.scale is Scale.QUOTA
    )


def _findings(component: Component, table: RateTable, *, is_of_quota: bool) -> Iterator[Finding]:
    parts = pieces(table)

    def found(oddity: Oddity, at: Fraction, sentence: str) -> Finding:
        return Finding(component.key, oddity, at, sentence.format(at=_shown(at, is_of_quota)))

    for before, after in pairwise(parts):
        # Of a table of shares of a quota the jump is a share of what a whole quota pays.
        jump = after.value - before.last
        size = _shown(abs(jump), is_of_quota or table.method not in OF_RATES)
        if jump > 0:
            yield found(Oddity.CLIFF, after.start, f"At {{at}} pay jumps by {size}.")
        elif jump < 0:
            yield found(
                Oddity.PAYS_LESS,
                after.start,
                f"At {{at}} pay falls by {size}: selling more pays less.",
            )
    for place, part in enumerate(parts):
        if part.slope < 0:
            yield found(Oddity.PAYS_LESS, part.start, "Above {at} selling more pays less.")
        elif not part.slope and part.end is not None and place:
            until = _shown(part.end, is_of_quota)
            yield found(
                Oddity.DEAD_ZONE,
                part.start,
                f"Between {{at}} and {until} selling more pays nothing more.",
            )
    if not parts[-1].slope:
        yield found(Oddity.FLAT_TOP, parts[-1].start, "Above {at} selling more pays nothing more.")
    yield from _beyond_the_cap(component, table, parts, is_of_quota=is_of_quota)


def _beyond_the_cap(
    component: Component, table: RateTable, parts: list[Piece], *, is_of_quota: bool
) -> Iterator[Finding]:
    """A cap in money says something of a table only where the table pays in money."""
    if component.cap is None or is_of_quota:
        return
    reached = total_earning(table, component.cap)
    if reached is None:
        return
    at = _shown(reached, is_of_quota)
    yield Finding(
        component.key,
        Oddity.FLAT_TOP,
        reached,
        f"Above {at} the cap of {component.cap} is reached.",
    )
    for tier in table.tiers:
        if Fraction(tier.start) > reached:
            hidden = _shown(Fraction(tier.start), is_of_quota)
            yield Finding(
                component.key,
                Oddity.UNREACHABLE,
                Fraction(tier.start),
                f"The tier from {hidden} is never reached: the cap of {component.cap} is, at {at}.",
            )


def _shown(value: Fraction, is_share: bool) -> str:
    """A figure in a sentence, to four places and without idle zeros; a share in per cent."""
    text = f"{rounded_half_away(value * 100 if is_share else value, 4):f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return f"{text} %" if is_share else text
