"""One payee's pay for one period: values in, lines out.

The same function serves the run over everybody, what-if, recalculation and the explanation. It
reads no clock and no database, and it puts credits in an order of its own, so neither the order nor
the batches in which they arrived can change a cent.
"""

from collections.abc import Callable, Iterator, Sequence, Set
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import reduce
from operator import attrgetter
from uuid import UUID

from domain.errors import Invalid
from domain.incentives.cases import (
    Case,
    Credit,
    Incalculable,
    Inputs,
    Line,
    LineKind,
    Opening,
    Outcome,
    Paid,
    Pay,
)
from domain.incentives.choosing import chosen, facts_of
from domain.incentives.commissions import Rated
from domain.incentives.exact import EXACT, NOTHING, Exact, divided, together
from domain.incentives.formulas import Asked, Undefined, Value, evaluated
from domain.incentives.grids import Cell
from domain.incentives.ranking import prize
from domain.incentives.rounding import Point, rounded_half_away
from domain.incentives.tables import RateTable
from domain.incentives.terms import (
    OF_A_MEASURE,
    Bonus,
    Commission,
    Component,
    Measured,
    Objectives,
    Rank,
    Scale,
    Span,
    Worked,
)

ZERO, ONE = Fraction(0), Fraction(1)
MOST = Decimal(10) ** 15
"""Less than this is paid: nobody earns more, and no more can be kept."""


def calculated(case: Case, later: Set[UUID] = frozenset()) -> Pay:
    """What this payee earns in this period, and how; of deals that are taken back `later` also what
    they were paid. Raises Incalculable, which names the rule and the fact, where it cannot be said."""
    return _Calculation(case, later).pay()


class _Calculation:
    """A case, and what has been worked out of it so far."""

    def __init__(self, case: Case, later: Set[UUID]) -> None:
        self._case = case
        self._later = later
        self._plan = case.plan
        in_order = sorted(case.credits, key=_place)
        self._chosen = {each.key: chosen(case.plan, each, in_order) for each in case.plan.measures}
        self._totals = {each.key: self._total(each) for each in case.plan.measures}
        self._amounts: dict[str, Decimal] = {}
        self._paid: dict[tuple[str, UUID], Paid] = {}

    def pay(self) -> Pay:
        lines: list[Line] = []
        outcomes: list[Outcome] = []
        for component in self._plan.order:
            try:
                found, outcome = self._component(component)
            except Undefined as undefined:
                raise Incalculable(component.key, undefined.message) from None
            lines += found
            outcomes.append(outcome)
            _payable(component.key, outcome.amount)
        total = sum((each.amount for each in outcomes), NOTHING)
        if outcomes:
            _payable(max(outcomes, key=lambda each: abs(each.amount)).component, total)
        if self._plan.cap is not None and total > self._plan.cap:
            lines.append(self._plan_cap(total, self._plan.cap))
            total = self._plan.cap
        return Pay(total, tuple(outcomes), tuple(lines), self._totals, self._paid)

    def _plan_cap(self, total: Decimal, cap: Decimal) -> Line:
        inputs: Inputs = {"cap": cap, "earned": total}
        exact = cap - total
        return Line("", LineKind.PLAN_CAP, exact, inputs, amount=self._plan.rounding.of(exact))

    # What is measured

    def _total(self, measure: Measured) -> Decimal:
        """What a measure has reached by the end of the period."""
        moved = map(attrgetter(measure.of), self._chosen[measure.key])
        return reduce(EXACT.add, moved, self._opening_total(measure))

    def _opening_total(self, measure: Measured) -> Decimal:
        if measure.over in (Span.DEAL, Span.PERIOD):
            return NOTHING
        return self._case.totals.get(measure.key, NOTHING)

    # What a component earns

    def _component(self, component: Component) -> tuple[list[Line], Outcome]:
        opening = self._opening(component)
        lines = list(self._earned(component, opening))
        reason = None if lines else self._reason(component)
        raw = opening.raw + Fraction(together(line.exact for line in lines))

        factor = self._factor(component)
        multiplied = raw * (factor - 1)
        capped = ZERO
        if component.cap is not None:
            capped = min(Fraction(component.cap) - raw - multiplied, ZERO)
        is_open, said = self._gate(component)
        gated = ZERO if is_open else -(raw + multiplied + capped)
        closing = Opening(raw, multiplied, capped, gated)

        lines += self._modified(component, opening, closing, factor, is_open)
        if self._plan.rounding.point is Point.COMPONENT:
            lines = self._rounded_together(lines)
        amount = sum((line.amount for line in lines), NOTHING)
        pending = NOTHING
        if self._waits(component):
            pending, amount, lines, closing = amount, NOTHING, [], opening
            reason = f"It is paid when the {self._span(component)} is over."
        elif not is_open:
            reason = said
        elif not amount and reason is None:
            reason = "What was sold comes to nothing by its rates."
        self._amounts[component.key] = amount
        return lines, Outcome(
            component.key, amount, reason if not amount else None, pending, closing
        )

    def _earned(self, component: Component, opening: Opening) -> Iterator[Line]:
        match component.earns:
            case Commission() as commission:
                yield from self._commission(component, commission)
            case Bonus() as bonus:
                yield from self._bonus(component, bonus, opening)
            case Objectives() as objectives:
                yield from self._objectives(component, objectives)
            case Rank() as rank:
                yield from self._rank(component, rank, opening)
            case Worked():
                yield self._worked(component)

    def _commission(self, component: Component, commission: Commission) -> Sequence[Line]:
        measure = self._plan.measure(commission.measure)
        rated = Rated(
            component,
            commission,
            measure,
            self._cells(component, commission, measure),
            self._base_rate(component, commission, measure),
            self._plan.rounding,
            self._opening_total(measure),
            self._case.left(component.key),
        )
        deals = self._chosen[measure.key]
        originals = {**self._unpaid(component, deals), **self._case.originals}
        lines, paid = rated.deals(deals, originals, self._later)
        self._paid |= paid
        return lines

    def _unpaid(
        self, component: Component, deals: Sequence[Credit]
    ) -> dict[tuple[str, UUID], Paid]:
        """Deals of the period that are taken back, and do not count for what takes them back."""
        taken_back = {each.reverses for each in deals if each.reverses is not None}
        here = (
            {each.id for each in self._case.credits if each.id in taken_back} if taken_back else ()
        )
        unpaid = set(here) - {each.id for each in deals}
        return {(component.key, id): Paid(NOTHING, NOTHING) for id in unpaid}

    def _bonus(self, component: Component, bonus: Bonus, opening: Opening) -> Iterator[Line]:
        """The curve's part of the target amount, less what it came to in earlier periods."""
        measure = self._plan.measure(bonus.measure)
        curve = self._table(component, bonus.curve, Scale.QUOTA, measure)
        pays = Fraction(curve.earned(self._totals[measure.key]))
        target, part = Fraction(self._target(measure)), Fraction(bonus.part)
        inputs: Inputs = {"target": target, "part": part, "pays": pays, "before": opening.raw}
        exact = target * part * pays - opening.raw
        tier = curve.tier_at(self._totals[measure.key])
        yield self._line(component, LineKind.BONUS, exact, inputs, tier=tier)

    def _objectives(self, component: Component, objectives: Objectives) -> Iterator[Line]:
        if not self._case.scores:
            return
        score = sum(
            (Fraction(each.weight) * Fraction(each.score) for each in self._case.scores), ZERO
        )
        target, part = Fraction(self._case.target_incentive), Fraction(objectives.part)
        inputs: Inputs = {"target": target, "part": part, "score": score}
        yield self._line(component, LineKind.OBJECTIVES, target * part * score, inputs)

    def _rank(self, component: Component, rank: Rank, opening: Opening) -> Iterator[Line]:
        """What the place pays, less what it came to in earlier periods."""
        place = self._case.places.get(component.key)
        if place is None or place.number > len(rank.pays):
            if not opening.raw:
                return
            pays, among, number = NOTHING, 1, 0
        else:
            pays, among = prize(rank.pays, place, rank.ties)
            number = place.number
        inputs: Inputs = {
            "place": Fraction(number), "pays": pays, "among": Fraction(among), "before": opening.raw
        }  # fmt: skip
        yield self._line(component, LineKind.RANK, Fraction(pays) / among - opening.raw, inputs)

    def _worked(self, component: Component) -> Line:
        inputs: dict[str, Value] = {}
        exact = self._value(component, "formula", inputs)
        assert isinstance(exact, Fraction)  # money, as was checked
        return self._line(component, LineKind.FORMULA, exact, inputs)

    # What of it holds

    def _factor(self, component: Component) -> Fraction:
        if component.multiplier is None:
            return ONE
        factor = self._value(component, "multiplier", {})
        assert isinstance(factor, Fraction)  # a number, as was checked
        return factor

    def _gate(self, component: Component) -> tuple[bool, str | None]:
        """Whether it is open, and what to say where it is not."""
        if component.gate is None:
            return True, None
        inputs: dict[str, Value] = {}
        if self._value(component, "gate", inputs):
            return True, None
        said = ", ".join(f"{name} is {_shown(value)}" for name, value in inputs.items())
        return False, f"It pays where {component.gate}; {said}."

    def _value(self, component: Component, part: str, inputs: dict[str, Value]) -> Value:
        """What a formula comes to; `inputs` learns the facts it asked for."""

        def fact(asked: Asked) -> Value | None:
            value = self._fact(asked)
            if value is not None:
                inputs[str(asked)] = value
            return value

        return evaluated(self._plan.formulas[component.key, part].node, fact)

    def _fact(self, asked: Asked) -> Value | None:
        of, quotas = asked.of, self._case.quotas
        match asked.name:
            case "credited" if of:
                return Fraction(self._totals[of])
            case "quota" if of:
                return Fraction(quotas[of]) if of in quotas else None
            case "attainment" if of:
                quota = quotas.get(of)
                return Fraction(self._totals[of]) / Fraction(quota) if quota else None
            case "component" if of:
                return Fraction(self._amounts[of])
            case "target_incentive":
                return Fraction(self._case.target_incentive)
            case "period.starts_on":
                return self._case.starts_on
            case "period.ends_on":
                return self._case.ends_on
            case name:
                return self._case.facts.get(name)

    # Its settings

    def _opening(self, component: Component) -> Opening:
        if self._span(component) in (Span.DEAL, Span.PERIOD):
            return Opening()
        return self._case.openings.get(component.key, Opening())

    def _span(self, component: Component) -> Span:
        if isinstance(component.earns, OF_A_MEASURE):
            return self._plan.measure(component.earns.measure).over
        return Span.PERIOD

    def _waits(self, component: Component) -> bool:
        earns = component.earns
        return (
            isinstance(earns, Bonus | Rank)
            and earns.at_end
            and self._span(component) not in (*self._case.ends, Span.PERIOD)
        )

    def _cells(
        self, component: Component, commission: Commission, measure: Measured
    ) -> Callable[[Credit], Cell]:
        """By which table a deal is paid: all by the same, or each by that of its cell."""
        grid = commission.table
        if isinstance(grid, RateTable):
            only = Cell("", self._table(component, grid, commission.scale, measure))
            return lambda credit: only
        scaled: dict[int, Cell] = {}

        def cell(credit: Credit) -> Cell:
            found = grid.cell(facts_of(credit))
            if id(found) not in scaled:  # two cells may have one name
                table = self._table(component, found.table, commission.scale, measure)
                scaled[id(found)] = Cell(found.name, table)
            return scaled[id(found)]

        return cell

    def _table(
        self, component: Component, table: RateTable, scale: Scale, measure: Measured
    ) -> RateTable:
        if scale is Scale.TOTAL:
            return table
        quota = self._quota(component, measure)
        try:
            return table.scaled(quota)
        except Invalid as refused:
            raise Incalculable(component.key, refused.message) from None

    def _quota(self, component: Component, measure: Measured) -> Decimal:
        quota = self._case.quotas.get(measure.key)
        if quota is None:
            raise Incalculable(component.key, f"there is no quota for {measure.key}.")
        return quota

    def _target(self, measure: Measured) -> Exact:
        """The target incentive of the measure's span."""
        return self._case.span_targets.get(measure.over, self._case.target_incentive)

    def _base_rate(self, component: Component, commission: Commission, measure: Measured) -> Exact:
        if commission.derived_rate:
            quota = self._quota(component, measure)
            if quota <= 0:
                raise Incalculable(component.key, f"the quota for {measure.key} is not above zero.")
            return divided(self._target(measure), quota)
        return Decimal(1) if commission.base_rate is None else commission.base_rate

    def _reason(self, component: Component) -> str | None:
        """Why there is not a single line; None where deals counted, and came to none."""
        earns = component.earns
        if isinstance(earns, Objectives):
            return "No goal that counts for it is closed with a score."
        if isinstance(earns, Rank):
            return f"It pays the first {len(earns.pays)}, and this payee is not among them."
        if not isinstance(earns, Commission) or not self._chosen[earns.measure]:
            return "Nothing that counts for it was credited in the period."
        if isinstance(earns.table, RateTable) and earns.table.threshold is not None:
            measure, total = self._plan.measure(earns.measure), self._totals[earns.measure]
            threshold = self._table(component, earns.table, earns.scale, measure).threshold
            if threshold is not None and total <= threshold:
                return f"Nothing is paid below {threshold:f}; what counts comes to {total:f}."
        return None

    def _line(
        self,
        component: Component,
        kind: LineKind,
        exact: Exact,
        inputs: Inputs,
        tier: int | None = None,
    ) -> Line:
        amount = self._plan.rounding.of(exact)
        return Line(component.key, kind, exact, inputs, None, tier, amount)

    def _rounded_together(self, lines: Sequence[Line]) -> list[Line]:
        amounts = self._plan.rounding.parts([line.exact for line in lines])
        return [line._replace(amount=amount) for line, amount in zip(lines, amounts, strict=True)]

    def _modified(
        self,
        component: Component,
        opening: Opening,
        closing: Opening,
        factor: Fraction,
        is_open: bool,
    ) -> Iterator[Line]:
        """What multiplier, cap and gate change: of the whole span, less what they changed before."""
        inputs: Inputs
        earned = closing.raw
        if closing.multiplied != opening.multiplied:
            exact = closing.multiplied - opening.multiplied
            inputs = {"earned": earned, "multiplier": factor, "before": opening.multiplied}
            yield self._line(component, LineKind.MULTIPLIER, exact, inputs)
        earned += closing.multiplied
        if closing.capped != opening.capped:
            exact = closing.capped - opening.capped
            cap = component.cap or Decimal(0)
            inputs = {"cap": cap, "earned": earned, "before": opening.capped}
            yield self._line(component, LineKind.CAP, exact, inputs)
        earned += closing.capped
        if closing.gated != opening.gated:
            exact = closing.gated - opening.gated
            inputs = {"open": is_open, "earned": earned, "before": opening.gated}
            yield self._line(component, LineKind.GATE, exact, inputs)


def _payable(component: str, amount: Decimal) -> None:
    """Raises Incalculable for more than can be kept, as where a quantity has a few noughts too many."""
    if abs(amount) >= MOST:
        raise Incalculable(component, "it comes to an amount of more than 15 digits.")


def _place(credit: Credit) -> tuple[date, bool, str]:
    """By day; on one day what is taken back comes after what was sold."""
    return credit.on, credit.reverses is not None, credit.order


def _shown(value: Value) -> str:
    """A fact in a sentence; what cannot be written out is shown to four places."""
    if isinstance(value, Fraction) and value.denominator != 1:
        return str(rounded_half_away(value, 4))
    return str(value)
