"""What scorecards and assessments mean."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from tests.differential.oracle.facts import Row
from tests.differential.oracle.printing import date_text, number_text
from tests.differential.oracle.standing import View

Args = dict[str, Any]
BOUNDS = {"one_to_five": (1, 5), "zero_to_ten": (0, 10), "yes_no": (0, 1)}
MOST_GROUPS = 200


def is_newest(view: View, scorecard: Row) -> bool:
    return all(
        other["number"] <= scorecard["number"]
        for other in view.facts.all("Scorecard")
        if other["series_id"] == scorecard["series_id"]
    )


def criteria(view: View, scorecard: Row, args: Args) -> list[dict[str, Any]]:
    return [
        {
            **each,
            "scale": each["scale"].upper(),
            "weight": number_text(Decimal(each["weight"])),
        }
        for each in scorecard["criteria"]
    ]


def score(view: View, assessment: Row, args: Args) -> str:
    return _part(Fraction(assessment["points"]) / Fraction(assessment["most"]))


def may(view: View, assessment: Row, args: Args) -> list[str]:
    own = not view.is_partner and assessment["assessor_id"] == view.caller.person
    return ["WITHDRAW"] if own and assessment["withdrawn_at"] is None else []


def trends(scores: Iterable[Row]) -> list[dict[str, Any]]:
    groups: dict[Any, list[Row]] = {}
    for row in scores:
        if not row["withdrawn"]:
            key = row["criterion"], row["held_on"].replace(day=1), row["by_themselves"]
            groups.setdefault(key, []).append(row)
    return [
        {
            "criterion": criterion,
            "month": date_text(month),
            "byThemselves": by_themselves,
            "observed": len(seen := [each for each in rows if each["score"] is not None]),
            "notObserved": len(rows) - len(seen),
            "mean": _part(sum(map(_up, seen), Fraction(0)) / len(seen)) if seen else None,
        }
        for (criterion, month, by_themselves), rows in sorted(groups.items())
    ][:MOST_GROUPS]


def _up(row: Row) -> Fraction:
    low, high = BOUNDS[row["scale"]]
    return Fraction(row["score"] - low, high - low)


def _part(value: Fraction) -> str:
    exact = Decimal(value.numerator * 10**8 // value.denominator) / 10**8
    return number_text(exact.quantize(Decimal("0.0001"), ROUND_HALF_UP))
