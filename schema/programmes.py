"""Programmes of one-to-ones, and what has come of them, as the schema shows them."""

import datetime
from collections.abc import Mapping
from enum import StrEnum
from typing import Any
from uuid import UUID

from auth.actor import Actor
from auth.permissions import Act, FieldClass, may
from domain.people.access import related
from domain.programmes import access
from domain.programmes.models import PairState
from domain.programmes.rules import days_asked
from schema.comparisons import Comparison, IDComparison
from schema.compiler.fields import page, to_one
from schema.compiler.filters import chosen, compares, named
from schema.cost_rules import dear
from schema.nodes import Node
from schema.people import Person
from schema.plain import described_enum, input_of
from schema.storage import By, column, decided, expression, stored

described_enum(
    PairState,
    "What has come of a programme for two people in one of its intervals.",
    {
        "DONE": "They held a one-to-one in it.",
        "DUE": "They have not, and it is under way.",
        "OVERDUE": "They did not, and it is over.",
        "JOINED": "The one came under the other after it began, so that it is not asked for yet.",
    },
)


class ProgrammeAction(StrEnum):
    RETIRE = "retire"


described_enum(
    ProgrammeAction, "What a viewer may do about a programme.", {"RETIRE": "End it from today on."}
)


def _possible(actor: Actor) -> dict[ProgrammeAction, str]:
    if not may(actor, Act.PROGRAMME_DEFINE):
        return {}
    right = related(actor, Act.PROGRAMME_DEFINE, "{row}.leader_id")
    return {ProgrammeAction.RETIRE: f"{{row}}.retired_on is null and ({right}) is true"}


@stored(
    table="programme",
    kind="programme",
    visible=access.visible,
    field_class=FieldClass.PUBLIC,
    by=By(("starts_on",), descending=True),
)
class Programme(Node):
    """That each manager and each of their people meet every so many weeks."""

    name: str = column("What it is called.")
    purpose: str = column("What it is for.")
    leader: Person | None = to_one(
        "Below whom it is for everybody; null where it is for everybody there is.", "leader_id"
    )
    every_weeks: int = column("How many weeks an interval has, in which each pair meets once.")
    starts_on: datetime.date = column("Its first day.")
    until: datetime.date = column("The first day that is no longer in it.")
    retired_on: datetime.date | None = column(
        "From which day on it is retired; null while it is not."
    )
    defined_by: Person | None = to_one(
        "Who defined it; null where nobody did by hand.", "defined_by_id"
    )
    defined_at: datetime.datetime = column("When it was defined.")
    viewer_can: list[ProgrammeAction] = decided("What you may do about it.", _possible)


@input_of
class ProgrammeFilter:
    """Which programmes; everything given must hold."""

    id: IDComparison | None = compares("By id.")
    leader: IDComparison | None = compares("By leader.")
    retired: bool | None = chosen(
        "Whether they are retired.",
        {True: "{row}.retired_on is not null", False: "{row}.retired_on is null"},
    )


FEWEST_MANAGERS = 5
_PAIRS = "programme_pairs(:org::uuid, :first_day::date, :last_day::date, :today::date)"
_COUNTS = f"""count(*) filter (where pair.state <> '{PairState.JOINED}')::int as planned,
  count(*) filter (where pair.state = '{PairState.DONE}')::int as done,
  count(*) filter (where pair.state = '{PairState.DUE}')::int as due,
  count(*) filter (where pair.state = '{PairState.OVERDUE}')::int as overdue,
  count(*) filter (where pair.state = '{PairState.JOINED}')::int as joined"""


@stored(
    source=f"(select * from {_PAIRS})",
    key={"programme_id": UUID, "until": datetime.date, "coachee_id": UUID},
    visible=access.visible_pair,
    field_class=FieldClass.COACHING,
    by=By(("starts_on",), descending=True),
)
class ProgrammePair:
    """What came of a programme in one interval for somebody and the nearest person above them: as they
    stood on the interval's last day, or today while it is under way. Nothing of what was said is in it."""

    programme: Programme | None = to_one("Of which programme.", "programme_id")
    starts_on: datetime.date = column("The interval's first day.")
    until: datetime.date = column("The first day that is no longer in it.")
    manager: Person | None = to_one("Who stands above.", "manager_id")
    coachee: Person | None = to_one("Who stands below.", "coachee_id")
    vacancies: int = column("How many vacant positions, or people who have gone, are between them.")
    held: int = column("How many one-to-ones they held in it.")
    held_on: datetime.date | None = column(
        "The last day on which they did; null where they did not."
    )
    state: PairState = column("What came of it.")


@stored(
    source=f"""(select pair.org_id, pair.programme_id, pair.starts_on, pair.until, pair.manager_id, {_COUNTS}
  from {_PAIRS} pair group by 1, 2, 3, 4, 5)""",
    key={"programme_id": UUID, "until": datetime.date, "manager_id": UUID},
    visible=access.visible_report,
    field_class=FieldClass.COACHING,
    by=By(("starts_on",), descending=True),
)
class ProgrammeReport:
    """What came of a programme in one interval for the people of one manager."""

    programme: Programme | None = to_one("Of which programme.", "programme_id")
    starts_on: datetime.date = column("The interval's first day.")
    until: datetime.date = column("The first day that is no longer in it.")
    manager: Person | None = to_one("Whose people.", "manager_id")
    planned: int = column("With how many of them a one-to-one is asked for: done, due and overdue.")
    done: int = column("With how many one was held.")
    due: int = column("With how many none was yet, while the interval is under way.")
    overdue: int = column("With how many none was, now that it is over.")
    joined: int = column("How many more came under the manager after it began.")


def _told(count: str) -> str:
    """SQL over `{row}`: a count, where it is over enough managers."""
    return f"case when {{row}}.managers >= {FEWEST_MANAGERS} then {{row}}.{count} end"


@stored(
    source=f"""(select pair.org_id, pair.programme_id, pair.starts_on, pair.until,
    count(distinct pair.manager_id)::int as managers, {_COUNTS}
  from {_PAIRS} pair group by 1, 2, 3, 4)""",
    key={"programme_id": UUID, "until": datetime.date},
    visible=access.visible_total,
    field_class=FieldClass.COACHING_TOTAL,
    by=By(("starts_on",), descending=True),
)
class ProgrammeTotal:
    """What came of a programme in one interval over all managers. Of fewer than five it tells nothing."""

    programme: Programme | None = to_one("Of which programme.", "programme_id")
    starts_on: datetime.date = column("The interval's first day.")
    until: datetime.date = column("The first day that is no longer in it.")
    managers: int | None = expression(
        "How many managers have people in it, at least five; null where they are fewer, as is all else.",
        _told("managers"),
    )
    planned: int | None = expression(
        "How many one-to-ones are asked for: done, due and overdue.", _told("planned")
    )
    done: int | None = expression("How many pairs held one.", _told("done"))
    due: int | None = expression(
        "How many have not yet, while the interval is under way.", _told("due")
    )
    overdue: int | None = expression("How many did not, now that it is over.", _told("overdue"))
    joined: int | None = expression(
        "How many more pairs came together after it began.", _told("joined")
    )


_FROM = "Intervals that this day or a later one is in; by default 91 days before the last."
_TO = "Intervals that this day or an earlier one is in; by default today. At most 400 days later."


@input_of
class ProgrammePairFilter:
    """Which pairs and which days; everything given must hold."""

    programme: IDComparison | None = compares("By programme.")
    manager: IDComparison | None = compares("By manager.")
    coachee: IDComparison | None = compares("By who stands below.")
    state: Comparison[PairState] | None = compares("By what came of it.")
    from_: datetime.date | None = named(_FROM, name="from")
    to: datetime.date | None = named(_TO)


@input_of
class ProgrammeReportFilter:
    """Which managers and which days; everything given must hold."""

    programme: IDComparison | None = compares("By programme.")
    manager: IDComparison | None = compares("By manager.")
    from_: datetime.date | None = named(_FROM, name="from")
    to: datetime.date | None = named(_TO)


@input_of
class ProgrammeTotalFilter:
    """Which programmes and which days; everything given must hold."""

    programme: IDComparison | None = compares("By programme.")
    from_: datetime.date | None = named(_FROM, name="from")
    to: datetime.date | None = named(_TO)


def _days(actor: Actor, given: Mapping[str, Any]) -> Mapping[str, tuple[object, str]]:
    asked = given.get("filter") or {}
    first, last = days_asked(asked.get("from"), asked.get("to"), actor.today)
    return {"first_day": (first, "date"), "last_day": (last, "date")}


def programme_pairs_field() -> Any:
    """The root field, for the caller's days."""
    said = (
        "What came of programmes, pair by pair, the latest interval first: for oneself, for people"
        " below a manager, and for HR."
    )
    return dear(page(said, filter=ProgrammePairFilter, named=_days), points=500)


def programme_reports_field() -> Any:
    """The same for each manager."""
    said = (
        "What came of programmes for each manager's people, the latest interval first: for the manager,"
        " those above, and HR."
    )
    return dear(page(said, filter=ProgrammeReportFilter, named=_days), points=500)


def programme_totals_field() -> Any:
    """The same over all managers."""
    said = (
        "What came of programmes over all managers, the latest interval first, for executives, HR and auditors;"
        " nobody is named, and of fewer than five managers nothing is told."
    )
    return dear(page(said, filter=ProgrammeTotalFilter, named=_days), points=500)
