"""Our own clients' documents, for every caller there is, with what they send and what they might."""

from itertools import product
from pathlib import Path
from typing import Any

import pytest

from tests.differential.generating import WORKED
from tests.differential.trial import Trial

DOCUMENTS = Path(__file__).resolve().parents[2] / "documents"
QUERIES = (
    "Assessments",
    "Scorecards",
    "OneToOnes",
    "OneToOneDetail",
    "AccessRequests",
    "MyAccessRequests",
    "GoalDetail",
    "GoalTree",
    "CascadePreview",
    "Notices",
    "Tasks",
    "TaskDetail",
    "Programmes",
    "ProgrammePairs",
    "ProgrammeTotals",
    "Notes",
    "NoteDetail",
    "Comments",
    "Mentions",
    "Digests",
    "Activities",
    "NoticePreferences",
    "TeamPace",
    "RepHome",
    "TeamPerformance",
    "ManagerApprovals",
    "PartnerPerformance",
    "AmendmentApprovals",
    "TeamProposals",
    "Delegations",
    "GoalTemplates",
    "GoalRules",
    "PayPlans",
    "PayPlanDetail",
    "Pay",
    "PayDetail",
    "PlanTrial",
    "PlanTrials",
    "PayTotals",
    "PayVersions",
    "PayPlanTemplates",
    "WhyCredit",
    "UncreditedSales",
    "OverCreditedSales",
    "CreditProposals",
    "CreditingRules",
    "Feedback",
    "FeedbackRequests",
    "FeedbackVisibility",
    "RecognitionWall",
    "MyRecognition",
    "Insights",
    "InsightDetail",
    "InsightReport",
)

EACH = {
    "Notices": 4, "Digests": 4, "OneToOnes": 4, "OneToOneDetail": 4,
    "GoalDetail": 6, "GoalTree": 6, "ManagerApprovals": 3, "TeamPerformance": 3, "AmendmentApprovals": 4,
    "TeamProposals": 8, "Delegations": 4, "GoalTemplates": 6, "GoalRules": 6,
    "PayPlans": 3, "PayPlanDetail": 3, "Comments": 8, "Mentions": 4,
    "Pay": 4, "PayDetail": 4, "PlanTrial": 6, "PlanTrials": 6, "PayTotals": 4, "PayVersions": 6,
    "PayPlanTemplates": 8,
    "WhyCredit": 6, "UncreditedSales": 6, "CreditProposals": 8,
    "OverCreditedSales": 8, "CreditingRules": 8, "Notes": 4, "NoteDetail": 3,
    "Feedback": 5, "FeedbackRequests": 5, "FeedbackVisibility": 9, "RecognitionWall": 5, "MyRecognition": 5, "Insights": 6,
    "InsightDetail": 6, "InsightReport": 9,
    "Tasks": 5, "TaskDetail": 6, "Programmes": 6, "ProgrammePairs": 6, "ProgrammeTotals": 6,
}  # fmt: skip
"""What is much to work out again is asked by one in so many callers."""


def sent_with(name: str, trial: Trial) -> list[dict[str, Any]]:
    """Variables that a query of ours is sent with."""
    places = [f"territory_{trial.ours.territory(place)}" for place in ("West", "Crater", "World")]
    foreign = f"territory_{trial.theirs.territory('West')}"
    if name == "TeamPerformance":
        days: list[dict[str, Any]] = [{}, {"from": "2020-05-01", "to": "2020-05-29"}]
        states: list[dict[str, Any]] = [{}, {"status": ["DRAFT", "SUBMITTED"]}, {"status": []}]
        return [
            *({**a, **b, **c} for a, b, c in product(days, states, [{}, {"first": 3}])),
            {"from": None},
            {"first": 0},
            {"after": "no cursor"},
        ]
    if name == "PartnerPerformance":
        return [
            {},
            {"by": "QUARTER", "territoryIds": [*places, foreign]},
            {"by": "YEAR", "from": "2019-01-01", "territoryIds": []},
            {"from": "2020-05-10", "to": "2020-05-10", "first": 2},
            {"from": "2020-05-10", "to": "2020-05-09"},
            {"territoryIds": ["person_1"]},
            {"by": "YEAR", "to": "9999-12-30", "from": "9990-01-01", "territoryIds": None},
            {"from": "0001-02-02", "to": "0001-03-31", "territoryIds": places[:1]},
            {"from": "0001-01-01"},
        ]
    if name == "GoalTree":
        goals = sorted(trial.facts[trial.ours.org].rows["Goal"])
        return [{"id": f"goal_{goals[1]}"}, {"id": f"goal_{goals[-1]}", "first": 2}]
    if name == "CascadePreview":
        cascades = sorted(trial.facts[trial.ours.org].rows["Cascade"])
        theirs = min(trial.facts[trial.theirs.org].rows["Cascade"])
        return [{"id": f"cascade_{id}"} for id in (*cascades[::20], theirs)]
    if name == "PayPlanDetail":
        plans = sorted(trial.facts[trial.ours.org].rows["PayPlan"])
        theirs = min(trial.facts[trial.theirs.org].rows["PayPlan"])
        return [{"id": f"pay_plan_{id}"} for id in (*plans[::2], theirs)]
    if name in ("PayDetail", "PayVersions"):
        results = sorted(trial.facts[trial.ours.org].rows["PayResult"])[::4]
        theirs = min(trial.facts[trial.theirs.org].rows["PayResult"])
        return [{"id": f"pay_result_{id}"} for id in (*results, theirs)]
    if name == "PlanTrial":
        trials = [min(trial.facts[each.org].own("PayTrial")) for each in (trial.ours, trial.theirs)]
        return [{"id": f"pay_trial_{id}", "first": 3} for id in trials]
    if name == "PayTotals":
        march = {"from": "2020-03-01", "to": "2020-03-31"}
        return [{}, {"filter": march}, {"filter": {"to": "0001-01-01"}}, {"after": "no cursor"}]
    if name in ("Programmes", "ProgrammePairs", "ProgrammeTotals"):
        may = {"from": "2020-05-01", "to": "2020-05-31"}
        return [{}, {"filter": may, "first": 3}, {"filter": {"from": "2018-01-01"}}]
    if name in ("OneToOnes", "Tasks"):
        return [{}, {"first": 3}, {"after": "no cursor"}]
    if name == "Notes":
        filters: list[dict[str, Any]] = [{}, {"words": "zebra"}, {"shared": True}]
        return [{"filter": each, "first": 3} for each in filters]
    if name == "TaskDetail":
        tasks = sorted(trial.facts[trial.ours.org].rows["Task"])[::6]
        return [{"id": f"task_{id}"} for id in tasks]
    if name == "Assessments":
        people = sorted(trial.facts[trial.ours.org].rows["Person"])[::4]
        return [{"person": f"person_{id}", "since": "2020-01-01"} for id in people]
    if name == "OneToOneDetail":
        meetings = sorted(trial.facts[trial.ours.org].rows["OneToOne"])[::6]
        theirs = min(trial.facts[trial.theirs.org].rows["OneToOne"])
        return [{"id": f"one_to_one_{id}"} for id in (*meetings, theirs)]
    if name == "NoteDetail":
        notes = sorted(trial.facts[trial.ours.org].rows["Note"])[::5]
        theirs = min(trial.facts[trial.theirs.org].rows["Note"])
        return [{"id": f"note_{id}"} for id in (*notes, theirs)]
    if name == "WhyCredit":
        sales = sorted(trial.facts[trial.ours.org].rows["SaleCrediting"])[::8]
        theirs = min(trial.facts[trial.theirs.org].rows["Sale"])
        return [{"id": f"sale_{id}"} for id in (*sales, theirs)]
    if name == "Comments":
        about = trial.facts[trial.ours.org].all("Comment")[:16:2]
        of_others = trial.facts[trial.theirs.org].all("Comment")[:1]
        return [
            {"id": f"{each['subject_kind']}_{each['subject_id']}", "first": 3}
            for each in (*about, *of_others)
        ]
    if name in ("Feedback", "MyRecognition"):
        return [{}]
    if name == "FeedbackRequests":
        return [{}, {"filter": {"waitsForViewer": True}}]
    if name == "RecognitionWall":
        return [{}, {"filter": {"givenOn": {"gte": "2020-03-01"}}}]
    if name == "InsightReport":
        return [{}, {"filter": {"state": {"eq": "ANSWERED"}}}]
    if name == "InsightDetail":
        insights = sorted(trial.facts[trial.ours.org].rows["Insight"])[::6]
        theirs = min(trial.facts[trial.theirs.org].rows["Insight"])
        return [{"id": f"insight_{id}"} for id in (*insights, theirs)]
    if name == "GoalDetail":
        goals = sorted(trial.facts[trial.ours.org].rows["Goal"])[::40]
        theirs = min(trial.facts[trial.theirs.org].rows["Goal"])
        return [{"id": f"goal_{id}"} for id in (*goals, theirs)]
    return (
        [{}]
        if name in ("RepHome", "NoticePreferences")
        else [{}, {"first": 1}, {"first": 101}, {"after": None}]
    )


@pytest.mark.parametrize("name", QUERIES)
async def test_our_own_queries_answer_what_they_plainly_mean(trial: Trial, name: str) -> None:
    text = (DOCUMENTS / f"{name}.graphql").read_text()
    assert f"query {name}" in text

    for caller in trial.callers[:: EACH.get(name, 1)]:
        for sent in sent_with(name, trial):
            expected, answered = await trial.of(caller, text, sent)

            assert (answered.data is None) == (expected.data is None)


def test_every_query_of_ours_is_tried() -> None:
    texts = {path.stem: path.read_text() for path in DOCUMENTS.glob("*.graphql")}
    reading = {
        name
        for name, text in texts.items()
        if f"query {name}" in text and not any(f" {root}(" in text for root in WORKED)
    }

    assert reading == set(QUERIES)
