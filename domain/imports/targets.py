"""A target from a file becomes a goal: the rules, from values alone."""

import calendar
from datetime import date
from decimal import Decimal

from domain.imports.values import Unfit

MEASURE = "revenue"


def complete_target(row: dict[str, str | None], today: date) -> dict[str, str | None]:
    """The goal's period, name, measure and status, from the row's month or first and last day."""
    if Decimal(row["target"] or 0) <= 0:
        raise Unfit("target", "a target above zero")
    starts_on, ends_on = _period(row)
    measure = row.get("measure") or MEASURE
    return row | {
        "starts_on": starts_on.isoformat(),
        "ends_on": ends_on.isoformat(),
        "measure": measure,
        "name": row.get("name") or goal_name(measure, starts_on, ends_on),
        "status": status_when_imported(starts_on, today),
    }


def _period(row: dict[str, str | None]) -> tuple[date, date]:
    month, starts_on, ends_on = row.get("month"), row.get("starts_on"), row.get("ends_on")
    if month is not None:
        return whole_month(date.fromisoformat(month))
    if starts_on is None or ends_on is None:
        raise Unfit("missing", "a month, or both starts_on and ends_on")
    if ends_on < starts_on:
        raise Unfit("period", "a period that does not end before it starts")
    return date.fromisoformat(starts_on), date.fromisoformat(ends_on)


def whole_month(day: date) -> tuple[date, date]:
    """The first and the last day of the month that begins on `day`.

    Raises Unfit for another day: a date within a month may mean something else, such as a week.
    """
    if day.day != 1:
        raise Unfit("period", "the first day of a month; otherwise give starts_on and ends_on")
    return day, day.replace(day=calendar.monthrange(day.year, day.month)[1])


def goal_name(measure: str, starts_on: date, ends_on: date) -> str:
    """Such as "Revenue, May 2020", or with both days when the period is not a month."""
    if starts_on.day == 1 and ends_on == whole_month(starts_on)[1]:
        period = f"{calendar.month_name[starts_on.month]} {starts_on.year}"
    else:
        period = f"{starts_on.isoformat()} to {ends_on.isoformat()}"
    return f"{measure.capitalize()}, {period}"


def status_when_imported(starts_on: date, today: date) -> str:
    """A target whose period has begun is in force; one in the future is still to be agreed."""
    return "approved" if starts_on <= today else "draft"
