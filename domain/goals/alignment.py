"""Putting goals below one another, and saying what the goals below are to the one above.

Weights are set for all goals directly below at once, so that they make 100 % at every moment. What
comes newly below weighs an equal part of what the others leave: all alike, while none is weighed;
nothing, where the others have it all.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from auth.actor import Actor
from auth.permissions import Act
from domain.acts import act
from domain.database import current_transaction
from domain.doors import seen
from domain.errors import Invalid, NotPermitted
from domain.goals.access import goal_for, visible
from domain.goals.alignment_rules import (
    Shape,
    decided_from_above,
    is_share_of,
    sound_depth,
    sound_leaving,
    sound_part_weights,
    sound_place,
)
from domain.goals.deciding import as_seen, decide
from domain.goals.locking import not_locked
from domain.goals.models import Goal, GoalAct, GoalStatus, RollUp
from domain.goals.privacy_rules import open_to_all
from domain.goals.rules import sound_text, state_after
from domain.history import Happened, record, record_each
from domain.sql import bind, viewer

# How many goals are above the new place, how many levels the goal has below it, and whether the
# place is one of those.
_PLACE = """
select (select count(*) from goal_within where org_id = $1 and inner_id = $2) + 1 as above,
  (select coalesce(max(depth), 0) from goal_within where org_id = $1 and outer_id = $3) as below,
  exists (select from goal_within where org_id = $1 and outer_id = $3 and inner_id = $2) as is_within
"""


@act
async def align_goal(
    actor: Actor,
    *,
    goal_id: UUID,
    expected_version: int,
    parent_id: UUID | None = None,
    no_parent_reason: str | None = None,
) -> UUID:
    """Put a goal below another one that the actor sees, or say why it has none above it; one's own
    until it is handed in, since what it serves is agreed with it."""
    goal = await goal_for(actor, Act.GOAL_ALIGN, goal_id)

    await as_seen(actor, goal, expected_version, path="expectedVersion")
    state_after(GoalAct.ALIGNED, GoalStatus(goal.status))
    await not_locked(actor, goal.starts_on)
    own = goal.owner_id == actor.person
    decided_from_above(GoalAct.ALIGNED, GoalStatus(goal.status), own=own, path="id")
    reason = sound_text(
        no_parent_reason or "", longest=1000, path="noParentReason", required=parent_id is None
    )
    if parent_id is not None and reason:
        raise Invalid("A goal with another above it needs no reason for having none.",
            path=("noParentReason",))  # fmt: skip
    if parent_id is not None:
        await seen(actor, Goal, parent_id, kind="goal", visible=visible(actor), path=("parentId",))

    await hold_tree(actor)
    if goal.parent_id not in (None, parent_id):
        left = await Goal.get(org_id=actor.org, id=goal.parent_id)
        await keeps_weights(actor, left)
        sound_leaving(goal.weight, RollUp(left.roll_up), name=left.name)
    if parent_id is not None:
        parent = await Goal.get(org_id=actor.org, id=parent_id)
        await fits_below(goal, parent)
        if goal.parent_id != parent_id:
            await keeps_weights(actor, parent)
    before = {"parent": goal.parent_id, "no_parent_reason": goal.no_parent_reason}
    after = {"parent": parent_id, "no_parent_reason": reason or None}
    await goal.change(
        parent_id=parent_id,
        no_parent_reason=reason or None,
        weight=goal.weight if goal.parent_id == parent_id else None,
        version=goal.version + 1,
        updated_at=datetime.now(UTC),
    )

    await decide(
        actor, goal, GoalAct.ALIGNED, before=before, after=after, seen=expected_version,
        note=reason or None,
    )  # fmt: skip
    return goal.id


@act
async def roll_up_goal(
    actor: Actor, *, goal_id: UUID, expected_version: int, roll_up: RollUp
) -> UUID:
    """Say what the goals below are to this one: shares of its target, parts of its progress, or
    nothing."""
    goal = await goal_for(actor, Act.GOAL_ROLL_UP, goal_id)

    await as_seen(actor, goal, expected_version, path="expectedVersion")
    state_after(GoalAct.ROLLED_UP, GoalStatus(goal.status))
    await not_locked(actor, goal.starts_on)
    open_to_all(GoalAct.ROLLED_UP, private=goal.private)
    own = goal.owner_id == actor.person
    decided_from_above(GoalAct.ROLLED_UP, GoalStatus(goal.status), own=own, path="id")
    await hold_tree(actor)
    if roll_up is RollUp.SUM:
        await holds_shares(goal, path="rollUp")
    before = goal.roll_up
    await goal.change(roll_up=roll_up, version=goal.version + 1, updated_at=datetime.now(UTC))

    await record(
        actor,
        "goal.rolled_up",
        "goal",
        goal.id,
        before={"roll_up": before},
        after={"roll_up": roll_up},
    )
    return goal.id


@act
async def weigh_children(
    actor: Actor,
    *,
    goal_id: UUID,
    expected_version: int,
    items: Sequence[tuple[UUID, Decimal | None]],
) -> UUID:
    """Weigh all goals directly below in one act, 100 % together, or none of them: then all weigh
    alike. The goal's progress is theirs from then on."""
    goal = await goal_for(actor, Act.GOAL_ROLL_UP, goal_id)

    await as_seen(actor, goal, expected_version, path="expectedVersion")
    state_after(GoalAct.ROLLED_UP, GoalStatus(goal.status))
    await not_locked(actor, goal.starts_on)
    open_to_all(GoalAct.ROLLED_UP, private=goal.private)
    own = goal.owner_id == actor.person
    decided_from_above(GoalAct.ROLLED_UP, GoalStatus(goal.status), own=own, path="id")
    await hold_tree(actor)
    children = await _children(actor, goal)
    weights = sound_part_weights(items, list(children))
    changed = [id for id, weight in weights.items() if children[id]["weight"] != weight]
    await current_transaction().execute_query_dict(
        "update goal set weight = weighed.weight, version = goal.version + 1,"
        " updated_at = clock_timestamp()"
        " from unnest($2::uuid[], $3::numeric[]) as weighed (id, weight)"
        " where goal.org_id = $1 and goal.id = weighed.id",
        [actor.org, changed, [weights[id] for id in changed]],
    )
    before = goal.roll_up
    await goal.change(
        roll_up=RollUp.WEIGHTED, version=goal.version + 1, updated_at=datetime.now(UTC)
    )

    weighed = [
        Happened(id, {"weight": children[id]["weight"]}, {"weight": weights[id]}) for id in changed
    ]
    whole = Happened(goal.id, {"roll_up": before}, {"roll_up": RollUp.WEIGHTED})
    await record_each(actor, "goal.weighed", "goal", [whole, *weighed])
    return goal.id


async def hold_tree(actor: Actor) -> None:
    """Nobody else moves a goal, or adds one below another, until the transaction ends."""
    await current_transaction().execute_query_dict("select hold_goal_tree($1)", [actor.org])


async def join_tree(actor: Actor) -> None:
    """Nobody moves a goal until the transaction ends; others may add some, too."""
    await current_transaction().execute_query_dict("select join_goal_tree($1)", [actor.org])


async def keeps_weights(actor: Actor, parent: Goal) -> None:
    """Raises NotPermitted where a part that comes or goes would change by its weight what a goal that
    was handed in comes to; who stands above its owner may."""
    if parent.roll_up == RollUp.WEIGHTED:
        above = await seen(
            actor, Goal, parent.id, kind="goal", visible="true", act=Act.GOAL_ROLL_UP
        )
        own = parent.owner_id == actor.person or not above
        decided_from_above(GoalAct.ROLLED_UP, GoalStatus(parent.status), own=own, path="parentId")


async def fits_below(goal: Goal, parent: Goal) -> None:
    """Raises Invalid where a goal, stored or about to be, cannot stand below another."""
    if goal.id == parent.id:
        raise Invalid("A goal does not stand below itself.", path=("parentId",))
    (place,) = await current_transaction().execute_query_dict(
        _PLACE, [goal.org_id, parent.id, goal.id]
    )
    if place["is_within"]:
        raise Invalid(
            f"“{parent.name}” stands below “{goal.name}” already, which would lie within itself.",
            path=("parentId",),
        )
    sound_depth(place["above"], place["below"])
    open_to_all(GoalAct.ALIGNED, private=goal.private or parent.private, path="parentId")
    sound_place(
        _shape(goal),
        _shape(parent),
        name=parent.name,
        status=GoalStatus(parent.status),
        roll_up=RollUp(parent.roll_up),
    )


async def holds_shares(goal: Goal, *, path: str) -> None:
    """Raises Invalid where a goal directly below is no share of this one, as it is to stand. What
    its share amounts to is not asked: the gap between a target and those below is shown, and no
    change of one of them is refused for it."""
    below = await Goal.filter(org_id=goal.org_id, parent_id=goal.id, private=False)
    misfits = [each for each in below if not is_share_of(_shape(each), _shape(goal))]
    if misfits:
        raise Invalid(
            f"{len(misfits)} of the {len(below)} goals directly below are no shares of it: of"
            " another measure or currency, or on days that are not its own.",
            path=(path,),
        )


async def _children(actor: Actor, goal: Goal) -> Mapping[UUID, Mapping[str, Any]]:
    """The goals directly below that count, locked, by id. Raises NotPermitted where some of them are
    not for the actor to see."""
    statement, values = bind(
        f"select goal.id, goal.weight, {visible(actor).replace('{row}', 'goal')} as seen from goal"
        " where goal.org_id = :org::uuid and goal.parent_id = :goal::uuid and not goal.private"
        " order by goal.id for no key update of goal",
        {**viewer(actor), "goal": goal.id},
    )
    rows = await current_transaction().execute_query_dict(statement, values)
    if not all(row["seen"] for row in rows):
        raise NotPermitted(
            "Not all goals directly below are yours to see; whoever sees all of them weighs them.",
            path=("id",),
        )
    return {row["id"]: row for row in rows}


def _shape(goal: Goal) -> Shape:
    return Shape(goal.measure, goal.currency, goal.starts_on, goal.ends_on)
