"""Where reading begins."""

from domain.goals.access import amendments_to_decide, waits_for
from domain.incentives.pay_access import standing
from domain.readers import among_ones_own
from domain.recognition.access import on_wall
from schema.access_requests import AccessRequest, AccessRequestFilter
from schema.activities import Activity, ActivityFilter
from schema.agreement import (
    Delegation,
    GoalAmendment,
    GoalAsOf,
    GoalLock,
    goals_as_of_field,
)
from schema.blockers import Blocker, BlockerFilter, BlockersByCause
from schema.calendars import Calendar, CalendarFilter, GoalPolicy, Season
from schema.comments import Mention
from schema.compiler.fields import aggregates, node, nodes, page, single
from schema.connections import Connection, CountedConnection
from schema.cost_rules import dear
from schema.crediting import (
    Credit,
    CreditFilter,
    CreditingPolicy,
    CreditingRule,
    CreditingRuleFilter,
    CreditProposal,
    CreditProposalFilter,
    ExchangeRate,
    SaleCrediting,
    SaleCreditingFilter,
)
from schema.digests import Digest
from schema.feedback import (
    Feedback,
    FeedbackFilter,
    FeedbackRequest,
    FeedbackRequestFilter,
    FeedbackVisibility,
    UnnamedFeedback,
    UnnamedFeedbackFilter,
)
from schema.feedback_previews import FeedbackPreview, feedback_preview_field
from schema.gaps import GapEffect, Gaps, gap_effect_field, gaps_field
from schema.goal_templates import GoalTemplate, GoalTemplateFilter, Ramp
from schema.goals import Goal, GoalFilter, GoalOrder
from schema.history import Event, EventFilter, EventOrder
from schema.insights import Insight, InsightFilter, InsightOrder, InsightsByTopic
from schema.me import Me
from schema.measures import Measure, MeasureFilter
from schema.nodes import Node
from schema.notes import Note, NoteFilter
from schema.notices import Notice, NoticeFilter
from schema.one_to_ones import OneToOne, OneToOneFilter
from schema.opportunities import Expense, ExpenseFilter, Opportunity, OpportunityFilter
from schema.pay import PayFilter, PayResult, PayRun, PayRunFilter
from schema.pay_plan_templates import PayPlanTemplate, pay_plan_templates_field
from schema.pay_plans import PayPlan, PayPlanFilter
from schema.pay_questions import (
    PayChange,
    PayToEarn,
    PayWhatIf,
    pay_change_field,
    pay_to_earn_field,
    pay_what_if_field,
)
from schema.pay_totals import PayTotal, pay_totals_field
from schema.pay_trials import PayTrial, PayTrialFilter
from schema.people import Person, PersonFilter, PersonOrder, Position
from schema.performance import TerritoryPerformance, performance_field
from schema.plain import plain
from schema.programmes import (
    Programme,
    ProgrammeFilter,
    ProgrammePair,
    ProgrammeReport,
    ProgrammeTotal,
    programme_pairs_field,
    programme_reports_field,
    programme_totals_field,
)
from schema.recognition import (
    Recognition,
    RecognitionCount,
    RecognitionFilter,
    RecognitionValue,
    RecognitionValueFilter,
    recognition_counts_field,
)
from schema.sales import (
    Account,
    AccountFilter,
    NameOrder,
    Product,
    ProductFilter,
    Sale,
    SaleFilter,
    SaleOrder,
    SalesTotal,
)
from schema.scorecards import (
    Assessment,
    AssessmentFilter,
    AssessmentScore,
    AssessmentScoreFilter,
    CriterionTrend,
    Scorecard,
    ScorecardFilter,
)
from schema.storage import By
from schema.tasks import Task, TaskFilter
from schema.territories import Territory, TerritoryFilter, TerritoryOrder


@plain
class Query:
    """Everything that you may read. A list shows what you may see, and nothing else is in it."""

    me: Me = single("Who is asking.")
    node: Node | None = node(
        "The thing with this id; null where there is none or you may not see it."
    )
    nodes: list[Node | None] = nodes(
        "The things with these ids, in the same order; null in place of each that you may not see."
    )
    people: CountedConnection[Person] = page(
        "Everybody in the organisation.", filter=PersonFilter, order_by=PersonOrder
    )
    positions: Connection[Position] = page("The organisation's positions.")
    goals: CountedConnection[Goal] = page(
        "The goals that you may see, the latest first.", filter=GoalFilter, order_by=GoalOrder
    )
    goals_as_of: Connection[GoalAsOf] = goals_as_of_field()
    approvals: CountedConnection[Goal] = page(
        "The goals that wait for your approval, of people below you or of those below somebody who"
        " delegates to you; for a comp administrator of those above whom nobody stands, too. The"
        " longest waiting first.",
        where=waits_for,
        order=By(("updated_at",)),
    )
    measures: Connection[Measure] = page("What goals can be set by, by name.", filter=MeasureFilter)
    calendars: Connection[Calendar] = page(
        "The organisation's calendars, by name.", filter=CalendarFilter
    )
    seasons: Connection[Season] = page("How years fall to their periods, by name.")
    goal_policy: GoalPolicy | None = single(
        "How the organisation watches its goals; null where you may not see it."
    )
    amendments: Connection[GoalAmendment] = page(
        "The amendments that wait for your approval, of goals of people below you or of those below"
        " somebody who delegates to you; for a comp administrator of those above whom nobody stands,"
        " too. The longest waiting first.",
        where=amendments_to_decide,
    )
    delegations: Connection[Delegation] = page(
        "Who decides in whose place, as far as you may see it, the latest first."
    )
    goal_locks: Connection[GoalLock] = page("The lock dates of goals, the latest first.")
    notices: CountedConnection[Notice] = page(
        "What you were told, the latest first.", filter=NoticeFilter
    )
    access_requests: CountedConnection[AccessRequest] = page(
        "Requests to see what is written about somebody, the latest first: yours, and everybody's for"
        " those who decide and those who audit.",
        filter=AccessRequestFilter,
    )
    programmes: Connection[Programme] = page(
        "The programmes of one-to-ones, the latest started first.", filter=ProgrammeFilter
    )
    programme_pairs: Connection[ProgrammePair] = programme_pairs_field()
    programme_reports: Connection[ProgrammeReport] = programme_reports_field()
    programme_totals: Connection[ProgrammeTotal] = programme_totals_field()
    tasks: CountedConnection[Task] = page(
        "The tasks on which you are named, the earliest due first.",
        filter=TaskFilter,
        where=among_ones_own("task"),
    )
    one_to_ones: CountedConnection[OneToOne] = page(
        "Your one-to-ones, the latest first.",
        filter=OneToOneFilter,
        where=among_ones_own("one_to_one"),
    )
    notes: CountedConnection[Note] = page(
        "The coaching notes that you read, the latest first.",
        filter=NoteFilter,
        where=among_ones_own("note"),
    )
    digests: CountedConnection[Digest] = page("Your digests, the latest first.")
    activities: Connection[Activity] = page(
        "What happened around you, to things that you see, the latest first.", filter=ActivityFilter
    )
    mentions: CountedConnection[Mention] = page("Where you are mentioned, the latest first.")
    blockers: CountedConnection[Blocker] = page(
        "What is or was in the way of goals that you see, the latest first.", filter=BlockerFilter
    )
    blockers_by_cause: list[BlockersByCause] = dear(
        aggregates(
            "How many blockers there are of each cause, among those that you see; none of private"
            " goals.",
            of=Blocker,
            filter=BlockerFilter,
        ),
        points=100,
    )
    feedback: CountedConnection[Feedback] = page(
        "Feedback that you gave, and what you see with the giver's name, the latest first.",
        filter=FeedbackFilter,
        where=among_ones_own("feedback"),
    )
    unnamed_feedback: CountedConnection[UnnamedFeedback] = page(
        "Feedback that you see without the giver's name, the latest first.",
        filter=UnnamedFeedbackFilter,
        where=among_ones_own("unnamed_feedback"),
    )
    feedback_requests: CountedConnection[FeedbackRequest] = page(
        "The requests for feedback that you made or that ask you, the latest first.",
        filter=FeedbackRequestFilter,
        where=among_ones_own("feedback_request"),
    )
    feedback_visibilities: Connection[FeedbackVisibility] = page(
        "Who sees which feedback, version by version; the first of the list is in force."
    )
    feedback_preview: FeedbackPreview | None = feedback_preview_field()
    recognition_wall: CountedConnection[Recognition] = page(
        "The recognition on the wall, which everybody reads, the latest first.",
        filter=RecognitionFilter,
        where=on_wall,
    )
    recognition: CountedConnection[Recognition] = page(
        "The recognition that you gave or received, the latest first.",
        filter=RecognitionFilter,
        where=among_ones_own("recognition"),
    )
    recognition_values: Connection[RecognitionValue] = page(
        "The organisation's values, by name.", filter=RecognitionValueFilter
    )
    recognition_counts: Connection[RecognitionCount] = recognition_counts_field()
    insights: CountedConnection[Insight] = page(
        "What people in the field tell leadership, the latest first.",
        filter=InsightFilter,
        order_by=InsightOrder,
    )
    insights_by_topic: list[InsightsByTopic] = dear(
        aggregates(
            "How many insights there are of each topic, and how long answers take.",
            of=Insight,
            filter=InsightFilter,
        ),
        points=100,
    )
    goal_templates: Connection[GoalTemplate] = page(
        "The templates of goals.", filter=GoalTemplateFilter
    )
    ramps: Connection[Ramp] = page("The ramps for new people.")
    pay_plans: Connection[PayPlan] = page(
        "The pay plans: those by which you, or people below you, are or were paid; all of them for those"
        " who administer pay.",
        filter=PayPlanFilter,
    )
    pay_plan_templates: Connection[PayPlanTemplate] = pay_plan_templates_field()
    territories: CountedConnection[Territory] = page(
        "The territories.", filter=TerritoryFilter, order_by=TerritoryOrder
    )
    accounts: Connection[Account] = page("The customers.", filter=AccountFilter, order_by=NameOrder)
    products: Connection[Product] = page("The products.", filter=ProductFilter, order_by=NameOrder)
    sales: Connection[Sale] = dear(
        page(
            "The sales that you may see, the latest first.", filter=SaleFilter, order_by=SaleOrder
        ),
        points=50,
    )
    sales_total: list[SalesTotal] = dear(
        aggregates(
            "Sums over the sales that you may see, one for each currency.",
            of=Sale,
            filter=SaleFilter,
        ),
        points=1_000,
    )
    credits: Connection[Credit] = dear(
        page(
            "What people are credited with, as far as you may see their pay, the latest first.",
            filter=CreditFilter,
        ),
        points=50,
    )
    sale_creditings: Connection[SaleCrediting] = dear(
        page(
            "What became of sales when they were credited, of those that somebody whose pay you may see"
            " sold, alone or with others, or is credited with; for whoever sees everybody's also of those"
            " that nobody sold. The latest first.",
            filter=SaleCreditingFilter,
        ),
        points=50,
    )
    crediting_rules: Connection[CreditingRule] = page(
        "The rules of crediting in their order, for whoever may see everybody's pay.",
        filter=CreditingRuleFilter,
    )
    credit_proposals: CountedConnection[CreditProposal] = page(
        "The credits that somebody wants given by hand, the latest first; for whoever may see everybody's"
        " pay.",
        filter=CreditProposalFilter,
    )
    crediting_policies: Connection[CreditingPolicy] = page(
        "Whether more than a deal may be credited, for whoever may see everybody's pay."
    )
    exchange_rates: Connection[ExchangeRate] = page("The rates of exchange, the latest first.")
    opportunities: Connection[Opportunity] = page(
        "The opportunities that you may see, the latest opened first.", filter=OpportunityFilter
    )
    expenses: Connection[Expense] = page(
        "What was spent on winning customers, as far as you may see it, the latest first.",
        filter=ExpenseFilter,
    )
    performance: Connection[TerritoryPerformance] = performance_field()
    pay: CountedConnection[PayResult] = page(
        "What people are paid, as it stands and as far as you may see it, the latest period first.",
        filter=PayFilter,
        where=standing,
    )
    pay_what_if: PayWhatIf | None = pay_what_if_field()
    gaps: Gaps | None = gaps_field()
    gap_effect: GapEffect | None = gap_effect_field()
    scorecards: Connection[Scorecard] = page(
        "By what people are assessed: every published version.", filter=ScorecardFilter
    )
    assessments: CountedConnection[Assessment] = page(
        "How people did on visits, calls, meetings and demos, the latest day first.",
        filter=AssessmentFilter,
    )
    assessment_scores: Connection[AssessmentScore] = page(
        "What was said of each criterion, the latest day first.", filter=AssessmentScoreFilter
    )
    criterion_trends: list[CriterionTrend] = dear(
        aggregates(
            "How scores went by criterion and month, by managers and by the people themselves, over what you"
            " see; at most 200 rows, so narrow the days.",
            of=AssessmentScore,
            filter=AssessmentScoreFilter,
        ),
        points=100,
    )
    pay_to_earn: PayToEarn | None = pay_to_earn_field()
    pay_change: PayChange | None = pay_change_field()
    pay_runs: Connection[PayRun] = page(
        "The runs that work pay out, the latest first; for those who see everybody's pay.",
        filter=PayRunFilter,
    )
    pay_trials: Connection[PayTrial] = page(
        "The dry runs, the latest first; for those who see everybody's pay.", filter=PayTrialFilter
    )
    pay_totals: Connection[PayTotal] = pay_totals_field()
    history: Connection[Event] = page(
        "What happened, the latest first; for auditors, and empty for anybody else.",
        filter=EventFilter,
        order_by=EventOrder,
    )
