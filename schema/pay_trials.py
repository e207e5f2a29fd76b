"""Dry runs as the schema shows them: what a version of a plan would have paid, beside what was paid."""

import datetime
from decimal import Decimal

import strawberry

from auth.permissions import FieldClass
from domain.incentives.pay_access import visible_trial, visible_tried
from domain.incentives.pay_models import PayRunState
from schema.comparisons import Comparison
from schema.compiler.fields import to_many, to_one
from schema.compiler.filters import chosen, compares
from schema.connections import CountedConnection
from schema.cost_rules import dear
from schema.money import Money, money
from schema.nodes import Node
from schema.pay import BREAKDOWNS, PayBreakdown
from schema.pay_plans import PayPlan, PayPlanVersion
from schema.people import Person
from schema.plain import input_of, plain
from schema.storage import By, column, expression, listed, stored

CURRENCY = """(select plan.currency from pay_plan plan
  where plan.org_id = :org::uuid and plan.id = {row}.plan_id)"""
SUMS = """select sum(each.paid) as paid, sum(each.tried) as tried, sum(each.difference) as difference,
    count(*) filter (where each.difference > 0) as winners,
    count(*) filter (where each.difference < 0) as losers,
    count(*) filter (where each.difference = 0) as others
  from pay_trial_payee each
  where each.org_id = :org::uuid and each.run_id = {row}.id and each.failure is null"""


@plain
class PayTrialComponent:
    """What a component came to, and what it would have."""

    key: str = strawberry.field(description="Its key in the plan.")
    name: str = strawberry.field(description="What it is called in the version that is tried.")
    paid: Decimal = strawberry.field(
        description="What the component of this key paid; nothing where there was none."
    )
    tried: Decimal = strawberry.field(
        description="What it would have paid by the version that is tried."
    )


_OF_ONE = """(select part.key, part.name, trim_scale(part.paid) as paid, trim_scale(part.tried) as tried,
    part.key as place
  from jsonb_to_recordset({row}.components) as part (key text, name text, paid numeric, tried numeric))"""
_OF_ALL = """(select part.key, max(part.name) as name, trim_scale(sum(part.paid)) as paid,
    trim_scale(sum(part.tried)) as tried, part.key as place
  from pay_trial_payee payee
  cross join lateral jsonb_to_recordset(payee.components)
    as part (key text, name text, paid numeric, tried numeric)
  where payee.org_id = :org::uuid and payee.run_id = {row}.id and payee.failure is null
  group by part.key)"""


@stored(
    table="pay_trial_payee",
    visible=visible_tried,
    field_class=FieldClass.PAY,
    by=By(("difference",), descending=True),
    compared={"difference": Decimal | None},
)
class PayTrialPayee:
    """What somebody was paid for the days of a dry run, and what they would have been."""

    person: Person = to_one("Whose pay it is.", "person_id")
    paid: Money | None = money("What they were paid; null where that is not known.", "{row}.paid")
    tried: Money | None = money(
        "What the version that is tried would have paid; null where that cannot be worked out.",
        "{row}.tried",
    )
    gain: Money | None = money(
        "What they would have been paid more; less where it is negative, null where it is not known.",
        "{row}.difference",
    )
    failure: str | None = column(
        "Why it is not known, with the period, the rule and the fact; null where it is."
    )
    components: list[PayTrialComponent] = listed(
        "By component, in the order of their keys; empty where it is not known.",
        _OF_ONE,
        order="place",
    )


@input_of
class PayTrialPayeeFilter:
    """Which payees; everything given must hold."""

    failed: bool | None = chosen(
        "Whether what they would have been paid is not known.",
        {True: "{row}.failure is not null", False: "{row}.failure is null"},
    )
    gains: bool | None = chosen(
        "Whether they would have been paid more; false for those who would have been paid less.",
        {True: "{row}.difference > 0", False: "{row}.difference < 0"},
    )


@stored(
    table="pay_run",
    kind="pay_trial",
    visible=visible_trial,
    field_class=FieldClass.PAY,
    by=By(("asked_at",), descending=True),
    also={"sums": SUMS},
)
class PayTrial(Node):
    """A dry run: what a version of a plan would have paid people for some days, beside what they were
    paid. Nobody's pay is changed by it. Sums leave out those of whom it is not known."""

    tries: PayPlanVersion | None = to_one("Which version is tried.", "tries_id")
    plan: PayPlan | None = to_one(
        "Whose people it is tried on, and with whose pay it is compared.", "plan_id"
    )
    starts_on: datetime.date = column("The first of its days.")
    ends_on: datetime.date = column("The last of its days.")
    reason: str = column("Why it was asked for; may be empty.")
    state: PayRunState = column("Where it stands.")
    asked_by: Person | None = to_one("Who asked for it.", "asked_by_id")
    asked_at: datetime.datetime = column("When it was asked for.")
    begun_at: datetime.datetime | None = column("When it began; null before.")
    ended_at: datetime.datetime | None = column("When it ended; null before.")
    total: int | None = column("How many payees it has; null at first.")
    done: int = column("How many of them are worked out.")
    failed: int = column("Of how many of those it is not known what they would have been paid.")
    given_up: int = column("How many were given up, since working it out broke down each time.")
    breakdowns: list[PayBreakdown] = listed(
        "Those who were given up, the first hundred.", BREAKDOWNS, order="place"
    )
    failure: str | None = column("Why it as a whole broke down; null where it did not.")
    paid: Money | None = dear(
        money(
            "What was paid; null where nothing is worked out yet.", "{sums}.paid", currency=CURRENCY
        ),
        points=5,
    )
    tried: Money | None = dear(
        money(
            "What the version would have paid; null where nothing is worked out yet.",
            "{sums}.tried",
            currency=CURRENCY,
        ),
        points=5,
    )
    more: Money | None = dear(
        money(
            "What the version would have cost more; negative where it would have cost less.",
            "{sums}.difference",
            currency=CURRENCY,
        ),
        points=5,
    )
    winners: int = dear(
        expression("How many would have been paid more.", "{sums}.winners"), points=5
    )
    losers: int = dear(expression("How many would have been paid less.", "{sums}.losers"), points=5)
    unchanged: int = dear(
        expression("How many would have been paid the same.", "{sums}.others"), points=5
    )
    components: list[PayTrialComponent] = dear(
        listed("By component, in the order of their keys.", _OF_ALL, order="place"), points=20
    )
    payees: CountedConnection[PayTrialPayee] = to_many(
        "Payee by payee: who would have gained most first, those of whom it is not known last.",
        foreign_key="run_id",
        filter=PayTrialPayeeFilter,
    )


@input_of
class PayTrialFilter:
    """Which dry runs; everything given must hold."""

    state: Comparison[PayRunState] | None = compares("By where they stand.")
