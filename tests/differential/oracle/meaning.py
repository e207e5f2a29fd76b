"""What each field means, by its type and name. A field that is not here shows what its row holds
under its own name."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from tests.differential.oracle import (
    activities,
    care,
    comments,
    digests,
    notes,
    pay_totals,
    programmes,
    scorecards,
    talks,
    trials,
    voices,
)
from tests.differential.oracle import pay as paid
from tests.differential.oracle.agreement import (
    AS_OF,
    acceptance_decision,
    goals_as_of,
    is_current,
    is_locked,
    lock_holds,
    missing,
    of_goal,
    of_revision,
    revision,
    segment_actual,
)
from tests.differential.oracle.credits import order_number, rule_name, sale_events, verdicts
from tests.differential.oracle.facts import KINDS, Facts, Row
from tests.differential.oracle.figures import (
    actual,
    attainment,
    figure,
    measure_of,
    money,
    performance,
    periods_refused,
    sale_cost,
    sales_totals,
    share_or_none,
    territory_goals,
    territory_sales,
)
from tests.differential.oracle.filters import (
    BAD_USER_INPUT,
    FILTERS,
    FORBIDDEN,
    holding,
    id_of,
    refused,
)
from tests.differential.oracle.forms import (
    CONTRIBUTIONS,
    about_goal,
    closing,
    contribution_actual,
    contribution_share,
    contributions,
    kpi_actual,
    kpi_figure,
    kpi_level,
    kpi_score,
    matrix_score,
    measured_actual,
    steps,
    template_lines,
)
from tests.differential.oracle.honesty import attainability, proposal_bias
from tests.differential.oracle.offering import viewer_can
from tests.differential.oracle.pace import pace
from tests.differential.oracle.pages import Cursors, Order, belonging, in_order, page
from tests.differential.oracle.pay_plans import current_version, target_incentive
from tests.differential.oracle.printing import (
    date_text,
    id_text,
    instant_text,
    number_text,
)
from tests.differential.oracle.standing import View
from tests.differential.oracle.trees import (
    above,
    allocated,
    below,
    bottom_up,
    budgets,
    budgets_total,
    by_level,
    children_target,
    in_its_unit,
    less,
    lines,
    proposals_missing,
    rest,
    share_of_target,
    weighted_progress,
)
from tests.differential.oracle.years import weights

Args = dict[str, Any]
Meaning = Callable[[View, Any, Args], Any]
Name = tuple[str, str]

MOST_NODES = 100
SUMMED = {
    "insightsByTopic": "insights",
    "salesTotal": "sales",
    "blockersByCause": "blockers",
    "criterionTrends": "assessmentScores",
}
"""What is added up, and the list of it that takes the same filter."""
ORDERS: Mapping[Name, Order] = {
    ("Query", "people"): Order("Person", ("name", "id")),
    ("Query", "feedback"): Order("Feedback", ("given_at", "id"), True),
    ("Query", "unnamedFeedback"): Order("UnnamedFeedback", ("delivered_on", "id"), True),
    ("Query", "feedbackRequests"): Order("FeedbackRequest", ("asked_at", "id"), True),
    ("Query", "feedbackVisibilities"): Order("FeedbackVisibility", ("version", "id"), True),
    ("FeedbackRequest", "asked"): Order("Person", ("name", "id")),
    ("FeedbackRequest", "replies"): Order("FeedbackReply", ("replied_at", "id")),
    ("FeedbackRequest", "feedback"): Order("Feedback", ("given_at", "id"), True),
    ("FeedbackRequest", "unnamedFeedback"): Order("UnnamedFeedback", ("delivered_on", "id"), True),
    ("Feedback", "namedReaders"): Order("Person", ("name", "id")),
    ("Feedback", "unnamedReaders"): Order("Person", ("name", "id")),
    ("Query", "recognition"): Order("Recognition", ("given_at", "id"), True),
    ("Query", "recognitionWall"): Order("Recognition", ("given_at", "id"), True),
    ("Query", "recognitionValues"): Order("RecognitionValue", ("name", "id")),
    ("Query", "recognitionCounts"): voices.COUNTS,
    ("Recognition", "receivers"): Order("Person", ("name", "id")),
    ("Recognition", "values"): Order("RecognitionValue", ("name", "id")),
    ("Query", "insights"): Order("Insight", ("told_at", "id"), True),
    ("Insight", "steps"): Order("InsightStep", ("made_at", "id")),
    ("Query", "positions"): Order("Position", ("title", "id")),
    ("Query", "goals"): Order("Goal", ("starts_on", "id"), True),
    ("Query", "approvals"): Order("Goal", ("updated_at", "id")),
    ("Query", "measures"): Order("Measure", ("name", "id")),
    ("Query", "calendars"): Order("Calendar", ("name", "id")),
    ("Query", "seasons"): Order("Season", ("name", "id")),
    ("Calendar", "periods"): Order("CalendarPeriod", ("starts_on", "id")),
    ("Calendar", "seasons"): Order("Season", ("name", "id")),
    ("CalendarPeriod", "children"): Order("CalendarPeriod", ("starts_on", "id")),
    ("GoalPolicy", "daysOff"): Order("DayOff", ("day", "id")),
    ("Query", "territories"): Order("Territory", ("name", "id")),
    ("Query", "accounts"): Order("Account", ("name", "id")),
    ("Query", "products"): Order("Product", ("name", "id")),
    ("Query", "sales"): Order("Sale", ("sold_on", "id"), True),
    ("Query", "credits"): Order("Credit", ("credited_on", "id"), True),
    ("Query", "creditProposals"): Order("CreditProposal", ("proposed_at", "id"), True),
    ("Query", "saleCreditings"): Order("SaleCrediting", ("sold_on", "id"), True),
    ("Query", "creditingPolicies"): Order("CreditingPolicy", ("counts_for", "id")),
    ("Query", "exchangeRates"): Order("ExchangeRate", ("begins_on", "id"), True),
    ("Query", "creditingRules"): Order("CreditingRule", ("place", "name", "id")),
    ("Sale", "splits"): Order("SaleSplit", ("id",)),
    ("Sale", "credits"): Order("Credit", ("credited_on", "id"), True),
    ("Query", "opportunities"): Order("Opportunity", ("opened_on", "id"), True),
    ("Query", "expenses"): Order("Expense", ("spent_on", "id"), True),
    ("Query", "performance"): Order(
        "TerritoryPerformance", ("starts_on", "territory_name", "territory_id")
    ),
    ("Query", "history"): Order("Event", ("number", "id"), True),
    ("Person", "directReports"): Order("Person", ("name", "id")),
    ("Person", "positions"): Order("Position", ("title", "id")),
    ("Person", "goals"): Order("Goal", ("starts_on", "id"), True),
    ("Query", "goalsAsOf"): AS_OF,
    ("Query", "amendments"): Order("GoalAmendment", ("requested_at", "id")),
    ("Query", "delegations"): Order("Delegation", ("created_at", "id"), True),
    ("Query", "goalLocks"): Order("GoalLock", ("locks_on", "id"), True),
    ("Goal", "revisions"): Order("GoalRevision", ("number", "id")),
    ("Goal", "amendments"): Order("GoalAmendment", ("requested_at", "id")),
    ("Goal", "segments"): Order("GoalSegment", ("starts_on", "id")),
    ("Query", "goalTemplates"): Order("GoalTemplate", ("name", "id")),
    ("Query", "ramps"): Order("Ramp", ("name", "id")),
    ("Query", "pay"): Order("PayResult", ("starts_on", "id"), True),
    ("Query", "payRuns"): Order("PayRun", ("asked_at", "id"), True),
    ("Query", "payTrials"): Order("PayTrial", ("asked_at", "id"), True),
    ("Query", "payTotals"): pay_totals.PAY_TOTALS,
    ("Query", "payPlanTemplates"): pay_totals.TEMPLATES,
    ("PayTrial", "payees"): Order("PayTrialPayee", ("difference", "id"), True),
    ("Person", "pay"): Order("PayResult", ("starts_on", "id"), True),
    ("PayResult", "lines"): Order("PayLine", ("place", "id")),
    ("PayResult", "versions"): Order("PayResult", ("number", "id"), True),
    ("Query", "payPlans"): Order("PayPlan", ("name", "id")),
    ("PayPlan", "versions"): Order("PayPlanVersion", ("number", "id"), True),
    ("PayPlan", "assignments"): Order("PayAssignment", ("starts_on", "id"), True),
    ("PayPlan", "overrides"): Order("PayOverride", ("starts_on", "id"), True),
    ("GoalTemplate", "assignments"): Order("GoalAssignment", ("assigned_at", "id"), True),
    ("GoalAssignment", "goals"): Order("Goal", ("starts_on", "id"), True),
    ("GoalAssignment", "leftAlone"): Order("Person", ("name", "id")),
    ("Goal", "contributors"): Order("GoalContributor", ("part", "id")),
    ("Goal", "contributions"): CONTRIBUTIONS,
    ("Goal", "kpis"): Order("GoalKpi", ("place", "id")),
    ("Goal", "adjustments"): Order("GoalAdjustment", ("place", "id")),
    ("Goal", "ratings"): Order("GoalRating", ("rated_at", "id"), True),
    ("Goal", "checkIns"): Order("CheckIn", ("noted_at", "id"), True),
    ("Goal", "children"): Order("Goal", ("starts_on", "id")),
    ("Goal", "ancestors"): Order("Goal", ("depth", "id")),
    ("Goal", "descendants"): Order("Goal", ("depth", "id")),
    ("Goal", "proposals"): Order("GoalProposal", ("proposed_at", "id"), True),
    ("Goal", "cascades"): Order("Cascade", ("proposed_at", "id"), True),
    ("Cascade", "lines"): Order("CascadeLine", ("place", "id")),
    ("Goal", "decisions"): Order("GoalDecision", ("decided_at", "id")),
    ("Goal", "blockers"): Order("Blocker", ("raised_at", "id"), True),
    ("Goal", "correctivePlans"): Order("CorrectivePlan", ("opened_at", "id"), True),
    ("CorrectivePlan", "steps"): Order("CorrectiveStep", ("added_at", "id")),
    ("Query", "accessRequests"): Order("AccessRequest", ("asked_at", "id"), True),
    ("AccessRequest", "extracts"): Order("AccessExtract", ("written_at", "id")),
    ("Query", "blockers"): Order("Blocker", ("raised_at", "id"), True),
    ("Query", "notes"): Order("Note", ("written_at", "id"), True),
    ("Note", "readers"): Order("Person", ("name", "id")),
    ("Note", "evidence"): Order("NoteEvidence", ("place", "id")),
    ("Note", "replies"): Order("NoteReply", ("written_at", "id")),
    ("Note", "revisions"): Order("NoteRevision", ("version", "id"), True),
    ("NoteRevision", "evidence"): Order("NoteEvidence", ("place", "id")),
    ("Query", "scorecards"): Order("Scorecard", ("name", "id")),
    ("Query", "assessments"): Order("Assessment", ("held_on", "id"), True),
    ("Query", "assessmentScores"): Order("AssessmentScore", ("held_on", "id"), True),
    ("Assessment", "scores"): Order("AssessmentScore", ("place", "id")),
    ("Assessment", "sameOccasion"): Order("Assessment", ("held_on", "id"), True),
    ("Query", "notices"): Order("Notice", ("sent_at", "id"), True),
    ("Query", "oneToOnes"): Order("OneToOne", ("starts_at", "id"), True),
    ("OneToOne", "tasks"): Order("Task", ("due_on", "id")),
    ("OneToOne", "notes"): Order("Note", ("written_at", "id"), True),
    ("Query", "tasks"): Order("Task", ("due_on", "id")),
    ("Task", "parts"): Order("TaskPart", ("place", "id")),
    ("Task", "dueChanges"): Order("TaskDueChange", ("changed_at", "id")),
    ("Query", "programmes"): Order("Programme", ("starts_on", "id"), True),
    ("Query", "programmePairs"): programmes.PAIRS,
    ("Query", "programmeReports"): programmes.REPORTS,
    ("Query", "programmeTotals"): programmes.TOTALS,
    ("OneToOne", "agenda"): Order("AgendaItem", ("place", "id")),
    ("Query", "digests"): Order("Digest", ("ends_on", "id"), True),
    ("Digest", "notices"): Order("Notice", ("sent_at", "id"), True),
    ("Query", "activities"): Order("Activity", ("happened_at", "id"), True),
    ("Digest", "activities"): Order("Activity", ("happened_at", "id"), True),
    ("Query", "mentions"): Order("Mention", ("mentioned_at", "id"), True),
    **{(each, "comments"): Order("Comment", ("received_at", "id")) for each in comments.COMMENTED},
    ("Territory", "children"): Order("Territory", ("name", "id")),
}
"""The lists, and the order that each is in when none is asked for."""
WIDE = {
    ("PayResult", "lines"): 1_000,
    ("Goal", "descendants"): 10_000,
    ("Cascade", "lines"): 10_000,
}
"""How many rows a page of these has at most; of others, a hundred."""


def order_of(name: Name, args: Mapping[str, Any]) -> Order:
    """The order that a list is asked for in."""
    default = ORDERS[name]
    asked = args.get("orderBy")
    if not asked:
        return default
    column = asked["field"].lower()
    return Order(default.type_name, (column, "id"), asked["direction"] == "DESC")


def refusals(name: Name, args: Args, view: View, cursors: Cursors) -> Iterator[str]:
    """Codes of everything that is wrong with a field's arguments for this caller."""
    if name in ORDERS:
        if not 1 <= args["first"] <= WIDE.get(name, 100):
            yield BAD_USER_INPUT
        order = order_of(name, args)
        if "email" in order.columns and not view.reads_all("personal"):
            yield FORBIDDEN
        after = args.get("after")
        if after is not None and (after not in cursors or cursors[after].order != order):
            yield BAD_USER_INPUT
    if name == ("Query", "nodes") and len(args["ids"]) > MOST_NODES:
        yield BAD_USER_INPUT
    if name == ("Query", "performance"):
        yield from periods_refused(view, args["by"], args.get("filter") or {})
    elif name == ("Query", "payTotals"):
        yield from pay_totals.days_refused(view, args.get("filter") or {})
    elif "filter" in args:
        if name[1].startswith("programme") and name[1] != "programmes":
            yield from programmes.days_refused(view, args["filter"] or {})
        conditions = FILTERS[SUMMED.get(name[1], name[1])]
        yield from refused(conditions, view, args["filter"])


def _listed(name: Name, among: Callable[[Row], bool] = lambda row: True) -> Meaning:
    """A list at the root, narrowed by its filter."""

    def meaning(view: View, row: object, args: Args) -> Any:
        order = order_of(name, args)
        listed = list(filter(among, in_order(view, order)))
        if given := args.get("filter"):
            listed = list(filter(holding(FILTERS[name[1]], view, given), listed))
        return page(order, args, listed)

    return meaning


def _below(name: Name, owners: Callable[[View, Row], Iterable[UUID | None]]) -> Meaning:
    """A list that belongs to a row: of all rows, those to whose owners it is."""
    order = ORDERS[name]

    def meaning(view: View, row: Row, args: Args) -> Any:
        grouped = belonging(view, order, name, lambda other: owners(view, other))
        listed = grouped.get(row["id" if "id" in row else "org_id"], ())
        if given := args.get("filter"):
            listed = list(filter(holding(FILTERS[name[1]], view, given), listed))
        return page(order, args, listed)

    return meaning


def _one(type_name: str, column: str) -> Meaning:
    return lambda view, row, args: view.shown(type_name, row[column])


def _id(kind: str, column: str = "id") -> Meaning:
    return lambda view, row, args: id_text(kind, row[column])


def _shown(column: str, printed: Callable[[Any], Any]) -> Meaning:
    def meaning(view: View, row: Row, args: Args) -> Any:
        return None if row[column] is None else printed(row[column])

    return meaning


def _personal(column: str, printed: Callable[[Any], Any] = lambda value: value) -> Meaning:
    def meaning(view: View, row: Row, args: Args) -> Any:
        may = view.reads("personal", row["id"])
        return printed(row[column]) if may and row[column] is not None else None

    return meaning


def _money(column: str) -> Meaning:
    return lambda view, row, args: money(row[column], row["currency"])


def _node(view: View, text: str) -> Row | None:
    kind, _, _ = text.rpartition("_")
    id = id_of(text, kind) if kind in KINDS else None
    return view.shown(KINDS[kind], id) if id else None


def _approvals(view: View, row: object, args: Args) -> Any:
    def waits(goal: Row) -> bool:
        decides = view.decides_for(goal["owner_id"]) or view.decides_for_another(goal)
        return goal["status"] == "submitted" and decides

    order = ORDERS["Query", "approvals"]
    return page(order, args, list(filter(waits, in_order(view, order))))


def _sales_total(view: View, row: object, args: Args) -> Any:
    holds = holding(FILTERS["sales"], view, args.get("filter"))
    return sales_totals(view, [sale for sale in view.visible("Sale").values() if holds(sale)])


def _insights_by_topic(view: View, row: object, args: Args) -> Any:
    holds = holding(FILTERS["insights"], view, args.get("filter"))
    return voices.by_topic(filter(holds, view.visible("Insight").values()))


def _own_recognition(view: View, row: object, args: Args) -> Any:
    listed = _listed(("Query", "recognition"), lambda each: voices.is_reader(view, each))
    return listed(view, row, args)


def _blockers_by_cause(view: View, row: object, args: Args) -> Any:
    holds = holding(FILTERS["blockers"], view, args.get("filter"))
    return care.by_cause(view, filter(holds, view.visible("Blocker").values()))


def _criterion_trends(view: View, row: object, args: Args) -> Any:
    holds = holding(FILTERS["assessmentScores"], view, args.get("filter"))
    return scorecards.trends(filter(holds, view.visible("AssessmentScore").values()))


def _assessor_says(view: View, row: Row, args: Args) -> str | None:
    says: str = row["comment"]
    return says if view.reads("assessment_words", row["person_id"]) else None


def _same_occasion(view: View, assessment: Row, args: Args) -> Any:
    name = ("Assessment", "sameOccasion")
    grouped = belonging(view, ORDERS[name], name, lambda other: [other["occasion_id"]])
    return page(ORDERS[name], args, grouped.get(assessment["occasion_id"], ()))


def _roles(view: View, person: Row, args: Args) -> list[str] | None:
    if not view.reads("access", person["id"]):
        return None
    return sorted(
        grant["role"].upper()
        for grant in view.facts.all("RoleGrant")
        if grant["person_id"] == person["id"] and grant["revoked_at"] is None
    )


def _latest_decision(view: View, goal: Row, args: Args) -> Row | None:
    steps = [row for row in view.facts.all("GoalDecision") if row["goal_id"] == goal["id"]]
    latest = max(steps, key=lambda row: (row["decided_at"], row["id"]), default=None)
    return latest if view.sees(latest) else None


def _foreseen(said: Callable[[Facts, Row, date], Any]) -> Meaning:
    """What the past says of a goal, to its owner and to whoever decides upon it."""

    def meaning(view: View, goal: Row, args: Args) -> Any:
        sees = view.reads("foresight", goal["owner_id"]) or view.decides_upon(goal)
        return said(view.facts, goal, view.today) if sees else None

    return meaning


def _amendments(view: View, row: object, args: Args) -> Any:
    def waits(amendment: Row) -> bool:
        mine = amendment["requested_by"] == view.caller.person
        decides = view.decides_for(amendment["owner_id"])
        decides = decides or view.decides_amendment_for_another(amendment)
        return amendment["state"] == "requested" and not mine and decides

    order = ORDERS["Query", "amendments"]
    return page(order, args, list(filter(waits, in_order(view, order))))


def _decision_target(view: View, decision: Row, args: Args) -> Any:
    goal = view.facts.get("Goal", decision["goal_id"])
    assert goal is not None
    return figure(view.facts, goal, decision["target"])


def _measure_in_short(goal: Row) -> str:
    return str(goal["measure"]).upper() if goal["measure"] in ("revenue", "margin") else "OTHER"


def _stage(view: View, goal: Row) -> str:
    begun = goal["starts_on"] <= view.today
    return "ACTIVE" if goal["status"] == "approved" and begun else str(goal["status"]).upper()


def _measure_id(view: View, goal: Row) -> UUID | None:
    measure = measure_of(view.facts, goal)
    return None if measure is None else measure["id"]


def _holder(view: View, position: Row) -> UUID | None:
    return view.tree.holder.get(position["id"])


def _potential(view: View, territory: Row, args: Args) -> str | None:
    potential = territory["potential"]
    return number_text(potential) if view.reads_all("potential") and potential is not None else None


def _depth(view: View, territory: Row, args: Args) -> int:
    return len(view.facts.outwards(territory["id"])) - 1


def _changes(view: View, event: Row, args: Args) -> list[dict[str, Any]]:
    before, after = (json.loads(event[side] or "{}") for side in ("before", "after"))
    return [
        {"name": name, "before": _as_json(before, name), "after": _as_json(after, name)}
        for name in sorted(before | after)
    ]


def _as_json(facts: dict[str, Any], name: str) -> str | None:
    return json.dumps(facts[name], ensure_ascii=False) if name in facts else None


def _subject(view: View, event: Row, args: Args) -> str | None:
    id = event["subject_id"]
    return None if id is None else id_text(event["subject_kind"], id)


def _me(view: View, row: object, args: Args) -> dict[str, Any]:
    caller = view.caller
    return {
        "person": view.shown("Person", caller.person),
        "organisation": view.shown("Organisation", caller.org),
        "roles": sorted(role.upper() for role in caller.roles),
        "scopes": sorted(scope.replace(":", "_").upper() for scope in caller.scopes),
        "noticePreferences": digests.preferences(view),
        "digestRhythm": digests.preferred(view, "rhythm", "daily").upper(),
        "digestHour": digests.preferred(view, "hour", 0),
        "digestWeekday": digests.preferred(view, "weekday", "monday").upper(),
        "activityPreferences": activities.preferences(view),
        "today": date_text(caller.today),
    }


def _about_request(view: View, row: Row, args: Args) -> list[str]:
    decides = view.caller.roles & {"hr", "admin"} and row["person_id"] != view.caller.person
    return ["GRANT", "DECLINE"] if decides and row["state"] == "asked" else []


VERSIONED = {"updatedAt": _shown("updated_at", instant_text)}
_WORDS: Mapping[str, Meaning] = {
    "bodyHtml": lambda view, row, args: row["body_html"],
    "writtenAt": _shown("written_at", instant_text),
    "receivedAt": _shown("received_at", instant_text),
}
PAY_RUN: Mapping[str, Meaning] = {
    "startsOn": _shown("starts_on", date_text),
    "endsOn": _shown("ends_on", date_text),
    "state": _shown("state", str.upper),
    "askedBy": _one("Person", "asked_by_id"),
    "askedAt": _shown("asked_at", instant_text),
    "begunAt": _shown("begun_at", instant_text),
    "endedAt": _shown("ended_at", instant_text),
    "givenUp": lambda view, row, args: row["given_up"],
    "breakdowns": trials.breakdowns,
}
_FIELDS: Mapping[str, Mapping[str, Meaning]] = {
    "Query": {
        "me": _me,
        "node": lambda view, row, args: _node(view, args["id"]),
        "nodes": lambda view, row, args: [_node(view, text) for text in args["ids"]],
        "people": _listed(("Query", "people")),
        "positions": _listed(("Query", "positions")),
        "goals": _listed(("Query", "goals")),
        "approvals": _approvals,
        "measures": _listed(("Query", "measures")),
        "goalTemplates": _listed(("Query", "goalTemplates")),
        "ramps": _listed(("Query", "ramps")),
        "payPlans": _listed(("Query", "payPlans")),
        "pay": _listed(("Query", "pay"), paid.stands),
        "payRuns": _listed(("Query", "payRuns")),
        "payTrials": _listed(("Query", "payTrials")),
        "payTotals": pay_totals.pay_totals,
        "payPlanTemplates": pay_totals.templates,
        "calendars": _listed(("Query", "calendars")),
        "seasons": _listed(("Query", "seasons")),
        "goalPolicy": lambda view, row, args: view.shown("GoalPolicy", view.caller.org),
        "territories": _listed(("Query", "territories")),
        "accounts": _listed(("Query", "accounts")),
        "products": _listed(("Query", "products")),
        "sales": _listed(("Query", "sales")),
        "salesTotal": _sales_total,
        "credits": _listed(("Query", "credits")),
        "creditProposals": _listed(("Query", "creditProposals")),
        "saleCreditings": _listed(("Query", "saleCreditings")),
        "creditingPolicies": _listed(("Query", "creditingPolicies")),
        "exchangeRates": _listed(("Query", "exchangeRates")),
        "creditingRules": _listed(("Query", "creditingRules")),
        "opportunities": _listed(("Query", "opportunities")),
        "expenses": _listed(("Query", "expenses")),
        "notes": _listed(("Query", "notes")),
        "notices": _listed(("Query", "notices")),
        "oneToOnes": _listed(("Query", "oneToOnes")),
        "mentions": _listed(("Query", "mentions")),
        "feedback": _listed(("Query", "feedback")),
        "unnamedFeedback": _listed(("Query", "unnamedFeedback")),
        "feedbackRequests": _listed(("Query", "feedbackRequests")),
        "feedbackVisibilities": _listed(("Query", "feedbackVisibilities")),
        "recognition": _own_recognition,
        "recognitionWall": _listed(("Query", "recognitionWall"), voices.on_wall),
        "recognitionValues": _listed(("Query", "recognitionValues")),
        "recognitionCounts": voices.counts,
        "insights": _listed(("Query", "insights")),
        "insightsByTopic": _insights_by_topic,
        "digests": _listed(("Query", "digests")),
        "activities": _listed(("Query", "activities")),
        "tasks": _listed(("Query", "tasks")),
        "programmes": _listed(("Query", "programmes")),
        "programmePairs": programmes.pairs,
        "programmeReports": programmes.reports,
        "programmeTotals": programmes.totals,
        "blockers": _listed(("Query", "blockers")),
        "accessRequests": _listed(("Query", "accessRequests")),
        "blockersByCause": _blockers_by_cause,
        "scorecards": _listed(("Query", "scorecards")),
        "assessments": _listed(("Query", "assessments")),
        "assessmentScores": _listed(("Query", "assessmentScores")),
        "criterionTrends": _criterion_trends,
        "performance": performance,
        "goalsAsOf": goals_as_of,
        "amendments": _amendments,
        "delegations": _listed(("Query", "delegations")),
        "goalLocks": _listed(("Query", "goalLocks")),
        "history": _listed(("Query", "history")),
    },
    "Organisation": {
        "id": _id("organisation", "org_id"),
        "timeZone": lambda view, row, args: row["time_zone"],
        "businessDate": _shown("business_date", date_text),
        "retentionMonths": lambda view, row, args: row["retention_months"],
    },
    "Person": {
        **VERSIONED,
        "id": _id("person"),
        "email": _personal("email"),
        "leftOn": _personal("left_on", date_text),
        "roles": _roles,
        "manager": lambda view, row, args: view.shown("Person", view.tree.nearest_above(row["id"])),
        "directReports": _below(
            ("Person", "directReports"),
            lambda view, other: view.tree.directly_above(other["id"]),
        ),
        "positions": _below(
            ("Person", "positions"),
            lambda view, other: [_holder(view, other)],
        ),
        "goals": _below(("Person", "goals"), lambda view, other: [other["owner_id"]]),
        "pay": _below(
            ("Person", "pay"),
            lambda view, other: [other["person_id"]] if paid.stands(other) else [],
        ),
    },
    "Position": {
        **VERSIONED,
        "id": _id("position"),
        "holder": lambda view, row, args: view.shown("Person", _holder(view, row)),
        "vacant": lambda view, row, args: _holder(view, row) is None,
        "managerPosition": lambda view, row, args: view.shown(
            "Position", view.tree.manager_position(row["id"])
        ),
    },
    "Territory": {
        **VERSIONED,
        "id": _id("territory"),
        "potential": _potential,
        "depth": _depth,
        "parent": _one("Territory", "parent_id"),
        "children": _below(("Territory", "children"), lambda view, other: [other["parent_id"]]),
    },
    "Account": {**VERSIONED, "id": _id("account")},
    "Product": {**VERSIONED, "id": _id("product")},
    "Sale": {
        **VERSIONED,
        "id": _id("sale"),
        "externalId": _shown("external_id", str),
        "soldAt": _shown("sold_at", instant_text),
        "orderNumber": lambda view, row, args: row["order_number"],
        "soldOn": _shown("sold_on", date_text),
        "quantity": _shown("quantity", number_text),
        "unitPrice": _money("unit_price"),
        "amount": _money("amount"),
        "cost": sale_cost,
        "person": _one("Person", "person_id"),
        "territory": _one("Territory", "territory_id"),
        "account": _one("Account", "account_id"),
        "product": _one("Product", "product_id"),
        "reverses": _one("Sale", "reverses_id"),
        "referredBy": _one("Person", "referred_by_id"),
        "events": sale_events,
        "splits": _below(("Sale", "splits"), lambda view, other: [other["sale_id"]]),
        "credits": _below(
            ("Sale", "credits"),
            lambda view, other: [other["sale_id"]] if other["superseded_at"] is None else [],
        ),
        "crediting": _one("SaleCrediting", "id"),
    },
    "SaleSplit": {
        "person": _one("Person", "person_id"),
        "share": _shown("share", number_text),
    },
    "CreditingPolicy": {
        **VERSIONED,
        "id": _id("crediting_policy"),
        "countsFor": _shown("counts_for", str.upper),
        "mayExceed": lambda view, row, args: row["may_exceed"],
    },
    "ExchangeRate": {
        **VERSIONED,
        "id": _id("exchange_rate"),
        "fromCurrency": _shown("from_currency", str),
        "toCurrency": _shown("to_currency", str),
        "beginsOn": _shown("begins_on", date_text),
        "rate": _shown("rate", number_text),
    },
    "CreditingRule": {
        **VERSIONED,
        "id": _id("crediting_rule"),
        "kind": _shown("kind", str.upper),
        "countsFor": _shown("counts_for", str.upper),
        "share": _shown("share", number_text),
        "person": _one("Person", "person_id"),
        "startsOn": _shown("starts_on", date_text),
        "endsOn": _shown("ends_on", date_text),
        "retired": lambda view, row, args: row["retired_at"] is not None,
    },
    "Credit": {
        "id": _id("credit"),
        "person": _one("Person", "person_id"),
        "sale": _one("Sale", "sale_id"),
        "orderNumber": order_number,
        "rule": rule_name,
        "kind": _shown("kind", str.upper),
        "countsFor": _shown("counts_for", str.upper),
        "event": _shown("event", str.upper),
        "creditedOn": _shown("credited_on", date_text),
        "share": _shown("share", number_text),
        "amount": _money("amount"),
        "margin": _money("margin"),
        "quantity": _shown("quantity", number_text),
        "exchangeRate": _shown("exchange_rate", number_text),
        "paidIn": lambda view, row, args: row["paid_in"],
        "reverses": _one("Credit", "reverses_id"),
        "madeBy": _one("Person", "made_by_id"),
        "approvedBy": _one("Person", "approved_by_id"),
        "madeAt": _shown("made_at", instant_text),
        "supersededAt": _shown("superseded_at", instant_text),
    },
    "CreditProposal": {
        "version": lambda view, row, args: row["version"],
        "id": _id("credit_proposal"),
        "sale": _one("Sale", "sale_id"),
        "person": _one("Person", "person_id"),
        "countsFor": _shown("counts_for", str.upper),
        "event": _shown("event", str.upper),
        "creditedOn": _shown("credited_on", date_text),
        "share": _shown("share", number_text),
        "amount": _shown("amount", number_text),
        "reasonCode": _shown("reason_code", str.upper),
        "state": _shown("state", str.upper),
        "proposedBy": _one("Person", "proposed_by_id"),
        "proposedAt": _shown("proposed_at", instant_text),
        "decidedBy": _one("Person", "decided_by_id"),
        "decidedAt": _shown("decided_at", instant_text),
        "credit": _one("Credit", "credit_id"),
    },
    "SaleCrediting": {
        "id": _id("sale_crediting"),
        "sale": _one("Sale", "id"),
        "soldOn": _shown("sold_on", date_text),
        "primaryForPay": _shown("primary_for_pay", number_text),
        "primaryForQuota": _shown("primary_for_quota", number_text),
        "verdicts": verdicts,
        "creditedAt": _shown("credited_at", instant_text),
    },
    "Calendar": {
        **VERSIONED,
        "id": _id("calendar"),
        "kind": _shown("kind", str.upper),
        "firstMonth": lambda view, row, args: row["first_month"],
        "yearNamedBy": _shown("year_named_by", str.upper),
        "weekStartsOn": _shown("week_starts_on", str.upper),
        "yearEnds": _shown("year_ends", str.upper),
        "retired": lambda view, row, args: row["retired_at"] is not None,
        "periods": _below(("Calendar", "periods"), lambda view, other: [other["calendar_id"]]),
        "seasons": _below(("Calendar", "seasons"), lambda view, other: [other["calendar_id"]]),
    },
    "CalendarPeriod": {
        "id": _id("calendar_period"),
        "grain": _shown("grain", str.upper),
        "fiscalYear": lambda view, row, args: row["fiscal_year"],
        "startsOn": _shown("starts_on", date_text),
        "endsOn": _shown("ends_on", date_text),
        "hasExtraWeek": lambda view, row, args: row["has_extra_week"],
        "calendar": _one("Calendar", "calendar_id"),
        "parent": _one("CalendarPeriod", "parent_id"),
        "children": _below(
            ("CalendarPeriod", "children"), lambda view, other: [other["parent_id"]]
        ),
    },
    "Season": {
        **VERSIONED,
        "id": _id("season"),
        "calendar": _one("Calendar", "calendar_id"),
        "weights": weights,
        "learnedFrom": lambda view, row, args: row["learned_from"],
        "learnedTo": lambda view, row, args: row["learned_to"],
        "retired": lambda view, row, args: row["retired_at"] is not None,
    },
    "DayOff": {"id": _id("day_off"), "day": _shown("day", date_text)},
    "GoalPolicy": {
        **VERSIONED,
        "id": _id("goal_policy", "org_id"),
        "workingDays": lambda view, row, args: [day.upper() for day in row["working_days"]],
        "daysOff": _below(("GoalPolicy", "daysOff"), lambda view, other: [other["org_id"]]),
        "season": _one("Season", "season_id"),
        "paceAtRisk": _shown("pace_at_risk", number_text),
        "paceOffTrack": _shown("pace_off_track", number_text),
        "nudgeAfterDays": lambda view, row, args: row["nudge_after_days"],
        "escalateAfterDays": lambda view, row, args: row["escalate_after_days"],
        "checkInEveryDays": lambda view, row, args: row["check_in_every_days"],
    },
    "Opportunity": {
        **VERSIONED,
        "id": _id("opportunity"),
        "externalId": _shown("external_id", str),
        "openedOn": _shown("opened_on", date_text),
        "closedOn": _shown("closed_on", date_text),
        "outcome": _shown("outcome", str.upper),
        "amount": _money("amount"),
        "person": _one("Person", "person_id"),
        "territory": _one("Territory", "territory_id"),
        "account": _one("Account", "account_id"),
    },
    "Expense": {
        **VERSIONED,
        "id": _id("expense"),
        "externalId": _shown("external_id", str),
        "spentOn": _shown("spent_on", date_text),
        "amount": _money("amount"),
        "person": _one("Person", "person_id"),
        "territory": _one("Territory", "territory_id"),
    },
    "Measure": {
        **VERSIONED,
        "id": _id("measure"),
        "unit": _shown("unit", str.upper),
        "direction": _shown("direction", str.upper),
        "source": _shown("source", str.upper),
        "retired": lambda view, row, args: row["retired_at"] is not None,
    },
    "Goal": {
        **VERSIONED,
        "id": _id("goal"),
        "owner": _one("Person", "owner_id"),
        "territory": _one("Territory", "territory_id"),
        "measure": lambda view, row, args: _measure_in_short(row),
        "measuredBy": lambda view, row, args: view.shown("Measure", _measure_id(view, row)),
        "measureKey": lambda view, row, args: row["measure"],
        "scope": _shown("scope", str.upper),
        "startValue": _shown("start_value", number_text),
        "period": lambda view, row, args: {
            "startsOn": date_text(row["starts_on"]),
            "endsOn": None if row["ends_on"] is None else date_text(row["ends_on"]),
        },
        "target": lambda view, row, args: figure(view.facts, row, row["target"]),
        "actual": lambda view, row, args: figure(view.facts, row, actual(view.facts, row)),
        "attainment": lambda view, row, args: attainment(view.facts, row),
        "proposalBias": _foreseen(proposal_bias),
        "attainability": _foreseen(attainability),
        "status": _shown("status", str.upper),
        "stage": lambda view, row, args: _stage(view, row),
        "acceptance": _shown("acceptance", str.upper),
        "submittedAt": _shown("submitted_at", instant_text),
        "approvedAt": _shown("approved_at", instant_text),
        "pace": pace,
        "acceptanceDecision": acceptance_decision,
        "missing": missing,
        "locked": lambda view, row, args: is_locked(view, row),
        "revision": revision,
        "revisions": _below(("Goal", "revisions"), lambda view, other: [other["goal_id"]]),
        "amendments": _below(("Goal", "amendments"), lambda view, other: [other["goal_id"]]),
        "segments": _below(("Goal", "segments"), lambda view, other: [other["goal_id"]]),
        "parent": _one("Goal", "parent_id"),
        "aligned": lambda view, row, args: row["parent_id"] is not None,
        "noParentReason": lambda view, row, args: row["no_parent_reason"],
        "rollUp": _shown("roll_up", str.upper),
        "weight": _shown("weight", number_text),
        "children": _below(("Goal", "children"), lambda view, other: [other["parent_id"]]),
        "ancestors": _below(
            ("Goal", "ancestors"),
            lambda view, other: [row["id"] for row in below(view.facts, other["id"])],
        ),
        "descendants": _below(
            ("Goal", "descendants"), lambda view, other: above(view.facts, other)
        ),
        "planTarget": lambda view, row, args: figure(view.facts, row, row["plan_target"]),
        "uplift": _shown("uplift", number_text),
        "upliftedBy": _one("Person", "uplifted_by_id"),
        "childrenTarget": lambda view, row, args: figure(
            view.facts, row, children_target(view.facts, row)
        ),
        "unallocated": lambda view, row, args: figure(
            view.facts, row, less(row["target"], children_target(view.facts, row))
        ),
        "unallocatedShare": lambda view, row, args: share_of_target(
            less(row["target"], children_target(view.facts, row)), row
        ),
        "proposed": lambda view, row, args: figure(view.facts, row, row["proposed"]),
        "proposals": _below(("Goal", "proposals"), lambda view, other: [other["goal_id"]]),
        "bottomUp": lambda view, row, args: figure(view.facts, row, bottom_up(view.facts, row)),
        "bottomUpGap": lambda view, row, args: figure(
            view.facts, row, less(row["target"], bottom_up(view.facts, row))
        ),
        "bottomUpGapShare": lambda view, row, args: share_of_target(
            less(row["target"], bottom_up(view.facts, row)), row
        ),
        "proposalsMissing": lambda view, row, args: proposals_missing(view.facts, row),
        "weightedProgress": lambda view, row, args: weighted_progress(view.facts, row),
        "budgets": lambda view, row, args: budgets(view, row),
        "budgetsTotal": lambda view, row, args: budgets_total(view, row),
        "cascades": _below(("Goal", "cascades"), lambda view, other: [other["goal_id"]]),
        "checkIns": _below(("Goal", "checkIns"), lambda view, other: [other["goal_id"]]),
        "decisions": _below(("Goal", "decisions"), lambda view, other: [other["goal_id"]]),
        "latestDecision": _latest_decision,
        "blockers": _below(("Goal", "blockers"), lambda view, other: [other["goal_id"]]),
        "correctivePlans": _below(
            ("Goal", "correctivePlans"), lambda view, other: [other["goal_id"]]
        ),
        "milestones": care.milestones,
        "viewerCan": viewer_can,
        "actualSource": lambda view, row, args: (
            "MEASURED" if row["override"] is None else "OVERRIDDEN"
        ),
        "measuredActual": measured_actual,
        "overrideReason": lambda view, row, args: row["override_reason"],
        "contributors": _below(("Goal", "contributors"), lambda view, other: [other["goal_id"]]),
        "contributions": contributions,
        "kpis": _below(("Goal", "kpis"), lambda view, other: [other["goal_id"]]),
        "matrixScore": matrix_score,
        "adjustments": _below(("Goal", "adjustments"), lambda view, other: [other["goal_id"]]),
        "ratings": _below(("Goal", "ratings"), lambda view, other: [other["goal_id"]]),
        "score": _shown("score", number_text),
        "closedAt": _shown("closed_at", instant_text),
        "closing": closing,
    },
    "GoalContributor": {
        "id": _id("goal_contributor"),
        "person": _one("Person", "person_id"),
        "goal": _one("Goal", "goal_id"),
    },
    "GoalContribution": {
        "person": _one("Person", "person_id"),
        "actual": contribution_actual,
        "share": contribution_share,
    },
    "GoalKpi": {
        "id": _id("goal_kpi"),
        "measuredBy": lambda view, row, args: view.shown("Measure", _measure_id(view, row)),
        "owner": _one("Person", "owner_id"),
        "weight": _shown("weight", number_text),
        "threshold": lambda view, row, args: kpi_figure(view, row, "threshold"),
        "target": lambda view, row, args: kpi_figure(view, row, "target"),
        "stretch": lambda view, row, args: kpi_figure(view, row, "stretch"),
        "thresholdScore": _shown("threshold_score", number_text),
        "targetScore": _shown("target_score", number_text),
        "stretchScore": _shown("stretch_score", number_text),
        "actual": kpi_actual,
        "level": kpi_level,
        "score": kpi_score,
    },
    "GoalAdjustment": {
        "id": _id("goal_adjustment"),
        "kind": _shown("kind", str.upper),
        "cause": _shown("cause", str.upper),
        "convention": _shown("convention", str.upper),
        "changeDayCounts": lambda view, row, args: row["change_day_counts"],
        "firstDay": _shown("first_day", date_text),
        "lastDay": _shown("last_day", date_text),
        "counted": _shown("counted", number_text),
        "whole": _shown("whole", number_text),
        "before": about_goal("before"),
        "after": about_goal("after"),
        "ramp": _one("Ramp", "ramp_id"),
        "person": _one("Person", "person_id"),
        "adjustedAt": _shown("adjusted_at", instant_text),
    },
    "GoalRating": {
        "id": _id("goal_rating"),
        "person": _one("Person", "person_id"),
        "ratedAt": _shown("rated_at", instant_text),
    },
    "GoalClosing": {
        "id": _id("goal_closing"),
        "basis": _shown("basis", str.upper),
        "score": _shown("score", number_text),
        "target": about_goal("target"),
        "actual": about_goal("actual"),
        "person": _one("Person", "person_id"),
        "closedAt": _shown("closed_at", instant_text),
        "reopenedBy": _one("Person", "reopened_by"),
        "reopenedAt": _shown("reopened_at", instant_text),
        "reopenReason": lambda view, row, args: row["reopen_reason"],
    },
    "Ramp": {
        **VERSIONED,
        "id": _id("ramp"),
        "steps": steps,
        "retired": lambda view, row, args: row["retired_at"] is not None,
    },
    "GoalTemplate": {
        **VERSIONED,
        "id": _id("goal_template"),
        "forRole": _shown("for_role", str.upper),
        "goalName": lambda view, row, args: row["goal_name"],
        "measuredBy": lambda view, row, args: view.shown("Measure", _measure_id(view, row)),
        "target": lambda view, row, args: kpi_figure(view, row, "target"),
        "noParentReason": lambda view, row, args: row["no_parent_reason"],
        "retired": lambda view, row, args: row["retired_at"] is not None,
        "kpis": template_lines,
        "assignments": _below(
            ("GoalTemplate", "assignments"), lambda view, other: [other["template_id"]]
        ),
    },
    "GoalAssignment": {
        "id": _id("goal_assignment"),
        "template": _one("GoalTemplate", "template_id"),
        "person": _one("Person", "person_id"),
        "startsOn": _shown("starts_on", date_text),
        "endsOn": _shown("ends_on", date_text),
        "calendar": _one("Calendar", "calendar_id"),
        "grain": lambda view, row, args: row["grain"] and row["grain"].upper(),
        "goals": _below(("GoalAssignment", "goals"), lambda view, other: [other["assignment_id"]]),
        "leftAlone": lambda view, row, args: page(
            ORDERS["GoalAssignment", "leftAlone"],
            args,
            [
                person
                for person in in_order(view, ORDERS["GoalAssignment", "leftAlone"])
                if person["id"] in row["left_alone"]
            ],
        ),
        "assignedAt": _shown("assigned_at", instant_text),
    },
    "PayPlan": {
        **VERSIONED,
        "id": _id("pay_plan"),
        "calendar": _one("Calendar", "calendar_id"),
        "retired": lambda view, row, args: row["retired_at"] is not None,
        "current": current_version,
        "versions": _below(("PayPlan", "versions"), lambda view, other: [other["plan_id"]]),
        "assignments": _below(("PayPlan", "assignments"), lambda view, other: [other["plan_id"]]),
        "overrides": _below(("PayPlan", "overrides"), lambda view, other: [other["plan_id"]]),
    },
    "PayPlanVersion": {
        **VERSIONED,
        "id": _id("pay_plan_version"),
        "plan": _one("PayPlan", "plan_id"),
        "beginsOn": _shown("begins_on", date_text),
        "draftedBy": _one("Person", "drafted_by_id"),
        "draftedAt": _shown("drafted_at", instant_text),
        "publishedBy": _one("Person", "published_by_id"),
        "publishedAt": _shown("published_at", instant_text),
        "discardedBy": _one("Person", "discarded_by_id"),
        "discardedAt": _shown("discarded_at", instant_text),
    },
    "PayAssignment": {
        **VERSIONED,
        "id": _id("pay_assignment"),
        "position": _one("Position", "position_id"),
        "plan": _one("PayPlan", "plan_id"),
        "person": _one("Person", "person_id"),
        "startsOn": _shown("starts_on", date_text),
        "endsOn": _shown("ends_on", date_text),
        "targetIncentive": target_incentive,
    },
    "PayRun": {**PAY_RUN, "id": _id("pay_run")},
    "PayTrial": {
        **PAY_RUN,
        "id": _id("pay_trial"),
        "tries": _one("PayPlanVersion", "tries_id"),
        "plan": _one("PayPlan", "plan_id"),
        "paid": trials.in_all("paid"),
        "tried": trials.in_all("tried"),
        "more": trials.in_all("difference"),
        "winners": trials.how_many(lambda difference: difference > 0),
        "losers": trials.how_many(lambda difference: difference < 0),
        "unchanged": trials.how_many(lambda difference: difference == 0),
        "components": trials.components_of_all,
        "payees": _below(("PayTrial", "payees"), lambda view, other: [other["run_id"]]),
    },
    "PayPlanTemplate": {},
    "PayTotal": {
        "plan": _one("PayPlan", "plan_id"),
        "startsOn": _shown("starts_on", date_text),
        "endsOn": _shown("ends_on", date_text),
        "people": pay_totals.people,
        "total": pay_totals.total,
        "withheld": pay_totals.withheld,
        "teams": pay_totals.teams,
        "components": pay_totals.components,
        "componentsWithheld": pay_totals.components_withheld,
    },
    "PayTrialPayee": {
        "person": _one("Person", "person_id"),
        "paid": _money("paid"),
        "tried": _money("tried"),
        "gain": _money("difference"),
        "components": lambda view, row, args: trials.components([row]),
    },
    "PayResult": {
        "id": _id("pay_result"),
        "person": _one("Person", "person_id"),
        "plan": _one("PayPlan", "plan_id"),
        "startsOn": _shown("starts_on", date_text),
        "endsOn": _shown("ends_on", date_text),
        "final": lambda view, row, args: row["ends_on"] < view.today,
        "total": _money("total"),
        "components": paid.components,
        "lines": _below(("PayResult", "lines"), lambda view, other: [other["result_id"]]),
        "versions": _below(("PayResult", "versions"), paid.versions_of),
        "version": lambda view, row, args: row["number"],
        "madeAt": _shown("made_at", instant_text),
        "supersededAt": _shown("superseded_at", instant_text),
        "inputsHash": lambda view, row, args: bytes(row["inputs_hash"]).hex(),
    },
    "PayLine": {
        "id": _id("pay_line"),
        "kind": _shown("kind", str.upper),
        "amount": paid.line_amount,
        "sentence": paid.sentence,
        "formula": lambda view, row, args: paid.HOW.get(row["kind"]),
        "numbers": paid.numbers,
        "sale": paid.of_sale,
        "credit": _one("Credit", "credit_id"),
    },
    "PayOverride": {
        **VERSIONED,
        "id": _id("pay_override"),
        "plan": _one("PayPlan", "plan_id"),
        "person": _one("Person", "person_id"),
        "kind": _shown("kind", str.upper),
        "value": _shown("value", number_text),
        "startsOn": _shown("starts_on", date_text),
        "endsOn": _shown("ends_on", date_text),
        "agreedBy": _one("Person", "created_by_id"),
    },
    "AccessRequest": {
        "id": _id("access_request"),
        "person": _one("Person", "person_id"),
        "state": _shown("state", str.upper),
        "askedOn": _shown("asked_on", date_text),
        "askedAt": _shown("asked_at", instant_text),
        "dueOn": lambda view, row, args: date_text(row["asked_on"] + timedelta(days=30)),
        "decidedBy": _one("Person", "decided_by_id"),
        "decidedAt": _shown("decided_at", instant_text),
        "answeredAt": _shown("answered_at", instant_text),
        "removedOn": _shown("removed_on", date_text),
        "extracts": _below(
            ("AccessRequest", "extracts"), lambda view, other: [other["request_id"]]
        ),
        "viewerCan": _about_request,
    },
    "AccessExtract": {
        "id": _id("access_extract"),
        "isOwn": lambda view, row, args: row["is_own"],
        "writtenAt": _shown("written_at", instant_text),
    },
    "Note": {
        **VERSIONED,
        **_WORDS,
        "id": _id("note"),
        "about": _one("Person", "about_id"),
        "author": _one("Person", "author_id"),
        "oneToOne": _one("OneToOne", "one_to_one_id"),
        "writtenOn": _shown("written_on", date_text),
        "visibility": notes.visibility,
        "readers": lambda view, row, args: page(
            ORDERS["Note", "readers"],
            args,
            [
                person
                for person in in_order(view, ORDERS["Note", "readers"])
                if person["id"] in row["readers"]
            ],
        ),
        "acknowledged": notes.acknowledged,
        "acknowledgedVersion": lambda view, row, args: row["acknowledged_version"],
        "acknowledgedAt": _shown("acknowledged_at", instant_text),
        "evidence": _below(("Note", "evidence"), lambda view, other: [other["note_id"]]),
        "replies": _below(("Note", "replies"), lambda view, other: [other["note_id"]]),
        "revisions": _below(("Note", "revisions"), lambda view, other: [other["note_id"]]),
        "viewerCan": notes.about_note,
    },
    "NoteRevision": {
        **_WORDS,
        "id": _id("note_revision"),
        "note": _one("Note", "note_id"),
        "acknowledgedAt": _shown("acknowledged_at", instant_text),
        "evidence": _below(("NoteRevision", "evidence"), notes.versions_leading_to),
    },
    "NoteReply": {
        **_WORDS,
        "id": _id("note_reply"),
        "note": _one("Note", "note_id"),
        "author": _one("Person", "author_id"),
    },
    "NoteEvidence": {
        "id": _id("note_evidence"),
        "note": _one("Note", "note_id"),
        "kind": _shown("kind", str.upper),
        "subject": notes.subject,
        "value": notes.value,
        "since": _shown("since", date_text),
        "asOf": _shown("as_of", date_text),
        "facts": notes.facts,
    },
    "FeedbackReply": {
        "id": _id("feedback_reply"),
        "person": _one("Person", "person_id"),
        "state": _shown("state", str.upper),
        "repliedAt": _shown("replied_at", instant_text),
        "request": _one("FeedbackRequest", "request_id"),
    },
    "Feedback": {
        "id": _id("feedback"),
        "kind": _shown("kind", str.upper),
        "person": _one("Person", "person_id"),
        "giver": _one("Person", "giver_id"),
        "request": _one("FeedbackRequest", "request_id"),
        "givenOn": _shown("given_on", date_text),
        "givenAt": _shown("given_at", instant_text),
        "namedReaders": _below(("Feedback", "namedReaders"), voices.readers_of_own("readers")),
        "unnamedReaders": _below(("Feedback", "unnamedReaders"), voices.readers_of_own("unnamed")),
        "waits": voices.waits,
    },
    "UnnamedFeedback": {
        "id": _id("unnamed_feedback"),
        "kind": _shown("kind", str.upper),
        "person": _one("Person", "person_id"),
        "request": _one("FeedbackRequest", "request_id"),
        "deliveredOn": _shown("delivered_on", date_text),
    },
    "FeedbackRequest": {
        "id": _id("feedback_request"),
        "kind": _shown("kind", str.upper),
        "asker": _one("Person", "asker_id"),
        "person": _one("Person", "person_id"),
        "dueOn": _shown("due_on", date_text),
        "askedOn": _shown("asked_on", date_text),
        "askedAt": _shown("asked_at", instant_text),
        "withdrawnAt": _shown("withdrawn_at", instant_text),
        "asked": _below(("FeedbackRequest", "asked"), voices.asked),
        "waitsForViewer": lambda view, row, args: voices.waits_for_viewer(view, row),
        "replies": _below(
            ("FeedbackRequest", "replies"), lambda view, other: [other["request_id"]]
        ),
        "feedback": _below(
            ("FeedbackRequest", "feedback"), lambda view, other: [other["request_id"]]
        ),
        "unnamedFeedback": _below(
            ("FeedbackRequest", "unnamedFeedback"), lambda view, other: [other["request_id"]]
        ),
        "viewerCan": voices.about_request,
    },
    "FeedbackVisibility": {
        "id": _id("feedback_visibility"),
        "changedBy": _one("Person", "changed_by_id"),
        "changedAt": _shown("changed_at", instant_text),
        "sights": voices.sights,
    },
    "RecognitionValue": {
        "id": _id("recognition_value"),
        "retired": lambda view, row, args: row["retired_at"] is not None,
    },
    "Recognition": {
        "id": _id("recognition"),
        "giver": _one("Person", "giver_id"),
        "receivers": _below(
            ("Recognition", "receivers"), voices.named_in("Recognition", "receiver_ids")
        ),
        "values": _below(("Recognition", "values"), voices.named_in("Recognition", "value_ids")),
        "goal": _one("Goal", "goal_id"),
        "isPublic": lambda view, row, args: row["on_wall"],
        "givenOn": _shown("given_on", date_text),
        "givenAt": _shown("given_at", instant_text),
        "viewerCan": voices.about_recognition,
    },
    "RecognitionCount": {
        "month": voices.month,
        "value": _one("RecognitionValue", "value_id"),
    },
    "Insight": {
        "id": _id("insight"),
        "author": _one("Person", "author_id"),
        "topic": _shown("topic", str.upper),
        "state": _shown("state", str.upper),
        "toldOn": _shown("told_on", date_text),
        "toldAt": _shown("told_at", instant_text),
        "owner": _one("Person", "owner_id"),
        "answeredOn": _shown("answered_on", date_text),
        "viewerVoted": lambda view, row, args: voices.has_voted(view, row),
        "mergedInto": _one("Insight", "merged_into_id"),
        "steps": _below(("Insight", "steps"), lambda view, other: [other["insight_id"]]),
        "viewerCan": voices.about_insight,
    },
    "InsightStep": {
        "id": _id("insight_step"),
        "state": _shown("state", str.upper),
        "person": _one("Person", "person_id"),
        "owner": _one("Person", "owner_id"),
        "link": lambda view, row, args: voices.link(view, row, KINDS),
        "madeAt": _shown("made_at", instant_text),
    },
    "Scorecard": {
        "id": _id("scorecard"),
        "criteria": scorecards.criteria,
        "isNewest": lambda view, row, args: scorecards.is_newest(view, row),
        "firstVersion": _one("Scorecard", "series_id"),
        "publishedAt": _shown("published_at", instant_text),
        "publishedBy": _one("Person", "published_by_id"),
        "retiredAt": _shown("retired_at", instant_text),
    },
    "Assessment": {
        "id": _id("assessment"),
        "person": _one("Person", "person_id"),
        "assessor": _one("Person", "assessor_id"),
        "isSelfAssessment": lambda view, row, args: row["assessor_id"] == row["person_id"],
        "scorecard": _one("Scorecard", "scorecard_id"),
        "occasion": _shown("occasion", str.upper),
        "heldOn": _shown("held_on", date_text),
        "account": _one("Account", "account_id"),
        "sale": _one("Sale", "sale_id"),
        "comment": _assessor_says,
        "score": scorecards.score,
        "scores": _below(("Assessment", "scores"), lambda view, other: [other["assessment_id"]]),
        "sameOccasion": _same_occasion,
        "writtenAt": _shown("written_at", instant_text),
        "receivedAt": _shown("received_at", instant_text),
        "withdrawnAt": _shown("withdrawn_at", instant_text),
        "viewerCan": scorecards.may,
    },
    "AssessmentScore": {
        "id": _id("assessment_score"),
        "assessment": _one("Assessment", "assessment_id"),
        "person": _one("Person", "person_id"),
        "firstVersion": _one("Scorecard", "series_id"),
        "heldOn": _shown("held_on", date_text),
        "byThemselves": lambda view, row, args: row["by_themselves"],
        "scale": _shown("scale", str.upper),
        "weight": _shown("weight", number_text),
        "score": lambda view, row, args: row["score"],
        "comment": _assessor_says,
    },
    "Blocker": {
        "id": _id("blocker"),
        "goal": _one("Goal", "goal_id"),
        "cause": _shown("cause", str.upper),
        "what": care.in_words("what"),
        "raisedOn": _shown("raised_on", date_text),
        "raisedAt": _shown("raised_at", instant_text),
        "raisedBy": _one("Person", "raised_by_id"),
        "state": _shown("state", str.upper),
        "resolvedOn": _shown("resolved_on", date_text),
        "resolvedAt": _shown("resolved_at", instant_text),
        "resolvedBy": _one("Person", "resolved_by_id"),
        "resolution": care.in_words("resolution"),
        "withdrawnAt": _shown("withdrawn_at", instant_text),
        "viewerCan": care.about_blocker,
    },
    "CorrectivePlan": {
        "id": _id("corrective_plan"),
        "goal": _one("Goal", "goal_id"),
        "openedOn": _shown("opened_on", date_text),
        "openedAt": _shown("opened_at", instant_text),
        "openedBy": _one("Person", "opened_by_id"),
        "pace": _shown("pace", number_text),
        "threshold": _shown("threshold", number_text),
        "dueOn": _shown("due_on", date_text),
        "state": _shown("state", str.upper),
        "agreedAt": _shown("agreed_at", instant_text),
        "agreedBy": _one("Person", "agreed_by_id"),
        "closedOn": _shown("closed_on", date_text),
        "closedAt": _shown("closed_at", instant_text),
        "closedBy": _one("Person", "closed_by_id"),
        "steps": _below(("CorrectivePlan", "steps"), lambda view, other: [other["plan_id"]]),
        "viewerCan": care.about_plan,
    },
    "CorrectiveStep": {
        "id": _id("corrective_step"),
        "dueOn": _shown("due_on", date_text),
        "person": _one("Person", "person_id"),
        "addedAt": _shown("added_at", instant_text),
        "addedBy": _one("Person", "added_by_id"),
        "doneAt": _shown("done_at", instant_text),
        "doneBy": _one("Person", "done_by_id"),
    },
    "Notice": {
        "id": _id("notice"),
        "kind": _shown("kind", str.upper),
        "message": care.message,
        "delivery": _shown("delivery", str.upper),
        "sentAt": _shown("sent_at", instant_text),
        "readAt": _shown("read_at", instant_text),
        "goal": _one("Goal", "goal_id"),
        "subject": comments.subject,
    },
    "Digest": {
        "id": _id("digest"),
        "rhythm": _shown("rhythm", str.upper),
        "startsOn": _shown("starts_on", date_text),
        "endsOn": _shown("ends_on", date_text),
        "madeAt": _shown("made_at", instant_text),
        "counts": digests.counts,
        "notices": _below(("Digest", "notices"), lambda view, other: [other["digest_id"]]),
        "activities": _below(("Digest", "activities"), activities.digests_with),
    },
    "Activity": {
        "kind": _shown("kind", str.upper),
        "message": activities.message,
        "happenedAt": _shown("happened_at", instant_text),
        "person": _one("Person", "person_id"),
        "subject": comments.subject,
    },
    "Comment": {
        "id": _id("comment"),
        "subject": comments.subject,
        "author": _one("Person", "author_id"),
        "bodyHtml": lambda view, row, args: row["body_html"],
        "writtenAt": _shown("written_at", instant_text),
        "receivedAt": _shown("received_at", instant_text),
        "editedAt": _shown("edited_at", instant_text),
        "withdrawnAt": _shown("withdrawn_at", instant_text),
        "earlier": comments.earlier,
        "viewerCan": comments.about_comment,
    },
    "Mention": {
        "id": _id("mention"),
        "comment": _one("Comment", "comment_id"),
        "mentionedAt": _shown("mentioned_at", instant_text),
    },
    "OneToOne": {
        "id": _id("one_to_one"),
        "leader": _one("Person", "leader_id"),
        "coachee": _one("Person", "coachee_id"),
        "startsAt": _shown("starts_at", instant_text),
        "state": _shown("state", str.upper),
        "plannedBy": _one("Person", "planned_by_id"),
        "plannedAt": _shown("planned_at", instant_text),
        "writtenAt": _shown("written_at", instant_text),
        "heldOn": _shown("held_on", date_text),
        "heldWrittenAt": _shown("held_written_at", instant_text),
        "endedAt": _shown("ended_at", instant_text),
        "endedBy": _one("Person", "ended_by_id"),
        "tasks": _below(("OneToOne", "tasks"), lambda view, other: [other["one_to_one_id"]]),
        "notes": _below(("OneToOne", "notes"), lambda view, other: [other["one_to_one_id"]]),
        "agenda": _below(("OneToOne", "agenda"), lambda view, other: [other["one_to_one_id"]]),
        "viewerCan": talks.about_one_to_one,
    },
    "Task": {
        "id": _id("task"),
        "owner": _one("Person", "owner_id"),
        "askedBy": _one("Person", "asked_by_id"),
        "detailsHtml": lambda view, row, args: row["details_html"],
        "dueOn": _shown("due_on", date_text),
        "isOverdue": lambda view, row, args: row["state"] == "open" and row["due_on"] < view.today,
        "state": _shown("state", str.upper),
        "oneToOne": _one("OneToOne", "one_to_one_id"),
        "note": _one("Note", "note_id"),
        "goal": _one("Goal", "goal_id"),
        "askedAt": _shown("asked_at", instant_text),
        "writtenAt": _shown("written_at", instant_text),
        "endedAt": _shown("ended_at", instant_text),
        "endedBy": _one("Person", "ended_by_id"),
        "parts": _below(("Task", "parts"), lambda view, other: [other["task_id"]]),
        "dueChanges": _below(("Task", "dueChanges"), lambda view, other: [other["task_id"]]),
        "viewerCan": talks.about_task,
    },
    "TaskPart": {
        "id": _id("task_part"),
        "task": _one("Task", "task_id"),
        "person": _one("Person", "person_id"),
        "doneAt": _shown("done_at", instant_text),
        "viewerCan": talks.about_part,
    },
    "TaskDueChange": {
        "id": _id("task_due_change"),
        "dueBefore": _shown("due_before", date_text),
        "dueAfter": _shown("due_after", date_text),
        "changedBy": _one("Person", "changed_by_id"),
        "changedAt": _shown("changed_at", instant_text),
    },
    "Programme": {
        "id": _id("programme"),
        "leader": _one("Person", "leader_id"),
        "everyWeeks": lambda view, row, args: row["every_weeks"],
        "startsOn": _shown("starts_on", date_text),
        "until": _shown("until", date_text),
        "retiredOn": _shown("retired_on", date_text),
        "definedBy": _one("Person", "defined_by_id"),
        "definedAt": _shown("defined_at", instant_text),
        "viewerCan": programmes.about,
    },
    "ProgrammePair": {
        "programme": _one("Programme", "programme_id"),
        "startsOn": _shown("starts_on", date_text),
        "until": _shown("until", date_text),
        "manager": _one("Person", "manager_id"),
        "coachee": _one("Person", "coachee_id"),
        "heldOn": _shown("held_on", date_text),
        "state": _shown("state", str.upper),
    },
    "ProgrammeReport": {
        "programme": _one("Programme", "programme_id"),
        "startsOn": _shown("starts_on", date_text),
        "until": _shown("until", date_text),
        "manager": _one("Person", "manager_id"),
    },
    "ProgrammeTotal": {
        "programme": _one("Programme", "programme_id"),
        "startsOn": _shown("starts_on", date_text),
        "until": _shown("until", date_text),
    },
    "AgendaItem": {
        "id": _id("agenda_item"),
        "oneToOne": _one("OneToOne", "one_to_one_id"),
        "author": _one("Person", "author_id"),
        "state": _shown("state", str.upper),
        "onlyMine": lambda view, row, args: row["opened_at"] is None,
        "addedAt": _shown("added_at", instant_text),
        "writtenAt": _shown("written_at", instant_text),
        "openedAt": _shown("opened_at", instant_text),
        "tickedAt": _shown("ticked_at", instant_text),
        "tickedBy": _one("Person", "ticked_by_id"),
        "withdrawnAt": _shown("withdrawn_at", instant_text),
        "carriedFrom": _one("AgendaItem", "carried_from_id"),
        "timesCarried": lambda view, row, args: row["times_carried"],
        "lingers": lambda view, row, args: row["times_carried"] >= 3,
        "viewerCan": talks.about_item,
    },
    "GoalDecision": {
        "id": _id("goal_decision"),
        "act": _shown("act", str.upper),
        "person": _one("Person", "person_id"),
        "onBehalfOf": _one("Person", "on_behalf_of_id"),
        "seenVersion": lambda view, row, args: row["seen_version"],
        "target": _decision_target,
        "decidedAt": _shown("decided_at", instant_text),
    },
    "GoalProposal": {
        "id": _id("goal_proposal"),
        "amount": lambda view, row, args: in_its_unit(view, row, row["amount"]),
        "person": _one("Person", "person_id"),
        "proposedAt": _shown("proposed_at", instant_text),
        "goal": _one("Goal", "goal_id"),
    },
    "Cascade": {
        "id": _id("cascade"),
        "goal": _one("Goal", "goal_id"),
        "seenVersion": lambda view, row, args: row["seen_version"],
        "method": _shown("method", str.upper),
        "state": _shown("state", str.upper),
        "plan": lambda view, row, args: in_its_unit(view, row, row["plan"]),
        "allocated": lambda view, row, args: in_its_unit(
            view, row, allocated(view.facts, row["id"])
        ),
        "unallocated": lambda view, row, args: in_its_unit(
            view, row, less(row["plan"], allocated(view.facts, row["id"]))
        ),
        "recipients": lambda view, row, args: len(lines(view.facts, row["id"])),
        "byLevel": by_level,
        "proposedBy": _one("Person", "proposed_by_id"),
        "proposedAt": _shown("proposed_at", instant_text),
        "decidedBy": _one("Person", "decided_by_id"),
        "decidedAt": _shown("decided_at", instant_text),
        "lines": _below(("Cascade", "lines"), lambda view, other: [other["cascade_id"]]),
    },
    "CascadeLine": {
        "id": _id("cascade_line"),
        "cascade": _one("Cascade", "cascade_id"),
        "person": _one("Person", "person_id"),
        "above": _one("CascadeLine", "above_id"),
        "weight": _shown("weight", number_text),
        "uplift": _shown("uplift", number_text),
        "plan": lambda view, row, args: in_its_unit(view, row, row["plan"]),
        "street": lambda view, row, args: in_its_unit(view, row, row["street"]),
        "before": lambda view, row, args: in_its_unit(view, row, row["target_before"]),
        "change": lambda view, row, args: in_its_unit(
            view, row, row["street"] - (row["target_before"] or 0)
        ),
        "unallocated": lambda view, row, args: in_its_unit(view, row, rest(view.facts, row)),
        "goal": _one("Goal", "child_id"),
    },
    "CheckIn": {
        "id": _id("check_in"),
        "value": _shown("value", number_text),
        "confidence": _shown("confidence", str.upper),
        "notedAt": _shown("noted_at", instant_text),
        "createdAt": _shown("created_at", instant_text),
        "author": _one("Person", "author_id"),
        "goal": _one("Goal", "goal_id"),
    },
    "GoalRevision": {
        "id": _id("goal_revision"),
        "measuredBy": lambda view, row, args: view.shown("Measure", _measure_id(view, row)),
        "startsOn": _shown("starts_on", date_text),
        "endsOn": _shown("ends_on", date_text),
        "target": of_revision("target"),
        "proposed": of_revision("proposed"),
        "parent": _one("Goal", "parent_id"),
        "noParentReason": lambda view, row, args: row["no_parent_reason"],
        "person": _one("Person", "person_id"),
        "submittedAt": _shown("submitted_at", instant_text),
        "goal": _one("Goal", "goal_id"),
    },
    "GoalAmendment": {
        "id": _id("goal_amendment"),
        "goal": _one("Goal", "goal_id"),
        "effectiveFrom": _shown("effective_from", date_text),
        "stated": of_goal("stated"),
        "policy": _shown("policy", str.upper),
        "state": _shown("state", str.upper),
        "targetBefore": of_goal("target_before"),
        "targetAfter": of_goal("target_after"),
        "requestedBy": _one("Person", "requested_by"),
        "requestedAt": _shown("requested_at", instant_text),
        "seenVersion": lambda view, row, args: row["seen_version"],
        "decidedBy": _one("Person", "decided_by"),
        "onBehalfOf": _one("Person", "on_behalf_of_id"),
        "decidedAt": _shown("decided_at", instant_text),
        "superseded": lambda view, row, args: row["superseded_at"] is not None,
    },
    "GoalSegment": {
        "id": _id("goal_segment"),
        "goal": _one("Goal", "goal_id"),
        "startsOn": _shown("starts_on", date_text),
        "endsOn": _shown("ends_on", date_text),
        "policy": _shown("policy", str.upper),
        "stated": of_goal("stated"),
        "target": of_goal("target"),
        "actual": segment_actual,
    },
    "Delegation": {
        "id": _id("delegation"),
        "delegator": _one("Person", "from_id"),
        "delegate": _one("Person", "to_id"),
        "startsOn": _shown("starts_on", date_text),
        "endsOn": _shown("ends_on", date_text),
        "current": is_current,
        "createdBy": _one("Person", "created_by"),
        "createdAt": _shown("created_at", instant_text),
        "endedBy": _one("Person", "ended_by"),
        "endedAt": _shown("ended_at", instant_text),
    },
    "GoalLock": {
        "id": _id("goal_lock"),
        "startsOn": _shown("starts_on", date_text),
        "endsOn": _shown("ends_on", date_text),
        "locksOn": _shown("locks_on", date_text),
        "inForce": lambda view, row, args: lock_holds(view, row),
        "setBy": _one("Person", "set_by"),
        "setAt": _shown("set_at", instant_text),
        "liftedBy": _one("Person", "lifted_by"),
        "liftedAt": _shown("lifted_at", instant_text),
        "liftReason": lambda view, row, args: row["lift_reason"],
    },
    "GoalAsOf": {
        "goal": _one("Goal", "goal_id"),
        "owner": _one("Person", "owner_id"),
        "startsOn": _shown("starts_on", date_text),
        "target": of_goal("target"),
        "since": _shown("since", date_text),
        "amendment": _one("GoalAmendment", "amendment_id"),
    },
    "Event": {
        "id": _id("event"),
        "subjectKind": lambda view, row, args: row["subject_kind"],
        "subjectId": _subject,
        "subject": comments.subject,
        "person": _one("Person", "person_id"),
        "changes": _changes,
        "recordedAt": _shown("recorded_at", instant_text),
    },
    "TerritoryPerformance": {
        "territory": _one("Territory", "territory_id"),
        "periodStart": _shown("starts_on", date_text),
        "periodEnd": _shown("ends_on", date_text),
        "sales": territory_sales,
        "target": lambda view, row, args: money(territory_goals(view, row)[0], row["currency"]),
        "actual": lambda view, row, args: money(territory_goals(view, row)[1], row["currency"]),
        "attainment": lambda view, row, args: share_or_none(*reversed(territory_goals(view, row))),
    },
}
FIELDS: Mapping[Name, Meaning] = {
    (type_name, name): meaning
    for type_name, fields in _FIELDS.items()
    for name, meaning in fields.items()
} | {
    (each, "comments"): _below((each, "comments"), lambda view, other: [other["subject_id"]])
    for each in comments.COMMENTED
}
