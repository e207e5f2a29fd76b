"""What is compared: five figures of selling, each with what a manager and a seller could talk about
where it stands far off."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum, unique
from typing import Final

from domain.gaps.counting import (
    LEAST_ENDED,
    LEAST_ORDERS,
    LEAST_SELLING_DAYS,
    LEAST_WON,
    Counted,
)
from domain.gaps.exactly import precisely
from domain.gaps.facts import Facts
from domain.gaps.rules import LEAST_PEERS, median


@unique
class GapMeasure(StrEnum):
    CONVERSION = "conversion"
    CYCLE = "cycle"
    MIX = "mix"
    DEAL_SIZE = "deal_size"
    PACE = "pace"


@unique
class GapUnit(StrEnum):
    """What a figure is in."""

    RATE = "rate"
    DAYS = "days"
    MONEY = "money"


@dataclass(frozen=True, slots=True)
class Compared:
    """One figure that is compared: how it is called in a sentence, what it is made of, and when it is a good one."""

    name: str
    unit: GapUnit
    by_logarithm: bool
    higher_is_better: bool
    least: int
    fact: tuple[str, str]
    """What it takes enough of: one, and several."""
    facts: Callable[[Counted], Facts | None]
    number: Callable[[Counted], int]
    topic: str
    formula: str

    @precisely
    def shown(self, place: Decimal) -> Decimal:
        """The figure itself, from where it stands on its scale."""
        return place.exp() if self.by_logarithm else place


_MEAN = (
    " Compared by the logarithm, on which half and twice are as far away. Its interval is Student's for a"
    " mean, 95 %."
)
MEASURES: Final[Mapping[GapMeasure, Compared]] = {
    GapMeasure.CONVERSION: Compared(
        name="conversion",
        unit=GapUnit.RATE,
        by_logarithm=False,
        higher_is_better=True,
        least=LEAST_ENDED,
        fact=("opportunity that ended", "opportunities that ended"),
        facts=lambda each: each.conversion,
        number=lambda each: each.ended,
        topic="Qualifying and closing: which opportunities are lost, at which point, and why.",
        formula="Opportunities won / opportunities that ended (won or lost) on the days. Its interval is"
        " Wilson's for a share, 95 %.",
    ),
    GapMeasure.CYCLE: Compared(
        name="cycle",
        unit=GapUnit.DAYS,
        by_logarithm=True,
        higher_is_better=False,
        least=LEAST_WON,
        fact=("opportunity that was won", "opportunities that were won"),
        facts=lambda each: each.cycle,
        number=lambda each: each.won,
        topic="Next steps: where opportunities that are won in the end wait, and for whose decision.",
        formula="Mean of the days from opened to won, at least one each, of opportunities won on the days."
        + _MEAN,
    ),
    GapMeasure.DEAL_SIZE: Compared(
        name="deal size",
        unit=GapUnit.MONEY,
        by_logarithm=True,
        higher_is_better=True,
        least=LEAST_ORDERS,
        fact=("order", "orders"),
        facts=lambda each: each.deal_size,
        number=lambda each: each.orders,
        topic="The size of orders: what else the customer needs, and what is given away in price.",
        formula="Mean of the orders sold on the days, each the sum of its lines in the organisation's"
        " currency." + _MEAN,
    ),
    GapMeasure.PACE: Compared(
        name="pace against the year before",
        unit=GapUnit.RATE,
        by_logarithm=True,
        higher_is_better=True,
        least=LEAST_SELLING_DAYS,
        fact=("day with sales both now and a year before", "days with sales both now and a year before"),
        facts=lambda each: each.pace,
        number=lambda each: each.selling_days,
        topic="Activity and what is in the pipeline: what is different from a year ago.",
        formula="Revenue a day / revenue a day in the same months a year before." + _MEAN,
    ),
}  # fmt: skip
_SHARE_FORMULA: Final = (
    "Revenue of the category / all revenue on the days, in the organisation's currency. Its interval is"
    " Student's for a ratio of sums over orders, 95 %."
)
MOST_CATEGORIES: Final = 6
_LEAST_SHARE: Final = Decimal("0.05")


def mix_of(category: str) -> Compared:
    """The share of one category in what somebody sells."""
    return Compared(
        name=f"share of {category}",
        unit=GapUnit.RATE,
        by_logarithm=False,
        higher_is_better=True,
        least=LEAST_ORDERS,
        fact=("order", "orders"),
        facts=lambda each: each.share(category),
        number=lambda each: each.orders,
        topic=f"Selling {category}: knowing which customer needs it, and when.",
        formula=_SHARE_FORMULA,
    )


def categories_of(peers: Sequence[Counted]) -> Iterator[str]:
    """The categories that make up at least a twentieth of what the peer in the middle sells, and not
    nearly everything, at most six; by name. Of fewer than five peers none."""
    sellers = [peer for peer in peers if peer.nothing is not None]
    if len(sellers) < LEAST_PEERS:
        return
    names = {name for peer in sellers for name in peer.shares if name}
    middle = {}
    for name in names:
        places = [share.place for peer in sellers if (share := peer.share(name)) is not None]
        middle[name] = median(places)
    large = [name for name in names if _LEAST_SHARE <= middle[name] <= 1 - _LEAST_SHARE]
    yield from sorted(sorted(large, key=lambda name: (-middle[name], name))[:MOST_CATEGORIES])


def compared_by(measure: GapMeasure, category: str) -> Compared:
    """How a figure is compared; a share by its category."""
    return mix_of(category) if measure is GapMeasure.MIX else MEASURES[measure]
