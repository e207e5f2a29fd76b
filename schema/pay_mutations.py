"""What callers do about runs of pay."""

import datetime
from typing import Annotated

import strawberry

from domain.incentives import running
from schema.compiler.fields import one
from schema.errors import ConflictError, InvalidError, NotFoundError, NotPermittedError
from schema.mutations import Message, Payload, id_of, mutation
from schema.pay import PayRun
from schema.plain import input_of, plain

_ERRORS = "Why it was refused; empty when it was done."
Refused = NotFoundError | NotPermittedError | InvalidError | ConflictError

PayRunError = Annotated[
    Refused, strawberry.union("PayRunError", description="Why nothing was done about a run.")
]


@plain
class PayRunPayload(Payload):
    """What payloads about a run have."""

    run: PayRun | None = one(
        "The run as it is now; null when refused.", lambda root, actor: root.subject
    )


@input_of
class PayRunStartInput(Message):
    """Days for which pay is to be worked out."""

    starts_on: datetime.date = strawberry.field(description="The first day.")
    ends_on: datetime.date = strawberry.field(
        description="The last day, at most five years later; all periods that these days touch count."
    )
    plan_id: strawberry.ID | None = id_of(
        "pay_plan", "On which plan; on all of them, if left out.", default=None
    )
    payees: list[strawberry.ID] | None = id_of(
        "person",
        "Of these people alone, at most 1,000; of everybody on a plan, if left out.",
        "payeeIds",
        default=None,
    )
    reason: str = strawberry.field(
        description="Why, at most 1,000 characters; may be empty.", default=""
    )


@plain
class PayRunStartPayload(PayRunPayload):
    """What became of asking for a run."""

    errors: list[PayRunError] = strawberry.field(description=_ERRORS)


@input_of
class PayRunCancelInput(Message):
    """A run that is to do no more."""

    run_id: strawberry.ID = id_of("pay_run", "Which run.", "id")


@plain
class PayRunCancelPayload(PayRunPayload):
    """What became of stopping a run."""

    errors: list[PayRunError] = strawberry.field(description=_ERRORS)


@plain
class PayMutations:
    """What is done about pay."""

    pay_run_start: PayRunStartPayload = mutation(
        "Have pay worked out for some days, by the worker; what stands is seen until what is new is there.",
        running.run_pay,
        PayRunStartInput,
        PayRunStartPayload,
    )
    pay_run_cancel: PayRunCancelPayload = mutation(
        "Let a run do no more; what it has worked out stays.",
        running.cancel_pay_run,
        PayRunCancelInput,
        PayRunCancelPayload,
    )
