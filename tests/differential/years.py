"""Calendars of every kind with some periods, seasons, days off, and goals that go by them."""

from datetime import date, timedelta
from itertools import pairwise

from tests.differential.furnishing import Furniture
from tests.differential.words import hostile, mark

# Name -> kind, and the first days of the periods of its only year, the last of which only ends it.
CALENDARS = {
    "fiscal": ("months", ("2020-01-01", "2020-02-01", "2020-03-01", "2020-04-01", "2020-05-01", "2020-06-01", "2021-01-01")),
    "retail": ("weeks_454", ("2020-02-02", "2020-03-01", "2020-04-05", "2020-05-03", "2020-05-31", "2021-01-31")),
    "farm": ("custom", ("2019-05-01", "2020-05-24", "2020-05-29", "2020-05-30", "2020-08-01")),
    "weekend": ("custom", ("2020-05-16", "2020-05-18", "2020-05-23", "2020-05-25", "2020-06-01")),
    "first": ("custom", ("first", "2020-05-29")),
    "last": ("custom", ("2020-05-29", "last")),
    "same": ("weeks_445", ("2020-05-25", "2020-06-01")),
    "older": ("weeks_544", ("2019-01-01", "2019-12-31")),
    "short": ("thirteen", ("2020-05-28", "2020-06-25")),
}  # fmt: skip
SEASONS = (
    ("fiscal", ("1", "2", "3.5", "0", "5", "6")),
    ("fiscal", ("0.000001", "999999999999.999999", "0", "7", "0.333333", "1")),
    ("retail", ("0", "0", "0", "0", "1")),
    ("retail", ("10", "8", "6", "4", "2")),
    ("farm", ("1", "1", "0", "5")),
    ("weekend", ("3", "0", "2", "1")),
    ("first", ("1",)),
    ("last", ("0.5",)),
    ("short", ("1", "1", "1", "1", "1", "1", "1", "1", "1", "1", "1", "1", "2")),
    ("older", ("42",)),
)
DAYS_OFF = ("2020-05-25", "2020-05-23", "2020-05-01", "2020-01-01", "2019-12-31", "2020-12-25", "2020-07-04",
    "first", "2020-06-05", "2020-06-08", "2020-02-29")  # fmt: skip


def furnish_years(made: Furniture) -> None:
    """Calendars and what goes by them; a third of the goals have a season of their own."""
    for number, (name, (kind, starts)) in enumerate(CALENDARS.items()):
        _calendar(made, number, name, kind, starts)
    seasons = [_season(made, number) for number in range(len(SEASONS))]
    for number, day in enumerate(DAYS_OFF):
        id = made.new_id()
        name = f"{hostile(number)[:40]} {mark('day_off', id)}"
        made.add("day_off", id=id, day=_day(made, day), name=name)
    for number, goal in enumerate(made.rows["goal"]):
        goal["season_id"] = seasons[number % len(seasons)] if number % 3 == 1 else None
    for number, assignment in enumerate(made.rows["goal_assignment"]):
        over = number % 2 == 1
        assignment["calendar_id"] = made.id("calendar", "fiscal") if over else None
        assignment["grain"] = "period" if over else None


def _day(made: Furniture, text: str) -> str:
    return {"first": made.first_day, "last": made.last_day}.get(text, text)


def _calendar(made: Furniture, number: int, name: str, kind: str, starts: tuple[str, ...]) -> None:
    weekly = kind not in ("custom", "months")
    id = made.new_id()
    made.add(
        "calendar",
        name,
        id=id,
        name=f"{hostile(number)[:40]} {mark('calendar', id)}",
        kind=kind,
        first_month=None if kind == "custom" else number + 1,
        year_named_by=None if kind == "custom" else ("start", "end")[number % 2],
        week_starts_on=("sunday", "monday")[number % 2] if weekly else None,
        year_ends=("nearest", "last")[number % 2] if weekly else None,
        retired_at=made.instant(number) if number % 3 == 2 else None,
        version=number + 1,
        updated_at=made.instant(number),
    )
    days = [_day(made, each) for each in starts]
    year = _period(made, number, id, "year", 1, days[0], days[-1], None)
    for place, (first, after) in enumerate(pairwise(days), start=1):
        period = _period(made, number, id, "period", place, first, after, year)
        if weekly and place == 1:
            _period(made, number, id, "week", 1, first, after, period)


def _period(
    made: Furniture, number: int, calendar: object, grain: str, place: int, first: str, after: str,
    parent: object,
) -> object:  # fmt: skip
    last = after if after == made.last_day else str(date.fromisoformat(after) - timedelta(days=1))
    id = made.new_id()
    return made.add(
        "calendar_period",
        id=id,
        calendar_id=calendar,
        grain=grain,
        fiscal_year=2018 + number % 4,
        number=place,
        name=f"{mark('calendar_period', id)} {place}"[:60],
        starts_on=first,
        ends_on=last,
        has_extra_week=place == 3,
        parent_id=parent,
    )


def _season(made: Furniture, number: int) -> object:
    calendar, weights = SEASONS[number]
    id = made.new_id()
    return made.add(
        "season",
        str(number),
        id=id,
        name=f"{hostile(number)[:40]} {mark('season', id)}",
        calendar_id=made.id("calendar", calendar),
        weights=list(weights),
        learned_from=2017 if number % 2 else None,
        learned_to=2018 + number if number % 2 else None,
        retired_at=made.instant(number) if number % 3 == 2 else None,
        version=number + 1,
        updated_at=made.instant(number),
    )
