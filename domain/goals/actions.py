"""What people do with goals. Each is one act: door, rules, change, record."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from auth.actor import Actor
from auth.permissions import Act, FieldClass, org_wide
from domain.acts import act
from domain.errors import Invalid, NotPermitted
from domain.goals.access import goal_for, goal_seen, goal_to_decide, owner_for
from domain.goals.agreement_models import GoalRevision
from domain.goals.alignment import fits_below, holds_shares, join_tree, keeps_weights
from domain.goals.counting_access import counted_seen
from domain.goals.deciding import as_seen, decide, decide_status, move_goal
from domain.goals.form_models import GoalContributor
from domain.goals.gate_rules import whole
from domain.goals.locking import not_locked
from domain.goals.models import CheckIn, Confidence, Goal, GoalAct, GoalScope, GoalStatus, RollUp
from domain.goals.privacy_rules import sound_scope
from domain.goals.rules import (
    sound_answer,
    sound_noted_at,
    sound_period,
    sound_target,
    sound_text,
    sound_value,
    sound_way,
    state_after,
)
from domain.history import record
from domain.ids import new_id
from domain.measures.access import unit_of
from domain.measures.models import Measure, MeasureDirection, MeasureSource, MeasureUnit
from domain.money import in_whole_units
from domain.people.access import is_led, works_here
from domain.people.models import Organisation
from domain.territories.access import territory_seen

OF_A_SHARE = {"measure", "starts_on", "ends_on"}
"""What makes a goal a share of another one, or not; and what decides which results it counts."""


@act
async def draft_goal(
    actor: Actor,
    *,
    owner_id: UUID,
    name: str,
    starts_on: date,
    measure: str | None = None,
    ends_on: date | None = None,
    target: Decimal | None = None,
    description: str = "",
    scope: GoalScope = GoalScope.OWN,
    start_value: Decimal | None = None,
    territory_id: UUID | None = None,
    parent_id: UUID | None = None,
    no_parent_reason: str | None = None,
    private: bool = False,
    id: UUID | None = None,
) -> UUID:
    """Propose a goal for oneself or for somebody below; `id` may come from a phone. What is left out
    can be added until the goal is handed in."""
    await owner_for(actor, Act.GOAL_DRAFT, owner_id)
    if territory_id is not None:
        await territory_seen(actor, territory_id)
    if parent_id is not None:
        await goal_seen(actor, parent_id, path="parentId")
    await not_locked(actor, starts_on)

    values = _sound(name=name, description=description, target=target, start_value=start_value,
                    no_parent_reason=no_parent_reason)  # fmt: skip
    if ends_on is not None:
        sound_period(starts_on, ends_on)
    if scope is GoalScope.ORGANISATION and not org_wide(actor, FieldClass.TEAM):
        raise NotPermitted(
            "Only whoever sees everybody's results has a goal count them.", path=("scope",)
        )
    sound_scope(scope, private=private)
    if private and owner_id != actor.person:
        raise NotPermitted("Only the owner keeps a goal private.", path=("private",))

    currency = await _currency(actor, measure)
    _payable(target, start_value, currency)
    values |= {
        "org_id": actor.org,
        "id": id or new_id(),
        "owner_id": owner_id,
        "territory_id": territory_id,
        "starts_on": starts_on,
        "ends_on": ends_on,
        "scope": scope,
        "parent_id": parent_id,
        "private": private,
        "measure": measure,
        "currency": currency,
        "status": GoalStatus.DRAFT,
    }
    if parent_id is not None:
        await join_tree(actor)
        parent = await Goal.get(org_id=actor.org, id=parent_id)
        await fits_below(Goal(**values), parent)
        await keeps_weights(actor, parent)
    goal = await Goal.add(**values)

    after = {"name": goal.name, "target": target}
    await decide(actor, goal, GoalAct.DRAFTED, before={}, after=after)
    return goal.id


@act
async def change_goal(
    actor: Actor,
    *,
    goal_id: UUID,
    expected_version: int,
    name: str | None = None,
    description: str | None = None,
    measure: str | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
    target: Decimal | None = None,
    start_value: Decimal | None = None,
    no_parent_reason: str | None = None,
) -> UUID:
    """Change a goal that is not yet submitted; None leaves a value as it is."""
    goal = await goal_for(actor, Act.GOAL_DRAFT, goal_id)

    await as_seen(actor, goal, expected_version, path="expectedVersion")
    status = state_after(GoalAct.CHANGED, GoalStatus(goal.status))
    await not_locked(actor, goal.starts_on)
    after = _sound(name=name, description=description, target=target, start_value=start_value,
                   no_parent_reason=no_parent_reason)  # fmt: skip
    if measure is not None:
        after |= {"measure": measure, "currency": await _currency(actor, measure)}
    if starts_on is not None:
        await not_locked(actor, starts_on)
        after["starts_on"] = starts_on
    if ends_on is not None:
        after["ends_on"] = ends_on
    if not after:
        raise Invalid("Say what is to be changed.")
    stands = {name: getattr(goal, name) for name in ("target", "start_value", "currency")} | after
    _payable(stands["target"], stands["start_value"], stands["currency"])
    if after.keys() & OF_A_SHARE:
        await counted_seen(actor, goal, path="id")
    last_day = ends_on or goal.ends_on
    if last_day is not None:
        sound_period(starts_on or goal.starts_on, last_day)

    before = {key: getattr(goal, key) for key in after}
    await move_goal(goal, status, **after)
    if goal.parent_id is not None:
        await fits_below(goal, await Goal.get(org_id=actor.org, id=goal.parent_id))
    if goal.roll_up == RollUp.SUM and after.keys() & OF_A_SHARE:
        await holds_shares(goal, path="id")
    await decide(actor, goal, GoalAct.CHANGED, before=before, after=after)
    return goal.id


@act
async def submit_goal(
    actor: Actor, *, goal_id: UUID, expected_version: int, note: str | None = None
) -> UUID:
    """Hand a goal in for approval: a whole one, of which a copy is kept as its next revision."""
    goal = await goal_for(actor, Act.GOAL_SUBMIT, goal_id)

    await as_seen(actor, goal, expected_version, path="expectedVersion")
    status = state_after(GoalAct.SUBMITTED, GoalStatus(goal.status))
    await not_locked(actor, goal.starts_on)
    whole(goal, owner_is_here=await works_here(goal.owner_id, actor.org, goal.starts_on))
    await _can_be_reached(goal)
    if goal.private and not await is_led(actor, goal.owner_id):
        raise Invalid(
            "Nobody stands above its owner, so nobody else could decide upon a private goal; open it"
            " first.",
            path=("id",),
        )
    note = sound_text(note or "", longest=4000, path="note", required=False) or None
    before = goal.status
    await move_goal(goal, status, submitted_at=datetime.now(UTC))
    await _revise(actor, goal, note)

    await decide_status(actor, goal, GoalAct.SUBMITTED, before, seen=expected_version, note=note)
    return goal.id


@act
async def approve_goal(
    actor: Actor, *, goal_id: UUID, seen_version: int, note: str | None = None
) -> UUID:
    """Agree to a goal of somebody below, as it stood when the approver looked at it."""
    goal, on_behalf_of = await goal_to_decide(actor, Act.GOAL_APPROVE, goal_id)

    # The state first: whoever comes second hears that it is approved, not that it changed.
    status = state_after(GoalAct.APPROVED, GoalStatus(goal.status))
    await as_seen(actor, goal, seen_version, path="seenVersion")
    await not_locked(actor, goal.starts_on)
    note = sound_text(note or "", longest=4000, path="note", required=False) or None
    before = goal.status
    await move_goal(goal, status, approved_at=datetime.now(UTC), acceptance=None)

    await decide_status(
        actor, goal, GoalAct.APPROVED, before, seen=seen_version, note=note,
        on_behalf_of=on_behalf_of,
    )  # fmt: skip
    return goal.id


@act
async def return_goal(actor: Actor, *, goal_id: UUID, seen_version: int, note: str) -> UUID:
    """Give a goal back to its owner, saying why."""
    goal, on_behalf_of = await goal_to_decide(actor, Act.GOAL_RETURN, goal_id)

    status = state_after(GoalAct.RETURNED, GoalStatus(goal.status))
    await as_seen(actor, goal, seen_version, path="seenVersion")
    await not_locked(actor, goal.starts_on)
    note = sound_text(note, longest=4000, path="note")
    before = goal.status
    await move_goal(goal, status)

    await decide_status(
        actor, goal, GoalAct.RETURNED, before, seen=seen_version, note=note,
        on_behalf_of=on_behalf_of,
    )  # fmt: skip
    return goal.id


@act
async def check_in(
    actor: Actor,
    *,
    goal_id: UUID,
    confidence: Confidence,
    value: Decimal | None = None,
    note: str = "",
    noted_at: datetime | None = None,
    id: UUID | None = None,
) -> UUID:
    """Say how a goal goes. `noted_at` is the author's clock, for what was written offline; the
    server's own time is kept beside it. Returns the check-in's id."""
    goal = await goal_for(actor, Act.GOAL_CHECK_IN, goal_id)
    assert actor.person is not None, "only a person is permitted to check in"

    state_after(GoalAct.CHECKED_IN, GoalStatus(goal.status))
    note = sound_text(note, longest=4000, path="note", required=False)
    if value is not None:
        measure = await Measure.get(org_id=actor.org, key=goal.measure)
        sound_answer(sound_value(value), MeasureUnit(measure.unit), path="value")
    noted_at = sound_noted_at(noted_at, datetime.now(UTC))

    entry = await CheckIn.add(
        id_path=("checkInId",),
        org_id=actor.org,
        id=id or new_id(),
        goal_id=goal.id,
        author_id=actor.person,
        value=value,
        confidence=confidence,
        note=note,
        noted_at=noted_at,
    )

    await record(
        actor,
        "goal.checked_in",
        "goal",
        goal.id,
        after={"check_in": entry.id, "value": value, "confidence": confidence},
    )
    return entry.id


def _sound(
    *,
    name: str | None,
    description: str | None,
    target: Decimal | None,
    start_value: Decimal | None,
    no_parent_reason: str | None,
) -> dict[str, Any]:
    """What is given of a goal's own values, each as it is stored. Raises Invalid."""
    values: dict[str, Any] = {}
    if name is not None:
        values["name"] = sound_text(name, longest=200, path="name")
    if description is not None:
        text = sound_text(description, longest=4000, path="description", required=False)
        values["description"] = text
    if target is not None:
        values["target"] = sound_target(target)
    if start_value is not None:
        values["start_value"] = sound_value(start_value, path="startValue")
    if no_parent_reason is not None:
        reason = sound_text(no_parent_reason, longest=1000, path="noParentReason")
        values["no_parent_reason"] = reason
    return values


def _payable(target: Decimal | None, start_value: Decimal | None, currency: str | None) -> None:
    """Raises Invalid for an amount that is finer than the currency's smallest unit."""
    if target is not None:
        in_whole_units(target, currency, path="target")
    if start_value is not None:
        in_whole_units(start_value, currency, path="startValue")


async def _currency(actor: Actor, measure: str | None) -> str | None:
    """What a goal of this measure is counted in; None for what is not money."""
    if measure is None or await unit_of(actor, measure) is not MeasureUnit.MONEY:
        return None
    return (await Organisation.get(org_id=actor.org)).currency


async def _can_be_reached(goal: Goal) -> None:
    """Raises Invalid where the target lies behind the start or off the scale, or nobody's results
    count."""
    assert goal.target is not None, "a whole goal has a target"
    if not goal.target:
        raise Invalid("Nothing is asked: the target is zero.", path=("id",))
    measure = await Measure.get(org_id=goal.org_id, key=goal.measure)
    if measure.unit == MeasureUnit.YES_NO and goal.target != 1:
        raise Invalid("The target of a yes or a no is 1, which is a yes.", path=("id",))
    if measure.source == MeasureSource.RATING and goal.target > len(measure.levels):
        raise Invalid(
            f"The rubric has the levels 1 to {len(measure.levels)}; the target is one of them.",
            path=("id",),
        )
    sound_way(goal.start_value, goal.target, MeasureDirection(measure.direction))
    if goal.scope == GoalScope.CONTRIBUTORS:
        somebody = GoalContributor.filter(org_id=goal.org_id, goal_id=goal.id)
        if not await somebody.exists():
            raise Invalid("Say whose results count: no contributor is named.", path=("id",))


async def _revise(actor: Actor, goal: Goal, note: str | None) -> None:
    earlier = await GoalRevision.filter(org_id=actor.org, goal_id=goal.id).count()
    await GoalRevision.add(
        org_id=actor.org,
        id=new_id(),
        goal_id=goal.id,
        number=earlier + 1,
        name=goal.name,
        description=goal.description,
        measure=goal.measure,
        starts_on=goal.starts_on,
        ends_on=goal.ends_on,
        target=goal.target,
        proposed=goal.proposed,
        currency=goal.currency,
        parent_id=goal.parent_id,
        no_parent_reason=goal.no_parent_reason,
        person_id=actor.person,
        note=note,
    )
