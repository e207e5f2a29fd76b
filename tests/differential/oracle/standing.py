"""Who may see what, said once more from `docs/permissions.md`: the page for people, not the table
in the code."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from tests.differential.oracle.facts import KINDS, SHARING, Facts, Row, holds_on
from tests.differential.oracle.reporting import Tree

EVERYTHING = {"comp_admin", "finance", "executive", "auditor"}
SEE_ALL: Mapping[str, set[str]] = {
    "potential": EVERYTHING | {"manager"},
    "performance": EVERYTHING,
    "sales": EVERYTHING,
    "team": EVERYTHING,
    "private_goal": {"hr"},
    "foresight": {"comp_admin"},
    "pay": {"comp_admin", "finance", "auditor"},
    "pay_plan": EVERYTHING,
    "pay_total": EVERYTHING,
    "personal": {"comp_admin", "hr", "auditor", "admin"},
    "access": {"auditor", "admin"},
    "notice": set(),
    "note": set(),
    "coaching": {"hr"},
    "coaching_total": {"hr", "executive", "auditor"},
    "access_request": {"hr", "auditor", "admin"},
    "assessment_words": set(),
    "audit": {"auditor"},
}
"""Roles that see a class throughout the organisation."""
OWN = {
    "performance", "sales", "team", "private_goal", "foresight", "personal", "access", "notice",
    "pay", "pay_plan", "note", "coaching", "access_request", "assessment_words",
}  # fmt: skip
"""Classes in which everybody sees what is about themselves."""
PEOPLE = {
    "performance", "sales", "team", "private_goal", "foresight", "personal", "pay", "pay_plan",
    "coaching", "assessment_words",
}  # fmt: skip
"""Classes in which a manager sees what is about those below."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who asks: a person with roles, or a partner app with scopes and territories."""

    label: str
    org: UUID
    person: UUID | None
    roles: frozenset[str]
    scopes: frozenset[str]
    territories: frozenset[UUID]
    today: date
    delegators: frozenset[UUID] = frozenset()
    shares: frozenset[UUID] = frozenset()


class View:
    """What one caller sees of their organisation on their today."""

    def __init__(self, facts: Facts, caller: Caller) -> None:
        self.facts = facts
        self.caller = caller
        self.today = caller.today
        self.remembered: dict[Any, Any] = {}

    @cached_property
    def tree(self) -> Tree:
        key = ("tree", self.today)
        if key not in self.facts.remembered:
            self.facts.remembered[key] = Tree(self.facts, self.today)
        tree: Tree = self.facts.remembered[key]
        return tree

    @property
    def is_partner(self) -> bool:
        return self.caller.person is None

    def reads_all(self, what: str) -> bool:
        """Whether the caller sees this class on every row."""
        if self.is_partner:
            return what == "reference" and bool(self.caller.scopes)
        if what in ("public", "reference", "territory"):
            return True
        return bool(self.caller.roles & SEE_ALL[what])

    def reads(self, what: str, person: UUID | None) -> bool:
        """Whether the caller sees this class on a row that is about this person."""
        if self.reads_all(what):
            return True
        if self.is_partner:
            return False
        if what in OWN and person == self.caller.person:
            return True
        return what in PEOPLE and self.leads(person)

    def leads(self, person: UUID | None) -> bool:
        """Both keys: the role of manager, and to stand above."""
        return "manager" in self.caller.roles and self.tree.is_above(self.caller.person, person)

    def decides_for(self, owner: UUID) -> bool:
        """Who decides upon a goal as themselves: whoever leads its owner, and a comp admin where
        nobody stands above; never the owner."""
        if owner == self.caller.person:
            return False
        at_the_top = "comp_admin" in self.caller.roles and self.tree.is_at_the_top(owner)
        return at_the_top or self.leads(owner)

    @cached_property
    def delegators(self) -> set[UUID]:
        """In whose place the caller decides today: managers who are here."""
        managers = {
            grant["person_id"]
            for grant in self.facts.all("RoleGrant")
            if grant["role"] == "manager" and grant["revoked_at"] is None
        }
        found = set()
        for each in self.facts.all("Delegation"):
            person = self.facts.rows["Person"][each["from_id"]]
            is_here = person["disabled_at"] is None and (
                person["left_on"] is None or person["left_on"] > self.today
            )
            counts = each["ended_at"] is None and each["starts_on"] <= self.today <= each["ends_on"]
            if each["to_id"] == self.caller.person and is_here and counts:
                found.add(person["id"])
        return found & managers

    def decides_for_another(self, goal: Row) -> bool:
        """Whether a goal waits for somebody in whose place the caller decides."""
        return goal["status"] == "submitted" and self._in_their_place(goal, None)

    def decides_amendment_for_another(self, amendment: Row) -> bool:
        """Whether an amendment waits for somebody in whose place the caller decides."""
        goal, proposer = self.facts.get("Goal", amendment["goal_id"]), amendment["requested_by"]
        assert goal is not None
        waits = amendment["state"] == "requested" and proposer != self.caller.person
        return waits and self._in_their_place(goal, proposer)

    def decides_upon(self, goal: Row) -> bool:
        """Whether a goal, or an amendment of it, waits for somebody in whose place the caller
        decides."""
        return self.decides_for_another(goal) or any(
            each["goal_id"] == goal["id"] and self.decides_amendment_for_another(each)
            for each in (self.facts.all("GoalAmendment") if self.delegators else ())
        )

    def _in_their_place(self, goal: Row, proposer: UUID | None) -> bool:
        owner = goal["owner_id"]
        if goal["private"] or owner in self.delegators | {self.caller.person}:
            return False
        return any(self.tree.is_above(each, owner) for each in self.delegators - {proposer})

    def granted(self, territory: UUID | None) -> bool:
        """A partner's territory, or one that lies within it."""
        return not self.caller.territories.isdisjoint(self.facts.outwards(territory))

    def sees(self, row: Row | None) -> bool:
        """Whether the caller sees this row at all."""
        return row is not None and row["id" if "id" in row else "org_id"] in self.visible(
            row["__typename"]
        )

    def shown(self, type_name: str, id: UUID | None) -> Row | None:
        """The row with this id, if the caller sees it."""
        row = self.facts.get(type_name, id)
        return row if self.sees(row) else None

    def visible(self, type_name: str) -> Mapping[UUID, Row]:
        """All rows of a type that the caller sees."""
        key = ("visible", type_name)
        if key not in self.remembered:
            sees = _SEES[type_name]
            rows = self.facts.rows[type_name]
            self.remembered[key] = {id: row for id, row in rows.items() if sees(self, row)}
        found: Mapping[UUID, Row] = self.remembered[key]
        return found

    def sees_performance_of(self, territory: UUID) -> bool:
        """Figures of a territory: those that are, or lie within, somebody's today, and theirs
        whose figures the caller sees; for a partner app those it was granted."""
        if self.is_partner:
            return "performance:read" in self.caller.scopes and self.granted(territory)
        outwards = self.facts.outwards(territory)
        return self.reads_all("performance") or any(
            self.reads("performance", each["person_id"])
            for each in self.facts.assignments
            if each["territory_id"] in outwards and holds_on(each, self.today)
        )

    def may(self, act: str, person: UUID) -> bool:
        """Whether the caller may do this to a goal of this person."""
        roles = self.caller.roles
        own = person == self.caller.person
        below = self.leads(person)
        sells = bool(roles & {"rep", "manager"})
        decides = self.decides_for(person)
        changes = (own and sells) or below or "comp_admin" in roles
        return {
            "CHANGE": changes,
            "SUBMIT": (own and sells) or "comp_admin" in roles,
            "APPROVE": decides,
            "RETURN": decides,
            "ACCEPT": own and sells,
            "REQUEST_CHANGE": own and sells,
            "AMEND": (below and not own) or "comp_admin" in roles,
            "CHECK_IN": own and sells,
            "RAISE_BLOCKER": own and sells,
            "OPEN_PLAN": below and not own,
            "KEEP_PRIVATE": own and sells,
            "OVERRIDE": (below or "comp_admin" in roles) and not own,
            "RATE": decides,
            "CLOSE": decides,
            "REOPEN": "comp_admin" in roles and not own,
            "SET_MATRIX": changes,
            "SHARE": changes,
            "PRORATE": changes,
            "OPEN": own and sells,
            "PROPOSE": own and sells,
            "ALIGN": changes,
            "ROLL_UP": changes,
            "SPREAD": changes,
            "CASCADE": (own and "manager" in roles) or below or "comp_admin" in roles,
            "SET_BUDGET": (own and "manager" in roles)
            or below
            or bool(roles & {"comp_admin", "finance"}),
        }[act]


def _public(view: View, row: Row) -> bool:
    return view.reads_all("public")


def _goal(view: View, row: Row) -> bool:
    what = "private_goal" if row["private"] else "team"
    if view.reads(what, row["owner_id"]) or view.decides_upon(row):
        return True
    return not row["private"] and any(
        each["goal_id"] == row["id"] and each["person_id"] == view.caller.person
        for each in view.facts.all("GoalContributor")
    )


def _event(view: View, row: Row) -> bool:
    about = view.facts.get("Goal", row["subject_id"])
    kept = about is not None and about["private"] and not _goal(view, about)
    told = row["number"] is not None and view.reads_all("audit") and not kept
    of = KINDS.get(row["subject_kind"])
    if of is None or _SEES.get(of) is not _reader:
        return told
    return told and row["subject_id"] in view.visible(of)


def _reads(view: View, row: Row) -> bool:
    """Whoever is named in the row, and nobody else."""
    return view.caller.person is not None and view.caller.person in row["readers"]


def _of_goal(view: View, row: Row) -> bool:
    return row["goal_id"] in view.visible("Goal")


def _of_subject(view: View, row: Row) -> bool:
    return row["subject_id"] in view.visible(KINDS[row["subject_kind"]])


def _comment(view: View, row: Row) -> bool:
    """Whoever sees what it is about, or reads the words of an assessment; where it names who read that
    then, one of those."""
    readers = row["readers"]
    was_there = readers is None or view.caller.person in readers
    if row["subject_kind"] == "assessment":
        about = view.facts.get("Assessment", row["subject_id"])
        assert about is not None
        was_there = was_there and view.reads("assessment_words", about["person_id"])
    return was_there and _public(view, row) and _of_subject(view, row)


def _mention(view: View, row: Row) -> bool:
    return view.reads("notice", row["person_id"]) and row["comment_id"] in view.visible("Comment")


def _activity(view: View, row: Row) -> bool:
    """Of a year, to people who see what it happened to; that somebody commented, whoever sees the comment."""
    oldest = datetime.combine(view.today - timedelta(days=366), time(), UTC)
    if row["happened_at"] < oldest or not _public(view, row):
        return False
    if row["kind"] == "commented":
        return row["id"] in view.visible("Comment")
    return _of_subject(view, row)


def switched_off(view: View) -> set[str]:
    """The kinds of what happens that the caller does not want to see."""
    return {
        each["kind"]
        for each in view.facts.switched
        if each["person_id"] == view.caller.person and not each["shown"]
    }


def in_digest(view: View, digest: Row, activity: Row) -> bool:
    """Whether it happened in the digest's days, where the organisation is, and was not done by the
    caller, nor switched off."""
    if activity["person_id"] == view.caller.person or activity["kind"] in switched_off(view):
        return False
    zone = ZoneInfo(view.facts.rows["Organisation"][view.caller.org]["time_zone"])
    first = datetime.combine(digest["starts_on"], time(), zone)
    end = datetime.combine(digest["ends_on"] + timedelta(days=1), time(), zone)
    return bool(first <= activity["happened_at"] < end)


def _digest(view: View, row: Row) -> bool:
    """One's own, while something of it is seen."""
    if not view.reads("notice", row["person_id"]):
        return False
    return any(
        notice["digest_id"] == row["id"] for notice in view.visible("Notice").values()
    ) or any(in_digest(view, row, each) for each in view.visible("Activity").values())


def _delegation(view: View, row: Row) -> bool:
    is_theirs = row["to_id"] == view.caller.person and not view.is_partner
    return is_theirs or view.reads("team", row["from_id"])


def _territory(view: View, row: Row) -> bool:
    if view.is_partner:
        return bool(view.caller.scopes) and view.granted(row["id"])
    return True


def _sale(view: View, row: Row) -> bool:
    if view.is_partner:
        return "sales:read" in view.caller.scopes and view.granted(row["territory_id"])
    return view.reads("sales", row["person_id"])


def _pay_plan(view: View, row: Row) -> bool:
    """Whoever sees them all, and whoever is or was on it, with the managers above them."""
    return view.reads_all("pay_plan") or any(
        each["plan_id"] == row["id"]
        and any(view.reads("pay_plan", person) for person in _assigned(view, each))
        for each in view.facts.all("PayAssignment")
    )


def _assigned(view: View, assignment: Row) -> set[UUID]:
    """The person, or those who hold the position on one of the days."""
    if assignment["position_id"] is None:
        return {assignment["person_id"]}
    first, last = assignment["starts_on"], assignment["ends_on"] or date.max
    return {
        held["person_id"]
        for held in view.facts.holdings
        if held["position_id"] == assignment["position_id"]
        and (held["during"].lower is None or held["during"].lower <= last)
        and (held["during"].upper is None or held["during"].upper > first)
    }


def _pay_plan_version(view: View, row: Row) -> bool:
    is_draft = row["published_at"] is None
    return view.reads_all("pay_plan") or (
        not is_draft and row["plan_id"] in view.visible("PayPlan")
    )


def _sale_crediting(view: View, row: Row) -> bool:
    """Whoever sees the pay of one of those who sold it, or are credited with it."""
    of_sale = [each for each in view.facts.all("SaleSplit") if each["sale_id"] == row["id"]]
    of_sale += [
        each
        for each in view.facts.all("Credit")
        if each["sale_id"] == row["id"] and each["superseded_at"] is None
    ]
    return any(view.reads("pay", each["person_id"]) for each in [row, *of_sale])


def _reader(view: View, row: Row) -> bool:
    """What names its readers is shown to these, whatever anybody's roles."""
    return view.caller.person in row["readers"]


_SEES: Mapping[str, Callable[[View, Row], bool]] = {
    "Organisation": lambda view, row: True,
    "Person": _public,
    "Position": _public,
    "Account": _public,
    "Product": lambda view, row: view.reads_all("reference"),
    **dict.fromkeys(
        ("Calendar", "CalendarPeriod", "Season", "DayOff", "GoalPolicy"),
        lambda view, row: view.reads_all("reference"),
    ),
    "Measure": lambda view, row: view.reads_all("reference"),
    "Territory": _territory,
    "Sale": _sale,
    "Opportunity": _sale,
    "Expense": lambda view, row: view.reads("team", row["person_id"]),
    "Goal": _goal,
    "GoalDecision": _of_goal,
    "CheckIn": _of_goal,
    "GoalRevision": _of_goal,
    "GoalAmendment": _of_goal,
    "GoalSegment": _of_goal,
    "Delegation": _delegation,
    "GoalLock": _public,
    "Scorecard": _public,
    **dict.fromkeys(
        ("Assessment", "AssessmentScore"),
        lambda view, row: view.reads("coaching", row["person_id"]),
    ),
    "Blocker": _of_goal,
    **dict.fromkeys(("Feedback", "FeedbackReply", "FeedbackRequest", "UnnamedFeedback"), _reads),
    "FeedbackVisibility": _public,
    "Recognition": lambda view, row: _reads(view, row) or (row["on_wall"] and _public(view, row)),
    "RecognitionValue": _public,
    "Insight": _public,
    "InsightStep": _public,
    "CorrectivePlan": _of_goal,
    "CorrectiveStep": _of_goal,
    "Notice": lambda view, row: view.reads("notice", row["person_id"]) and _of_subject(view, row),
    "Comment": _comment,
    "Activity": _activity,
    "Digest": _digest,
    "Mention": _mention,
    "GoalProposal": _of_goal,
    "Cascade": _of_goal,
    "CascadeLine": lambda view, row: _of_goal(view, row) and view.reads("team", row["person_id"]),
    **dict.fromkeys(
        ("GoalContributor", "GoalKpi", "GoalAdjustment", "GoalRating", "GoalClosing"), _of_goal
    ),
    "GoalTemplate": _public,
    "Ramp": _public,
    "GoalAssignment": lambda view, row: view.reads("team", row["person_id"]),
    "PayPlan": _pay_plan,
    "PayPlanVersion": _pay_plan_version,
    "PayAssignment": lambda view, row: (
        view.reads_all("pay") or any(view.reads("pay", each) for each in _assigned(view, row))
    ),
    "CreditingRule": lambda view, row: view.reads_all("pay"),
    "PayRun": lambda view, row: view.reads_all("pay") and SHARING["PayRun"](row),
    "PayTrial": lambda view, row: view.reads_all("pay") and SHARING["PayTrial"](row),
    "PayTrialPayee": lambda view, row: view.reads_all("pay"),
    "SaleCrediting": _sale_crediting,
    "CreditProposal": lambda view, row: view.reads_all("pay"),
    "CreditingPolicy": lambda view, row: view.reads_all("pay"),
    "ExchangeRate": lambda view, row: view.reads_all("reference"),
    **dict.fromkeys(
        ("PayOverride", "Credit", "SaleSplit", "PayResult", "PayLine"),
        lambda view, row: view.reads("pay", row["person_id"]),
    ),
    "AccessRequest": lambda view, row: view.reads("access_request", row["person_id"]),
    "AccessExtract": _reader,
    **dict.fromkeys(("Note", "NoteRevision", "NoteReply", "NoteEvidence"), _reader),
    "Event": _event,
    **dict.fromkeys(("OneToOne", "AgendaItem", "Task", "TaskPart", "TaskDueChange"), _reader),
    "Programme": _public,
}
