"""What a posted sale may say, decided from values alone."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from re import fullmatch
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.errors import Changed, Invalid, Refusal
from domain.imports.values import FIRST_YEAR, LAST_YEAR, Unfit, text
from domain.sales.models import PostedVerdict

MOST_LINES = 100
LONGEST_ID = 200
TOO_LARGE = Decimal(10) ** 15


class SaleChanged(Changed):
    kind = "sale"


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """The share of one of several who sold together."""

    person_id: UUID
    share: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """One sale as a message says it; what it leaves out is not known."""

    external_id: str
    quantity: Decimal
    amount: Decimal
    currency: str
    sold_on: date | None = None
    sold_at: datetime | None = None
    order_number: str = ""
    person_id: UUID | None = None
    territory_id: UUID | None = None
    account_id: UUID | None = None
    product_id: UUID | None = None
    unit_price: Decimal | None = None
    cost: Decimal | None = None
    splits: Sequence[Split] = ()
    reverses: str | None = None
    """The external id of the sale that it takes back."""
    referred_by_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """All that a sale says; each field is a column."""

    external_id: str
    order_number: str
    sold_on: date
    sold_at: datetime | None
    person_id: UUID | None
    territory_id: UUID | None
    account_id: UUID | None
    product_id: UUID | None
    quantity: Decimal
    unit_price: Decimal | None
    amount: Decimal
    cost: Decimal | None
    currency: str
    reverses_id: UUID | None = None
    referred_by_id: UUID | None = None


COLUMNS = tuple(column.name for column in fields(Content))


def day_of(instant: datetime, zone: ZoneInfo) -> date:
    """The day on which a sale counts: the organisation's, wherever the seller or the phone was."""
    return instant.astimezone(zone).date()


def faults_of_count(lines: int) -> Iterator[Refusal]:
    """Too few or too many sales for one message."""
    if not 1 <= lines <= MOST_LINES:
        yield Invalid(f"A message has 1 to {MOST_LINES} sales.", path=("sales",))


def faults_of_lines(sales: Sequence[Posted]) -> Iterator[Refusal]:
    """Everything that is wrong with what the lines say, each with its place in the message."""
    first: dict[str, int] = {}
    for line, sale in enumerate(sales):
        for name, message in _faults_of(sale):
            yield Invalid(message, path=at(line, name))
        earlier = first.setdefault(sale.external_id.strip(), line)
        if earlier != line:
            yield Invalid(
                f"Each external id once; this one is in sales.{earlier} already.",
                path=at(line, "externalId"),
            )


def at(line: int, name: str) -> tuple[str, ...]:
    """The place of a line's field in the message."""
    return ("sales", str(line), name)


def content_of(sale: Posted, zone: ZoneInfo, reverses_id: UUID | None = None) -> Content:
    """What a line without faults says, where it takes back the sale with this id."""
    sold_on = sale.sold_on or (sale.sold_at and day_of(sale.sold_at, zone))
    assert sold_on is not None, "a line says when"
    return Content(
        external_id=sale.external_id.strip(),
        order_number=sale.order_number.strip(),
        sold_on=sold_on,
        sold_at=sale.sold_at,
        person_id=sale.person_id,
        territory_id=sale.territory_id,
        account_id=sale.account_id,
        product_id=sale.product_id,
        quantity=sale.quantity,
        unit_price=sale.unit_price,
        amount=sale.amount,
        cost=sale.cost,
        currency=sale.currency,
        reverses_id=reverses_id,
        referred_by_id=sale.referred_by_id,
    )


def shares_of(sale: Posted) -> dict[UUID, Decimal]:
    """Who sold it with which share; nobody where its person alone did."""
    return {split.person_id: split.share for split in sale.splits}


def corrections(before: Mapping[str, Any], now: Content) -> dict[str, Any]:
    """The columns in which a sale that stands differs from what is said of it now, with what they
    were. Equal amounts are equal whatever their zeros."""
    return {name: before[name] for name in COLUMNS if before[name] != getattr(now, name)}


def verdict_on(
    before: Mapping[str, Any] | None, now: Content, *, same_splits: bool = True
) -> PostedVerdict:
    """What becomes of a line, by what stands under its external id."""
    if before is None:
        return PostedVerdict.ADDED
    differs = corrections(before, now) or not same_splits
    return PostedVerdict.CORRECTED if differs else PostedVerdict.UNCHANGED


def _faults_of(sale: Posted) -> Iterator[tuple[str, str]]:
    """The field and a sentence for each fault of one line."""
    yield from _text_fault("externalId", sale.external_id, required=True)
    yield from _text_fault("orderNumber", sale.order_number)
    yield from _day_fault(sale)
    for name, number in (
        ("quantity", sale.quantity),
        ("unitPrice", sale.unit_price),
        ("amount", sale.amount),
        ("cost", sale.cost),
    ):
        if number is not None and not _is_storable(number):
            yield name, "This has at most 15 digits before the point and 4 after it."
    if fullmatch(r"[A-Z]{3}", sale.currency) is None:
        yield "currency", "A currency is three capital letters, such as USD."


def _text_fault(name: str, given: str, *, required: bool = False) -> Iterator[tuple[str, str]]:
    if required and not given.strip():
        yield name, "This cannot be empty."
        return
    try:
        text(LONGEST_ID)(given.strip())
    except Unfit as why:
        yield name, f"This has to be {why.expected}."


def _day_fault(sale: Posted) -> Iterator[tuple[str, str]]:
    if (sale.sold_on is None) == (sale.sold_at is None):
        yield "soldOn", "Say either on which day or at which instant it was sold, and not both."
        return
    year = (sale.sold_on or sale.sold_at or date.min).year
    if not FIRST_YEAR <= year <= LAST_YEAR:
        name = "soldOn" if sale.sold_on else "soldAt"
        yield name, f"A sale is of the years {FIRST_YEAR} to {LAST_YEAR}."


def _is_storable(number: Decimal) -> bool:
    return number.is_finite() and abs(number) < TOO_LARGE and number == round(number, 4)
