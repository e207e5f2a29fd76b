"""Changing a target after it was agreed: proposed by one, approved by another, from a day on."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

from tortoise.exceptions import IntegrityError

from auth.actor import Actor
from auth.permissions import Act
from domain.acts import act
from domain.database import current_transaction
from domain.errors import Conflict, NotFound, NotPermitted
from domain.goals.access import goal_for, goal_to_decide, visible_through_goal
from domain.goals.agreement_models import (
    AmendmentPolicy,
    AmendmentState,
    GoalAmendment,
    GoalSegment,
)
from domain.goals.amendment_rules import (
    Counted,
    Segment,
    amended,
    counted,
    fitting_policy,
    waits,
)
from domain.goals.deciding import as_seen, decide, move_goal
from domain.goals.models import Goal, GoalAct, GoalStatus
from domain.goals.rules import sound_target, sound_text, state_after
from domain.history import record
from domain.ids import new_id
from domain.measures.models import Measure, MeasureSource, MeasureUnit
from domain.money import in_whole_units, minor_units
from domain.sql import bind, viewer

ADDS_UP = {
    MeasureSource.SALES_AMOUNT,
    MeasureSource.SALES_MARGIN,
    MeasureSource.SALES_QUANTITY,
    MeasureSource.NEW_CUSTOMERS,
}
"""Sources whose figures for parts of a period sum to the whole period's."""
_SUPERSEDE = (
    "update goal_amendment set superseded_at = $4 where org_id = $1 and goal_id = $2"
    " and state = 'approved' and superseded_at is null and effective_from >= $3"
)


@act
async def amend_goal(
    actor: Actor,
    *,
    goal_id: UUID,
    seen_version: int,
    effective_from: date,
    target: Decimal,
    policy: AmendmentPolicy,
    reason: str,
    id: UUID | None = None,
) -> UUID:
    """Propose another target for an approved goal, from a day of its period on. Returns the
    amendment's id; nothing counts differently until somebody else approves it."""
    goal = await goal_for(actor, Act.GOAL_AMEND, goal_id)

    state_after(GoalAct.AMENDED, GoalStatus(goal.status))
    await as_seen(actor, goal, seen_version, path="seenVersion")
    reason = sound_text(reason, longest=4000, path="reason")
    in_whole_units(sound_target(target), goal.currency, path="target")
    outcome = await _outcome(actor, goal, effective_from, target, policy)

    try:
        amendment = await GoalAmendment.add(
            org_id=actor.org,
            id=id or new_id(),
            goal_id=goal.id,
            owner_id=goal.owner_id,
            effective_from=effective_from,
            stated=target,
            policy=policy,
            reason=reason,
            state=AmendmentState.REQUESTED,
            target_before=goal.target,
            target_after=outcome.target,
            requested_by=actor.person,
            seen_version=seen_version,
        )
    except IntegrityError as refused:
        if getattr(refused.args[0], "constraint_name", None) == "one_amendment_waits":
            raise Conflict("An amendment of this goal waits already.", path=("id",)) from None
        raise

    await record(
        actor,
        "goal.amendment_requested",
        "goal",
        goal.id,
        before={"target": goal.target},
        after={
            "amendment": amendment.id,
            "target": outcome.target,
            "stated": target,
            "policy": policy,
            "effective_from": effective_from,
        },
        reason=reason,
    )
    return amendment.id


@act
async def approve_amendment(
    actor: Actor, *, amendment_id: UUID, seen_version: int, note: str | None = None
) -> UUID:
    """Agree to another target, for a goal of somebody below and proposed by somebody else; a
    delegate in whose place they decide, too."""
    amendment, goal, on_behalf_of = await _to_decide(actor, amendment_id)

    waits(amendment.state)
    status = state_after(GoalAct.AMENDED, GoalStatus(goal.status), path="amendmentId")
    await as_seen(actor, goal, seen_version, path="seenVersion")
    note = sound_text(note or "", longest=4000, path="note", required=False) or None
    policy = AmendmentPolicy(amendment.policy)
    outcome = await _outcome(actor, goal, amendment.effective_from, amendment.stated, policy)
    if (goal.target, outcome.target) != (amendment.target_before, amendment.target_after):
        raise Conflict(
            "The goal's target has changed since this was proposed: return it, and propose anew.",
            path=("amendmentId",),
        )

    now, before = datetime.now(UTC), goal.target
    supersede = [actor.org, goal.id, amendment.effective_from, now]
    await current_transaction().execute_query(_SUPERSEDE, supersede)
    await amendment.change(
        state=AmendmentState.APPROVED, decided_by=actor.person, on_behalf_of_id=on_behalf_of,
        decided_at=now, note=note, version=amendment.version + 1,
    )  # fmt: skip
    await _write_segments(actor, goal, outcome, policy)
    await move_goal(goal, status, target=outcome.target, acceptance=None)

    await decide(
        actor,
        goal,
        GoalAct.AMENDED,
        before={"target": before},
        after={
            "amendment": amendment.id,
            "target": outcome.target,
            "stated": amendment.stated,
            "policy": policy,
            "effective_from": amendment.effective_from,
        },
        seen=seen_version,
        note=note or amendment.reason,
        on_behalf_of=on_behalf_of,
    )
    return amendment.id


@act
async def return_amendment(
    actor: Actor, *, amendment_id: UUID, seen_version: int, note: str
) -> UUID:
    """Give an amendment back, saying why; the goal stays as it is."""
    amendment, goal, on_behalf_of = await _to_decide(actor, amendment_id)

    waits(amendment.state)
    await as_seen(actor, goal, seen_version, path="seenVersion")
    note = sound_text(note, longest=4000, path="note")
    await amendment.change(
        state=AmendmentState.RETURNED, decided_by=actor.person, on_behalf_of_id=on_behalf_of,
        decided_at=datetime.now(UTC), note=note, version=amendment.version + 1,
    )  # fmt: skip

    after = {"amendment": amendment.id}
    if on_behalf_of is not None:
        after |= {"on_behalf_of": on_behalf_of}
    await record(actor, "goal.amendment_returned", "goal", goal.id, after=after, reason=note)
    return amendment.id


async def _to_decide(actor: Actor, amendment_id: UUID) -> tuple[GoalAmendment, Goal, UUID | None]:
    """The amendment with its goal, which is locked, for somebody who may decide upon it, and in
    whose place they do."""
    statement, arguments = bind(
        "select goal_amendment.goal_id, goal_amendment.requested_by from goal_amendment where goal_amendment.org_id = :org"
        f" and goal_amendment.id = :id and {visible_through_goal(actor)}".replace(
            "{row}", "goal_amendment"
        ),
        {**viewer(actor), "id": amendment_id},
    )
    found = await current_transaction().execute_query_dict(statement, arguments)
    if not found:
        raise NotFound("amendment", path=("amendmentId",))
    goal, on_behalf_of = await goal_to_decide(
        actor,
        Act.GOAL_DECIDE_AMENDMENT,
        found[0]["goal_id"],
        proposed_by=found[0]["requested_by"],
        path="amendmentId",
    )
    amendment = await GoalAmendment.get(org_id=actor.org, id=amendment_id)
    if amendment.requested_by == actor.person:
        raise NotPermitted("Somebody else has to decide upon it.", path=("amendmentId",))
    return amendment, goal, on_behalf_of


async def _outcome(
    actor: Actor, goal: Goal, effective_from: date, stated: Decimal, policy: AmendmentPolicy
) -> Counted:
    """What the goal's target would be, and what each segment would have of it."""
    assert goal.ends_on is not None, "an approved goal is whole"
    assert goal.target is not None, "an approved goal is whole"
    measure = await Measure.get(org_id=actor.org, key=goal.measure)
    fitting_policy(policy, is_yes_or_no=measure.unit == MeasureUnit.YES_NO)
    stored = await GoalSegment.filter(org_id=actor.org, goal_id=goal.id).order_by("starts_on")
    segments = [Segment(each.starts_on, each.ends_on, each.stated) for each in stored]
    latest = (
        await GoalAmendment.filter(org_id=actor.org, goal_id=goal.id, state=AmendmentState.APPROVED)
        .order_by("-decided_at", "-id")
        .first()
    )
    if latest is None or latest.target_after != goal.target:
        # Never amended, or changed by another act since: what counts now was stated for all of it.
        segments = [Segment(goal.starts_on, goal.ends_on, goal.target)]
    return counted(
        amended(segments, effective_from, stated, policy),
        places=4 if goal.currency is None else minor_units(goal.currency),
        adds_up=measure.source in ADDS_UP,
    )


async def _write_segments(
    actor: Actor, goal: Goal, outcome: Counted, policy: AmendmentPolicy
) -> None:
    await GoalSegment.filter(org_id=actor.org, goal_id=goal.id).delete()
    for segment, target in outcome.segments:
        await GoalSegment.add(
            org_id=actor.org,
            id=new_id(),
            goal_id=goal.id,
            starts_on=segment.starts_on,
            ends_on=segment.ends_on,
            stated=segment.stated,
            target=target,
            policy=policy,
        )
