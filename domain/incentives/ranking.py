"""Who is in which place among the payees of a plan."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import groupby
from typing import TypeVar

from domain.errors import Invalid

MOST_PLACES = 50

P = TypeVar("P", bound=Hashable)


class Ties(StrEnum):
    """What those get who have reached the same."""

    SHARE = "share"  # each of them what the better place pays
    SPLIT = "split"  # their places' amounts in equal parts
    FIRST = "first"  # in the order in which they reached it; on one day, in equal parts


@dataclass(frozen=True, slots=True)
class Place:
    """A place, counted from 1, and how many are in it."""

    number: int
    among: int = 1


@dataclass(frozen=True, slots=True)
class Reached:
    """What somebody has reached, and the last day on which that moved."""

    total: Decimal
    on: date = date.min


def places(reached: Mapping[P, Reached], ties: Ties) -> dict[P, Place]:
    """The place of everybody who has reached something. After those who share a place, as many places
    are empty as there are more than one of them."""

    def order(payee: P) -> tuple[Decimal, date]:
        each = reached[payee]
        return -each.total, each.on if ties is Ties.FIRST else date.min

    found: dict[P, Place] = {}
    ahead = 0
    for _, group in groupby(sorted((p for p in reached if reached[p].total > 0), key=order), order):
        alike = list(group)
        found |= dict.fromkeys(alike, Place(ahead + 1, len(alike)))
        ahead += len(alike)
    return found


def prize(pays: Sequence[Decimal], place: Place, ties: Ties) -> tuple[Decimal, int]:
    """What a place pays, and among how many."""
    first = place.number - 1
    if ties is Ties.SHARE:
        return sum(pays[first : first + 1], Decimal(0)), 1
    return sum(pays[first : first + place.among], Decimal(0)), place.among


def faults_of_prizes(pays: Sequence[Decimal]) -> Iterator[Invalid]:
    if not 0 < len(pays) <= MOST_PLACES:
        yield Invalid(f"A rank pays for 1 to {MOST_PLACES} places.", path=("pays",))
    elif min(pays) < 0 or sorted(pays, reverse=True) != list(pays):
        yield Invalid("Places pay nothing below zero, and none pays less than the next.", path=("pays",))  # fmt: skip
