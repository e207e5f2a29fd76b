"""What goals and territories have reached, added up line by line."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from tests.differential.oracle.facts import Facts, Row
from tests.differential.oracle.filters import BAD_USER_INPUT, id_of
from tests.differential.oracle.pages import Order, page
from tests.differential.oracle.printing import amount_text, number_text, share_text
from tests.differential.oracle.standing import View

MONTHS = {"MONTH": 1, "QUARTER": 3, "YEAR": 12}
MOST_PERIODS = 120


def money(amount: Decimal | None, currency: str) -> dict[str, str] | None:
    if amount is None:
        return None
    return {"amount": amount_text(amount, currency), "currency": currency}


def reached(facts: Facts, goal: Row) -> Decimal:
    """The owner's sales in the goal's days and currency; of a margin, those whose cost is known."""
    key = ("reached", goal["id"])
    if key not in facts.remembered:
        counted = [
            sale
            for sale in facts.all("Sale")
            if sale["person_id"] == goal["owner_id"]
            and sale["currency"] == goal["currency"]
            and goal["starts_on"] <= sale["sold_on"] <= goal["ends_on"]
        ]
        if goal["measure"] == "margin":
            amounts = [s["amount"] - s["cost"] for s in counted if s["cost"] is not None]
        else:
            amounts = [sale["amount"] for sale in counted]
        facts.remembered[key] = sum(amounts, Decimal(0))
    found: Decimal = facts.remembered[key]
    return found


def attainment(actual: Decimal | None, target: Decimal | None) -> str | None:
    return share_text(actual, target) if target and actual is not None else None


PERFORMANCE = Order("TerritoryPerformance", ("starts_on", "territory_name", "territory_id"))


def periods_refused(view: View, by: str, given: dict[str, Any]) -> Iterator[str]:
    """Codes of what is wrong with a filter of performance."""
    ids = given.get("territoryIds") or []
    if len(ids) > 100 or any(id_of(text, "territory") is None for text in ids):
        yield BAD_USER_INPUT
    first, last = _days(view, given)
    if last < first or len(_beginnings(by, first, last)) > MOST_PERIODS:
        yield BAD_USER_INPUT


def performance(view: View, row: Row, args: dict[str, Any]) -> dict[str, Any]:
    given = args.get("filter") or {}
    named = given.get("territoryIds")
    ids = None if named is None else {id_of(text, "territory") for text in named}
    (organisation,) = view.facts.all("Organisation")
    rows = [
        {
            "territory_id": territory["id"],
            "territory_name": territory["name"],
            "starts_on": begins,
            "ends_on": _end(begins, MONTHS[args["by"]]),
            "currency": organisation["currency"],
        }
        for territory in view.facts.all("Territory")
        if (ids is None or territory["id"] in ids) and _sees(view, territory["id"])
        for begins in _beginnings(args["by"], *_days(view, given))
    ]
    return page(PERFORMANCE, args, PERFORMANCE.sorted(rows))


def _sees(view: View, territory: UUID) -> bool:
    key = ("performance", territory)
    if key not in view.remembered:
        view.remembered[key] = view.sees_performance_of(territory)
    return bool(view.remembered[key])


def _days(view: View, given: dict[str, Any]) -> tuple[date, date]:
    return given.get("from") or date(view.today.year, 1, 1), given.get("to") or view.today


def _beginnings(by: str, first: date, last: date) -> list[date]:
    """First days of the periods that a day from the first to the last is in; one too many where
    there are more than may be."""
    months = MONTHS[by]
    begins = date(first.year, (first.month - 1) // months * months + 1, 1)
    found: list[date] = []
    while begins <= last and len(found) <= MOST_PERIODS:
        found.append(begins)
        end = _end(begins, months)
        if end == date.max:
            break
        begins = end + timedelta(days=1)
    return found


def _end(begins: date, months: int) -> date:
    year, month = divmod(begins.year * 12 + begins.month - 1 + months, 12)
    return date.max if year > date.max.year else date(year, month + 1, 1) - timedelta(days=1)


def _within(facts: Facts, territory: UUID | None, outer: UUID) -> bool:
    return outer in facts.outwards(territory)


def territory_sales(view: View, row: Row, args: object) -> dict[str, str] | None:
    """Everything sold there in the period, whoever sold it, in the organisation's currency."""
    sold = sum(
        (
            sale["amount"]
            for sale in view.facts.all("Sale")
            if sale["currency"] == row["currency"]
            and row["starts_on"] <= sale["sold_on"] <= row["ends_on"]
            and _within(view.facts, sale["territory_id"], row["territory_id"])
        ),
        Decimal(0),
    )
    return money(sold, row["currency"])


def territory_goals(view: View, row: Row) -> tuple[Decimal | None, Decimal | None]:
    """Target and actual of the approved revenue goals that begin in the period; None without."""
    key = ("goals", row["territory_id"], row["starts_on"], row["ends_on"])
    remembered = view.facts.remembered
    if key not in remembered:
        goals = [
            goal
            for goal in view.facts.all("Goal")
            if goal["status"] == "approved"
            and not goal["private"]
            and goal["measure"] == "revenue"
            and goal["currency"] == row["currency"]
            and row["starts_on"] <= goal["starts_on"] <= row["ends_on"]
            and _within(view.facts, goal["territory_id"], row["territory_id"])
        ]
        actual = sum((reached(view.facts, goal) for goal in goals), Decimal(0))
        target = sum((goal["target"] for goal in goals), Decimal(0))
        remembered[key] = (target, actual) if goals else (None, None)
    found: tuple[Decimal | None, Decimal | None] = remembered[key]
    return found


def sales_totals(view: View, rows: list[Row]) -> list[dict[str, Any]]:
    """Sums over these sales, one for each currency."""
    totals = []
    for currency in sorted({row["currency"] for row in rows}):
        lines = [row for row in rows if row["currency"] == currency]
        costs = [row["cost"] for row in lines if _cost_shown(view, row) and row["cost"] is not None]
        cost = amount_text(sum(costs, Decimal(0)), currency) if costs else None
        totals.append(
            {
                "currency": currency,
                "amount": amount_text(sum((row["amount"] for row in lines), Decimal(0)), currency),
                "cost": cost,
                "quantity": number_text(sum((row["quantity"] for row in lines), Decimal(0))),
                "lines": len(lines),
                "orders": len({row["order_number"] for row in lines} - {""}),
            }
        )
    return totals


def _cost_shown(view: View, sale: Row) -> bool:
    return view.reads("team", sale["person_id"])


def sale_cost(view: View, sale: Row, args: object) -> dict[str, str] | None:
    return money(sale["cost"], sale["currency"]) if _cost_shown(view, sale) else None
