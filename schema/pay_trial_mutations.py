"""What callers do about dry runs."""

import datetime
from typing import Annotated

import strawberry

from domain.incentives import trials
from schema.compiler.fields import one
from schema.errors import ConflictError, InvalidError, NotFoundError, NotPermittedError
from schema.mutations import Message, Payload, id_of, mutation
from schema.pay_trials import PayTrial
from schema.plain import input_of, plain

_ERRORS = "Why it was refused; empty when it was done."
Refused = NotFoundError | NotPermittedError | InvalidError | ConflictError

PayTrialError = Annotated[
    Refused, strawberry.union("PayTrialError", description="Why nothing was done about a dry run.")
]


@plain
class PayTrialPayload(Payload):
    """What payloads about a dry run have."""

    trial: PayTrial | None = one(
        "The dry run as it is now; null when refused.", lambda root, actor: root.subject
    )


@input_of
class PayTrialStartInput(Message):
    """A version that is to be tried on days that have been."""

    version_id: strawberry.ID = id_of(
        "pay_plan_version", "Which version, drafted or published; it pays for all of the days."
    )
    plan_id: strawberry.ID | None = id_of(
        "pay_plan",
        "On whose people, and with whose pay it is compared: a plan in whose place the version might come;"
        " its own plan, if left out.",
        default=None,
    )
    starts_on: datetime.date = strawberry.field(description="The first day.")
    ends_on: datetime.date = strawberry.field(
        description="The last day, today at the latest and at most five years later; all periods that"
        " these days touch count."
    )
    payees: list[strawberry.ID] | None = id_of(
        "person",
        "Which of the people who were on the plan on these days, at most 1,000; all of them, if left out.",
        "payeeIds",
        default=None,
    )
    reason: str = strawberry.field(
        description="Why, at most 1,000 characters; may be empty.", default=""
    )


@plain
class PayTrialStartPayload(PayTrialPayload):
    """What became of asking for a dry run."""

    errors: list[PayTrialError] = strawberry.field(description=_ERRORS)


@input_of
class PayTrialCancelInput(Message):
    """A dry run that is to do no more."""

    trial_id: strawberry.ID = id_of("pay_trial", "Which dry run.", "id")


@plain
class PayTrialCancelPayload(PayTrialPayload):
    """What became of stopping a dry run."""

    errors: list[PayTrialError] = strawberry.field(description=_ERRORS)


@plain
class PayTrialMutations:
    """What is done about dry runs."""

    pay_trial_start: PayTrialStartPayload = mutation(
        "Have it worked out what a version of a plan would have paid, by the worker. Of what anybody is"
        " paid nothing changes. The twenty latest dry runs are kept.",
        trials.try_plan,
        PayTrialStartInput,
        PayTrialStartPayload,
    )
    pay_trial_cancel: PayTrialCancelPayload = mutation(
        "Let a dry run do no more; what it has worked out stays.",
        trials.cancel_pay_trial,
        PayTrialCancelInput,
        PayTrialCancelPayload,
    )
