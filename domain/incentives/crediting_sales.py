"""What a sale ought to be credited as: for each person, rule, event and day one credit.

Who is credited is decided by the day of the sale. What happens to it later (it is invoiced, paid,
goes live) releases the same share of what each of them was given. A refund takes back what the
sale that it reverses gave, from the same people, at the rate of exchange of that time.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from domain.incentives.crediting import (
    PRIMARY,
    PURPOSES,
    Around,
    Award,
    Crediting,
    Deal,
    Rule,
    Rulebook,
    Verdict,
    released,
)
from domain.incentives.cutting import Part
from domain.incentives.formulas import Value
from domain.incentives.rounding import rounded_half_away
from domain.incentives.terms import Event, Purpose
from domain.money import minor_units
from domain.shares import places_of

QUANTITY_PLACES = 4
SHARE_PLACES = 16
NOTHING, ONE = Decimal(0), Decimal(1)
PRIMARY_KINDS = frozenset(kind.value for kind in PRIMARY)


@dataclass(frozen=True, slots=True)
class Happening:
    """What became of a share of a sale on a day."""

    event: Event
    on: date
    share: Decimal


@dataclass(frozen=True, slots=True)
class Sold:
    """A sale, with all that crediting asks of it."""

    id: UUID
    version: int
    on: date
    amount: Decimal
    margin: Decimal | None
    quantity: Decimal
    currency: str
    external_id: str = ""
    order_number: str = ""
    seller: UUID | None = None
    territory: UUID | None = None
    referred_by: UUID | None = None
    reverses: UUID | None = None
    splits: tuple[tuple[UUID, Decimal], ...] = ()
    happenings: tuple[Happening, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)

    @property
    def places(self) -> int:
        return minor_units(self.currency)


class Wanted(NamedTuple):
    """A credit as it ought to stand. Two that are equal say the same, whenever they were made."""

    sale: UUID
    person: UUID
    rule: UUID
    kind: str
    counts_for: str
    event: str
    on: date
    place: str
    share: Decimal
    amount: Decimal
    margin: Decimal | None
    quantity: Decimal
    currency: str
    exchange_rate: Decimal
    paid_in: str
    reverses: UUID | None = None

    @property
    def key(self) -> tuple[UUID, UUID, UUID, str, date]:
        """There is at most one standing credit of each."""
        return self.sale, self.person, self.rule, self.event, self.on


@dataclass(frozen=True, slots=True)
class Credited:
    """What is wanted of a sale, and what its rules said."""

    wanted: tuple[Wanted, ...]
    verdicts: tuple[Verdict, ...]
    primary: Mapping[Purpose, Part]


class Rates:
    """Rates of exchange from days on, by the two currencies."""

    def __init__(self, dated: Mapping[tuple[str, str], Sequence[tuple[date, Decimal]]]) -> None:
        self._dated = {pair: sorted(rates) for pair, rates in dated.items()}

    def on(self, day: date, one: str, other: str) -> Decimal | None:
        """What one unit is worth in the other currency on a day; None where nobody said."""
        if one == other:
            return Decimal(1)
        dated = self._dated.get((one, other), [])
        place = bisect_right(dated, day, key=lambda each: each[0])
        return dated[place - 1][1] if place else None


@dataclass(frozen=True, slots=True)
class Policy:
    """How an organisation credits: its rules in their order, in what it pays, and for what primary
    credit may come to more than a deal."""

    book: Rulebook
    rates: Rates
    paid_in: str
    asks: frozenset[str] = frozenset()
    """The facts of a sale that conditions of rules ask for."""


def credits_of(sold: Sold, policy: Policy, around: Around) -> Credited:
    """Who is credited with a sale that is no refund."""
    rate = policy.rates.on(sold.on, sold.currency, policy.paid_in)
    if rate is None:
        why = f"There is no rate of exchange from {sold.currency} to {policy.paid_in} on {sold.on}."
        return credits_of_nobody(policy.book.rules, why)
    deal = _deal(sold, rate, policy.asks)
    crediting = policy.book.credited(deal, around)
    wanted = tuple(_wanted(sold, policy, crediting))
    return Credited(wanted, crediting.verdicts, crediting.primary)


def credits_of_nobody(rules: Sequence[Rule], why: str) -> Credited:
    """No rule can give anything, for one and the same reason."""
    verdicts = tuple(Verdict(rule.id, 0, (why,)) for rule in rules)
    return Credited((), verdicts, dict.fromkeys(PURPOSES, 0))


def _deal(sold: Sold, rate: Decimal, asks: frozenset[str]) -> Deal:
    """The sale as rules see it; conditions compare money in what the organisation pays in."""
    facts: dict[str, Value] = dict(sold.texts)
    if "deal.amount" in asks:
        facts["deal.amount"] = Fraction(sold.amount) * Fraction(rate)
    if "deal.quantity" in asks:
        facts["deal.quantity"] = Fraction(sold.quantity)
    if "deal.on" in asks:
        facts["deal.on"] = sold.on
    if "deal.margin" in asks and sold.margin is not None:
        facts["deal.margin"] = Fraction(sold.margin) * Fraction(rate)
    return Deal(
        sold.on,
        sold.amount,
        sold.margin,
        sold.quantity,
        sold.places,
        seller=sold.seller,
        splits=sold.splits,
        referred_by=sold.referred_by,
        facts=facts,
    )


def _wanted(sold: Sold, policy: Policy, crediting: Crediting) -> Iterator[Wanted]:
    for award in crediting.awards:
        for part in released_parts(sold, _booked(sold, award, policy.paid_in)):
            rate = policy.rates.on(part.on, sold.currency, policy.paid_in)
            if rate is not None:
                yield part if rate == part.exchange_rate else part._replace(exchange_rate=rate)


def _booked(sold: Sold, award: Award, paid_in: str) -> Wanted:
    counts_for = "both" if len(award.counts_for) > 1 else min(award.counts_for)
    return Wanted(
        sold.id,
        award.person,
        award.rule,
        award.kind,
        counts_for,
        Event.BOOKING,
        sold.on,
        place_of(sold, Event.BOOKING, award.kind, counts_for),
        share_rounded(award.share),
        award.amount,
        award.margin,
        award.quantity,
        sold.currency,
        ONE,
        paid_in,
    )


@lru_cache(maxsize=10_000)
def share_rounded(part: Part) -> Decimal:
    """A part of a deal as it is kept."""
    return rounded_half_away(Fraction(part), SHARE_PLACES)


def place_of(sold: Sold, event: str, kind: str, counts_for: str) -> str:
    """What puts credits of one day in order: all of it said by the sale, none of it when it came."""
    return f"{sold.order_number}|{sold.external_id}|{sold.amount}|{event}|{kind}|{counts_for}"


def released_parts(sold: Sold, booked: Wanted) -> Iterator[Wanted]:
    """The credit itself, for the booking, and what each later event releases of it."""
    yield booked
    if not sold.happenings:
        return
    so_far = dict.fromkeys(Event, NOTHING)
    for happened in sorted(sold.happenings, key=lambda each: (each.on, each.event)):
        before, share = so_far[happened.event], happened.share
        so_far[happened.event] += share
        margin = booked.margin
        yield booked._replace(
            event=happened.event.value,
            on=happened.on,
            place=place_of(sold, happened.event, booked.kind, booked.counts_for),
            amount=_part(booked.amount, before, share, sold.places),
            margin=None if margin is None else _part(margin, before, share, sold.places),
            quantity=_part(booked.quantity, before, share, QUANTITY_PLACES),
        )


def _part(whole: Decimal, before: Decimal, share: Decimal, places: int) -> Decimal:
    return released(whole, before, share, max(places, places_of(whole)))
