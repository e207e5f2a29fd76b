"""Goals below goals, what they say of the one above, and how it is shared out among people."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from tests.differential.oracle.facts import Facts, Row
from tests.differential.oracle.figures import attainment, figure
from tests.differential.oracle.printing import amount_text, number_text, share_text
from tests.differential.oracle.standing import View

Children = Mapping[UUID, list[Row]]


def above(facts: Facts, goal: Row) -> list[UUID]:
    """The goals that a goal stands below, from the nearest to the top."""
    found = []
    while (parent := facts.get("Goal", goal["parent_id"])) is not None:
        found.append(parent["id"])
        goal = parent
    return found


def below(facts: Facts, goal: UUID) -> list[Row]:
    """Everything below a goal."""
    key = ("below",)
    if key not in facts.remembered:
        found: dict[UUID, list[Row]] = {}
        for row in facts.all("Goal"):
            for outer in above(facts, row):
                found.setdefault(outer, []).append(row)
        facts.remembered[key] = found
    rows: list[Row] = facts.remembered[key].get(goal, [])
    return rows


def children(facts: Facts, goal: UUID) -> list[Row]:
    """The goals directly below, private ones apart."""
    return [row for row in below(facts, goal) if row["parent_id"] == goal and not row["private"]]


def _same_sort(part: Row, goal: Row) -> bool:
    return bool(
        not part["private"]
        and goal["measure"] is not None
        and (part["measure"], part["currency"]) == (goal["measure"], goal["currency"])
    )


def _sum(amounts: list[Decimal | None]) -> Decimal | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if known else None


def children_target(facts: Facts, goal: Row) -> Decimal | None:
    parts = [row for row in children(facts, goal["id"]) if _same_sort(row, goal)]
    return _sum([row["target"] for row in parts])


def _proposals(facts: Facts, goal: Row) -> list[Decimal | None]:
    """The numbers of which what is proposed from below is made up; some are missing."""
    parts = [row for row in below(facts, goal["id"]) if _same_sort(row, goal)]
    lowest = [
        part
        for part in parts
        if not any(_same_sort(lower, part) for lower in below(facts, part["id"]))
    ]
    return [row["proposed"] for row in lowest or [goal]]


def bottom_up(facts: Facts, goal: Row) -> Decimal | None:
    return _sum(_proposals(facts, goal))


def proposals_missing(facts: Facts, goal: Row) -> int:
    return sum(amount is None for amount in _proposals(facts, goal))


def less(amount: Decimal | None, other: Decimal | None) -> Decimal | None:
    return None if amount is None or other is None else amount - other


def share_of_target(amount: Decimal | None, goal: Row) -> str | None:
    return share_text(amount, goal["target"]) if amount is not None and goal["target"] else None


def weighted_progress(facts: Facts, goal: Row) -> str | None:
    progress = _weighted(facts, goal)
    return None if progress is None else share_text(progress, Fraction(1))


def _weighted(facts: Facts, goal: Row) -> Fraction | None:
    parts = children(facts, goal["id"])
    if goal["roll_up"] != "weighted" or not parts:
        return None
    given = sum((Fraction(p["weight"]) for p in parts if p["weight"] is not None), Fraction(0))
    left = max(1 - given, Fraction(0))
    others = sum(part["weight"] is None for part in parts)
    total = Fraction(0)
    for part in parts:
        if part["status"] not in ("approved", "closed"):
            continue  # not agreed yet
        weight = left / others if part["weight"] is None else Fraction(part["weight"])
        progress = _weighted(facts, part)
        if progress is None:
            progress = Fraction(attainment(facts, part) or 0)
        total += weight * progress
    return total


def budgets(view: View, goal: Row) -> list[dict[str, Any]]:
    return [
        {
            "kind": row["kind"].upper(),
            "amount": _amount(row["amount"], row["currency"]),
            "currency": row["currency"],
            "note": row["note"],
        }
        for row in sorted(_granted(view.facts, {goal["id"]}), key=_place)
    ]


def budgets_total(view: View, goal: Row) -> list[dict[str, Any]]:
    lower = {row["id"] for row in below(view.facts, goal["id"]) if not row["private"]}
    grouped: dict[tuple[str, str | None], list[Decimal]] = {}
    for row in sorted(_granted(view.facts, lower | {goal["id"]}), key=_place):
        grouped.setdefault((row["kind"], row["currency"]), []).append(row["amount"])
    return [
        {
            "kind": kind.upper(),
            "amount": _amount(sum(amounts, Decimal(0)), currency),
            "currency": currency,
            "goals": len(amounts),
        }
        for (kind, currency), amounts in grouped.items()
    ]


def _granted(facts: Facts, goals: set[UUID]) -> list[Row]:
    return [row for row in facts.all("GoalBudget") if row["goal_id"] in goals]


def _place(budget: Row) -> str:
    return f"{budget['kind']}{budget['currency'] or ''}"


def _amount(amount: Decimal, currency: str | None) -> str:
    return number_text(amount) if currency is None else amount_text(amount, currency)


def in_its_unit(view: View, row: Row, amount: Decimal | None) -> Any:
    """A figure of what belongs to a goal, in the goal's unit."""
    goal = view.facts.get("Goal", row["goal_id"])
    assert goal is not None
    return figure(view.facts, goal, amount)


def lines(facts: Facts, cascade: UUID) -> list[Row]:
    return [row for row in facts.all("CascadeLine") if row["cascade_id"] == cascade]


def allocated(facts: Facts, cascade: UUID) -> Decimal | None:
    return _sum([row["plan"] for row in lines(facts, cascade) if row["depth"] == 1])


def by_level(view: View, cascade: Row, args: object) -> list[dict[str, Any]]:
    rows = lines(view.facts, cascade["id"])
    return [
        {
            "level": level,
            "recipients": len(there),
            "uplift": number_text(max(row["uplift"] for row in there)),
            "plan": number_text(sum((row["plan"] for row in there), Decimal(0))),
            "street": number_text(sum((row["street"] for row in there), Decimal(0))),
        }
        for level in sorted({row["depth"] for row in rows})
        for there in [[row for row in rows if row["depth"] == level]]
    ]


def rest(facts: Facts, line: Row) -> Decimal | None:
    """What of a line is not given on to those below."""
    parts = [row["plan"] for row in facts.all("CascadeLine") if row["above_id"] == line["id"]]
    return less(line["plan"], _sum(parts))
