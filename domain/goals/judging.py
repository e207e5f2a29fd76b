"""What somebody above the owner says of a goal: another actual, with a reason, or a rating."""

from decimal import Decimal
from uuid import UUID

from auth.actor import Actor
from auth.permissions import Act
from domain.acts import act
from domain.errors import Conflict, Invalid
from domain.goals.access import goal_of_another
from domain.goals.deciding import as_seen, decide, move_goal
from domain.goals.form_models import GoalRating
from domain.goals.form_rules import sound_level
from domain.goals.models import GoalAct, GoalStatus
from domain.goals.rules import sound_answer, sound_text, sound_value, state_after
from domain.ids import new_id
from domain.measures.models import Measure, MeasureSource, MeasureUnit


@act
async def override_actual(
    actor: Actor, *, goal_id: UUID, seen_version: int, value: Decimal, reason: str
) -> UUID:
    """Set what a goal has reached, in place of what is measured, which stays beside it."""
    goal = await goal_of_another(actor, Act.GOAL_OVERRIDE, goal_id)

    status = state_after(GoalAct.OVERRIDDEN, GoalStatus(goal.status))
    await as_seen(actor, goal, seen_version, path="seenVersion")
    measure = await Measure.get(org_id=actor.org, key=goal.measure)
    if measure.source == MeasureSource.RATING:
        raise Invalid("A goal on a rubric is rated, and not overridden.", path=("id",))
    sound_answer(sound_value(value), MeasureUnit(measure.unit), path="value")
    reason = sound_text(reason, longest=1000, path="reason")
    before = {"override": goal.override, "reason": goal.override_reason}
    await move_goal(goal, status, override=value, override_reason=reason)

    await decide(
        actor, goal, GoalAct.OVERRIDDEN, before=before, after={"override": value}, seen=seen_version,
        note=reason,
    )  # fmt: skip
    return goal.id


@act
async def withdraw_override(actor: Actor, *, goal_id: UUID, seen_version: int, reason: str) -> UUID:
    """Let what is measured count again."""
    goal = await goal_of_another(actor, Act.GOAL_OVERRIDE, goal_id)

    status = state_after(GoalAct.OVERRIDDEN, GoalStatus(goal.status))
    await as_seen(actor, goal, seen_version, path="seenVersion")
    if goal.override is None:
        raise Conflict("What counts for this goal is what is measured already.", path=("id",))
    reason = sound_text(reason, longest=1000, path="reason")
    before = {"override": goal.override, "reason": goal.override_reason}
    await move_goal(goal, status, override=None, override_reason=None)

    await decide(
        actor, goal, GoalAct.OVERRIDDEN, before=before, after={"override": None}, seen=seen_version,
        note=reason,
    )  # fmt: skip
    return goal.id


@act
async def rate_goal(
    actor: Actor, *, goal_id: UUID, seen_version: int, level: int, comment: str
) -> UUID:
    """Say which level of its rubric a goal has come to; the latest rating counts, all are kept."""
    goal = await goal_of_another(actor, Act.GOAL_RATE, goal_id)
    assert actor.person is not None, "only a person is permitted to rate"

    status = state_after(GoalAct.RATED, GoalStatus(goal.status))
    await as_seen(actor, goal, seen_version, path="seenVersion")
    measure = await Measure.get(org_id=actor.org, key=goal.measure)
    if measure.source != MeasureSource.RATING:
        raise Invalid("Only a goal on a rubric is rated; this one is measured.", path=("id",))
    sound_level(level, measure.levels)
    comment = sound_text(comment, longest=4000, path="comment")
    rating = await GoalRating.add(
        org_id=actor.org,
        id=new_id(),
        goal_id=goal.id,
        person_id=actor.person,
        level=level,
        comment=comment,
    )
    await move_goal(goal, status)

    await decide(
        actor, goal, GoalAct.RATED, before={}, after={"rating": rating.id, "level": level},
        seen=seen_version, note=comment,
    )  # fmt: skip
    return goal.id
