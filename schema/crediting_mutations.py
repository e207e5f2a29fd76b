"""What comp administrators do with the rules of crediting."""

import datetime
from decimal import Decimal
from typing import Annotated

import strawberry

from domain.incentives import crediting_rules as rules
from domain.incentives import exchanging
from domain.incentives.credit_rules import CountsFor
from domain.incentives.crediting import RuleKind
from domain.incentives.terms import Purpose
from schema.compiler.fields import one
from schema.crediting import CreditingPolicy, CreditingRule, ExchangeRate
from schema.errors import (
    ConflictError,
    CreditingRuleVersionConflictError,
    InvalidError,
    NotFoundError,
    NotPermittedError,
)
from schema.mutations import Message, Payload, changed, cleared, id_of, mutation
from schema.plain import input_of, plain

_ERRORS = "Why it was refused, every fault with its place; empty when it was done."
_CONDITION = (
    "Which sales it is about, as a formula that is true or false, such as"
    ' `product.category = "Bikes" and deal.amount >= 1000 USD`, at most 4,000 characters.'
)
_SHARE = "The share of the deal that it gives: more than 0, at most 1, at most 8 decimal places."
_PLACE = "Its place among the rules, 0 to 1,000,000: the lowest is asked first."
Refused = NotFoundError | NotPermittedError | InvalidError | ConflictError

CreditingRuleDefineError = Annotated[
    Refused,
    strawberry.union("CreditingRuleDefineError", description="Why a rule was not defined."),
]
CreditingRuleUpdateError = Annotated[
    Refused | CreditingRuleVersionConflictError,
    strawberry.union("CreditingRuleUpdateError", description="Why a rule was not changed."),
]
CreditingRuleRetireError = Annotated[
    Refused | CreditingRuleVersionConflictError,
    strawberry.union("CreditingRuleRetireError", description="Why a rule was not retired."),
]


CreditingSettingError = Annotated[
    Refused,
    strawberry.union("CreditingSettingError", description="Why nothing was set."),
]


@plain
class CreditingRulePayload(Payload):
    """What payloads about a crediting rule have."""

    rule: CreditingRule | None = one(
        "The rule; null when refused.", lambda root, actor: root.subject
    )


@input_of
class CreditingRuleDefineInput(Message):
    """A new rule by which people are credited."""

    id: strawberry.ID | None = id_of(
        "crediting_rule",
        "The new rule's id, if you made one: `crediting_rule_` and a UUID version 7.",
        default=strawberry.UNSET,
    )
    name: str = strawberry.field(description="What it is called, 1 to 100 characters.")
    kind: RuleKind = strawberry.field(description="To whom it gives credit.")
    counts_for: CountsFor = strawberry.field(
        description="What its credits count for.", default=CountsFor.BOTH
    )
    condition: str | None = strawberry.field(
        description=f"{_CONDITION} Left out, it is about all.", default=None
    )
    share: Decimal = strawberry.field(description=_SHARE, default=Decimal(1))
    levels: int | None = strawberry.field(
        description="How many levels up a roll-up goes, 1 to 20; no other kind has any.",
        default=None,
    )
    person_id: strawberry.ID | None = id_of(
        "person", "Whom an overlay credits; no other kind names anybody.", default=None
    )
    place: int = strawberry.field(description=_PLACE, default=100)
    starts_on: datetime.date | None = strawberry.field(
        description="The first day of its sales.", default=None
    )
    ends_on: datetime.date | None = strawberry.field(
        description="The last day of its sales.", default=None
    )


@plain
class CreditingRuleDefinePayload(CreditingRulePayload):
    """What became of defining a rule. Sales are credited by it a little later."""

    errors: list[CreditingRuleDefineError] = strawberry.field(description=_ERRORS)


@input_of
class CreditingRuleUpdateInput(Message):
    """A change of a rule. All sales are credited anew."""

    rule_id: strawberry.ID = id_of("crediting_rule", "Which rule.")
    expected_version: int = strawberry.field(description="The rule's version that you saw.")
    name: strawberry.Maybe[str | None] = changed("What it is to be called.")
    counts_for: strawberry.Maybe[CountsFor | None] = changed("What its credits are to count for.")
    condition: strawberry.Maybe[str | None] = cleared(f"{_CONDITION} Without one it is about all.")
    share: strawberry.Maybe[Decimal | None] = changed(_SHARE)
    levels: strawberry.Maybe[int | None] = changed(
        "How many levels up a roll-up is to go, 1 to 20; it always goes up some."
    )
    place: strawberry.Maybe[int | None] = changed(_PLACE)
    starts_on: strawberry.Maybe[datetime.date | None] = cleared("The first day of its sales.")
    ends_on: strawberry.Maybe[datetime.date | None] = cleared("The last day of its sales.")


@plain
class CreditingRuleUpdatePayload(CreditingRulePayload):
    """What became of changing a rule."""

    errors: list[CreditingRuleUpdateError] = strawberry.field(description=_ERRORS)


@input_of
class CreditingRuleRetireInput(Message):
    """A rule that is to be asked no more, of no sale: what it gave is taken back. To keep that, give
    the rule a last day."""

    rule_id: strawberry.ID = id_of("crediting_rule", "Which rule.")
    expected_version: int = strawberry.field(description="The rule's version that you saw.")


@plain
class CreditingRuleRetirePayload(CreditingRulePayload):
    """What became of retiring a rule."""

    errors: list[CreditingRuleRetireError] = strawberry.field(description=_ERRORS)


@input_of
class ExchangeRateSetInput(Message):
    """What one unit of a currency is worth in another from a day on."""

    from_currency: str = strawberry.field(description="ISO 4217 code of the currency of the unit.")
    to_currency: str = strawberry.field(description="ISO 4217 code of the other currency.")
    begins_on: datetime.date = strawberry.field(
        description="From which day on; a rate of that day is replaced."
    )
    rate: Decimal = strawberry.field(
        description="What one unit is worth: more than 0, at most 10 decimal places."
    )


@plain
class ExchangeRateSetPayload(Payload):
    """What became of setting a rate of exchange."""

    rate: ExchangeRate | None = one(
        "The rate; null when refused.", lambda root, actor: root.subject
    )
    errors: list[CreditingSettingError] = strawberry.field(description=_ERRORS)


@input_of
class CreditingPolicySetInput(Message):
    """Whether primary credits of one deal may come to more than the deal."""

    counts_for: Purpose = strawberry.field(description="For which purpose.")
    may_exceed: bool = strawberry.field(description="Whether they may.")


@plain
class CreditingPolicySetPayload(Payload):
    """What became of setting the policy."""

    policy: CreditingPolicy | None = one(
        "The policy; null when refused.", lambda root, actor: root.subject
    )
    errors: list[CreditingSettingError] = strawberry.field(description=_ERRORS)


@plain
class CreditingMutations:
    """By which rules sales are credited."""

    exchange_rate_set: ExchangeRateSetPayload = mutation(
        "Say what one unit of a currency is worth in another from a day on; sales in it are credited"
        " anew.",
        exchanging.set_rate,
        ExchangeRateSetInput,
        ExchangeRateSetPayload,
    )
    crediting_policy_set: CreditingPolicySetPayload = mutation(
        "Say whether primary credits of one deal may come to more than the deal; sales are credited"
        " anew.",
        exchanging.set_policy,
        CreditingPolicySetInput,
        CreditingPolicySetPayload,
    )

    crediting_rule_define: CreditingRuleDefinePayload = mutation(
        "Define a rule by which people are credited with sales.",
        rules.define_rule,
        CreditingRuleDefineInput,
        CreditingRuleDefinePayload,
    )
    crediting_rule_update: CreditingRuleUpdatePayload = mutation(
        "Change a rule; sales are credited anew.",
        rules.change_rule,
        CreditingRuleUpdateInput,
        CreditingRuleUpdatePayload,
        "rule_id",
    )
    crediting_rule_retire: CreditingRuleRetirePayload = mutation(
        "Ask a rule no more; what it gave is taken back.",
        rules.retire_rule,
        CreditingRuleRetireInput,
        CreditingRuleRetirePayload,
        "rule_id",
    )
