"""What totals of pay mean: over five people at least, all made of the same cells."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from domain.incentives.templates import PlanTemplate, template_text
from schema.pay_plan_templates import SAID
from tests.differential.oracle.facts import Row
from tests.differential.oracle.figures import money
from tests.differential.oracle.filters import BAD_USER_INPUT
from tests.differential.oracle.pages import Order, page
from tests.differential.oracle.pay import stands
from tests.differential.oracle.printing import number_text
from tests.differential.oracle.reporting import Tree
from tests.differential.oracle.standing import View

PAY_TOTALS = Order("PayTotal", ("starts_on", "plan_id", "ends_on", "currency"), True)
TEMPLATES = Order("PayPlanTemplate", ("name", "key"))
TOO_FEW = "Fewer than five people were paid anything by this plan in this period."
WOULD_TELL = "By component it would tell what fewer than five people were paid."
Earned = dict[UUID, dict[str, tuple[str, Decimal]]]


def days_refused(view: View, given: dict[str, Any]) -> Iterator[str]:
    first, last = _days(view, given)
    if last < first or last - first > timedelta(days=5 * 366):
        yield BAD_USER_INPUT


def pay_totals(view: View, row: object, args: dict[str, Any]) -> Any:
    rows = []
    if view.reads_all("pay_total"):
        first, last = _days(view, args.get("filter") or {})
        for (plan, starts, ends, currency), earned in _earned(view).items():
            seen = view.reads_all("pay") or ends < view.today
            if seen and starts <= last and ends >= first:
                days = {"plan_id": plan, "starts_on": starts, "ends_on": ends}
                rows.append({**days, "currency": currency, "earned": earned})
    return page(PAY_TOTALS, args, PAY_TOTALS.sorted(rows))


def _days(view: View, given: dict[str, Any]) -> tuple[date, date]:
    return given.get("from") or date(view.today.year, 1, 1), given.get("to") or view.today


def _earned(view: View) -> dict[tuple[Any, ...], Earned]:
    found: dict[tuple[Any, ...], Earned] = defaultdict(dict)
    for result in filter(stands, view.facts.all("PayResult")):
        parts = {
            part[0]: (part[1], Decimal(part[2]))
            for part in result["components"]
            if Decimal(part[2])
        }
        if result["total"] is not None and parts:
            place = tuple(result[k] for k in ("plan_id", "starts_on", "ends_on", "currency"))
            found[place][result["person_id"]] = parts
    return found


def people(view: View, row: Row, args: object) -> int | None:
    return len(row["earned"]) if len(row["earned"]) >= 5 else None


def total(view: View, row: Row, args: object) -> Any:
    return money(None if withheld(view, row, args) else _sum(row["earned"]), row["currency"])


def withheld(view: View, row: Row, args: object) -> str | None:
    return TOO_FEW if len(row["earned"]) < 5 else None


def _sum(earned: Earned) -> Decimal:
    parts = (amount for each in earned.values() for _, amount in each.values())
    return sum(parts, Decimal(0))


def _grouped(view: View, row: Row) -> dict[UUID | None, Earned]:
    tree = view.facts.remembered.setdefault(key := ("tree", row["ends_on"]), None)
    if tree is None:
        tree = view.facts.remembered[key] = Tree(view.facts, row["ends_on"])
    of: dict[UUID | None, Earned] = defaultdict(dict)
    for person, parts in row["earned"].items():
        of[tree.nearest_above(person)][person] = parts
    rest: Earned = of.pop(None, {})
    shown: dict[UUID | None, Earned] = {}
    for leader in sorted(of, key=lambda each: (len(of[each]), each)):
        if len(of[leader]) < 5 or 0 < len(rest) < 5:
            rest |= of[leader]
        else:
            shown[leader] = of[leader]
    return shown | ({None: rest} if rest else {})


def teams(view: View, row: Row, args: object) -> list[dict[str, Any]]:
    if withheld(view, row, args):
        return []
    found = []
    for leader, earned in _grouped(view, row).items():
        person = view.facts.get("Person", leader)
        name = person["name"] if person else None
        said = {"manager": name, "people": len(earned), "amount": number_text(_sum(earned))}
        found.append(((leader is None, name or "", str(leader)), said))
    return [said for _, said in sorted(found, key=lambda each: each[0])]


def components(view: View, row: Row, args: object) -> list[dict[str, Any]]:
    if withheld(view, row, args):
        return []
    groups = list(_grouped(view, row).values())
    keys = {key for parts in row["earned"].values() for key in parts}
    small = {key for key in keys if any(0 < _having(group, {key}) < 5 for group in groups)}
    if any(0 < _having(group, small) < 5 for group in groups):
        return []
    found = []
    for key in (*sorted(keys - small), *([None] if small else [])):
        among = small if key is None else {key}
        parts = [
            part for each in row["earned"].values() for name, part in each.items() if name in among
        ]
        amount = sum((amount for _, amount in parts), Decimal(0))
        name = None if key is None else min(name for name, _ in parts)
        found.append({"key": key, "name": name, "amount": number_text(amount)})
    return found


def _having(earned: Earned, keys: set[str]) -> int:
    return sum(bool(keys & parts.keys()) for parts in earned.values())


def components_withheld(view: View, row: Row, args: object) -> str | None:
    if reason := withheld(view, row, args):
        return reason
    return None if components(view, row, args) else WOULD_TELL


def templates(view: View, row: object, args: dict[str, Any]) -> Any:
    """The classic plans, as they stand in their files."""
    (organisation,) = view.facts.all("Organisation")
    rows = [
        {
            "key": each.name,
            "name": each.value.replace("-", " ").capitalize(),
            "description": SAID[each.name],
            "text": template_text(each, currency=organisation["currency"]),
        }
        for each in PlanTemplate
        if view.reads_all("pay_plan")
    ]
    return page(TEMPLATES, args, TEMPLATES.sorted(rows))
