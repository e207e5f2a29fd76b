"""How values read on the wire."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

PLACES = {"JPY": 0, "KWD": 3}
"""Decimal places of the currencies in these tests that have other than two."""


def amount_text(amount: Decimal, currency: str) -> str:
    """All digits that say something, and at least as many places as the currency has."""
    return _with_places(amount, PLACES.get(currency, 2))


def number_text(number: Decimal) -> str:
    """All digits that say something, and no exponent."""
    return _with_places(number, 0)


def _with_places(number: Decimal, least: int) -> str:
    whole, _, fraction = format(number, "f").partition(".")
    fraction = fraction.rstrip("0").ljust(least, "0")
    text = f"{whole}.{fraction}" if fraction else whole
    return text.removeprefix("-") if not number else text


def share_text(part: Decimal | Fraction, whole: Decimal | Fraction) -> str:
    """A share, rounded half up (away from zero) to four places, from the exact quotient."""
    return number_text(rounded(Fraction(part) / Fraction(whole), 4))


def rounded(number: Fraction, places: int) -> Decimal:
    """To so many places, half up (away from zero)."""
    units = (abs(number) * 10**places + Fraction(1, 2)).__floor__()
    return Decimal(units if number >= 0 else -units).scaleb(-places)


def date_text(day: date) -> str:
    return f"{day.year:04}-{day.month:02}-{day.day:02}"


def instant_text(instant: datetime) -> str:
    """UTC with Z; six digits of a fraction where there is one."""
    utc = instant.astimezone(UTC)
    fraction = f".{utc.microsecond:06}" if utc.microsecond else ""
    time = f"{utc.hour:02}:{utc.minute:02}:{utc.second:02}"
    return f"{date_text(utc.date())}T{time}{fraction}Z"


def id_text(kind: str, id: UUID) -> str:
    return f"{kind}_{id}"
