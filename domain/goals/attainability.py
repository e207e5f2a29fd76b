"""How likely targets are to be reached, judged by what the same people sold before, as SQL.

For each person: in which share of their last periods of the same length they sold at least the target.
For a team: the mean of those shares, which is the share of the team that can be expected to reach. Its
interval is Wilson's 90 % score interval (Wilson, J. Amer. Stat. Assoc. 22, 1927, 209-212), for as many
trials as there are people: chances that differ from person to person give a share that varies no more
than if all had the same (Hoeffding, Ann. Math. Stat. 27, 1956, 713-721). For one person the trials are
their periods.

Only whole periods since somebody's first sale count, so that nobody is judged by time before they
sold. As with every figure over several goals, private goals are left out.
"""

from domain.goals.bias import percent

LEAST_PERIODS, MOST_PERIODS, MOST_DAYS = 4, 12, 1100
_Z = "1.644854"  # the 95 % quantile of the normal distribution
_SOLD = "('sales_amount', 'sales_margin', 'sales_quantity')"


def _is_ones_own(goal: str) -> str:
    """SQL: a target of one person, also where they spread it over periods of their own; not one
    that is handed on to others."""
    return f"""({goal}.scope = 'own' and not exists (select from goal_within under
      join goal other on other.org_id = :org::uuid and other.id = under.inner_id
      where under.org_id = :org::uuid and under.outer_id = {goal}.id and under.depth = 1
        and other.owner_id <> {goal}.owner_id and not other.private))"""


def _targets(goal: str) -> str:
    """SQL: the people's own targets that a goal consists of, the uppermost of each branch."""
    return f"""with recursive inside as (
      select {goal}.id, {goal}.owner_id, {goal}.starts_on, {goal}.ends_on, {goal}.target,
        {_is_ones_own(goal)} as is_ones_own
      union
      select child.id, child.owner_id, child.starts_on, child.ends_on, child.target,
        {_is_ones_own("child")}
      from inside join goal child on child.org_id = :org::uuid and child.parent_id = inside.id
      where not inside.is_ones_own and not child.private and child.measure = {goal}.measure
        and child.currency is not distinct from {goal}.currency
    )
    select owner_id, starts_on, ends_on, target from inside
    where is_ones_own and target is not null and ends_on is not null"""


def _history(goal: str, own: str, measure: str) -> str:
    """SQL: one row, for how many past periods somebody had sold, and in how many of them the target
    was reached."""
    return f"""select before.periods, before.reached from reached_before(:org::uuid, {own}.owner_id,
      {measure}.source, {measure}.direction, {goal}.currency, {own}.starts_on, {own}.ends_on,
      {own}.target, :today::date, {MOST_PERIODS}, {MOST_DAYS}) before"""


def attainability(goal: str, measure: str) -> str:
    """SQL: one row with a goal's figures of attainability; `measure` is the alias of its `measured`.
    No row while the goal lacks a measure, a period or a target."""
    shift = f"{_Z} * {_Z} / (2 * judged.trials)"
    root = f"""sqrt(judged.chance * (1 - judged.chance) / judged.trials
      + round({_Z} * {_Z}, 40) / (4 * judged.trials * judged.trials))"""
    below = f"(1 + round({_Z} * {_Z}, 40) / judged.trials)"
    return f"""select told.*, {_sentence("told", measure)} as sentence from (
      select judged.is_ones_own, judged.people, judged.people - judged.known as people_too_short,
        judged.periods, judged.periods_reached, round(round(judged.chance, 30), 4) as share,
        round(round((judged.chance + {shift} - {_Z} * {root}) / {below}, 30), 4) as low,
        round(round((judged.chance + {shift} + {_Z} * {root}) / {below}, 30), 4) as high
      from (
        select counted.*, case when 2 * known >= people and known > 0 then mean end as chance,
          round(nullif(case when is_ones_own then periods else known end, 0), 40) as trials
        from (
          select {_is_ones_own(goal)} as is_ones_own, count(*) as people,
            count(*) filter (where is_known) as known,
            coalesce(sum(person.periods) filter (where is_known or {_is_ones_own(goal)}), 0)::int
              as periods,
            coalesce(sum(person.reached) filter (where is_known or {_is_ones_own(goal)}), 0)::int
              as periods_reached,
            avg(round(person.reached, 40) / nullif(person.periods, 0)) filter (where is_known) as mean
          from (
            select sum(history.periods) as periods, sum(history.reached) as reached,
              min(coalesce(history.periods, 0)) >= {LEAST_PERIODS} as is_known
            from ({_targets(goal)}) own
            left join lateral ({_history(goal, "own", measure)}) history on true
            group by own.owner_id
          ) person
        ) counted
      ) judged
    ) told
    where {measure}.source is not null and {goal}.ends_on is not null and {goal}.target is not null"""


def _sentence(told: str, measure: str) -> str:
    each = f"case {told}.periods when 1 then '1 period' else concat({told}.periods, ' periods') end"
    interval = (
        f"' (90 % interval ', {percent(f'{told}.low')}, ' to ', {percent(f'{told}.high')}, ')'"
    )
    known = f"{told}.people - {told}.people_too_short"
    return f"""case
      when {measure}.source not in {_SOLD}
        then 'Only what is sold has a past that can be counted period by period; of this nothing can be said.'
      when {told}.is_ones_own and {told}.share is null
        then concat('There ', case {told}.periods when 0 then 'is no past period'
            when 1 then 'is one past period' else concat('are ', {told}.periods, ' past periods') end,
          ' of this length to judge by; it takes at least {LEAST_PERIODS}.')
      when {told}.is_ones_own
        then concat('The target was reached in ', {told}.periods_reached, ' of the last ', {each},
          ' of this length: ', {percent(f"{told}.share")}, {interval}, '.')
      when {told}.people = 0 then 'Nobody has a target of their own in this yet.'
      when {told}.share is null
        then concat({known}, ' of ', {told}.people, ' people sold for at least {LEAST_PERIODS} past',
          ' periods of this length: too few to say.')
      else concat('By what they sold before, ', {percent(f"{told}.share")},
        ' of the team can be expected to reach their targets', {interval}, ': judged by ',
        case {known} when 1 then '1 person' else concat({known}, ' people') end, ' over ', {each},
        case {told}.people_too_short when 0 then '.'
          else concat('; ', {told}.people_too_short, ' more sold for too short a time.') end) end"""
