"""What pays today, and in which currency."""

from typing import Any

from tests.differential.oracle.facts import Row
from tests.differential.oracle.figures import money
from tests.differential.oracle.standing import View


def current_version(view: View, plan: Row, args: object) -> Row | None:
    begun = [
        each
        for each in view.facts.all("PayPlanVersion")
        if each["plan_id"] == plan["id"]
        and each["published_at"] is not None
        and each["begins_on"] <= view.today
    ]
    latest = max(begun, key=lambda each: each["begins_on"], default=None)
    return latest if view.sees(latest) else None


def target_incentive(view: View, assignment: Row, args: object) -> Any:
    plan = view.facts.get("PayPlan", assignment["plan_id"])
    assert plan is not None
    return money(assignment["target_incentive"], plan["currency"])
