"""What comp administrators do with calendars, seasons, days off and the policy of goals."""

import datetime
from decimal import Decimal
from typing import Annotated

import strawberry

from domain.calendars import actions as calendars
from domain.calendars import retiring, seasons, working
from domain.calendars.words import CalendarKind, Weekday, YearEnds, YearNamedBy
from schema.calendars import Calendar, GoalPolicy, Season
from schema.compiler.fields import one
from schema.errors import (
    ConflictError,
    GoalPolicyVersionConflictError,
    InvalidError,
    NotFoundError,
    NotPermittedError,
    VersionConflictError,
)
from schema.mutations import Message, Payload, changed, id_of, mutation
from schema.plain import input_of, plain
from schema.scalars import Rate

_ERRORS = "Why it was refused; empty when it was done."
_FIRST = "The first fiscal year, by the number it is named with."
_LAST = "The last fiscal year; at most 30 are made at once."
_PERIODS = "The periods of a custom calendar, one after another without a gap."
Refused = NotFoundError | NotPermittedError | InvalidError | ConflictError
CalendarError = Annotated[
    Refused, strawberry.union("CalendarError", description="Why nothing was done about a calendar.")
]
SeasonError = Annotated[
    Refused, strawberry.union("SeasonError", description="Why nothing was done about a season.")
]
GoalPolicyError = Annotated[
    Refused,
    strawberry.union("GoalPolicyError", description="Why the policy of goals stays as it is."),
]
GoalPolicyUpdateError = Annotated[
    Refused | GoalPolicyVersionConflictError,
    strawberry.union("GoalPolicyUpdateError", description="Why the policy was not changed."),
]


@plain
class CalendarPayload(Payload):
    """What payloads about a calendar have."""

    calendar: Calendar | None = one(
        "The calendar as it is now; null when refused.", lambda root, actor: root.subject
    )


@plain
class SeasonPayload(Payload):
    """What payloads about a season have."""

    season: Season | None = one("The season; null when refused.", lambda root, actor: root.subject)


@plain
class GoalPolicyPayload(Payload):
    """What payloads about the policy of goals have."""

    goal_policy: GoalPolicy | None = one(
        "The policy as it is now, with the days off; null when refused.",
        lambda root, actor: root.subject,
    )


@input_of
class CustomPeriodInput:
    """A period given by hand."""

    fiscal_year: int = strawberry.field(description="The fiscal year it lies in.")
    starts_on: datetime.date = strawberry.field(
        description="Its first day: the day after the period before it."
    )
    ends_on: datetime.date = strawberry.field(description="Its last day.")
    name: str | None = strawberry.field(
        description='What it is called, 1 to 60 characters; "FY26 P07" and the like, if left out.',
        default=None,
    )
    quarter: int | None = strawberry.field(
        description="The quarter it lies in, from 1 to at most 4; for all periods of a year or none.",
        default=None,
    )


@input_of
class CalendarDefineInput(Message):
    """A new calendar. Of the rule of its years it takes what its kind needs, and nothing else."""

    id: strawberry.ID | None = id_of(
        "calendar",
        "The new calendar's id, if you made one: `calendar_` and a UUID version 7.",
        default=strawberry.UNSET,
    )
    name: str = strawberry.field(description="What it is called, 1 to 100 characters.")
    kind: CalendarKind = strawberry.field(description="What its periods are.")
    first_month: int | None = strawberry.field(
        description="The month in or near whose first day a fiscal year begins, 1 to 12; for all but"
        " custom ones.",
        default=None,
    )
    year_named_by: YearNamedBy | None = strawberry.field(
        description="After which calendar year a fiscal year is named that lies in two; for all but"
        " custom ones.",
        default=None,
    )
    week_starts_on: Weekday | None = strawberry.field(
        description="The day on which weeks begin; for periods of whole weeks.", default=None
    )
    year_ends: YearEnds | None = strawberry.field(
        description="On which week's last day a year ends; for periods of whole weeks.",
        default=None,
    )
    first_fiscal_year: int | None = strawberry.field(description=_FIRST, default=None)
    last_fiscal_year: int | None = strawberry.field(description=_LAST, default=None)
    periods: list[CustomPeriodInput] = strawberry.field(description=_PERIODS, default_factory=list)


@plain
class CalendarDefinePayload(CalendarPayload):
    """What became of defining a calendar."""

    errors: list[CalendarError] = strawberry.field(description=_ERRORS)


@input_of
class CalendarExtendInput(Message):
    """More fiscal years of a calendar, before or after those that are there."""

    calendar_id: strawberry.ID = id_of("calendar", "Which calendar.")
    first_fiscal_year: int | None = strawberry.field(
        description=f"{_FIRST} As it is, if left out.", default=None
    )
    last_fiscal_year: int | None = strawberry.field(
        description=f"{_LAST} As it is, if left out.", default=None
    )
    periods: list[CustomPeriodInput] = strawberry.field(description=_PERIODS, default_factory=list)


@plain
class CalendarExtendPayload(CalendarPayload):
    """What became of extending a calendar."""

    errors: list[CalendarError] = strawberry.field(description=_ERRORS)


CalendarChangeError = Annotated[
    Refused | VersionConflictError,
    strawberry.union("CalendarChangeError", description="Why a calendar stays as it is."),
]
SeasonRetireError = Annotated[
    Refused | VersionConflictError,
    strawberry.union("SeasonRetireError", description="Why a season was not retired."),
]


@input_of
class CalendarRenameInput(Message):
    """Another name for a calendar; its periods keep theirs."""

    calendar_id: strawberry.ID = id_of("calendar", "Which calendar.")
    expected_version: int = strawberry.field(description="The calendar's version that you saw.")
    name: str = strawberry.field(description="What it is to be called, 1 to 100 characters.")


@plain
class CalendarRenamePayload(CalendarPayload):
    """What became of renaming a calendar."""

    errors: list[CalendarChangeError] = strawberry.field(description=_ERRORS)


@input_of
class CalendarRetireInput(Message):
    """A calendar by which nothing new is to go."""

    calendar_id: strawberry.ID = id_of("calendar", "Which calendar.")
    expected_version: int = strawberry.field(description="The calendar's version that you saw.")


@plain
class CalendarRetirePayload(CalendarPayload):
    """What became of retiring a calendar."""

    errors: list[CalendarChangeError] = strawberry.field(description=_ERRORS)


@input_of
class SeasonRetireInput(Message):
    """A season by which nothing new is to go."""

    season_id: strawberry.ID = id_of("season", "Which season.")
    expected_version: int = strawberry.field(description="The season's version that you saw.")


@plain
class SeasonRetirePayload(SeasonPayload):
    """What became of retiring a season."""

    errors: list[SeasonRetireError] = strawberry.field(description=_ERRORS)


@input_of
class SeasonDefineInput(Message):
    """A season whose weights you know."""

    id: strawberry.ID | None = id_of(
        "season",
        "The new season's id, if you made one: `season_` and a UUID version 7.",
        default=strawberry.UNSET,
    )
    name: str = strawberry.field(description="What it is called, 1 to 100 characters.")
    calendar_id: strawberry.ID = id_of("calendar", "The calendar whose periods it weighs.")
    weights: list[Decimal] = strawberry.field(
        description="The weight of each period of a year, the first period's first; zero or more, and"
        " they need not sum to anything in particular."
    )


@plain
class SeasonDefinePayload(SeasonPayload):
    """What became of defining a season."""

    errors: list[SeasonError] = strawberry.field(description=_ERRORS)


@input_of
class SeasonLearnInput(Message):
    """A season to be worked out from what the organisation sold."""

    id: strawberry.ID | None = id_of(
        "season",
        "The new season's id, if you made one: `season_` and a UUID version 7.",
        default=strawberry.UNSET,
    )
    name: str = strawberry.field(description="What it is called, 1 to 100 characters.")
    calendar_id: strawberry.ID = id_of("calendar", "The calendar whose periods it weighs.")
    years: int = strawberry.field(
        description="From how many of the last fiscal years that have ended, 1 to 10; each counts the"
        " same."
    )


@plain
class SeasonLearnPayload(SeasonPayload):
    """What became of learning a season."""

    errors: list[SeasonError] = strawberry.field(description=_ERRORS)


@input_of
class DayOffInput:
    """A day on which nobody works."""

    day: datetime.date = strawberry.field(description="The day.")
    name: str = strawberry.field(description="What is on that day, 1 to 100 characters.")


@input_of
class DaysOffAddInput(Message):
    """More days on which nobody works."""

    days: list[DayOffInput] = strawberry.field(description="The days, 1 to 400, each once.")


@plain
class DaysOffAddPayload(GoalPolicyPayload):
    """What became of adding days off."""

    errors: list[GoalPolicyError] = strawberry.field(description=_ERRORS)


@input_of
class DayOffRemoveInput(Message):
    """A day off that is none after all."""

    day_off_id: strawberry.ID = id_of("day_off", "Which day off.")


@plain
class DayOffRemovePayload(GoalPolicyPayload):
    """What became of removing a day off."""

    errors: list[GoalPolicyError] = strawberry.field(description=_ERRORS)


@input_of
class GoalPolicyUpdateInput(Message):
    """Another way to watch goals; what is left out stays as it is."""

    expected_version: int = strawberry.field(description="The policy's version that you saw.")
    working_days: strawberry.Maybe[list[Weekday] | None] = changed(
        "The weekdays on which the organisation works."
    )
    season_id: strawberry.ID | None = id_of(
        "season",
        "The season by which pace is taken of goals that have none of their own.",
        default=strawberry.UNSET,
    )
    without_season: bool = strawberry.field(
        description="Whether pace is from now on taken by working days alone.", default=False
    )
    pace_at_risk: strawberry.Maybe[Rate | None] = changed(
        "Below which part of what was expected to date a goal is at risk, at most 2."
    )
    pace_off_track: strawberry.Maybe[Rate | None] = changed(
        "Below which part it is off track; not more than where it is at risk."
    )
    nudge_after_days: strawberry.Maybe[int | None] = changed(
        "After how many days somebody is reminded of what waits for them, 1 to 365."
    )
    escalate_after_days: strawberry.Maybe[int | None] = changed(
        "After how many days the next person above hears of it; not before the reminder."
    )
    check_in_every_days: strawberry.Maybe[int | None] = changed(
        "After how many days without a check-in the owner of a goal in force is reminded, 1 to 365."
    )
    without_check_ins: bool = strawberry.field(
        description="Whether nobody is reminded to check in any more.", default=False
    )


@plain
class GoalPolicyUpdatePayload(GoalPolicyPayload):
    """What became of changing the policy of goals."""

    errors: list[GoalPolicyUpdateError] = strawberry.field(description=_ERRORS)


@plain
class CalendarMutations:
    """Calendars, seasons, days off, and how goals are watched."""

    calendar_define: CalendarDefinePayload = mutation(
        "Add a calendar with all its periods.",
        calendars.define_calendar,
        CalendarDefineInput,
        CalendarDefinePayload,
    )
    calendar_extend: CalendarExtendPayload = mutation(
        "Add fiscal years to a calendar; those that are there stay as they are.",
        calendars.extend_calendar,
        CalendarExtendInput,
        CalendarExtendPayload,
    )
    calendar_rename: CalendarRenamePayload = mutation(
        "Call a calendar something else.",
        retiring.rename_calendar,
        CalendarRenameInput,
        CalendarRenamePayload,
    )
    calendar_retire: CalendarRetirePayload = mutation(
        "Spread no more goals over a calendar's periods; what is spread over them stays.",
        retiring.retire_calendar,
        CalendarRetireInput,
        CalendarRetirePayload,
    )
    season_retire: SeasonRetirePayload = mutation(
        "Spread no more goals by a season; the pace of those that go by it still does.",
        retiring.retire_season,
        SeasonRetireInput,
        SeasonRetirePayload,
    )
    season_define: SeasonDefinePayload = mutation(
        "Say how a year falls to its periods.",
        seasons.define_season,
        SeasonDefineInput,
        SeasonDefinePayload,
    )
    season_learn: SeasonLearnPayload = mutation(
        "Work out from past sales how a year falls to its periods.",
        seasons.learn_season,
        SeasonLearnInput,
        SeasonLearnPayload,
    )
    days_off_add: DaysOffAddPayload = mutation(
        "Say on which days nobody works.",
        working.add_days_off,
        DaysOffAddInput,
        DaysOffAddPayload,
    )
    day_off_remove: DayOffRemovePayload = mutation(
        "Work on a day after all.", working.remove_day_off, DayOffRemoveInput, DayOffRemovePayload
    )
    goal_policy_update: GoalPolicyUpdatePayload = mutation(
        "Change how goals are watched: working days, season, thresholds of pace, reminders.",
        working.change_goal_policy,
        GoalPolicyUpdateInput,
        GoalPolicyUpdatePayload,
    )
