"""Figures of any measure: amounts of money, numbers, shares, a yes or a no."""

from decimal import Decimal
from typing import Any

import strawberry

from auth.permissions import FieldClass
from schema.measures import MeasureUnit
from schema.money import shown_amount
from schema.plain import plain
from schema.storage import Value, composed


@plain
class Figure:
    """An exact figure in the unit of its measure."""

    amount: Decimal = strawberry.field(
        description="The figure; money with at least as many decimal places as the currency usually has."
    )
    unit: MeasureUnit = strawberry.field(description="What it is in.")
    currency: str | None = strawberry.field(
        description='ISO 4217 code such as "USD"; null for what is not money.'
    )


def figure(
    description: str,
    amount: str,
    *,
    unit: str = "{measured}.unit",
    currency: str = "{row}.currency",
    field_class: FieldClass | None = None,
) -> Any:
    """A figure (SQL over `{row}`) in a unit and, where that is money, a currency (likewise)."""
    return composed(
        description,
        field_class=field_class,
        amount=Value(sql=amount, shown=shown_amount(currency)),
        unit=Value(sql=unit),
        currency=Value(sql=currency),
    )
