"""The stored shape of what was sold, and to whom; what may be sold, and what was spent on it."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum, unique
from uuid import UUID

from tortoise import fields

from domain.rows import Row


class Account(Row):
    external_id: str | None = fields.TextField(null=True)
    name: str = fields.TextField()
    kind: str = fields.TextField(default="")
    city: str = fields.TextField(default="")
    state: str = fields.TextField(default="")
    country: str = fields.TextField(default="")
    version: int = fields.IntField(default=1)

    class Meta:
        table = "account"


class Product(Row):
    external_id: str | None = fields.TextField(null=True)
    name: str = fields.TextField()
    category: str = fields.TextField(default="")
    subcategory: str = fields.TextField(default="")
    color: str = fields.TextField(default="")
    standard_cost: Decimal | None = fields.DecimalField(max_digits=20, decimal_places=4, null=True)
    version: int = fields.IntField(default=1)

    class Meta:
        table = "product"


class Sale(Row):
    external_id: str | None = fields.TextField(null=True)
    order_number: str = fields.TextField(default="")
    sold_on: date = fields.DateField()
    sold_at: datetime | None = fields.DatetimeField(null=True)
    person_id: UUID | None = fields.UUIDField(null=True)
    territory_id: UUID | None = fields.UUIDField(null=True)
    account_id: UUID | None = fields.UUIDField(null=True)
    product_id: UUID | None = fields.UUIDField(null=True)
    quantity: Decimal = fields.DecimalField(max_digits=20, decimal_places=4)
    unit_price: Decimal | None = fields.DecimalField(max_digits=20, decimal_places=4, null=True)
    amount: Decimal = fields.DecimalField(max_digits=20, decimal_places=4)
    cost: Decimal | None = fields.DecimalField(max_digits=20, decimal_places=4, null=True)
    currency: str = fields.TextField()
    reverses_id: UUID | None = fields.UUIDField(null=True)
    referred_by_id: UUID | None = fields.UUIDField(null=True)
    version: int = fields.IntField(default=1)

    class Meta:
        table = "sale"


@unique
class PostedVerdict(StrEnum):
    """What became of a line that was posted."""

    ADDED = "added"
    CORRECTED = "corrected"
    UNCHANGED = "unchanged"


@unique
class Outcome(StrEnum):
    """How an opportunity ended, if it did."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"


class Opportunity(Row):
    external_id: str | None = fields.TextField(null=True)
    name: str = fields.TextField()
    account_id: UUID | None = fields.UUIDField(null=True)
    person_id: UUID | None = fields.UUIDField(null=True)
    territory_id: UUID | None = fields.UUIDField(null=True)
    opened_on: date = fields.DateField()
    closed_on: date | None = fields.DateField(null=True)
    outcome: str = fields.TextField()
    amount: Decimal | None = fields.DecimalField(max_digits=20, decimal_places=4, null=True)
    currency: str | None = fields.TextField(null=True)
    version: int = fields.IntField(default=1)

    class Meta:
        table = "opportunity"


class Expense(Row):
    external_id: str | None = fields.TextField(null=True)
    person_id: UUID | None = fields.UUIDField(null=True)
    territory_id: UUID | None = fields.UUIDField(null=True)
    spent_on: date = fields.DateField()
    amount: Decimal = fields.DecimalField(max_digits=20, decimal_places=4)
    currency: str = fields.TextField()
    purpose: str = fields.TextField(default="")
    version: int = fields.IntField(default=1)

    class Meta:
        table = "expense"
