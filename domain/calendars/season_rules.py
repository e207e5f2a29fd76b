"""What a season may be, and how one is learned, from values alone."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from domain.errors import Invalid
from domain.shares import exact_weights, places_of, shares

PLACES = 6
"""Decimal places of a weight."""
MOST_WEIGHT = Decimal(10) ** 12
MOST_LEARNED = 10
"""From how many past years a season is learned at most."""


def sound_weights(weights: Sequence[Decimal], periods: Sequence[int]) -> list[Decimal]:
    """A weight for each period of a year, by their order; `periods` says how many each of the
    calendar's years has. Raises Invalid."""
    if {len(weights)} != set(periods):
        counts = " or ".join(map(str, sorted(set(periods))))
        raise Invalid(
            f"A year of this calendar has {counts} periods; these are {len(weights)} weights.",
            path=("weights",),
        )
    for at, weight in enumerate(weights):
        if not 0 <= weight < MOST_WEIGHT or places_of(weight) > PLACES:
            raise Invalid(
                "A weight is zero or more, with at most 12 digits before the point and 6 after it.",
                path=("weights", str(at)),
            )
    if not any(weights):
        raise Invalid("At least one weight is more than zero.", path=("weights",))
    return list(weights)


def sound_learning(years: int) -> int:
    """From how many past years a season is learned. Raises Invalid."""
    if not 1 <= years <= MOST_LEARNED:
        raise Invalid(f"A season is learned from 1 to {MOST_LEARNED} years.", path=("years",))
    return years


def years_to_learn_from(
    years: int, ended: Mapping[int, date], first_sale: date | None
) -> Sequence[int]:
    """The last fiscal years, of those that have ended (with the last day of each one's first
    period); the organisation's sales have to go back that far. Raises Invalid."""
    found = sorted(ended)[-years:]
    if len(found) < years:
        raise Invalid(
            f"Of this calendar's fiscal years only {len(found)} have ended.", path=("years",)
        )
    if first_sale is None:
        raise Invalid("Nothing was sold yet from which a season could be learned.", path=("years",))
    if first_sale > ended[found[0]]:
        raise Invalid(
            f"Fiscal year {found[0]} is not known whole: the first sale is of {first_sale}.",
            path=("years",),
        )
    return found


def learned_weights(sold: Sequence[Mapping[int, Decimal]]) -> list[Decimal]:
    """The part of a year's sales that falls to each of its periods, summing to 1 exactly: the mean
    over the years, so that a year of growth counts no more than another. What was sold in each
    period, by its number, for each year; where more was taken back than sold, nothing. Raises
    Invalid where a year sold nothing, or years differ in their periods."""
    numbers = set(sold[0])
    whole: dict[int, Fraction] = dict.fromkeys(sorted(numbers), Fraction(0))
    for year in sold:
        counted = {number: max(Fraction(amount), Fraction(0)) for number, amount in year.items()}
        if set(counted) != numbers:
            raise Invalid("These years do not have the same periods.", path=("years",))
        if not (total := sum(counted.values())):
            raise Invalid("In one of these years nothing was sold.", path=("years",))
        for number, amount in counted.items():
            whole[number] += amount / total
    return shares(Decimal(1), exact_weights(list(whole.values())), PLACES)
