"""How a figure went after a note was written about it, beside peers who had been as far off: a
difference in differences (Angrist and Pischke, Mostly Harmless Econometrics, 2009, chapter 5).

Who is far off now is nearer to the middle next time, whatever anybody does: regression to the mean
(Galton, J. Anthropol. Inst. 15, 1886, 246-263). So what comes after a note is set against peers who were
at least half as far off, on the same side, over the same months; what they gained stands for what would
have come by itself. It does not stand for all of it where they were less far off (Daw and Hatfield,
Health Serv. Res. 53, 2018, 4138-4156). So it is said as a comparison, and never as proof.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from domain.gaps.exactly import precisely
from domain.gaps.facts import Facts
from domain.gaps.rules import LEAST_PEERS, Yardstick, median
from domain.gaps.student import distance_of

_CERTAINTY: Final = Decimal("0.05")
SOURCES: Final = (
    "Angrist and Pischke, Mostly Harmless Econometrics (2009), chapter 5: difference in differences.",
    "Galton, J. Anthropol. Inst. 15 (1886) 246-263: regression to the mean.",
    "Daw and Hatfield, Health Serv. Res. 53 (2018) 4138-4156: both together.",
    "Crawford and Howell, Clin. Neuropsychol. 12 (1998) 482-486: one person against a small sample.",
)
METHOD: Final = (
    "Own change - median of the peers' changes, of peers who were at least half as far off before, on the"
    " same side of their median. A rate changes by points, any other figure by the logarithm. The 95 %"
    " interval is Student's for one person against a small sample, by 1.4826 x the median of the distances of"
    " the peers' changes from their median, with two degrees of freedom for each five peers."
)


@dataclass(frozen=True, slots=True)
class Course:
    """One person's figure before and after."""

    before: Facts
    after: Facts

    @property
    @precisely
    def change(self) -> Decimal:
        return self.after.place - self.before.place

    @precisely
    def noise(self) -> Decimal:
        """What of the change is chance, as a variance."""
        return self.before.noise(self.before.place) + self.after.noise(self.after.place)


@dataclass(frozen=True, slots=True)
class Effect:
    """How a change compares, on the scale of the figure."""

    peers: int
    change: Decimal
    peers_change: Decimal
    difference: Decimal
    low: Decimal
    high: Decimal


@precisely
def as_far_off(own: Facts, peers: Sequence[Facts]) -> list[bool]:
    """Which of at least five peers stood at least half as far from their median as the person, on the
    same side."""
    centre = median([peer.place for peer in peers])
    apart = own.place - centre
    return [(peer.place - centre) * apart * 2 >= apart * apart for peer in peers]


@precisely
def effect(own: Course, peers: Sequence[Course]) -> Effect | None:
    """None where there are fewer than five peers, or more than half of them changed by the very
    same."""
    if len(peers) < LEAST_PEERS:
        return None
    changes = Yardstick.of([peer.change for peer in peers])
    if not changes.spread:
        return None
    by_chance = median([peer.noise() for peer in peers])
    between = max(changes.spread**2 - by_chance, Decimal(0))
    difference = own.change - changes.centre
    deviation = (between + own.noise()).sqrt() * changes.widened()
    reach = distance_of(_CERTAINTY, changes.freedom) * deviation
    return Effect(
        peers=len(peers),
        change=own.change,
        peers_change=changes.centre,
        difference=difference,
        low=difference - reach,
        high=difference + reach,
    )
