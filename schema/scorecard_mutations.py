"""What callers do with scorecards."""

import datetime
from decimal import Decimal
from typing import Annotated

import strawberry

from domain.scorecards import actions as scorecards
from domain.scorecards.models import Occasion, Scale
from domain.scorecards.rules import LONGEST_NAME, LONGEST_WORDS, MOST_CRITERIA, Criterion, Scored
from schema.compiler.fields import one
from schema.errors import ConflictError, InvalidError, NotFoundError, NotPermittedError
from schema.mutations import Message, Payload, id_of, mutation, parts_of
from schema.plain import input_of, plain
from schema.scorecards import Assessment, Scorecard

_ERRORS = "Why it was refused, every fault with its place; empty when it was done."
_WORDS = f"at most {LONGEST_WORDS:,} characters"
Refused = NotFoundError | NotPermittedError | InvalidError | ConflictError

ScorecardPublishError = Annotated[
    Refused,
    strawberry.union("ScorecardPublishError", description="Why a scorecard was not published."),
]
ScorecardRetireError = Annotated[
    Refused,
    strawberry.union("ScorecardRetireError", description="Why a scorecard was not retired."),
]
AssessmentWriteError = Annotated[
    Refused,
    strawberry.union("AssessmentWriteError", description="Why an assessment was not written."),
]
AssessmentWithdrawError = Annotated[
    Refused,
    strawberry.union("AssessmentWithdrawError", description="Why an assessment stays."),
]


@plain
class ScorecardPayload(Payload):
    """What payloads about a scorecard have."""

    scorecard: Scorecard | None = one(
        "The version as it is now; null when refused.", lambda root, actor: root.subject
    )


@plain
class AssessmentPayload(Payload):
    """What payloads about an assessment have."""

    assessment: Assessment | None = one(
        "The assessment as it is now; null when refused.", lambda root, actor: root.subject
    )


@input_of
class CriterionInput:
    """What is to be looked at."""

    name: str = strawberry.field(
        description=f"What it is called, 1 to {LONGEST_NAME} characters, once in the scorecard. What keeps its"
        " name in a later version is one in trends."
    )
    scale: Scale = strawberry.field(description="What it is scored on.")
    weight: Decimal = strawberry.field(
        description="What it weighs beside the others: above 0 and up to 1,000, with two decimal places at most.",
        default=Decimal(1),
    )
    description: str = strawberry.field(
        description=f"What is good, and what is not, {_WORDS}.", default=""
    )


@input_of
class ScorecardPublishInput(Message):
    """A new scorecard, or the next version of one."""

    id: strawberry.ID | None = id_of(
        "scorecard",
        "The new version's id, if you made one: `scorecard_` and a UUID version 7.",
        default=strawberry.UNSET,
    )
    replaces_id: strawberry.ID | None = id_of(
        "scorecard", "The newest version of the scorecard that it is the next of.", default=None
    )
    name: str = strawberry.field(description=f"What it is called, 1 to {LONGEST_NAME} characters.")
    description: str = strawberry.field(description=f"What it is for, {_WORDS}.", default="")
    criteria: list[CriterionInput] = parts_of(
        Criterion, f"What is to be looked at, 1 to {MOST_CRITERIA} criteria."
    )


@plain
class ScorecardPublishPayload(ScorecardPayload):
    """What became of publishing."""

    errors: list[ScorecardPublishError] = strawberry.field(description=_ERRORS)


@input_of
class ScorecardRetireInput(Message):
    """A scorecard by which nobody is to be assessed any more."""

    scorecard_id: strawberry.ID = id_of("scorecard", "Which; any version of it.", "id")


@plain
class ScorecardRetirePayload(ScorecardPayload):
    """What became of retiring: its newest version."""

    errors: list[ScorecardRetireError] = strawberry.field(description=_ERRORS)


@input_of
class CriterionScoreInput:
    """What you say of one criterion."""

    criterion: str = strawberry.field(description="Which criterion, as it is called.")
    score: int | None = strawberry.field(
        description="The score on its scale; null where it was not observed.", default=None
    )
    comment: str = strawberry.field(description=f"What you saw, {_WORDS}.", default="")


@input_of
class AssessmentWriteInput(Message):
    """How somebody did on an occasion. Either say which it was and of whom, or name another assessment of it."""

    id: strawberry.ID | None = id_of(
        "assessment",
        "The new assessment's id, if you made one: `assessment_` and a UUID version 7.",
        default=strawberry.UNSET,
    )
    scorecard_id: strawberry.ID = id_of(
        "scorecard", "By which scorecard, any version of it; its newest is used."
    )
    scores: list[CriterionScoreInput] = parts_of(
        Scored, "What you say of each of its criteria, every one of them."
    )
    person_id: strawberry.ID | None = id_of(
        "person", "Of whom: somebody below you, or yourself.", default=None
    )
    occasion: Occasion | None = strawberry.field(description="What occasion it was.", default=None)
    held_on: datetime.date | None = strawberry.field(
        description="The day of the occasion, today or earlier.", default=None
    )
    account_id: strawberry.ID | None = id_of("account", "With which customer.", default=None)
    sale_id: strawberry.ID | None = id_of("sale", "About which sale.", default=None)
    same_occasion_as_id: strawberry.ID | None = id_of(
        "assessment",
        "Another assessment of the same occasion, in place of all of this.",
        default=None,
    )
    comment: str = strawberry.field(description=f"What you say of it all, {_WORDS}.", default="")
    written_at: datetime.datetime | None = strawberry.field(
        description="When you wrote it, where that was earlier, without a connection.", default=None
    )


@plain
class AssessmentWritePayload(AssessmentPayload):
    """What became of assessing."""

    errors: list[AssessmentWriteError] = strawberry.field(description=_ERRORS)


@input_of
class AssessmentWithdrawInput(Message):
    """An assessment of yours that is to count no more."""

    assessment_id: strawberry.ID = id_of("assessment", "Which.", "id")


@plain
class AssessmentWithdrawPayload(AssessmentPayload):
    """What became of taking it back."""

    errors: list[AssessmentWithdrawError] = strawberry.field(description=_ERRORS)


@plain
class ScorecardMutations:
    """By what people are assessed, and how they did."""

    scorecard_publish: ScorecardPublishPayload = mutation(
        "Publish a scorecard, or its next version; for managers, comp administrators and HR. What is published does"
        " not change.",
        scorecards.publish_scorecard,
        ScorecardPublishInput,
        ScorecardPublishPayload,
    )
    scorecard_retire: ScorecardRetirePayload = mutation(
        "Assess nobody by a scorecard any more; what was assessed stays.",
        scorecards.retire_scorecard,
        ScorecardRetireInput,
        ScorecardRetirePayload,
    )
    assessment_write: AssessmentWritePayload = mutation(
        "Assess a visit, call, meeting or demo of somebody below you, or of yourself. They see it at once.",
        scorecards.write_assessment,
        AssessmentWriteInput,
        AssessmentWritePayload,
    )
    assessment_withdraw: AssessmentWithdrawPayload = mutation(
        "Take back an assessment that you wrote.",
        scorecards.withdraw_assessment,
        AssessmentWithdrawInput,
        AssessmentWithdrawPayload,
    )
