"""What happened, and what of it somebody wants to see."""

from typing import Any
from uuid import UUID

from tests.differential.oracle.facts import Row
from tests.differential.oracle.standing import View, in_digest, switched_off

Args = dict[str, Any]
MESSAGES = {
    "recognised": "Colleagues were recognised.",
    "insight_told": "Something was told from the field.",
    "insight_answered": "An insight was answered.",
    "insight_changed": "Something changed because of an insight.",
    "insight_declined": "An insight was declined.",
    "insight_merged": "An insight was merged into another.",
    "goal_submitted": "A goal was handed in for approval.",
    "goal_approved": "A goal was approved.",
    "goal_returned": "A goal was returned.",
    "goal_accepted": "A goal was accepted.",
    "goal_change_requested": "A change of a goal was asked for.",
    "goal_amended": "A goal got another target.",
    "goal_closed": "A goal was closed.",
    "milestone_reached": "A goal has reached {percent} % of its target.",
    "plan_opened": "A corrective plan was opened for a goal.",
    "plan_closed": "The corrective plan for a goal was closed.",
    "blocker_raised": "Something is in the way of a goal.",
    "blocker_resolved": "What was in the way of a goal is resolved.",
    "commented": "Somebody commented.",
}


def message(view: View, row: Row, args: Args) -> str:
    return MESSAGES[row["kind"]].format(percent=row["percent"])


def preferences(view: View) -> list[dict[str, Any]]:
    off = switched_off(view)
    return [{"kind": kind.upper(), "shown": kind not in off} for kind in MESSAGES]


def is_switched_off(view: View, row: Row) -> bool:
    return row["kind"] in switched_off(view)


def digests_with(view: View, row: Row) -> list[UUID]:
    return [each["id"] for each in view.facts.all("Digest") if in_digest(view, each, row)]
