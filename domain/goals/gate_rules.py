"""The gate before approval: a goal that is handed in says what, how much, who, by when and what for.

Everything that is missing is told at once, in words for whoever has to add it.
"""

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol
from uuid import UUID

from domain.errors import Invalid


class GoalPart(StrEnum):
    """What a goal needs before it is handed in."""

    NAME = "name"
    MEASURE = "measure"
    TARGET = "target"
    OWNER = "owner"
    DUE_DATE = "due_date"
    PARENT = "parent"


SENTENCES: Mapping[GoalPart, str] = MappingProxyType(
    {
        GoalPart.NAME: "Say what is to be done: the name is missing.",
        GoalPart.MEASURE: "Say what counts: the measure is missing.",
        GoalPart.TARGET: "Say how much: the target is missing.",
        GoalPart.OWNER: "Say who: the owner no longer works here on the goal's first day.",
        GoalPart.DUE_DATE: "Say by when: the last day is missing.",
        GoalPart.PARENT: "Say what it serves: name the goal above it, or give the reason for none.",
    }
)


class Incomplete(Invalid):
    """A goal was handed in before it was whole."""

    def __init__(self, missing: Collection[GoalPart]) -> None:
        sentences = [SENTENCES[part] for part in missing]
        super().__init__(
            " ".join(sentences), path=("id",), missing=list(missing), sentences=sentences
        )


class Proposed(Protocol):
    """What is asked of a goal, drafted or stored."""

    name: str
    measure: str | None
    target: Decimal | None
    starts_on: date
    ends_on: date | None
    parent_id: UUID | None
    no_parent_reason: str | None


def missing_parts(goal: Proposed, *, owner_is_here: bool) -> list[GoalPart]:
    """What a goal still lacks, in the order in which people are asked for it; `owner_is_here` on
    the goal's first day."""
    lacks = {
        GoalPart.NAME: not goal.name.strip(),
        GoalPart.MEASURE: goal.measure is None,
        GoalPart.TARGET: goal.target is None,
        GoalPart.OWNER: not owner_is_here,
        GoalPart.DUE_DATE: goal.ends_on is None,
        GoalPart.PARENT: goal.parent_id is None and not (goal.no_parent_reason or "").strip(),
    }
    return [part for part in GoalPart if lacks[part]]


def whole(goal: Proposed, *, owner_is_here: bool) -> None:
    """Raises Incomplete, which names every missing part."""
    if missing := missing_parts(goal, owner_is_here=owner_is_here):
        raise Incomplete(missing)
