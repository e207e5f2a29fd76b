"""What one-to-ones and their agendas mean."""

from typing import Any

from tests.differential.oracle.facts import Row
from tests.differential.oracle.standing import View

Args = dict[str, Any]


def about_one_to_one(view: View, meeting: Row, args: Args) -> list[str]:
    is_planned = meeting["state"] == "planned"
    return ["MOVE", "HOLD", "CANCEL", "ADD_ITEM", "ORDER"] if is_planned else []


def about_item(view: View, item: Row, args: Args) -> list[str]:
    if item["state"] == "waiting":
        opens = ["OPEN"] if item["opened_at"] is None else []
        withdraws = ["WITHDRAW"] if item["author_id"] == view.caller.person else []
        return [*opens, "TICK", *withdraws]
    meeting = view.facts.rows["OneToOne"][item["one_to_one_id"]]
    return ["UNTICK"] if item["state"] == "ticked" and meeting["state"] == "planned" else []


def about_task(view: View, task: Row, args: Args) -> list[str]:
    owns = task["owner_id"] == view.caller.person
    if not (owns or task["asked_by_id"] == view.caller.person):
        return []
    if task["state"] != "open":
        return ["REOPEN"]
    finishes = ["FINISH"] if owns else []
    hands = ["HAND_OVER"] if len(task["readers"]) > 1 else []
    return [*finishes, "DROP", *hands, "CHANGE_DUE_DAY"]


def about_part(view: View, part: Row, args: Args) -> list[str]:
    task = view.facts.rows["Task"][part["task_id"]]
    if part["person_id"] != view.caller.person or task["state"] != "open":
        return []
    return ["TICK"] if part["done_at"] is None else ["UNTICK"]
