"""Which goal may stand below which, and what its parts weigh, from values alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple
from uuid import UUID

from domain.errors import Invalid, NotPermitted
from domain.goals.models import GoalAct, GoalStatus, RollUp
from domain.shares import places_of

DEEPEST = 20


class ChildWeight(NamedTuple):
    """What one goal directly below weighs."""

    goal_id: UUID
    weight: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """What of a goal decides whether it is a share of another."""

    measure: str | None
    currency: str | None
    starts_on: date
    ends_on: date | None


def is_share_of(child: Shape, parent: Shape) -> bool:
    """Whether the child's target is a part of the parent's: of the same measure and currency, on
    days that are the parent's."""
    return (
        child.measure is not None
        and (child.measure, child.currency) == (parent.measure, parent.currency)
        and child.ends_on is not None
        and parent.ends_on is not None
        and parent.starts_on <= child.starts_on
        and child.ends_on <= parent.ends_on
    )


def sound_place(
    child: Shape, parent: Shape, *, name: str, status: GoalStatus, roll_up: RollUp
) -> None:
    """Raises Invalid where a goal cannot stand below a parent of this name, status and roll-up."""
    if status is GoalStatus.CLOSED:
        raise Invalid(f"“{name}” is closed.", path=("parentId",))
    if roll_up is RollUp.SUM and not is_share_of(child, parent):
        raise Invalid(
            f"The goals below “{name}” are shares of it: of the same measure and currency, and"
            " within its days. This one is not.",
            path=("parentId",),
        )


_FROM_ABOVE: Mapping[GoalAct, str] = MappingProxyType(
    {
        GoalAct.ALIGNED: "where it stands",
        GoalAct.ROLLED_UP: "what the goals below are to it",
    }
)


def decided_from_above(what: GoalAct, status: GoalStatus, *, own: bool, path: str) -> None:
    """What a goal serves and what its score is made of, its owner and those below say only while it is
    written. Raises NotPermitted."""
    if own and status not in (GoalStatus.DRAFT, GoalStatus.RETURNED):
        raise NotPermitted(
            f"Once a goal is handed in, somebody above its owner says {_FROM_ABOVE[what]}.",
            path=(path,),
        )


def sound_depth(above: int, below: int) -> None:
    """`above` goals are above the place, and the goal has `below` levels below it. Raises Invalid."""
    if above + below > DEEPEST:
        raise Invalid(
            f"Goals stand at most {DEEPEST} levels below one another.", path=("parentId",)
        )


def sound_leaving(weight: Decimal | None, roll_up: RollUp, *, name: str) -> None:
    """A goal leaves a parent whose parts are weighed only with no weight. Raises Invalid."""
    if roll_up is RollUp.WEIGHTED and weight:
        raise Invalid(
            f"It weighs {shown_percent(weight)} of “{name}”. Weigh the goals below that one anew"
            " first, with 0 % for this one, so that they still make 100 %.",
            path=("parentId",),
        )


def sound_part_weights(
    weights: Sequence[tuple[UUID, Decimal | None]], children: Sequence[UUID]
) -> Mapping[UUID, Decimal | None]:
    """A weight for each child, of 100 % together; or none for any of them, then all weigh alike.
    Raises Invalid."""
    found = dict(weights)
    if len(found) < len(weights) or found.keys() != set(children):
        raise Invalid(
            f"Weigh every goal directly below, each once: there are {len(children)}, and"
            f" {len(found.keys() & set(children))} of them are here.",
            path=("items",),
        )
    given = [weight for weight in found.values() if weight is not None]
    if given and len(given) < len(found):
        raise Invalid("Either all goals directly below have a weight or none.", path=("items",))
    for weight in given:
        if not weight.is_finite() or not 0 <= weight <= 1 or places_of(weight) > 8:
            raise Invalid(
                "A weight is from 0 to 1 (100 %), of at most 8 decimal places.", path=("items",)
            )
    if given and sum(given) != 1:
        raise Invalid(
            f"The weights make {shown_percent(sum(given, Decimal(0)))} together; they have to make"
            " 100 %.",
            path=("items",),
        )
    return found


def shown_percent(rate: Decimal) -> str:
    """A rate as people say it: 0.125 is 12.5 %."""
    percent = format(rate * 100, "f")
    return f"{percent.rstrip('0').rstrip('.') if '.' in percent else percent} %"
