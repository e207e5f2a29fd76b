"""The lines of a cascade, written and applied as whole sets."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from auth.actor import Actor
from domain.database import current_transaction
from domain.goals.cascading_rules import Line
from domain.goals.models import Goal, GoalAct, RollUp
from domain.goals.tree_models import GoalCascade
from domain.history import Happened, record_each
from domain.ids import new_id

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

# Drafts that are as they would be are left as they are.
_CHANGED = """
with changed as (
  update goal set target = line.street, plan_target = line.plan, uplift = nullif(line.uplift, 0),
    uplifted_by_id = case when line.uplift > 0 then $3::uuid end,
    version = goal.version + 1, updated_at = clock_timestamp()
  from goal_cascade_line line
  where line.org_id = $1 and line.cascade_id = $2 and not line.locked
    and goal.org_id = $1 and goal.id = line.child_id
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
  select $1, line.id, goal.name, goal.description, line.person_id, goal.measure, goal.currency,
    case when line.leads then 'team' else 'own' end, goal.starts_on, goal.ends_on, line.street,
    line.plan, nullif(line.uplift, 0), case when line.uplift > 0 then $3::uuid end,
    coalesce(above.child_id, above.id, goal.id),
    case when line.leads and line.depth < cascade.levels then 'sum' else 'none' end, 'draft'
  from goal_cascade cascade
  join goal on goal.org_id = $1 and goal.id = cascade.goal_id
  join goal_cascade_line line on line.org_id = $1 and line.cascade_id = cascade.id
  left join goal_cascade_line above on above.org_id = $1 and above.id = line.above_id
  where cascade.org_id = $1 and cascade.id = $2 and line.child_id is null and line.plan > 0
  returning goal.id, goal.owner_id, goal.target, goal.plan_target, goal.uplift, null::numeric as target_before
), linked as (
  update goal_cascade_line line set child_id = made.id from made
  where line.org_id = $1 and line.id = made.id
)
select * from made
"""
# Whoever had a goal already, and hands it on now, has shares of it below.
_SUMMED = """
update goal set roll_up = 'sum', version = goal.version + 1, updated_at = clock_timestamp()
where goal.org_id = $1 and goal.roll_up = 'none' and goal.id in (
  select above.child_id from goal_cascade_line line
  join goal_cascade_line above on above.org_id = $1 and above.id = line.above_id
  where line.org_id = $1 and line.cascade_id = $2 and line.child_id = line.id)
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


async def applied_lines(actor: Actor, cascade: GoalCascade, goal: Goal) -> None:
    """Change and make the goals, and write down of each what was decided."""
    transaction, whose = current_transaction(), [actor.org, cascade.id, actor.person]
    written: list[dict[str, Any]] = [
        *await transaction.execute_query_dict(_CHANGED, whose),
        *await transaction.execute_query_dict(_MADE, whose),
    ]
    told = {each["id"] for each in written}
    summed = await transaction.execute_query_dict(_SUMMED, whose[:2])
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
