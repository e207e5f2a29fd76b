"""Corrective plans and their steps, as the schema shows them."""

import datetime
from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import strawberry

from auth.actor import Actor
from auth.permissions import Act, FieldClass, may
from domain.people.access import related
from domain.plans import access
from domain.plans.models import PlanState
from domain.sql import quoted
from schema.compiler.fields import to_many, to_one
from schema.connections import Connection
from schema.money import number
from schema.nodes import Node
from schema.people import Person
from schema.plain import described_enum
from schema.storage import By, column, decided, stored

if TYPE_CHECKING:
    from schema.goals import Goal

described_enum(
    PlanState,
    "Where a corrective plan stands.",
    {
        "OPEN": "Opened; steps are being found.",
        "AGREED": "A manager agreed to its steps.",
        "CLOSED": "Ended, with a word on what came of it.",
    },
)


class PlanAction(StrEnum):
    ADD_STEP = "add_step"
    TICK_STEP = "tick_step"
    AGREE = "agree"
    CLOSE = "close"


described_enum(
    PlanAction,
    "What a viewer may do about a corrective plan.",
    {
        "ADD_STEP": "Add a step.",
        "TICK_STEP": "Say that a step is done, or not after all.",
        "AGREE": "Agree to its steps.",
        "CLOSE": "End it, saying what came of it.",
    },
)

_OPEN_TO = {
    PlanAction.ADD_STEP: (Act.PLAN_WORK, (PlanState.OPEN, PlanState.AGREED), False),
    PlanAction.TICK_STEP: (Act.PLAN_WORK, (PlanState.OPEN, PlanState.AGREED), True),
    PlanAction.AGREE: (Act.PLAN_AGREE, (PlanState.OPEN,), True),
    PlanAction.CLOSE: (Act.PLAN_CLOSE, (PlanState.OPEN, PlanState.AGREED), False),
}
"""Of each action its right, the states that allow it, and whether there have to be steps."""


def _possible(actor: Actor) -> dict[PlanAction, str]:
    def holds(act: Act, states: Sequence[PlanState], has_steps: bool) -> str:
        state = f"{{row}}.state in ({', '.join(map(quoted, states))})"
        right = related(actor, act, access.OWNER)
        return f"{state} and {right}" + (f" and {access.HAS_STEPS}" if has_steps else "")

    return {
        action: holds(act, states, has_steps)
        for action, (act, states, has_steps) in _OPEN_TO.items()
        if may(actor, act)
    }


@stored(
    table="corrective_step",
    kind="corrective_step",
    visible=access.visible,
    field_class=FieldClass.TEAM,
    by=By(("added_at",)),
)
class CorrectiveStep(Node):
    """Something that somebody does so that a goal is reached after all."""

    what: str = column("What is to be done.")
    due_on: datetime.date | None = column("By which day; null where none was set.")
    person: Person = to_one("Who does it.", "person_id")
    added_at: datetime.datetime = column("When it was added.")
    added_by: Person = to_one("Who added it.", "added_by_id")
    done_at: datetime.datetime | None = column("When it was ticked off; null while it is not.")
    done_by: Person | None = to_one("Who ticked it off; null while nobody has.", "done_by_id")


@stored(
    table="corrective_plan",
    kind="corrective_plan",
    visible=access.visible,
    field_class=FieldClass.TEAM,
    by=By(("opened_at",), descending=True),
)
class CorrectivePlan(Node):
    """What is done about a goal that falls behind. A goal has one open plan at a time."""

    goal: Annotated["Goal", strawberry.lazy("schema.goals")] = to_one("Which goal.", "goal_id")
    opened_on: datetime.date = column("The organisation's day on which it was opened.")
    opened_at: datetime.datetime = column("When it was opened.")
    opened_by: Person | None = to_one(
        "Who opened it; null where its pace did, and nobody by hand.", "opened_by_id"
    )
    reason: str | None = column("Why somebody opened it; null where its pace is the reason.")
    pace: Decimal | None = number(
        "The goal's pace when it was opened: what was reached as a share of what was expected by"
        " then. Null where somebody opened it by hand."
    )
    threshold: Decimal | None = number("The pace under which a plan was opened on that day.")
    due_on: datetime.date = column("By which day it is to have helped.")
    state: PlanState = column("Where it stands.")
    version: int = column(
        "Counts what was done to it and to its steps; the first version is 1. Send the one you saw"
        " when you agree to it."
    )
    agreed_at: datetime.datetime | None = column(
        "When its steps were agreed; null if they were not."
    )
    agreed_by: Person | None = to_one("Who agreed to its steps.", "agreed_by_id")
    closed_on: datetime.date | None = column("The organisation's day on which it was closed.")
    closed_at: datetime.datetime | None = column("When it was closed; null while it is not.")
    closed_by: Person | None = to_one("Who closed it.", "closed_by_id")
    outcome: str | None = column("What came of it; null while it is not closed.")
    steps: Connection[CorrectiveStep] = to_many(
        "What is done, the earliest added first.", foreign_key="plan_id"
    )
    viewer_can: list[PlanAction] = decided("What you may do about it as it stands.", _possible)
