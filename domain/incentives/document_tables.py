"""Numbers and rate tables as they stand in a plan's document.

Every number is text, so that none of them ever was a float; rates may be written in per cent.
"""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, field_serializer

from domain.incentives.grids import RateGrid, Rates
from domain.incentives.tables import Below, Edge, Method, RateTable, Row, Tier, tiers_of

LONGEST_NUMBER = 24


def number_of(written: object) -> object:
    """A number as text, in per cent or not, or a whole number."""
    if isinstance(written, bool) or not isinstance(written, str | int | Decimal):
        raise ValueError("Write the number as text, such as “0.05” or “5 %”.")
    text = str(written).strip()
    if len(text) > LONGEST_NUMBER or not text.isascii() or "e" in text.lower() or "_" in text:
        raise ValueError(f"{text[:LONGEST_NUMBER]} is no number such as “0.05” or “5 %”.")
    if text.endswith("%"):
        return Decimal(_plain(text[:-1].rstrip())).scaleb(-2)
    return Decimal(_plain(text))


def _plain(text: str) -> str:
    if not text.removeprefix("-").replace(".", "", 1).isdigit():
        raise ValueError(f"“{text}” is no number such as “0.05” or “5 %”.")
    return text


Number = Annotated[Decimal, BeforeValidator(number_of)]


class Part(BaseModel):
    """A part of a document: nothing in it that is not named here."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_max_length=4_000)


class TierPart(Part):
    start: Number
    end: Number | None = None
    pays: Number


class TablePart(Part):
    method: Method
    tiers: tuple[TierPart, ...]
    edge: Edge = Edge.UPPER
    below: Below = Below.FIRST_TIER
    threshold: Number | None = None

    def value(self) -> RateTable:
        if any(tier.end is not None for tier in self.tiers):
            tiers = tiers_of([Row(tier.start, tier.end, tier.pays) for tier in self.tiers])
        else:
            tiers = tuple(Tier(tier.start, tier.pays) for tier in self.tiers)
        return RateTable(self.method, tiers, self.edge, self.below, self.threshold)


def _rates(written: object) -> object:
    """What the tiers of a cell pay; or that by the value of a fact, dimension within dimension."""
    if isinstance(written, Mapping):
        return MappingProxyType({str(value): _rates(below) for value, below in written.items()})
    each = written if isinstance(written, list | tuple) else [written]
    return tuple(Decimal(str(number_of(pays))) for pays in each)


class GridPart(Part):
    method: Method
    by: tuple[str, ...]
    starts: tuple[Number, ...] = (Decimal(0),)
    rates: Annotated[Any, BeforeValidator(_rates)]
    edge: Edge = Edge.UPPER
    below: Below = Below.FIRST_TIER

    @field_serializer("rates", mode="plain")
    def as_written(self, rates: Rates) -> Any:
        return rates_text(rates)

    def value(self) -> RateGrid:
        return RateGrid(**dict(self))


def rates_text(rates: Rates) -> Any:
    if isinstance(rates, tuple):
        return [str(pays) for pays in rates]
    return {value: rates_text(below) for value, below in rates.items()}
