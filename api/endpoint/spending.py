"""What a request costs its caller: a cap for each operation, and budgets that fill up again.

Every request spends the points that its operation may cost at most, known before anything runs,
out of three buckets at once: its organisation's, its app's and its person's. What does not fit
changes nothing and runs nothing.
"""

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, Protocol

import orjson
from graphql import FragmentDefinitionNode, OperationDefinitionNode

from api.endpoint.budget import Bucket, Buckets, Rate, seconds_until
from api.endpoint.errors import Code, RequestRefused
from api.endpoint.execution import Operation

if TYPE_CHECKING:
    from api.endpoint.endpoint import Caller


class Cost(Protocol):
    """What an operation may cost at most."""

    @property
    def points(self) -> int: ...

    @property
    def nodes(self) -> int: ...

    @property
    def tables(self) -> int: ...


CostOf = Callable[
    [OperationDefinitionNode, Mapping[str, FragmentDefinitionNode], Mapping[str, object]], Cost
]
"""(operation, its document's fragments, variables as sent) -> its cost."""


@dataclass(frozen=True, slots=True)
class CostLimits:
    """What one operation may cost. `document` is the price of reading a document that is new to the
    process, which takes it tens of milliseconds: so many points, and one for each ten characters."""

    points: int
    nodes: int
    tables: int = 60
    document: int = 0


@dataclass(frozen=True, slots=True)
class Budgets:
    """What callers may spend over time. `app` is one app of ours in one organisation, `partner`
    one partner app."""

    organisation: Rate
    app: Rate
    partner: Rate
    person: Rate

    def shared(self, workers: int, dearest: int) -> "Budgets":
        """Each of several workers' part, in which the dearest operation still fits."""

        def part(rate: Rate) -> Rate:
            return Rate(max(rate.capacity / workers, dearest), rate.per_second / workers)

        return Budgets(
            part(self.organisation), part(self.app), part(self.partner), part(self.person)
        )


@dataclass(frozen=True, slots=True)
class Bill:
    """What a request has cost, and how to tell what is left; buckets by the name that callers know
    them by."""

    cost: Cost
    buckets: Mapping[str, Bucket]
    left: Callable[[Bucket], float]

    def shown(self) -> dict[str, object]:
        """For `extensions.cost`."""
        requested = {"points": self.cost.points, "nodes": self.cost.nodes}
        return {
            "requested": requested,
            **{
                name: {
                    "capacity": math.floor(bucket.rate.capacity),
                    "remaining": math.floor(self.left(bucket)),
                    "refillPerSecond": round(bucket.rate.per_second, 3),
                }
                for name, bucket in self.buckets.items()
            },
        }


class _Reading(NamedTuple):
    points: int
    nodes: int = 0
    tables: int = 0


class Spending:
    """One per process, since its buckets are; of several workers each has its part."""

    def __init__(
        self,
        cost_of: CostOf,
        limits: CostLimits,
        budgets: Budgets,
        *,
        workers: int = 1,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._cost_of = cost_of
        self._limits = limits
        self._budgets = budgets.shared(workers, limits.points)
        self._buckets = Buckets()
        self._now = now

    def spend(
        self, caller: "Caller | None", operation: Operation, variables: Mapping[str, object]
    ) -> Bill:
        """Take what the operation costs. Raises RequestRefused: with 400 for one that is too
        costly for anybody, with 429 for a caller who has spent too much. A stranger has no
        buckets."""
        cost = self._cost_of(operation.definition, operation.fragments, variables)
        self._check(cost)
        return self._taken(caller, cost)

    def charge_reading(self, caller: "Caller", text: str) -> None:
        """Take what it costs to parse, validate and compile a document that is new here, whether or
        not it turns out to be valid. Raises RequestRefused with 429."""
        if self._limits.document:
            self._taken(caller, _Reading(self._limits.document + len(text) // 10))

    def _taken(self, caller: "Caller | None", cost: Cost) -> Bill:
        buckets = {} if caller is None else self._buckets_of(caller)
        now = self._now()
        empty = self._buckets.take(cost.points, list(buckets.values()), now) if buckets else None
        if empty is not None:
            name = next(name for name, bucket in buckets.items() if bucket is empty)
            raise _spent(name, empty.rate, self._buckets.left(empty, now), cost)
        return Bill(cost, buckets, partial(self._buckets.left, now=now))

    def _check(self, cost: Cost) -> None:
        for limit, found, maximum in (
            ("points", cost.points, self._limits.points),
            ("nodes", cost.nodes, self._limits.nodes),
            ("tables", cost.tables, self._limits.tables),
        ):
            if found > maximum:
                raise _too_costly(limit, found, maximum)

    def _buckets_of(self, caller: "Caller") -> dict[str, Bucket]:
        org, app = caller.org_id, caller.client_id or caller.app
        budgets = self._budgets
        buckets = {
            "organisation": Bucket(("organisation", org), budgets.organisation),
            "app": Bucket(("app", org, app), budgets.partner if caller.is_partner else budgets.app),
        }
        if caller.person_id:
            buckets["person"] = Bucket(("person", org, caller.person_id), budgets.person)
        return buckets


def with_cost(body: bytes, bill: Bill) -> bytes:
    """A finished response with its cost beside the data; it is not read for that."""
    return body[:-1] + b',"extensions":{"cost":' + orjson.dumps(bill.shown()) + b"}}"


def _too_costly(limit: str, found: int, maximum: int) -> RequestRefused:
    advice = (
        "Ask for fewer things at once: each object that a document leads to is one, on whatever"
        " page, and where it may be of several types, each of them is."
        if limit == "tables"
        else "Ask for smaller pages, or for less of each row: pages within pages multiply."
    )
    return RequestRefused(
        f"The operation may cost {found} {limit}; at most {maximum} are allowed. {advice}",
        Code.QUERY_TOO_COSTLY,
        limit=limit,
        is_about_document=True,
        facts={"cost": found, "maximum": maximum},
    )


def _spent(name: str, rate: Rate, left: float, cost: Cost) -> RequestRefused:
    seconds = max(1, math.ceil(seconds_until(cost.points, left, rate)))
    return RequestRefused(
        f"The {name} has spent its points for now: this costs {cost.points}, and"
        f" {math.floor(left)} are left. Try again in {seconds} s.",
        Code.RATE_LIMITED,
        status=429,
        limit=name,
        facts={"cost": cost.points, "remaining": math.floor(left), "retryAfter": seconds},
        headers={"Retry-After": str(seconds)},
    )
