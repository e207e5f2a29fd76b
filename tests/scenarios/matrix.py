"""Who may see what, told a second time: by hand, from the published table (docs/permissions.md).

Nothing here is taken from the code that decides. A field or a role that is not in these tables
fails the test, so whoever adds one has to say here, too, who may see it.
"""

from collections.abc import Set
from typing import Any

from tests.scenarios.companies import SELLERS, TROUBLED, Furnished, share_of

CLASS_OF_ROWS = {
    "Me": "public",
    "Person": "public",
    "Position": "public",
    "Account": "public",
    "Organisation": "reference",
    "Product": "reference",
    "Measure": "reference",
    "Calendar": "reference",
    "CalendarPeriod": "reference",
    "Season": "reference",
    "DayOff": "reference",
    "GoalPolicy": "reference",
    "Territory": "territory",
    "Goal": "team",
    "CheckIn": "team",
    "GoalProposal": "team",
    "Cascade": "team",
    "CascadeLine": "team",
    "GoalDecision": "team",
    "GoalRevision": "team",
    "GoalAmendment": "team",
    "GoalSegment": "team",
    "GoalAsOf": "team",
    "Delegation": "team",
    "GoalLock": "public",
    "Scorecard": "public",
    "Assessment": "coaching",
    "AssessmentScore": "coaching",
    "CriterionTrend": "coaching",
    "Blocker": "team",
    "BlockersByCause": "team",
    "CorrectivePlan": "team",
    "CorrectiveStep": "team",
    "Notice": "notice",
    "Comment": "public",
    "Mention": "notice",
    "Digest": "notice",
    "Activity": "public",
    "GoalContributor": "team",
    "GoalContribution": "team",
    "GoalKpi": "team",
    "GoalAdjustment": "team",
    "GoalRating": "team",
    "GoalClosing": "team",
    "GoalAssignment": "team",
    "GoalTemplate": "public",
    "Ramp": "public",
    "Sale": "sales",
    "SalesTotal": "sales",
    "SalesPosting": "sales",
    "Credit": "pay",
    "CreditProposal": "pay",
    "SaleCrediting": "pay",
    "SaleSplit": "pay",
    "CreditingRule": "pay",
    "CreditingPolicy": "pay",
    "ExchangeRate": "reference",
    "Opportunity": "sales",
    "Expense": "team",
    "TerritoryPerformance": "performance",
    "PayPlan": "pay_plan",
    "PayPlanVersion": "pay_plan",
    "PayAssignment": "pay",
    "PayOverride": "pay",
    "PayRun": "pay",
    "PayTotal": "pay_total",
    "PayPlanTemplate": "pay_plan",
    "PayTrial": "pay",
    "PayTrialPayee": "pay",
    "PayResult": "pay",
    "PayLine": "pay",
    "AccessRequest": "access_request",
    "AccessExtract": "note",
    "Task": "note",
    "TaskPart": "note",
    "TaskDueChange": "note",
    "Programme": "public",
    "ProgrammePair": "coaching",
    "ProgrammeReport": "coaching",
    "ProgrammeTotal": "coaching_total",
    "OneToOne": "note",
    "AgendaItem": "note",
    "Note": "note",
    "NoteRevision": "note",
    "NoteReply": "note",
    "NoteEvidence": "note",
    "Feedback": "note",
    "FeedbackReply": "note",
    "FeedbackRequest": "note",
    "UnnamedFeedback": "note",
    "FeedbackVisibility": "public",
    "Recognition": "public",
    "RecognitionCount": "public",
    "RecognitionValue": "public",
    "Insight": "public",
    "InsightStep": "public",
    "InsightsByTopic": "public",
    "Event": "audit",
}
OF_GOALS = {
    "Goal", "CheckIn", "GoalProposal", "Cascade", "CascadeLine", "GoalDecision", "GoalRevision", "GoalAmendment", "GoalSegment",
    "Blocker", "CorrectivePlan", "CorrectiveStep", "Notice", "Comment", "Mention",
    "GoalContributor", "GoalKpi", "GoalAdjustment", "GoalRating",
    "GoalClosing",
}  # fmt: skip
STRICTER_FIELDS = {
    ("Person", "email"): "personal",
    ("Person", "leftOn"): "personal",
    ("Person", "roles"): "access",
    ("Goal", "proposalBias"): "foresight",
    ("Goal", "attainability"): "foresight",
    ("Sale", "cost"): "team",
    ("Territory", "potential"): "potential",
    ("SalesTotal", "cost"): "team",
    ("Assessment", "comment"): "assessment_words",
    ("AssessmentScore", "comment"): "assessment_words",
}
EVERYBODY = {"public", "reference", "territory"}
"""Classes that anybody signed in sees of anybody; of the others everybody sees their own, except
of those that are `NOT_EVEN_ONES_OWN`."""
NOT_EVEN_ONES_OWN = {"audit", "potential"}
OF_PEOPLE_BELOW = {
    "manager": {
        "performance", "sales", "team", "private", "foresight", "personal", "pay", "pay_plan",
        "coaching", "assessment_words",
    }
}  # fmt: skip
OF_ALL = {
    "rep": set[str](),
    "manager": {"potential"},
    "comp_admin": {
        "potential", "performance", "sales", "team", "foresight", "personal", "pay", "pay_total", "pay_plan",
    },
    "finance": {"potential", "performance", "sales", "team", "pay", "pay_total", "pay_plan"},
    "hr": {"personal", "private", "access_request", "coaching", "coaching_total"},
    "executive": {"potential", "performance", "sales", "team", "pay_total", "pay_plan", "coaching_total"},
    "auditor": {
        "potential", "performance", "sales", "team", "personal", "pay", "pay_total", "pay_plan", "access", "audit",
        "access_request", "coaching_total",
    },
    "admin": {"personal", "access", "access_request"},
}  # fmt: skip
OF_APPS = {
    "figures": {"reference", "territory", "performance"},
    "sales": {"reference", "territory", "sales"},
    "places": {"reference", "territory"},
}
"""What an app sees: of the territories it was granted, and reference data."""

BELOW = {
    "Ada": {"Mona", "Eve", "Rui", "Sam", "Olga"},
    "Mona": {"Rui", "Sam"},
    "Eve": {"Olga"},  # and once Rui, which is over
}
GRANTED = {"west", "coast"}
ON_A_PLAN = "Rui"
"""Who alone is on the pay plan that there is."""
ASSIGNED = {"west": {"Rui"}, "coast": {"Rui"}, "east": {"Olga"}}
"""Whose each territory is today; Coast lies within West."""
SOLD_IN = {"Mona": "world", "Rui": "coast", "Sam": "west", "Olga": "east"}


class Onlooker:
    """One caller: a person of the cast with some roles, or a partner app."""

    def __init__(self, company: Furnished, name: str, roles: Set[str] = frozenset()) -> None:
        self.name, self.roles = name, roles
        self._names = {id: row for row, id in company.rows.items()}

    def sees_of(self, what: str, person: str | None) -> bool:
        """Whether this caller sees a class of facts about a person; about nobody where None."""
        if self.name in OF_APPS:
            return what == "reference" and what in OF_APPS[self.name]
        if what in EVERYBODY or any(what in OF_ALL[role] for role in self.roles):
            return True
        if person == self.name:
            return what not in NOT_EVEN_ONES_OWN
        is_below = person in BELOW.get(self.name, set())
        return is_below and any(what in OF_PEOPLE_BELOW.get(role, set()) for role in self.roles)

    def sees(self, shown: dict[str, Any], goals: dict[str, str]) -> bool:
        """Whether this caller sees a row, which an all-seeing one was shown."""
        kind, what = shown["__typename"], CLASS_OF_ROWS[shown["__typename"]]
        if "readers" in shown:
            return self.name in shown["readers"]
        if kind == "Territory":
            return self._sees_place(what, self._names[shown["id"]])
        if kind == "TerritoryPerformance":
            place = self._names[shown["territory"]["id"]]
            if self.name in OF_APPS:
                return self._sees_place(what, place)
            owners = ASSIGNED.get(place, set())
            return self.sees_of(what, None) or any(self.sees_of(what, each) for each in owners)
        if kind == "Sale":
            seller = self._names[shown["id"]].removeprefix("sale ")
            if self.name in OF_APPS:
                return self._sees_place(what, SOLD_IN[seller])
            return self.sees_of(what, seller)
        if kind == "SaleSplit":
            [seller] = (each for each in SELLERS if share_of(each) == shown["share"])
            return self.sees_of(what, seller)
        if kind in ("Credit", "SaleCrediting", "Assessment", "AssessmentScore"):
            return self.sees_of(what, self._names[shown["id"]].split()[-1])
        if kind == "Event":
            id = shown["subjectId"] or ""
            # That a notice was sent or read says nothing of the goal that it is about.
            about = "" if id.startswith("notice_") else goals.get(id, "")
            return self.sees_of(what, None) and (
                not about.startswith("private ") or self.sees_goal_of(about)
            )
        if kind == "GoalAsOf":
            return self.sees_goal_of(goals[shown["goal"]["id"]])
        if kind == "Delegation":
            _, delegator, _, delegate = self._names[shown["id"]].rsplit(maxsplit=3)
            return self.sees_of(what, delegator) or self.name == delegate
        if kind == "Digest":
            return self._names[shown["id"]].split()[-1] == self.name
        if kind in ("Notice", "Mention") and self._names[shown["id"]].split()[-1] != self.name:
            return False
        if kind == "Notice" and shown["id"] not in goals:
            return True  # about an assessment of theirs
        if kind in (
            "PayPlan",
            "PayPlanVersion",
            "PayAssignment",
            "PayOverride",
            "PayResult",
            "PayLine",
        ):
            is_draft = self._names[shown["id"]] == "pay plan draft"
            return self.sees_of(what, None if is_draft else ON_A_PLAN)
        if kind == "GoalContribution":
            return True  # what a goal that is seen shows of itself
        if kind == "CascadeLine" and not self.sees_of(what, self._names[shown["id"]].split()[-1]):
            return False
        if kind in ("ProgrammePair", "ProgrammeReport"):
            own = (
                shown.get("coachee")
                and self._names[shown["coachee"]["id"]] == f"person {self.name}"
            )
            manager = self._names[shown["manager"]["id"]].removeprefix("person ")
            return bool(own) or self.sees_of(what, manager)
        if kind == "AccessRequest":
            return self.sees_of(what, self.asked(shown))
        if kind in OF_GOALS:
            return self.sees_goal_of(goals[shown["id"]])
        return self.sees_of(what, None)

    def told(self, shown: dict[str, Any]) -> dict[str, Any]:
        """What is another for each caller of a recognition of Ada's on the wall, and of a new insight for which
        Audrey has voted."""
        if shown["__typename"] == "Recognition":
            return {"viewerCan": ["TAKE_OFF_WALL"] if self.name == "Ada" else []}
        voted, leads = self.name == "Audrey", {"manager", "comp_admin", "executive"}
        can = {
            "VOTE": not voted,
            "TAKE_VOTE_BACK": voted,
            "TAKE": self.roles & leads,
            "GIVE": "executive" in self.roles,
            "MERGE": self.roles & {"comp_admin", "executive"},
        }
        return {"viewerVoted": voted, "viewerCan": [each for each, holds in can.items() if holds]}

    def asked(self, request: dict[str, Any]) -> str:
        """Whose request for access it is."""
        return self._names[request["id"]].split()[-1]

    def sees_goal_of(self, owner: str) -> bool:
        """Whether this caller sees a goal of "Rui", or one that he keeps private, "private Rui"."""
        what = "private" if owner.startswith("private ") else "team"
        return self.sees_of(what, owner.removeprefix("private "))

    def sees_field(self, kind: str, field: str, shown: dict[str, Any]) -> bool:
        """Whether this caller sees a field of a row that they see."""
        what = STRICTER_FIELDS.get((kind, field))
        if what is None:
            return True
        return self.sees_of(what, self._names[shown["id"]].split()[-1])

    def sees_everybodys(self, what: str) -> bool:
        """Whether no relation is asked for this class of facts."""
        return self.sees_of(what, "nobody that they know")

    def _sees_place(self, what: str, place: str) -> bool:
        if self.name in OF_APPS:
            return what in OF_APPS[self.name] and place in GRANTED
        return self.sees_of(what, None)

    def leads(self, owner: str) -> bool:
        return "manager" in self.roles and owner in BELOW.get(self.name, set())

    def decides_for(self, owner: str) -> bool:
        """Whether the goals of this person wait for the caller to decide."""
        is_led = any(owner in people for people in BELOW.values())
        at_the_top = "comp_admin" in self.roles and not is_led and owner != self.name
        return at_the_top or self.leads(owner)

    def may_do(self, shown: dict[str, Any], owner: str) -> list[str]:
        """What this caller may do to a goal of the company, by its state and whose it is."""
        owner, status = owner.removeprefix("private "), shown["status"]
        own = owner == self.name
        leads, administers = self.leads(owner), "comp_admin" in self.roles
        decides = self.decides_for(owner)
        does = own and bool(self.roles & {"rep", "manager"})
        plans, manages = does or leads or administers, leads or (own and "manager" in self.roles)
        written, waits, agreed = (
            status in each for each in (("DRAFT", "RETURNED"), ("SUBMITTED",), ("APPROVED",))
        )
        is_open, open_to_all = status != "CLOSED", not shown["private"]
        sums, said = shown["measureKey"] == "revenue", "approved" if open_to_all else "private"
        alone = open_to_all and not shown["aligned"] and shown["scope"] == "OWN"
        may = {
            "CHANGE": written and plans,
            "SET_MATRIX": written and plans,
            "SHARE": written and plans and open_to_all,
            "PRORATE": written and plans,
            "SUBMIT": written and (does or administers),
            "APPROVE": waits and decides,
            "RETURN": waits and decides,
            "ACCEPT": agreed and does,
            "REQUEST_CHANGE": agreed and does,
            "AMEND": agreed and (leads or administers),
            "CHECK_IN": agreed and does,
            "RAISE_BLOCKER": agreed and does,
            "OPEN_PLAN": agreed and leads and (said, owner) not in TROUBLED,
            "KEEP_PRIVATE": written and does and alone,
            "OPEN": written and does and not open_to_all,
            "OVERRIDE": agreed and (leads or administers) and not own,
            "REOPEN": not is_open and administers and not own,
            "PROPOSE": (written or waits) and does,
            "ALIGN": is_open and plans and (written or not own),
            "ROLL_UP": is_open and plans and open_to_all and (written or not own),
            "SPREAD": (written or agreed) and plans and open_to_all and sums,
            "CASCADE": (waits or agreed)
            and (manages or administers)
            and open_to_all
            and sums
            and owner in BELOW,
            "SET_BUDGET": manages or administers or "finance" in self.roles,
        }
        return [action for action, is_so in may.items() if is_so]

    def may_do_with_comment(self, id: str) -> list[str]:
        """What this caller may do with a comment."""
        return ["EDIT", "WITHDRAW"] if self._names[id].split()[-1] == self.name else []

    def may_do_about(self, kind: str, owner: str) -> list[str]:
        """What this caller may do about an open blocker or corrective plan of somebody's."""
        owner = owner.removeprefix("private ")
        does = owner == self.name and bool(self.roles & {"rep", "manager"})
        leads = owner in BELOW.get(self.name, set()) and "manager" in self.roles
        if kind == "Blocker":
            return ["WITHDRAW"] * does + ["RESOLVE"] * leads
        return ["ADD_STEP", "TICK_STEP"] * (does or leads) + ["AGREE", "CLOSE"] * leads
