"""How fast a goal is reached beside how fast it should be, as SQL.

By the end of today a part of the goal is expected: the working days gone by of all its working days,
or, where the goal or its organisation has a season, what falls to the days gone by when each period of
the season's calendar has its weight, spread evenly over the period's working days. Only what adds up
from day to day has a pace: sales, customers, and counts that owners report, of which more is better.

Both parts of a curve, `elapsed` and `whole`, are whole numbers of one unit, so whatever is made of them
is rounded once, at the end: amounts of money to the currency's smallest unit, other numbers to four
places, half away from zero.
"""

from domain.calendars.words import Weekday
from domain.money import WITH_THREE_PLACES, WITHOUT_CENTS
from domain.sql import quoted

_WEEK = f"array[{', '.join(quoted(day.value) for day in Weekday)}]"
# A Monday from which weeks are counted; no day of ours is before it.
_FIRST_MONDAY = "date '0001-01-01'"


def _working_days(first: str, last: str) -> str:
    """SQL: how many days from the first to the last the organisation works, by `policy`; none where
    the last is the day before the first. Whole weeks are counted by arithmetic, days off are looked
    up."""
    until = f"({last} - {_FIRST_MONDAY} - place + 7) / 7"
    before = f"({first} - 1 - {_FIRST_MONDAY} - place + 7) / 7"
    return f"""((select sum({until} - {before}) from unnest(policy.places) place)
      - (select count(*) from day_off where day_off.org_id = :org::uuid
        and day_off.day between {first} and {last}
        and extract(isodow from day_off.day)::int - 1 = any(policy.places)))"""


_POLICY = f"""(select goal_policy.*, array(select array_position({_WEEK}, each) - 1
    from unnest(goal_policy.working_days) each) as places
  from goal_policy where goal_policy.org_id = :org::uuid)"""


def _season(goal: str, today: str) -> str:
    """SQL: one row, `elapsed` and `whole` by the weights of a season; null where there is none, where
    its calendar does not know all of the goal's days, or nothing of its weight falls to them."""
    first = f"greatest(period.starts_on, {goal}.starts_on)"
    last = f"least(period.ends_on, {goal}.ends_on)"
    gone = f"greatest(least({last}, {today}), {first} - 1)"
    return f"""select case when sound then elapsed end as elapsed, case when sound then whole end as whole
      from (
        select sum(weight * gone * div(common, days)) as elapsed,
          sum(weight * inside * div(common, days)) as whole,
          sum(covered) = {goal}.ends_on - {goal}.starts_on + 1 and bool_and(works or weight = 0)
            and sum(weight * inside) > 0 as sound
        from (
          select part.*, product(part.days) over () as common from (
            select coalesce(season.weights[period.number], 0) as weight, {last} - {first} + 1 as covered,
              worked.days > 0 as works, greatest(worked.days, 1)::numeric as days,
              {_working_days(first, last)} as inside, {_working_days(first, gone)} as gone
            from season
            join calendar_period period on period.org_id = :org::uuid
              and period.calendar_id = season.calendar_id and period.grain = 'period'
              and period.starts_on <= {goal}.ends_on and period.ends_on >= {goal}.starts_on
            cross join lateral (
              select {_working_days("period.starts_on", "period.ends_on")} as days
            ) worked
            where season.org_id = :org::uuid
              and season.id = coalesce({goal}.season_id, policy.season_id)
          ) part
        ) parts
      ) summed"""


def paced(goal: str, measure: str) -> str:
    """SQL: one row about where a goal stands in its time; none where it has no pace. `elapsed` of
    `whole` is the part expected by the end of today, `gone` and `days_left` are working days."""
    today = f"least(:today::date, {goal}.ends_on)"
    adds_up = "('sales_amount', 'sales_margin', 'sales_quantity', 'new_customers', 'check_in')"
    return f"""select policy.pace_at_risk, policy.pace_off_track, worked.gone,
      worked.days - worked.gone as days_left,
      case when by_season.whole is null then 'working_days' else 'season' end as curve,
      coalesce(by_season.elapsed, worked.gone) as elapsed, coalesce(by_season.whole, worked.days) as whole
    from {_POLICY} policy
    cross join lateral (
      select {_working_days(f"{goal}.starts_on", f"{goal}.ends_on")}::numeric as days,
        {_working_days(f"{goal}.starts_on", today)}::numeric as gone
    ) worked
    left join lateral ({_season(goal, today)}) by_season on true
    where {goal}.starts_on <= :today::date and {goal}.ends_on is not null
      and {goal}.target >= {goal}.start_value
      and {measure}.direction = 'higher' and {measure}.unit in ('money', 'number')
      and {measure}.source in {adds_up} and worked.days > 0"""


def expected_to_date(goal: str, paced: str) -> str:
    """SQL: what should be reached by the end of today."""
    way = f"({goal}.target - {goal}.start_value) * {paced}.elapsed"
    return _rounded(f"{goal}.start_value * {paced}.whole + {way}", f"{paced}.whole", goal)


def needed_per_working_day(goal: str, reached: str, paced: str) -> str:
    """SQL: what is left, for each working day after today; null where no such day is left."""
    left = f"greatest({goal}.target - {goal}.start_value - {_gained(goal, reached)}, 0)"
    return _rounded(left, f"nullif({paced}.days_left, 0)", goal)


def run_rate(goal: str, reached: str, paced: str) -> str:
    """SQL: what was reached on each working day gone by; null where none has."""
    return _rounded(_gained(goal, reached), f"nullif({paced}.gone, 0)", goal)


def projected(goal: str, reached: str, paced: str) -> str:
    """SQL: what is reached in the end if it goes on like this; null while nothing is expected."""
    gained = f"{_gained(goal, reached)} * {paced}.whole"
    start = f"{goal}.start_value * {paced}.elapsed"
    return _rounded(f"{start} + {gained}", f"nullif({paced}.elapsed, 0)", goal)


def pace_status(goal: str, reached: str, paced: str) -> str:
    """SQL: how what was reached stands to what was expected, by the organisation's thresholds."""
    gained = f"{_gained(goal, reached)} * {paced}.whole"
    expected = f"({goal}.target - {goal}.start_value) * {paced}.elapsed"
    return f"""case when {gained} >= {paced}.pace_at_risk * {expected} then 'on_track'
      when {gained} >= {paced}.pace_off_track * {expected} then 'at_risk'
      when {paced}.whole is not null then 'off_track' end"""


def _gained(goal: str, reached: str) -> str:
    """SQL: the way gone from the start value; none where nothing was reported yet."""
    return f"(coalesce({reached}.part, {goal}.start_value) - {goal}.start_value)"


def _rounded(part: str, whole: str, goal: str) -> str:
    """SQL: part / whole (which is not below zero), rounded half away from zero to the smallest unit."""
    none, three = (
        ", ".join(map(quoted, sorted(each))) for each in (WITHOUT_CENTS, WITH_THREE_PLACES)
    )

    def by_currency(plain: str, yen: str, dinar: str, dollar: str) -> str:
        return (
            f"case when {goal}.currency is null then {plain} when {goal}.currency in ({none}) then {yen}"
            f" when {goal}.currency in ({three}) then {dinar} else {dollar} end"
        )

    units = f"2 * abs({part}) * {by_currency('10000', '1', '1000', '100')}"
    unit = by_currency("0.0001", "1", "0.001", "0.01")
    return f"sign({part}) * div({units} + {whole}, 2 * {whole}) * {unit}"
