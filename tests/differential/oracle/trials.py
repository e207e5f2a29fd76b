"""What runs that gave somebody up, and dry runs, mean."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from tests.differential.oracle.facts import Row
from tests.differential.oracle.figures import money
from tests.differential.oracle.printing import instant_text, number_text
from tests.differential.oracle.standing import View

Meaning = Callable[[View, Row, Any], Any]


def breakdowns(view: View, run: Row, args: object) -> list[dict[str, str]]:
    given_up = [
        part
        for part in view.facts.all("PayRunPart")
        if part["run_id"] == run["id"] and part["given_up_at"] is not None
    ]
    found = []
    for part in sorted(given_up, key=lambda each: each["place"]):
        person = view.facts.get("Person", part["payees"][0])
        plan = view.facts.get("PayPlan", part["plan_id"])
        assert person is not None
        assert plan is not None
        found.append(
            {
                "person": person["name"],
                "plan": plan["name"],
                "failure": part["failure"],
                "givenUpAt": instant_text(part["given_up_at"]),
            }
        )
    return found


def in_all(column: str) -> Meaning:
    def meaning(view: View, trial: Row, args: object) -> Any:
        known = _known(view, trial)
        plan = view.facts.get("PayPlan", trial["plan_id"])
        assert plan is not None
        whole = sum((row[column] for row in known), Decimal(0)) if known else None
        return money(whole, plan["currency"])

    return meaning


def how_many(which: Callable[[Decimal], bool]) -> Meaning:
    return lambda view, trial, args: sum(which(row["difference"]) for row in _known(view, trial))


def components_of_all(view: View, trial: Row, args: object) -> list[dict[str, str]]:
    return components(_known(view, trial))


def components(payees: Sequence[Row]) -> list[dict[str, str]]:
    parts = [part for payee in payees for part in payee["components"]]
    found = []
    for key in sorted({part["key"] for part in parts}):
        of = [part for part in parts if part["key"] == key]
        sums = {
            name: sum((Decimal(part[name]) for part in of), Decimal(0))
            for name in ("paid", "tried")
        }
        names = max(part["name"] for part in of)
        found.append({"key": key, "name": names, **{k: number_text(v) for k, v in sums.items()}})
    return found


def _known(view: View, trial: Row) -> list[Row]:
    payees = view.facts.all("PayTrialPayee")
    return [row for row in payees if row["run_id"] == trial["id"] and row["failure"] is None]
