"""Expected refusals, as data in a payload.

Each kind of refusal of the domain has one type here. Which of them a mutation can answer with, its
union says.
"""

import datetime
from decimal import Decimal
from uuid import UUID

import strawberry

from domain.calendars.working_rules import PolicyChanged
from domain.comments.rules import CommentChanged
from domain.errors import Changed, Conflict, Invalid, NotFound, NotPermitted, Refusal
from domain.goals.form_rules import TemplateChanged
from domain.goals.gate_rules import GoalPart, Incomplete
from domain.goals.models import GoalStatus
from domain.goals.rules import StaleVersion, WrongState
from domain.goals.spread_parts import SpreadShown
from domain.incentives.credit_rules import RuleChanged
from domain.measures.rules import MeasureChanged
from domain.plans.rules import PlanChanged
from domain.sales.rules import SaleChanged
from schema.agreement import GoalChange
from schema.calendars import GoalPolicy
from schema.comments import Comment
from schema.compiler.fields import one
from schema.crediting import CreditingRule
from schema.goal_templates import GoalTemplate
from schema.goals import Goal
from schema.measures import Measure
from schema.plain import plain
from schema.plans import CorrectivePlan
from schema.sales import Sale


@strawberry.interface(description="Why something was refused. Nothing has changed.")
class UserError:
    message: str = strawberry.field(description="A sentence for people.")
    path: list[str] = strawberry.field(
        description="The field of the input that it is about; empty if it is about all of it."
    )
    subject: strawberry.Private[UUID | None] = None


@plain
class NotFoundError(UserError):
    """There is no such thing, or it is not yours to see: both answer alike."""


@plain
class NotPermittedError(UserError):
    """You see it, and may not do this."""


@plain
class InvalidError(UserError):
    """The input itself cannot be accepted."""


@plain
class ConflictError(UserError):
    """Somebody or something came first."""


@plain
class VersionConflictError(UserError):
    """It was changed after you looked at it."""

    seen_version: int = strawberry.field(description="The version that you saw.")
    current_version: int = strawberry.field(description="The version that it is at.")


@plain
class GoalVersionConflictError(UserError):
    """The goal was changed after you looked at it."""

    seen_version: int = strawberry.field(description="The version that you saw.")
    current_version: int = strawberry.field(description="The version that it is at.")
    changes: list[GoalChange] = strawberry.field(
        description="What is different from the version that you saw."
    )
    goal: Goal | None = one(
        "The goal as it is now; its latest decision says who came first.",
        lambda root, actor: root.subject,
    )


@plain
class GoalIncompleteError(UserError):
    """The goal lacks what it needs before it can be handed in."""

    missing: list[GoalPart] = strawberry.field(description="Everything that is missing.")
    sentences: list[str] = strawberry.field(
        description="What to add, a sentence for each missing part, in the same order."
    )


@plain
class GoalSpreadPart:
    """What falls to one period when a goal is spread; numbers are in the goal's unit and currency."""

    name: str = strawberry.field(description="What the period is called.")
    starts_on: datetime.date = strawberry.field(description="The first of its days in the goal.")
    ends_on: datetime.date = strawberry.field(description="The last of its days in the goal.")
    before: Decimal | None = strawberry.field(
        description="The target that its draft has; null where it has none."
    )
    target: Decimal = strawberry.field(
        description="What would fall to it; a period of nothing gets no draft."
    )
    plan_target: Decimal | None = strawberry.field(
        description="What of the plan quota would; null where the goal has none."
    )
    change: Decimal = strawberry.field(description="What would fall to it, less what it has.")


@plain
class GoalSpreadPreviewError(UserError):
    """What spreading a goal would do; nothing was done yet."""

    seal: str = strawberry.field(description="Stands for what is shown here; send it as `seen`.")
    parts: list[GoalSpreadPart] = strawberry.field(
        description="What falls to each period, the earliest first; together they are the goal's target."
    )


@plain
class GoalStateError(UserError):
    """The goal is not in a state from which this can happen, perhaps because somebody else has
    decided already."""

    status: GoalStatus = strawberry.field(description="Where it stands.")
    goal: Goal | None = one(
        "The goal as it is now; its latest decision says who came first.",
        lambda root, actor: root.subject,
    )


@plain
class MeasureVersionConflictError(UserError):
    """The measure was changed after you looked at it."""

    seen_version: int = strawberry.field(description="The version that you saw.")
    current_version: int = strawberry.field(description="The version that it is at.")
    measure: Measure | None = one("The measure as it is now.", lambda root, actor: root.subject)


@plain
class GoalTemplateVersionConflictError(UserError):
    """The template was changed after you looked at it."""

    seen_version: int = strawberry.field(description="The version that you saw.")
    current_version: int = strawberry.field(description="The version that it is at.")
    template: GoalTemplate | None = one(
        "The template as it is now.", lambda root, actor: root.subject
    )


@plain
class CreditingRuleVersionConflictError(UserError):
    """The crediting rule was changed after you looked at it."""

    seen_version: int = strawberry.field(description="The version that you saw.")
    current_version: int = strawberry.field(description="The version that it is at.")
    rule: CreditingRule | None = one("The rule as it is now.", lambda root, actor: root.subject)


@plain
class CorrectivePlanVersionConflictError(UserError):
    """The corrective plan, or one of its steps, was changed after you looked at it."""

    seen_version: int = strawberry.field(description="The version that you saw.")
    current_version: int = strawberry.field(description="The version that it is at.")
    plan: CorrectivePlan | None = one("The plan as it is now.", lambda root, actor: root.subject)


@plain
class GoalPolicyVersionConflictError(UserError):
    """The policy of goals was changed after you looked at it."""

    seen_version: int = strawberry.field(description="The version that you saw.")
    current_version: int = strawberry.field(description="The version that it is at.")
    goal_policy: GoalPolicy | None = one("The policy as it is now.", lambda root, actor: actor.org)


@plain
class SaleVersionConflictError(UserError):
    """The sale was corrected after you looked at it."""

    seen_version: int = strawberry.field(description="The version that you saw.")
    current_version: int = strawberry.field(description="The version that it is at.")
    sale: Sale | None = one("The sale as it is now.", lambda root, actor: root.subject)


@plain
class CommentVersionConflictError(UserError):
    """The comment was edited after you looked at it, from another device of yours."""

    seen_version: int = strawberry.field(description="The version that you saw.")
    current_version: int = strawberry.field(description="The version that it is at.")
    comment: Comment | None = one("The comment as it is now.", lambda root, actor: root.subject)


SHOWN_AS: dict[type[Refusal], type[UserError]] = {
    NotFound: NotFoundError,
    NotPermitted: NotPermittedError,
    Invalid: InvalidError,
    Conflict: ConflictError,
    StaleVersion: GoalVersionConflictError,
    WrongState: GoalStateError,
    MeasureChanged: MeasureVersionConflictError,
    Incomplete: GoalIncompleteError,
    SpreadShown: GoalSpreadPreviewError,
    TemplateChanged: GoalTemplateVersionConflictError,
    Changed: VersionConflictError,
    PlanChanged: CorrectivePlanVersionConflictError,
    PolicyChanged: GoalPolicyVersionConflictError,
    SaleChanged: SaleVersionConflictError,
    RuleChanged: CreditingRuleVersionConflictError,
    CommentChanged: CommentVersionConflictError,
}


def shown(refused: Refusal, subject: UUID | None) -> UserError:
    """The refusal as its type of the schema shows it; its facts are the type's fields."""
    kind = next(known for known in type(refused).__mro__ if known in SHOWN_AS)
    made = SHOWN_AS[kind]
    facts = {name: refused.facts[name] for name in made.__annotations__ if name in refused.facts}
    return made(message=refused.message, path=list(refused.path), subject=subject, **facts)
