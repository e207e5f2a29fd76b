"""Deals that nobody has sold: credited by the rules of today like any that somebody has.

What comes of them is credits as the engine takes them, and what each rule said. Nothing is written.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from uuid import UUID, uuid4

from domain.errors import Faults, Invalid, Refusal
from domain.incentives.cases import Credit
from domain.incentives.crediting import Around, Verdict
from domain.incentives.crediting_sales import Happening, Policy, Sold, Wanted, credits_of
from domain.incentives.rounding import rounded_half_away
from domain.incentives.terms import CreditKind, Event, Purpose
from domain.sales.events import Happened

MOST_DEALS = 20
PLACES = 4
TOO_LARGE = Decimal(10) ** 15
"""As sales are stored."""
WHOLE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Supposed:
    """A deal that might be, in the plan's currency; where nobody says otherwise it is sold today, by
    the payee."""

    amount: Decimal
    quantity: Decimal = WHOLE
    margin: Decimal | None = None
    sold_on: date | None = None
    sold_by_id: UUID | None = None
    product_id: UUID | None = None
    account_id: UUID | None = None
    territory_id: UUID | None = None
    reaches: Sequence[Happened] = ()
    """What becomes of the whole of it on the same day."""


@dataclass(frozen=True, slots=True)
class Fell:
    """What became of a deal that might be: the payee's credits of it, and what each rule said."""

    credits: tuple[Credit, ...]
    verdicts: tuple[Verdict, ...]


def check(deals: Sequence[Supposed], at: tuple[str, ...] = ("deals",)) -> None:
    """Raises Invalid, of all that is wrong at once."""
    if len(deals) > MOST_DEALS:
        raise Invalid(f"At most {MOST_DEALS} deals at once.", path=at)
    faults: list[Refusal] = []
    for place, deal in enumerate(deals):
        for name in ("amount", "quantity", "margin"):
            number = getattr(deal, name)
            if number is not None and not _is_storable(number):
                what = "This has at most 15 digits before the point and 4 after it."
                faults.append(Invalid(what, path=(*at, str(place), name)))
        if len(set(deal.reaches)) < len(deal.reaches):
            faults.append(Invalid("Name each once.", path=(*at, str(place), "reaches")))
    Faults.raised(faults)


def _is_storable(number: Decimal) -> bool:
    return number.is_finite() and abs(number) < TOO_LARGE and number == round(number, PLACES)


def sold(deal: Supposed, payee: UUID, today: date, currency: str, texts: Mapping[str, str]) -> Sold:
    """It as a sale, as crediting takes one."""
    on = deal.sold_on or today
    return Sold(
        uuid4(),
        1,
        on,
        deal.amount,
        deal.margin,
        deal.quantity,
        currency,
        seller=deal.sold_by_id or payee,
        territory=deal.territory_id,
        happenings=tuple(Happening(Event(each), on, WHOLE) for each in deal.reaches),
        texts=texts,
    )


def fell(sale: Sold, payee: UUID, policy: Policy, around: Around, asks: frozenset[str]) -> Fell:
    """What becomes of it; the credits carry those facts that the plan's formulas ask for."""
    credited = credits_of(sale, policy, around)
    facts = {name: sale.texts[name] for name in sorted(asks & sale.texts.keys())}
    theirs = (each for each in credited.wanted if each.person == payee)
    return Fell(tuple(_credits(theirs, facts)), credited.verdicts)


def _credits(wanted: Iterator[Wanted], facts: Mapping[str, str]) -> Iterator[Credit]:
    for each in wanted:
        counts_for = each.counts_for
        yield Credit(
            id=uuid4(),
            order=each.place,
            on=each.on,
            kind=CreditKind(each.kind),
            amount=each.amount,
            margin=Decimal(0) if each.margin is None else each.margin,
            quantity=each.quantity,
            share=each.share,
            event=Event(each.event),
            counts_for=(
                frozenset(Purpose) if counts_for == "both" else frozenset({Purpose(counts_for)})
            ),
            facts=facts,
        )


def like_it(sale: Sold, amount: Decimal) -> Sold:
    """A deal of another amount, whose margin and quantity stand to it as this one's do."""

    def so_much(of: Decimal) -> Decimal:
        return rounded_half_away(Fraction(of) * Fraction(amount) / Fraction(sale.amount), PLACES)

    margin = None if sale.margin is None else so_much(sale.margin)
    return replace(sale, amount=amount, margin=margin, quantity=so_much(sale.quantity))
