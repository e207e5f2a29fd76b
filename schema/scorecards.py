"""Scorecards, assessments by them and how scores go, as the schema shows them."""

import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import strawberry

from auth.actor import Actor
from auth.permissions import Act, FieldClass, may
from domain.people.access import related
from domain.scorecards import access
from domain.scorecards.models import Occasion, Scale
from domain.scorecards.rules import WHOLE
from schema.comments import Comment, comments_field
from schema.comparisons import Comparison, DateComparison, IDComparison, TextComparison
from schema.compiler.fields import to_many, to_one
from schema.compiler.filters import chosen, compares
from schema.connections import Connection, CountedConnection
from schema.money import number
from schema.nodes import Node
from schema.people import Person
from schema.plain import described_enum, input_of, plain
from schema.sales import Account, Sale
from schema.storage import By, column, decided, expression, listed, stored

described_enum(
    Scale,
    "What a criterion is scored on.",
    {
        "ONE_TO_FIVE": "From 1 to 5.",
        "ZERO_TO_TEN": "From 0 to 10.",
        "YES_NO": "1 for yes, 0 for no.",
    },
)
described_enum(
    Occasion,
    "On what occasion somebody was assessed.",
    {
        "VISIT": "A visit to a customer.",
        "CALL": "A call.",
        "MEETING": "A meeting.",
        "DEMO": "A demonstration.",
    },
)


class AssessmentAction(StrEnum):
    WITHDRAW = "withdraw"


described_enum(
    AssessmentAction,
    "What a viewer may do about an assessment.",
    {"WITHDRAW": "Take it back."},
)


@plain
class ScorecardCriterion:
    """What is looked at."""

    name: str = strawberry.field(description="What it is called, once in the scorecard.")
    description: str = strawberry.field(description="What is good, and what is not; may be empty.")
    scale: Scale = strawberry.field(description="What it is scored on.")
    weight: Decimal = strawberry.field(description="What it weighs beside the others.")


_CRITERIA = """(select said.name, said.description, said.scale, trim_scale(said.weight) as weight,
    to_char(said.place, 'FM000') as place
  from rows from (jsonb_to_recordset({row}.criteria)
    as (name text, description text, scale text, weight numeric)) with ordinality
    as said (name, description, scale, weight, place))"""


@stored(
    table="scorecard",
    kind="scorecard",
    visible=access.visible_scorecard,
    field_class=FieldClass.PUBLIC,
    by=By(("name",)),
)
class Scorecard(Node):
    """One published version of a scorecard: it does not change; who is assessed now is by the newest."""

    name: str = column("What it is called.")
    number: int = column("Which version it is; the first is 1.")
    description: str = column("What it is for; may be empty.")
    criteria: list[ScorecardCriterion] = listed("What is looked at.", _CRITERIA, order="place")
    is_newest: bool = expression("Whether no newer version is published.", access.NEWEST)
    first_version: "Scorecard" = to_one("The first version of the scorecard.", "series_id")
    published_at: datetime.datetime = column("When it was published.")
    published_by: Person | None = to_one(
        "Who published it; null where the installation did.", "published_by_id"
    )
    retired_at: datetime.datetime | None = column(
        "Since when nobody is assessed by it; null while people are."
    )


@input_of
class ScorecardFilter:
    """Which scorecards; everything given must hold."""

    name: TextComparison | None = compares("By what they are called.")
    newest: bool | None = chosen(
        "Whether they are the newest version.",
        {True: access.NEWEST, False: f"not {access.NEWEST}"},
    )
    retired: bool | None = chosen(
        "Whether nobody is assessed by them any more.",
        {True: "{row}.retired_at is not null", False: "{row}.retired_at is null"},
    )


def _share(points: str, most: str) -> str:
    """SQL: points of the most, half rounded away from zero at four places."""
    return f"div(20000 * ({points}) + ({most}), 2 * nullif({most}, 0)) * 0.0001"


def _possible(actor: Actor) -> dict[AssessmentAction, str]:
    act = Act.ASSESSMENT_WITHDRAW
    may_be = f"{{row}}.withdrawn_at is null and {related(actor, act, '{row}.assessor_id')}"
    return {AssessmentAction.WITHDRAW: may_be} if may(actor, act) else {}


@stored(
    table="assessment",
    kind="assessment",
    visible=access.visible,
    field_class=FieldClass.COACHING,
    by=By(("held_on",), descending=True),
    subject="person_id",
)
class Assessment(Node):
    """How somebody did on one occasion, as one assessor saw it."""

    person: Person = to_one("Who was assessed.", "person_id")
    assessor: Person = to_one("Who assessed them; themselves, perhaps.", "assessor_id")
    is_self_assessment: bool = expression(
        "Whether they assessed themselves.", "{row}.assessor_id = {row}.person_id"
    )
    scorecard: Scorecard = to_one("By what: this very version.", "scorecard_id")
    occasion: Occasion = column("What occasion it was.")
    held_on: datetime.date = column("The day of the occasion.")
    account: Account | None = to_one("With which customer; null where none is named.", "account_id")
    sale: Sale | None = to_one(
        "About which sale; null where none is named, or you do not see it.", "sale_id"
    )
    comment: str | None = column(
        "What the assessor says of it all, perhaps nothing. Null where you are neither the person nor a manager"
        " above.",
        field_class=FieldClass.ASSESSMENT_WORDS,
    )
    score: Decimal = number(
        "The mean of what was observed, by weight, as a part of the most that there is, rounded half up to four"
        " places: 0 to 1.",
        _share("{row}.points", "{row}.most"),
    )
    scores: Connection[Annotated["AssessmentScore", strawberry.lazy("schema.scorecards")]] = (
        to_many(
            "What was said of each criterion, in the scorecard's order.",
            foreign_key="assessment_id",
            order=By(("place",)),
        )
    )
    same_occasion: CountedConnection["Assessment"] = to_many(
        "Everything that was said of the occasion, this included.",
        foreign_key="occasion_id",
        key="{row}.occasion_id",
    )
    written_at: datetime.datetime = column("When it was written, as its author's device says.")
    received_at: datetime.datetime = column("When it came here.")
    withdrawn_at: datetime.datetime | None = column("When it was taken back; null if it was not.")
    comments: CountedConnection[Comment] = comments_field()
    viewer_can: list[AssessmentAction] = decided(
        "What you may do about it as it stands.", _possible
    )


@input_of
class AssessmentFilter:
    """Which assessments; everything given must hold."""

    person: IDComparison | None = compares("By who was assessed.")
    assessor: IDComparison | None = compares("By who assessed.")
    scorecard: IDComparison | None = compares("By the version of the scorecard.")
    occasion: Comparison[Occasion] | None = compares("By occasion.")
    held_on: DateComparison | None = compares("By the day of the occasion.")
    account: IDComparison | None = compares("By customer.")
    sale: IDComparison | None = compares("By sale.")
    withdrawn: bool | None = chosen(
        "Whether they were taken back.",
        {True: "{row}.withdrawn_at is not null", False: "{row}.withdrawn_at is null"},
    )


@stored(
    table="assessment_score",
    kind="assessment_score",
    visible=access.visible,
    field_class=FieldClass.COACHING,
    by=By(("held_on",), descending=True),
    subject="person_id",
)
class AssessmentScore(Node):
    """What one assessor says of one criterion on one occasion."""

    assessment: Assessment = to_one("In which assessment.", "assessment_id")
    person: Person = to_one("Who was assessed.", "person_id")
    first_version: Scorecard = to_one("The first version of the scorecard.", "series_id")
    held_on: datetime.date = column("The day of the occasion.")
    by_themselves: bool = column("Whether they assessed themselves.")
    place: int = column("Its place in the scorecard; the first is 1.")
    criterion: str = column("What the criterion is called.")
    scale: Scale = column("What it was scored on.")
    weight: Decimal = number("What it weighed beside the others.")
    score: int | None = column("The score; null where it was not observed.")
    comment: str | None = column(
        "What the assessor says of it, perhaps nothing. Null where you are neither the person nor a manager above.",
        field_class=FieldClass.ASSESSMENT_WORDS,
    )
    withdrawn: bool = column("Whether the assessment was taken back.")


@input_of
class AssessmentScoreFilter:
    """Which scores; everything given must hold."""

    person: IDComparison | None = compares("By who was assessed.")
    first_version: IDComparison | None = compares("By the first version of the scorecard.")
    criterion: TextComparison | None = compares("By what the criterion is called.")
    held_on: DateComparison | None = compares("By the day of the occasion.")
    by_themselves: bool | None = chosen(
        "Whether people assessed themselves.",
        {True: "{row}.by_themselves", False: "not {row}.by_themselves"},
    )


_MONTH = "date_trunc('month', {row}.held_on::timestamp)::date"
_TWENTIETHS = f"""case {{row}}.scale when 'one_to_five' then ({{row}}.score - 1) * 5
  when 'zero_to_ten' then {{row}}.score * 2 else {{row}}.score * {WHOLE} end"""


@stored(
    table="assessment_score",
    visible=access.reported,
    field_class=FieldClass.COACHING,
    by=By(("criterion",)),
    group_by=f"({{row}}.criterion, {_MONTH}, {{row}}.by_themselves)",
)
class CriterionTrend:
    """How one criterion was scored in one month, of all whose assessments you see; none that were taken back."""

    criterion: str = column("What the criterion is called, in whatever version of a scorecard.")
    month: datetime.date = expression("The first day of the month of the occasions.", _MONTH)
    by_themselves: bool = column("Whether people assessed themselves, or managers them.")
    observed: int = expression("How often it was observed.", "count({row}.score)")
    not_observed: int = expression(
        "How often it was not observed.", "count(*) - count({row}.score)"
    )
    mean: Decimal | None = number(
        "The mean of the scores as parts of their scales, rounded half up to four places: 0 to 1; null where it was"
        " never observed.",
        _share(f"sum({_TWENTIETHS})::numeric", f"{WHOLE} * count({{row}}.score)::numeric"),
    )
