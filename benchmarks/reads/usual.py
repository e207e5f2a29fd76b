"""The usual way: Strawberry types with resolvers, Tortoise for rows, DataLoaders for each level.

The same questions have the same answers here as in Attain's own schema, as far as the measured
documents go. Parser and validation caches are on.
"""

import base64
import datetime
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any
from uuid import UUID

import orjson
import strawberry
from strawberry.extensions import ParserCache, ValidationCache
from strawberry.schema.config import StrawberryConfig
from tortoise.expressions import RawSQL

from auth.actor import Actor, Role
from auth.permissions import Act, Relation, may_upon
from benchmarks.reads.usual_rows import InPeriod, Loaders, Targets
from domain.goals import models
from domain.goals.models import Confidence, GoalAct, GoalStatus
from domain.goals.offering import GoalAction
from domain.goals.rules import possible_acts
from domain.ids import new_id
from domain.people.models import Organisation as OrganisationRow
from domain.territories.models import Territory as TerritoryRow
from domain.territories.periods import Grain, periods_between
from schema.goal_actions import GoalMeasure
from schema.scalars import SCALARS, Rate
from schema.typed_ids import decode, encode


@dataclass(slots=True)
class Context:
    """Of one request."""

    actor: Actor
    organisation: OrganisationRow
    load: Loaders


Info = strawberry.Info[Context, None]


@strawberry.type
class Money:
    amount: Decimal
    currency: str

    @classmethod
    def of(cls, amount: Decimal, currency: str) -> "Money":
        return cls(amount=_shown(amount, 2), currency=currency)


@strawberry.type
class PageInfo:
    has_next_page: bool
    end_cursor: str | None


@strawberry.type
class Person:
    id: strawberry.ID
    name: str
    title: str

    @classmethod
    async def load(cls, info: Info, id: UUID) -> "Person":
        row = await info.context.load.person.load(id)
        assert row is not None
        return cls(id=_id("person", row.id), name=row.name, title=row.title)


@strawberry.type
class Organisation:
    id: strawberry.ID
    name: str


@strawberry.type
class Territory:
    id: strawberry.ID
    name: str

    @classmethod
    async def load(cls, info: Info, id: UUID | None) -> "Territory | None":
        row = None if id is None else await info.context.load.territory.load(id)
        return None if row is None else cls(id=_id("territory", row.id), name=row.name)


@strawberry.type
class Me:
    roles: list[Role]
    today: datetime.date

    @strawberry.field
    async def person(self, info: Info) -> Person | None:
        actor = info.context.actor
        return None if actor.person is None else await Person.load(info, actor.person)

    @strawberry.field
    def organisation(self, info: Info) -> Organisation:
        row = info.context.organisation
        return Organisation(id=_id("organisation", row.org_id), name=row.name)


@strawberry.type
class Period:
    starts_on: datetime.date
    ends_on: datetime.date


@strawberry.type
class CheckIn:
    id: strawberry.ID
    value: Decimal | None
    confidence: Confidence
    note: str
    noted_at: datetime.datetime
    goal_id: strawberry.Private[UUID]

    @classmethod
    def of(cls, row: models.CheckIn) -> "CheckIn":
        return cls(
            id=_id("check_in", row.id),
            value=None if row.value is None else _shown(row.value),
            confidence=Confidence(row.confidence),
            note=row.note,
            noted_at=row.noted_at,
            goal_id=row.goal_id,
        )

    @strawberry.field
    async def goal(self, info: Info) -> "Goal":
        row = await info.context.load.goal.load(self.goal_id)
        assert row is not None
        return Goal.of(row)


@strawberry.type
class CheckIns:
    nodes: list[CheckIn]


@strawberry.type
class Goal:
    id: strawberry.ID
    version: int
    name: str
    status: GoalStatus
    measure: GoalMeasure
    period: Period
    target: Money
    row: strawberry.Private[models.Goal]

    @classmethod
    def of(cls, row: models.Goal) -> "Goal":
        assert row.ends_on and row.currency  # noqa: PT018 - as every goal of the data
        assert row.target is not None
        return cls(
            id=_id("goal", row.id),
            version=row.version,
            name=row.name,
            status=GoalStatus(row.status),
            measure=GoalMeasure(row.measure or "other"),
            period=Period(starts_on=row.starts_on, ends_on=row.ends_on),
            target=Money.of(row.target, row.currency),
            row=row,
        )

    @strawberry.field
    async def owner(self, info: Info) -> Person:
        return await Person.load(info, self.row.owner_id)

    @strawberry.field
    async def territory(self, info: Info) -> Territory | None:
        return await Territory.load(info, self.row.territory_id)

    @strawberry.field
    async def actual(self, info: Info) -> Money:
        reached = await info.context.load.reached.load(self.row.id)
        return Money.of(reached, self.target.currency)

    @strawberry.field
    async def attainment(self, info: Info) -> Rate | None:
        assert self.row.target is not None
        return _attainment(await info.context.load.reached.load(self.row.id), self.row.target)

    @strawberry.field
    async def viewer_can(self, info: Info) -> list[GoalAction]:
        actor, owner = info.context.actor, self.row.owner_id
        below = owner != actor.person and await info.context.load.is_below.load(owner)
        relation = Relation.CHAIN if below else Relation.COLLEAGUE
        relation = Relation.SELF if owner == actor.person else relation
        possible = possible_acts(self.status)
        return [
            action
            for action, (done, act) in _ACTS.items()
            if done in possible and may_upon(actor, act, relation)
        ]

    @strawberry.field
    async def check_ins(self, info: Info, first: int = 20) -> CheckIns:
        rows = await info.context.load.check_ins.load((self.row.id, first))
        return CheckIns(nodes=[CheckIn.of(row) for row in rows])


_ACTS = {
    GoalAction.CHANGE: (GoalAct.CHANGED, Act.GOAL_DRAFT),
    GoalAction.SUBMIT: (GoalAct.SUBMITTED, Act.GOAL_SUBMIT),
    GoalAction.APPROVE: (GoalAct.APPROVED, Act.GOAL_APPROVE),
    GoalAction.RETURN: (GoalAct.RETURNED, Act.GOAL_RETURN),
    GoalAction.CHECK_IN: (GoalAct.CHECKED_IN, Act.GOAL_CHECK_IN),
}


@strawberry.type
class Goals:
    nodes: list[Goal]
    page_info: PageInfo


@strawberry.enum
class Whose(Enum):
    MINE = "mine"
    TEAM = "team"


@strawberry.enum
class GoalOrderField(Enum):
    STARTS_ON = "starts_on"
    ENDS_ON = "ends_on"


@strawberry.enum
class Direction(Enum):
    ASC = "asc"
    DESC = "desc"


@strawberry.input
class DateComparison:
    gte: datetime.date | None = None
    lte: datetime.date | None = None


@strawberry.input
class GoalStatusComparison:
    in_: list[GoalStatus] | None = strawberry.field(name="in", default=None)


@strawberry.input
class GoalFilter:
    whose: Whose | None = None
    current: bool | None = None
    starts_on: DateComparison | None = None
    status: GoalStatusComparison | None = None


@strawberry.input
class GoalOrder:
    field: GoalOrderField
    direction: Direction = Direction.ASC


async def goals(
    info: Info, filter: GoalFilter, order_by: GoalOrder, first: int = 20, after: str | None = None
) -> Goals:
    """One page of the goals that the caller may see."""
    actor = info.context.actor
    found = models.Goal.filter(org_id=actor.org)
    if filter.whose is Whose.MINE:
        found = found.filter(owner_id=actor.person)
    else:
        found = found.annotate(below=RawSQL(_below(actor))).filter(below=True)
    if filter.current:
        found = found.filter(starts_on__lte=actor.today, ends_on__gte=actor.today)
    if filter.starts_on and filter.starts_on.gte:
        found = found.filter(starts_on__gte=filter.starts_on.gte)
    if filter.starts_on and filter.starts_on.lte:
        found = found.filter(starts_on__lte=filter.starts_on.lte)
    if filter.status and filter.status.in_:
        found = found.filter(status__in=[status.value for status in filter.status.in_])
    column, down = order_by.field.value, order_by.direction is Direction.DESC
    if after is not None:
        found = found.annotate(later=RawSQL(_later(column, down, after))).filter(later=True)
    sign = "-" if down else ""
    rows = await found.order_by(f"{sign}{column}", f"{sign}id").limit(first + 1)
    page = rows[:first]
    cursor = _cursor(getattr(page[-1], column), page[-1].id) if page else None
    return Goals(
        nodes=[Goal.of(row) for row in page],
        page_info=PageInfo(has_next_page=len(rows) > first, end_cursor=cursor),
    )


def _below(actor: Actor) -> str:
    # Ids and a date of our own types, so nothing can be injected.
    assert isinstance(actor.person, UUID)
    return (
        f"exists (select 1 from reach where reach.org_id = '{actor.org}' and reach.viewer_id ="
        f" '{actor.person}' and reach.person_id = owner_id and reach.depth > 0"
        f" and reach.during @> '{actor.today}'::date)"
    )


def _cursor(value: datetime.date, id: UUID) -> str:
    return base64.urlsafe_b64encode(orjson.dumps([value, str(id)])).decode()


def _later(column: str, down: bool, after: str) -> str:
    day, id = orjson.loads(base64.urlsafe_b64decode(after))
    key = f"('{datetime.date.fromisoformat(day)}'::date, '{UUID(id)}'::uuid)"
    return f"({column}, id) {'<' if down else '>'} {key}"


@strawberry.type
class TerritoryPerformance:
    period_start: datetime.date
    period_end: datetime.date
    at: strawberry.Private[InPeriod]

    @strawberry.field
    async def territory(self, info: Info) -> Territory | None:
        return await Territory.load(info, self.at.territory_id)

    @strawberry.field
    async def sales(self, info: Info) -> Money:
        amount = await info.context.load.sales.load(self.at)
        return Money.of(amount, info.context.organisation.currency)

    @strawberry.field
    async def target(self, info: Info) -> Money | None:
        sums = await self._targets(info)
        return None if sums is None else Money.of(sums.target, info.context.organisation.currency)

    @strawberry.field
    async def actual(self, info: Info) -> Money | None:
        sums = await self._targets(info)
        return None if sums is None else Money.of(sums.actual, info.context.organisation.currency)

    @strawberry.field
    async def attainment(self, info: Info) -> Rate | None:
        sums = await self._targets(info)
        return None if sums is None else _attainment(sums.actual, sums.target)

    async def _targets(self, info: Info) -> Targets | None:
        return await info.context.load.targets.load(self.at)


@strawberry.type
class TerritoryPerformances:
    nodes: list[TerritoryPerformance]
    page_info: PageInfo


@strawberry.input
class PerformanceFilter:
    territory_ids: list[strawberry.ID] | None = None
    from_: datetime.date | None = strawberry.field(name="from", default=None)
    to: datetime.date | None = None


async def performance(
    info: Info,
    by: Annotated[Grain, strawberry.argument()],
    filter: PerformanceFilter,
    first: int = 20,
    after: str | None = None,
) -> TerritoryPerformances:
    """The first page of a partner app's territories, period by period."""
    actor = info.context.actor
    assert after is None, "the benchmark reads first pages"
    granted = (
        "exists (select 1 from territory_within granted where granted.org_id = territory.org_id"
        f" and granted.outer_id = any('{{{','.join(map(str, actor.territories))}}}'::uuid[])"
        " and granted.inner_id = territory.id)"
    )
    found = TerritoryRow.filter(org_id=actor.org).annotate(seen=RawSQL(granted)).filter(seen=True)
    if filter.territory_ids:
        found = found.filter(id__in=[decode(id, "territory") for id in filter.territory_ids])
    begins, last = periods_between(by, filter.from_, filter.to, actor.today)
    rows = await found.order_by("name", "id")
    asked: list[InPeriod] = []
    while begins <= last and len(asked) <= first:  # no more periods than the page shows
        ends = _months(begins, by.months) - datetime.timedelta(days=1)
        asked += [InPeriod(row.id, begins, ends) for row in rows]
        begins = ends + datetime.timedelta(days=1)
    nodes = [
        TerritoryPerformance(period_start=one.starts_on, period_end=one.ends_on, at=one)
        for one in asked[:first]
    ]
    cursor = _cursor(asked[:first][-1].starts_on, asked[:first][-1].territory_id) if nodes else None
    return TerritoryPerformances(
        nodes=nodes, page_info=PageInfo(has_next_page=len(asked) > first, end_cursor=cursor)
    )


def _months(first: datetime.date, count: int) -> datetime.date:
    years, month = divmod(first.month - 1 + count, 12)
    return first.replace(year=first.year + years, month=month + 1)


@strawberry.interface
class UserError:
    message: str
    path: list[str]


@strawberry.type
class NotFoundError(UserError):
    pass


@strawberry.type
class GoalStateError(UserError):
    status: GoalStatus


@strawberry.input
class GoalCheckInInput:
    client_mutation_id: str
    goal_id: strawberry.ID = strawberry.field(name="id")
    confidence: Confidence
    check_in_id: strawberry.ID | None = None
    value: Decimal | None = None
    note: str = ""
    noted_at: datetime.datetime | None = None


GoalCheckInError = Annotated[NotFoundError | GoalStateError, strawberry.union("GoalCheckInError")]


@strawberry.type
class GoalCheckInPayload:
    client_mutation_id: str
    errors: list[GoalCheckInError]
    check_in: CheckIn | None


async def goal_check_in(info: Info, input: GoalCheckInInput) -> GoalCheckInPayload:
    """Kept, and nothing beside: no key against repeats, no history."""
    actor, sent = info.context.actor, input.client_mutation_id
    goal = await models.Goal.filter(
        org_id=actor.org, id=decode(input.goal_id, "goal"), owner_id=actor.person
    ).first()
    if goal is None:
        absent = NotFoundError(message="There is no such goal.", path=["id"])
        return GoalCheckInPayload(client_mutation_id=sent, errors=[absent], check_in=None)
    if goal.status != GoalStatus.APPROVED:
        state = GoalStateError(
            message="It is not approved.", path=["id"], status=GoalStatus(goal.status)
        )
        return GoalCheckInPayload(client_mutation_id=sent, errors=[state], check_in=None)
    row = await models.CheckIn.add(
        org_id=actor.org,
        id=new_id(),
        goal_id=goal.id,
        author_id=actor.person,
        value=input.value,
        confidence=input.confidence,
        note=input.note,
        noted_at=input.noted_at or datetime.datetime.now(datetime.UTC),
    )
    return GoalCheckInPayload(client_mutation_id=sent, errors=[], check_in=CheckIn.of(row))


def _attainment(actual: Decimal, target: Decimal) -> Rate:
    quantum = Decimal("0.0001")
    share = (actual / target).quantize(quantum, rounding="ROUND_HALF_UP")
    return Rate(_shown(share))


def _shown(number: Decimal, places: int = 0) -> Decimal:
    """The number without decimal places that say nothing, but with so many at least."""
    exponent = number.normalize().as_tuple().exponent
    assert isinstance(exponent, int)
    return number.quantize(Decimal(1).scaleb(-max(places, -exponent)))


def _id(kind: str, uuid: UUID) -> strawberry.ID:
    return strawberry.ID(encode(kind, uuid))


def me(info: Info) -> Me:
    actor = info.context.actor
    return Me(roles=sorted(actor.roles), today=actor.today)


@strawberry.type
class Query:
    me: Me = strawberry.field(resolver=me)
    goals: Goals = strawberry.field(resolver=goals)
    performance: TerritoryPerformances = strawberry.field(resolver=performance)


@strawberry.type
class Mutation:
    goal_check_in: GoalCheckInPayload = strawberry.field(resolver=goal_check_in)


def usual_schema() -> Any:
    """Strawberry's schema as its documentation has it."""
    return strawberry.Schema(
        Query,
        Mutation,
        config=StrawberryConfig(scalar_map=SCALARS),
        extensions=[lambda: ParserCache(maxsize=100), lambda: ValidationCache(maxsize=100)],
    )
