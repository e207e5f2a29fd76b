"""Amounts as people read them: exact, never with an exponent, with the currency's usual digits."""

from decimal import Decimal
from typing import Any

import strawberry

from auth.permissions import FieldClass
from domain.incentives.exact import EXACT
from domain.money import WITH_THREE_PLACES, WITHOUT_CENTS, minor_units
from domain.shares import places_of
from domain.sql import quoted
from schema.plain import plain
from schema.storage import Value, composed, expression


@plain
class Money:
    """An exact amount of money in one currency."""

    amount: Decimal = strawberry.field(
        description="The amount, with at least as many decimal places as the currency usually has."
    )
    currency: str = strawberry.field(description='ISO 4217 code such as "USD".')


def shown_money(amount: Decimal, currency: str) -> Money:
    """An amount as `money` shows one that is stored."""
    places = max(places_of(amount), minor_units(currency))
    return Money(
        amount=amount.quantize(Decimal((0, (1,), -places)), context=EXACT), currency=currency
    )


SHOWN_NUMBER = "trim_scale({value})"
"""SQL over `{value}`: the number without decimal places that say nothing."""


def shown_amount(currency: str) -> str:
    """SQL over `{value}`: the amount with the decimal places of the currency (SQL over `{row}`);
    with more only where they say something. Without a currency it is a number like any.

    77548570.2000 USD is 77548570.20; 0.1250 USD stays 0.125; 1200.0000 JPY is 1200.
    """
    # A sum of numerics has the larger scale of the two.
    none, three = (
        ", ".join(map(quoted, sorted(each))) for each in (WITHOUT_CENTS, WITH_THREE_PLACES)
    )
    zero = (
        f"case when {currency} is null or {currency} in ({none}) then 0 when {currency} in ({three}) then 0.000"
        " else 0.00 end"
    )
    return f"(trim_scale({{value}}) + {zero})"


def money(
    description: str,
    amount: str,
    *,
    currency: str = "{row}.currency",
    field_class: FieldClass | None = None,
) -> Any:
    """An amount (SQL over `{row}`) in a currency (likewise)."""
    return composed(
        description,
        field_class=field_class,
        amount=Value(sql=amount, shown=shown_amount(currency)),
        currency=Value(sql=currency),
    )


def number(description: str, sql: str = "", *, field_class: FieldClass | None = None) -> Any:
    """A decimal without places that say nothing: a column named like the field, or SQL."""
    return expression(description, sql, shown=SHOWN_NUMBER, field_class=field_class)
