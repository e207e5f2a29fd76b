"""Rates in several dimensions: by facts of a deal, such as its product and country, and by what was
reached.

A grid has no gaps, since each dimension says what holds otherwise. All its cells share the starts of
their tiers: a deal's slice is cut at them, and paid at the rates of the deal's own cell. What was
reached is one total over all cells, so the same total may have been earned in many ways, and only what
each deal adds to it has a price. That is why running totals go with marginal rates alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import TypeAlias

from domain.errors import Faults, Invalid
from domain.incentives.tables import OF_RATES, Below, Edge, Method, RateTable, Tier

OTHERWISE = "otherwise"
MOST_DIMENSIONS, MOST_CELLS = 4, 200
LONGEST_NAME = 200

Rates: TypeAlias = "tuple[Decimal, ...] | Mapping[str, Rates]"
"""What each tier pays; or that by the value of the next dimension's fact."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a value of each dimension meets, by their names, and what is paid there."""

    name: str
    table: RateTable
    inputs: Mapping[str, str] = field(init=False, compare=False, repr=False)
    """What a line says of it."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "inputs", {"cell": self.name} if self.name else {})


@dataclass(frozen=True, slots=True)
class RateGrid:
    """Rates by the facts `by`, one dimension each. Where fewer are told apart, rates stand higher up:
    they hold for every value of the dimensions below."""

    method: Method
    by: tuple[str, ...]
    starts: tuple[Decimal, ...]
    rates: Rates
    edge: Edge = Edge.UPPER
    below: Below = Below.FIRST_TIER
    cells: Mapping[tuple[str, ...], Cell] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        Faults.raised(list(self._faults()))
        cells = {
            way: Cell(", ".join(way), self._table(pays)) for way, pays in _leaves(self.rates, ())
        }
        object.__setattr__(self, "cells", MappingProxyType(cells))

    def cell(self, facts: Mapping[str, object]) -> Cell:
        """The cell of a deal with these facts. What is not known of it is otherwise."""
        found = self.rates
        way: list[str] = []
        for fact in self.by:
            if isinstance(found, tuple):
                break
            value = str(facts.get(fact, ""))
            way.append(value if value in found and value != OTHERWISE else OTHERWISE)
            found = found[way[-1]]
        return self.cells[tuple(way)]

    def _table(self, pays: tuple[Decimal, ...]) -> RateTable:
        tiers = tuple(Tier(start, each) for start, each in zip(self.starts, pays, strict=True))
        return RateTable(self.method, tiers, self.edge, self.below)

    def _faults(self) -> Iterator[Invalid]:
        if not 0 < len(self.by) <= MOST_DIMENSIONS or len(set(self.by)) < len(self.by):
            what = f"A grid is by 1 to {MOST_DIMENSIONS} facts of a deal, each of them once."
            yield Invalid(what, path=("by",))
            return
        yield from _faults_of_starts(self.starts, is_of_rates=self.method in OF_RATES)
        yield from self._faults_of(self.rates, ("rates",))
        if (cells := sum(1 for _ in _leaves(self.rates, ()))) > MOST_CELLS:
            what = f"A grid has at most {MOST_CELLS} cells, and this one has {cells}."
            yield Invalid(what, path=("rates",))

    def _faults_of(self, rates: Rates, path: tuple[str, ...]) -> Iterator[Invalid]:
        place = len(path) - 1
        if isinstance(rates, tuple):
            if len(rates) != len(self.starts):
                what = f"Here {len(rates)} rates stand for {len(self.starts)} tiers."
                yield Invalid(what, path=path)
        elif place == len(self.by):
            yield Invalid(f"Here rates stand: the grid has {place} dimensions.", path=path)
        else:
            if OTHERWISE not in rates:
                yield Invalid(f"Say what is paid `{OTHERWISE}`, by {self.by[place]}.", path=path)
            for value, below in rates.items():
                if len(value) > LONGEST_NAME:
                    what = f"The value of a fact has at most {LONGEST_NAME} letters."
                    yield Invalid(what, path=path)
                yield from self._faults_of(below, (*path, value))


def _leaves(
    rates: Rates, way: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], tuple[Decimal, ...]]]:
    """Every cell's values, and what its tiers pay; in one order, however they were written."""
    if isinstance(rates, tuple):
        yield way, rates
        return
    for value in sorted(rates, key=lambda each: (each == OTHERWISE, each)):
        yield from _leaves(rates[value], (*way, value))


def _faults_of_starts(starts: Sequence[Decimal], *, is_of_rates: bool) -> Iterator[Invalid]:
    """Those that a table of these tiers would have, once for all cells."""
    try:
        RateTable(Method.MARGINAL if is_of_rates else Method.FIXED, _tiers(starts))
    except Invalid as refused:
        for each in refused.each:
            yield Invalid(each.message, path=("starts", *each.path[1:2]))


def _tiers(starts: Sequence[Decimal]) -> tuple[Tier, ...]:
    return tuple(Tier(start, Decimal(0)) for start in starts)
