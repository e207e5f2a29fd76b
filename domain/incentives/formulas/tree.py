"""What a formula is once it is read: a tree of small values, and the kinds that they have."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import TypeAlias

Value: TypeAlias = Fraction | date | str | bool


class Kind(StrEnum):
    """What a value is. A plain number becomes a rate or a count where one is wanted beside it."""

    MONEY = "money"
    RATE = "rate"
    COUNT = "count"
    NUMBER = "number"
    DATE = "date"
    TEXT = "text"
    TRUTH = "truth"


@dataclass(frozen=True, slots=True)
class Literal:
    """A value that stands in the text. Money names its currency."""

    at: int
    kind: Kind
    value: Value
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A fact that the formula asks for: `deal.amount`, or `attainment("revenue")`."""

    at: int
    name: str
    of: str | None = None

    def __str__(self) -> str:
        return self.name if self.of is None else f'{self.name}("{self.of}")'


@dataclass(frozen=True, slots=True)
class Called:
    """An operation, by its sign or its name, over parts."""

    at: int
    name: str
    parts: "tuple[Node, ...]"


Node: TypeAlias = Literal | Asked | Called


def parts_of(node: Node) -> int:
    """How many values and operations a formula has."""
    return 1 + sum(map(parts_of, node.parts)) if isinstance(node, Called) else 1


def asked_in(node: Node) -> Iterator[Asked]:
    """Every fact that a formula may ask for."""
    if isinstance(node, Asked):
        yield node
    elif isinstance(node, Called):
        for part in node.parts:
            yield from asked_in(part)
