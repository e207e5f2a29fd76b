"""How goals are agreed, said once more: what is missing, what is locked, what was in force."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from tests.differential.oracle.facts import Row
from tests.differential.oracle.figures import actual_between, figure
from tests.differential.oracle.filters import FILTERS, holding
from tests.differential.oracle.pages import Order, page
from tests.differential.oracle.standing import View

AS_OF = Order("GoalAsOf", ("starts_on", "goal_id"), True)
Args = dict[str, Any]


def missing(view: View, goal: Row, args: Args) -> list[str]:
    if goal["status"] not in ("draft", "returned"):
        return []
    owner = view.facts.get("Person", goal["owner_id"])
    assert owner is not None
    gone = owner["disabled_at"] is not None or (
        owner["left_on"] is not None and owner["left_on"] <= goal["starts_on"]
    )
    lacks = {
        "NAME": not goal["name"].strip(" "),
        "MEASURE": goal["measure"] is None,
        "TARGET": goal["target"] is None,
        "OWNER": gone,
        "DUE_DATE": goal["ends_on"] is None,
        "PARENT": goal["parent_id"] is None and not goal["no_parent_reason"],
    }
    return [part for part, lacking in lacks.items() if lacking]


def is_locked(view: View, goal: Row) -> bool:
    return any(
        lock_holds(view, lock) and lock["starts_on"] <= goal["starts_on"] <= lock["ends_on"]
        for lock in view.facts.all("GoalLock")
    )


def lock_holds(view: View, lock: Row) -> bool:
    return lock["lifted_at"] is None and bool(lock["locks_on"] <= view.today)


def revision(view: View, goal: Row, args: Args) -> int:
    return sum(row["goal_id"] == goal["id"] for row in view.facts.all("GoalRevision"))


def acceptance_decision(view: View, goal: Row, args: Args) -> Row | None:
    if goal["acceptance"] is None:
        return None
    said = [
        row
        for row in view.facts.all("GoalDecision")
        if row["goal_id"] == goal["id"] and row["act"] in ("accepted", "change_requested")
    ]
    latest = max(said, key=lambda row: (row["decided_at"], row["id"]), default=None)
    return latest if view.sees(latest) else None


def is_current(view: View, delegation: Row, args: Args) -> bool:
    return delegation["ended_at"] is None and bool(
        delegation["starts_on"] <= view.today <= delegation["ends_on"]
    )


def of_goal(column: str) -> Any:
    """A figure in the unit of the goal that the row belongs to."""

    def meaning(view: View, row: Row, args: Args) -> Any:
        goal = view.facts.get("Goal", row["goal_id"])
        assert goal is not None
        return figure(view.facts, goal, row[column])

    return meaning


def of_revision(column: str) -> Any:
    return lambda view, row, args: figure(view.facts, row, row[column])


def segment_actual(view: View, row: Row, args: Args) -> Any:
    goal = view.facts.get("Goal", row["goal_id"])
    assert goal is not None
    reached = actual_between(view.facts, goal, row["starts_on"], row["ends_on"])
    return figure(view.facts, goal, reached)


def goals_as_of(view: View, row: object, args: Args) -> Any:
    day: date = args.get("asOf") or view.today
    holds = holding(FILTERS["goalsAsOf"], view, args.get("filter"))
    rows = [
        as_of
        for goal in view.visible("Goal").values()
        if goal["status"] in ("approved", "closed") and holds(as_of := _as_of(view, goal, day))
    ]
    return page(AS_OF, args, AS_OF.sorted(rows))


def _corrections(view: View, goal: Row, last: int) -> list[Row]:
    """Changes of what was agreed by another way than an amendment, the earliest first."""
    changes = [each for each in view.facts.changes if each["goal_id"] == goal["id"]]
    agreed = min((each["version"] for each in changes if each["status"] == "approved"), default=0)
    return [each for each in changes if each["has_target"] and agreed < each["version"] <= last]


def _as_of(view: View, goal: Row, day: date) -> Row:
    agreed = [
        row
        for row in view.facts.all("GoalAmendment")
        if row["goal_id"] == goal["id"] and row["state"] == "approved"
    ]
    in_force = [
        row for row in agreed if row["superseded_at"] is None and row["effective_from"] <= day
    ]
    term: Mapping[str, Any] | None = max(
        in_force,
        key=lambda row: (row["effective_from"], row["decided_at"], row["id"]),
        default=None,
    )
    first = min(agreed, key=lambda row: (row["decided_at"], row["id"]), default=None)
    last = goal["version"] if first is None else first["seen_version"]
    corrections = _corrections(view, goal, last)
    before = goal["target"] if first is None else first["target_before"]
    for correction in reversed(corrections):
        if correction["changed_on"] > day:
            before = correction["target"]
    days = [each["changed_on"] for each in corrections if each["changed_on"] <= day]
    since = max([goal["starts_on"], *days])
    id: UUID = goal["id"]
    return {
        "__typename": "GoalAsOf",
        "goal_id": id,
        "owner_id": goal["owner_id"],
        "starts_on": goal["starts_on"],
        "since": since if term is None else term["effective_from"],
        "amendment_id": None if term is None else term["id"],
        "target": before if term is None else term["target_after"],
    }
