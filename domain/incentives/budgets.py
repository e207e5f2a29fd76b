"""A budget that the deals of all payees of a plan share: in their order, until it is used up.

The order comes from the deals themselves: by day, on one day by what they are called. So a deal that
comes later never takes from one that came before it, whoever is worked out first.
"""

from collections.abc import Callable, Hashable, Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from operator import attrgetter
from typing import NamedTuple, TypeVar
from uuid import UUID

from domain.incentives.cases import Credit, Line, Paid
from domain.incentives.choosing import facts_of
from domain.incentives.commissions import Rated
from domain.incentives.exact import EXACT, NOTHING, Exact, together
from domain.incentives.grids import Cell
from domain.incentives.rounding import Rounding
from domain.incentives.tables import RateTable
from domain.incentives.terms import Commission, Component, Plan, Span

P = TypeVar("P", bound=Hashable)


def span_of(plan: Plan, component: Component) -> Span:
    """Over what a budget holds: over that of the measure; over a year, where that is each deal."""
    assert isinstance(component.earns, Commission)  # as was checked
    over = plan.measure(component.earns.measure).over
    return Span.YEAR if over is Span.DEAL else over


class Earned(NamedTuple):
    """What a deal is paid, exactly and in whole units, and for how much of what counts."""

    of: Decimal
    exact: Exact
    payable: Decimal


def held_back(
    plan: Plan, component: Component, deals: Iterable[tuple[P, Credit]], budget: Decimal
) -> dict[P, dict[UUID, Decimal]]:
    """What is left of a budget before each of the deals that come to more than that, of all the deals
    of its span that count for the component. What a refund takes back of them is left again."""
    sold = sorted(deals, key=_order)
    earned = _earned(_rated(plan, component), sold)
    left = budget
    paid: dict[UUID, Earned] = {}
    found: dict[P, dict[UUID, Decimal]] = {}
    for payee, credit in sold:
        each = earned[credit.id]
        if credit.reverses is not None:
            original = paid.get(credit.reverses)
            if original is None or not original.of:
                continue  # it takes back what another budget paid, or nothing
            each = _taken_back(original, each.of, plan.rounding)
        if each.payable > left:
            found.setdefault(payee, {})[credit.id] = left
            each = Earned(each.of, together((each.exact, left, -each.payable)), left)
        paid[credit.id] = each
        left = EXACT.subtract(left, each.payable)
    return found


def _earned(rated: Rated, sold: Iterable[tuple[P, Credit]]) -> dict[UUID, Earned]:
    """What each deal would be paid were there no budget. Refunds move totals, and what they take back
    is another matter."""
    theirs: dict[P, list[Credit]] = {}
    for payee, credit in sold:
        theirs.setdefault(payee, []).append(credit)
    found: dict[UUID, Earned] = {}
    key, figure = rated.component.key, attrgetter(rated.measure.of)
    for credits in theirs.values():
        credits.sort(key=_place)
        taken_back = {each.reverses for each in credits if each.reverses is not None}
        unknown = dict.fromkeys(((key, each) for each in taken_back), Paid(NOTHING, NOTHING))
        lines, _ = rated.deals(credits, unknown, frozenset())
        parts: dict[UUID | None, list[Line]] = {}
        for line in lines:
            parts.setdefault(line.credit, []).append(line)
        for credit in credits:
            of_it = parts.get(credit.id, ())
            exact = together(line.exact for line in of_it)
            payable = sum((line.amount for line in of_it), NOTHING)
            found[credit.id] = Earned(figure(credit), exact, payable)
    return found


def _taken_back(original: Earned, moved: Decimal, rounding: Rounding) -> Earned:
    """The same part of what the original was paid."""
    exact = Fraction(original.exact) * Fraction(moved) / Fraction(original.of)
    return Earned(moved, exact, rounding.of(exact))


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


def _place(credit: Credit) -> tuple[date, bool, str, UUID]:
    """As the deals of a payee's case are ordered."""
    return credit.on, credit.reverses is not None, credit.order, credit.id


def _order(sold: tuple[P, Credit]) -> tuple[date, bool, str, Decimal, str, UUID]:
    """By day and by name; of a deal that several share, the larger share first."""
    payee, credit = sold
    is_refund = credit.reverses is not None
    return credit.on, is_refund, credit.order, -credit.amount, str(payee), credit.id
