"""Pay plans as the schema shows them: their versions, who is on them, what is agreed with one person."""

import datetime
from decimal import Decimal

from auth.permissions import FieldClass
from domain.incentives.plan_access import (
    visible_assignment,
    visible_pay,
    visible_plan,
    visible_version,
)
from domain.incentives.plan_models import OverrideKind
from schema.calendars import Calendar
from schema.comparisons import IDComparison, TextComparison
from schema.compiler.fields import to_many, to_one
from schema.compiler.filters import chosen, compares
from schema.connections import Connection, CountedConnection
from schema.money import Money, money, number
from schema.nodes import Node, Versioned
from schema.people import Person, Position
from schema.plain import described_enum, input_of
from schema.storage import By, column, expression, stored

CURRENT = """(select version.id from pay_plan_version version where version.org_id = :org::uuid
  and version.plan_id = {row}.id and version.published_at is not null
  and version.begins_on <= :today::date order by version.begins_on desc limit 1)"""
ITS_CURRENCY = """(select plan.currency from pay_plan plan
  where plan.org_id = :org::uuid and plan.id = {row}.plan_id)"""

described_enum(
    OverrideKind,
    "What is agreed with one person alone.",
    {
        "QUOTA": "The quota of a measure.",
        "BASE_RATE": "The base rate of a component.",
        "TARGET_INCENTIVE": "Variable pay of a year at exactly 100 per cent.",
    },
)


@stored(
    table="pay_plan_version",
    kind="pay_plan_version",
    visible=visible_version,
    field_class=FieldClass.PAY_PLAN,
    by=By(("number",), descending=True),
)
class PayPlanVersion(Node, Versioned):
    """What a plan pays from a day on. A draft can be changed; what is published never is."""

    plan: "PayPlan" = to_one("Of which plan.", "plan_id")
    number: int = column("Counts the plan's versions; the first is 1.")
    begins_on: datetime.date = column("From which day on it pays, if it is published.")
    text: str = column("What it says, as YAML in the format of docs/pay-plans.md.")
    note: str = column("What its writer has to say; may be empty.")
    findings: list[str] = column(
        "What is odd about it, a sentence each: cliffs, dead zones, places where selling more pays less,"
        " tiers that nobody reaches, flat tops."
    )
    failing: list[str] = column(
        "What it pays otherwise than its own examples say, a sentence each; empty where it is published."
    )
    follows: int | None = column(
        "The number of the version that was in force before it; null where there was none."
    )
    changes: list[str] = column(
        "What is different from the version that it follows, a sentence each."
    )
    drafted_by: Person | None = to_one(
        "Who drafted it; null where the installation itself did.", "drafted_by_id"
    )
    drafted_at: datetime.datetime = column("When it was drafted.")
    published_by: Person | None = to_one(
        "Who published it: nobody who wrote in it.", "published_by_id"
    )
    published_at: datetime.datetime | None = column("When; null while it is a draft.")
    discarded_by: Person | None = to_one("Who discarded it as a draft.", "discarded_by_id")
    discarded_at: datetime.datetime | None = column(
        "When it was discarded, so that nothing comes of it; null where it was not."
    )


@stored(
    table="pay_assignment",
    kind="pay_assignment",
    visible=visible_assignment,
    field_class=FieldClass.PAY,
    by=By(("starts_on",), descending=True),
)
class PayAssignment(Node, Versioned):
    """Somebody on a plan, or whoever holds a position, for some days."""

    plan: "PayPlan" = to_one("On which plan.", "plan_id")
    person: Person | None = to_one("Who; null where it is a position.", "person_id")
    position: Position | None = to_one(
        "Whose holders are on the plan, each on the days on which they hold it and are not on it by name.",
        "position_id",
    )
    starts_on: datetime.date = column("The first day.")
    ends_on: datetime.date | None = column("The last day; null while no end is said.")
    target_incentive: Money = money(
        "Variable pay of a year at exactly 100 per cent.",
        "{row}.target_incentive",
        currency=ITS_CURRENCY,
    )


@stored(
    table="pay_override",
    kind="pay_override",
    visible=visible_pay,
    field_class=FieldClass.PAY,
    by=By(("starts_on",), descending=True),
)
class PayOverride(Node, Versioned):
    """What is agreed with one person alone, in place of what their plan or their goal says."""

    plan: "PayPlan | None" = to_one("Within which plan.", "plan_id")
    person: Person | None = to_one("With whom.", "person_id")
    kind: OverrideKind = column("What is agreed.")
    key: str = column(
        "The key of the measure or the component; empty where it is of the whole plan."
    )
    value: Decimal = number(
        "What holds: an amount in the plan's currency, or a rate as a fraction."
    )
    starts_on: datetime.date = column("The first day.")
    ends_on: datetime.date | None = column("The last day; null while no end is said.")
    reason: str = column("Why.")
    agreed_by: Person | None = to_one(
        "Who said so; null where the installation itself did.", "created_by_id"
    )


@stored(
    table="pay_plan",
    kind="pay_plan",
    visible=visible_plan,
    field_class=FieldClass.PAY_PLAN,
    by=By(("name",)),
)
class PayPlan(Node, Versioned):
    """By what people are paid, in versions of which each begins on a day."""

    key: str = column("The word that names it for ever, such as `field_sales`.")
    name: str = column("What it is called.")
    currency: str = column("ISO 4217 code of what it pays in.")
    calendar: Calendar | None = to_one(
        "By whose periods it pays; null for the months of the year.", "calendar_id"
    )
    retired: bool = expression(
        "Whether nobody is put on it any more.", "{row}.retired_at is not null"
    )
    current: PayPlanVersion | None = to_one(
        "The version that pays today; null where none is published or begun.", sql=CURRENT
    )
    versions: Connection[PayPlanVersion] = to_many(
        "Its versions, as far as you see them, the latest first.", foreign_key="plan_id"
    )
    assignments: CountedConnection[PayAssignment] = to_many(
        "Who is or was on it, as far as you see their pay, the latest first.",
        foreign_key="plan_id",
    )
    overrides: Connection[PayOverride] = to_many(
        "What is agreed with one person alone, as far as you see their pay, the latest first.",
        foreign_key="plan_id",
    )


@input_of
class PayPlanFilter:
    """Which plans; everything given must hold."""

    id: IDComparison | None = compares("By id.")
    key: TextComparison | None = compares("By key.")
    retired: bool | None = chosen(
        "Whether nobody is put on them any more.",
        {True: "{row}.retired_at is not null", False: "{row}.retired_at is null"},
    )
