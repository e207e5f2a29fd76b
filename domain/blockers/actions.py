"""What people do about blockers. What is in the way is said in the blocker and nowhere in the
history, since it may be personal."""

from datetime import UTC, datetime
from uuid import UUID

from auth.actor import Actor
from auth.permissions import Act
from domain.acts import act
from domain.blockers.access import blocker_for
from domain.blockers.models import Blocker, BlockerState, Cause
from domain.blockers.rules import resolved_on, still_open
from domain.goals.access import goal_for
from domain.goals.models import GoalAct, GoalStatus
from domain.goals.rules import sound_text, state_after
from domain.history import record
from domain.ids import new_id
from domain.notices.models import NoticeKind
from domain.notices.sending import News, nearest_managers, send


@act
async def raise_blocker(
    actor: Actor, *, goal_id: UUID, cause: Cause, what: str, id: UUID | None = None
) -> UUID:
    """Say what is in the way of a goal of one's own; `id` may come from a phone. The nearest
    manager is told. Returns the blocker's id."""
    goal = await goal_for(actor, Act.BLOCKER_RAISE, goal_id)
    assert actor.person is not None, "only a person is permitted to raise a blocker"

    state_after(GoalAct.BLOCKED, GoalStatus(goal.status))
    what = sound_text(what, longest=4000, path="what")

    blocker = await Blocker.add(
        id_path=("blockerId",),
        org_id=actor.org,
        id=id or new_id(),
        goal_id=goal.id,
        cause=cause,
        what=what,
        raised_on=actor.today,
        raised_at=datetime.now(UTC),
        raised_by_id=actor.person,
    )

    facts = {"blocker": blocker.id, "cause": cause}
    await record(actor, "goal.blocker_raised", "goal", goal.id, after=facts)
    await send(
        actor,
        (
            News(NoticeKind.BLOCKER_RAISED, goal.id, manager, str(blocker.id))
            for manager in (await nearest_managers(actor, [goal.owner_id])).values()
        ),
    )
    return blocker.id


@act
async def resolve_blocker(actor: Actor, *, blocker_id: UUID, resolution: str) -> UUID:
    """Take a blocker out of the way of somebody below, saying how; they are told."""
    blocker = await blocker_for(actor, Act.BLOCKER_RESOLVE, blocker_id)

    still_open(BlockerState(blocker.state))
    resolution = sound_text(resolution, longest=4000, path="resolution")
    await blocker.change(
        state=BlockerState.RESOLVED,
        resolution=resolution,
        resolved_on=resolved_on(blocker.raised_on, actor.today),
        resolved_at=datetime.now(UTC),
        resolved_by_id=actor.person,
    )

    facts = {"blocker": blocker.id, "cause": blocker.cause}
    await record(actor, "goal.blocker_resolved", "goal", blocker.goal_id, after=facts)
    news = News(NoticeKind.BLOCKER_RESOLVED, blocker.goal_id, blocker.raised_by_id, str(blocker.id))
    await send(actor, [news])
    return blocker.id


@act
async def withdraw_blocker(actor: Actor, *, blocker_id: UUID) -> UUID:
    """Say that a blocker of one's own goal is no longer one, or never was."""
    blocker = await blocker_for(actor, Act.BLOCKER_WITHDRAW, blocker_id)

    still_open(BlockerState(blocker.state))
    await blocker.change(state=BlockerState.WITHDRAWN, withdrawn_at=datetime.now(UTC))

    facts = {"blocker": blocker.id, "cause": blocker.cause}
    await record(actor, "goal.blocker_withdrawn", "goal", blocker.goal_id, after=facts)
    return blocker.id
