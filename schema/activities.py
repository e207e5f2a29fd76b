"""What happens around the caller, as the schema shows it."""

import datetime

import strawberry

from auth.permissions import FieldClass
from domain.activities import access
from domain.activities.models import ActivityKind
from domain.sql import quoted
from schema.comparisons import Comparison, DateTimeComparison, IDComparison, TextComparison
from schema.compiler.fields import to_any, to_one
from schema.compiler.filters import chosen, compares
from schema.nodes import Node
from schema.people import Person
from schema.plain import described_enum, input_of, plain
from schema.storage import By, column, expression, stored

described_enum(
    ActivityKind,
    "What happened.",
    {
        "RECOGNISED": "Somebody recognised colleagues.",
        "INSIGHT_TOLD": "Somebody told leadership something from the field.",
        "INSIGHT_ANSWERED": "An insight was answered.",
        "INSIGHT_CHANGED": "Something changed because of an insight.",
        "INSIGHT_DECLINED": "An insight was declined.",
        "INSIGHT_MERGED": "An insight was merged into another.",
        "GOAL_SUBMITTED": "A goal was handed in for approval.",
        "GOAL_APPROVED": "A goal was approved.",
        "GOAL_RETURNED": "A goal was returned with a comment.",
        "GOAL_ACCEPTED": "The owner accepted a goal.",
        "GOAL_CHANGE_REQUESTED": "The owner asked for a goal to be changed.",
        "GOAL_AMENDED": "A goal in force got another target.",
        "GOAL_CLOSED": "A goal was closed.",
        "MILESTONE_REACHED": "A goal came so far for the first time.",
        "PLAN_OPENED": "A corrective plan was opened for a goal.",
        "PLAN_CLOSED": "The corrective plan for a goal was closed.",
        "BLOCKER_RAISED": "Somebody said what is in the way of a goal.",
        "BLOCKER_RESOLVED": "What was in the way of a goal was resolved.",
        "COMMENTED": "Somebody commented on something.",
    },
)
SENTENCES = {
    ActivityKind.RECOGNISED: quoted("Colleagues were recognised."),
    ActivityKind.INSIGHT_TOLD: quoted("Something was told from the field."),
    ActivityKind.INSIGHT_ANSWERED: quoted("An insight was answered."),
    ActivityKind.INSIGHT_CHANGED: quoted("Something changed because of an insight."),
    ActivityKind.INSIGHT_DECLINED: quoted("An insight was declined."),
    ActivityKind.INSIGHT_MERGED: quoted("An insight was merged into another."),
    ActivityKind.GOAL_SUBMITTED: quoted("A goal was handed in for approval."),
    ActivityKind.GOAL_APPROVED: quoted("A goal was approved."),
    ActivityKind.GOAL_RETURNED: quoted("A goal was returned."),
    ActivityKind.GOAL_ACCEPTED: quoted("A goal was accepted."),
    ActivityKind.GOAL_CHANGE_REQUESTED: quoted("A change of a goal was asked for."),
    ActivityKind.GOAL_AMENDED: quoted("A goal got another target."),
    ActivityKind.GOAL_CLOSED: quoted("A goal was closed."),
    ActivityKind.MILESTONE_REACHED: "concat('A goal has reached ', {row}.percent, ' % of its target.')",
    ActivityKind.PLAN_OPENED: quoted("A corrective plan was opened for a goal."),
    ActivityKind.PLAN_CLOSED: quoted("The corrective plan for a goal was closed."),
    ActivityKind.BLOCKER_RAISED: quoted("Something is in the way of a goal."),
    ActivityKind.BLOCKER_RESOLVED: quoted("What was in the way of a goal is resolved."),
    ActivityKind.COMMENTED: quoted("Somebody commented."),
}
_CASES = " ".join(f"when {quoted(kind.value)} then {said}" for kind, said in SENTENCES.items())


@stored(
    table="activity",
    visible=access.visible,
    field_class=FieldClass.COMMENT,
    by=By(("happened_at",), descending=True),
    compared={"subject_kind": str},
)
class Activity:
    """Something that happened to a thing that you see: what was done, by whom and when, without its
    words. It is read off the thing itself: what is taken back is gone from here, and so is what you no
    longer see."""

    kind: ActivityKind = column("What happened.")
    message: str = expression(
        "The same in a plain sentence, without names and words.",
        f"case {{row}}.kind {_CASES} end",
    )
    percent: int | None = column("How far the goal has come, where that is what happened.")
    happened_at: datetime.datetime = column("When.")
    person: Person | None = to_one(
        "Who did it; null for the installation itself, and where nobody in particular did.",
        "person_id",
    )
    subject: Node | None = to_any(
        "What it happened to; of a comment, what was commented on.",
        kind="{row}.subject_kind",
        key="{row}.subject_id",
        of=access.ABOUT,
    )


@input_of
class ActivityFilter:
    """What of all that happened; everything given must hold."""

    kind: Comparison[ActivityKind] | None = compares("By what happened.")
    person: IDComparison | None = compares("By who did it.")
    subject_kind: TextComparison | None = compares(
        "By the sort of thing it happened to, as it stands in ids, such as `goal`."
    )
    happened_at: DateTimeComparison | None = compares("By when it happened.")
    switched_off: bool | None = chosen(
        "Whether it is of a kind that you have switched off (`activityPrefer`).",
        {True: access.SWITCHED_OFF, False: f"not {access.SWITCHED_OFF}"},
    )


@plain
class ActivityPreference:
    """Whether what is of one kind shows in your feed and in your digests."""

    kind: ActivityKind = strawberry.field(description="Of what kind.")
    shown: bool = strawberry.field(description="Whether it shows.")


_KINDS = ", ".join(
    f"({quoted(kind.value)}, '{place:03}')" for place, kind in enumerate(ActivityKind)
)
PREFERENCES = f"""(select known.kind, coalesce(preferred.shown, true) as shown, known.place
  from (values {_KINDS}) known (kind, place)
  left join activity_preference preferred on preferred.org_id = :org::uuid
    and preferred.person_id = {{row}}.person_id and preferred.kind = known.kind)"""
