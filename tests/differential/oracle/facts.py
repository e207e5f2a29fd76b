"""All rows of one organisation, read once."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from tortoise.models import Model

from domain.access_requests.models import AccessExtract, AccessRequest
from domain.blockers.models import Blocker
from domain.calendars.models import Calendar, CalendarPeriod, DayOff, GoalPolicy, Season
from domain.coaching.note_models import Note, NoteEvidence, NoteReply, NoteRevision
from domain.comments.models import Comment, Mention
from domain.database import on_behalf_of
from domain.feedback.models import (
    Feedback,
    FeedbackReply,
    FeedbackRequest,
    FeedbackSight,
    FeedbackVisibility,
    UnnamedFeedback,
)
from domain.goals.agreement_models import (
    Delegation,
    GoalAmendment,
    GoalLock,
    GoalRevision,
    GoalSegment,
)
from domain.goals.form_models import (
    GoalAdjustment,
    GoalAssignment,
    GoalClosing,
    GoalContributor,
    GoalKpi,
    GoalRating,
    GoalTemplate,
    GoalTemplateKpi,
    Ramp,
)
from domain.goals.models import CheckIn, Goal, GoalDecision
from domain.goals.tree_models import GoalBudget, GoalCascade, GoalCascadeLine, GoalProposal
from domain.history.models import Event
from domain.incentives.credit_models import (
    CreditingPolicy,
    CreditingRule,
    CreditProposal,
    ExchangeRate,
    SaleCrediting,
    SaleEvent,
    SaleSplit,
    StoredCredit,
)
from domain.incentives.pay_models import PayResult, PayRun, PayRunPart, PayTrialPayee
from domain.incentives.plan_models import PayAssignment, PayOverride, PayPlan, PayPlanVersion
from domain.insights.models import Insight, InsightStep
from domain.measures.models import Measure
from domain.notices.models import Digest, Notice
from domain.one_to_ones.models import AgendaItem, CoachingSession, OneToOne
from domain.people.models import Organisation, Person, Position, RoleGrant
from domain.plans.models import CorrectivePlan, CorrectiveStep
from domain.programmes.models import Programme
from domain.recognition.models import Recognition, RecognitionValue
from domain.sales.models import Account, Expense, Opportunity, Product, Sale
from domain.scorecards.models import Assessment, AssessmentScore, Scorecard
from domain.tasks.models import Task, TaskDueChange, TaskPart
from domain.territories.models import Territory

Row = dict[str, Any]

MODELS: Mapping[str, type[Model]] = {
    "Person": Person,
    "Position": Position,
    "RoleGrant": RoleGrant,
    "Measure": Measure,
    "Calendar": Calendar,
    "CalendarPeriod": CalendarPeriod,
    "Season": Season,
    "DayOff": DayOff,
    "Territory": Territory,
    "Account": Account,
    "Product": Product,
    "Sale": Sale,
    "Opportunity": Opportunity,
    "Expense": Expense,
    "Goal": Goal,
    "GoalDecision": GoalDecision,
    "CheckIn": CheckIn,
    "GoalRevision": GoalRevision,
    "GoalAmendment": GoalAmendment,
    "GoalSegment": GoalSegment,
    "Delegation": Delegation,
    "GoalLock": GoalLock,
    "Scorecard": Scorecard,
    "Assessment": Assessment,
    "AssessmentScore": AssessmentScore,
    "Blocker": Blocker,
    "Feedback": Feedback,
    "FeedbackReply": FeedbackReply,
    "FeedbackRequest": FeedbackRequest,
    "FeedbackSight": FeedbackSight,
    "FeedbackVisibility": FeedbackVisibility,
    "UnnamedFeedback": UnnamedFeedback,
    "Recognition": Recognition,
    "RecognitionValue": RecognitionValue,
    "Insight": Insight,
    "InsightStep": InsightStep,
    "CorrectivePlan": CorrectivePlan,
    "CorrectiveStep": CorrectiveStep,
    "Notice": Notice,
    "Digest": Digest,
    "OneToOne": OneToOne,
    "AgendaItem": AgendaItem,
    "Comment": Comment,
    "Mention": Mention,
    "CoachingSession": CoachingSession,
    "Programme": Programme,
    "Task": Task,
    "TaskPart": TaskPart,
    "TaskDueChange": TaskDueChange,
    "GoalProposal": GoalProposal,
    "GoalBudget": GoalBudget,
    "GoalTemplateKpi": GoalTemplateKpi,
    "Cascade": GoalCascade,
    "CascadeLine": GoalCascadeLine,
    "GoalContributor": GoalContributor,
    "GoalKpi": GoalKpi,
    "GoalAdjustment": GoalAdjustment,
    "GoalRating": GoalRating,
    "GoalClosing": GoalClosing,
    "GoalTemplate": GoalTemplate,
    "GoalAssignment": GoalAssignment,
    "Ramp": Ramp,
    "PayPlan": PayPlan,
    "PayPlanVersion": PayPlanVersion,
    "PayAssignment": PayAssignment,
    "PayOverride": PayOverride,
    "CreditingRule": CreditingRule,
    "Credit": StoredCredit,
    "CreditProposal": CreditProposal,
    "SaleCrediting": SaleCrediting,
    "SaleEvent": SaleEvent,
    "SaleSplit": SaleSplit,
    "PayRun": PayRun,
    "PayTrial": PayRun,
    "PayRunPart": PayRunPart,
    "PayTrialPayee": PayTrialPayee,
    "PayResult": PayResult,
    "CreditingPolicy": CreditingPolicy,
    "ExchangeRate": ExchangeRate,
    "AccessRequest": AccessRequest,
    "AccessExtract": AccessExtract,
    "Note": Note,
    "NoteRevision": NoteRevision,
    "NoteReply": NoteReply,
    "NoteEvidence": NoteEvidence,
    "Event": Event,
}
SHARING: Mapping[str, Callable[[Row], bool]] = {
    "PayRun": lambda row: row["tries_id"] is None,
    "PayTrial": lambda row: row["tries_id"] is not None,
}
"""Which rows are of a type that shares its table with another. An id of the other's names nothing."""
# What the models leave to the database alone.
BESIDE = {
    "Person": "updated_at",
    "Position": "updated_at",
    "Territory": "updated_at",
    "Account": "updated_at",
    "Product": "updated_at",
    "Sale": "updated_at",
    "Opportunity": "updated_at",
    "Expense": "updated_at",
    "Goal": "assignment_id",
    "GoalDecision": "decided_at",
    "CheckIn": "created_at",
    "GoalRevision": "submitted_at",
    "Notice": "goal_id",
    "GoalAmendment": "requested_at",
    "Delegation": "created_at",
    "GoalLock": "set_at",
    "GoalAdjustment": "adjusted_at",
    "GoalRating": "rated_at",
    "GoalClosing": "closed_at",
    "GoalAssignment": "assigned_at",
}
KINDS: Mapping[str, str] = {
    "organisation": "Organisation",
    "person": "Person",
    "position": "Position",
    "territory": "Territory",
    "account": "Account",
    "product": "Product",
    "sale": "Sale",
    "opportunity": "Opportunity",
    "expense": "Expense",
    "measure": "Measure",
    "calendar": "Calendar",
    "calendar_period": "CalendarPeriod",
    "season": "Season",
    "day_off": "DayOff",
    "goal_policy": "GoalPolicy",
    "goal": "Goal",
    "goal_decision": "GoalDecision",
    "check_in": "CheckIn",
    "goal_revision": "GoalRevision",
    "goal_amendment": "GoalAmendment",
    "goal_segment": "GoalSegment",
    "delegation": "Delegation",
    "goal_lock": "GoalLock",
    "scorecard": "Scorecard",
    "assessment": "Assessment",
    "assessment_score": "AssessmentScore",
    "blocker": "Blocker",
    "feedback": "Feedback",
    "feedback_reply": "FeedbackReply",
    "feedback_request": "FeedbackRequest",
    "feedback_visibility": "FeedbackVisibility",
    "unnamed_feedback": "UnnamedFeedback",
    "recognition": "Recognition",
    "recognition_value": "RecognitionValue",
    "insight": "Insight",
    "insight_step": "InsightStep",
    "corrective_plan": "CorrectivePlan",
    "corrective_step": "CorrectiveStep",
    "notice": "Notice",
    "digest": "Digest",
    "one_to_one": "OneToOne",
    "agenda_item": "AgendaItem",
    "comment": "Comment",
    "mention": "Mention",
    "programme": "Programme",
    "task": "Task",
    "task_part": "TaskPart",
    "task_due_change": "TaskDueChange",
    "goal_proposal": "GoalProposal",
    "cascade": "Cascade",
    "cascade_line": "CascadeLine",
    "goal_contributor": "GoalContributor",
    "goal_kpi": "GoalKpi",
    "goal_adjustment": "GoalAdjustment",
    "goal_rating": "GoalRating",
    "goal_closing": "GoalClosing",
    "goal_template": "GoalTemplate",
    "goal_assignment": "GoalAssignment",
    "ramp": "Ramp",
    "pay_plan": "PayPlan",
    "pay_plan_version": "PayPlanVersion",
    "pay_assignment": "PayAssignment",
    "pay_override": "PayOverride",
    "crediting_rule": "CreditingRule",
    "credit": "Credit",
    "credit_proposal": "CreditProposal",
    "sale_crediting": "SaleCrediting",
    "pay_run": "PayRun",
    "pay_trial": "PayTrial",
    "pay_result": "PayResult",
    "pay_line": "PayLine",
    "crediting_policy": "CreditingPolicy",
    "exchange_rate": "ExchangeRate",
    "access_request": "AccessRequest",
    "access_extract": "AccessExtract",
    "note": "Note",
    "note_revision": "NoteRevision",
    "note_reply": "NoteReply",
    "note_evidence": "NoteEvidence",
    "event": "Event",
}
"""The word before an id, and the type that it names."""


@dataclass(slots=True)
class Facts:
    """One organisation's rows: by type and id, and as lists. `lines` and `holdings` are dated."""

    org: UUID
    rows: dict[str, dict[UUID, Row]]
    lines: list[Row]
    holdings: list[Row]
    assignments: list[Row]
    milestones: list[Row]
    changes: list[Row]
    said_before: list[Row]
    votes: list[Row]
    preferred: list[Row]
    rhythms: list[Row]
    switched: list[Row]
    remembered: dict[Any, Any] = field(default_factory=dict)

    def get(self, type_name: str, id: UUID | None) -> Row | None:
        return None if id is None else self.rows[type_name].get(id)

    def all(self, type_name: str) -> list[Row]:
        return list(self.rows[type_name].values())

    def own(self, type_name: str) -> dict[UUID, Row]:
        """The rows of this type, without those of others in the same table."""
        rows, is_own = self.rows[type_name], SHARING.get(type_name)
        return rows if is_own is None else {id: row for id, row in rows.items() if is_own(row)}

    def outwards(self, territory: UUID | None) -> list[UUID]:
        """The territory and all that it lies within, from the inside out."""
        found = []
        while territory is not None:
            found.append(territory)
            territory = self.rows["Territory"][territory]["parent_id"]
        return found


def _depth(goals: Mapping[UUID, Row], goal: Row) -> int:
    parent = goals.get(goal["parent_id"])
    return 0 if parent is None else _depth(goals, parent) + 1


def holds_on(row: Row, day: date) -> bool:
    """Whether a dated row (its `during` from a day up to but without another) counts on a day."""
    days = row["during"]
    return (days.lower is None or days.lower <= day) and (days.upper is None or day < days.upper)


def _lines_of(result: Row) -> Iterator[Row]:
    """Lines are kept within their result: component, kind, credit, tier, amount, numbers."""
    for place, said in enumerate(result["lines"]):
        component, kind, credit, tier, amount, inputs = said
        yield {
            "__typename": "PayLine",
            "id": UUID(f"{str(result['id'])[:30]}{place + 1:06x}"),
            "result_id": result["id"],
            "person_id": result["person_id"],
            "place": place,
            "component": component,
            "kind": kind,
            "credit_id": credit and UUID(credit),
            "tier": tier,
            "amount": None if amount is None else Decimal(amount),
            "inputs": inputs,
        }


DECISIONS = {
    "submitted", "approved", "returned", "accepted", "change_requested", "amended", "closed",
}  # fmt: skip


def _activities(rows: Mapping[str, dict[UUID, Row]], milestones: list[Row]) -> Iterator[Row]:
    """What happened, as each table tells it: kind, about what, by whom, when, and as of which id."""

    def told(kind: str, row: Row, about: str, by: str, at: str, sign: str = "") -> Row:
        subject = row["id" if about == kind_of(row) else f"{about}_id"]
        return _activity(kind, row["id"], about, subject, row[by], row[at], sign)

    def kind_of(row: Row) -> str:
        return next(kind for kind, name in KINDS.items() if name == row["__typename"])

    for row in rows["Recognition"].values():
        yield told("recognised", row, "recognition", "giver_id", "given_at")
    for row in rows["Insight"].values():
        yield told("insight_told", row, "insight", "author_id", "told_at")
    for row in rows["InsightStep"].values():
        if row["state"] != "taken":
            yield told(f"insight_{row['state']}", row, "insight", "person_id", "made_at")
    for row in rows["GoalDecision"].values():
        if row["act"] in DECISIONS:
            yield told(f"goal_{row['act']}", row, "goal", "person_id", "decided_at")
    for row in rows["CorrectivePlan"].values():
        yield told("plan_opened", row, "goal", "opened_by_id", "opened_at")
        if row["closed_at"] is not None:
            yield told("plan_closed", row, "goal", "closed_by_id", "closed_at", "c")
    for row in rows["Blocker"].values():
        if row["state"] != "withdrawn":
            yield told("blocker_raised", row, "blocker", "raised_by_id", "raised_at")
        if row["resolved_at"] is not None:
            yield told("blocker_resolved", row, "blocker", "resolved_by_id", "resolved_at", "c")
    for row in rows["Comment"].values():
        if row["withdrawn_at"] is None:
            about, subject = row["subject_kind"], row["subject_id"]
            by, at = row["author_id"], row["received_at"]
            yield _activity("commented", row["id"], about, subject, by, at)
    for row in milestones:
        goal, sign = row["goal_id"], {50: "a", 90: "b", 100: "c"}[row["percent"]]
        reached = _activity("milestone_reached", goal, "goal", goal, None, row["reached_at"], sign)
        yield reached | {"percent": row["percent"]}


def _activity(
    kind: str, id: UUID, about: str, subject: UUID, by: UUID | None, at: datetime, sign: str = ""
) -> Row:
    text = str(id)
    return {
        "__typename": "Activity",
        "id": UUID(text[:14] + sign + text[15:]) if sign else id,
        "kind": kind,
        "subject_kind": about,
        "subject_id": subject,
        "person_id": by,
        "happened_at": at,
        "percent": None,
    }


async def read_facts(org: UUID) -> Facts:
    """Reads everything in one transaction."""
    async with on_behalf_of(org, sees_all_words=True) as transaction:
        rows: dict[str, dict[UUID, Row]] = {}
        for name, model in MODELS.items():
            rows[name] = {
                row["id"]: {**row, "__typename": name} for row in await model.all().values()
            }
        rows["PayLine"] = {
            line["id"]: line for result in rows["PayResult"].values() for line in _lines_of(result)
        }
        (organisation,) = await Organisation.all().values()
        (policy,) = await GoalPolicy.all().values()
        rows["GoalPolicy"] = {org: {**policy, "__typename": "GoalPolicy"}}
        rows["Organisation"] = {org: {**organisation, "__typename": "Organisation"}}

        async def plain(text: str) -> list[Row]:
            return list(await transaction.execute_query_dict(text, [org]))

        for name, column in BESIDE.items():
            table = MODELS[name]._meta.db_table
            for row in await plain(f"select id, {column} from {table} where org_id = $1"):
                rows[name][row["id"]][column] = row[column]
        for row in rows["Goal"].values():
            row["depth"] = _depth(rows["Goal"], row)
        texts = (
            "select id, before::text as before, after::text as after from event where org_id = $1"
        )
        for row in await plain(texts):
            rows["Event"][row["id"]] |= row
        milestones = await plain("select * from goal_milestone where org_id = $1")
        rows["Activity"] = {row["id"]: row for row in _activities(rows, milestones)}
        return Facts(
            org,
            rows,
            lines=await plain("select * from reporting_line where org_id = $1"),
            holdings=await plain("select * from holding where org_id = $1"),
            assignments=await plain("select * from territory_assignment where org_id = $1"),
            votes=await plain("select insight_id, person_id from insight_vote where org_id = $1"),
            milestones=milestones,
            preferred=await plain("select * from notice_preference where org_id = $1"),
            rhythms=await plain("select * from digest_preference where org_id = $1"),
            switched=await plain("select * from activity_preference where org_id = $1"),
            said_before=await plain("select * from comment_version where org_id = $1"),
            changes=await plain(
                "select goal_id, version, changed_on, after ->> 'status' as status,"
                " before ? 'target' as has_target, (before ->> 'target')::numeric as target"
                " from goal_change where org_id = $1 order by version"
            ),
        )
