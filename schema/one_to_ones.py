"""One-to-ones and their agendas, as the schema shows them to the two whose they are."""

import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import strawberry

from auth.actor import Actor
from auth.permissions import Act, FieldClass, may
from domain.one_to_ones.models import AgendaItemState, OneToOneState
from domain.one_to_ones.rules import LINGERS_FROM
from domain.readers import ones_own, readable
from schema.comments import Comment, comments_field
from schema.comparisons import Comparison, DateComparison, DateTimeComparison, IDComparison
from schema.compiler.fields import to_many, to_one
from schema.compiler.filters import compares
from schema.connections import Connection, CountedConnection
from schema.nodes import Node
from schema.people import Person
from schema.plain import described_enum, input_of
from schema.storage import By, column, decided, expression, stored

if TYPE_CHECKING:
    from schema.notes import Note
    from schema.tasks import Task

described_enum(
    OneToOneState,
    "Where a one-to-one stands.",
    {
        "PLANNED": "The two have it before them.",
        "HELD": "They met.",
        "CANCELLED": "They did not meet, and will not.",
    },
)
described_enum(
    AgendaItemState,
    "What became of a point of an agenda.",
    {
        "WAITING": "It waits to be talked about.",
        "TICKED": "It was talked about.",
        "WITHDRAWN": "Whoever wrote it took it back.",
        "CARRIED": "It was not talked about, and stands on a later agenda of the two.",
    },
)


class OneToOneAction(StrEnum):
    MOVE = "move"
    HOLD = "hold"
    CANCEL = "cancel"
    ADD_ITEM = "add_item"
    ORDER = "order"


described_enum(
    OneToOneAction,
    "What a viewer may do about a one-to-one.",
    {
        "MOVE": "Move it to another time.",
        "HOLD": "Say that it was held.",
        "CANCEL": "Cancel it.",
        "ADD_ITEM": "Add a point to its agenda.",
        "ORDER": "Put the points that wait in order.",
    },
)


class AgendaItemAction(StrEnum):
    OPEN = "open"
    TICK = "tick"
    UNTICK = "untick"
    WITHDRAW = "withdraw"


described_enum(
    AgendaItemAction,
    "What a viewer may do about a point of an agenda.",
    {
        "OPEN": "Let the other see it.",
        "TICK": "Say that it was talked about.",
        "UNTICK": "Say that it was not talked about after all.",
        "WITHDRAW": "Take it back.",
    },
)

_PLANNED = f"{{row}}.state = '{OneToOneState.PLANNED}'"
_WAITING = f"{{row}}.state = '{AgendaItemState.WAITING}'"
_OF_ONE_PLANNED = f"""exists (select 1 from one_to_one meeting where meeting.org_id = :org::uuid
  and meeting.id = {{row}}.one_to_one_id and meeting.state = '{OneToOneState.PLANNED}')"""


def _about_one_to_one(actor: Actor) -> dict[OneToOneAction, str]:
    return dict.fromkeys(OneToOneAction, _PLANNED) if may(actor, Act.ONE_TO_ONE_KEEP) else {}


def _about_item(actor: Actor) -> dict[AgendaItemAction, str]:
    if not may(actor, Act.ONE_TO_ONE_KEEP):
        return {}
    ticked = f"{{row}}.state = '{AgendaItemState.TICKED}'"
    return {
        AgendaItemAction.OPEN: f"{_WAITING} and {{row}}.opened_at is null",
        AgendaItemAction.TICK: _WAITING,
        AgendaItemAction.UNTICK: f"{ticked} and {_OF_ONE_PLANNED}",
        AgendaItemAction.WITHDRAW: f"{_WAITING} and {{row}}.author_id = :person::uuid",
    }


@stored(
    table="agenda_item",
    kind="agenda_item",
    visible=readable,
    field_class=FieldClass.NOTE,
    by=By(("place",)),
    compared={"place": int},
)
class AgendaItem(Node):
    """Something that one of two people wants to talk about."""

    one_to_one: Annotated["OneToOne", strawberry.lazy("schema.one_to_ones")] = to_one(
        "On the agenda of which one-to-one it stands.", "one_to_one_id"
    )
    author: Person = to_one("Who wrote it.", "author_id")
    what: str = column("What to talk about.")
    state: AgendaItemState = column("What became of it.")
    only_mine: bool = expression(
        "Whether only you see it, who wrote it, until you open it.", "{row}.opened_at is null"
    )
    added_at: datetime.datetime = column("When it came onto this agenda.")
    written_at: datetime.datetime = column(
        "When it was written, by the clock of whoever wrote it; carried over it keeps this."
    )
    opened_at: datetime.datetime | None = column("Since when both see it; null while only you do.")
    ticked_at: datetime.datetime | None = column(
        "When it was ticked off as talked about; null while it is not."
    )
    ticked_by: Person | None = to_one("Who ticked it off; null while nobody has.", "ticked_by_id")
    withdrawn_at: datetime.datetime | None = column("When it was withdrawn; null if it was not.")
    carried_from: Annotated["AgendaItem", strawberry.lazy("schema.one_to_ones")] | None = to_one(
        "The same point on the agenda before; null where it was not carried over.",
        "carried_from_id",
    )
    times_carried: int = column("How many times it was carried over.")
    lingers: bool = expression(
        f"Whether it was carried over {LINGERS_FROM} times or more, and so may want to be talked"
        " about first, or dropped.",
        f"{{row}}.times_carried >= {LINGERS_FROM}",
    )
    viewer_can: list[AgendaItemAction] = decided(
        "What you may do about it as it stands.", _about_item
    )


@stored(
    table="one_to_one",
    kind="one_to_one",
    visible=readable,
    field_class=FieldClass.NOTE,
    by=By(("starts_at",), descending=True),
)
class OneToOne(Node):
    """Two people who meet. Only they see it, with everything that belongs to it."""

    leader: Person = to_one(
        "Who stood above the other when it was planned; with HR, whoever is of HR.", "leader_id"
    )
    coachee: Person = to_one("The other.", "coachee_id")
    starts_at: datetime.datetime = column("When it begins.")
    state: OneToOneState = column("Where it stands.")
    planned_by: Person = to_one("Who planned it.", "planned_by_id")
    planned_at: datetime.datetime = column("When the plan arrived here.")
    written_at: datetime.datetime = column("When it was planned, by the planner's clock.")
    held_on: datetime.date | None = column("On which day it was held; null while it was not.")
    held_written_at: datetime.datetime | None = column(
        "When it was said that it was held, by the clock of whoever said so; null while it was not."
    )
    ended_at: datetime.datetime | None = column(
        "When it arrived here that it was held or cancelled; null while it is planned."
    )
    ended_by: Person | None = to_one(
        "Who said so; null while it is planned, and where it was cancelled because one of you has"
        " gone.",
        "ended_by_id",
    )
    agenda: Connection[AgendaItem] = to_many(
        "What to talk about, in order: what both see, and what you keep to yourself.",
        foreign_key="one_to_one_id",
    )
    comments: CountedConnection[Comment] = comments_field()
    tasks: CountedConnection[Annotated["Task", strawberry.lazy("schema.tasks")]] = to_many(
        "The tasks that came out of it, the earliest due first.", foreign_key="one_to_one_id"
    )
    notes: CountedConnection[Annotated["Note", strawberry.lazy("schema.notes")]] = to_many(
        "The coaching notes that came out of it and that you read, the latest first.",
        foreign_key="one_to_one_id",
        among=ones_own("note"),
    )
    viewer_can: list[OneToOneAction] = decided(
        "What you may do about it as it stands.", _about_one_to_one
    )


@input_of
class OneToOneFilter:
    """Which one-to-ones; everything given must hold."""

    id: IDComparison | None = compares("By id.")
    leader: IDComparison | None = compares("By who leads.")
    coachee: IDComparison | None = compares("By the other.")
    state: Comparison[OneToOneState] | None = compares("By where they stand.")
    starts_at: DateTimeComparison | None = compares("By when they begin.")
    held_on: DateComparison | None = compares("By the day on which they were held.")
