"""Recognition: the wall, one's own, and the organisation's values, as the schema shows them."""

import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import strawberry

from auth.actor import Actor
from auth.permissions import Act, FieldClass, may
from domain.recognition import access
from schema.comments import Comment, comments_field
from schema.comparisons import DateComparison, IDComparison
from schema.compiler.fields import page, to_many, to_one
from schema.compiler.filters import asked_id, chosen, compares, holds
from schema.connections import Connection, CountedConnection
from schema.cost_rules import dear
from schema.goals import Goal
from schema.nodes import Node
from schema.people import Person
from schema.plain import described_enum, input_of
from schema.storage import By, column, decided, expression, stored


class RecognitionAction(StrEnum):
    TAKE_OFF_WALL = "take_off_wall"


described_enum(
    RecognitionAction,
    "What a viewer may do about a recognition.",
    {"TAKE_OFF_WALL": "Keep it between giver and receivers from now on."},
)


def _possible(actor: Actor) -> dict[RecognitionAction, str]:
    if not may(actor, Act.RECOGNITION_TAKE_OFF):
        return {}
    theirs = ":person::uuid = any({row}.receiver_ids)"
    return {RecognitionAction.TAKE_OFF_WALL: f"{{row}}.on_wall and {theirs}"}


@stored(
    table="recognition_value",
    kind="recognition_value",
    visible=access.visible_value,
    field_class=FieldClass.PUBLIC,
    by=By(("name",)),
)
class RecognitionValue(Node):
    """Something that the organisation holds dear, by which people recognise one another."""

    name: str = column("What it is called.")
    retired: bool = expression(
        "Whether nobody is recognised by it any more.", "{row}.retired_at is not null"
    )


@input_of
class RecognitionValueFilter:
    """Which values; everything given must hold."""

    retired: bool | None = chosen(
        "Whether nobody is recognised by them any more.",
        {True: "{row}.retired_at is not null", False: "{row}.retired_at is null"},
    )


def _those(column: str) -> str:
    """SQL over `{row}` and `{key}`: it is in an array of the recognition with this id."""
    return f"""{{row}}.id in (select named.id from recognition cross join lateral unnest(recognition.{column}) named (id)
      where recognition.org_id = :org::uuid and recognition.id = {{key}})"""


@stored(
    table="recognition",
    kind="recognition",
    visible=access.visible,
    field_class=FieldClass.PUBLIC,
    by=By(("given_at",), descending=True),
)
class Recognition(Node):
    """What somebody recognises colleagues for. While it is on the wall everybody reads it; otherwise
    giver and receivers alone do."""

    giver: Person = to_one("Who gave it.", "giver_id")
    receivers: CountedConnection[Person] = to_many(
        "Who is recognised, by name.", link=_those("receiver_ids")
    )
    values: Connection[RecognitionValue] = to_many(
        "By which of the organisation's values, by name.", link=_those("value_ids")
    )
    words: str = column("For what, as plain text.")
    goal: Goal | None = to_one(
        "The goal that it was about; null where it names none, and where you do not see it.",
        "goal_id",
    )
    is_public: bool = column("Whether it is on the wall.", "on_wall")
    given_on: datetime.date = column("The organisation's day on which it was given.")
    given_at: datetime.datetime = column("When it was given.")
    comments: CountedConnection[Comment] = comments_field()
    viewer_can: list[RecognitionAction] = decided("What you may do about it.", _possible)


def _read_value(text: str) -> UUID:
    return asked_id(text, "recognition_value")


def _read_person(text: str) -> UUID:
    return asked_id(text, "person")


@input_of
class RecognitionFilter:
    """Which recognition; everything given must hold."""

    giver: IDComparison | None = compares("By who gave it.")
    receiver: strawberry.ID | None = holds(
        "This person is recognised.",
        "{value} = any({row}.receiver_ids)",
        cast="uuid",
        read=_read_person,
    )
    value: strawberry.ID | None = holds(
        "By this value.", "{value} = any({row}.value_ids)", cast="uuid", read=_read_value
    )
    given_on: DateComparison | None = compares("By the day on which it was given.")


# Of what is on the wall alone, so that nothing private is in any count.
COUNTS = """(select counted.org_id, counted.value_id, counted.month, count(*)::int as given
  from (select recognition.org_id, value.id as value_id,
      date_trunc('month', recognition.given_on)::date as month
    from recognition cross join lateral unnest(recognition.value_ids) value (id)
    where recognition.org_id = :org::uuid and recognition.on_wall) counted
  group by counted.org_id, counted.value_id, counted.month)"""


@stored(
    source=COUNTS,
    key={"month": datetime.date, "value_id": UUID},
    visible=access.visible_count,
    field_class=FieldClass.PUBLIC,
    by=By(("month",), descending=True),
)
class RecognitionCount:
    """How often people were recognised by one value in one month, as the wall shows it."""

    month: datetime.date = column("The first day of the month.")
    value: RecognitionValue = to_one("The value.", "value_id")
    given: int = column("How often, on the wall.")


def recognition_counts_field() -> Any:
    """The root field."""
    field = page(
        "How often people were recognised, by value and month, the latest month first: over what is on"
        " the wall, and nothing else."
    )
    return dear(field, points=100)
