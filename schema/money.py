"""Amounts as people read them: exact, never with an exponent, with the currency's usual digits."""

from decimal import Context, Decimal

import strawberry

from schema.plain import plain

_PLACES = {
    **dict.fromkeys(
        [
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "PYG",
            "RWF",
            "UGX",
            "UYI",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF",
        ],
        0,
    ),
    **dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3),
}
_USUAL_PLACES = 2
# Python's default context would round sums of more than 28 digits.
_EXACT = Context(prec=100)


@plain
class Money:
    """An exact amount of money in one currency."""

    amount: Decimal = strawberry.field(
        description="The amount, with at least as many decimal places as the currency usually has."
    )
    currency: str = strawberry.field(description='ISO 4217 code such as "USD".')


def shown_amount(amount: Decimal, currency: str) -> Decimal:
    """The same amount with the currency's decimal places; with more only where they say something.

    77548570.2000 USD is 77548570.20; 0.1250 USD stays 0.125; 1200.0000 JPY is 1200.
    """
    return _with_places(amount, _PLACES.get(currency, _USUAL_PLACES))


def shown_number(number: Decimal) -> Decimal:
    """The same number without decimal places that say nothing."""
    return _with_places(number, 0)


def _with_places(number: Decimal, least: int) -> Decimal:
    exponent = number.normalize(_EXACT).as_tuple().exponent
    if not isinstance(exponent, int):
        raise ValueError("An amount is a finite number.")
    return number.quantize(Decimal(1).scaleb(-max(least, -exponent)), context=_EXACT)
