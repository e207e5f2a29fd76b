"""Credits by hand: inputs and payloads."""

import datetime
from decimal import Decimal
from typing import Annotated

import strawberry

from domain.incentives import manual_credits
from domain.incentives.credit_rules import CountsFor
from domain.incentives.manual_credit_rules import ReasonCode
from domain.incentives.terms import Event
from schema.compiler.fields import one
from schema.crediting import Credit, CreditProposal
from schema.errors import (
    ConflictError,
    InvalidError,
    NotFoundError,
    NotPermittedError,
    VersionConflictError,
)
from schema.mutations import Message, Payload, id_of, mutation
from schema.plain import input_of, plain

_ERRORS = "Why it was refused, every fault with its place; empty when it was done."
_VERSION = "The proposal's version that you saw."
Refused = NotFoundError | NotPermittedError | InvalidError | ConflictError

CreditProposeError = Annotated[
    Refused, strawberry.union("CreditProposeError", description="Why nothing was proposed.")
]
CreditDecideError = Annotated[
    Refused | VersionConflictError,
    strawberry.union("CreditDecideError", description="Why nothing was decided."),
]
CreditReverseError = Annotated[
    Refused, strawberry.union("CreditReverseError", description="Why nothing was taken back.")
]


@plain
class CreditProposalPayload(Payload):
    """What payloads about a proposed credit have."""

    proposal: CreditProposal | None = one(
        "The proposal as it is now; null when refused.", lambda root, actor: root.subject
    )


@input_of
class CreditProposeInput(Message):
    """A credit that is to be given by hand, whatever rules say."""

    id: strawberry.ID | None = id_of(
        "credit_proposal",
        "The new proposal's id, if you made one: `credit_proposal_` and a UUID version 7.",
        default=strawberry.UNSET,
    )
    sale_id: strawberry.ID = id_of("sale", "Of which sale.")
    person_id: strawberry.ID = id_of("person", "Who is to be credited; not you.")
    share: Decimal | None = strawberry.field(
        description="Which share of the sale: at most 1, below zero to take away, at most 8 decimal"
        " places. Give this or `amount`.",
        default=None,
    )
    amount: Decimal | None = strawberry.field(
        description="Which amount, in the sale's currency: at most what it comes to, below zero to take"
        " away.",
        default=None,
    )
    counts_for: CountsFor = strawberry.field(
        description="What it is to count for.", default=CountsFor.BOTH
    )
    event: Event = strawberry.field(
        description="For which point in the sale's life it is to count.", default=Event.BOOKING
    )
    credited_on: datetime.date | None = strawberry.field(
        description="On which day; left out, on that of the sale.", default=None
    )
    reason_code: ReasonCode = strawberry.field(description="Why, of what kind.")
    reason: str = strawberry.field(description="Why, in words, 1 to 1,000 characters.")


@plain
class CreditProposePayload(CreditProposalPayload):
    """What became of proposing a credit."""

    errors: list[CreditProposeError] = strawberry.field(description=_ERRORS)


@input_of
class CreditApproveInput(Message):
    """A proposed credit to which you agree."""

    proposal_id: strawberry.ID = id_of(
        "credit_proposal", "Which proposal; none of yours, and none that credits you."
    )
    expected_version: int = strawberry.field(description=_VERSION)
    note: str = strawberry.field(
        description="What you say to it, at most 1,000 characters.", default=""
    )


@plain
class CreditApprovePayload(CreditProposalPayload):
    """What became of approving a credit."""

    errors: list[CreditDecideError] = strawberry.field(description=_ERRORS)


@input_of
class CreditDeclineInput(Message):
    """A proposed credit that is not to be given."""

    proposal_id: strawberry.ID = id_of("credit_proposal", "Which proposal.")
    expected_version: int = strawberry.field(description=_VERSION)
    note: str = strawberry.field(description="Why not, 1 to 1,000 characters.")


@plain
class CreditDeclinePayload(CreditProposalPayload):
    """What became of declining a credit."""

    errors: list[CreditDecideError] = strawberry.field(description=_ERRORS)


@input_of
class CreditReverseInput(Message):
    """A credit by hand that is to be taken back. It stays, and another of the opposite amount on the
    same day names it."""

    credit_id: strawberry.ID = id_of("credit", "Which credit; given by hand, and not yours.")
    reason: str = strawberry.field(description="Why, 1 to 1,000 characters.")


@plain
class CreditReversePayload(Payload):
    """What became of taking a credit back."""

    credit: Credit | None = one(
        "The credit that takes it back; null when refused.", lambda root, actor: root.subject
    )
    errors: list[CreditReverseError] = strawberry.field(description=_ERRORS)


@plain
class ManualCreditMutations:
    """What is credited by hand."""

    credit_propose: CreditProposePayload = mutation(
        "Propose to credit somebody with a part of a sale by hand, or to take one away.",
        manual_credits.propose_credit,
        CreditProposeInput,
        CreditProposePayload,
    )
    credit_approve: CreditApprovePayload = mutation(
        "Give a credit that somebody else proposed.",
        manual_credits.approve_credit,
        CreditApproveInput,
        CreditApprovePayload,
        "proposal_id",
    )
    credit_decline: CreditDeclinePayload = mutation(
        "Say that a proposed credit is not given.",
        manual_credits.decline_credit,
        CreditDeclineInput,
        CreditDeclinePayload,
        "proposal_id",
    )
    credit_reverse: CreditReversePayload = mutation(
        "Take back a credit that was given by hand.",
        manual_credits.reverse_credit,
        CreditReverseInput,
        CreditReversePayload,
    )
