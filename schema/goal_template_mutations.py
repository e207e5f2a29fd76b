"""What callers do with templates of goals and with ramps."""

import datetime
from decimal import Decimal
from typing import Annotated

import strawberry

from auth.actor import Role
from domain.goals import assigning, templates
from domain.goals.form_rules import AssignedPerson, Kpi
from domain.goals.spreading_rules import SpreadBy
from schema.calendars import PeriodGrain
from schema.compiler.fields import one
from schema.errors import (
    ConflictError,
    GoalTemplateVersionConflictError,
    InvalidError,
    NotFoundError,
    NotPermittedError,
)
from schema.goal_templates import GoalAssignment, GoalTemplate, Ramp
from schema.mutations import Message, Payload, changed, id_of, mutation, parts_of
from schema.plain import input_of, plain
from schema.scalars import Rate

_ERRORS = "Why it was refused; empty when it was done."
_LEVEL = "At most 4 decimal places."
_TARGET = "What each is to reach, in the organisation's currency if it is money; more than zero."
Refused = NotFoundError | NotPermittedError | InvalidError | ConflictError

GoalTemplateError = Annotated[
    Refused,
    strawberry.union("GoalTemplateError", description="Why nothing was done about a template."),
]
GoalTemplateUpdateError = Annotated[
    Refused | GoalTemplateVersionConflictError,
    strawberry.union("GoalTemplateUpdateError", description="Why a template was not changed."),
]
GoalTemplateRetireError = Annotated[
    Refused | GoalTemplateVersionConflictError,
    strawberry.union("GoalTemplateRetireError", description="Why a template was not retired."),
]
RampError = Annotated[
    Refused, strawberry.union("RampError", description="Why nothing was done about a ramp.")
]


@plain
class GoalTemplatePayload(Payload):
    """What payloads about a template have."""

    template: GoalTemplate | None = one(
        "The template as it is now; null when refused.", lambda root, actor: root.subject
    )


@input_of
class TemplateKpiInput:
    """A line of the matrix by which each goal is scored. Where lower is better, the stretch level is the
    lowest."""

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


@input_of
class GoalTemplateDefineInput(Message):
    """A new template."""

    id: strawberry.ID | None = id_of(
        "goal_template",
        "The new template's id, if you made one: `goal_template_` and a UUID version 7.",
        default=strawberry.UNSET,
    )
    name: str = strawberry.field(description="What it is called, 1 to 100 characters.")
    for_role: Role | None = strawberry.field(
        description="The role whose people it is for, if any.", default=None
    )
    goal_name: str = strawberry.field(
        description="What each goal is to be called, 1 to 200 characters."
    )
    description: str = strawberry.field(
        description="What each goal is about, at most 4,000 characters; may be empty.", default=""
    )
    measure: str = strawberry.field(description='The key of what counts, such as "revenue".')
    target: Decimal | None = strawberry.field(
        description=f"{_TARGET} Left out, each gets their own.", default=None
    )
    no_parent_reason: str | None = strawberry.field(
        description="Why the goals are for themselves, 1 to 1,000 characters.", default=None
    )
    kpis: list[TemplateKpiInput] = parts_of(
        Kpi,
        "The lines by which each goal is scored, at most 20; left out, goals have no matrix.",
        default_factory=list,
    )


@plain
class GoalTemplateDefinePayload(GoalTemplatePayload):
    """What became of defining a template."""

    errors: list[GoalTemplateError] = strawberry.field(description=_ERRORS)


@input_of
class GoalTemplateUpdateInput(Message):
    """A change of a template, for goals to come."""

    template_id: strawberry.ID = id_of("goal_template", "Which template.")
    expected_version: int = strawberry.field(description="The template's version that you saw.")
    name: strawberry.Maybe[str | None] = changed("What it is to be called.")
    goal_name: strawberry.Maybe[str | None] = changed("What each goal is to be called.")
    description: strawberry.Maybe[str | None] = changed("What each goal is about.")
    target: strawberry.Maybe[Decimal | None] = changed("What each is to reach.")


@plain
class GoalTemplateUpdatePayload(GoalTemplatePayload):
    """What became of changing a template."""

    errors: list[GoalTemplateUpdateError] = strawberry.field(description=_ERRORS)


@input_of
class GoalTemplateRetireInput(Message):
    """A template of which no more goals are to be made."""

    template_id: strawberry.ID = id_of("goal_template", "Which template.")
    expected_version: int = strawberry.field(description="The template's version that you saw.")


@plain
class GoalTemplateRetirePayload(GoalTemplatePayload):
    """What became of retiring a template."""

    errors: list[GoalTemplateRetireError] = strawberry.field(description=_ERRORS)


@input_of
class AssignedPersonInput:
    """Somebody who is to have a goal."""

    person_id: strawberry.ID = id_of("person", "Who.")
    target: Decimal | None = strawberry.field(
        description="What they are to reach; what is said for all, if left out.", default=None
    )


@input_of
class GoalTemplateAssignInput(Message):
    """People for each of whom a goal is to be drafted from a template."""

    id: strawberry.ID | None = id_of(
        "goal_assignment",
        "The assignment's id, if you made one: `goal_assignment_` and a UUID version 7.",
        default=strawberry.UNSET,
    )
    template_id: strawberry.ID = id_of("goal_template", "Which template.")
    starts_on: datetime.date = strawberry.field(description="The first day that counts.")
    ends_on: datetime.date = strawberry.field(description="The last day that counts.")
    people: list[AssignedPersonInput] | None = parts_of(
        AssignedPerson,
        "At most 10,000 people; left out, everybody with the template's role whom you may assign to.",
        default=None,
    )
    target: Decimal | None = strawberry.field(
        description="What each is to reach who has no target of their own here; the template's, if left"
        " out.",
        default=None,
    )
    calendar_id: strawberry.ID | None = id_of(
        "calendar",
        "Over the periods of which calendar everybody gets a goal each; left out, one for all of the days.",
        default=None,
    )
    grain: PeriodGrain | None = strawberry.field(
        description="How long the periods are, where they are a calendar's; these days have 2 to 60 of them.",
        default=None,
    )
    by: SpreadBy | None = strawberry.field(
        description="By what a target falls to the periods, with which it sums up exactly; by working"
        " days, if left out. Of a measure that does not add up, each period has the whole target.",
        default=None,
    )
    season_id: strawberry.ID | None = id_of(
        "season", "By which season, where it is by season.", default=None
    )


@plain
class GoalTemplateAssignPayload(Payload):
    """What became of assigning a template."""

    assignment: GoalAssignment | None = one(
        "What was assigned; null when refused.", lambda root, actor: root.subject
    )
    errors: list[GoalTemplateError] = strawberry.field(description=_ERRORS)


@plain
class RampPayload(Payload):
    """What payloads about a ramp have."""

    ramp: Ramp | None = one("The ramp; null when refused.", lambda root, actor: root.subject)
    errors: list[RampError] = strawberry.field(description=_ERRORS)


@input_of
class RampDefineInput(Message):
    """A new ramp."""

    id: strawberry.ID | None = id_of(
        "ramp",
        "The new ramp's id, if you made one: `ramp_` and a UUID version 7.",
        default=strawberry.UNSET,
    )
    name: str = strawberry.field(description="What it is called, 1 to 100 characters.")
    steps: list[Decimal] = strawberry.field(
        description="The share that counts in each month of tenure, the first month first: 1 to 36,"
        " from 0 to 1, none less than the one before. Afterwards all counts."
    )


@plain
class RampDefinePayload(RampPayload):
    """What became of defining a ramp."""


@input_of
class RampRetireInput(Message):
    """A ramp by which no more targets are to be reduced."""

    ramp_id: strawberry.ID = id_of("ramp", "Which ramp.")


@plain
class RampRetirePayload(RampPayload):
    """What became of retiring a ramp."""


@plain
class GoalTemplateMutations:
    """Goals for many at once."""

    goal_template_define: GoalTemplateDefinePayload = mutation(
        "Define a template of goals.",
        templates.define_template,
        GoalTemplateDefineInput,
        GoalTemplateDefinePayload,
    )
    goal_template_update: GoalTemplateUpdatePayload = mutation(
        "Change a template, for goals to come.",
        templates.change_template,
        GoalTemplateUpdateInput,
        GoalTemplateUpdatePayload,
        "template_id",
    )
    goal_template_retire: GoalTemplateRetirePayload = mutation(
        "Make no more goals of a template.",
        templates.retire_template,
        GoalTemplateRetireInput,
        GoalTemplateRetirePayload,
        "template_id",
    )
    goal_template_assign: GoalTemplateAssignPayload = mutation(
        "Draft a goal from a template for many people at once.",
        assigning.assign_template,
        GoalTemplateAssignInput,
        GoalTemplateAssignPayload,
    )
    ramp_define: RampDefinePayload = mutation(
        "Define a ramp for new people.",
        templates.define_ramp,
        RampDefineInput,
        RampDefinePayload,
    )
    ramp_retire: RampRetirePayload = mutation(
        "Reduce no more targets by a ramp.",
        templates.retire_ramp,
        RampRetireInput,
        RampRetirePayload,
    )
