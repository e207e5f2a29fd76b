"""Templates of goals, what was assigned from them, and ramps for new people."""

import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import strawberry

from auth.actor import Role
from auth.permissions import FieldClass
from domain.goals.figures import measured
from domain.goals.form_access import visible_assignment, visible_form
from schema.calendars import Calendar, PeriodGrain
from schema.comparisons import IDComparison, TextComparison
from schema.compiler.fields import to_many, to_one
from schema.compiler.filters import chosen, compares
from schema.connections import Connection, CountedConnection
from schema.figures import Figure, figure
from schema.measures import Measure
from schema.nodes import Node, Versioned
from schema.people import Person
from schema.plain import input_of, plain
from schema.scalars import Rate
from schema.storage import By, column, expression, listed, stored

if TYPE_CHECKING:
    from schema.goals import Goal

MEASURE_OF_TEMPLATE = """(select measure.id from measure
  where measure.org_id = :org::uuid and measure.key = {row}.measure)"""
LEFT_ALONE = """{row}.id in (select unnest(assigned.left_alone) from goal_assignment assigned
  where assigned.org_id = :org::uuid and assigned.id = {key})"""


STEPS = """(select step.month::int as month, step.share, lpad(step.month::text, 2, '0') as place
  from unnest({row}.steps) with ordinality as step (share, month))"""


@plain
class RampStep:
    """What counts in one month of tenure."""

    month: int = strawberry.field(description="The month; the first is 1.")
    share: Rate = strawberry.field(description="The share of a target that counts in it.")


@stored(
    table="ramp",
    kind="ramp",
    visible=visible_form,
    field_class=FieldClass.PUBLIC,
    by=By(("name",)),
)
class Ramp(Node, Versioned):
    """Which share of a target counts for somebody new, month by month of their tenure."""

    name: str = column("What it is called.")
    steps: list[RampStep] = listed(
        "What counts in each month, the first month first; after the last all counts.",
        STEPS,
        order="place",
    )
    retired: bool = expression(
        "Whether no target is reduced by it any more.", "{row}.retired_at is not null"
    )


@stored(
    table="goal_assignment",
    kind="goal_assignment",
    visible=visible_assignment,
    field_class=FieldClass.TEAM,
    by=By(("assigned_at",), descending=True),
)
class GoalAssignment(Node):
    """A template given to many people at once, and what became of it."""

    template: "GoalTemplate" = to_one("What was assigned.", "template_id")
    person: Person | None = to_one(
        "Who assigned it; null where the installation itself did.", "person_id"
    )
    starts_on: datetime.date = column("The first day that counts.")
    ends_on: datetime.date = column("The last day that counts.")
    calendar: Calendar | None = to_one(
        "Over whose periods everybody got a goal each; null where they got one for all of the days.",
        "calendar_id",
    )
    grain: PeriodGrain | None = column("How long those periods are.")
    drafted: int = column("How many goals were drafted.")
    left_alone: CountedConnection[Person] = to_many(
        "Who got nothing new, since they had goals of the template for these days already.",
        link=LEFT_ALONE,
    )
    goals: CountedConnection[Annotated["Goal", strawberry.lazy("schema.goals")]] = to_many(
        "The goals that were drafted, as far as you see them, the latest first.",
        foreign_key="assignment_id",
    )
    assigned_at: datetime.datetime = column("When.")


@plain
class GoalTemplateKpi:
    """A line of the matrix by which each goal of a template is scored."""

    measure: str = strawberry.field(description="The key of what counts.")
    weight: Rate = strawberry.field(description="Its part of the score.")
    currency: str | None = strawberry.field(
        description="ISO 4217 code of its levels; null where they are not money."
    )
    threshold: Decimal = strawberry.field(description="From where it scores at all.")
    target: Decimal = strawberry.field(description="What is to be reached.")
    stretch: Decimal = strawberry.field(description="What is better than that.")
    threshold_score: Decimal = strawberry.field(description="What it scores from the threshold on.")
    target_score: Decimal = strawberry.field(description="What it scores from the target on.")
    stretch_score: Decimal = strawberry.field(
        description="What it scores from the stretch level on."
    )


LINES = """(select line.measure, trim_scale(line.weight) as weight, line.currency,
    trim_scale(line.threshold) as threshold, trim_scale(line.target) as target,
    trim_scale(line.stretch) as stretch, trim_scale(line.threshold_score) as threshold_score,
    trim_scale(line.target_score) as target_score, trim_scale(line.stretch_score) as stretch_score,
    to_char(line.place, 'FM00') as place
  from goal_template_kpi line where line.org_id = :org::uuid and line.template_id = {row}.id)"""


@stored(
    table="goal_template",
    kind="goal_template",
    visible=visible_form,
    field_class=FieldClass.PUBLIC,
    by=By(("name",)),
    also={"measured": measured("{row}")},
)
class GoalTemplate(Node, Versioned):
    """What goals of many people are to be, said once."""

    name: str = column("What it is called.")
    for_role: Role | None = column("The role whose people it is for; null where they are named.")
    goal_name: str = column("What each goal is to be called.")
    description: str = column("What each goal is about; may be empty.")
    measured_by: Measure = to_one("What counts.", sql=MEASURE_OF_TEMPLATE)
    target: Figure | None = figure(
        "What each is to reach; null where each gets their own.", "{row}.target"
    )
    no_parent_reason: str | None = column("Why the goals are for themselves, if they are.")
    kpis: list[GoalTemplateKpi] = listed(
        "The lines by which each goal is scored; empty where it has no matrix.",
        LINES,
        order="place",
    )
    retired: bool = expression(
        "Whether no more goals are made of it.", "{row}.retired_at is not null"
    )
    assignments: Connection[GoalAssignment] = to_many(
        "What was assigned from it, as far as you see it, the latest first.",
        foreign_key="template_id",
    )


@input_of
class GoalTemplateFilter:
    """Which templates; everything given must hold."""

    id: IDComparison | None = compares("By id.")
    name: TextComparison | None = compares("By name.")
    retired: bool | None = chosen(
        "Whether no more goals are made of them.",
        {True: "{row}.retired_at is not null", False: "{row}.retired_at is null"},
    )
