"""Where writing begins."""

from domain.blockers import actions as blockers
from domain.calendars import actions as calendars
from domain.calendars import retiring, seasons, working
from domain.goals import (
    accepting,
    amending,
    assigning,
    closing,
    delegating,
    judging,
    locking,
    privacy,
    prorating,
    sharing,
    spreading,
    templates,
)
from domain.goals import actions as goals
from domain.goals.alignment import align_goal, roll_up_goal, weigh_children
from domain.goals.budgets import remove_budget, set_budget
from domain.goals.cascading import apply_cascade, discard_cascade, propose_cascade
from domain.goals.proposing import propose_target
from domain.measures import actions as measures
from domain.notices import actions as notices
from domain.people import actions as people
from domain.plans import actions as plans
from domain.sales import actions as sales
from domain.territories import actions as territories
from schema.agreement_mutations import (
    ApprovalsDelegateInput,
    ApprovalsDelegatePayload,
    DelegationEndInput,
    DelegationEndPayload,
    GoalAcceptInput,
    GoalAcceptPayload,
    GoalAmendInput,
    GoalAmendmentApproveInput,
    GoalAmendmentApprovePayload,
    GoalAmendmentReturnInput,
    GoalAmendmentReturnPayload,
    GoalAmendPayload,
    GoalLockLiftInput,
    GoalLockLiftPayload,
    GoalLockSetInput,
    GoalLockSetPayload,
    GoalRequestChangeInput,
    GoalRequestChangePayload,
    GoalsApproveInput,
    GoalsApprovePayload,
    GoalsApproveResult,
    GoalsReturnInput,
    GoalsReturnPayload,
    GoalsReturnResult,
)
from schema.blocker_mutations import (
    BlockerRaiseInput,
    BlockerRaisePayload,
    BlockerResolveInput,
    BlockerResolvePayload,
    BlockerWithdrawInput,
    BlockerWithdrawPayload,
)
from schema.calendar_mutations import (
    CalendarDefineInput,
    CalendarDefinePayload,
    CalendarExtendInput,
    CalendarExtendPayload,
    CalendarRenameInput,
    CalendarRenamePayload,
    CalendarRetireInput,
    CalendarRetirePayload,
    DayOffRemoveInput,
    DayOffRemovePayload,
    DaysOffAddInput,
    DaysOffAddPayload,
    GoalPolicyUpdateInput,
    GoalPolicyUpdatePayload,
    SeasonDefineInput,
    SeasonDefinePayload,
    SeasonLearnInput,
    SeasonLearnPayload,
    SeasonRetireInput,
    SeasonRetirePayload,
)
from schema.cost_rules import dear
from schema.goal_form_mutations import (
    GoalCloseInput,
    GoalClosePayload,
    GoalKeepPrivateInput,
    GoalKeepPrivatePayload,
    GoalOpenInput,
    GoalOpenPayload,
    GoalOverrideActualInput,
    GoalOverrideActualPayload,
    GoalProrateInput,
    GoalProratePayload,
    GoalRampInput,
    GoalRampPayload,
    GoalRateInput,
    GoalRatePayload,
    GoalReopenInput,
    GoalReopenPayload,
    GoalSetMatrixInput,
    GoalSetMatrixPayload,
    GoalShareInput,
    GoalSharePayload,
    GoalWithdrawOverrideInput,
    GoalWithdrawOverridePayload,
)
from schema.goal_mutations import (
    GoalApproveInput,
    GoalApprovePayload,
    GoalCheckInInput,
    GoalCheckInPayload,
    GoalDraftInput,
    GoalDraftPayload,
    GoalReturnInput,
    GoalReturnPayload,
    GoalSpreadInput,
    GoalSpreadPayload,
    GoalSubmitInput,
    GoalSubmitPayload,
    GoalUpdateInput,
    GoalUpdatePayload,
)
from schema.goal_template_mutations import (
    GoalTemplateAssignInput,
    GoalTemplateAssignPayload,
    GoalTemplateDefineInput,
    GoalTemplateDefinePayload,
    GoalTemplateRetireInput,
    GoalTemplateRetirePayload,
    GoalTemplateUpdateInput,
    GoalTemplateUpdatePayload,
    RampDefineInput,
    RampDefinePayload,
    RampRetireInput,
    RampRetirePayload,
)
from schema.goal_tree_mutations import (
    CascadeApplyInput,
    CascadeApplyPayload,
    CascadeDiscardInput,
    CascadeDiscardPayload,
    CascadeProposeInput,
    CascadeProposePayload,
    GoalAlignInput,
    GoalAlignPayload,
    GoalBudgetRemoveInput,
    GoalBudgetRemovePayload,
    GoalBudgetSetInput,
    GoalBudgetSetPayload,
    GoalProposeInput,
    GoalProposePayload,
    GoalRollUpInput,
    GoalRollUpPayload,
    GoalWeighChildrenInput,
    GoalWeighChildrenPayload,
)
from schema.measure_mutations import (
    MeasureDefineInput,
    MeasureDefinePayload,
    MeasureRetireInput,
    MeasureRetirePayload,
    MeasureUpdateInput,
    MeasureUpdatePayload,
)
from schema.mutations import mutation, mutation_of_each
from schema.notice_mutations import (
    NoticeReadInput,
    NoticeReadPayload,
    NoticesReadInput,
    NoticesReadPayload,
)
from schema.people_mutations import (
    PersonAddInput,
    PersonAddPayload,
    PersonDeactivateInput,
    PersonDeactivatePayload,
    PositionAddInput,
    PositionAddPayload,
    PositionFillInput,
    PositionFillPayload,
    PositionSetManagerInput,
    PositionSetManagerPayload,
    RoleGrantInput,
    RoleGrantPayload,
    RoleRevokeInput,
    RoleRevokePayload,
)
from schema.plain import plain
from schema.plan_mutations import (
    CorrectivePlanAgreeInput,
    CorrectivePlanAgreePayload,
    CorrectivePlanCloseInput,
    CorrectivePlanClosePayload,
    CorrectivePlanOpenInput,
    CorrectivePlanOpenPayload,
    CorrectiveStepAddInput,
    CorrectiveStepAddPayload,
    CorrectiveStepTickInput,
    CorrectiveStepTickPayload,
)
from schema.sale_mutations import (
    SalesPostInput,
    SalesPostPayload,
    SaleWithdrawInput,
    SaleWithdrawPayload,
)
from schema.territory_mutations import TerritorySetPotentialInput, TerritorySetPotentialPayload

ON_GOAL = "goal_id"
ON_MEASURE = "measure_id"


@plain
class Mutation:
    """Everything that you may do. Each field is one act, done whole or not at all; several in one
    document are done one after the other, and each stands by itself."""

    goal_draft: GoalDraftPayload = mutation(
        "Propose a goal for yourself or for somebody below you.",
        goals.draft_goal,
        GoalDraftInput,
        GoalDraftPayload,
    )
    goal_update: GoalUpdatePayload = mutation(
        "Change a goal that is a draft or was returned.",
        goals.change_goal,
        GoalUpdateInput,
        GoalUpdatePayload,
        ON_GOAL,
    )
    goal_spread: GoalSpreadPayload = mutation(
        "Draft a goal of the same owner for each period of a calendar; together they make the goal,"
        " to the last unit.",
        spreading.spread_goal,
        GoalSpreadInput,
        GoalSpreadPayload,
        ON_GOAL,
    )
    goal_submit: GoalSubmitPayload = mutation(
        "Hand a goal in for approval; comp administrators may do it for anybody.",
        goals.submit_goal,
        GoalSubmitInput,
        GoalSubmitPayload,
        ON_GOAL,
    )
    goal_approve: GoalApprovePayload = mutation(
        "Agree to a goal of somebody below you; never to your own.",
        goals.approve_goal,
        GoalApproveInput,
        GoalApprovePayload,
        ON_GOAL,
    )
    goal_return: GoalReturnPayload = mutation(
        "Give a goal of somebody below you back, saying why.",
        goals.return_goal,
        GoalReturnInput,
        GoalReturnPayload,
        ON_GOAL,
    )
    goals_approve: GoalsApprovePayload = dear(
        mutation_of_each(
            "Agree to several goals of people below you: each is approved or refused by itself.",
            goals.approve_goal,
            GoalsApproveInput,
            GoalsApprovePayload,
            GoalsApproveResult,
            ON_GOAL,
        ),
        points=500,
    )
    goals_return: GoalsReturnPayload = dear(
        mutation_of_each(
            "Give several goals of people below you back, saying why: each by itself.",
            goals.return_goal,
            GoalsReturnInput,
            GoalsReturnPayload,
            GoalsReturnResult,
            ON_GOAL,
        ),
        points=500,
    )
    goal_accept: GoalAcceptPayload = mutation(
        "Take an approved goal of yours on.",
        accepting.accept_goal,
        GoalAcceptInput,
        GoalAcceptPayload,
        ON_GOAL,
    )
    goal_request_change: GoalRequestChangePayload = mutation(
        "Ask for another goal than the one that was approved for you.",
        accepting.request_goal_change,
        GoalRequestChangeInput,
        GoalRequestChangePayload,
        ON_GOAL,
    )
    goal_amend: GoalAmendPayload = mutation(
        "Propose another target for an approved goal of somebody below you; comp administrators for"
        " anybody.",
        amending.amend_goal,
        GoalAmendInput,
        GoalAmendPayload,
        ON_GOAL,
    )
    goal_amendment_approve: GoalAmendmentApprovePayload = mutation(
        "Agree to another target for a goal of somebody below you, which somebody else proposed.",
        amending.approve_amendment,
        GoalAmendmentApproveInput,
        GoalAmendmentApprovePayload,
    )
    goal_amendment_return: GoalAmendmentReturnPayload = mutation(
        "Give an amendment of a goal of somebody below you back, saying why.",
        amending.return_amendment,
        GoalAmendmentReturnInput,
        GoalAmendmentReturnPayload,
    )
    approvals_delegate: ApprovalsDelegatePayload = mutation(
        "Let somebody decide upon goals in your place for some days; comp administrators in"
        " anybody's.",
        delegating.delegate_approvals,
        ApprovalsDelegateInput,
        ApprovalsDelegatePayload,
    )
    delegation_end: DelegationEndPayload = mutation(
        "End a delegation; it is over at once.",
        delegating.end_delegation,
        DelegationEndInput,
        DelegationEndPayload,
    )
    goal_lock_set: GoalLockSetPayload = mutation(
        "Lock goals: from a day on they are neither drafted, changed, handed in nor decided upon, and"
        " change only by amendment.",
        locking.lock_goals,
        GoalLockSetInput,
        GoalLockSetPayload,
    )
    goal_lock_lift: GoalLockLiftPayload = mutation(
        "Open locked goals again, saying why.",
        locking.lift_goal_lock,
        GoalLockLiftInput,
        GoalLockLiftPayload,
    )
    goal_check_in: GoalCheckInPayload = mutation(
        "Say how an approved goal of yours goes.",
        goals.check_in,
        GoalCheckInInput,
        GoalCheckInPayload,
        ON_GOAL,
    )
    measure_define: MeasureDefinePayload = mutation(
        "Say what is measured from now on, and how.",
        measures.define_measure,
        MeasureDefineInput,
        MeasureDefinePayload,
    )
    measure_update: MeasureUpdatePayload = mutation(
        "Say in other words what a measure is; what it counts stays.",
        measures.change_measure,
        MeasureUpdateInput,
        MeasureUpdatePayload,
        ON_MEASURE,
    )
    measure_retire: MeasureRetirePayload = mutation(
        "Let no goal be set by a measure any more; those that are go on.",
        measures.retire_measure,
        MeasureRetireInput,
        MeasureRetirePayload,
        ON_MEASURE,
    )
    territory_set_potential: TerritorySetPotentialPayload = mutation(
        "Say what could be sold in a territory, by which cascades share goals out.",
        territories.set_potential,
        TerritorySetPotentialInput,
        TerritorySetPotentialPayload,
    )
    calendar_define: CalendarDefinePayload = mutation(
        "Add a calendar with all its periods.",
        calendars.define_calendar,
        CalendarDefineInput,
        CalendarDefinePayload,
    )
    calendar_extend: CalendarExtendPayload = mutation(
        "Add fiscal years to a calendar; those that are there stay as they are.",
        calendars.extend_calendar,
        CalendarExtendInput,
        CalendarExtendPayload,
    )
    calendar_rename: CalendarRenamePayload = mutation(
        "Call a calendar something else.",
        retiring.rename_calendar,
        CalendarRenameInput,
        CalendarRenamePayload,
    )
    calendar_retire: CalendarRetirePayload = mutation(
        "Spread no more goals over a calendar's periods; what is spread over them stays.",
        retiring.retire_calendar,
        CalendarRetireInput,
        CalendarRetirePayload,
    )
    season_retire: SeasonRetirePayload = mutation(
        "Spread no more goals by a season; the pace of those that go by it still does.",
        retiring.retire_season,
        SeasonRetireInput,
        SeasonRetirePayload,
    )
    season_define: SeasonDefinePayload = mutation(
        "Say how a year falls to its periods.",
        seasons.define_season,
        SeasonDefineInput,
        SeasonDefinePayload,
    )
    season_learn: SeasonLearnPayload = mutation(
        "Work out from past sales how a year falls to its periods.",
        seasons.learn_season,
        SeasonLearnInput,
        SeasonLearnPayload,
    )
    days_off_add: DaysOffAddPayload = mutation(
        "Say on which days nobody works.",
        working.add_days_off,
        DaysOffAddInput,
        DaysOffAddPayload,
    )
    day_off_remove: DayOffRemovePayload = mutation(
        "Work on a day after all.", working.remove_day_off, DayOffRemoveInput, DayOffRemovePayload
    )
    goal_policy_update: GoalPolicyUpdatePayload = mutation(
        "Change how goals are watched: working days, season, thresholds of pace, reminders.",
        working.change_goal_policy,
        GoalPolicyUpdateInput,
        GoalPolicyUpdatePayload,
    )
    sales_post: SalesPostPayload = mutation(
        "Add sales, and correct those that are there under the same external id. Posted again, they"
        " are unchanged.",
        sales.post_sales,
        SalesPostInput,
        SalesPostPayload,
    )
    sale_withdraw: SaleWithdrawPayload = mutation(
        "Take back a sale that should not have been.",
        sales.withdraw_sale,
        SaleWithdrawInput,
        SaleWithdrawPayload,
        "sale_id",
    )
    goal_propose: GoalProposePayload = mutation(
        "Propose a number of your own for a goal of yours that is not approved yet.",
        propose_target,
        GoalProposeInput,
        GoalProposePayload,
        ON_GOAL,
    )
    goal_align: GoalAlignPayload = mutation(
        "Put a goal below another, or say why it stands below none.",
        align_goal,
        GoalAlignInput,
        GoalAlignPayload,
        ON_GOAL,
    )
    goal_roll_up: GoalRollUpPayload = mutation(
        "Say what the goals directly below a goal are to it.",
        roll_up_goal,
        GoalRollUpInput,
        GoalRollUpPayload,
        ON_GOAL,
    )
    goal_weigh_children: GoalWeighChildrenPayload = mutation(
        "Weigh all goals directly below a goal at once; its progress is theirs from then on.",
        weigh_children,
        GoalWeighChildrenInput,
        GoalWeighChildrenPayload,
        ON_GOAL,
    )
    goal_budget_set: GoalBudgetSetPayload = mutation(
        "Grant money, heads or tools to a goal, in place of what it had of them.",
        set_budget,
        GoalBudgetSetInput,
        GoalBudgetSetPayload,
        ON_GOAL,
    )
    goal_budget_remove: GoalBudgetRemovePayload = mutation(
        "Take back what a goal was granted of a kind.",
        remove_budget,
        GoalBudgetRemoveInput,
        GoalBudgetRemovePayload,
        ON_GOAL,
    )
    cascade_propose: CascadeProposePayload = mutation(
        "Work out what everybody below would get of a goal. Nothing changes yet; a goal has one such"
        " proposal at a time.",
        propose_cascade,
        CascadeProposeInput,
        CascadeProposePayload,
        ON_GOAL,
    )
    cascade_apply: CascadeApplyPayload = mutation(
        "Give everybody their share as a draft of their own. Refused where anything has changed since it"
        " was worked out, saying what.",
        apply_cascade,
        CascadeApplyInput,
        CascadeApplyPayload,
    )
    cascade_discard: CascadeDiscardPayload = mutation(
        "Give a proposed cascade up.",
        discard_cascade,
        CascadeDiscardInput,
        CascadeDiscardPayload,
    )
    blocker_raise: BlockerRaisePayload = mutation(
        "Say what is in the way of an approved goal of yours; your manager is told.",
        blockers.raise_blocker,
        BlockerRaiseInput,
        BlockerRaisePayload,
        ON_GOAL,
    )
    blocker_resolve: BlockerResolvePayload = mutation(
        "Resolve a blocker of somebody below you, saying how; they are told.",
        blockers.resolve_blocker,
        BlockerResolveInput,
        BlockerResolvePayload,
    )
    blocker_withdraw: BlockerWithdrawPayload = mutation(
        "Withdraw a blocker from a goal of yours.",
        blockers.withdraw_blocker,
        BlockerWithdrawInput,
        BlockerWithdrawPayload,
    )
    corrective_plan_open: CorrectivePlanOpenPayload = mutation(
        "Open a corrective plan for an approved goal of somebody below you.",
        plans.open_plan,
        CorrectivePlanOpenInput,
        CorrectivePlanOpenPayload,
        ON_GOAL,
    )
    corrective_plan_agree: CorrectivePlanAgreePayload = mutation(
        "Agree to the steps of a plan for a goal of somebody below you.",
        plans.agree_to_plan,
        CorrectivePlanAgreeInput,
        CorrectivePlanAgreePayload,
        "plan_id",
    )
    corrective_plan_close: CorrectivePlanClosePayload = mutation(
        "End a plan for a goal of somebody below you, saying what came of it.",
        plans.close_plan,
        CorrectivePlanCloseInput,
        CorrectivePlanClosePayload,
    )
    corrective_step_add: CorrectiveStepAddPayload = mutation(
        "Add a step to a plan for a goal of yours, or of somebody below you.",
        plans.add_step,
        CorrectiveStepAddInput,
        CorrectiveStepAddPayload,
    )
    corrective_step_tick: CorrectiveStepTickPayload = mutation(
        "Say that a step of a plan is done, or that it is not after all.",
        plans.tick_step,
        CorrectiveStepTickInput,
        CorrectiveStepTickPayload,
    )
    notice_read: NoticeReadPayload = mutation(
        "Mark a notice to you as read.", notices.read_notice, NoticeReadInput, NoticeReadPayload
    )
    notices_read: NoticesReadPayload = mutation(
        "Mark a notice and all that were sent to you before it as read.",
        notices.read_notices,
        NoticesReadInput,
        NoticesReadPayload,
    )
    goal_keep_private: GoalKeepPrivatePayload = mutation(
        "Let nobody see a draft of yours but those above you and human resources.",
        privacy.keep_goal_private,
        GoalKeepPrivateInput,
        GoalKeepPrivatePayload,
        ON_GOAL,
    )
    goal_open: GoalOpenPayload = mutation(
        "Keep a draft of yours private no longer.",
        privacy.open_goal,
        GoalOpenInput,
        GoalOpenPayload,
        ON_GOAL,
    )
    goal_share: GoalSharePayload = mutation(
        "Say whose results count for a goal that is being written.",
        sharing.share_goal,
        GoalShareInput,
        GoalSharePayload,
        ON_GOAL,
    )
    goal_set_matrix: GoalSetMatrixPayload = mutation(
        "Say by which measures, and with which weights, a goal is scored.",
        sharing.set_matrix,
        GoalSetMatrixInput,
        GoalSetMatrixPayload,
        ON_GOAL,
    )
    goal_prorate: GoalProratePayload = mutation(
        "Reduce a draft's target to the days that count.",
        prorating.prorate_goal,
        GoalProrateInput,
        GoalProratePayload,
        ON_GOAL,
    )
    goal_ramp: GoalRampPayload = mutation(
        "Reduce a draft's target for somebody new.",
        prorating.ramp_goal,
        GoalRampInput,
        GoalRampPayload,
        ON_GOAL,
    )
    goal_override_actual: GoalOverrideActualPayload = mutation(
        "Set by hand what a goal of somebody else has reached.",
        judging.override_actual,
        GoalOverrideActualInput,
        GoalOverrideActualPayload,
        ON_GOAL,
    )
    goal_withdraw_override: GoalWithdrawOverridePayload = mutation(
        "Let what is measured count again.",
        judging.withdraw_override,
        GoalWithdrawOverrideInput,
        GoalWithdrawOverridePayload,
        ON_GOAL,
    )
    goal_rate: GoalRatePayload = mutation(
        "Rate a goal of somebody below you by its rubric.",
        judging.rate_goal,
        GoalRateInput,
        GoalRatePayload,
        ON_GOAL,
    )
    goal_close: GoalClosePayload = mutation(
        "Fix the score of a goal of somebody below you, once it is over.",
        closing.close_goal,
        GoalCloseInput,
        GoalClosePayload,
        ON_GOAL,
    )
    goal_reopen: GoalReopenPayload = mutation(
        "Take a closed goal's score back.",
        closing.reopen_goal,
        GoalReopenInput,
        GoalReopenPayload,
        ON_GOAL,
    )
    goal_template_define: GoalTemplateDefinePayload = mutation(
        "Define a template of goals.",
        templates.define_template,
        GoalTemplateDefineInput,
        GoalTemplateDefinePayload,
    )
    goal_template_update: GoalTemplateUpdatePayload = mutation(
        "Change a template, for goals to come.",
        templates.change_template,
        GoalTemplateUpdateInput,
        GoalTemplateUpdatePayload,
        "template_id",
    )
    goal_template_retire: GoalTemplateRetirePayload = mutation(
        "Make no more goals of a template.",
        templates.retire_template,
        GoalTemplateRetireInput,
        GoalTemplateRetirePayload,
        "template_id",
    )
    goal_template_assign: GoalTemplateAssignPayload = mutation(
        "Draft a goal from a template for many people at once.",
        assigning.assign_template,
        GoalTemplateAssignInput,
        GoalTemplateAssignPayload,
    )
    ramp_define: RampDefinePayload = mutation(
        "Define a ramp for new people.",
        templates.define_ramp,
        RampDefineInput,
        RampDefinePayload,
    )
    ramp_retire: RampRetirePayload = mutation(
        "Reduce no more targets by a ramp.",
        templates.retire_ramp,
        RampRetireInput,
        RampRetirePayload,
    )
    person_add: PersonAddPayload = mutation(
        "Add somebody who joins the organisation.",
        people.add_person,
        PersonAddInput,
        PersonAddPayload,
    )
    person_deactivate: PersonDeactivatePayload = mutation(
        "Let somebody sign in no longer; what they did stays.",
        people.deactivate_person,
        PersonDeactivateInput,
        PersonDeactivatePayload,
    )
    role_grant: RoleGrantPayload = mutation(
        "Give a role; it counts from the person's next request.",
        people.grant_role,
        RoleGrantInput,
        RoleGrantPayload,
    )
    role_revoke: RoleRevokePayload = mutation(
        "Take a role away; the person's next request is without it.",
        people.revoke_role,
        RoleRevokeInput,
        RoleRevokePayload,
    )
    position_add: PositionAddPayload = mutation(
        "Add a position.", people.add_position, PositionAddInput, PositionAddPayload
    )
    position_fill: PositionFillPayload = mutation(
        "Say who holds a position from a day on.",
        people.fill_position,
        PositionFillInput,
        PositionFillPayload,
    )
    position_set_manager: PositionSetManagerPayload = mutation(
        "Say to which position another reports from a day on.",
        people.set_manager,
        PositionSetManagerInput,
        PositionSetManagerPayload,
    )
