"""What filters mean: everything given must hold, and what is null or left out says nothing."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tests.differential.oracle import activities, notes, scorecards, voices
from tests.differential.oracle.facts import Row
from tests.differential.oracle.standing import View
from tests.differential.oracle.years import is_in

BAD_USER_INPUT = "BAD_USER_INPUT"
FORBIDDEN = "FORBIDDEN"
MOST_LISTED = 100
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

Given = Mapping[str, Any]
Holds = Callable[[Row], bool]


def id_of(text: str, kind: str) -> UUID | None:
    """The UUID in an id of this kind; None for anything else."""
    found = text.removeprefix(f"{kind}_")
    if found == text or _UUID.fullmatch(found) is None:
        return None
    return UUID(found)


@dataclass(frozen=True, slots=True)
class Column:
    """Compares a column with what is sent. `hidden` names its class, where it has one; words of a
    fixed list are stored in small letters."""

    name: str
    hidden: str | None = None
    is_enum: bool = False

    def refused(self, view: View, given: Given) -> Iterator[str]:
        if self.hidden and not view.reads_all(self.hidden):
            yield FORBIDDEN
        yield from _operators_refused(given)

    def holds(self, view: View, given: Given, row: Row) -> bool:
        value = row[self.name]
        return _compares(value.upper() if self.is_enum else value, given)


@dataclass(frozen=True, slots=True)
class Relation:
    """Compares by the id of another row, of which the caller must see that it is there. `column`
    "id" is the row itself."""

    column: str
    kind: str
    target: str | None = None

    def refused(self, view: View, given: Given) -> Iterator[str]:
        yield from _operators_refused(given)
        for text in (given.get("eq"), *(given.get("in") or [])):
            if text is not None and id_of(text, self.kind) is None:
                yield BAD_USER_INPUT

    def holds(self, view: View, given: Given, row: Row) -> bool:
        id = row[self.column]
        asked: dict[str, Any] = {}
        if "eq" in given:
            asked["eq"] = id_of(given["eq"], self.kind)
        if "in" in given:
            asked["in"] = [id_of(text, self.kind) for text in given["in"]]
        if not _compares(id, asked):
            return False
        return not asked or self.target is None or view.shown(self.target, id) is not None


@dataclass(frozen=True, slots=True)
class Within:
    """By territory with everything within it: the caller sees the one they named."""

    column: str = "territory_id"

    def refused(self, view: View, given: list[str]) -> Iterator[str]:
        if len(given) > MOST_LISTED or any(id_of(text, "territory") is None for text in given):
            yield BAD_USER_INPUT

    def holds(self, view: View, given: list[str], row: Row) -> bool:
        named = {id_of(text, "territory") for text in given}
        outwards = view.facts.outwards(row[self.column])
        return any(id in named and view.shown("Territory", id) for id in outwards)


@dataclass(frozen=True, slots=True)
class Says:
    """A condition of its own, of what was sent and the row."""

    condition: Callable[[View, Any, Row], bool]

    def refused(self, view: View, given: Any) -> Iterator[str]:
        return iter(())

    def holds(self, view: View, given: Any, row: Row) -> bool:
        return self.condition(view, given, row)


@dataclass(frozen=True, slots=True)
class NoteGoal:
    """By a goal that is among a note's evidence."""

    def refused(self, view: View, given: str) -> Iterator[str]:
        if id_of(given, "goal") is None:
            yield BAD_USER_INPUT

    def holds(self, view: View, given: str, row: Row) -> bool:
        return notes.leads_to(view, id_of(given, "goal"), row)


@dataclass(frozen=True, slots=True)
class NoteWords:
    """By words in notes and their answers."""

    def refused(self, view: View, given: str) -> Iterator[str]:
        return notes.search_refused(given)

    def holds(self, view: View, given: str, row: Row) -> bool:
        return notes.says(view, given, row)


@dataclass(frozen=True, slots=True)
class Named:
    """By an id that stands in a list of the row."""

    column: str
    kind: str

    def refused(self, view: View, given: str) -> Iterator[str]:
        if id_of(given, self.kind) is None:
            yield BAD_USER_INPUT

    def holds(self, view: View, given: str, row: Row) -> bool:
        return id_of(given, self.kind) in row[self.column]


Condition = Column | Relation | Within | Says | NoteGoal | NoteWords | Named
Conditions = Mapping[str, Condition]


def refused(conditions: Conditions, view: View, given: Given | None) -> Iterator[str]:
    """Codes of what is wrong with a filter."""
    for name, sent in (given or {}).items():
        if sent is not None:
            yield from conditions[name].refused(view, sent)


def holding(conditions: Conditions, view: View, given: Given | None) -> Holds:
    """Whether a row is one of those that a filter asks for."""
    asked = [(conditions[name], sent) for name, sent in (given or {}).items() if sent is not None]
    return lambda row: all(condition.holds(view, sent, row) for condition, sent in asked)


def _operators_refused(given: Given) -> Iterator[str]:
    if any(value is None for value in given.values()):
        yield BAD_USER_INPUT
    if len(given.get("in") or ()) > MOST_LISTED:
        yield BAD_USER_INPUT


OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": lambda value, sent: value == sent,
    "in": lambda value, sent: value in sent,
    "startsWith": lambda value, sent: value.startswith(sent),
    "gt": lambda value, sent: value > sent,
    "gte": lambda value, sent: value >= sent,
    "lt": lambda value, sent: value < sent,
    "lte": lambda value, sent: value <= sent,
}


def _compares(value: Any, given: Given) -> bool:
    return all(
        value is not None and OPERATORS[operator](value, sent) for operator, sent in given.items()
    )


NAMES: Conditions = {"name": Column("name")}
RECOGNITION: Conditions = {
    "giver": Relation("giver_id", "person", "Person"),
    "receiver": Named("receiver_ids", "person"),
    "value": Named("value_ids", "recognition_value"),
    "givenOn": Column("given_on"),
}
INTERVALS: Conditions = {
    "from": Says(lambda view, day, row: True),  # which says what is worked out at all
    "to": Says(lambda view, day, row: True),
    "programme": Relation("programme_id", "programme", "Programme"),
}
FILTERS: Mapping[str, Conditions] = {
    "people": {
        **NAMES,
        "id": Relation("id", "person"),
        "email": Column("email", hidden="personal"),
        "title": Column("title"),
    },
    "goals": {
        **NAMES,
        "id": Relation("id", "goal"),
        "whose": Says(lambda view, whose, row: _is_whose(view, whose, row)),
        "owner": Relation("owner_id", "person", "Person"),
        "status": Column("status", is_enum=True),
        "measure": Column("measure"),
        "startsOn": Column("starts_on"),
        "endsOn": Column("ends_on"),
        "current": Says(lambda view, current, row: _is_current(view, row) is current),
        "territory": Relation("territory_id", "territory", "Territory"),
        "within": Within(),
    },
    "calendars": {
        "id": Relation("id", "calendar"),
        "kind": Column("kind", is_enum=True),
        "retired": Says(lambda view, retired, row: (row["retired_at"] is not None) is retired),
    },
    "periods": {
        "grain": Column("grain", is_enum=True),
        "fiscalYear": Column("fiscal_year"),
        "containing": Says(is_in),
    },
    "daysOff": {"day": Column("day")},
    "measures": {
        "id": Relation("id", "measure"),
        "key": Column("key"),
        "retired": Says(lambda view, retired, row: (row["retired_at"] is not None) is retired),
    },
    "goalsAsOf": {
        "goal": Relation("goal_id", "goal", "Goal"),
        "owner": Relation("owner_id", "person", "Person"),
    },
    "notices": {
        "kind": Column("kind", is_enum=True),
        "goal": Relation("goal_id", "goal", "Goal"),
        "subjectKind": Column("subject_kind"),
        "delivery": Column("delivery", is_enum=True),
        "unread": Says(lambda view, unread, row: (row["read_at"] is None) is unread),
    },
    "activities": {
        "kind": Column("kind", is_enum=True),
        "person": Relation("person_id", "person", "Person"),
        "subjectKind": Column("subject_kind"),
        "happenedAt": Column("happened_at"),
        "switchedOff": Says(lambda view, off, row: activities.is_switched_off(view, row) is off),
    },
    "notes": {
        "id": Relation("id", "note"),
        "about": Relation("about_id", "person", "Person"),
        "author": Relation("author_id", "person", "Person"),
        "oneToOne": Relation("one_to_one_id", "one_to_one", "OneToOne"),
        "writtenAt": Column("written_at"),
        "shared": Says(lambda view, shared, row: (len(row["readers"]) > 1) is shared),
        "unacknowledged": Says(lambda view, asked, row: notes.waits(row) is asked),
        "goal": NoteGoal(),
        "words": NoteWords(),
    },
    "feedback": {
        "kind": Column("kind", is_enum=True),
        "person": Relation("person_id", "person", "Person"),
        "giver": Relation("giver_id", "person", "Person"),
        "givenOn": Column("given_on"),
    },
    "unnamedFeedback": {
        "kind": Column("kind", is_enum=True),
        "person": Relation("person_id", "person", "Person"),
        "deliveredOn": Column("delivered_on"),
    },
    "feedbackRequests": {
        "asker": Relation("asker_id", "person", "Person"),
        "person": Relation("person_id", "person", "Person"),
        "dueOn": Column("due_on"),
        "waitsForViewer": Says(
            lambda view, waits, row: voices.waits_for_viewer(view, row) is waits
        ),
    },
    "recognition": RECOGNITION,
    "recognitionWall": RECOGNITION,
    "recognitionValues": {
        "retired": Says(lambda view, retired, row: (row["retired_at"] is not None) is retired),
    },
    "insights": {
        "topic": Column("topic", is_enum=True),
        "state": Column("state", is_enum=True),
        "author": Relation("author_id", "person", "Person"),
        "owner": Relation("owner_id", "person", "Person"),
        "toldOn": Column("told_on"),
        "viewerVoted": Says(lambda view, voted, row: voices.has_voted(view, row) is voted),
    },
    "scorecards": {
        "name": Column("name"),
        "newest": Says(lambda view, newest, row: scorecards.is_newest(view, row) is newest),
        "retired": Says(lambda view, retired, row: (row["retired_at"] is not None) is retired),
    },
    "assessments": {
        "person": Relation("person_id", "person", "Person"),
        "assessor": Relation("assessor_id", "person", "Person"),
        "scorecard": Relation("scorecard_id", "scorecard", "Scorecard"),
        "occasion": Column("occasion", is_enum=True),
        "heldOn": Column("held_on"),
        "account": Relation("account_id", "account", "Account"),
        "sale": Relation("sale_id", "sale", "Sale"),
        "withdrawn": Says(lambda view, gone, row: (row["withdrawn_at"] is not None) is gone),
    },
    "assessmentScores": {
        "person": Relation("person_id", "person", "Person"),
        "firstVersion": Relation("series_id", "scorecard", "Scorecard"),
        "criterion": Column("criterion"),
        "heldOn": Column("held_on"),
        "byThemselves": Says(lambda view, own, row: row["by_themselves"] is own),
    },
    "blockers": {
        "goal": Relation("goal_id", "goal", "Goal"),
        "cause": Column("cause", is_enum=True),
        "state": Column("state", is_enum=True),
        "raisedOn": Column("raised_on"),
    },
    "accessRequests": {
        "person": Relation("person_id", "person", "Person"),
        "state": Column("state", is_enum=True),
    },
    "tasks": {
        "id": Relation("id", "task"),
        "owner": Relation("owner_id", "person", "Person"),
        "askedBy": Relation("asked_by_id", "person", "Person"),
        "state": Column("state", is_enum=True),
        "dueOn": Column("due_on"),
        "oneToOne": Relation("one_to_one_id", "one_to_one", "OneToOne"),
        "note": Relation("note_id", "note", "Note"),
        "goal": Relation("goal_id", "goal", "Goal"),
    },
    "programmes": {
        "id": Relation("id", "programme"),
        "leader": Relation("leader_id", "person", "Person"),
        "retired": Says(lambda view, retired, row: (row["retired_on"] is not None) is retired),
    },
    "programmePairs": {
        **INTERVALS,
        "manager": Relation("manager_id", "person", "Person"),
        "coachee": Relation("coachee_id", "person", "Person"),
        "state": Column("state", is_enum=True),
    },
    "programmeReports": {**INTERVALS, "manager": Relation("manager_id", "person", "Person")},
    "programmeTotals": INTERVALS,
    "oneToOnes": {
        "id": Relation("id", "one_to_one"),
        "leader": Relation("leader_id", "person", "Person"),
        "coachee": Relation("coachee_id", "person", "Person"),
        "state": Column("state", is_enum=True),
        "startsAt": Column("starts_at"),
        "heldOn": Column("held_on"),
    },
    "goalTemplates": {
        "id": Relation("id", "goal_template"),
        "name": Column("name"),
        "retired": Says(lambda view, retired, row: (row["retired_at"] is not None) is retired),
    },
    "payPlans": {
        "id": Relation("id", "pay_plan"),
        "key": Column("key"),
        "retired": Says(lambda view, retired, row: (row["retired_at"] is not None) is retired),
    },
    "pay": {
        "person": Relation("person_id", "person", "Person"),
        "startsOn": Column("starts_on"),
        "endsOn": Column("ends_on"),
        "failed": Says(lambda view, failed, row: (row["failure"] is not None) is failed),
    },
    "payRuns": {"state": Column("state", is_enum=True)},
    "payTrials": {"state": Column("state", is_enum=True)},
    "payees": {
        "failed": Says(lambda view, failed, row: (row["failure"] is not None) is failed),
        "gains": Says(
            lambda view, gains, row: (
                row["difference"] is not None
                and (row["difference"] > 0 if gains else row["difference"] < 0)
            )
        ),
    },
    "territories": {
        **NAMES,
        "id": Relation("id", "territory"),
        "kind": Column("kind"),
        "parent": Relation("parent_id", "territory", "Territory"),
        "top": Says(lambda view, top, row: (row["parent_id"] is None) is top),
    },
    "accounts": {
        **NAMES,
        "id": Relation("id", "account"),
        "kind": Column("kind"),
        "country": Column("country"),
    },
    "products": {**NAMES, "id": Relation("id", "product"), "category": Column("category")},
    "sales": {
        "id": Relation("id", "sale"),
        "externalId": Column("external_id"),
        "orderNumber": Column("order_number"),
        "soldOn": Column("sold_on"),
        "person": Relation("person_id", "person", "Person"),
        "territory": Relation("territory_id", "territory", "Territory"),
        "within": Within(),
        "account": Relation("account_id", "account", "Account"),
        "product": Relation("product_id", "product", "Product"),
    },
    "credits": {
        "id": Relation("id", "credit"),
        "person": Relation("person_id", "person", "Person"),
        "sale": Relation("sale_id", "sale", "Sale"),
        "creditedOn": Column("credited_on"),
        "standing": Says(lambda view, standing, row: (row["superseded_at"] is None) is standing),
    },
    "creditProposals": {
        "id": Relation("id", "credit_proposal"),
        "person": Relation("person_id", "person", "Person"),
        "sale": Relation("sale_id", "sale", "Sale"),
        "waiting": Says(lambda view, waiting, row: (row["state"] == "waiting") is waiting),
    },
    "saleCreditings": {
        "id": Relation("id", "sale_crediting"),
        "soldOn": Column("sold_on"),
        "uncredited": Says(lambda view, uncredited, row: (row["gave"] == 0) is uncredited),
        "overCredited": Says(
            lambda view, over, row: (
                (max(row["primary_for_pay"], row["primary_for_quota"]) > 1) is over
            )
        ),
    },
    "creditingRules": {
        "id": Relation("id", "crediting_rule"),
        "name": Column("name"),
        "retired": Says(lambda view, retired, row: (row["retired_at"] is not None) is retired),
    },
    "opportunities": {
        "id": Relation("id", "opportunity"),
        "externalId": Column("external_id"),
        "outcome": Column("outcome", is_enum=True),
        "openedOn": Column("opened_on"),
        "closedOn": Column("closed_on"),
        "person": Relation("person_id", "person", "Person"),
        "territory": Relation("territory_id", "territory", "Territory"),
    },
    "expenses": {
        "id": Relation("id", "expense"),
        "externalId": Column("external_id"),
        "spentOn": Column("spent_on"),
        "person": Relation("person_id", "person", "Person"),
        "territory": Relation("territory_id", "territory", "Territory"),
    },
    "history": {
        "number": Column("number"),
        "act": Column("act"),
        "subjectKind": Column("subject_kind"),
        "person": Relation("person_id", "person", "Person"),
        "recordedAt": Column("recorded_at"),
    },
}


def _is_current(view: View, goal: Row) -> bool:
    ends_on = goal["ends_on"]
    return ends_on is not None and bool(goal["starts_on"] <= view.today <= ends_on)


def _is_whose(view: View, whose: str, row: Row) -> bool:
    if whose == "MINE":
        return bool(row["owner_id"] == view.caller.person)
    return view.tree.is_above(view.caller.person, row["owner_id"])
