"""The stored shape of what was sold, and to whom."""

from datetime import date
from decimal import Decimal
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
    person_id: UUID | None = fields.UUIDField(null=True)
    territory_id: UUID | None = fields.UUIDField(null=True)
    account_id: UUID | None = fields.UUIDField(null=True)
    product_id: UUID | None = fields.UUIDField(null=True)
    quantity: Decimal = fields.DecimalField(max_digits=20, decimal_places=4)
    unit_price: Decimal | None = fields.DecimalField(max_digits=20, decimal_places=4, null=True)
    amount: Decimal = fields.DecimalField(max_digits=20, decimal_places=4)
    cost: Decimal | None = fields.DecimalField(max_digits=20, decimal_places=4, null=True)
    currency: str = fields.TextField()
    version: int = fields.IntField(default=1)

    class Meta:
        table = "sale"
