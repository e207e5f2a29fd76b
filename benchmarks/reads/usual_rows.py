"""The usual way, its rows: Tortoise models, and DataLoaders that fetch what a level needs at once.

Written as a team that knows its tools would: one query a loader and level, sums by the database,
visibility by one look-up of who is below the viewer.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, TypeVar
from uuid import UUID

from strawberry.dataloader import DataLoader
from tortoise import connections

from auth.actor import Actor
from domain.goals.models import CheckIn, Goal
from domain.people.models import Organisation, Person
from domain.territories.models import Territory

T = TypeVar("T")

_REACHED = """
select goal.id, coalesce(case goal.measure
    when 'revenue' then sum(sale.amount)
    when 'margin' then sum(sale.amount - sale.cost) end, 0) as actual
from goal
left join sale on sale.org_id = goal.org_id and sale.person_id = goal.owner_id
  and sale.sold_on between goal.starts_on and goal.ends_on and sale.currency = goal.currency
where goal.org_id = $1 and goal.id = any($2)
group by goal.org_id, goal.id
"""
_CHECK_INS = """
select * from (
  select check_in.*, row_number() over (partition by goal_id order by noted_at desc, id desc) as place
  from check_in where org_id = $1 and goal_id = any($2)) latest
where place <= $3 order by goal_id, place
"""
_BELOW = """
select distinct person_id from reach
where org_id = $1 and viewer_id = $2 and person_id = any($3) and depth > 0 and during @> $4::date
"""
_SALES = """
select asked.territory_id, asked.starts_on, coalesce(sum(sale.amount), 0) as amount
from unnest($2::uuid[], $3::date[], $4::date[]) as asked (territory_id, starts_on, ends_on)
join territory_within inside on inside.org_id = $1 and inside.outer_id = asked.territory_id
left join sale on sale.org_id = $1 and sale.territory_id = inside.inner_id
  and sale.sold_on between asked.starts_on and asked.ends_on and sale.currency = $5
group by asked.territory_id, asked.starts_on
"""
_TARGETS = """
select asked.territory_id, asked.starts_on, sum(goal.target) as target, sum(reached.actual) as actual
from unnest($2::uuid[], $3::date[], $4::date[]) as asked (territory_id, starts_on, ends_on)
join territory_within inside on inside.org_id = $1 and inside.outer_id = asked.territory_id
join goal on goal.org_id = $1 and goal.territory_id = inside.inner_id
  and goal.starts_on between asked.starts_on and asked.ends_on
  and goal.status = 'approved' and goal.measure = 'revenue' and goal.currency = $5
cross join lateral (
  select coalesce(sum(sale.amount), 0) as actual from sale
  where sale.org_id = $1 and sale.person_id = goal.owner_id
    and sale.sold_on between goal.starts_on and goal.ends_on and sale.currency = goal.currency
) reached
group by asked.territory_id, asked.starts_on
"""


@dataclass(frozen=True, slots=True)
class InPeriod:
    """A territory in a period."""

    territory_id: UUID
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class Targets:
    target: Decimal
    actual: Decimal


class Loaders:
    """One set a request; what was loaded once is not asked for again."""

    def __init__(self, actor: Actor, organisation: Organisation) -> None:
        self._actor = actor
        self._org = actor.org
        self._organisation = organisation

    @cached_property
    def person(self) -> DataLoader[UUID, Person | None]:
        return DataLoader(self._by_id(Person.filter))

    @cached_property
    def territory(self) -> DataLoader[UUID, Territory | None]:
        return DataLoader(self._by_id(Territory.filter))

    @cached_property
    def goal(self) -> DataLoader[UUID, Goal | None]:
        return DataLoader(self._by_id(Goal.filter))

    def _by_id(
        self, filter: Callable[..., Awaitable[list[Any]]]
    ) -> Callable[[list[UUID]], Awaitable[list[Any]]]:
        async def load(ids: list[UUID]) -> list[Any]:
            rows = {row.id: row for row in await filter(org_id=self._org, id__in=ids)}
            return [rows.get(one) for one in ids]

        return load

    @cached_property
    def reached(self) -> DataLoader[UUID, Decimal]:
        async def load(goals: list[UUID]) -> Sequence[Decimal]:
            rows = await _rows(_REACHED, self._org, goals)
            actual = {row["id"]: row["actual"] for row in rows}
            return [actual[goal] for goal in goals]

        return DataLoader(load)

    @cached_property
    def check_ins(self) -> DataLoader[tuple[UUID, int], list[CheckIn]]:
        async def load(asked: list[tuple[UUID, int]]) -> Sequence[list[CheckIn]]:
            most = max(first for _, first in asked)
            found: dict[UUID, list[CheckIn]] = defaultdict(list)
            for row in await _rows(_CHECK_INS, self._org, [goal for goal, _ in asked], most):
                found[row["goal_id"]].append(CheckIn._init_from_db(**_of(CheckIn, row)))
            return [found[goal][:first] for goal, first in asked]

        return DataLoader(load)

    @cached_property
    def is_below(self) -> DataLoader[UUID, bool]:
        async def load(people: list[UUID]) -> Sequence[bool]:
            actor = self._actor
            rows = await _rows(_BELOW, actor.org, actor.person, people, actor.today)
            below = {row["person_id"] for row in rows}
            return [person in below for person in people]

        return DataLoader(load)

    @cached_property
    def sales(self) -> DataLoader[InPeriod, Decimal]:
        async def load(asked: list[InPeriod]) -> Sequence[Decimal]:
            rows = await _rows(_SALES, *self._columns(asked))
            amounts = {(row["territory_id"], row["starts_on"]): row["amount"] for row in rows}
            return [amounts[one.territory_id, one.starts_on] for one in asked]

        return DataLoader(load)

    @cached_property
    def targets(self) -> DataLoader[InPeriod, Targets | None]:
        async def load(asked: list[InPeriod]) -> Sequence[Targets | None]:
            found = {
                (row["territory_id"], row["starts_on"]): Targets(row["target"], row["actual"])
                for row in await _rows(_TARGETS, *self._columns(asked))
            }
            return [found.get((one.territory_id, one.starts_on)) for one in asked]

        return DataLoader(load)

    def _columns(self, asked: Sequence[InPeriod]) -> list[object]:
        territories = [one.territory_id for one in asked]
        starts, ends = [one.starts_on for one in asked], [one.ends_on for one in asked]
        return [self._org, territories, starts, ends, self._organisation.currency]


async def _rows(sql: str, *values: object) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = await connections.get("default").execute_query_dict(
        sql, list(values)
    )
    return rows


def _of(model: type[CheckIn], row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in model._meta.fields_map}
