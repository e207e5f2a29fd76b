"""What seasons weigh."""

from fractions import Fraction
from typing import Any

from tests.differential.oracle.facts import Row
from tests.differential.oracle.printing import number_text, rounded


def weights(view: object, season: Row, args: object) -> list[dict[str, Any]]:
    """Each weight, and its part of all."""
    whole = sum(map(Fraction, season["weights"]))
    return [
        {
            "number": number,
            "weight": number_text(weight),
            "share": number_text(rounded(Fraction(weight) / whole, 6)),
        }
        for number, weight in enumerate(season["weights"], start=1)
    ]


def is_in(view: object, day: Any, period: Row) -> bool:
    return bool(period["starts_on"] <= day <= period["ends_on"])
