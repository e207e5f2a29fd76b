"""What is known of currencies: how many decimal places their smallest unit has (ISO 4217)."""

from decimal import Decimal

from domain.errors import Invalid
from domain.shares import places_of
from domain.sql import quoted

WITHOUT_CENTS = frozenset({
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV",
    "XAF", "XOF", "XPF",
})  # fmt: skip
WITH_THREE_PLACES = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})


def minor_units(currency: str) -> int:
    """Decimal places of the currency's smallest unit: 2 for USD, none for JPY, 3 for KWD."""
    if currency in WITHOUT_CENTS:
        return 0
    return 3 if currency in WITH_THREE_PLACES else 2


def minor_units_of(currency: str) -> str:
    """SQL: the decimal places of the smallest unit of the currency in this column."""
    without, three = (
        ", ".join(map(quoted, sorted(some))) for some in (WITHOUT_CENTS, WITH_THREE_PLACES)
    )
    return (
        f"case when {currency} in ({without}) then 0 when {currency} in ({three}) then 3 else 2 end"
    )


def in_whole_units(amount: Decimal, currency: str | None, *, path: str) -> Decimal:
    """An amount that can be paid in its currency, or that is no money (None). Raises Invalid for one
    that is finer than the currency's smallest unit."""
    if currency is not None and places_of(amount) > minor_units(currency):
        places = minor_units(currency)
        most = f"at most {places} decimal places" if places else "no decimal places"
        raise Invalid(f"An amount in {currency} has {most}.", path=(path,))
    return amount
