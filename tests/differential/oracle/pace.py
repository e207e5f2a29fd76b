"""How fast goals are reached, told day by day."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from tests.differential.oracle.facts import Facts, Row
from tests.differential.oracle.figures import measure_of, reached
from tests.differential.oracle.printing import PLACES, amount_text, number_text, rounded
from tests.differential.oracle.standing import View

WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
NO_PACE = {"win_rate", "cycle_length", "acquisition_cost", "rating"}


def pace(view: View, goal: Row, args: object) -> dict[str, Any] | None:
    facts, today, measure = view.facts, view.today, measure_of(view.facts, goal)
    if measure is None or goal["target"] is None or goal["ends_on"] is None:
        return None
    if measure["direction"] == "lower" or measure["unit"] not in ("money", "number"):
        return None
    if measure["source"] in NO_PACE or goal["target"] < goal["start_value"]:
        return None
    days = _working_days(facts, goal["starts_on"], goal["ends_on"])
    if today < goal["starts_on"] or not days:
        return None

    gone = _working_days(facts, goal["starts_on"], min(today, goal["ends_on"]))
    season = _season_share(view, goal)
    share = Fraction(gone, days) if season is None else season
    part, _ = reached(facts, goal)
    start, way = Fraction(goal["start_value"]), Fraction(goal["target"] - goal["start_value"])
    gained = Fraction(0) if part is None else part - start
    policy = facts.rows["GoalPolicy"][facts.org]

    def amount(value: Fraction | None) -> str | None:
        currency = goal["currency"]
        if value is None or currency is None:
            return None if value is None else number_text(rounded(value, 4))
        return amount_text(rounded(value, PLACES.get(currency, 2)), currency)

    status = "OFF_TRACK"
    if gained >= Fraction(policy["pace_at_risk"]) * share * way:
        status = "ON_TRACK"
    elif gained >= Fraction(policy["pace_off_track"]) * share * way:
        status = "AT_RISK"
    return {
        "status": status,
        "curve": "WORKING_DAYS" if season is None else "SEASON",
        "expectedShare": number_text(rounded(share, 4)),
        "expectedToDate": amount(start + share * way),
        "neededPerWorkingDay": amount(
            max(way - gained, Fraction(0)) / (days - gone) if days > gone else None
        ),
        "runRate": amount(gained / gone if gone else None),
        "projected": amount(start + gained / share if share else None),
        "workingDaysGone": gone,
        "workingDaysLeft": days - gone,
        "unit": measure["unit"].upper(),
        "currency": goal["currency"],
    }


def _working_days(facts: Facts, first: date, last: date) -> int:
    """Whole weeks, the days that are left over, and what of all is off."""
    if last < first:
        return 0
    works = facts.rows["GoalPolicy"][facts.org]["working_days"]
    weeks, over = divmod((last - first).days + 1, 7)
    left_over = [WEEK[(first.weekday() + each) % 7] for each in range(over)]
    off = [
        each["day"]
        for each in facts.all("DayOff")
        if first <= each["day"] <= last and WEEK[each["day"].weekday()] in works
    ]
    return weeks * len(works) + sum(day in works for day in left_over) - len(off)


def _season_share(view: View, goal: Row) -> Fraction | None:
    """The part of the goal's weight that falls to its days up to today; None without a season that
    knows all of its days."""
    facts = view.facts
    id: UUID | None = goal["season_id"] or facts.rows["GoalPolicy"][facts.org]["season_id"]
    season = facts.get("Season", id)
    if season is None:
        return None
    whole = elapsed = Fraction(0)
    known = 0
    for period in facts.all("CalendarPeriod"):
        if period["calendar_id"] != season["calendar_id"] or period["grain"] != "period":
            continue
        first = max(period["starts_on"], goal["starts_on"])
        last = min(period["ends_on"], goal["ends_on"])
        if last < first:
            continue
        known += (last - first).days + 1
        weight = _weight(season["weights"], period["number"])
        works = _working_days(facts, period["starts_on"], period["ends_on"])
        if weight and not works:
            return None
        if weight:
            whole += weight * _working_days(facts, first, last) / works
            elapsed += weight * _working_days(facts, first, min(last, view.today)) / works
    if known != (goal["ends_on"] - goal["starts_on"]).days + 1 or not whole:
        return None
    return elapsed / whole


def _weight(weights: list[Decimal], number: int) -> Fraction:
    return Fraction(weights[number - 1]) if number <= len(weights) else Fraction(0)
