"""What callers do about feedback."""

import datetime
from typing import Annotated

import strawberry

from domain.feedback import asking, giving, visibility
from domain.feedback.models import FeedbackKind, FeedbackRelation, FeedbackSees
from domain.feedback.rules import SightSet
from schema.compiler.fields import one
from schema.errors import (
    ConflictError,
    InvalidError,
    NotFoundError,
    NotPermittedError,
    VersionConflictError,
)
from schema.feedback import Feedback, FeedbackRequest, FeedbackVisibility
from schema.mutations import Message, Payload, id_of, mutation, parts_of
from schema.plain import input_of, plain

_ERRORS = "Why it was refused; empty when it was done."
_WORDS = "What you say: plain text of 1 to 10,000 characters."
_SEEN = (
    "The seal of the preview that you saw: should anybody else see it by now, or your name, it is refused."
    " Left out, those see it who do as it is sent."
)
Refused = NotFoundError | NotPermittedError | InvalidError | ConflictError
FeedbackError = Annotated[
    Refused, strawberry.union("FeedbackError", description="Why nothing was done about feedback.")
]
FeedbackVisibilityError = Annotated[
    Refused | VersionConflictError,
    strawberry.union(
        "FeedbackVisibilityError", description="Why who sees which feedback stays as it is."
    ),
]


@plain
class FeedbackRequestPayload(Payload):
    """What every payload about a request for feedback has."""

    errors: list[FeedbackError] = strawberry.field(description=_ERRORS)
    request: FeedbackRequest | None = one(
        "The request as it is now; null when refused.", lambda root, actor: root.subject
    )


@plain
class FeedbackPayload(Payload):
    """What every payload about feedback has."""

    errors: list[FeedbackError] = strawberry.field(description=_ERRORS)
    feedback: Feedback | None = one(
        "The feedback as you see it; null when refused.", lambda root, actor: root.subject
    )


@input_of
class FeedbackAskInput(Message):
    """Whom you ask for feedback, and what."""

    id: strawberry.ID | None = id_of(
        "feedback_request",
        "The new request's id, if you made one: `feedback_request_` and a UUID version 7.",
        default=strawberry.UNSET,
    )
    person_id: strawberry.ID | None = id_of(
        "person",
        "About whom: somebody below you; yourself, if left out.",
        default=strawberry.UNSET,
    )
    asked_ids: list[strawberry.ID] = id_of("person", "Whom you ask, 1 to 20 colleagues.")
    question: str = strawberry.field(
        description="What you ask: plain text of 1 to 1,000 characters."
    )
    due_on: datetime.date = strawberry.field(
        description="The day by which you wish an answer, within a year."
    )


@plain
class FeedbackAskPayload(FeedbackRequestPayload):
    """What became of asking for feedback."""


@input_of
class FeedbackRequestWithdrawInput(Message):
    """A request of yours that nobody need answer any more."""

    request_id: strawberry.ID = id_of("feedback_request", "Which request.")


@plain
class FeedbackRequestWithdrawPayload(FeedbackRequestPayload):
    """What became of withdrawing a request."""


@input_of
class FeedbackRequestDeclineInput(Message):
    """A request that you do not answer."""

    request_id: strawberry.ID = id_of("feedback_request", "Which request.")
    reason: str | None = strawberry.field(
        description="Why, if you wish to say: plain text of at most 1,000 characters.", default=None
    )


@plain
class FeedbackRequestDeclinePayload(FeedbackRequestPayload):
    """What became of declining a request."""


@input_of
class FeedbackRequestAnswerInput(Message):
    """Feedback for which somebody asked you."""

    id: strawberry.ID | None = id_of(
        "feedback",
        "The new feedback's id, if you made one: `feedback_` and a UUID version 7.",
        default=strawberry.UNSET,
    )
    request_id: strawberry.ID = id_of("feedback_request", "Which request.")
    words: str = strawberry.field(description=_WORDS)
    seen: str | None = strawberry.field(description=_SEEN, default=None)


@plain
class FeedbackRequestAnswerPayload(FeedbackPayload):
    """What became of answering a request."""


@input_of
class FeedbackGiveInput(Message):
    """Feedback for which nobody asked you."""

    id: strawberry.ID | None = id_of(
        "feedback",
        "The new feedback's id, if you made one: `feedback_` and a UUID version 7.",
        default=strawberry.UNSET,
    )
    person_id: strawberry.ID = id_of("person", "On whom it is.")
    words: str = strawberry.field(description=_WORDS)
    seen: str | None = strawberry.field(description=_SEEN, default=None)


@plain
class FeedbackGivePayload(FeedbackPayload):
    """What became of giving feedback."""


@input_of
class FeedbackSightInput:
    """What people who stand in one relation to feedback of one kind are to see of it."""

    kind: FeedbackKind = strawberry.field(description="How the feedback comes about.")
    relation: FeedbackRelation = strawberry.field(description="How they stand to it.")
    sees: FeedbackSees = strawberry.field(description="What they are to see.")
    together: int = strawberry.field(
        description="Words without a name are shown together with those of others, of at least so many people"
        " in all; 1 to 20.",
        default=1,
    )


@input_of
class FeedbackVisibilityChangeInput(Message):
    """Who is to see which feedback from now on."""

    expected_version: int = strawberry.field(description="The version that you saw.")
    sights: list[FeedbackSightInput] = parts_of(
        SightSet, "What changes; what is not named stays as it is."
    )
    reason: str = strawberry.field(description="Why, 1 to 1,000 characters; everybody reads it.")


@plain
class FeedbackVisibilityChangePayload(Payload):
    """What became of changing who sees which feedback."""

    errors: list[FeedbackVisibilityError] = strawberry.field(description=_ERRORS)
    visibility: FeedbackVisibility | None = one(
        "The new version; null when refused.", lambda root, actor: root.subject
    )


@plain
class FeedbackMutations:
    """What people tell one another."""

    feedback_ask: FeedbackAskPayload = mutation(
        "Ask named colleagues for feedback, on yourself or as a manager on somebody below you; they are told.",
        asking.ask_for_feedback,
        FeedbackAskInput,
        FeedbackAskPayload,
    )
    feedback_request_withdraw: FeedbackRequestWithdrawPayload = mutation(
        "Ask no longer; what was answered stays.",
        asking.withdraw_feedback_request,
        FeedbackRequestWithdrawInput,
        FeedbackRequestWithdrawPayload,
    )
    feedback_request_decline: FeedbackRequestDeclinePayload = mutation(
        "Say that you do not answer a request. Whoever asked hears so if your answer would have reached them"
        " with your name; otherwise nobody does.",
        giving.decline_feedback_request,
        FeedbackRequestDeclineInput,
        FeedbackRequestDeclinePayload,
    )
    feedback_request_answer: FeedbackRequestAnswerPayload = mutation(
        "Answer a request for feedback. Who sees it is fixed now, as the preview says.",
        giving.answer_feedback_request,
        FeedbackRequestAnswerInput,
        FeedbackRequestAnswerPayload,
    )
    feedback_give: FeedbackGivePayload = mutation(
        "Give somebody feedback for which nobody asked. Who sees it is fixed now, as the preview says.",
        giving.give_feedback,
        FeedbackGiveInput,
        FeedbackGivePayload,
    )
    feedback_visibility_change: FeedbackVisibilityChangePayload = mutation(
        "Say who sees which feedback from now on; what was given keeps the readers that it had.",
        visibility.change_feedback_visibility,
        FeedbackVisibilityChangeInput,
        FeedbackVisibilityChangePayload,
    )
