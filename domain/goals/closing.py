"""Closing a goal: its score is fixed once for its period, by somebody above its owner.

The score is what is paid on, where anything is. What is sold or corrected afterwards shows in the
goal's actual beside it and never changes it; only reopening does, with a reason.
"""

from datetime import UTC, datetime
from uuid import UUID

from auth.actor import Actor
from auth.permissions import Act
from domain.acts import act
from domain.database import current_transaction
from domain.errors import Conflict
from domain.goals.access import goal_of_another
from domain.goals.agreement_models import AmendmentState, GoalAmendment
from domain.goals.deciding import as_seen, decide, move_goal
from domain.goals.form_figures import STANDS
from domain.goals.form_models import GoalClosing
from domain.goals.form_rules import is_over, sound_score
from domain.goals.models import GoalAct, GoalStatus
from domain.goals.rules import sound_text, state_after
from domain.ids import new_id
from domain.sql import bind, viewer


@act
async def close_goal(
    actor: Actor, *, goal_id: UUID, seen_version: int, note: str | None = None
) -> UUID:
    """Fix the score of a goal whose last day is over."""
    goal = await goal_of_another(actor, Act.GOAL_CLOSE, goal_id)
    assert actor.person is not None, "only a person is permitted to close"

    status = state_after(GoalAct.CLOSED, GoalStatus(goal.status))
    await as_seen(actor, goal, seen_version, path="seenVersion")
    assert goal.ends_on is not None, "an approved goal is whole"
    is_over(goal.ends_on, actor.today)
    waiting = GoalAmendment.filter(
        org_id=actor.org, goal_id=goal.id, state=AmendmentState.REQUESTED
    )
    if await waiting.exists():
        raise Conflict(
            "An amendment of its target waits; approve or return that first.", path=("id",)
        )
    note = sound_text(note or "", longest=4000, path="note", required=False)

    statement, arguments = bind(STANDS, {**viewer(actor), "goal": goal.id})
    [stands] = await current_transaction().execute_query_dict(statement, arguments)
    score = sound_score(stands["score"], stands["actual"])
    await GoalClosing.add(
        org_id=actor.org,
        id=new_id(),
        goal_id=goal.id,
        basis=stands["basis"],
        score=score,
        target=goal.target,
        actual=stands["actual"],
        person_id=actor.person,
        note=note,
    )
    await move_goal(goal, status, score=score, closed_at=datetime.now(UTC))

    await decide(
        actor,
        goal,
        GoalAct.CLOSED,
        before={"status": GoalStatus.APPROVED},
        after={"status": status, "score": score, "basis": stands["basis"]},
        seen=seen_version,
        note=note or None,
    )
    return goal.id


@act
async def reopen_goal(actor: Actor, *, goal_id: UUID, seen_version: int, reason: str) -> UUID:
    """Take a score back, so that the goal can be mended and closed again."""
    goal = await goal_of_another(actor, Act.GOAL_REOPEN, goal_id)

    status = state_after(GoalAct.REOPENED, GoalStatus(goal.status))
    await as_seen(actor, goal, seen_version, path="seenVersion")
    reason = sound_text(reason, longest=4000, path="reason")
    score = goal.score
    await GoalClosing.filter(org_id=actor.org, goal_id=goal.id, reopened_at__isnull=True).update(
        reopened_by=actor.person, reopened_at=datetime.now(UTC), reopen_reason=reason
    )
    await move_goal(goal, status, score=None, closed_at=None)

    await decide(
        actor,
        goal,
        GoalAct.REOPENED,
        before={"status": GoalStatus.CLOSED, "score": score},
        after={"status": status},
        seen=seen_version,
        note=reason,
    )
    return goal.id
