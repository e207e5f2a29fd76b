"""What refunds take back: the credits of the sale that they reverse, part by part.

Each refund moves every figure from the part that was taken back before it to the part that is taken
back after it. So refunds that come to the whole sale take back all that it gave, to the last unit,
however many they are.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from domain.incentives.crediting import PURPOSES, Rule, Verdict
from domain.incentives.crediting_sales import (
    NOTHING,
    PRIMARY_KINDS,
    QUANTITY_PLACES,
    Credited,
    Sold,
    Wanted,
    credits_of_nobody,
    place_of,
    released_parts,
)
from domain.incentives.cutting import Part
from domain.incentives.rounding import rounded_half_away
from domain.incentives.terms import Event, Purpose
from domain.shares import places_of, shares

Standing = Sequence[tuple[UUID, Wanted]]
TAKES = {
    True: "It takes back what this rule gave for the sale that it reverses.",
    False: "It reverses a sale for which this rule gave nothing.",
}


@dataclass(frozen=True, slots=True)
class _Before:
    """What refunds before this one took back."""

    amount: Decimal = NOTHING
    margin: Decimal = NOTHING
    quantity: Decimal = NOTHING

    def after(self, refund: Sold) -> "_Before":
        return _Before(
            self.amount - refund.amount,
            self.margin - (refund.margin or NOTHING),
            self.quantity - refund.quantity,
        )


def refunds_of(
    original: Sold, standing: Standing, refunds: Sequence[Sold], rules: Sequence[Rule]
) -> Iterator[tuple[Sold, Credited]]:
    """What each refund of a sale takes back, the earliest first; `standing` are the credits of the
    sale, with their ids."""
    before = _Before()
    for refund in sorted(refunds, key=_turn):
        if refund.currency != original.currency:
            why = f"It is in {refund.currency}, and what it reverses in {original.currency}."
            yield refund, credits_of_nobody(rules, why)
            continue
        wanted = tuple(_taken_back(original, standing, refund, before))
        yield refund, Credited(wanted, *_told(standing, rules))
        before = before.after(refund)


def _turn(refund: Sold) -> tuple[object, ...]:
    return refund.on, refund.order_number, refund.external_id, refund.amount, refund.id


def _booked(standing: Standing) -> list[Wanted]:
    return [each for _, each in standing if each.event == Event.BOOKING]


def _taken_back(
    original: Sold, standing: Standing, refund: Sold, before: _Before
) -> Iterator[Wanted]:
    credits, after = _booked(standing), before.after(refund)
    amounts = _moved(
        [each.amount for each in credits], credits, original.amount,
        (before.amount, after.amount), refund.places,
    )  # fmt: skip
    margins: Sequence[Decimal | None] = [None] * len(credits)
    if refund.margin is not None:
        margins = _moved(
            [each.margin or NOTHING for each in credits], credits, original.margin or NOTHING,
            (before.margin, after.margin), refund.places,
        )  # fmt: skip
    quantities = _moved(
        [each.quantity for each in credits], credits, original.quantity,
        (before.quantity, after.quantity), QUANTITY_PLACES,
    )  # fmt: skip
    gave: dict[tuple[UUID, UUID, str], tuple[UUID, Wanted]] = {}
    for id, credit in standing:
        gave.setdefault((credit.person, credit.rule, credit.event), (id, credit))
    parts: dict[object, Wanted] = {}
    for n, each in enumerate(credits):
        booked = each._replace(
            sale=refund.id,
            on=refund.on,
            place=place_of(refund, Event.BOOKING, each.kind, each.counts_for),
            amount=amounts[n],
            margin=margins[n],
            quantity=quantities[n],
        )
        for released in released_parts(refund, booked):
            taken = gave.get((released.person, released.rule, released.event))
            if taken is not None:
                part = _taking_back(released, *taken)
                parts[part.key] = _together(parts.get(part.key), part)
    yield from parts.values()


def _taking_back(part: Wanted, id: UUID, taken: Wanted) -> Wanted:
    """What takes a credit back counts at its rate of exchange, and never before it does."""
    day = max(part.on, taken.on)
    return part._replace(reverses=id, exchange_rate=taken.exchange_rate, on=day)


def _together(one: Wanted | None, other: Wanted) -> Wanted:
    """Two parts that come to count on the same day."""
    if one is None:
        return other
    is_known = one.margin is not None and other.margin is not None
    return one._replace(
        amount=one.amount + other.amount,
        margin=(one.margin or NOTHING) + (other.margin or NOTHING) if is_known else None,
        quantity=one.quantity + other.quantity,
    )


def _moved(
    gave: Sequence[Decimal],
    credits: Sequence[Wanted],
    whole: Decimal,
    taken: tuple[Decimal, Decimal],
    places: int,
) -> list[Decimal]:
    """What a refund moves of each of these figures, where so much of the whole was taken back before
    and after it. Of a whole that is nothing each moves by its share."""
    places = max([places, *map(places_of, [*gave, *taken])])
    start, end = map(Fraction, taken)
    if not whole:
        moved = start - end
        return [rounded_half_away(moved * Fraction(each.share), places) for each in credits]
    parts = [_up_to(part / Fraction(whole), gave, credits, places) for part in (start, end)]
    return [one - other for one, other in zip(*parts, strict=True)]


def _up_to(
    part: Fraction, gave: Sequence[Decimal], credits: Sequence[Wanted], places: int
) -> list[Decimal]:
    """This part of each figure; of primary credits so that they sum to the part of their sum."""
    found = [rounded_half_away(Fraction(each) * part, places) for each in gave]
    for counts_for in sorted({each.counts_for for each in credits}):
        own = [
            n for n, each in enumerate(credits)
            if each.kind in PRIMARY_KINDS and each.counts_for == counts_for
        ]  # fmt: skip
        total = sum((gave[n] for n in own), NOTHING)
        if total and all(gave[n] * total >= 0 for n in own):
            whole = rounded_half_away(Fraction(total) * part, places)
            for n, amount in zip(
                own, shares(whole, [abs(gave[n]) for n in own], places), strict=True
            ):
                found[n] = amount
    return found


def _told(
    standing: Standing, rules: Sequence[Rule]
) -> tuple[tuple[Verdict, ...], dict[Purpose, Part]]:
    """What each rule's part in a refund is, and the primary share that it takes back."""
    credits = _booked(standing)
    gave = dict.fromkeys((rule.id for rule in rules), 0)
    primary: dict[Purpose, Part] = dict.fromkeys(PURPOSES, 0)
    for each in credits:
        gave[each.rule] += 1
        if each.kind in PRIMARY_KINDS:
            for purpose in PURPOSES:
                if each.counts_for in ("both", purpose):
                    primary[purpose] += Fraction(each.share)
    verdicts = tuple(Verdict(rule, count, (TAKES[bool(count)],)) for rule, count in gave.items())
    return verdicts, primary
