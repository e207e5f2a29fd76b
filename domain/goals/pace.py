"""How fast a goal is reached beside how fast it should be, as SQL.

By the end of today a part of the goal is expected: the working days gone by of all its working days,
or, where the goal or its organisation has a season, what falls to the days gone by when each period of
the season's calendar has its weight, spread evenly over the period's working days. Only what adds up
from day to day has a pace: sales, customers, and counts that owners report, of which more is better.

Both parts of a curve, `elapsed` and `whole`, are whole numbers of one unit, so whatever is made of them
is rounded once, at the end: amounts of money to the currency's smallest unit, other numbers to four
places, half away from zero.
"""

from domain.money import WITH_THREE_PLACES, WITHOUT_CENTS
from domain.sql import quoted


def paced(goal: str, measure: str) -> str:
    """SQL: one row about where a goal stands in its time; none where it has no pace. `elapsed` of
    `whole` is the part expected by the end of today, `gone` and `days_left` are working days."""
    adds_up = "('sales_amount', 'sales_margin', 'sales_quantity', 'new_customers', 'check_in')"
    return f"""select paced.* from paced(:org::uuid, {goal}.season_id, {goal}.starts_on, {goal}.ends_on,
      least(:today::date, {goal}.ends_on))
    where {goal}.starts_on <= :today::date and {goal}.ends_on is not null
      and {goal}.target >= {goal}.start_value
      and {measure}.direction = 'higher' and {measure}.unit in ('money', 'number')
      and {measure}.source in {adds_up} and paced.whole is not null"""


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
