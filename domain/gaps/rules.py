"""How far somebody stands from their peers, decided from values alone.

The peers are summed up by their median and the median of their distances from it, times 1.4826, the
yardstick of Hampel (J. Amer. Stat. Assoc. 69, 1974, 383-393): one odd peer, or two, moves neither.
What of that spread is luck is taken off, by the method of moments; what is left is how much peers
differ in truth. By both, the person's figure is drawn towards the peers' median, the more the fewer
facts it has (Efron and Morris, J. Amer. Stat. Assoc. 70, 1975, 311-319); for a rate this is what the
beta-binomial gives. Whether they stand far is judged as for one person against a small sample
(Crawford and Howell, Clin. Neuropsychol. 12, 1998, 482-486), with the degrees of freedom that a median
and its distances are worth, and over several measures at once by the rule of Benjamini and Hochberg
(J. R. Stat. Soc. B 57, 1995, 289-300).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from domain.gaps.exactly import precisely
from domain.gaps.facts import Facts
from domain.gaps.student import chance_as_far

LEAST_PEERS: Final = 5
FALSE_ALARMS: Final = Decimal("0.1")
"""Of what is called far, at most so much is expected to be nothing."""
_HALF_PI: Final = Decimal("1.570796326794896619231321691639751442099")
_TO_DEVIATION: Final = Decimal("1.4826")
# What brings a few normal values' median of distances to their deviation (Croux and Rousseeuw,
# Computational Statistics 1, 1992, 411-428).
_OF_FEW: Final = {5: Decimal("1.206"), 6: Decimal("1.200"), 7: Decimal("1.140"), 8: Decimal("1.129"),
                  9: Decimal("1.107")}  # fmt: skip
_OF_MORE: Final = Decimal("0.8")


@dataclass(frozen=True, slots=True)
class Yardstick:
    """The middle of at least five values, and their spread around it; zero where more than half of
    them are the same."""

    number: int
    centre: Decimal
    spread: Decimal

    @classmethod
    @precisely
    def of(cls, values: Sequence[Decimal]) -> "Yardstick":
        number = len(values)
        if number < LEAST_PEERS:
            raise ValueError("Fewer than five values tell too much of each.")
        centre = median(values)
        few = _OF_FEW.get(number) or number / (number - _OF_MORE)
        apart = median([abs(value - centre) for value in values])
        return cls(number, centre, few * _TO_DEVIATION * apart)

    @property
    def freedom(self) -> int:
        """Two for each five values: so much a median of distances knows of a deviation. With it the
        false alarms are as many as said, or fewer, from five values to any number."""
        return 2 * (self.number // LEAST_PEERS)

    @precisely
    def widened(self) -> Decimal:
        """By how much a distance has to be divided, since the median is itself one of a sample's."""
        return (1 + _HALF_PI / self.number).sqrt()


@dataclass(frozen=True, slots=True)
class Standing:
    """Where somebody stands among their peers, all on the scale of the figure."""

    place: Decimal
    peers: Yardstick
    between: Decimal
    """How much peers differ in truth, as a variance; zero where chance explains it all."""
    noise: Decimal
    distance: Decimal
    shrunken: Decimal
    chance: Decimal
    """How likely somebody like the peers stands so far away."""


@precisely
def standing(own: Facts, peers: Sequence[Facts]) -> Standing | None:
    """None where more than half of the peers have the same figure, so that there is nothing to measure
    by."""
    yardstick = Yardstick.of([peer.place for peer in peers])
    if not yardstick.spread:
        return None
    centre = yardstick.centre
    by_chance = median([peer.noise(centre) for peer in peers])
    between = max(yardstick.spread**2 - by_chance, Decimal(0))
    noise = own.noise(centre)
    apart = own.place - centre
    distance = apart / (between + noise or yardstick.spread**2).sqrt()
    kept = between / (between + noise) if between else Decimal(0)
    return Standing(
        place=own.place,
        peers=yardstick,
        between=between,
        noise=noise,
        distance=distance,
        shrunken=centre + kept * apart,
        chance=chance_as_far(abs(distance) / yardstick.widened(), yardstick.freedom),
    )


@precisely
def far(chances: Sequence[Decimal]) -> list[bool]:
    """Which of several stand far, by the rule of Benjamini and Hochberg: those with the k smallest
    chances, for the greatest k at which the k-th is at most k / number x `FALSE_ALARMS`."""
    ranked = sorted(chances)
    limit = Decimal(-1)
    for place, chance in enumerate(ranked, 1):
        if chance * len(ranked) <= place * FALSE_ALARMS:
            limit = chance
    return [chance <= limit for chance in chances]


def median(values: Sequence[Decimal]) -> Decimal:
    """The value in the middle, or the mean of the two."""
    ranked, number = sorted(values), len(values)
    return (ranked[(number - 1) // 2] + ranked[number // 2]) / 2
