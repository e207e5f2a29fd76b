"""What callers do with the forms that goals take."""

import datetime
from decimal import Decimal
from typing import Annotated

import strawberry

from domain.goals import closing, judging, privacy, prorating, sharing
from domain.goals.form_rules import Contributor, Kpi
from domain.goals.proration_rules import AdjustmentCause, DayCount
from schema.errors import (
    ConflictError,
    GoalStateError,
    GoalVersionConflictError,
    InvalidError,
    NotFoundError,
    NotPermittedError,
)
from schema.goal_mutations import GoalPayload
from schema.mutations import Message, id_of, mutation, parts_of
from schema.plain import input_of, plain
from schema.scalars import Rate

_ERRORS = "Why it was refused; empty when it was done."
_SEEN = "The goal's version that you saw."
_REASON = "Why, at most 1,000 characters; may be empty."
_LEVEL = "In the measure's unit; of money, in the goal's currency."
Refused = NotFoundError | NotPermittedError | InvalidError | ConflictError

GoalFormError = Annotated[
    Refused | GoalStateError | GoalVersionConflictError,
    strawberry.union("GoalFormError", description="Why nothing was done to a goal."),
]
GoalRateError = Annotated[
    Refused | GoalStateError | GoalVersionConflictError,
    strawberry.union("GoalRateError", description="Why a goal was not rated."),
]


@plain
class GoalFormPayload(GoalPayload):
    """What payloads about the form of a goal have."""

    errors: list[GoalFormError] = strawberry.field(description=_ERRORS)


@input_of
class GoalFormMessage(Message):
    """What every message about the form of a goal has."""

    goal_id: strawberry.ID = id_of("goal", "Which goal.", "id")
    expected_version: int = strawberry.field(description=_SEEN)


@input_of
class GoalKeepPrivateInput(GoalFormMessage):
    """A draft of yours to keep private."""


@plain
class GoalKeepPrivatePayload(GoalFormPayload):
    """What became of keeping a goal private."""


@input_of
class GoalOpenInput(GoalFormMessage):
    """A private draft of yours to keep private no longer."""


@plain
class GoalOpenPayload(GoalFormPayload):
    """What became of opening a private goal."""


@input_of
class ContributorInput:
    """Somebody whose results are to count for a goal."""

    person_id: strawberry.ID = id_of("person", "Who.")
    part: str = strawberry.field(
        description="What they do for it, at most 200 characters; may be empty.", default=""
    )


@input_of
class GoalShareInput(GoalFormMessage):
    """Everybody whose results are to count for a goal, in place of whoever was named before. Whoever
    names somebody sees their results already: everybody below them, or as an administrator all."""

    contributors: list[ContributorInput] = parts_of(
        Contributor, "At most 200 people; nobody, so that the owner's results alone count again."
    )


@plain
class GoalSharePayload(GoalFormPayload):
    """What became of sharing a goal."""


@input_of
class KpiInput:
    """A line of a matrix. Where lower is better, the stretch level is the lowest."""

    measure: str = strawberry.field(
        description='The key of what counts, such as "revenue"; none that is reported by hand.'
    )
    weight: Rate = strawberry.field(
        description="Its part of the score, from 0 to 1, of at most 8 decimal places; all sum to 1."
    )
    threshold: Decimal = strawberry.field(description=f"From where it scores at all. {_LEVEL}")
    target: Decimal = strawberry.field(description=f"What is to be reached. {_LEVEL}")
    stretch: Decimal = strawberry.field(description=f"What is better than that. {_LEVEL}")
    threshold_score: Decimal = strawberry.field(
        description="What it scores from the threshold on, from 0 to 10.", default=Decimal("0.5")
    )
    target_score: Decimal = strawberry.field(
        description="What it scores from the target on; no less.", default=Decimal(1)
    )
    stretch_score: Decimal = strawberry.field(
        description="What it scores from the stretch level on; no less.", default=Decimal("1.5")
    )
    owner_id: strawberry.ID | None = id_of(
        "person",
        "Whose results count, if others than those that count for the goal: somebody whose results"
        " you see.",
        default=strawberry.UNSET,
    )


@input_of
class GoalSetMatrixInput(GoalFormMessage):
    """The lines by which a goal is to be scored, in place of those it had."""

    kpis: list[KpiInput] = parts_of(Kpi, "At most 20 lines; none for no matrix.")


@plain
class GoalSetMatrixPayload(GoalFormPayload):
    """What became of setting a goal's matrix."""


@input_of
class GoalProrateInput(GoalFormMessage):
    """A draft whose target is to be reduced to the days that count."""

    cause: AdjustmentCause = strawberry.field(
        description="Why; not for tenure, which a ramp is for."
    )
    on: datetime.date = strawberry.field(
        description="The day of the change: the first for who comes, the last for who goes, the last"
        " worked before a leave."
    )
    until: datetime.date | None = strawberry.field(
        description="The last day of a leave, and only of a leave.", default=None
    )
    convention: DayCount = strawberry.field(description="How days are counted.")
    change_day_counts: bool = strawberry.field(
        description="Whether the day of the change itself counts as worked.", default=True
    )
    reason: str = strawberry.field(description=_REASON, default="")


@plain
class GoalProratePayload(GoalFormPayload):
    """What became of prorating a goal."""


@input_of
class GoalRampInput(GoalFormMessage):
    """A draft whose target is to be reduced by its owner's tenure."""

    ramp_id: strawberry.ID = id_of("ramp", "By which ramp.")
    reason: str = strawberry.field(description=_REASON, default="")


@plain
class GoalRampPayload(GoalFormPayload):
    """What became of ramping a goal."""


@input_of
class GoalSeenMessage(Message):
    """What every message of somebody who judges a goal has."""

    goal_id: strawberry.ID = id_of("goal", "Which goal.", "id")
    seen_version: int = strawberry.field(description=_SEEN)


@input_of
class GoalOverrideActualInput(GoalSeenMessage):
    """Another actual for a goal of somebody else, in place of what is measured."""

    value: Decimal = strawberry.field(description=f"What counts as reached. {_LEVEL}")
    reason: str = strawberry.field(description="Why, 1 to 1,000 characters.")


@plain
class GoalOverrideActualPayload(GoalFormPayload):
    """What became of setting a goal's actual by hand."""


@input_of
class GoalWithdrawOverrideInput(GoalSeenMessage):
    """A goal for which what is measured is to count again."""

    reason: str = strawberry.field(description="Why, 1 to 1,000 characters.")


@plain
class GoalWithdrawOverridePayload(GoalFormPayload):
    """What became of letting a measured actual count again."""


@input_of
class GoalRateInput(Message):
    """A level of its rubric for a goal of somebody below you."""

    goal_id: strawberry.ID = id_of("goal", "Which goal.", "id")
    seen_version: int = strawberry.field(description="The goal's version that you saw.")
    level: int = strawberry.field(description="The level; the lowest is 1.")
    comment: str = strawberry.field(description="Why, 1 to 4,000 characters.")


@plain
class GoalRatePayload(GoalPayload):
    """What became of rating a goal."""

    errors: list[GoalRateError] = strawberry.field(description=_ERRORS)


@input_of
class GoalCloseInput(GoalSeenMessage):
    """A goal whose score is to be fixed."""

    note: str | None = strawberry.field(
        description="What you have to say, at most 4,000 characters.", default=strawberry.UNSET
    )


@plain
class GoalClosePayload(GoalFormPayload):
    """What became of closing a goal."""


@input_of
class GoalReopenInput(GoalSeenMessage):
    """A closed goal whose score is to be taken back."""

    reason: str = strawberry.field(description="Why, 1 to 4,000 characters.")


@plain
class GoalReopenPayload(GoalFormPayload):
    """What became of reopening a goal."""


@plain
class GoalFormMutations:
    """What a goal may have beside its target, and how it ends."""

    goal_keep_private: GoalKeepPrivatePayload = mutation(
        "Let nobody see a draft of yours but those above you and human resources.",
        privacy.keep_goal_private,
        GoalKeepPrivateInput,
        GoalKeepPrivatePayload,
        "goal_id",
    )
    goal_open: GoalOpenPayload = mutation(
        "Keep a draft of yours private no longer.",
        privacy.open_goal,
        GoalOpenInput,
        GoalOpenPayload,
        "goal_id",
    )
    goal_share: GoalSharePayload = mutation(
        "Say whose results count for a goal that is being written.",
        sharing.share_goal,
        GoalShareInput,
        GoalSharePayload,
        "goal_id",
    )
    goal_set_matrix: GoalSetMatrixPayload = mutation(
        "Say by which measures, and with which weights, a goal is scored.",
        sharing.set_matrix,
        GoalSetMatrixInput,
        GoalSetMatrixPayload,
        "goal_id",
    )
    goal_prorate: GoalProratePayload = mutation(
        "Reduce a draft's target to the days that count.",
        prorating.prorate_goal,
        GoalProrateInput,
        GoalProratePayload,
        "goal_id",
    )
    goal_ramp: GoalRampPayload = mutation(
        "Reduce a draft's target for somebody new.",
        prorating.ramp_goal,
        GoalRampInput,
        GoalRampPayload,
        "goal_id",
    )
    goal_override_actual: GoalOverrideActualPayload = mutation(
        "Set by hand what a goal of somebody else has reached.",
        judging.override_actual,
        GoalOverrideActualInput,
        GoalOverrideActualPayload,
        "goal_id",
    )
    goal_withdraw_override: GoalWithdrawOverridePayload = mutation(
        "Let what is measured count again.",
        judging.withdraw_override,
        GoalWithdrawOverrideInput,
        GoalWithdrawOverridePayload,
        "goal_id",
    )
    goal_rate: GoalRatePayload = mutation(
        "Rate a goal of somebody below you by its rubric.",
        judging.rate_goal,
        GoalRateInput,
        GoalRatePayload,
        "goal_id",
    )
    goal_close: GoalClosePayload = mutation(
        "Fix the score of a goal of somebody below you, once it is over.",
        closing.close_goal,
        GoalCloseInput,
        GoalClosePayload,
        "goal_id",
    )
    goal_reopen: GoalReopenPayload = mutation(
        "Take a closed goal's score back.",
        closing.reopen_goal,
        GoalReopenInput,
        GoalReopenPayload,
        "goal_id",
    )
