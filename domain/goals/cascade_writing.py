"""The lines of a cascade, written and applied as whole sets."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from auth.actor import Actor
from domain.database import current_transaction
from domain.goals.cascading_rules import Line
from domain.goals.models import Goal, GoalAct, GoalScope, RollUp
from domain.goals.tree_models import GoalCascade
from domain.history import Happened, record_each
from domain.ids import new_id

Stored = dict[str, Any]
"""A row by its columns."""

_LINES = """
insert into goal_cascade_line (org_id, id, cascade_id, goal_id, place, depth, above_id, person_id,
  leads, weight, uplift, plan, street, child_id, child_version, target_before, locked)
select $1, line.id, $2, $3, line.place, line.depth, line.above_id, line.person_id, line.leads,
  line.weight, line.uplift, line.plan, line.street, line.child_id, line.child_version,
  line.target_before, line.locked
from unnest($4::uuid[], $5::int[], $6::int[], $7::uuid[], $8::uuid[], $9::bool[], $10::numeric[],
  $11::numeric[], $12::numeric[], $13::numeric[], $14::uuid[], $15::int[], $16::numeric[], $17::bool[])
as line (id, place, depth, above_id, person_id, leads, weight, uplift, plan, street, child_id,
  child_version, target_before, locked)
"""

_STORED = """
select id, depth, above_id, person_id, leads, uplift, plan, street, child_id, child_version,
  target_before, locked
from goal_cascade_line where org_id = $1 and cascade_id = $2 order by place
"""

# Drafts that are as they would be are left as they are. The lines are given, not read here: of what was
# written a moment ago PostgreSQL knows nothing, and would compare each with each.
_CHANGED = """
with changed as (
  update goal set target = line.street, plan_target = line.plan, uplift = nullif(line.uplift, 0),
    uplifted_by_id = case when line.uplift > 0 then $2::uuid end,
    version = goal.version + 1, updated_at = clock_timestamp()
  from unnest($3::uuid[], $4::numeric[], $5::numeric[], $6::numeric[], $7::numeric[])
    as line (goal_id, plan, street, uplift, target_before)
  where goal.org_id = $1 and goal.id = line.goal_id
    and (goal.target, goal.plan_target, coalesce(goal.uplift, 0))
      is distinct from (line.street, line.plan, line.uplift)
  returning goal.id, goal.owner_id, goal.target, goal.plan_target, goal.uplift, line.target_before
)
select * from changed
"""

# A line that makes a goal gives it its own id. Nobody is given a goal of nothing.
_MADE = """
with made as (
  insert into goal (org_id, id, name, description, owner_id, measure, currency, scope, starts_on,
    ends_on, target, plan_target, uplift, uplifted_by_id, parent_id, roll_up, status)
  select $1, line.id, $3, $4, line.person_id, $5, $6, line.scope, $7::date, $8::date, line.street,
    line.plan, nullif(line.uplift, 0), case when line.uplift > 0 then $2::uuid end, line.parent_id,
    line.roll_up, 'draft'
  from unnest($9::uuid[], $10::uuid[], $11::text[], $12::numeric[], $13::numeric[], $14::numeric[],
    $15::uuid[], $16::text[])
    as line (id, person_id, scope, plan, street, uplift, parent_id, roll_up)
  returning goal.id, goal.owner_id, goal.target, goal.plan_target, goal.uplift, null::numeric as target_before
)
select * from made
"""
_LINKED = """
update goal_cascade_line set child_id = id
where org_id = $1 and cascade_id = $2 and child_id is null and plan > 0
"""
# Whoever had a goal already, and hands it on now, has shares of it below.
_SUMMED = """
update goal set roll_up = 'sum', version = goal.version + 1, updated_at = clock_timestamp()
where goal.org_id = $1 and goal.id = any($2::uuid[]) and goal.roll_up = 'none'
returning goal.id, goal.owner_id, goal.target, goal.plan_target, goal.uplift, goal.target as target_before
"""
_DECISIONS = """
insert into goal_decision (org_id, id, goal_id, owner_id, act, person_id, target)
select $1, made.id, made.goal_id, made.owner_id, $2, $3, made.target
from unnest($4::uuid[], $5::uuid[], $6::uuid[], $7::numeric[]) as made (id, goal_id, owner_id, target)
"""


async def written_lines(org: UUID, cascade: UUID, goal: UUID, lines: Sequence[Line]) -> None:
    """Store what everybody would get."""
    ids = [new_id() for _ in lines]
    await current_transaction().execute_query_dict(
        _LINES,
        [
            org,
            cascade,
            goal,
            ids,
            list(range(len(lines))),
            [line.depth for line in lines],
            [None if line.above is None else ids[line.above] for line in lines],
            [line.person for line in lines],
            [line.leads for line in lines],
            [line.weight for line in lines],
            [line.uplift for line in lines],
            [line.plan for line in lines],
            [line.street for line in lines],
            [line.child and line.child.goal for line in lines],
            [line.child and line.child.version for line in lines],
            [line.child and line.child.target for line in lines],
            [line.locked for line in lines],
        ],
    )


async def stored_lines(cascade: GoalCascade) -> list[Stored]:
    """What everybody would get, as it was stored, leaders before whom they lead."""
    return await current_transaction().execute_query_dict(_STORED, [cascade.org_id, cascade.id])


async def applied_lines(
    actor: Actor, cascade: GoalCascade, goal: Goal, lines: Sequence[Stored]
) -> None:
    """Change and make the goals, and write down of each what was decided."""
    transaction = current_transaction()
    written = [*await _changed(actor, lines), *await _made(actor, cascade, goal, lines)]
    await transaction.execute_query(_LINKED, [actor.org, cascade.id])
    told = {each["id"] for each in written}
    summed = await transaction.execute_query_dict(_SUMMED, [actor.org, _handing_on(lines)])
    written += [each for each in summed if each["id"] not in told]
    if goal.roll_up == RollUp.NONE:
        await goal.change(
            roll_up=RollUp.SUM, version=goal.version + 1, updated_at=datetime.now(UTC)
        )
    await transaction.execute_query_dict(
        _DECISIONS,
        [
            actor.org,
            GoalAct.CASCADED,
            actor.person,
            [new_id() for _ in range(len(written) + 1)],
            [goal.id, *(each["id"] for each in written)],
            [goal.owner_id, *(each["owner_id"] for each in written)],
            [goal.target, *(each["target"] for each in written)],
        ],
    )
    facts = {"cascade": cascade.id, "by": goal.id}
    await record_each(
        actor,
        "goal.cascaded",
        "goal",
        [
            Happened(goal.id, after={"cascade": cascade.id, "goals": len(written)}),
            *(
                Happened(
                    each["id"],
                    before={"target": each["target_before"]},
                    after={
                        **facts,
                        "target": each["target"],
                        "plan_target": each["plan_target"],
                        "uplift": each["uplift"],
                    },
                )
                for each in written
            ),
        ],
    )


def _makes(line: Stored) -> bool:
    makes: bool = line["child_id"] is None and line["plan"] > 0
    return makes


def _handing_on(lines: Sequence[Stored]) -> list[UUID]:
    """The goals there were that get goals below them."""
    before = {line["id"]: line["child_id"] for line in lines if line["child_id"]}
    above = {line["above_id"] for line in lines if _makes(line)}
    return [before[each] for each in above if each in before]


async def _changed(actor: Actor, lines: Sequence[Stored]) -> list[Stored]:
    drafts = [line for line in lines if line["child_id"] and not line["locked"]]
    names = ("child_id", "plan", "street", "uplift", "target_before")
    values = ([line[name] for line in drafts] for name in names)
    changed: list[Stored] = await current_transaction().execute_query_dict(
        _CHANGED, [actor.org, actor.person, *values]
    )
    return changed


async def _made(
    actor: Actor, cascade: GoalCascade, goal: Goal, lines: Sequence[Stored]
) -> list[Stored]:
    new = [line for line in lines if _makes(line)]
    goals = {line["id"]: line["child_id"] or line["id"] for line in lines} | {None: goal.id}
    hands_on = [line["leads"] and line["depth"] < cascade.levels for line in new]
    common = [
        goal.name, goal.description, goal.measure, goal.currency, goal.starts_on, goal.ends_on,
    ]  # fmt: skip
    made: list[Stored] = await current_transaction().execute_query_dict(
        _MADE,
        [
            actor.org,
            actor.person,
            *common,
            [line["id"] for line in new],
            [line["person_id"] for line in new],
            [GoalScope.TEAM if line["leads"] else GoalScope.OWN for line in new],
            [line["plan"] for line in new],
            [line["street"] for line in new],
            [line["uplift"] for line in new],
            [goals[line["above_id"]] for line in new],
            [RollUp.SUM if each else RollUp.NONE for each in hands_on],
        ],
    )
    return made
