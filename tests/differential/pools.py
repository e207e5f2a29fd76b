"""What generated operations say: values out of the data, and values that are nowhere in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tests.differential.oracle.facts import KINDS, Facts
from tests.differential.oracle.meaning import ORDERS
from tests.differential.oracle.notes import NO_SEARCHES, SEARCHES
from tests.differential.oracle.pages import Place
from tests.differential.words import hostile

DAYS = (
    "2020-05-29", "2020-05-01", "2020-05-31", "2020-05-30", "2020-01-01", "2019-12-31", "2020-02-29",
    "2020-06-30", "2019-05-01", "0001-01-02", "9999-12-30", "1999-01-01",
)  # fmt: skip
PERFORMANCE_DAYS = (
    "2020-05-29", "2020-05-10", "2020-01-01", "2019-12-31", "2018-02-28", "2020-06-30", "2021-01-01",
    "2011-01-01", "0001-02-01", "9999-12-30",
)  # fmt: skip
INSTANTS = (
    "2020-05-01T12:00:00Z", "2020-05-01T12:00:00.1Z", "2020-05-01T12:00:00.000001Z",
    "2020-05-01T12:00:00.999999Z", "1969-12-31T23:59:59.5Z", "0001-01-02T00:00:00Z",
    "9999-12-30T23:59:59.999999Z", "2020-05-29T00:00:00Z",
)  # fmt: skip
TEXT_COLUMNS = {
    "PersonFilter.name": ("Person", "name"),
    "PersonFilter.email": ("Person", "email"),
    "PersonFilter.title": ("Person", "title"),
    "GoalFilter.name": ("Goal", "name"),
    "GoalFilter.measure": ("Goal", "measure"),
    "MeasureFilter.key": ("Measure", "key"),
    "GoalTemplateFilter.name": ("GoalTemplate", "name"),
    "PayPlanFilter.key": ("PayPlan", "key"),
    "CreditingRuleFilter.name": ("CreditingRule", "name"),
    "TerritoryFilter.name": ("Territory", "name"),
    "TerritoryFilter.kind": ("Territory", "kind"),
    "AccountFilter.name": ("Account", "name"),
    "AccountFilter.kind": ("Account", "kind"),
    "AccountFilter.country": ("Account", "country"),
    "ProductFilter.name": ("Product", "name"),
    "ProductFilter.category": ("Product", "category"),
    "SaleFilter.externalId": ("Sale", "external_id"),
    "OpportunityFilter.externalId": ("Opportunity", "external_id"),
    "ExpenseFilter.externalId": ("Expense", "external_id"),
    "SaleFilter.orderNumber": ("Sale", "order_number"),
    "EventFilter.act": ("Event", "act"),
    "EventFilter.subjectKind": ("Event", "subject_kind"),
    "ScorecardFilter.name": ("Scorecard", "name"),
    "AssessmentScoreFilter.criterion": ("AssessmentScore", "criterion"),
    "NoticeFilter.subjectKind": ("Notice", "subject_kind"),
    "ActivityFilter.subjectKind": ("Activity", "subject_kind"),
}
KIND_OF = {
    "PersonFilter.id": "person",
    "GoalFilter.id": "goal",
    "NoticeFilter.goal": "goal",
    "ActivityFilter.person": "person",
    "AssessmentFilter.person": "person",
    "AssessmentFilter.assessor": "person",
    "AssessmentFilter.scorecard": "scorecard",
    "AssessmentFilter.account": "account",
    "AssessmentFilter.sale": "sale",
    "AssessmentScoreFilter.person": "person",
    "AssessmentScoreFilter.firstVersion": "scorecard",
    "BlockerFilter.goal": "goal",
    "AccessRequestFilter.person": "person",
    "NoteFilter.id": "note",
    "NoteFilter.about": "person",
    "NoteFilter.author": "person",
    "NoteFilter.oneToOne": "one_to_one",
    "NoteFilter.goal": "goal",
    "FeedbackFilter.person": "person",
    "FeedbackFilter.giver": "person",
    "UnnamedFeedbackFilter.person": "person",
    "FeedbackRequestFilter.asker": "person",
    "FeedbackRequestFilter.person": "person",
    "RecognitionFilter.giver": "person",
    "RecognitionFilter.receiver": "person",
    "RecognitionFilter.value": "recognition_value",
    "InsightFilter.author": "person",
    "InsightFilter.owner": "person",
    "GoalFilter.owner": "person",
    "GoalFilter.territory": "territory",
    "GoalFilter.within": "territory",
    "GoalAsOfFilter.goal": "goal",
    "GoalAsOfFilter.owner": "person",
    "MeasureFilter.id": "measure",
    "CalendarFilter.id": "calendar",
    "GoalTemplateFilter.id": "goal_template",
    "PayPlanFilter.id": "pay_plan",
    "PayFilter.person": "person",
    "TerritoryFilter.id": "territory",
    "TerritoryFilter.parent": "territory",
    "AccountFilter.id": "account",
    "ProductFilter.id": "product",
    "SaleFilter.id": "sale",
    "SaleFilter.person": "person",
    "SaleFilter.territory": "territory",
    "SaleFilter.within": "territory",
    "SaleFilter.account": "account",
    "SaleFilter.product": "product",
    "CreditFilter.id": "credit",
    "CreditFilter.person": "person",
    "CreditFilter.sale": "sale",
    "CreditProposalFilter.id": "credit_proposal",
    "CreditProposalFilter.person": "person",
    "CreditProposalFilter.sale": "sale",
    "SaleCreditingFilter.id": "sale_crediting",
    "CreditingRuleFilter.id": "crediting_rule",
    "OpportunityFilter.id": "opportunity",
    "OpportunityFilter.person": "person",
    "OpportunityFilter.territory": "territory",
    "ExpenseFilter.id": "expense",
    "ExpenseFilter.person": "person",
    "ExpenseFilter.territory": "territory",
    "EventFilter.person": "person",
    "OneToOneFilter.id": "one_to_one",
    "TaskFilter.id": "task",
    "TaskFilter.owner": "person",
    "TaskFilter.askedBy": "person",
    "TaskFilter.oneToOne": "one_to_one",
    "TaskFilter.note": "note",
    "TaskFilter.goal": "goal",
    "ProgrammeFilter.id": "programme",
    "ProgrammeFilter.leader": "person",
    "ProgrammePairFilter.programme": "programme",
    "ProgrammePairFilter.manager": "person",
    "ProgrammePairFilter.coachee": "person",
    "ProgrammeReportFilter.programme": "programme",
    "ProgrammeReportFilter.manager": "person",
    "ProgrammeTotalFilter.programme": "programme",
    "OneToOneFilter.leader": "person",
    "OneToOneFilter.coachee": "person",
    "PerformanceFilter.territoryIds": "territory",
}
"""What an id stands for in each filter; anything, elsewhere."""
NO_IDS = (
    "goal_1", "", "no-id-at-all", "goal", "_", "salary_01900000-0000-7000-8000-000000000000",
    "goal_01900000-0000-7000-8000-00000000000A", "person_{01900000-0000-7000-8000-000000000000}",
    "goal_01900000-0000-7000-8000-000000000000", "person_01900000-0000-7000-8000-000000000000",
    "territory_01900000-0000-7000-8000-000000000000", "'; --", "🎯_\u202e",
)  # fmt: skip
NO_CURSORS = ("", "x", "bm8gY3Vyc29y", "=", "🎯", "A" * 3000)


@dataclass(frozen=True, slots=True)
class Pools:
    """Everything to choose from; the same in every run, for the ids are."""

    ids: Mapping[str, Sequence[str]]
    everything: Sequence[str]
    texts: Mapping[str, Sequence[str]]
    cursors: Mapping[str, Sequence[str]]

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text("the pools")

    @classmethod
    def of(cls, ours: Facts, theirs: Facts, cursors: Mapping[str, Place]) -> "Pools":
        ids = {kind: _ids(ours, kind) for kind in KINDS}
        foreign = [_ids(theirs, kind)[0] for kind in KINDS]
        by_list = {
            f"{parent}.{name}": sorted(t for t, place in cursors.items() if place.order == order)
            for (parent, name), order in ORDERS.items()
        }
        return cls(
            ids,
            [*(id for kind in KINDS for id in ids[kind][:6]), *foreign, *NO_IDS],
            {name: _texts(ours, *where) for name, where in TEXT_COLUMNS.items()}
            | {"NoteFilter.words": [*SEARCHES, *NO_SEARCHES]},
            by_list,
        )


def _ids(facts: Facts, kind: str) -> list[str]:
    ids: list[UUID] = sorted(facts.rows[KINDS[kind]])
    return [f"{kind}_{id}" for id in ids]


def _texts(facts: Facts, type_name: str, column: str) -> list[str]:
    found = {row[column] for row in facts.all(type_name) if row[column] is not None}
    return [*sorted(found), "nowhere in the data", hostile(0), ""]
