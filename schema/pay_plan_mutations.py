"""What callers do with pay plans."""

import datetime
from decimal import Decimal
from typing import Annotated

import strawberry

from domain.incentives import plan_assigning, planning
from domain.incentives.plan_models import OverrideKind
from domain.incentives.plan_rules import Payee
from domain.incentives.templates import PlanTemplate
from schema import pay_plan_templates  # noqa: F401 - describes the classic plans
from schema.compiler.fields import one
from schema.errors import (
    ConflictError,
    InvalidError,
    NotFoundError,
    NotPermittedError,
    VersionConflictError,
)
from schema.mutations import Message, Payload, changed, id_of, mutation, parts_of
from schema.pay_plans import PayAssignment, PayOverride, PayPlan, PayPlanVersion
from schema.plain import input_of, plain

_ERRORS = "Why it was refused; empty when it was done."
_NEW_ID = "The new one's id, if you made one: `{kind}_` and a UUID version 7."
_TEXT = "What it says, as YAML in the format of docs/pay-plans.md, at most 200,000 characters."
_BEGINS = "From which day on it is to pay."
_NOTE = "What you have to say about it, at most 2,000 characters; may be empty."
_UNTIL = "The last day; left out, no end is said."
Refused = NotFoundError | NotPermittedError | InvalidError | ConflictError

PayPlanError = Annotated[
    Refused,
    strawberry.union("PayPlanError", description="Why nothing was done about a plan."),
]
PayPlanRetireError = Annotated[
    Refused | VersionConflictError,
    strawberry.union("PayPlanRetireError", description="Why a plan was not retired or renamed."),
]
PayPlanVersionError = Annotated[
    Refused | VersionConflictError,
    strawberry.union("PayPlanVersionError", description="Why nothing was done about a version."),
]
PayPlanVersionDraftError = Annotated[
    Refused,
    strawberry.union("PayPlanVersionDraftError", description="Why a version was not drafted."),
]
PayAssignmentError = Annotated[
    Refused | VersionConflictError,
    strawberry.union("PayAssignmentError", description="Why an assignment was not ended."),
]
PayOverrideError = Annotated[
    Refused,
    strawberry.union("PayOverrideError", description="Why an override was not set."),
]
PayOverrideEndError = Annotated[
    Refused | VersionConflictError,
    strawberry.union("PayOverrideEndError", description="Why an override was not ended."),
]


@plain
class PayPlanPayload(Payload):
    """What payloads about a plan have."""

    plan: PayPlan | None = one(
        "The plan as it is now; null when refused.", lambda root, actor: root.subject
    )


@plain
class PayPlanVersionPayload(Payload):
    """What payloads about a version have."""

    version: PayPlanVersion | None = one(
        "The version as it is now; null when refused.", lambda root, actor: root.subject
    )


@input_of
class PayPlanDefineInput(Message):
    """A new plan, with a draft of its first version."""

    id: strawberry.ID | None = id_of(
        "pay_plan", _NEW_ID.format(kind="pay_plan"), default=strawberry.UNSET
    )
    key: str = strawberry.field(
        description="The word that names it for ever: up to 40 small letters, digits and underscores,"
        " with a letter first."
    )
    name: str = strawberry.field(description="What it is called, 1 to 100 characters.")
    begins_on: datetime.date = strawberry.field(description=_BEGINS)
    text: str | None = strawberry.field(
        description=f"{_TEXT} Its currency is the plan's.", default=None
    )
    template: PlanTemplate | None = strawberry.field(
        description="A classic plan, in the organisation's currency, in place of a text.",
        default=None,
    )
    calendar_id: strawberry.ID | None = id_of(
        "calendar", "By whose periods it is to pay; left out, by the months.", default=None
    )
    note: str = strawberry.field(description=_NOTE, default="")


@plain
class PayPlanDefinePayload(PayPlanPayload):
    """What became of defining a plan."""

    errors: list[PayPlanError] = strawberry.field(description=_ERRORS)


@input_of
class PayPlanRetireInput(Message):
    """A plan on which nobody is to be put any more."""

    plan_id: strawberry.ID = id_of("pay_plan", "Which plan; nobody is on it from today on.")
    expected_version: int = strawberry.field(description="The plan's version that you saw.")


@input_of
class PayPlanRenameInput(Message):
    """A plan that is to be called otherwise."""

    plan_id: strawberry.ID = id_of("pay_plan", "Which plan; its key stays.")
    expected_version: int = strawberry.field(description="The plan's version that you saw.")
    name: str = strawberry.field(description="What it is called, 1 to 100 characters.")


@plain
class PayPlanRenamePayload(PayPlanPayload):
    """What became of renaming a plan."""

    errors: list[PayPlanRetireError] = strawberry.field(description=_ERRORS)


@plain
class PayPlanRetirePayload(PayPlanPayload):
    """What became of retiring a plan."""

    errors: list[PayPlanRetireError] = strawberry.field(description=_ERRORS)


@input_of
class PayPlanVersionDraftInput(Message):
    """A further version of a plan."""

    id: strawberry.ID | None = id_of(
        "pay_plan_version", _NEW_ID.format(kind="pay_plan_version"), default=strawberry.UNSET
    )
    plan_id: strawberry.ID = id_of("pay_plan", "Of which plan.")
    text: str = strawberry.field(description=f"{_TEXT} In the plan's currency.")
    begins_on: datetime.date = strawberry.field(description=_BEGINS)
    note: str = strawberry.field(description=_NOTE, default="")


@plain
class PayPlanVersionDraftPayload(PayPlanVersionPayload):
    """What became of drafting a version."""

    errors: list[PayPlanVersionDraftError] = strawberry.field(description=_ERRORS)


@input_of
class PayPlanVersionUpdateInput(Message):
    """A change of a draft."""

    version_id: strawberry.ID = id_of("pay_plan_version", "Which draft.")
    expected_version: int = strawberry.field(description="The draft's `version` that you saw.")
    text: strawberry.Maybe[str | None] = changed(_TEXT)
    begins_on: strawberry.Maybe[datetime.date | None] = changed(_BEGINS)
    note: strawberry.Maybe[str | None] = changed(_NOTE)


@plain
class PayPlanVersionUpdatePayload(PayPlanVersionPayload):
    """What became of changing a draft."""

    errors: list[PayPlanVersionError] = strawberry.field(description=_ERRORS)


@input_of
class PayPlanVersionPublishInput(Message):
    """A draft by which people are to be paid."""

    version_id: strawberry.ID = id_of("pay_plan_version", "Which draft; none in which you wrote.")
    expected_version: int = strawberry.field(
        description="The draft's `version` that you saw and agree to."
    )
    acknowledged: bool = strawberry.field(
        description="Whether you have seen its `findings`; without that they are why it is refused.",
        default=False,
    )


@input_of
class PayPlanVersionDiscardInput(Message):
    """A draft that nobody wants any more."""

    version_id: strawberry.ID = id_of("pay_plan_version", "Which draft.")
    expected_version: int = strawberry.field(description="The draft's `version` that you saw.")


@plain
class PayPlanVersionDiscardPayload(PayPlanVersionPayload):
    """What became of discarding a draft."""

    errors: list[PayPlanVersionError] = strawberry.field(description=_ERRORS)


@plain
class PayPlanVersionPublishPayload(PayPlanVersionPayload):
    """What became of publishing a draft."""

    errors: list[PayPlanVersionError] = strawberry.field(description=_ERRORS)


@input_of
class PayeeInput:
    """Somebody who is to be on a plan: a person, or whoever holds a position."""

    person_id: strawberry.ID | None = id_of("person", "Who; not you.", default=None)
    position_id: strawberry.ID | None = id_of(
        "position",
        "In place of a person: whoever holds this position, on the days on which they do; not one of yours.",
        default=None,
    )
    target_incentive: Decimal = strawberry.field(
        description="Variable pay of a year at exactly 100 per cent, in the plan's currency; zero or more,"
        " at most 4 decimal places.",
        default=Decimal(0),
    )


@input_of
class PayPlanAssignInput(Message):
    """People who are to be on a plan: all of them, or nobody."""

    plan_id: strawberry.ID = id_of("pay_plan", "Which plan.")
    people: list[PayeeInput] = parts_of(
        Payee, "Who, at most 1,000; none who is on the plan on these days already."
    )
    starts_on: datetime.date = strawberry.field(
        description="The first day; a version of the plan has begun by then."
    )
    ends_on: datetime.date | None = strawberry.field(description=_UNTIL, default=None)


@plain
class PayPlanAssignPayload(PayPlanPayload):
    """What became of putting people on a plan."""

    errors: list[PayPlanError] = strawberry.field(description=_ERRORS)


@input_of
class PayAssignmentEndInput(Message):
    """Somebody who is to be on a plan until a day."""

    assignment_id: strawberry.ID = id_of("pay_assignment", "Which assignment; not your own.")
    expected_version: int = strawberry.field(description="The assignment's version that you saw.")
    ends_on: datetime.date = strawberry.field(description="The last day.")


@plain
class PayAssignmentEndPayload(Payload):
    """What became of ending an assignment."""

    assignment: PayAssignment | None = one(
        "The assignment as it is now; null when refused.", lambda root, actor: root.subject
    )
    errors: list[PayAssignmentError] = strawberry.field(description=_ERRORS)


@input_of
class PayOverrideSetInput(Message):
    """What is to hold for one person alone."""

    id: strawberry.ID | None = id_of(
        "pay_override", _NEW_ID.format(kind="pay_override"), default=strawberry.UNSET
    )
    plan_id: strawberry.ID = id_of("pay_plan", "Within which plan.")
    person_id: strawberry.ID = id_of("person", "With whom; on the plan on these days, and not you.")
    kind: OverrideKind = strawberry.field(description="What is agreed.")
    key: str = strawberry.field(
        description="The key of the measure or the component; empty for a target incentive.",
        default="",
    )
    value: Decimal = strawberry.field(
        description="What holds: an amount of at most 4 decimal places, or a rate as a fraction of at most"
        " 8; zero or more."
    )
    starts_on: datetime.date = strawberry.field(description="The first day.")
    ends_on: datetime.date | None = strawberry.field(description=_UNTIL, default=None)
    reason: str = strawberry.field(description="Why, 1 to 1,000 characters.")


@plain
class PayOverridePayload(Payload):
    """What payloads about an override have."""

    override: PayOverride | None = one(
        "The override as it is now; null when refused.", lambda root, actor: root.subject
    )


@plain
class PayOverrideSetPayload(PayOverridePayload):
    """What became of setting an override."""

    errors: list[PayOverrideError] = strawberry.field(description=_ERRORS)


@input_of
class PayOverrideEndInput(Message):
    """An override that is to hold until a day."""

    override_id: strawberry.ID = id_of("pay_override", "Which override; not your own.")
    expected_version: int = strawberry.field(description="The override's version that you saw.")
    ends_on: datetime.date = strawberry.field(description="The last day.")
    reason: str = strawberry.field(description="Why, 1 to 1,000 characters.")


@plain
class PayOverrideEndPayload(PayOverridePayload):
    """What became of ending an override."""

    errors: list[PayOverrideEndError] = strawberry.field(description=_ERRORS)


@plain
class PayPlanMutations:
    """What is done about pay plans."""

    pay_plan_define: PayPlanDefinePayload = mutation(
        "Begin a pay plan, with a draft of its first version.",
        planning.define_plan,
        PayPlanDefineInput,
        PayPlanDefinePayload,
    )
    pay_plan_version_draft: PayPlanVersionDraftPayload = mutation(
        "Draft a further version of a plan.",
        planning.draft_version,
        PayPlanVersionDraftInput,
        PayPlanVersionDraftPayload,
    )
    pay_plan_version_update: PayPlanVersionUpdatePayload = mutation(
        "Change a draft. Who does so has written in it, and does not publish it.",
        planning.change_draft,
        PayPlanVersionUpdateInput,
        PayPlanVersionUpdatePayload,
        "version_id",
    )
    pay_plan_version_publish: PayPlanVersionPublishPayload = mutation(
        "Let people be paid by a draft from its first day on. Each example that it does not pay, and each"
        " finding that is not acknowledged, is a reason to refuse it.",
        planning.publish_version,
        PayPlanVersionPublishInput,
        PayPlanVersionPublishPayload,
        "version_id",
    )
    pay_plan_version_discard: PayPlanVersionDiscardPayload = mutation(
        "Discard a draft that nobody wants. It stays to be read by those who see drafts.",
        planning.discard_draft,
        PayPlanVersionDiscardInput,
        PayPlanVersionDiscardPayload,
        "version_id",
    )
    pay_plan_rename: PayPlanRenamePayload = mutation(
        "Call a plan otherwise.",
        planning.rename_plan,
        PayPlanRenameInput,
        PayPlanRenamePayload,
        "plan_id",
    )
    pay_plan_retire: PayPlanRetirePayload = mutation(
        "Put nobody on a plan any more.",
        planning.retire_plan,
        PayPlanRetireInput,
        PayPlanRetirePayload,
        "plan_id",
    )
    pay_plan_assign: PayPlanAssignPayload = mutation(
        "Put people on a plan.",
        plan_assigning.assign_plan,
        PayPlanAssignInput,
        PayPlanAssignPayload,
    )
    pay_assignment_end: PayAssignmentEndPayload = mutation(
        "Let somebody be on a plan until a day.",
        plan_assigning.end_assignment,
        PayAssignmentEndInput,
        PayAssignmentEndPayload,
        "assignment_id",
    )
    pay_override_set: PayOverrideSetPayload = mutation(
        "Agree something with one person alone, within a plan.",
        plan_assigning.set_override,
        PayOverrideSetInput,
        PayOverrideSetPayload,
    )
    pay_override_end: PayOverrideEndPayload = mutation(
        "Let an override hold until a day.",
        plan_assigning.end_override,
        PayOverrideEndInput,
        PayOverrideEndPayload,
        "override_id",
    )
