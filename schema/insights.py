"""Insights: what people in the field tell leadership and what becomes of it, as the schema shows it."""

import datetime
from decimal import Decimal
from enum import Enum, StrEnum

import strawberry

from auth.actor import Actor
from auth.permissions import Act, FieldClass, may
from domain.insights import access
from domain.insights.models import InsightMove, InsightState, InsightTopic
from domain.insights.rules import BEGINS_IN, VOTED_IN
from domain.people.access import related
from schema.comments import Comment, comments_field
from schema.comparisons import Comparison, DateComparison, IDComparison
from schema.compiler.fields import to_any, to_many, to_one
from schema.compiler.filters import chosen, compares
from schema.connections import Connection, CountedConnection
from schema.directions import Direction, direction
from schema.money import number
from schema.nodes import Node
from schema.people import Person
from schema.plain import described_enum, input_of
from schema.storage import By, column, decided, expression, stored

described_enum(
    InsightTopic,
    "What an insight is about.",
    {
        "PRODUCT": "What we sell.",
        "PRICE": "What it costs.",
        "COMPETITOR": "What others sell, and how.",
        "PROCESS": "How things are done here.",
        "TERRITORY": "How the market is divided.",
        "PLAN": "How people are paid.",
    },
)
described_enum(
    InsightState,
    "Where an insight stands.",
    {
        "NEW": "Nobody has taken it yet.",
        "TAKEN": "Somebody is to answer it.",
        "ANSWERED": "It was answered; whether something changes is open.",
        "CHANGED": "Something changed because of it.",
        "DECLINED": "Nothing will change, and somebody said why.",
        "MERGED": "Another insight says the same; what becomes of it stands there.",
    },
)


class InsightAction(StrEnum):
    VOTE = "vote"
    TAKE_VOTE_BACK = "take_vote_back"
    TAKE = "take"
    GIVE = "give"
    ANSWER = "answer"
    CHANGE = "change"
    DECLINE = "decline"
    MERGE = "merge"


described_enum(
    InsightAction,
    "What a viewer may do about an insight.",
    {
        "VOTE": "Say that it matters.",
        "TAKE_VOTE_BACK": "Take one's own vote back.",
        "TAKE": "Take it upon oneself to answer.",
        "GIVE": "Give it to somebody to answer.",
        "ANSWER": "Answer it.",
        "CHANGE": "Say what changed because of it.",
        "DECLINE": "Say that nothing will change, and why.",
        "MERGE": "Say that another insight says the same.",
    },
)

VOTED = """exists (select 1 from insight_vote vote where vote.org_id = :org::uuid
  and vote.insight_id = {row}.id and vote.person_id = :person::uuid)"""
_MOVES = {
    InsightAction.TAKE: (Act.INSIGHT_TAKE, InsightMove.TAKE),
    InsightAction.GIVE: (Act.INSIGHT_GIVE, InsightMove.GIVE),
    InsightAction.ANSWER: (Act.INSIGHT_ANSWER, InsightMove.ANSWER),
    InsightAction.CHANGE: (Act.INSIGHT_ANSWER, InsightMove.CHANGE),
    InsightAction.DECLINE: (Act.INSIGHT_ANSWER, InsightMove.DECLINE),
    InsightAction.MERGE: (Act.INSIGHT_MERGE, InsightMove.MERGE),
}


def _stands_in(states: set[InsightState] | frozenset[InsightState]) -> str:
    listed = ", ".join(f"'{state}'" for state in sorted(states))
    return f"{{row}}.state in ({listed})"


def _possible(actor: Actor) -> dict[InsightAction, str]:
    possible = {}
    if may(actor, Act.INSIGHT_VOTE):
        is_open = _stands_in(set(VOTED_IN))
        possible[InsightAction.VOTE] = f"{is_open} and not {VOTED}"
        possible[InsightAction.TAKE_VOTE_BACK] = f"{is_open} and {VOTED}"
    for action, (act, move) in _MOVES.items():
        if may(actor, act):
            stands = _stands_in(set(BEGINS_IN[move]))
            possible[action] = f"{stands} and {related(actor, act, '{row}.owner_id')}"
    return possible


@stored(
    table="insight_step",
    kind="insight_step",
    visible=access.visible_step,
    field_class=FieldClass.PUBLIC,
    by=By(("made_at",)),
)
class InsightStep(Node):
    """What somebody did about an insight."""

    state: InsightState = column("Where it has stood since.")
    person: Person = to_one("Who did it.", "person_id")
    owner: Person | None = to_one(
        "Who is to answer since; null where that was not the step.", "owner_id"
    )
    words: str | None = column(
        "What they said; null where it was taken, given to somebody or merged."
    )
    link: Node | None = to_any(
        "The goal, measure, territory or pay plan that they point at; null where they point at none,"
        " and where you do not see it.",
        kind="{row}.link_kind",
        key="{row}.link_id",
        of=("goal", "measure", "territory", "pay_plan"),
    )
    made_at: datetime.datetime = column("When they did it.")


@stored(
    table="insight",
    kind="insight",
    visible=access.visible,
    field_class=FieldClass.PUBLIC,
    by=By(("told_at",), descending=True),
)
class Insight(Node):
    """Something that somebody in the field tells leadership. Everybody reads it."""

    author: Person = to_one("Who told it.", "author_id")
    title: str = column("What it is, in a line.")
    words: str = column("What they told, as plain text.")
    topic: InsightTopic = column("What it is about.")
    state: InsightState = column("Where it stands.")
    told_on: datetime.date = column("The organisation's day on which it was told.")
    told_at: datetime.datetime = column("When it was told.")
    owner: Person | None = to_one("Who answers it; null while nobody has taken it.", "owner_id")
    answered_on: datetime.date | None = column(
        "The organisation's day on which it was first answered or declined; null while it was not."
    )
    votes: int = column("How many people say that it matters. Who they are is not told.")
    viewer_voted: bool = expression("Whether you have voted for it.", VOTED)
    merged_into: "Insight | None" = to_one(
        "The insight that says the same, and stays; null unless it was merged.", "merged_into_id"
    )
    steps: Connection[InsightStep] = to_many(
        "What was done about it, the earliest first.", foreign_key="insight_id"
    )
    comments: CountedConnection[Comment] = comments_field()
    viewer_can: list[InsightAction] = decided("What you may do about it as it stands.", _possible)


@input_of
class InsightFilter:
    """Which insights; everything given must hold."""

    topic: Comparison[InsightTopic] | None = compares("By what they are about.")
    state: Comparison[InsightState] | None = compares("By where they stand.")
    author: IDComparison | None = compares("By who told them.")
    owner: IDComparison | None = compares("By who answers them.")
    told_on: DateComparison | None = compares("By the day on which they were told.")
    viewer_voted: bool | None = chosen(
        "Whether you have voted for them.", {True: VOTED, False: f"not {VOTED}"}
    )


class InsightOrderField(Enum):
    TOLD_AT = "told_at"
    VOTES = "votes"


described_enum(
    InsightOrderField,
    "What insights are ordered by.",
    {"TOLD_AT": "By when they were told.", "VOTES": "By how many votes they have."},
)


@input_of
class InsightOrder:
    """In which order insights come."""

    field: InsightOrderField = strawberry.field(description="What they are ordered by.")
    direction: Direction = direction()


_ANSWERED = "{row}.answered_on is not null"
_ANSWERED_COUNT = f"count(*) filter (where {_ANSWERED})"
_ANSWERED_DAYS = f"sum({{row}}.answered_on - {{row}}.told_on) filter (where {_ANSWERED})"


def _number_in(*states: InsightState) -> str:
    return f"count(*) filter (where {_stands_in(set(states))})"


@stored(
    table="insight",
    visible=access.visible,
    field_class=FieldClass.PUBLIC,
    by=By(("topic",)),
    group_by="topic",
)
class InsightsByTopic:
    """How many insights of one topic there are, and how long answers take."""

    topic: InsightTopic = column("The topic.")
    waiting: int = expression(
        "How many wait for an answer.", _number_in(InsightState.NEW, InsightState.TAKEN)
    )
    answered: int = expression(
        "How many were answered, with nothing decided since.", _number_in(InsightState.ANSWERED)
    )
    changed: int = expression(
        "Because of how many something changed.", _number_in(InsightState.CHANGED)
    )
    declined: int = expression("How many were declined.", _number_in(InsightState.DECLINED))
    merged: int = expression("How many say what another says.", _number_in(InsightState.MERGED))
    mean_days_to_answer: Decimal | None = number(
        "Mean days from the day on which one was told to its first answer, rounded half up to one"
        " place; null where none was answered.",
        f"div((20 * {_ANSWERED_DAYS} + {_ANSWERED_COUNT})::numeric,"
        f" nullif(2 * {_ANSWERED_COUNT}, 0)) * 0.1",
    )
