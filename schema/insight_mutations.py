"""What callers do about insights."""

from typing import Annotated

import strawberry

from domain.insights import actions as insights
from domain.insights.models import InsightTopic
from schema.compiler.fields import one
from schema.errors import ConflictError, InvalidError, NotFoundError, NotPermittedError
from schema.insights import Insight
from schema.mutations import Message, Payload, id_of, mutation
from schema.plain import input_of, plain

_WORDS = "plain text of 1 to 4,000 characters."
InsightError = Annotated[
    NotFoundError | NotPermittedError | InvalidError | ConflictError,
    strawberry.union("InsightError", description="Why nothing was done about an insight."),
]


@plain
class InsightPayload(Payload):
    """What every payload about an insight has."""

    errors: list[InsightError] = strawberry.field(
        description="Why it was refused; empty when it was done."
    )
    insight: Insight | None = one(
        "The insight as it is now; null when refused.", lambda root, actor: root.subject
    )


@input_of
class InsightTellInput(Message):
    """Something from the field that leadership should know."""

    id: strawberry.ID | None = id_of(
        "insight",
        "The new insight's id, if you made one: `insight_` and a UUID version 7.",
        default=strawberry.UNSET,
    )
    title: str = strawberry.field(description="What it is, in 1 to 120 characters.")
    words: str = strawberry.field(description=f"What you tell: {_WORDS}")
    topic: InsightTopic = strawberry.field(description="What it is about.")


@plain
class InsightTellPayload(InsightPayload):
    """What became of telling an insight."""


@input_of
class InsightVoteInput(Message):
    """An insight that matters to you."""

    insight_id: strawberry.ID = id_of("insight", "Which insight.")


@plain
class InsightVotePayload(InsightPayload):
    """What became of a vote."""


@input_of
class InsightTakeVoteBackInput(Message):
    """An insight from which you take your vote back."""

    insight_id: strawberry.ID = id_of("insight", "Which insight.")


@plain
class InsightTakeVoteBackPayload(InsightPayload):
    """What became of taking a vote back."""


@input_of
class InsightTakeInput(Message):
    """An insight that you will answer."""

    insight_id: strawberry.ID = id_of("insight", "Which insight.")


@plain
class InsightTakePayload(InsightPayload):
    """What became of taking an insight."""


@input_of
class InsightGiveInput(Message):
    """An insight that somebody is to answer."""

    insight_id: strawberry.ID = id_of("insight", "Which insight.")
    owner_id: strawberry.ID = id_of(
        "person", "Who is to: an executive, a manager or a comp administrator."
    )


@plain
class InsightGivePayload(InsightPayload):
    """What became of giving an insight to somebody."""


@input_of
class InsightAnswerInput(Message):
    """An answer to an insight that you have taken. It can point at one thing."""

    insight_id: strawberry.ID = id_of("insight", "Which insight.")
    words: str = strawberry.field(description=f"The answer: {_WORDS}")
    goal_id: strawberry.ID | None = id_of(
        "goal", "A goal that it points at.", default=strawberry.UNSET
    )
    measure_id: strawberry.ID | None = id_of(
        "measure", "A measure that it points at.", default=strawberry.UNSET
    )
    territory_id: strawberry.ID | None = id_of(
        "territory", "A territory that it points at.", default=strawberry.UNSET
    )
    plan_id: strawberry.ID | None = id_of(
        "pay_plan", "A pay plan that it points at.", default=strawberry.UNSET
    )


@plain
class InsightAnswerPayload(InsightPayload):
    """What became of an answer."""


@input_of
class InsightChangeInput(Message):
    """What changed because of an insight that you have answered. It can point at one thing."""

    insight_id: strawberry.ID = id_of("insight", "Which insight.")
    words: str = strawberry.field(description=f"What changed: {_WORDS}")
    goal_id: strawberry.ID | None = id_of("goal", "A goal that changed.", default=strawberry.UNSET)
    measure_id: strawberry.ID | None = id_of(
        "measure", "A measure that changed.", default=strawberry.UNSET
    )
    territory_id: strawberry.ID | None = id_of(
        "territory", "A territory that changed.", default=strawberry.UNSET
    )
    plan_id: strawberry.ID | None = id_of(
        "pay_plan", "A pay plan that changed.", default=strawberry.UNSET
    )


@plain
class InsightChangePayload(InsightPayload):
    """What became of saying what changed."""


@input_of
class InsightDeclineInput(Message):
    """An insight because of which nothing will change."""

    insight_id: strawberry.ID = id_of("insight", "Which insight.")
    words: str = strawberry.field(description=f"Why nothing will: {_WORDS}")


@plain
class InsightDeclinePayload(InsightPayload):
    """What became of declining an insight."""


@input_of
class InsightMergeInput(Message):
    """Two insights that say the same."""

    insight_id: strawberry.ID = id_of("insight", "The one that is merged into the other.")
    into_id: strawberry.ID = id_of("insight", "The one that stays.")


@plain
class InsightMergePayload(InsightPayload):
    """What became of merging; its insight is the one that stays."""


@plain
class InsightMutations:
    """What people tell leadership."""

    insight_tell: InsightTellPayload = mutation(
        "Tell leadership something from the field; everybody reads it.",
        insights.tell_insight,
        InsightTellInput,
        InsightTellPayload,
    )
    insight_vote: InsightVotePayload = mutation(
        "Vote for an insight; a person has one vote, and who voted is not told.",
        insights.vote_for_insight,
        InsightVoteInput,
        InsightVotePayload,
    )
    insight_take_vote_back: InsightTakeVoteBackPayload = mutation(
        "Take your vote back while the insight is open.",
        insights.take_vote_back,
        InsightTakeVoteBackInput,
        InsightTakeVoteBackPayload,
    )
    insight_take: InsightTakePayload = mutation(
        "Take an insight upon yourself to answer.",
        insights.take_insight,
        InsightTakeInput,
        InsightTakePayload,
    )
    insight_give: InsightGivePayload = mutation(
        "Give an insight to somebody to answer; they are told.",
        insights.give_insight,
        InsightGiveInput,
        InsightGivePayload,
    )
    insight_answer: InsightAnswerPayload = mutation(
        "Answer an insight that you have taken; its author and voters are told.",
        insights.answer_insight,
        InsightAnswerInput,
        InsightAnswerPayload,
    )
    insight_change: InsightChangePayload = mutation(
        "Say what changed because of an insight; its author and voters are told.",
        insights.change_by_insight,
        InsightChangeInput,
        InsightChangePayload,
    )
    insight_decline: InsightDeclinePayload = mutation(
        "Say that nothing will change because of an insight, and why; its author and voters are told.",
        insights.decline_insight,
        InsightDeclineInput,
        InsightDeclinePayload,
    )
    insight_merge: InsightMergePayload = mutation(
        "Merge an insight into another that says the same; a voter of both has one vote.",
        insights.merge_insights,
        InsightMergeInput,
        InsightMergePayload,
    )
