"""How territories do, period by period: sums in which nobody is named."""

import datetime
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import strawberry

from auth.actor import Actor
from auth.permissions import FieldClass
from domain.goals.figures import TERRITORY_GOALS, share
from domain.sales.figures import TERRITORY_SALES
from domain.territories.access import visible_performance
from domain.territories.periods import TERRITORY_PERIODS, Grain, periods_between
from schema.compiler.fields import page, to_one
from schema.compiler.filters import holds, listed_ids, named
from schema.cost_rules import dear
from schema.money import SHOWN_NUMBER, Money, money
from schema.plain import described_enum, input_of
from schema.scalars import Rate
from schema.storage import By, column, expression, stored
from schema.territories import Territory

described_enum(
    Grain,
    "How long a period is.",
    {"MONTH": "A month.", "QUARTER": "A quarter of the calendar year.", "YEAR": "A calendar year."},
)


@stored(
    source=TERRITORY_PERIODS,
    key={"starts_on": datetime.date, "territory_name": str, "territory_id": UUID},
    visible=visible_performance,
    field_class=FieldClass.PERFORMANCE,
    by=By(("period_start",)),
    also={"goals": TERRITORY_GOALS},
)
class TerritoryPerformance:
    """How one territory, with everything within it, did in one period, in the organisation's
    currency. No person and no pay is in it."""

    territory: Territory | None = to_one(
        "The territory; null where you may not see it.", "territory_id"
    )
    period_start: datetime.date = column("The period's first day.", "starts_on")
    period_end: datetime.date = column("The period's last day.", "ends_on")
    sales: Money = dear(money("What was sold in the period.", TERRITORY_SALES), points=4)
    target: Money | None = dear(
        money(
            "The sum of the approved revenue goals that begin in the period; null where there are"
            " none.",
            "{goals}.target",
        ),
        points=2,
    )
    actual: Money | None = dear(
        money(
            "What the owners of those goals have reached; null where there are none.",
            "{goals}.actual",
        ),
        points=2,
    )
    attainment: Rate | None = dear(
        expression(
            "Actual as a share of target, rounded half away from zero to four places; null without a target.",
            share("{goals}.actual", "{goals}.target"),
            shown=SHOWN_NUMBER,
        ),
        points=2,
    )


@input_of
class PerformanceFilter:
    """Which territories, and which days."""

    territory_ids: list[strawberry.ID] | None = holds(
        "Only these territories, each as one; at most 100. All that you may see, if left out.",
        "{row}.territory_id = any({value})",
        cast="uuid[]",
        read=listed_ids("territory"),
    )
    from_: datetime.date | None = named(
        "Periods that this day or a later one is in; by default the first day of today's year.",
        name="from",
    )
    to: datetime.date | None = named(
        "Periods that this day or an earlier one is in; by default today."
    )


def _periods(actor: Actor, given: Mapping[str, Any]) -> Mapping[str, tuple[object, str]]:
    asked = given.get("filter") or {}
    first, last = periods_between(given["by"], asked.get("from"), asked.get("to"), actor.today)
    return {
        "months": (given["by"].months, "int"),
        "first_day": (first, "date"),
        "last_day": (last, "date"),
    }


def performance_field() -> Any:
    """The root field, whose periods are made of the caller's days."""
    return page(
        "How territories do, by period: the earliest period first, territories by name.",
        filter=PerformanceFilter,
        named=_periods,
        arguments={"by": (Grain, "How long each period is.")},
    )
