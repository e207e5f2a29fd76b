"""Calendars, seasons, days off, and how goals are watched, as the schema shows them."""

import datetime
from decimal import Decimal
from uuid import UUID

import strawberry

from auth.permissions import FieldClass
from domain.calendars import access
from domain.calendars.words import CalendarKind, Weekday, YearEnds, YearNamedBy
from domain.calendars.words import PeriodGrain as PeriodGrain
from schema.comparisons import Comparison, DateComparison, IDComparison, IntComparison
from schema.compiler.fields import to_many, to_one
from schema.compiler.filters import chosen, compares, holds
from schema.connections import Connection
from schema.money import SHOWN_NUMBER
from schema.nodes import Node, Versioned
from schema.plain import described_enum, input_of, plain
from schema.scalars import Rate
from schema.storage import By, column, expression, listed, stored

described_enum(
    CalendarKind,
    "What the periods of a calendar are.",
    {
        "MONTHS": "Calendar months; the year begins with any of them.",
        "WEEKS_445": "Twelve periods of whole weeks, in each quarter of four, four and five.",
        "WEEKS_454": "Twelve periods of whole weeks, in each quarter of four, five and four.",
        "WEEKS_544": "Twelve periods of whole weeks, in each quarter of five, four and four.",
        "THIRTEEN": "Thirteen periods of four weeks; the last quarter has four of them.",
        "CUSTOM": "Periods given by hand.",
    },
)
described_enum(
    PeriodGrain,
    "How long a period is.",
    {
        "YEAR": "A fiscal year.",
        "HALF": "Two quarters.",
        "QUARTER": "A quarter of a fiscal year.",
        "PERIOD": "What a fiscal year is divided into: a month, four or five weeks, or what was given.",
        "WEEK": "A week, in calendars of whole weeks.",
    },
)
described_enum(
    Weekday,
    "A day of the week.",
    {day.name: f"{day.name.capitalize()}." for day in Weekday},
)
described_enum(
    YearEnds,
    "On which week's last day a fiscal year of whole weeks ends.",
    {
        "NEAREST": "The one nearest to the end of the month before the first month.",
        "LAST": "The last one in the month before the first month.",
    },
)
described_enum(
    YearNamedBy,
    "After which calendar year a fiscal year is named that lies in two.",
    {"START": "The one in which it starts.", "END": "The one in which it ends."},
)


@stored(
    table="calendar_period",
    kind="calendar_period",
    visible=access.visible,
    field_class=FieldClass.REFERENCE,
    by=By(("starts_on",)),
)
class CalendarPeriod(Node):
    """A year of a calendar, or a part of one."""

    name: str = column('What it is called, such as "FY26 Q1" or "FY26 P07".')
    grain: PeriodGrain = column("How long it is.")
    fiscal_year: int = column("The fiscal year it is, or lies in.")
    number: int = column("Its place among its like in the fiscal year, from 1.")
    starts_on: datetime.date = column("Its first day.")
    ends_on: datetime.date = column("Its last day.")
    has_extra_week: bool = column("Whether it is, or holds, its year's 53rd week.")
    calendar: "Calendar" = to_one("The calendar it is of.", "calendar_id")
    parent: "CalendarPeriod | None" = to_one(
        "The next longer period that it lies in; null for a year.", "parent_id"
    )
    children: Connection["CalendarPeriod"] = to_many(
        "The next shorter periods that it is divided into.", foreign_key="parent_id"
    )


@input_of
class CalendarPeriodFilter:
    """Which periods; everything given must hold."""

    grain: Comparison[PeriodGrain] | None = compares("By how long they are.")
    fiscal_year: IntComparison | None = compares("By fiscal year.")
    containing: datetime.date | None = holds(
        "Those that this day is in.",
        "{value} between {row}.starts_on and {row}.ends_on",
        cast="date",
    )


@plain
class SeasonWeight:
    """How much of a year falls to one of its periods."""

    number: int = strawberry.field(description="The period's place in the fiscal year, from 1.")
    weight: Decimal = strawberry.field(description="Its weight, beside those of the others.")
    share: Rate = strawberry.field(
        description="Its part of the year, rounded half away from zero to six places."
    )


# A weight's part of all weights, in whole millionths.
WEIGHTS = """(select one.number::int as number, trim_scale(one.weight) as weight,
    trim_scale(div(2000000 * one.weight + summed.whole, 2 * summed.whole) * 0.000001) as share,
    lpad(one.number::text, 3, '0') as place
  from unnest({row}.weights) with ordinality as one (weight, number)
  cross join (select sum(each) as whole from unnest({row}.weights) each) summed)"""


@stored(
    table="season",
    kind="season",
    visible=access.visible,
    field_class=FieldClass.REFERENCE,
    by=By(("name",)),
)
class Season(Node, Versioned):
    """How a year falls to the periods of a calendar. Its weights never change; another view of the year
    is another season."""

    name: str = column("What it is called.")
    calendar: "Calendar" = to_one("The calendar whose periods it weighs.", "calendar_id")
    weights: list[SeasonWeight] = listed(
        "The weight of each period of a year, the first period's first.", WEIGHTS, order="place"
    )
    learned_from: int | None = column(
        "The first of the fiscal years from whose sales it was learned; null where it was given by hand."
    )
    learned_to: int | None = column("The last of those fiscal years.")
    retired: bool = expression(
        "Whether nothing new goes by it any more.", "{row}.retired_at is not null"
    )


@stored(
    table="calendar",
    kind="calendar",
    visible=access.visible,
    field_class=FieldClass.REFERENCE,
    by=By(("name",)),
)
class Calendar(Node, Versioned):
    """The fiscal years of an organisation and what they are divided into. Periods are only ever
    added; those that are there never change."""

    name: str = column("What it is called.")
    kind: CalendarKind = column("What its periods are.")
    first_month: int | None = column(
        "The month in or near whose first day a fiscal year begins, 1 to 12; null for a custom one."
    )
    year_named_by: YearNamedBy | None = column(
        "After which calendar year a fiscal year is named that lies in two; null for a custom one."
    )
    week_starts_on: Weekday | None = column(
        "The day on which weeks begin; null where periods are not of whole weeks."
    )
    year_ends: YearEnds | None = column(
        "On which week's last day a year ends; null where periods are not of whole weeks."
    )
    retired: bool = expression(
        "Whether nothing new goes by it any more.", "{row}.retired_at is not null"
    )
    periods: Connection[CalendarPeriod] = to_many(
        "Its periods of every length, the earliest first.",
        foreign_key="calendar_id",
        filter=CalendarPeriodFilter,
    )
    seasons: Connection[Season] = to_many(
        "The seasons that weigh its periods, by name.", foreign_key="calendar_id"
    )


@input_of
class CalendarFilter:
    """Which calendars; everything given must hold."""

    id: IDComparison | None = compares("By id.")
    kind: Comparison[CalendarKind] | None = compares("By what their periods are.")
    retired: bool | None = chosen(
        "Whether nothing new goes by them any more.",
        {True: "{row}.retired_at is not null", False: "{row}.retired_at is null"},
    )


@stored(
    table="day_off",
    kind="day_off",
    visible=access.visible,
    field_class=FieldClass.REFERENCE,
    by=By(("day",)),
)
class DayOff(Node):
    """A day on which nobody in the organisation works."""

    day: datetime.date = column("The day.")
    name: str = column("What is on that day.")


@input_of
class DayOffFilter:
    """Which days off; everything given must hold."""

    day: DateComparison | None = compares("By the day.")


@stored(
    table="goal_policy",
    kind="goal_policy",
    key={"org_id": UUID},
    visible=access.visible,
    field_class=FieldClass.REFERENCE,
    by=By(()),
)
class GoalPolicy(Node, Versioned):
    """How an organisation watches its goals."""

    working_days: list[Weekday] = column("The weekdays on which it works.")
    days_off: Connection[DayOff] = to_many(
        "The days on which nobody works, the earliest first.",
        link="{row}.org_id = {key}",
        key="{row}.org_id",
        filter=DayOffFilter,
    )
    season: Season | None = to_one(
        "The season by which pace is taken of goals that have none of their own; null where that is"
        " by working days alone.",
        "season_id",
    )
    pace_at_risk: Rate = expression(
        "A goal is at risk when it has reached less than this part of what was expected to date.",
        "{row}.pace_at_risk",
        shown=SHOWN_NUMBER,
    )
    pace_off_track: Rate = expression(
        "A goal is off track when it has reached less than this part of what was expected to date.",
        "{row}.pace_off_track",
        shown=SHOWN_NUMBER,
    )
    nudge_after_days: int = column(
        "After how many days somebody is reminded of what waits for them."
    )
    escalate_after_days: int = column(
        "After how many days the next person above hears of what waits."
    )
    check_in_every_days: int | None = column(
        "After how many days without a check-in the owner of a goal in force is reminded, again and"
        " again; once that has waited as long as what is escalated, their manager hears of it. Null"
        " where nobody is reminded."
    )
