"""The page that explains gaps says what is worked out."""

from decimal import Decimal
from pathlib import Path

from domain.gaps.effects import SOURCES as OF_EFFECTS
from domain.gaps.facts import Rate
from domain.gaps.finding import SOURCES
from domain.gaps.rules import standing
from tests.domain.gaps.selling import WON

PAGE = " ".join(
    (Path(__file__).parents[3] / "docs" / "gaps.md").read_text(encoding="utf-8").split()
)


def test_the_numbers_of_its_example_are_those_of_the_rules() -> None:
    found = standing(Rate(8, 80), [Rate(won, 80) for won in WON])
    few = standing(Rate(1, 10), [Rate(won, 80) for won in WON])
    assert found is not None
    assert few is not None
    low, high = Rate(8, 80).interval()
    apart = found.place - found.peers.centre

    def percent(value: Decimal) -> str:
        return f"{100 * value:.2f} %"

    *most, last = WON
    for said in (
        f"won {', '.join(map(str, most))} and {last} of 80 each",
        f"in the middle has {percent(found.peers.centre)}",
        f"the usual spread: {100 * found.peers.spread:.2f} points",
        f"lands {100 * found.noise.sqrt():.2f} points off",
        f"peers differ in truth by {100 * found.between.sqrt():.2f} points",
        f"Rui has {percent(found.place)}, which is {-100 * apart:.2f} points below",
        f"or {100 * (found.between + found.noise).sqrt():.2f} points: Rui stands {-found.distance:.2f} times",
        f"with a chance of {percent(found.chance)}",
        f"from {percent(low)} to {percent(high)}",
        f"= {100 * found.noise / (found.between + found.noise):.0f} % of the way, to {percent(found.shrunken)}",
        f"With 1 of 10 it would be {percent(few.shrunken)}",
        f"are worth ({found.peers.freedom})",
    ):
        assert said in PAGE, said


def test_it_names_every_source() -> None:
    for source in (*SOURCES, *OF_EFFECTS):
        assert source.partition(":")[0].split(" (")[0] in PAGE, source
