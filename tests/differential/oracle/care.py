"""What blockers, corrective plans and notices mean."""

from collections.abc import Callable, Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tests.differential.oracle.facts import Row
from tests.differential.oracle.printing import date_text, number_text
from tests.differential.oracle.standing import View

Args = dict[str, Any]
Meaning = Callable[[View, Any, Args], Any]

CAUSES = ("external", "personal", "policy", "process", "tools")
MESSAGES: Mapping[str, str] = {
    "submission_due": "Your goal is not handed in for approval yet, and its period begins soon or has"
    " begun.",
    "approval_waits": "A goal has waited for your decision for {days}.",
    "approval_overdue": "A goal has waited for a decision for {days}, and comes to you.",
    "amendment_waits": "An amendment has waited for your decision for {days}.",
    "amendment_overdue": "An amendment has waited for a decision for {days}, and comes to you.",
    "check_in_due": "You have not checked in on a goal for {days}.",
    "check_in_overdue": "A goal of somebody below you has had no check-in for {days}.",
    "milestone_reached": "A goal has reached {percent} % of its target.",
    "plan_opened": "A corrective plan was opened for a goal.",
    "plan_closed": "The corrective plan for a goal was closed.",
    "blocker_raised": "Something is in the way of a goal.",
    "blocker_resolved": "What was in the way of your goal is resolved.",
    "one_to_one_planned": "Somebody planned a one-to-one with you.",
    "one_to_one_moved": "A one-to-one of yours was moved.",
    "one_to_one_cancelled": "A one-to-one of yours was cancelled.",
    "note_shared": "Somebody shared a note with you.",
    "note_answered": "Somebody answered to a note.",
    "note_acknowledged": "Your note was acknowledged.",
    "mentioned": "Somebody mentioned you in a comment.",
    "commented": "There is a new comment on something that concerns you.",
    "feedback_asked": "Somebody asks you for feedback.",
    "feedback_due": "A request for feedback waits for your answer.",
    "feedback_given": "There is new feedback for you.",
    "feedback_declined": "A request of yours for feedback was declined.",
    "recognition_given": "Somebody recognised you.",
    "insight_given": "You were asked to answer an insight.",
    "insight_answered": "An insight was answered.",
    "insight_changed": "Something changed because of an insight.",
    "insight_declined": "An insight was declined.",
    "insight_merged": "Your insight was merged into another.",
    "task_asked": "Somebody asked you to do something.",
    "task_handed_over": "A task was handed over to you.",
    "task_done": "A task that you asked for or own is done.",
    "task_dropped": "A task that you asked for or own was dropped.",
    "task_due": "A task of yours is due.",
    "task_overdue": "A task of yours, or one that you asked for, is overdue.",
    "assessed": "You were assessed by a scorecard.",
}


def message(view: View, notice: Row, args: Args) -> str:
    days = "1 day" if notice["days"] == 1 else f"{notice['days']} days"
    return MESSAGES[notice["kind"]].format(days=days, percent=notice["percent"])


def in_words(column: str) -> Meaning:
    """What is personal is read by the owner and the managers above alone."""

    def meaning(view: View, blocker: Row, args: Args) -> Any:
        owner = _owner(view, blocker)
        reads = blocker["cause"] != "personal" or owner == view.caller.person or view.leads(owner)
        return blocker[column] if reads else None

    return meaning


def about_blocker(view: View, blocker: Row, args: Args) -> list[str]:
    owner = _owner(view, blocker)
    if blocker["state"] != "open":
        return []
    if owner == view.caller.person:
        return ["WITHDRAW"] if view.caller.roles & {"rep", "manager"} else []
    return ["RESOLVE"] if view.leads(owner) else []


def about_plan(view: View, plan: Row, args: Args) -> list[str]:
    owner = _owner(view, plan)
    if plan["state"] == "closed":
        return []
    steps = [each for each in view.facts.all("CorrectiveStep") if each["plan_id"] == plan["id"]]
    ticks = ["TICK_STEP"] if steps else []
    if owner == view.caller.person:
        return ["ADD_STEP", *ticks] if view.caller.roles & {"rep", "manager"} else []
    if not view.leads(owner):
        return []
    agrees = ["AGREE"] if plan["state"] == "open" and ticks else []
    return ["ADD_STEP", *ticks, *agrees, "CLOSE"]


def milestones(view: View, goal: Row, args: Args) -> list[Args]:
    reached = sorted(
        (row["percent"], row["reached_on"])
        for row in view.facts.milestones
        if row["goal_id"] == goal["id"]
    )
    return [{"percent": percent, "reachedOn": date_text(day)} for percent, day in reached]


def by_cause(view: View, rows: Iterable[Row]) -> list[Args]:
    """The report: counts of each cause, of no private goals."""
    counted = [row for row in rows if not view.facts.rows["Goal"][row["goal_id"]]["private"]]
    report = []
    for cause in CAUSES:
        states = [row["state"] for row in counted if row["cause"] == cause]
        days = [
            (row["resolved_on"] - row["raised_on"]).days
            for row in counted
            if row["cause"] == cause and row["state"] == "resolved"
        ]
        mean = Decimal(sum(days)) / len(days) if days else None
        if states:
            report.append(
                {
                    "cause": cause.upper(),
                    "open": states.count("open"),
                    "resolved": states.count("resolved"),
                    "withdrawn": states.count("withdrawn"),
                    "meanDaysToResolve": None
                    if mean is None
                    else number_text(mean.quantize(Decimal("0.1"), ROUND_HALF_UP)),
                }
            )
    return report


def _owner(view: View, row: Row) -> Any:
    return view.facts.rows["Goal"][row["goal_id"]]["owner_id"]
