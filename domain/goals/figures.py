"""What a goal has reached, as SQL: the business's arithmetic, where the sales are.

A goal counts its owner's sales from its first day to its last, both included. Revenue is the sum of
amounts; margin the sum of amounts less costs, over the lines whose cost is known. Only sales in the
goal's currency count: amounts in another are never added to it.
"""


def reached(goal: str) -> str:
    """SQL: one row whose `actual` is what the goal (an alias or table of goals) has reached."""
    return f"""select coalesce(case {goal}.measure
      when 'revenue' then sum(sale.amount)
      when 'margin' then sum(sale.amount - sale.cost) end, 0) as actual
    from sale where sale.org_id = :org::uuid and sale.person_id = {goal}.owner_id
      and sale.sold_on between {goal}.starts_on and {goal}.ends_on
      and sale.currency = {goal}.currency"""


def attainment(actual: str, target: str) -> str:
    """SQL: actual as a share of target, rounded half away from zero to four places; null without a
    target, which is never less than zero.

    Counted in whole ten-thousandths: a quotient would be rounded before it is rounded.
    """
    halves = f"div(20000 * abs({actual}) + {target}, 2 * nullif({target}, 0))"
    return f"sign({actual}) * {halves} * 0.0001"


IS_CURRENT = ":today::date between {row}.starts_on and {row}.ends_on"
"""SQL over `{row}`: the goal's period contains the caller's today."""

# A territory's goals in a period: approved revenue goals that begin in it, for the territory or for
# one within it. Margins are not added to revenue. The goals are picked first ("offset 0"
# keeps the planner from summing the sales of goals that are not wanted).
TERRITORY_GOALS = f"""select sum(counted.target) as target, sum(reached.actual) as actual
  from (
    select goal.* from goal
    where goal.org_id = :org::uuid and goal.status = 'approved' and goal.measure = 'revenue'
      and not goal.private
      and goal.currency = {{row}}.currency
      and goal.starts_on between {{row}}.starts_on and {{row}}.ends_on
      and goal.territory_id in (select inside.inner_id from territory_within inside
        where inside.org_id = :org::uuid and inside.outer_id = {{row}}.territory_id)
    offset 0
  ) counted cross join lateral ({reached("counted")}) reached"""
