"""What the forms of goals mean: contributors' parts, matrices, adjustments, ratings, closings."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from tests.differential.oracle.facts import Facts, Row
from tests.differential.oracle.figures import (
    SOLD,
    actual_of,
    counted,
    figure,
    figure_of,
    measure_of,
    sold_by,
)
from tests.differential.oracle.pages import Order, page
from tests.differential.oracle.printing import number_text, share_text
from tests.differential.oracle.standing import View

LEVELS = ("stretch", "target", "threshold")
CONTRIBUTIONS = Order("GoalContribution", ("amount", "goal_id", "person_id"), True)


def contributions(view: View, goal: Row, args: dict[str, Any]) -> dict[str, Any]:
    """Whoever sold something that counts, each with the sum of it."""
    facts, measure = view.facts, measure_of(view.facts, goal)
    rows: list[Row] = []
    if measure and measure["source"] in SOLD and goal["scope"] != "organisation":
        sums: dict[UUID, Fraction] = {}
        for sale in facts.all("Sale"):
            amount = sold_by(facts, goal, measure["source"], sale)
            if amount is not None:
                sums[sale["person_id"]] = sums.get(sale["person_id"], Fraction(0)) + amount
        whole = sum(sums.values(), Fraction(0))
        for person, amount in sums.items():
            rows.append(
                {
                    "__typename": "GoalContribution",
                    "goal_id": goal["id"],
                    "person_id": person,
                    "amount": actual_of(amount, Fraction(1)),
                    "shown": (amount, whole, measure, goal["currency"]),
                }
            )
    return page(CONTRIBUTIONS, args, CONTRIBUTIONS.sorted(rows))


def contribution_actual(view: View, row: Row, args: object) -> Any:
    _, _, measure, currency = row["shown"]
    return figure_of(measure, currency, row["amount"])


def contribution_share(view: View, row: Row, args: object) -> str | None:
    amount, whole, _, _ = row["shown"]
    return share_text(amount, whole) if whole else None


def _found(facts: Facts, kpi: Row) -> tuple[Fraction | None, Fraction]:
    """What a line counts: like a goal, of its own owner where it has one."""
    goal = facts.get("Goal", kpi["goal_id"])
    assert goal is not None
    key = ("kpi", kpi["id"])
    if key not in facts.remembered:
        owner = kpi["owner_id"]
        like_a_goal = {
            **goal,
            "measure": kpi["measure"],
            "currency": kpi["currency"],
            "owner_id": owner or goal["owner_id"],
            "scope": "own" if owner else goal["scope"],
        }
        facts.remembered[key] = counted(facts, like_a_goal)
    found: tuple[Fraction | None, Fraction] = facts.remembered[key]
    return found


def kpi_figure(view: View, kpi: Row, column: str) -> Any:
    return figure(view.facts, kpi, kpi[column])


def kpi_actual(view: View, kpi: Row, args: object) -> Any:
    return figure(view.facts, kpi, actual_of(*_found(view.facts, kpi)))


def _level(facts: Facts, kpi: Row) -> str | None:
    part, whole = _found(facts, kpi)
    measure = measure_of(facts, kpi)
    if part is None or not whole or measure is None:
        return None
    for name in LEVELS:
        wanted = Fraction(kpi[name]) * whole
        if part <= wanted if measure["direction"] == "lower" else part >= wanted:
            return name
    return "none"


def kpi_level(view: View, kpi: Row, args: object) -> str | None:
    level = _level(view.facts, kpi)
    return level and level.upper()


def _score(facts: Facts, kpi: Row) -> Decimal:
    level = _level(facts, kpi)
    return Decimal(0) if level in (None, "none") else Decimal(kpi[f"{level}_score"])


def kpi_score(view: View, kpi: Row, args: object) -> str:
    return number_text(_score(view.facts, kpi))


def matrix_score(view: View, goal: Row, args: object) -> str | None:
    lines = [kpi for kpi in view.facts.all("GoalKpi") if kpi["goal_id"] == goal["id"]]
    if not lines:
        return None
    score = sum((kpi["weight"] * _score(view.facts, kpi) for kpi in lines), Decimal(0))
    return number_text(score.quantize(Decimal("0.0001"), ROUND_HALF_UP))


def measured_actual(view: View, goal: Row, args: object) -> Any:
    return figure(view.facts, goal, actual_of(*counted(view.facts, goal)))


def about_goal(column: str) -> Any:
    """A figure in the unit of the goal that a row belongs to."""

    def meaning(view: View, row: Row, args: object) -> Any:
        goal = view.facts.get("Goal", row["goal_id"])
        assert goal is not None
        return figure(view.facts, goal, row[column])

    return meaning


def closing(view: View, goal: Row, args: object) -> Row | None:
    found = (
        row
        for row in view.facts.all("GoalClosing")
        if row["goal_id"] == goal["id"] and row["reopened_at"] is None
    )
    row = next(found, None)
    return row if view.sees(row) else None


def template_lines(view: View, template: Row, args: object) -> list[dict[str, Any]]:
    own = [row for row in view.facts.all("GoalTemplateKpi") if row["template_id"] == template["id"]]
    numbers = {
        "weight": "weight",
        "threshold": "threshold",
        "target": "target",
        "stretch": "stretch",
    }
    numbers |= {f"{level}Score": f"{level}_score" for level in ("threshold", "target", "stretch")}
    return [
        {"measure": row["measure"], "currency": row["currency"]}
        | {shown: number_text(row[column]) for shown, column in numbers.items()}
        for row in sorted(own, key=lambda row: row["place"])
    ]


def steps(view: View, ramp: Row, args: object) -> list[dict[str, Any]]:
    return [
        {"month": month, "share": format(share, "f")}
        for month, share in enumerate(ramp["steps"], 1)
    ]
