"""What plans pay, as totals in which nobody is named and from which nobody's pay can be taken."""

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

import strawberry

from auth.actor import Actor
from auth.permissions import FieldClass
from domain.incentives.pay_access import visible_total
from domain.incentives.periods import days_asked
from schema.compiler.fields import page, to_one
from schema.compiler.filters import named
from schema.cost_rules import dear
from schema.money import Money, money
from schema.pay_plans import PayPlan
from schema.plain import input_of, plain
from schema.storage import By, column, expression, listed, stored

TOO_FEW = "'Fewer than five people were paid anything by this plan in this period.'"
WOULD_TELL = "'By component it would tell what fewer than five people were paid.'"


@plain
class PayTotalTeam:
    """What the people of one manager were paid together: those who report to them on the period's last
    day."""

    manager: str | None = strawberry.field(
        description="The manager's name; null for everybody of teams that are too small to be shown, and of"
        " none, together."
    )
    people: int = strawberry.field(
        description="How many of them were paid anything, at least five."
    )
    amount: Decimal = strawberry.field(
        description="What they were paid, in the currency of the whole; the teams sum to it."
    )


@plain
class PayTotalComponent:
    """What one component of a plan paid everybody together."""

    key: str | None = strawberry.field(
        description="Its key in the plan; null for those together that would be told of too few people."
    )
    name: str | None = strawberry.field(description="What it is called; null for several together.")
    amount: Decimal = strawberry.field(
        description="What it paid, in the currency of the whole; the components sum to it."
    )


TEAMS = """(select manager.name as manager, team.people, trim_scale(team.amount) as amount,
    concat(team.manager_id is null, ' ', manager.name, team.manager_id) as place
  from jsonb_to_recordset({row}.teams) as team (manager_id uuid, people bigint, amount numeric)
  left join person manager on manager.org_id = :org::uuid and manager.id = team.manager_id)"""
COMPONENTS = """(select part.key, part.name, trim_scale(part.amount) as amount,
    concat(part.key is null, ' ', part.key) as place
  from jsonb_to_recordset({row}.components) as part (key text, name text, amount numeric))"""


@stored(
    source="(select * from pay_totals(:org::uuid, :first_day::date, :last_day::date))",
    key={"plan_id": UUID, "ends_on": datetime.date, "currency": str},
    visible=visible_total,
    field_class=FieldClass.PAY_TOTAL,
    by=By(("starts_on",), descending=True),
)
class PayTotal:
    """What one plan paid for one period, as it stands: a total over at least five people who were paid
    anything. By team and by component it is made of the same groups, each of at least five."""

    plan: PayPlan | None = to_one("By which plan.", "plan_id")
    starts_on: datetime.date = column("The period's first day.")
    ends_on: datetime.date = column("The period's last day.")
    people: int | None = column("How many were paid anything; null where that is withheld.")
    total: Money | None = money("What they were paid; null where it is withheld.", "{row}.amount")
    withheld: str | None = expression(
        "Why it is withheld; null where it is not.",
        f"case when {{row}}.amount is null then {TOO_FEW} end",
    )
    teams: list[PayTotalTeam] = listed(
        "By team, in the order of the managers' names; empty where the whole is withheld.",
        TEAMS,
        order="place",
    )
    components: list[PayTotalComponent] = listed(
        "By component, in the order of their keys; empty where that is withheld.",
        COMPONENTS,
        order="place",
    )
    components_withheld: str | None = expression(
        "Why it is not shown by component; null where it is.",
        f"case when {{row}}.amount is null then {TOO_FEW} when {{row}}.components is null then {WOULD_TELL} end",
    )


@input_of
class PayTotalFilter:
    """Which days."""

    from_: datetime.date | None = named(
        "Periods that this day or a later one is in; by default the first day of today's year.",
        name="from",
    )
    to: datetime.date | None = named(
        "Periods that this day or an earlier one is in; by default today. At most five years later."
    )


def _days(actor: Actor, given: Mapping[str, Any]) -> Mapping[str, tuple[object, str]]:
    asked = given.get("filter") or {}
    first, last = days_asked(asked.get("from"), asked.get("to"), actor.today)
    return {"first_day": (first, "date"), "last_day": (last, "date")}


def pay_totals_field() -> Any:
    """The root field, for the caller's days."""
    return dear(
        page(
            "What plans pay, by plan and period, the latest period first; for those who see totals of pay."
            " Whoever does not see everybody's pay sees periods that are over.",
            filter=PayTotalFilter,
            named=_days,
        ),
        points=1_300,
    )
