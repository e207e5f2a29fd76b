"""What a caller may do to a goal, told from the sentences in which acts refuse it."""

from collections.abc import Mapping
from typing import Any

from tests.differential.oracle.agreement import is_locked
from tests.differential.oracle.facts import Row
from tests.differential.oracle.figures import measure_of
from tests.differential.oracle.reporting import Tree
from tests.differential.oracle.standing import View

WRITTEN = ("draft", "returned")
OPEN = ("draft", "submitted", "returned", "approved")
STATES: Mapping[str, tuple[str, ...]] = {
    "CHANGE": WRITTEN,
    "SET_MATRIX": WRITTEN,
    "SHARE": WRITTEN,
    "PRORATE": WRITTEN,
    "SUBMIT": WRITTEN,
    "APPROVE": ("submitted",),
    "RETURN": ("submitted",),
    "ACCEPT": ("approved",),
    "REQUEST_CHANGE": ("approved",),
    "AMEND": ("approved",),
    "CHECK_IN": ("approved",),
    "RAISE_BLOCKER": ("approved",),
    "OPEN_PLAN": ("approved",),
    "KEEP_PRIVATE": WRITTEN,
    "OPEN": WRITTEN,
    "OVERRIDE": ("approved",),
    "RATE": ("approved",),
    "CLOSE": ("approved",),
    "REOPEN": ("closed",),
    "PROPOSE": ("draft", "returned", "submitted"),
    "ALIGN": OPEN,
    "ROLL_UP": OPEN,
    "SPREAD": ("draft", "returned", "approved"),
    "CASCADE": ("submitted", "approved"),
    "SET_BUDGET": (*OPEN, "closed"),
}
"""The actions in the order in which they are listed, each with the states that allow it."""
DESPITE_A_LOCK = {
    "ACCEPT", "REQUEST_CHANGE", "AMEND", "CHECK_IN", "RAISE_BLOCKER", "OPEN_PLAN", "OVERRIDE", "RATE",
    "CLOSE", "REOPEN", "SET_BUDGET",
}  # fmt: skip
SUMMED = ("sales_amount", "sales_margin", "sales_quantity", "new_customers", "check_in")


def viewer_can(view: View, goal: Row, args: dict[str, Any]) -> list[str]:
    locked = is_locked(view, goal)
    return [
        action
        for action, states in STATES.items()
        if goal["status"] in states
        and (not locked or action in DESPITE_A_LOCK)
        and _may(view, action, goal)
        and _allows(view, action, goal)
    ]


def _may(view: View, action: str, goal: Row) -> bool:
    if action in ("APPROVE", "RETURN") and view.decides_for_another(goal):
        return True
    return view.may(action, goal["owner_id"])


def _allows(view: View, action: str, goal: Row) -> bool:
    facts, id = view.facts, goal["id"]
    below = [each for each in facts.all("Goal") if each["parent_id"] == id]
    measure = measure_of(facts, goal)
    rated = measure is not None and measure["source"] == "rating"
    sums = measure is not None and measure["source"] in SUMMED and measure["unit"] in ("money", "number")  # fmt: skip
    match action:
        case "SUBMIT":
            return not (goal["private"] and view.tree.is_at_the_top(goal["owner_id"]))
        case "SHARE":
            return not goal["private"]
        case "ALIGN" | "ROLL_UP":
            is_agreed = goal["status"] not in WRITTEN
            is_theirs_alone = goal["owner_id"] == view.caller.person and is_agreed
            return not is_theirs_alone and not (action == "ROLL_UP" and goal["private"])
        case "PRORATE":
            return goal["target"] is not None and goal["ends_on"] is not None
        case "AMEND":
            amendments = facts.all("GoalAmendment")
            return not any(a["goal_id"] == id and a["state"] == "requested" for a in amendments)
        case "OPEN_PLAN":
            plans = facts.all("CorrectivePlan")
            return not any(plan["goal_id"] == id and plan["state"] != "closed" for plan in plans)
        case "OPEN":
            return bool(goal["private"])
        case "KEEP_PRIVATE":
            lines = [each for each in facts.all("GoalKpi") if each["goal_id"] == id]
            alone = goal["parent_id"] is None and not below and goal["roll_up"] == "none"
            alone = alone and goal["weight"] is None and goal["template_id"] is None
            its_own = goal["scope"] == "own" and all(each["owner_id"] is None for each in lines)
            return not goal["private"] and alone and its_own
        case "OVERRIDE":
            return not rated
        case "RATE":
            return rated
        case "CLOSE":
            return bool(goal["ends_on"] < view.today)
        case "SPREAD":
            whole = goal["target"] is not None and goal["ends_on"] is not None
            parts = all(each["period_id"] and each["status"] in WRITTEN for each in below)
            starts = not goal["start_value"] and goal["scope"] != "contributors"
            starts = starts and goal["roll_up"] != "weighted"
            return not goal["private"] and whole and sums and starts and parts
        case "CASCADE":
            return not goal["private"] and sums and _has_people(view, goal)
    return True


def _has_people(view: View, goal: Row) -> bool:
    tree, day = Tree(view.facts, goal["starts_on"]), goal["starts_on"]
    return any(
        tree.is_above(goal["owner_id"], person["id"])
        and person["disabled_at"] is None
        and (person["left_on"] is None or person["left_on"] > day)
        for person in view.facts.all("Person")
    )
