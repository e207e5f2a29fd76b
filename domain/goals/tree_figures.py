"""What the goals below a goal say of it, as SQL: numbers from above and from below, weighed progress
and budgets. Only goals of the same measure and currency are added up; private ones never are.
"""

from domain.goals.figures import measured, progress, reached, share
from domain.goals.models import GoalStatus
from domain.sql import quoted

DEPTH = """(select count(*) from goal_within above
  where above.org_id = :org::uuid and above.inner_id = {row}.id)"""
"""SQL over `{row}`: how many goals are above it."""


def _same_sort(part: str, goal: str) -> str:
    return (
        f"not {part}.private and {part}.measure = {goal}.measure"
        f" and {part}.currency is not distinct from {goal}.currency"
    )


def children_of(goal: str) -> str:
    """SQL: one row, the sum of the targets of the goals directly below, null where there is none."""
    return f"""select sum(child.target) as target from goal child
    where child.org_id = :org::uuid and child.parent_id = {goal}.id and {_same_sort("child", goal)}"""


def from_below(goal: str) -> str:
    """SQL: one row, what is proposed from below: `amount`, null where nobody has said anything, and
    how many proposals are `missing`. Those count that have no goal below them; where the goal itself
    has none, its own."""
    return f"""select case when count(*) = 0 then {goal}.proposed else sum(part.proposed) end as amount,
      case when count(*) = 0 then ({goal}.proposed is null)::int
        else count(*) filter (where part.proposed is null) end as missing
    from goal_within within
    join goal part on part.org_id = :org::uuid and part.id = within.inner_id
    where within.org_id = :org::uuid and within.outer_id = {goal}.id and {_same_sort("part", goal)}
      and not exists (select from goal_within under
        join goal lower on lower.org_id = :org::uuid and lower.id = under.inner_id
        where under.org_id = :org::uuid and under.outer_id = part.id
          and {_same_sort("lower", "part")} offset 0)"""


# Of what the others leave, those without a weight have equal parts. So many places keep an equal part
# of any goal exact where it matters: at the last step, which rounds.
_WEIGHT = """coalesce(child.weight, greatest(1 - coalesce(sum(child.weight) over beside, 0), 0)
  * round(1, 60) / count(*) filter (where child.weight is null) over beside)"""


def weighted_progress(goal: str) -> str:
    """SQL: the sum of weight times attainment of the goals directly below, and of those below them
    where these are weighed themselves, rounded at the end; null where the goal weighs none. What is
    not agreed yet counts nothing, or its owner would say what the goal above comes to."""
    part_progress = progress("part", "measured", "reached")
    attained = f"coalesce({share('progress.gained', 'progress.needed')}, 0)"
    agreed = f"part.status in ({quoted(GoalStatus.APPROVED)}, {quoted(GoalStatus.CLOSED)})"
    return f"""(with recursive part as (
      select child.*, {_WEIGHT} as part from goal child
      where child.org_id = :org::uuid and child.parent_id = {goal}.id and not child.private
        and {goal}.roll_up = 'weighted'
      window beside as (partition by child.parent_id)
      union all
      select child.*, round(part.part * ({_WEIGHT}), 60) from part
      join goal child on child.org_id = :org::uuid and child.parent_id = part.id
      where part.roll_up = 'weighted' and {agreed} and not child.private
      window beside as (partition by child.parent_id)
    ), weighed as (
      select sum(part.part * case when {agreed} then {attained} else 0 end) as progress from part
      left join lateral ({measured("part")}) measured on true
      left join lateral ({reached("part", "measured")}) reached on true
      left join lateral ({part_progress}) progress on true
      where part.roll_up <> 'weighted' or not {agreed} or not exists (select from goal child
        where child.org_id = :org::uuid and child.parent_id = part.id and not child.private)
    ) select round(round(weighed.progress, 40), 4) from weighed)"""


def budgets(amount: str) -> str:
    """SQL over `{row}` for what a goal was granted; `amount` shows an amount of `budget`."""
    return f"""(select budget.kind, {amount.replace("{value}", "budget.amount")} as amount,
      budget.currency, budget.note, concat(budget.kind, budget.currency) as place
    from goal_budget budget where budget.org_id = :org::uuid and budget.goal_id = {{row}}.id)"""


def budgets_together(amount: str) -> str:
    """SQL over `{row}` for what a goal and all below it were granted."""
    return f"""(select budget.kind, {amount.replace("{value}", "budget.amount")} as amount,
      budget.currency, budget.goals, concat(budget.kind, budget.currency) as place
    from (
      select granted.kind, granted.currency, sum(granted.amount) as amount, count(*) as goals
      from (
        select {{row}}.id as goal_id
        union all
        select within.inner_id from goal_within within
        join goal lower on lower.org_id = :org::uuid and lower.id = within.inner_id and not lower.private
        where within.org_id = :org::uuid and within.outer_id = {{row}}.id
      ) counted
      join goal_budget granted on granted.org_id = :org::uuid and granted.goal_id = counted.goal_id
      group by granted.kind, granted.currency
    ) budget)"""
