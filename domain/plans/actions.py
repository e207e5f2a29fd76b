"""What people do about corrective plans. Each act is recorded with the goal as its subject."""

from datetime import UTC, date, datetime
from uuid import UUID

from auth.actor import Actor
from auth.permissions import Act
from domain.acts import act
from domain.goals.access import goal_for
from domain.goals.models import Goal, GoalAct, GoalStatus
from domain.goals.rules import sound_text, state_after
from domain.history import record
from domain.ids import new_id
from domain.notices.models import NoticeKind
from domain.notices.sending import News, send
from domain.plans.access import concerned, plan_for, step_for
from domain.plans.models import CorrectivePlan, CorrectiveStep, PlanState
from domain.plans.rules import (
    PlanChanged,
    PlanOpenAlready,
    may_be_agreed,
    may_be_closed,
    may_be_worked_on,
    room_for_a_step,
    sound_due_on,
)


@act
async def open_plan(
    actor: Actor, *, goal_id: UUID, reason: str, due_on: date, id: UUID | None = None
) -> UUID:
    """Open a corrective plan by hand, saying why; the owner is told. Returns the plan's id."""
    goal = await goal_for(actor, Act.PLAN_OPEN, goal_id)

    state_after(GoalAct.CORRECTED, GoalStatus(goal.status))
    reason = sound_text(reason, longest=4000, path="reason")
    sound_due_on(due_on, actor.today)
    # The goal is locked, so nobody opens another meanwhile.
    if await _open_plans(actor, goal.id):
        raise PlanOpenAlready

    plan = await CorrectivePlan.add(
        id_path=("planId",),
        org_id=actor.org,
        id=id or new_id(),
        goal_id=goal.id,
        opened_on=actor.today,
        opened_at=datetime.now(UTC),
        opened_by_id=actor.person,
        reason=reason,
        due_on=due_on,
    )

    facts = {"plan": plan.id, "due_on": due_on}
    await record(actor, "goal.plan_opened", "goal", goal.id, after=facts, reason=reason)
    await send(actor, [News(NoticeKind.PLAN_OPENED, goal.id, goal.owner_id, str(plan.id))])
    return plan.id


async def _open_plans(actor: Actor, goal_id: UUID) -> int:
    plans = CorrectivePlan.filter(org_id=actor.org, goal_id=goal_id)
    return await plans.exclude(state=PlanState.CLOSED.value).count()


@act
async def add_step(
    actor: Actor,
    *,
    plan_id: UUID,
    what: str,
    person_id: UUID | None = None,
    due_on: date | None = None,
    id: UUID | None = None,
) -> UUID:
    """Write into a plan what somebody will do: the actor, where nobody is named. Returns the
    step's id."""
    plan = await plan_for(actor, Act.PLAN_WORK, plan_id)
    assert actor.person is not None, "only a person is permitted to work on a plan"

    may_be_worked_on(PlanState(plan.state))
    what = sound_text(what, longest=1000, path="what")
    if due_on is not None:
        sound_due_on(due_on, actor.today)
    await concerned(actor, plan.goal_id, person_id or actor.person)
    room_for_a_step(await _steps(plan))

    step = await CorrectiveStep.add(
        id_path=("stepId",),
        org_id=actor.org,
        id=id or new_id(),
        plan_id=plan.id,
        goal_id=plan.goal_id,
        what=what,
        due_on=due_on,
        person_id=person_id or actor.person,
        added_at=datetime.now(UTC),
        added_by_id=actor.person,
    )
    await plan.change(version=plan.version + 1)

    facts = {"plan": plan.id, "step": step.id, "what": what}
    await record(actor, "goal.plan_step_added", "goal", plan.goal_id, after=facts)
    return step.id


async def _steps(plan: CorrectivePlan) -> int:
    return await CorrectiveStep.filter(org_id=plan.org_id, plan_id=plan.id).count()


@act
async def tick_step(actor: Actor, *, step_id: UUID, done: bool = True) -> UUID:
    """Say that a step is done, or that it is not after all. Said twice, it stays as it is."""
    step = await step_for(actor, Act.PLAN_WORK, step_id)
    plan = await plan_for(actor, Act.PLAN_WORK, step.plan_id)

    may_be_worked_on(PlanState(plan.state))
    if done == (step.done_at is not None):
        return step.id
    await step.change(
        done_at=datetime.now(UTC) if done else None, done_by_id=actor.person if done else None
    )
    await plan.change(version=plan.version + 1)

    what = "goal.plan_step_done" if done else "goal.plan_step_reopened"
    facts = {"plan": plan.id, "step": step.id}
    await record(actor, what, "goal", plan.goal_id, after=facts)
    return step.id


@act
async def agree_to_plan(actor: Actor, *, plan_id: UUID, expected_version: int) -> UUID:
    """Agree to the steps of a plan for a goal of somebody below, as they were when the actor looked."""
    plan = await plan_for(actor, Act.PLAN_AGREE, plan_id)

    may_be_agreed(PlanState(plan.state), await _steps(plan))
    PlanChanged.since(expected_version, plan.version)
    await plan.change(
        state=PlanState.AGREED,
        agreed_at=datetime.now(UTC),
        agreed_by_id=actor.person,
        version=plan.version + 1,
    )

    await record(actor, "goal.plan_agreed", "goal", plan.goal_id, after={"plan": plan.id})
    return plan.id


@act
async def close_plan(actor: Actor, *, plan_id: UUID, outcome: str) -> UUID:
    """End a plan for a goal of somebody below, saying what came of it; the owner is told."""
    plan = await plan_for(actor, Act.PLAN_CLOSE, plan_id)
    goal = await Goal.get(org_id=actor.org, id=plan.goal_id)

    may_be_closed(PlanState(plan.state))
    outcome = sound_text(outcome, longest=4000, path="outcome")
    await plan.change(
        state=PlanState.CLOSED,
        closed_on=actor.today,
        closed_at=datetime.now(UTC),
        closed_by_id=actor.person,
        outcome=outcome,
        version=plan.version + 1,
    )

    facts = {"plan": plan.id}
    await record(actor, "goal.plan_closed", "goal", goal.id, after=facts, reason=outcome)
    await send(actor, [News(NoticeKind.PLAN_CLOSED, goal.id, goal.owner_id, str(plan.id))])
    return plan.id
