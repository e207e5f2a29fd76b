"""What a commission pays, deal by deal: each moves a total on through the rate table, in their order."""

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from operator import attrgetter
from typing import TypeAlias
from uuid import UUID

from domain.incentives.cases import Credit, Incalculable, Inputs, Line, LineKind, Paid
from domain.incentives.exact import EXACT, NOTHING, Exact, times, together
from domain.incentives.grids import Cell
from domain.incentives.rounding import Rounding
from domain.incentives.tables import OF_RATES, Slice
from domain.incentives.terms import Commission, Component, Measured, Refunds, Span

Places: TypeAlias = Mapping[tuple[str, UUID], Paid]


@dataclass(frozen=True, slots=True)
class Rated:
    """A commission with what holds for one payee and period: by which table each deal is paid, in
    units of what is measured, what its rates are multiples of, and the total at which the period begins."""

    component: Component
    commission: Commission
    measure: Measured
    cell: Callable[[Credit], Cell]
    factor: Exact
    rounding: Rounding
    opening: Decimal
    left: Mapping[UUID, Decimal] = field(default_factory=dict)
    """What is left of the budget before those deals that come to more than that."""

    def deals(
        self, credits: Sequence[Credit], originals: Places, later: Set[UUID]
    ) -> tuple[list[Line], Places]:
        """The lines of these deals, and what those were paid that are taken back, here or `later`;
        `originals` are what deals of earlier periods were paid. Raises Incalculable."""
        key, total, figure = self.component.key, self.opening, attrgetter(self.measure.of)
        takes_back = self.commission.refunds is Refunds.ORIGINAL
        taken_back = later | {each.reverses for each in credits if each.reverses is not None}
        is_alone, cap = self.measure.over is Span.DEAL, self.component.cap_each_deal
        found: list[Line] = []
        paid: dict[tuple[str, UUID], Paid] = {}
        for credit in credits:
            moved: Decimal = figure(credit)
            start = NOTHING if is_alone else total
            end = EXACT.add(start, moved)
            total = total if is_alone else end
            before = len(found)
            if takes_back and credit.reverses is not None:
                place = key, credit.reverses
                original = paid.get(place) or originals.get(place)
                found += self._taken_back(credit, moved, original)
            else:
                self._move(found, credit, start, end)
            if cap is not None:
                found += self._deal_cap(cap, credit, found[before:])
            if self.left and credit.id in self.left:
                found.append(self._held_back(self.left[credit.id], credit, found[before:]))
            if taken_back and credit.id in taken_back:
                paid[key, credit.id] = Paid(moved, together(line.exact for line in found[before:]))
        return found, paid

    def _move(self, found: list[Line], credit: Credit, start: Decimal, end: Decimal) -> None:
        """A line more for each slice of a deal."""
        cell, factor = self.cell(credit), self.factor
        parts, named = cell.table.slices(start, end), cell.inputs
        if cell.table.method not in OF_RATES:
            found += [self._step(credit, cell, part) for part in parts]
            return
        key, of, rounded, kind = self.component.key, credit.id, self.rounding.of, LineKind.DEAL
        for tier, begin, stop, rate, amount in parts:
            exact = times(amount, factor)
            inputs: Inputs = {"start": begin, "end": stop, "rate": rate, "factor": factor}
            if named:
                inputs = {**inputs, **named}
            found.append(Line(key, kind, exact, inputs, of, tier, rounded(exact)))

    def _step(self, credit: Credit, cell: Cell, part: Slice) -> Line:
        exact = times(part.amount, self.factor)
        before = times(cell.table.earned(part.start), self.factor)
        inputs = {"before": before, "after": together((before, exact)), **cell.inputs}
        return self._line(LineKind.STEP, exact, inputs, credit, part.tier)

    def _taken_back(self, credit: Credit, moved: Decimal, original: Paid | None) -> list[Line]:
        """The same part of what the original was paid."""
        if original is None:
            what = f"it is not known what the deal that {credit.order} takes back was paid."
            raise Incalculable(self.component.key, what)
        if not original.of:
            return []
        inputs = {"paid": original.amount, "credited": moved, "of": original.of}
        exact = Fraction(original.amount) * Fraction(moved) / Fraction(original.of)
        return [self._line(LineKind.REFUND, exact, inputs, credit)]

    def _deal_cap(self, cap: Decimal, credit: Credit, lines: Sequence[Line]) -> list[Line]:
        earned = together(line.exact for line in lines)
        if earned <= cap:
            return []
        inputs = {"cap": cap, "earned": earned}
        return [self._line(LineKind.DEAL_CAP, together((cap, -earned)), inputs, credit)]

    def _held_back(self, left: Decimal, credit: Credit, lines: Sequence[Line]) -> Line:
        """Of what is paid for the deal, so that the budget is used to the last unit."""
        earned = sum((line.amount for line in lines), NOTHING)
        inputs = {"left": left, "earned": earned}
        return self._line(LineKind.BUDGET, min(left - earned, NOTHING), inputs, credit)

    def _line(
        self, kind: LineKind, exact: Exact, inputs: Inputs, credit: Credit, tier: int | None = None
    ) -> Line:
        amount = self.rounding.of(exact)
        return Line(self.component.key, kind, exact, inputs, credit.id, tier, amount)
