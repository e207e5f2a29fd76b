"""Blockers: what is in the way of goals, and a report of their causes, as the schema shows them."""

import datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import strawberry

from auth.actor import Actor
from auth.permissions import Act, FieldClass, may
from domain.blockers import access
from domain.blockers.models import BlockerState, Cause
from domain.people.access import related
from schema.comments import Comment, comments_field
from schema.comparisons import Comparison, DateComparison, IDComparison
from schema.compiler.fields import to_one
from schema.compiler.filters import compares
from schema.connections import CountedConnection
from schema.money import number
from schema.nodes import Node
from schema.people import Person
from schema.plain import described_enum, input_of
from schema.storage import By, column, decided, expression, stored

if TYPE_CHECKING:
    from schema.goals import Goal

described_enum(
    Cause,
    "What sort of thing is in the way.",
    {
        "TOOLS": "Something to work with is missing or does not work.",
        "PROCESS": "The way in which things are done here.",
        "POLICY": "A rule of the organisation.",
        "PERSONAL": "Something in the owner's own life; told in words to their managers alone.",
        "EXTERNAL": "The market, a customer or anybody else outside.",
    },
)
described_enum(
    BlockerState,
    "Where a blocker stands.",
    {
        "OPEN": "It is in the way.",
        "RESOLVED": "A manager took it out of the way.",
        "WITHDRAWN": "The owner says that it is no longer in the way, or never was.",
    },
)


class BlockerAction(StrEnum):
    RESOLVE = "resolve"
    WITHDRAW = "withdraw"


described_enum(
    BlockerAction,
    "What a viewer may do about a blocker.",
    {"RESOLVE": "Say how it was taken out of the way.", "WITHDRAW": "Take it back."},
)


def _possible(actor: Actor) -> dict[BlockerAction, str]:
    acts = {
        BlockerAction.RESOLVE: Act.BLOCKER_RESOLVE,
        BlockerAction.WITHDRAW: Act.BLOCKER_WITHDRAW,
    }
    is_open = f"{{row}}.state = '{BlockerState.OPEN}'"
    return {
        action: f"{is_open} and {related(actor, act, access.OWNER)}"
        for action, act in acts.items()
        if may(actor, act)
    }


def _in_words(column: str) -> str:
    return f"case when {access.READS_WORDS} then {{row}}.{column} end"


@stored(
    table="blocker",
    kind="blocker",
    visible=access.visible,
    field_class=FieldClass.TEAM,
    by=By(("raised_at",), descending=True),
)
class Blocker(Node):
    """Something in the way of a goal, in its owner's words, and how it was resolved."""

    goal: Annotated["Goal", strawberry.lazy("schema.goals")] = to_one(
        "Whose way it is in.", "goal_id"
    )
    cause: Cause = column("What sort of thing it is.")
    what: str | None = expression(
        "What is in the way. Null where it is personal and you are neither the owner nor a manager"
        " above.",
        _in_words("what"),
    )
    raised_on: datetime.date = column("The organisation's day on which it was raised.")
    raised_at: datetime.datetime = column("When it was raised.")
    raised_by: Person = to_one("Who raised it.", "raised_by_id")
    state: BlockerState = column("Where it stands.")
    resolved_on: datetime.date | None = column(
        "The organisation's day on which it was resolved; null while it is not."
    )
    resolved_at: datetime.datetime | None = column("When it was resolved; null while it is not.")
    resolved_by: Person | None = to_one("Who resolved it; null while nobody has.", "resolved_by_id")
    resolution: str | None = expression(
        "How it was resolved; null while it is not, and where you do not see what was in the way.",
        _in_words("resolution"),
    )
    withdrawn_at: datetime.datetime | None = column("When it was withdrawn; null if it was not.")
    comments: CountedConnection[Comment] = comments_field()
    viewer_can: list[BlockerAction] = decided("What you may do about it as it stands.", _possible)


@input_of
class BlockerFilter:
    """Which blockers; everything given must hold."""

    goal: IDComparison | None = compares("By goal.")
    cause: Comparison[Cause] | None = compares("By what sort of thing they are.")
    state: Comparison[BlockerState] | None = compares("By where they stand.")
    raised_on: DateComparison | None = compares("By the day on which they were raised.")


_RESOLVED = f"{{row}}.state = '{BlockerState.RESOLVED}'"
_RESOLVED_COUNT = f"count(*) filter (where {_RESOLVED})"
_RESOLVED_DAYS = f"sum({{row}}.resolved_on - {{row}}.raised_on) filter (where {_RESOLVED})"


@stored(
    table="blocker",
    visible=access.reported,
    field_class=FieldClass.TEAM,
    by=By(("cause",)),
    group_by="{row}.cause",
)
class BlockersByCause:
    """How many blockers of one cause there are among those that you see; of private goals none."""

    cause: Cause = column("The cause.")
    open: int = expression(
        "How many are in the way.",
        f"count(*) filter (where {{row}}.state = '{BlockerState.OPEN}')",
    )
    resolved: int = expression("How many were resolved.", _RESOLVED_COUNT)
    withdrawn: int = expression(
        "How many were withdrawn.",
        f"count(*) filter (where {{row}}.state = '{BlockerState.WITHDRAWN}')",
    )
    mean_days_to_resolve: Decimal | None = number(
        "Mean days from the day on which one was raised to the day on which it was resolved, rounded"
        " half up to one place; null where none was resolved.",
        f"div((20 * {_RESOLVED_DAYS} + {_RESOLVED_COUNT})::numeric,"
        f" nullif(2 * {_RESOLVED_COUNT}, 0)) * 0.1",
    )
