"""A budget that the deals of all payees of a plan share: in their order, until it is used up.

The order comes from the deals themselves: by day, on one day by what they are called. So a deal that
comes later never takes from one that came before it, whoever is worked out first.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

from domain.incentives.cases import Credit, Incalculable, Paid
from domain.incentives.choosing import facts_of
from domain.incentives.commissions import Rated
from domain.incentives.exact import EXACT, NOTHING
from domain.incentives.grids import Cell
from domain.incentives.tables import RateTable
from domain.incentives.terms import Commission, Component, Plan, Span

P = TypeVar("P", bound=Hashable)


def span_of(plan: Plan, component: Component) -> Span:
    """Over what a budget holds: over that of the measure; over a year, where that is each deal."""
    assert isinstance(component.earns, Commission)  # as was checked
    over = plan.measure(component.earns.measure).over
    return Span.YEAR if over is Span.DEAL else over


def held_back(
    plan: Plan, component: Component, deals: Iterable[tuple[P, Credit]], budget: Decimal
) -> dict[P, dict[UUID, Decimal]]:
    """What is left of a budget before each of the deals that come to more than that, of all the deals
    of its span that count for the component. What a refund takes back of them is left again."""
    rated, left = _rated(plan, component), budget
    totals: dict[P, Decimal] = {}
    paid: dict[tuple[str, UUID], Paid] = {}
    found: dict[P, dict[UUID, Decimal]] = {}
    for payee, credit in sorted(deals, key=_order):
        at = replace(rated, opening=totals.get(payee, NOTHING))
        try:
            earned, of_it = _earned(at, credit, paid)
        except Incalculable:
            continue  # it takes back what another budget paid
        if earned > left:
            found.setdefault(payee, {})[credit.id] = left
            earned, of_it = _earned(replace(at, left={credit.id: left}), credit, paid)
        left = EXACT.subtract(left, earned)
        paid |= of_it
        moved: Decimal = getattr(credit, at.measure.of)
        totals[payee] = EXACT.add(at.opening, moved)
    return found


def _earned(
    rated: Rated, credit: Credit, paid: Mapping[tuple[str, UUID], Paid]
) -> tuple[Decimal, Mapping[tuple[str, UUID], Paid]]:
    lines, of_it = rated.deals([credit], paid, {credit.id})
    return sum((line.amount for line in lines), NOTHING), of_it


def _rated(plan: Plan, component: Component) -> Rated:
    earns = component.earns
    assert isinstance(earns, Commission)  # as was checked
    factor = Decimal(1) if earns.base_rate is None else earns.base_rate
    measure = plan.measure(earns.measure)
    return Rated(component, earns, measure, _cells(earns), factor, plan.rounding, NOTHING)


def _cells(earns: Commission) -> Callable[[Credit], Cell]:
    grid = earns.table
    if isinstance(grid, RateTable):
        only = Cell("", grid)
        return lambda credit: only
    return lambda credit: grid.cell(facts_of(credit))


def _order(sold: tuple[P, Credit]) -> tuple[date, bool, str, Decimal, str]:
    """As each payee's deals are ordered; of a deal that several share, the larger share first."""
    payee, credit = sold
    return credit.on, credit.reverses is not None, credit.order, -credit.amount, str(payee)
