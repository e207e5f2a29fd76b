"""Where writing begins."""

from schema.access_request_mutations import AccessRequestMutations
from schema.agreement_mutations import AgreementMutations
from schema.blocker_mutations import BlockerMutations
from schema.calendar_mutations import CalendarMutations
from schema.comment_mutations import CommentMutations
from schema.crediting_mutations import CreditingMutations
from schema.feedback_mutations import FeedbackMutations
from schema.goal_form_mutations import GoalFormMutations
from schema.goal_mutations import GoalMutations
from schema.goal_template_mutations import GoalTemplateMutations
from schema.goal_tree_mutations import GoalTreeMutations
from schema.insight_mutations import InsightMutations
from schema.manual_credit_mutations import ManualCreditMutations
from schema.measure_mutations import MeasureMutations
from schema.note_mutations import NoteMutations
from schema.notice_mutations import NoticeMutations
from schema.one_to_one_mutations import OneToOneMutations
from schema.pay_mutations import PayMutations
from schema.pay_plan_mutations import PayPlanMutations
from schema.pay_trial_mutations import PayTrialMutations
from schema.people_mutations import PeopleMutations
from schema.plain import plain
from schema.plan_mutations import PlanMutations
from schema.programme_mutations import ProgrammeMutations
from schema.recognition_mutations import RecognitionMutations
from schema.retention_mutations import RetentionMutations
from schema.sale_mutations import SaleMutations
from schema.scorecard_mutations import ScorecardMutations
from schema.task_mutations import TaskMutations
from schema.territory_mutations import TerritoryMutations


@plain
class Mutation(
    PeopleMutations,
    PayPlanMutations,
    GoalTemplateMutations,
    CreditingMutations,
    ManualCreditMutations,
    GoalFormMutations,
    NoticeMutations,
    OneToOneMutations,
    NoteMutations,
    CommentMutations,
    TaskMutations,
    ProgrammeMutations,
    PlanMutations,
    PayMutations,
    PayTrialMutations,
    BlockerMutations,
    FeedbackMutations,
    RecognitionMutations,
    InsightMutations,
    GoalTreeMutations,
    SaleMutations,
    ScorecardMutations,
    CalendarMutations,
    TerritoryMutations,
    MeasureMutations,
    AgreementMutations,
    AccessRequestMutations,
    RetentionMutations,
    GoalMutations,
):
    """Everything that you may do. Each field is one act, done whole or not at all; several in one
    document are done one after the other, and each stands by itself."""
