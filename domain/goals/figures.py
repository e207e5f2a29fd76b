"""What a goal has reached, as SQL: the business's arithmetic, where the facts are.

Every figure of a goal comes from one row, `part` and `whole`: what was reached is part / whole. For a
sum the whole is 1; for a mean or a rate it is what the part is divided by. So nothing is rounded before
the last step, and a share of a rate is as exact as a share of a sum.

Sales are read from their tallies: whole months by the month, the days at the edges by the day. Only
sales in the goal's currency count towards amounts: amounts in another are never added to it.
"""


def measured(goal: str) -> str:
    """SQL: one row, what of a goal's measure decides its figures; none for a draft without one."""
    return f"""select measure.unit, measure.direction, measure.source from measure
    where measure.org_id = :org::uuid and measure.key = {goal}.measure"""


def counted_people(goal: str) -> str:
    """SQL: whose results a goal counts, each with the first and the last day on which they count.

    In a team everybody counts on the days on which they stood below the owner, by any line, once.
    No row for a goal of the whole organisation, where nobody is picked, nor before its end is known.
    """
    return f"""select counting.person_id, counting.first_on as first_day, counting.last_on as last_day
      from counting(:org::uuid, {goal}.id, {goal}.scope, {goal}.owner_id, {goal}.starts_on, {goal}.ends_on)"""


def pieces(first: str, last: str) -> str:
    """SQL: a range of days as whole months and the days before and after them."""
    return f"""(select parts.grain, parts.first_on as first_day, parts.last_on as last_day
      from pieces({first}, {last}) parts) piece"""


def counted(goal: str, measure: str) -> str:
    """SQL: one row, `part` and `whole`, of what was counted for a goal; `measure` is the alias of
    its `measured`. Null where there is nothing to say yet.

    The branches by source and scope are a function of the database: spelled out here, each statement
    would be planned with all of them.
    """
    return f"""select counted.part, counted.whole from counted(:org::uuid, {goal}.id, {measure}.source,
      {goal}.scope, {goal}.owner_id, {goal}.starts_on, {goal}.ends_on, {goal}.currency)"""


def reached(goal: str, measure: str) -> str:
    """SQL: one row, `part` and `whole`, of what a goal has reached: what was counted, or what
    somebody set in its place."""
    return f"""select coalesce({goal}.override, found.part) as part,
      case when {goal}.override is null then found.whole else 1 end as whole
    from ({counted(goal, measure)}) found"""


def actual(reached: str) -> str:
    """SQL: what was reached; a mean or a rate rounded half away from zero to four places."""
    return f"""case when {reached}.whole = 1 then {reached}.part
      else {share(f"{reached}.part", f"{reached}.whole")} end"""


def progress(goal: str, measure: str, reached: str) -> str:
    """SQL: one row, `gained` and `needed`; attainment is gained / needed.

    Reached as a share of the target; with a start value, the way from there as a share of the way
    to the target. Where lower is better, the target as a share of what was reached, of which there
    is none below zero.
    """
    inverse = f"{measure}.direction = 'lower' and {goal}.start_value = 0"
    return f"""select
      case when {inverse} then {goal}.target * {reached}.whole
        else {reached}.part - {goal}.start_value * {reached}.whole end as gained,
      case when {inverse} then greatest({reached}.part, 0)
        else ({goal}.target - {goal}.start_value) * {reached}.whole end as needed"""


def share(part: str, whole: str) -> str:
    """SQL: part / whole, rounded half away from zero to four places; null where whole is zero.

    Counted in whole ten-thousandths: a quotient would be rounded before it is rounded.
    """
    halves = f"div(20000 * abs({part}) + abs({whole}), 2 * nullif(abs({whole}), 0))"
    return f"sign({part}) * sign({whole}) * {halves} * 0.0001"


IS_CURRENT = (
    """:today::date between {row}.starts_on and coalesce({row}.ends_on, {row}.starts_on - 1)"""
)
"""SQL over `{row}`: the goal's period contains the caller's today."""
STAGE = """case when {row}.status = 'approved' and {row}.starts_on <= :today::date
  then 'active' else {row}.status end"""
"""SQL over `{row}`: where a goal stands; what is approved and has begun is active."""

# A territory's goals in a period: agreed revenue goals that begin in it, for the territory or for one
# within it. Margins are not added to revenue, a team's goal not to those of its members, and a part of
# a goal not to the goal. The goals are picked first ("offset 0" keeps the planner from summing the
# sales of goals that are not wanted).
TERRITORY_GOALS = f"""select sum(picked.target) as target, sum(reached.part) as actual
  from (
    select goal.*, 'sales_amount' as source from goal
    where goal.org_id = :org::uuid and goal.status in ('approved', 'closed') and goal.measure = 'revenue'
      and goal.scope = 'own' and not goal.private and goal.currency = {{row}}.currency
      and goal.starts_on between {{row}}.starts_on and {{row}}.ends_on
      and goal.territory_id in (select inside.inner_id from territory_within inside
        where inside.org_id = :org::uuid and inside.outer_id = {{row}}.territory_id)
      and not exists (select from goal spread where spread.org_id = :org::uuid
        and spread.id = goal.parent_id and spread.owner_id = goal.owner_id
        and spread.roll_up = 'sum' and spread.status in ('approved', 'closed')
        and spread.starts_on between {{row}}.starts_on and {{row}}.ends_on)
    offset 0
  ) picked cross join lateral ({reached("picked", "picked")}) reached"""
