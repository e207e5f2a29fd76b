"""What the forms of goals come to, as SQL: each contributor's part, the lines of a matrix, what is
fixed when a goal is closed."""

from domain.goals.figures import (
    actual,
    counted,
    counted_people,
    measured,
    pieces,
    progress,
    reached,
    share,
)
from domain.goals.tree_figures import weighted_progress
from domain.sales.figures import tallied


def counts(kpi: str) -> str:
    """SQL: one row, what a line of a matrix (an alias) counts, in the form of a goal."""
    return f"""select goal.id, goal.starts_on, goal.ends_on, {kpi}.currency,
      case when {kpi}.owner_id is null then goal.scope else 'own' end as scope,
      coalesce({kpi}.owner_id, goal.owner_id) as owner_id
    from goal where goal.org_id = :org::uuid and goal.id = {kpi}.goal_id"""


def level(kpi: str, measure: str, found: str) -> str:
    """SQL: the level that a line has come to; null while nothing can be said of it."""

    def has(name: str) -> str:
        wanted = f"{kpi}.{name} * {found}.whole"
        return f"""case {measure}.direction when 'lower' then {found}.part <= {wanted}
        else {found}.part >= {wanted} end"""

    return f"""case when {found}.part is null or coalesce({found}.whole, 0) = 0 then null
      when {has("stretch")} then 'stretch' when {has("target")} then 'target'
      when {has("threshold")} then 'threshold' else 'none' end"""


def level_score(kpi: str, level: str) -> str:
    """SQL: what a line scores at a level; nothing below the threshold, or while nothing is known."""
    return f"""case {level} when 'stretch' then {kpi}.stretch_score when 'target' then {kpi}.target_score
      when 'threshold' then {kpi}.threshold_score else 0 end"""


def matrix_score(goal: str) -> str:
    """SQL: the sum of weight times score over a goal's lines, rounded half away from zero to four
    places at the end; null where it has none."""
    score = level_score("kpi", level("kpi", "of_kpi", "found"))
    return f"""(select round(sum(kpi.weight * {score}), 4) from goal_kpi kpi
      cross join lateral ({counts("kpi")}) counts
      cross join lateral ({measured("kpi")}) of_kpi
      cross join lateral ({counted("counts", "of_kpi")}) found
      where kpi.org_id = :org::uuid and kpi.goal_id = {goal}.id)"""


_SOLD = "('sales_amount', 'sales_margin', 'sales_quantity')"
# Whoever sold something that counts for a goal, each with their part and the whole. As each part is a
# sum over the rows that the goal's own figure sums, the parts sum to it exactly.
CONTRIBUTIONS = f"""(select parts.*, sum(parts.amount) over (partition by parts.org_id, parts.goal_id) as whole
  from (
    select goal.org_id, goal.id as goal_id, goal.currency, measure.unit, who.person_id,
      sum({tallied("measure.source")}) as amount
    from goal join measure on measure.org_id = goal.org_id and measure.key = goal.measure
      and measure.source in {_SOLD}
    cross join lateral ({counted_people("goal")}) who
    cross join lateral {pieces("who.first_day", "who.last_day")}
    join tally on tally.org_id = goal.org_id and tally.of = 'person' and tally.grain = piece.grain
      and tally.subject_id = who.person_id
      and tally.begins_on between piece.first_day and piece.last_day
      and (measure.source = 'sales_quantity' or tally.currency = goal.currency)
    group by goal.org_id, goal.id, goal.currency, measure.unit, who.person_id
  ) parts)"""

STANDS = f"""select figures.basis, figures.actual,
  case figures.basis when 'matrix' then figures.matrix when 'weighted' then figures.weighted
    else figures.attainment end as score
from (
  select case when exists (select from goal_kpi where goal_kpi.org_id = :org::uuid and goal_kpi.goal_id = goal.id)
      then 'matrix' when goal.roll_up = 'weighted' then 'weighted'
      when measured.source = 'rating' then 'rating' else 'attainment' end as basis,
    {matrix_score("goal")} as matrix, {weighted_progress("goal")} as weighted, {actual("reached")} as actual,
    {share("progress.gained", "progress.needed")} as attainment
  from goal
  cross join lateral ({measured("goal")}) measured
  cross join lateral ({reached("goal", "measured")}) reached
  cross join lateral ({progress("goal", "measured", "reached")}) progress
  where goal.org_id = :org::uuid and goal.id = :goal::uuid
) figures"""
"""A goal's score as it stands now, what it is made of, and what has been reached."""
