"""An organisation's history, as auditors read it."""

import datetime
from enum import Enum

import strawberry

from auth.permissions import FieldClass
from domain.history import access
from schema.comparisons import DateTimeComparison, IDComparison, IntComparison, TextComparison
from schema.compiler.fields import to_any, to_one
from schema.compiler.filters import compares
from schema.directions import Direction, direction
from schema.nodes import Node
from schema.people import Person
from schema.plain import described_enum, input_of, plain
from schema.storage import By, column, expression, listed, stored


@plain
class EventChange:
    """One value that an event changed or recorded."""

    name: str = strawberry.field(description="What was changed.")
    before: str | None = strawberry.field(
        description="As it was, as JSON; null if it was not there."
    )
    after: str | None = strawberry.field(description="As it became, as JSON; null if it went away.")


SUBJECTS = frozenset(
    {
        "access_request", "assessment", "calendar", "credit", "credit_proposal", "crediting_policy",
        "crediting_rule", "delegation", "digest", "exchange_rate", "feedback_visibility", "goal",
        "goal_lock", "goal_policy", "goal_template", "insight", "measure", "notice", "organisation",
        "pay_assignment", "pay_override", "pay_plan", "pay_plan_version", "pay_result", "pay_run",
        "pay_trial", "person", "position", "programme", "ramp", "recognition", "recognition_value", "sale",
        "scorecard", "season", "territory",
    }
)  # fmt: skip
"""What acts are recorded of, and can be shown from the history: not what names its readers."""

CHANGES = """(select coalesce(was.name, became.name) as name,
    was.value::text as before, became.value::text as after
  from jsonb_each({row}.before) as was (name, value)
  full join jsonb_each({row}.after) as became (name, value) on was.name = became.name)"""


@stored(
    table="event",
    kind="event",
    visible=access.visible,
    field_class=FieldClass.AUDIT,
    by=By(("number",), descending=True),
)
class Event(Node):
    """Something that happened, as the organisation's history keeps it: numbered without holes,
    never changed."""

    number: int = column("Its place in the organisation's history; the first is 1.")
    act: str = column('What was done, such as "goal.approved".')
    subject_kind: str = column("What sort of thing it was done to.")
    subject_id: strawberry.ID | None = expression(
        "The id of that thing.", "({row}.subject_kind || '_' || {row}.subject_id::text)"
    )
    subject: Node | None = to_any(
        "That thing as it is now; null where you may not see it, and for what is private to its readers.",
        kind="{row}.subject_kind",
        key="{row}.subject_id",
        of=SUBJECTS,
    )
    person: Person | None = to_one(
        "Who did it; null for a partner app and for the installation itself.", "person_id"
    )
    via: str = column('The app it was done with, such as "mobile".')
    reason: str | None = column("The reason that was given.")
    changes: list[EventChange] = listed(
        "What it changed or recorded, value by value.", CHANGES, order="name"
    )
    recorded_at: datetime.datetime = column("When it was recorded, by the database's clock.")


class EventOrderField(Enum):
    NUMBER = "number"


described_enum(EventOrderField, "What events are ordered by.", {"NUMBER": "By number."})


@input_of
class EventOrder:
    """In which order events come."""

    field: EventOrderField = strawberry.field(description="What they are ordered by.")
    direction: Direction = direction()


@input_of
class EventFilter:
    """Which events; everything given must hold."""

    number: IntComparison | None = compares("By number.")
    act: TextComparison | None = compares("By what was done.")
    subject_kind: TextComparison | None = compares("By what sort of thing it was done to.")
    person: IDComparison | None = compares("By who did it.")
    recorded_at: DateTimeComparison | None = compares("By when it was recorded.")
