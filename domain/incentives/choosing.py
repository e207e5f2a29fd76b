"""Which credits count for a measure, and what is known of each."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from domain.incentives.cases import Credit, Incalculable
from domain.incentives.formulas import Undefined, Value, evaluated
from domain.incentives.terms import Measured, Plan


def chosen(plan: Plan, measure: Measured, credits: Sequence[Credit]) -> list[Credit]:
    """The credits that count for a measure. Raises Incalculable where that cannot be said."""
    found = [each for each in credits if _counts(measure, each)]
    if (measure.key, "where") in plan.formulas:
        found = [each for each in found if _holds(plan, measure, each)]
    return found


def _counts(measure: Measured, credit: Credit) -> bool:
    """Whether a credit is one of those that a measure adds up, as far as its condition goes."""
    return (
        credit.event is measure.event
        and measure.counts_for in credit.counts_for
        and (not measure.kinds or credit.kind in measure.kinds)
        and (measure.first_day is None or credit.on >= measure.first_day)
        and (measure.last_day is None or credit.on <= measure.last_day)
    )


def _holds(plan: Plan, measure: Measured, credit: Credit) -> bool:
    formula = plan.formulas[measure.key, "where"]
    facts = facts_of(credit)
    try:
        return bool(evaluated(formula.node, lambda asked: facts.get(asked.name)))
    except Undefined as undefined:
        what = f"of the deal {credit.order}, {undefined.message}"
        raise Incalculable(measure.key, what) from None


def facts_of(credit: Credit) -> Mapping[str, Value]:
    """What formulas and grids may ask of a deal."""
    return {
        "deal.sold_on": credit.on,
        **credit.facts,
        "deal.amount": Fraction(credit.amount),
        "deal.margin": Fraction(credit.margin),
        "deal.quantity": Fraction(credit.quantity),
        "deal.on": credit.on,
        "credit.kind": credit.kind.value,
        "credit.share": Fraction(credit.share),
    }
