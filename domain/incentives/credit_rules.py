"""What a crediting rule may say, decided from values alone."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Any
from uuid import UUID

from domain.errors import Changed, Faults, Invalid
from domain.goals.rules import sound_text
from domain.incentives.crediting import RuleKind
from domain.incentives.formulas import Fault, Kind, Vocabulary, checked, parsed
from domain.incentives.formulas.tokens import LONGEST
from domain.incentives.terms import OF_A_DEAL
from domain.shares import places_of

MOST_LEVELS = 20
SHARE_PLACES = 8
FURTHEST_PLACE = 1_000_000


class CountsFor(StrEnum):
    """What a credit counts for."""

    PAY = "pay"
    QUOTA = "quota"
    BOTH = "both"


class RuleChanged(Changed):
    kind = "crediting rule"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """All that a rule says; each field is a column."""

    name: str
    kind: RuleKind
    counts_for: CountsFor
    condition: str | None
    share: Decimal
    levels: int | None
    person_id: UUID | None
    place: int
    starts_on: date | None
    ends_on: date | None


OF_A_SALE: Mapping[str, Kind] = MappingProxyType(
    {
        name: kind
        for name, kind in OF_A_DEAL.items()
        if not name.startswith("credit.") and name != "deal.sold_on"
    }
)
"""What a rule's condition may ask for: there is no credit yet, whose day is another than the sale's."""


def sound_rule(said: Said, currency: str) -> None:
    """Raises everything that is wrong with a rule, each with its place; money in its condition is
    in the organisation's currency."""
    Faults.raised(list(_faults(said, currency)))


def _faults(said: Said, currency: str) -> Iterator[Invalid]:
    yield from _text_faults(said)
    if said.condition is not None:
        yield from _condition_faults(said.condition, currency)
    if not 0 < said.share <= 1 or places_of(said.share) > SHARE_PLACES:
        yield Invalid(
            f"A share is more than 0 and at most 1, with at most {SHARE_PLACES} decimal places.",
            path=("share",),
        )
    if not 0 <= said.place <= FURTHEST_PLACE:
        yield Invalid(f"A place is a number from 0 to {FURTHEST_PLACE:,}.", path=("place",))
    if said.starts_on is not None and said.ends_on is not None and said.starts_on > said.ends_on:
        yield Invalid("A rule ends after it starts.", path=("endsOn",))
    yield from _faults_of_kind(said)


def _text_faults(said: Said) -> Iterator[Invalid]:
    try:
        sound_text(said.name, longest=100, path="name")
    except Invalid as refused:
        yield refused


def _condition_faults(condition: str, currency: str) -> Iterator[Invalid]:
    try:
        sound_text(condition, longest=LONGEST, path="condition")
        node = parsed(condition)
        kind = checked(node, Vocabulary(currency, facts=OF_A_SALE), condition)
        if kind is not Kind.TRUTH:
            raise Fault(f"This comes to a {kind}, and a condition is true or false", condition, 0)
    except Invalid as refused:
        yield Invalid(refused.message, path=("condition",), **refused.facts)


def _faults_of_kind(said: Said) -> Iterator[Invalid]:
    """What only some kinds say, and they have to."""
    overlays, rolls_up = said.kind is RuleKind.OVERLAY, said.kind is RuleKind.ROLL_UP
    if overlays != (said.person_id is not None):
        message = "Say who is credited." if overlays else "Only an overlay names whom it credits."
        yield Invalid(message, path=("personId",))
    if rolls_up != (said.levels is not None):
        message = "Say how many levels up." if rolls_up else "Only a roll-up goes up levels."
        yield Invalid(message, path=("levels",))
    elif said.levels is not None and not 1 <= said.levels <= MOST_LEVELS:
        yield Invalid(f"A roll-up goes up 1 to {MOST_LEVELS} levels.", path=("levels",))


def as_columns(said: Said) -> dict[str, Any]:
    return {name: getattr(said, name) for name in Said.__slots__}
