"""Questions about pay whose answers are worked out: what if, what has to be sold, and why it changed."""

import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import strawberry

from auth.actor import Actor
from domain.incentives.asking import MOST
from domain.incentives.cases import LineKind, Pay
from domain.incentives.comparing import Cause
from domain.incentives.pay_changes import PayChange as Change
from domain.incentives.pay_changes import pay_change
from domain.incentives.sentences import sentence
from domain.incentives.supposing import MOST_DEALS, Supposed
from domain.incentives.terms import Event, Purpose
from domain.incentives.today import Today
from domain.incentives.what_if import SupposedDeal, ToEarn, WhatIf, to_earn, what_if
from domain.sales.events import Happened
from schema.compiler.fields import one
from schema.cost_rules import dear
from schema.crediting import Credit, CreditVerdict
from schema.money import Money, shown_money
from schema.mutations import id_of
from schema.pay import PayResult
from schema.pay_plans import PayPlan
from schema.people import Person
from schema.plain import described_enum, input_of, plain
from schema.sales import Sale
from schema.worked import id_, input_, inputs, needed_id, value, worked

_NOBODY = "null where there is nobody of that id who is on the plan today and whose pay you may see"


@input_of
class PayDealInput:
    """A deal that nobody has sold, in the plan's currency."""

    amount: Decimal = strawberry.field(description="What it comes to.")
    quantity: Decimal = strawberry.field(description="How many are sold.", default=Decimal(1))
    margin: Decimal | None = strawberry.field(
        description="What of the amount is margin; needed where the plan pays by margin.",
        default=None,
    )
    sold_on: datetime.date | None = strawberry.field(
        description="The day of the pay period that today is in on which it counts; today, if left out.",
        default=None,
    )
    sold_by_id: strawberry.ID | None = id_of(
        "person", "Who sells it; whoever is to be paid, if left out.", default=None
    )
    product_id: strawberry.ID | None = id_of("product", "What is sold.", default=None)
    account_id: strawberry.ID | None = id_of("account", "To whom.", default=None)
    territory_id: strawberry.ID | None = id_of("territory", "Where.", default=None)
    reaches: list[Happened] = strawberry.field(
        description="What becomes of all of it on that day beside its booking, where the plan pays for that.",
        default_factory=list,
    )


@plain
class PayComponentIf:
    """What a component pays, and what it would pay."""

    key: str = strawberry.field(description="Its key in the plan.")
    name: str = strawberry.field(description="What it is called.")
    before: Money = strawberry.field(description="What it pays as things stand.")
    after: Money = strawberry.field(description="What it would pay.")
    pending: Money = strawberry.field(
        description="What it would pay if its span ended now, where it waits for that."
    )
    reason: str | None = strawberry.field(
        description="Why it would pay nothing; null where it would pay."
    )


@plain
class PayLineIf:
    """One step of what a deal would be paid."""

    component: str = strawberry.field(description="The key of its component.")
    kind: LineKind = strawberry.field(description="What it is for.")
    amount: Money = strawberry.field(description="What it would pay.")
    sentence: str = strawberry.field(description="How it would come about, in words.")
    tier: int | None = strawberry.field(
        description="The tier of the rate table, the first of which is 0, if any."
    )


@plain
class PayDealIf:
    """What would become of one of the deals."""

    credited: Money = strawberry.field(
        description="What of its amount would be credited to them for pay at its booking."
    )
    amount: Money = strawberry.field(
        description="What its lines come to. It may be more or less than what the deal changes: what else"
        " is paid in the period can hang on it too."
    )
    lines: list[PayLineIf] = strawberry.field(description="The steps of it, in order.")
    verdicts: list[CreditVerdict] = strawberry.field(
        description="What each rule of crediting says of it, in their order."
    )


@plain
class PayAsked:
    """Whose pay a question is about, and of which days."""

    person: Person | None = one("Whose pay it is.", lambda root, actor: root.today.payee)
    plan: PayPlan | None = one(
        "By which plan; null where you do not see it.", lambda root, actor: root.today.plan.id
    )
    starts_on: datetime.date = strawberry.field(description="The first day of the pay period.")
    ends_on: datetime.date = strawberry.field(description="The last day of the pay period.")
    today: strawberry.Private[Today]


@plain
class PayWhatIf(PayAsked):
    """What a period would pay if more were sold. Nothing has changed."""

    before: Money | None = strawberry.field(
        description="What it pays as things stand; null where that cannot be worked out."
    )
    after: Money | None = strawberry.field(
        description="What it would pay; null where that cannot be worked out."
    )
    change: Money | None = strawberry.field(
        description="The one less the other; null where that cannot be worked out."
    )
    failure: str | None = strawberry.field(
        description="Why it cannot be worked out, with the rule and the fact; null where it can."
    )
    components: list[PayComponentIf] = strawberry.field(
        description="What each component pays and would pay, in the plan's order."
    )
    deals: list[PayDealIf] = strawberry.field(
        description="What would become of each of the deals, in your order."
    )


@plain
class PayToEarn(PayAsked):
    """The least deal with which a period pays what is wanted. Nothing has changed."""

    wanted: Money = strawberry.field(description="What the period is to pay.")
    now: Money | None = strawberry.field(
        description="What it pays as things stand; null where that cannot be worked out."
    )
    deal: Money | None = strawberry.field(
        description="What a deal has to come to; zero where the period pays so much already, and null"
        " where there is no answer."
    )
    then: Money | None = strawberry.field(
        description="What the period would pay with it: so much or more; null where there is no answer."
    )
    reason: str | None = strawberry.field(
        description="Why there is no answer; null where there is one."
    )


described_enum(
    Cause,
    "Why pay is another than it was.",
    {
        "ENGINE": "The same is worked out otherwise than it was then.",
        "EARLIER_PERIODS": "What runs on from earlier periods.",
        "PLAN": "The plan's terms.",
        "TARGET_INCENTIVE": "The target incentive.",
        "QUOTA": "A quota.",
        "SCORE": "The scores of goals.",
        "FACTS": "The days that count, or what is known of the payee.",
        "PLACE": "The place among those on the plan.",
        "DEAL_ADDED": "A deal that counts and did not.",
        "DEAL_CHANGED": "A deal that counts otherwise.",
        "DEAL_REMOVED": "A deal that counted and does not.",
        "FURTHER_DEALS": "Further deals, together.",
        "SEVERAL": "Several things that can only be told together.",
    },
    name="PayChangeCause",
)


@plain
class PayChangePart:
    """What one cause changed, after those before it in the list."""

    cause: Cause = strawberry.field(description="Which cause.")
    amount: Money = strawberry.field(description="By how much; below zero where it pays less.")
    sentence: str = strawberry.field(description="What has changed, in words.")
    credit: Credit | None = one(
        "What is credited of the deal, or was; null where it is no deal.",
        lambda root, actor: root.credit_id,
    )
    sale: Sale | None = one(
        "The deal; null where it is none, or you do not see it.", lambda root, actor: root.sale_id
    )
    credit_id: strawberry.Private[UUID | None]
    sale_id: strawberry.Private[UUID | None]


@plain
class PayChange:
    """Why a result is another than an earlier version of it."""

    before: PayResult | None = one(
        "The earlier version; null where there was none.", lambda root, actor: root.before_id
    )
    after: PayResult | None = one("The later version.", lambda root, actor: root.after_id)
    change: Money | None = strawberry.field(
        description="The later total less the earlier; null where one of them is none."
    )
    parts: list[PayChangePart] = strawberry.field(
        description="By cause, in the order in which the causes were put in place; they sum to the change"
        " exactly. What changed nothing at all is left out."
    )
    reason: str | None = strawberry.field(
        description="Why there is no change to tell; null where there is one."
    )
    before_id: strawberry.Private[UUID | None]
    after_id: strawberry.Private[UUID]


async def _change(actor: Actor, **given: Any) -> PayChange | None:
    found = await pay_change(actor, **given)
    return None if found is None else _shown_change(found)


def _shown_change(found: Change) -> PayChange:
    return PayChange(
        before_id=found.before,
        after_id=found.after,
        change=None if found.change is None else shown_money(found.change, found.currency),
        parts=[
            PayChangePart(
                cause=each.cause,
                amount=shown_money(each.amount, found.currency),
                sentence=each.sentence,
                credit_id=each.credit,
                sale_id=each.sale,
            )
            for each in found.parts
        ],
        reason=found.reason,
    )


async def _what_if(actor: Actor, **given: Any) -> PayWhatIf | None:
    found = await what_if(actor, **given)
    return None if found is None else _shown_what_if(found)


def _shown_what_if(found: WhatIf) -> PayWhatIf:
    today, before, after = found.today, found.before, found.after
    currency = today.plan.currency
    shown = before is not None and after is not None
    return PayWhatIf(
        today=today,
        starts_on=today.period.days.first,
        ends_on=today.period.days.last,
        before=shown_money(before.total, currency) if before else None,
        after=shown_money(after.total, currency) if after else None,
        change=shown_money(after.total - before.total, currency) if before and after else None,
        failure=found.failure,
        components=_components(today, before, after) if before and after else [],
        deals=[_deal(each, after, currency) for each in found.deals] if shown else [],
    )


def _components(today: Today, before: Pay, after: Pay) -> list[PayComponentIf]:
    currency = today.plan.currency
    was = {each.component: each for each in before.outcomes}
    now = {each.component: each for each in after.outcomes}
    return [
        PayComponentIf(
            key=each.key,
            name=each.name,
            before=shown_money(was[each.key].amount, currency),
            after=shown_money(now[each.key].amount, currency),
            pending=shown_money(now[each.key].pending, currency),
            reason=now[each.key].reason,
        )
        for each in today.version.plan.components
    ]


def _deal(deal: SupposedDeal, after: Pay | None, currency: str) -> PayDealIf:
    ids = {each.id for each in deal.credits}
    lines = [each for each in (after.lines if after else ()) if each.credit in ids]
    booked = (
        each.amount
        for each in deal.credits
        if each.event is Event.BOOKING and Purpose.PAY in each.counts_for
    )
    return PayDealIf(
        credited=shown_money(sum(booked, Decimal(0)), currency),
        amount=shown_money(sum((each.amount for each in lines), Decimal(0)), currency),
        lines=[
            PayLineIf(
                component=each.component,
                kind=each.kind,
                amount=shown_money(each.amount, currency),
                sentence=sentence(each),
                tier=each.tier,
            )
            for each in lines
        ],
        verdicts=[
            CreditVerdict(rule=each.rule, gave=each.gave, sentences=list(each.sentences))
            for each in deal.verdicts
        ],
    )


async def _to_earn(actor: Actor, **given: Any) -> PayToEarn | None:
    found = await to_earn(actor, **given)
    return None if found is None else _shown_to_earn(found)


def _shown_to_earn(found: ToEarn) -> PayToEarn:
    today, currency = found.today, found.today.plan.currency

    def shown(amount: Decimal | None) -> Money | None:
        return None if amount is None else shown_money(amount, currency)

    return PayToEarn(
        today=today,
        starts_on=today.period.days.first,
        ends_on=today.period.days.last,
        wanted=shown_money(found.wanted, currency),
        now=shown(found.now),
        deal=shown(found.deal),
        then=shown(found.then),
        reason=found.reason,
    )


_PERSON = "Whose pay; yours, if left out."
_PLAN = "By which plan; needed where they are on more than one today."


def pay_what_if_field() -> Any:
    """The root field."""
    field = worked(
        "What the pay period that today is in would pay if these deals were sold as well, on today's"
        " figures, by the rules that credit and pay, and where a place among others pays, in the place of"
        f" today; {_NOBODY}. Nothing is written.",
        _what_if,
        person_id=id_("person", _PERSON),
        plan_id=id_("pay_plan", _PLAN),
        deals=inputs(f"What is sold; at most {MOST_DEALS} deals.", PayDealInput, Supposed),
    )
    return dear(field, points=200)


def pay_to_earn_field() -> Any:
    """The root field."""
    field = worked(
        "The least deal with which the pay period that today is in pays an amount, on today's figures, by"
        f" the rules that credit and pay; {_NOBODY}. Nothing is written.",
        _to_earn,
        amount=value(
            Decimal, f"What the period is to pay, above zero and up to {MOST:,}.", default=...
        ),
        person_id=id_("person", _PERSON),
        plan_id=id_("pay_plan", _PLAN),
        like=input_(
            "A deal that it is like: its figures grow with its amount. If left out, one of a single unit,"
            " sold today by whoever is to be paid.",
            PayDealInput,
            Supposed,
        ),
    )
    return dear(field, points=500)


def pay_change_field() -> Any:
    """The root field."""
    field = worked(
        "Why a result is another than it was, by cause, in parts that sum to the difference: than the version"
        " before it, unless another is named, or an instant; null where you see no such result.",
        _change,
        result_id=needed_id("pay_result", "Which result, in any of its versions."),
        other_id=id_(
            "pay_result",
            "Another version of it; the later of the two is compared with the earlier.",
        ),
        since=value(
            datetime.datetime | None,
            "The version that stands is compared with the one that stood at this instant.",
        ),
    )
    return dear(field, points=500)
