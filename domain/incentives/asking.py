"""What if, and what for: answers on today's figures, by the same function that pays."""

from dataclasses import replace
from decimal import Decimal

from domain.errors import Invalid
from domain.incentives.calculating import calculated
from domain.incentives.cases import Case, Credit, Pay
from domain.incentives.linting import Oddity, linted

MOST = Decimal(10) ** 12
"""More than this nobody sells."""


class Unanswerable(Invalid):
    """The plan allows no answer to what has to be sold; the sentence says why."""


def with_deals(case: Case, *deals: Credit) -> Pay:
    """What the period would pay if these were sold as well. Raises Incalculable."""
    return calculated(replace(case, credits=(*case.credits, *deals)))


def deal_earning(case: Case, wanted: Decimal, like: Credit) -> Decimal:
    """The amount of the least deal, to the smallest unit of the plan's currency, with which the period
    pays at least what is wanted; nothing where it does already. The deal is like the one given, whose
    amount is 1 and whose margin and quantity stand to it as they will to the deal's.

    Raises Unanswerable where more sold may pay less, or nothing that can be sold pays so much.
    """
    if odd := [each for each in linted(case.plan) if each.oddity is Oddity.PAYS_LESS]:
        raise Unanswerable(f"The plan gives no answer: {odd[0].sentence}")

    def pays(amount: Decimal) -> Decimal:
        if not amount:
            return calculated(case).total
        deal = like._replace(
            amount=amount, margin=like.margin * amount, quantity=like.quantity * amount
        )
        return with_deals(case, deal).total

    unit = Decimal((0, (1,), -case.plan.rounding.places))
    if pays(Decimal(0)) >= wanted:
        return Decimal(0)
    most = Decimal(1)
    while pays(most) < wanted:
        most *= 8
        if most > MOST:
            raise Unanswerable(f"Nothing that can be sold in this period pays {wanted}.")
    least = Decimal(0)  # it pays too little, and `most` pays enough
    while most - least > unit:
        middle = ((least + most) / 2).quantize(unit)
        if pays(middle) < wanted:
            least = middle
        else:
            most = middle
    return most
