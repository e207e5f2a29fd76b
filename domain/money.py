"""What is known of currencies: how many decimal places their smallest unit has (ISO 4217)."""

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
