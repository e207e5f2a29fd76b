"""What goals and territories have reached, added up line by line."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from tests.differential.oracle.facts import Facts, Row
from tests.differential.oracle.filters import BAD_USER_INPUT, id_of
from tests.differential.oracle.pages import Order, page
from tests.differential.oracle.printing import amount_text, number_text, share_text
from tests.differential.oracle.reporting import Tree
from tests.differential.oracle.standing import View

MONTHS = {"MONTH": 1, "QUARTER": 3, "YEAR": 12}
MOST_PERIODS = 120


def money(amount: Decimal | None, currency: str) -> dict[str, str] | None:
    if amount is None:
        return None
    return {"amount": amount_text(amount, currency), "currency": currency}


def measure_of(facts: Facts, goal: Row) -> Row | None:
    """What a goal is measured by."""
    return next((row for row in facts.all("Measure") if row["key"] == goal["measure"]), None)


def figure(facts: Facts, goal: Row, amount: Decimal | None) -> dict[str, str | None] | None:
    """A figure in the unit of the goal's measure."""
    return figure_of(measure_of(facts, goal), goal["currency"], amount)


def figure_of(
    measure: Row | None, currency: str | None, amount: Decimal | None
) -> dict[str, str | None] | None:
    if measure is None or amount is None:
        return None
    shown = number_text(amount) if currency is None else amount_text(amount, currency)
    return {"amount": shown, "unit": measure["unit"].upper(), "currency": currency}


def reached(facts: Facts, goal: Row) -> tuple[Fraction | None, Fraction]:
    """What a goal has reached, as a part and what it is divided by."""
    key = ("reached", goal["id"])
    if key not in facts.remembered:
        facts.remembered[key] = _reached(facts, goal)
    found: tuple[Fraction | None, Fraction] = facts.remembered[key]
    return found


def _reached(facts: Facts, goal: Row) -> tuple[Fraction | None, Fraction]:
    if goal["override"] is not None:
        return Fraction(goal["override"]), Fraction(1)
    return counted(facts, goal)


SOLD = ("sales_amount", "sales_margin", "sales_quantity")


def counted(facts: Facts, goal: Row) -> tuple[Fraction | None, Fraction]:
    """What was counted for a goal, whatever somebody set in its place."""
    measure = measure_of(facts, goal)
    source = None if measure is None else measure["source"]
    if source in SOLD:
        sold = (sold_by(facts, goal, source, sale) for sale in facts.all("Sale"))
        return sum((each for each in sold if each is not None), Fraction(0)), Fraction(1)
    if source == "check_in":
        told = [row for row in facts.all("CheckIn") if row["goal_id"] == goal["id"]]
        told = [row for row in told if row["value"] is not None]
        latest = max(told, key=lambda row: (row["noted_at"], row["id"]), default=None)
        return (None if latest is None else Fraction(latest["value"])), Fraction(1)
    if source == "rating":
        rated = [row for row in facts.all("GoalRating") if row["goal_id"] == goal["id"]]
        latest = max(rated, key=lambda row: (row["rated_at"], row["id"]), default=None)
        return (None if latest is None else Fraction(latest["level"])), Fraction(1)
    if source in ("new_customers", "win_rate", "cycle_length", "acquisition_cost"):
        part, whole = _divided(facts, goal, source)
        return (part, whole) if whole else (None, Fraction(0))
    return None, Fraction(1)


def _divided(facts: Facts, goal: Row, source: str) -> tuple[Fraction, Fraction]:
    """What a measure counts, and what it is divided by."""
    ended = [
        row
        for row in facts.all("Opportunity")
        if row["closed_on"] is not None
        and _falls_in(facts, goal, row["person_id"], row["closed_on"])
    ]
    won = [row for row in ended if row["outcome"] == "won"]
    if source == "win_rate":
        return Fraction(len(won)), Fraction(len(ended))
    if source == "cycle_length":
        days = sum((row["closed_on"] - row["opened_on"]).days for row in won)
        return Fraction(days), Fraction(len(won))
    customers = sum(
        _falls_in(facts, goal, sale["person_id"], sale["sold_on"]) for sale in _first_sales(facts)
    )
    if source == "new_customers":
        return Fraction(customers), Fraction(1)
    spent = (
        Fraction(row["amount"])
        for row in facts.all("Expense")
        if row["currency"] == goal["currency"]
        and _falls_in(facts, goal, row["person_id"], row["spent_on"])
    )
    return sum(spent, Fraction(0)), Fraction(customers)


def _first_sales(facts: Facts) -> list[Row]:
    """The first line above zero that each customer bought."""
    key = "first sales"
    if key not in facts.remembered:
        first: dict[UUID, Row] = {}
        for sale in sorted(facts.all("Sale"), key=lambda row: (row["sold_on"], row["id"])):
            if sale["account_id"] is not None and sale["amount"] > 0:
                first.setdefault(sale["account_id"], sale)
        facts.remembered[key] = list(first.values())
    found: list[Row] = facts.remembered[key]
    return found


def _falls_in(facts: Facts, goal: Row, person: UUID | None, day: date) -> bool:
    """Whether what a person did on a day counts towards a goal, and is in its days."""
    ends = goal["ends_on"]
    return (
        ends is not None and goal["starts_on"] <= day <= ends and counts(facts, goal, person, day)
    )


def sold_by(facts: Facts, goal: Row, source: str, sale: Row) -> Fraction | None:
    """What a sale counts for a goal: one of whoever counts, in the goal's days and, as an amount, in
    its currency. Of a margin nothing is known where the cost is not. None where it does not count."""
    day = sale["sold_on"]
    if goal["ends_on"] is None or not goal["starts_on"] <= day <= goal["ends_on"]:
        return None
    if not counts(facts, goal, sale["person_id"], day):
        return None
    if source == "sales_quantity":
        return Fraction(sale["quantity"])
    if sale["currency"] != goal["currency"]:
        return None
    if source == "sales_amount":
        return Fraction(sale["amount"])
    return (
        Fraction(0) if sale["cost"] is None else Fraction(sale["amount"]) - Fraction(sale["cost"])
    )


def counts(facts: Facts, goal: Row, person: UUID | None, day: date) -> bool:
    """Whether what a person does on a day counts towards a goal."""
    if goal["scope"] == "organisation":
        return True
    if person is None:
        return False
    if goal["scope"] == "contributors":
        key = ("named", goal["id"])
        if key not in facts.remembered:
            rows = facts.all("GoalContributor")
            named = {row["person_id"] for row in rows if row["goal_id"] == goal["id"]}
            facts.remembered[key] = named
        return person in facts.remembered[key]
    if goal["scope"] == "team" and person != goal["owner_id"]:
        key = ("tree", day)
        if key not in facts.remembered:
            facts.remembered[key] = Tree(facts, day)
        tree: Tree = facts.remembered[key]
        return tree.is_above(goal["owner_id"], person)
    return goal["scope"] in ("own", "team") and bool(person == goal["owner_id"])


def actual(facts: Facts, goal: Row) -> Decimal | None:
    """What was reached; a mean or a rate with four places."""
    return actual_of(*reached(facts, goal))


def actual_of(part: Fraction | None, whole: Fraction) -> Decimal | None:
    if part is None:
        return None
    if whole == 1:
        return _exact(part)
    return Decimal(share_text(part, whole)) if whole else None


def _exact(value: Fraction) -> Decimal:
    """A sum of stored numbers, which have four places."""
    assert (value * 10_000).denominator == 1
    return Decimal((value * 10_000).numerator).scaleb(-4)


def actual_between(facts: Facts, goal: Row, first: date, last: date) -> Decimal | None:
    """What was reached in some days of a goal's, nothing of it set by hand."""
    part, whole = _reached(facts, {**goal, "starts_on": first, "ends_on": last, "override": None})
    if part is None:
        return None
    return _exact(part) if whole == 1 else Decimal(share_text(part, whole)) if whole else None


def attainment(facts: Facts, goal: Row) -> str | None:
    """How much of the target, or of the way to it; lower may be better."""
    (part, whole), measure, target = reached(facts, goal), measure_of(facts, goal), goal["target"]
    if part is None or measure is None or target is None:
        return None
    start = Fraction(goal["start_value"])
    gained, needed = part - start * whole, (Fraction(target) - start) * whole
    if measure["direction"] == "lower" and not start:
        gained, needed = Fraction(target) * whole, max(part, Fraction(0))
    return share_text(gained, needed) if needed else None


def share_or_none(part: Decimal | None, whole: Decimal | None) -> str | None:
    return share_text(part, whole) if whole and part is not None else None


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
            if goal["status"] in ("approved", "closed")
            and goal["measure"] == "revenue"
            and goal["scope"] == "own"
            and not goal["private"]
            and not _is_spread_of_another(view.facts, goal, row)
            and goal["currency"] == row["currency"]
            and row["starts_on"] <= goal["starts_on"] <= row["ends_on"]
            and _within(view.facts, goal["territory_id"], row["territory_id"])
        ]
        actual = _exact(
            sum((reached(view.facts, goal)[0] or Fraction(0) for goal in goals), Fraction(0))
        )
        target = sum((goal["target"] for goal in goals), Decimal(0))
        remembered[key] = (target, actual) if goals else (None, None)
    found: tuple[Decimal | None, Decimal | None] = remembered[key]
    return found


def _is_spread_of_another(facts: Facts, goal: Row, row: Row) -> bool:
    """Whether a longer goal of the same owner, of which this is a part, begins in the period."""
    longer = facts.get("Goal", goal["parent_id"])
    return (
        longer is not None
        and longer["owner_id"] == goal["owner_id"]
        and longer["roll_up"] == "sum"
        and longer["status"] in ("approved", "closed")
        and row["starts_on"] <= longer["starts_on"] <= row["ends_on"]
    )


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
