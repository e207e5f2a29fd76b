"""What if, and what for: answers on today's figures, by the same function that pays."""

from collections.abc import Callable
from decimal import ROUND_CEILING, Decimal

from domain.errors import Invalid
from domain.incentives.linting import Oddity, linted
from domain.incentives.terms import Plan

MOST = Decimal(10) ** 12
"""More than this nobody sells."""
HALF = Decimal("0.5")


class Unanswerable(Invalid):
    """The plan allows no answer to what has to be sold; the sentence says why."""


def deal_earning(plan: Plan, wanted: Decimal, pays: Callable[[Decimal], Decimal]) -> Decimal:
    """The amount of the least deal, to the smallest unit of the plan's currency, with which a period
    pays at least what is wanted; nothing where it does already. `pays` says what it pays with a deal of
    an amount, zero for none.

    Raises Unanswerable where more sold may pay less, or nothing that can be sold pays so much.
    """
    if odd := [each for each in linted(plan) if each.oddity is Oddity.PAYS_LESS]:
        raise Unanswerable(f"The plan gives no answer: {odd[0].sentence}")

    unit = Decimal((0, (1,), -plan.rounding.places))
    least, too_little = Decimal(0), pays(Decimal(0))
    if too_little >= wanted:
        return Decimal(0)
    most = max(wanted.quantize(unit, ROUND_CEILING), unit)  # few deals pay more than they come to
    while (enough := pays(most)) < wanted:
        least, too_little, most = most, enough, most * 8
        if most > MOST:
            raise Unanswerable(f"Nothing that can be sold in this period pays {wanted}.")
    # `least` pays too little and `most` enough. Pay runs straight for long stretches, so the straight
    # line between the two is tried in turns with their middle, which is halfway whatever runs there.
    is_straight = True
    while most - least > unit:
        way = (wanted - too_little) / (enough - too_little) if is_straight else HALF
        tried = (least + (most - least) * way).quantize(unit, ROUND_CEILING)
        tried = min(max(tried, least + unit), most - unit)
        if (paid := pays(tried)) < wanted:
            least, too_little = tried, paid
        else:
            most, enough = tried, paid
            if is_straight and most - least > unit and pays(most - unit) < wanted:
                return most
        is_straight = not is_straight
    return most
