"""A plan over time: which of its published versions pays for a period, and what each asks for."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import orjson

from domain.incentives import pay_rows
from domain.incentives.documents import plan_of
from domain.incentives.periods import Days, Period, calendar_months, periods_of
from domain.incentives.proration import months_since
from domain.incentives.terms import RUNNING_ON, Commission, Figure, Objectives, Plan


@dataclass(frozen=True, slots=True)
class Version:
    """A published version."""

    id: UUID
    begins_on: date
    plan: Plan
    asks: frozenset[str] = field(init=False)
    """The facts that its formulas and its grids ask for."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "asks", self.plan.asks)

    @property
    def runs_on(self) -> bool:
        """Whether something of it runs on from one period to the next."""
        return any(each.over in RUNNING_ON for each in self.plan.measures)

    @property
    def scores_goals(self) -> bool:
        return any(isinstance(each.earns, Objectives) for each in self.plan.components)

    @property
    def asks_margins(self) -> bool:
        """Whether it has to be known what deals cost."""
        of_margin = any(each.of is Figure.MARGIN for each in self.plan.measures)
        return of_margin or "deal.margin" in self.asks

    def with_base_rates(self, rates: Mapping[str, Decimal]) -> Plan:
        """The plan with rates that are agreed with one payee alone."""
        if not rates:
            return self.plan
        components = []
        for each in self.plan.components:
            if each.key in rates and isinstance(each.earns, Commission) and each.budget is None:
                earns = replace(each.earns, base_rate=rates[each.key], derived_rate=False)
                each = replace(each, earns=earns)
            components.append(each)
        return replace(self.plan, components=tuple(components))


@dataclass(frozen=True, slots=True)
class PlanInForce:
    """A plan with its published versions, and with the periods of its calendar."""

    id: UUID
    currency: str
    versions: Sequence[Version]
    periods: Sequence[Period]
    starts: Sequence[date] = ()
    """The first days of all periods there are; empty where they are calendar months."""
    in_a_year: Mapping[Days, int] = field(init=False)
    """How many periods each year has."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "in_a_year", Counter(each.year for each in self.periods))

    def version(self, period: Days) -> Version | None:
        """The version in force on the period's first day, else the first that begins in the period:
        a period is paid by one version."""
        begun = [each for each in self.versions if each.begins_on <= period.first]
        if begun:
            return begun[-1]
        within = [each for each in self.versions if each.begins_on <= period.last]
        return within[0] if within else None

    def place(self, day: date, came: date) -> int:
        """Which period of somebody's on the plan a day lies in; that in which they came is 1."""
        if not self.starts:
            return months_since(came, day)
        return bisect_right(self.starts, day) - max(bisect_right(self.starts, came), 1) + 1

    def within(self, first: date, last: date) -> list[Period]:
        """The periods that these days touch, in order."""
        days = Days(first, last)
        return [each for each in self.periods if each.days.both(days)]


async def plan_in_force(org: UUID, plan_id: UUID, first: date, last: date) -> PlanInForce:
    """The plan, and its periods in all the years that these days touch."""
    [plan] = await pay_rows.rows(pay_rows.PLAN, org=org, plan=plan_id)
    versions = [
        Version(row["id"], row["begins_on"], plan_of(plan["key"], orjson.loads(row["terms"])))
        for row in await pay_rows.rows(pay_rows.VERSIONS, org=org, plan=plan_id)
    ]
    if plan["calendar_id"] is None:
        return PlanInForce(plan_id, plan["currency"], versions, calendar_months(first, last))
    every, days = await _calendar(org, plan["calendar_id"]), Days(first, last)
    periods = [each for each in every if each.year.both(days)]
    starts = [each.days.first for each in every]
    return PlanInForce(plan_id, plan["currency"], versions, periods, starts)


async def _calendar(org: UUID, calendar: UUID) -> list[Period]:
    grains: dict[str, list[Days]] = {"period": [], "quarter": [], "year": []}
    for row in await pay_rows.rows(pay_rows.CALENDAR, org=org, calendar=calendar):
        grains[row["grain"]].append(Days(row["starts_on"], row["ends_on"]))
    return periods_of(grains["period"], grains["quarter"], grains["year"])
