"""What callers do with trees of goals: align, weigh, cascade, propose from below, grant."""

from decimal import Decimal
from typing import Annotated, Any

import strawberry

from domain.goals.alignment import align_goal, roll_up_goal, weigh_children
from domain.goals.alignment_rules import ChildWeight
from domain.goals.budgets import remove_budget, set_budget
from domain.goals.cascading import apply_cascade, discard_cascade, propose_cascade
from domain.goals.cascading_rules import PersonWeight
from domain.goals.models import RollUp
from domain.goals.proposing import propose_target
from domain.goals.tree_models import BudgetKind, CascadeMethod
from schema.compiler.fields import one
from schema.errors import GoalStateError
from schema.goal_mutations import GoalPayload, Refused, RefusedOnGoal
from schema.goal_tree import Cascade
from schema.mutations import Message, Payload, id_of, mutation, parts_of
from schema.plain import input_of, plain
from schema.scalars import Rate

_ERRORS = "Why it was refused; empty when it was done."
_VERSION = "The goal's version that you saw."


def _goal(description: str = "Which goal.") -> Any:
    return id_of("goal", description, "id")


@input_of
class GoalAlignInput(Message):
    """Where a goal stands: below another, or below none and why."""

    goal_id: strawberry.ID = _goal()
    expected_version: int = strawberry.field(description=_VERSION)
    parent_id: strawberry.ID | None = id_of(
        "goal",
        "The goal that it is to stand directly below, which you see; null or left out for none.",
        default=strawberry.UNSET,
    )
    no_parent_reason: str | None = strawberry.field(
        description="Why it stands below none, 1 to 1,000 characters; only then.",
        default=strawberry.UNSET,
    )


GoalAlignError = Annotated[
    RefusedOnGoal,
    strawberry.union("GoalAlignError", description="Why a goal stays where it is."),
]


@plain
class GoalAlignPayload(GoalPayload):
    """What became of aligning a goal."""

    errors: list[GoalAlignError] = strawberry.field(description=_ERRORS)


@input_of
class GoalRollUpInput(Message):
    """What the goals directly below a goal are to it."""

    goal_id: strawberry.ID = _goal()
    expected_version: int = strawberry.field(description=_VERSION)
    roll_up: RollUp = strawberry.field(description="What they are to it.")


GoalRollUpError = Annotated[
    RefusedOnGoal,
    strawberry.union("GoalRollUpError", description="Why a goal rolls up as before."),
]


@plain
class GoalRollUpPayload(GoalPayload):
    """What became of saying how a goal rolls up."""

    errors: list[GoalRollUpError] = strawberry.field(description=_ERRORS)


@input_of
class ChildWeightInput:
    """What one goal weighs."""

    goal_id: strawberry.ID = id_of("goal", "A goal directly below.")
    weight: Rate | None = strawberry.field(
        description="Its part, from 0 to 1; null, for all of them, for equal parts.", default=None
    )


@input_of
class GoalWeighChildrenInput(Message):
    """What all goals directly below a goal weigh: 100 % together, or all alike."""

    goal_id: strawberry.ID = _goal("The goal above.")
    expected_version: int = strawberry.field(description=_VERSION)
    items: list[ChildWeightInput] = parts_of(ChildWeight, "Every goal directly below, each once.")


GoalWeighChildrenError = Annotated[
    RefusedOnGoal,
    strawberry.union("GoalWeighChildrenError", description="Why weights stay as they are."),
]


@plain
class GoalWeighChildrenPayload(GoalPayload):
    """What became of weighing the goals below a goal."""

    errors: list[GoalWeighChildrenError] = strawberry.field(description=_ERRORS)


@input_of
class GoalProposeInput(Message):
    """A number of your own for a goal of yours."""

    goal_id: strawberry.ID = _goal()
    expected_version: int = strawberry.field(description=_VERSION)
    amount: Decimal = strawberry.field(
        description="The number, zero or more, at most 4 decimal places."
    )
    note: str = strawberry.field(
        description="What you have to say about it, at most 4,000 characters.", default=""
    )


GoalProposeError = Annotated[
    RefusedOnGoal,
    strawberry.union("GoalProposeError", description="Why a number was not taken."),
]


@plain
class GoalProposePayload(GoalPayload):
    """What became of proposing a number."""

    errors: list[GoalProposeError] = strawberry.field(description=_ERRORS)


@input_of
class GoalBudgetSetInput(Message):
    """What is granted to a goal, in place of what it had of the kind."""

    goal_id: strawberry.ID = _goal()
    kind: BudgetKind = strawberry.field(description="What is granted.")
    amount: Decimal = strawberry.field(
        description="How much of it, zero or more, at most 4 decimal places."
    )
    currency: str | None = strawberry.field(
        description="ISO 4217 code; the organisation's for money, if left out.",
        default=strawberry.UNSET,
    )
    note: str = strawberry.field(
        description="What is to be said about it, at most 1,000 characters.", default=""
    )


@input_of
class GoalBudgetRemoveInput(Message):
    """What a goal was granted, to be taken back."""

    goal_id: strawberry.ID = _goal()
    kind: BudgetKind = strawberry.field(description="What was granted.")
    currency: str | None = strawberry.field(
        description="ISO 4217 code; the organisation's for money, if left out.",
        default=strawberry.UNSET,
    )


GoalBudgetError = Annotated[
    Refused, strawberry.union("GoalBudgetError", description="Why a budget stays as it is.")
]


@plain
class GoalBudgetSetPayload(GoalPayload):
    """What became of granting a budget."""

    errors: list[GoalBudgetError] = strawberry.field(description=_ERRORS)


@plain
class GoalBudgetRemovePayload(GoalPayload):
    """What became of taking a budget back."""

    errors: list[GoalBudgetError] = strawberry.field(description=_ERRORS)


@plain
class CascadePayload(Payload):
    """What every payload about a cascade has."""

    cascade: Cascade | None = one(
        "The cascade as it is now; null when refused.", lambda root, actor: root.subject
    )


@input_of
class PersonWeightInput:
    """What one person's share weighs."""

    person_id: strawberry.ID = id_of("person", "Who gets the share.")
    weight: Decimal = strawberry.field(
        description="Zero or more; shares stand to one another as the weights do."
    )


@input_of
class CascadeProposeInput(Message):
    """A goal to share out among the people below its owner, to be looked at first."""

    goal_id: strawberry.ID = _goal("Which goal; it was handed in or approved.")
    method: CascadeMethod = strawberry.field(description="By what it is shared out.")
    levels: int = strawberry.field(
        description="How many levels of leaders down, 1 to 20.", default=1
    )
    uplifts: list[Rate] = strawberry.field(
        description="How much more is asked than planned, for each level from the first, 0 to 1; levels"
        " that are left out have none.",
        default_factory=list,
    )
    weights: list[PersonWeightInput] = parts_of(
        PersonWeight,
        "For the method `WEIGHTS`: for everybody who reports to the same leader as somebody"
        " named here; where nobody is named, all are alike.",
        default_factory=list,
    )


CascadeProposeError = Annotated[
    Refused | GoalStateError,
    strawberry.union("CascadeProposeError", description="Why a cascade was not worked out."),
]


@plain
class CascadeProposePayload(CascadePayload):
    """What became of working a cascade out."""

    errors: list[CascadeProposeError] = strawberry.field(description=_ERRORS)


@input_of
class CascadeApplyInput(Message):
    """A proposed cascade to carry out as it was seen."""

    cascade_id: strawberry.ID = id_of("cascade", "Which cascade.")


CascadeApplyError = Annotated[
    Refused,
    strawberry.union("CascadeApplyError", description="Why a cascade was not applied."),
]


@plain
class CascadeApplyPayload(CascadePayload):
    """What became of applying a cascade."""

    errors: list[CascadeApplyError] = strawberry.field(description=_ERRORS)


@input_of
class CascadeDiscardInput(Message):
    """A proposed cascade to give up."""

    cascade_id: strawberry.ID = id_of("cascade", "Which cascade.")


CascadeDiscardError = Annotated[
    Refused,
    strawberry.union("CascadeDiscardError", description="Why a cascade was not discarded."),
]


@plain
class CascadeDiscardPayload(CascadePayload):
    """What became of discarding a cascade."""

    errors: list[CascadeDiscardError] = strawberry.field(description=_ERRORS)


@plain
class GoalTreeMutations:
    """How goals stand to one another, and what is proposed for them."""

    goal_propose: GoalProposePayload = mutation(
        "Propose a number of your own for a goal of yours that is not approved yet.",
        propose_target,
        GoalProposeInput,
        GoalProposePayload,
        "goal_id",
    )
    goal_align: GoalAlignPayload = mutation(
        "Put a goal below another, or say why it stands below none.",
        align_goal,
        GoalAlignInput,
        GoalAlignPayload,
        "goal_id",
    )
    goal_roll_up: GoalRollUpPayload = mutation(
        "Say what the goals directly below a goal are to it.",
        roll_up_goal,
        GoalRollUpInput,
        GoalRollUpPayload,
        "goal_id",
    )
    goal_weigh_children: GoalWeighChildrenPayload = mutation(
        "Weigh all goals directly below a goal at once; its progress is theirs from then on.",
        weigh_children,
        GoalWeighChildrenInput,
        GoalWeighChildrenPayload,
        "goal_id",
    )
    goal_budget_set: GoalBudgetSetPayload = mutation(
        "Grant money, heads or tools to a goal, in place of what it had of them.",
        set_budget,
        GoalBudgetSetInput,
        GoalBudgetSetPayload,
        "goal_id",
    )
    goal_budget_remove: GoalBudgetRemovePayload = mutation(
        "Take back what a goal was granted of a kind.",
        remove_budget,
        GoalBudgetRemoveInput,
        GoalBudgetRemovePayload,
        "goal_id",
    )
    cascade_propose: CascadeProposePayload = mutation(
        "Work out what everybody below would get of a goal. Nothing changes yet; a goal has one such"
        " proposal at a time.",
        propose_cascade,
        CascadeProposeInput,
        CascadeProposePayload,
        "goal_id",
    )
    cascade_apply: CascadeApplyPayload = mutation(
        "Give everybody their share as a draft of their own. Refused where anything has changed since it"
        " was worked out, saying what.",
        apply_cascade,
        CascadeApplyInput,
        CascadeApplyPayload,
    )
    cascade_discard: CascadeDiscardPayload = mutation(
        "Give a proposed cascade up.",
        discard_cascade,
        CascadeDiscardInput,
        CascadeDiscardPayload,
    )
