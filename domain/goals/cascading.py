"""Sharing a goal out among the people below its owner: first proposed and looked at, then applied.

What is proposed is stored line by line and changes nothing. It is applied only as it was seen: if the
goal, the people or what they had agreed has changed since, it is refused and says what changed.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from auth.actor import Actor
from auth.permissions import Act
from domain.acts import act
from domain.errors import Conflict, Invalid
from domain.goals.access import goal_for
from domain.goals.cascade_access import cascade_for
from domain.goals.cascade_figures import (
    children_below,
    members_below,
    names_of,
    potential_of,
    reached_a_year_earlier,
)
from domain.goals.cascade_writing import Stored, applied_lines, stored_lines, written_lines
from domain.goals.cascading_rules import (
    HAS_HISTORY,
    Cascade,
    Children,
    Member,
    Placed,
    Weights,
    adds_up,
    changes_since,
    groups,
    placed,
    places_for,
    some_potential,
    sound_levels,
    sound_uplifts,
    sound_weights,
    weights_of_leaders,
)
from domain.goals.locking import not_locked
from domain.goals.models import Goal, GoalAct, GoalStatus
from domain.goals.privacy_rules import open_to_all
from domain.goals.rules import state_after
from domain.goals.tree_models import CascadeMethod, CascadeState, GoalCascade, GoalCascadeLine
from domain.history import record
from domain.ids import new_id
from domain.measures.models import Measure


class StaleCascade(Conflict):
    """Something that the cascade was worked out from is no longer so."""

    def __init__(self, changes: Sequence[str]) -> None:
        super().__init__(
            f"This cascade is out of date: {'; '.join(changes)}. Nothing was changed."
            " Propose it anew and look at what it does.",
            path=("cascadeId",),
            changes=tuple(changes),
        )


class CascadeDecided(Conflict):
    """It was applied or discarded already."""

    def __init__(self, state: CascadeState) -> None:
        super().__init__(f"This cascade was {state.value} already.", path=("cascadeId",))


@act
async def propose_cascade(
    actor: Actor,
    *,
    goal_id: UUID,
    method: CascadeMethod,
    levels: int = 1,
    uplifts: Sequence[Decimal] = (),
    weights: Sequence[tuple[UUID, Decimal]] = (),
) -> UUID:
    """Work out what everybody below would get, and store it to be looked at. A goal has one such
    proposal at a time: the one before it is discarded. Returns the cascade's id."""
    goal = await goal_for(actor, Act.GOAL_CASCADE, goal_id)
    assert actor.person is not None, "only a person is permitted to cascade"

    state_after(GoalAct.CASCADED, GoalStatus(goal.status))
    await not_locked(actor, goal.starts_on)
    levels = sound_levels(levels)
    rates, given = sound_uplifts(uplifts, levels), sound_weights(weights)
    measure = await _measure_of(goal)
    if bool(given) != (method is CascadeMethod.WEIGHTS):
        raise Invalid("Weights are given for the method WEIGHTS, and only then.", path=("weights",))
    members = await members_below(actor.org, goal.owner_id, goal.starts_on)
    if not members:
        raise Invalid(f"Nobody stood below its owner on {goal.starts_on}.", path=("id",))
    plan = _plan(goal)
    cascade = Cascade(
        goal=goal.id,
        owner=goal.owner_id,
        plan=plan,
        places=places_for(measure.unit, goal.currency, plan),
        levels=levels,
        uplifts=rates,
        weights=given or await _weights(goal, measure, method, members),
        weights_are_given=bool(given),
        children=await children_below(actor.org, goal.id, levels),
    )
    lines = cascade.lines(members)
    if strangers := given.keys() - {line.person for line in lines}:
        raise Invalid(
            f"{len(strangers)} of those given a weight get no share of this goal.",
            path=("weights",),
        )

    await _discard_proposals(actor, goal)
    made = await GoalCascade.add(
        org_id=actor.org,
        id=new_id(),
        goal_id=goal.id,
        seen_version=goal.version,
        method=method,
        levels=levels,
        plan=plan,
        proposed_by_id=actor.person,
        proposed_at=datetime.now(UTC),
    )
    await written_lines(actor.org, made.id, goal.id, lines)

    await record(
        actor,
        "goal.cascade_proposed",
        "goal",
        goal.id,
        after={"cascade": made.id, "method": method, "levels": levels, "recipients": len(lines)},
    )
    return made.id


@act
async def apply_cascade(actor: Actor, *, cascade_id: UUID) -> UUID:
    """Give everybody their share as a draft of their own: a new goal, or the draft that they have.
    What they agreed already stays. Returns the cascade's id."""
    cascade, goal = await cascade_for(actor, cascade_id)

    _still_proposed(cascade)
    await not_locked(actor, goal.starts_on)
    members = await members_below(actor.org, goal.owner_id, goal.starts_on)
    children = await children_below(actor.org, goal.id, cascade.levels, lock=True)
    lines = await stored_lines(cascade)
    if changes := await _changes(cascade, goal, lines, members, children):
        raise StaleCascade(changes)

    await _decide(actor, cascade, CascadeState.APPLIED)
    await applied_lines(actor, cascade, goal, lines)
    return cascade.id


@act
async def discard_cascade(actor: Actor, *, cascade_id: UUID) -> UUID:
    """Give a proposal up; its lines go. Returns the cascade's id."""
    cascade, goal = await cascade_for(actor, cascade_id)

    _still_proposed(cascade)
    await _discard(actor, cascade)

    await record(actor, "goal.cascade_discarded", "goal", goal.id, before={"cascade": cascade.id})
    return cascade.id


async def _measure_of(goal: Goal) -> Measure:
    """Its measure, if figures of that measure can be shared out. Raises Invalid."""
    open_to_all(GoalAct.CASCADED, private=goal.private)
    measure = await Measure.get(org_id=goal.org_id, key=goal.measure)
    if not adds_up(measure.source, measure.unit):
        raise Invalid(
            f"{measure.name} does not add up, so a part of it is nobody's share.", path=("id",)
        )
    return measure


def _plan(goal: Goal) -> Decimal:
    plan = goal.target if goal.plan_target is None else goal.plan_target
    assert plan is not None, "a goal that was handed in has a target"
    return plan


async def _weights(
    goal: Goal, measure: Measure, method: CascadeMethod, members: Sequence[Member]
) -> Weights:
    """What everybody's share follows from; whoever leads others stands for them. Raises Invalid."""
    assert goal.ends_on is not None, "a goal that was handed in has an end"
    people = [member.person for member in members]
    match method:
        case CascadeMethod.HISTORY:
            if measure.source not in HAS_HISTORY:
                raise Invalid(
                    f"What was reached of {measure.name} a year earlier is not known.",
                    path=("method",),
                )
            own = await reached_a_year_earlier(
                goal.org_id, people, measure.source, goal.currency, goal.starts_on, goal.ends_on
            )
            return weights_of_leaders(members, own, adds_own=True)
        case CascadeMethod.POTENTIAL:
            leads = groups(members).keys()
            selling = [person for person in people if person not in leads]
            own = await potential_of(goal.org_id, selling, goal.starts_on)
            of_leaders = await potential_of(goal.org_id, list(leads), goal.starts_on)
            some_potential([*own.values(), *of_leaders.values()])
            return weights_of_leaders(members, {**of_leaders, **own}, adds_own=False)
    return {}


def _still_proposed(cascade: GoalCascade) -> None:
    if cascade.state != CascadeState.PROPOSED:
        raise CascadeDecided(CascadeState(cascade.state))


async def _changes(
    cascade: GoalCascade,
    goal: Goal,
    lines: Sequence[Stored],
    members: Sequence[Member],
    children: Children,
) -> list[str]:
    names = await names_of(cascade.org_id, [line["person_id"] for line in lines])
    people = {line["id"]: line["person_id"] for line in lines} | {None: goal.owner_id}
    seen = {
        line["person_id"]: Placed(
            names[line["person_id"]],
            people[line["above_id"]],
            line["child_id"] and (line["child_id"], line["child_version"]),
        )
        for line in lines
    }
    now = placed(members, children, goal=goal.id, owner=goal.owner_id, levels=cascade.levels)
    return changes_since(seen, now, versions=(cascade.seen_version, goal.version))


async def _discard_proposals(actor: Actor, goal: Goal) -> None:
    proposals = GoalCascade.filter(
        org_id=actor.org, goal_id=goal.id, state=CascadeState.PROPOSED
    ).select_for_update(no_key=True)
    for earlier in await proposals:
        await _discard(actor, earlier)


async def _discard(actor: Actor, cascade: GoalCascade) -> None:
    await GoalCascadeLine.filter(org_id=actor.org, cascade_id=cascade.id).delete()
    await _decide(actor, cascade, CascadeState.DISCARDED)


async def _decide(actor: Actor, cascade: GoalCascade, state: CascadeState) -> None:
    await cascade.change(state=state, decided_by_id=actor.person, decided_at=datetime.now(UTC))
