"""What callers may spend: nothing runs that they cannot pay, and they are told when they can."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from starlette.requests import Request

from api.endpoint import DocumentLimits, GraphQLEndpoint
from api.endpoint.budget import Rate
from api.endpoint.endpoint import Caller
from api.endpoint.spending import Budgets, CostLimits, Spending
from schema.cost import Cost, Costs
from tests.api.endpoint.shop import SCHEMA, Shop, authenticate, client

GRAPHQL = {"Accept": "application/graphql-response+json"}
TOLD = {"GraphQL-Cost": "include"}
PRODUCTS = "{ products(names: []) { name } }"  # a list of no known length: 5 points, 5 nodes
SET_PRICE = 'mutation { setPrice(input: {name: "pen", price: "1.00"}) { name } }'
COSTS = Costs(SCHEMA._schema)


@dataclass
class Clock:
    now: float = 1_000.0

    def __call__(self) -> float:
        return self.now


def spending(
    clock: Clock,
    *,
    rates: Mapping[str, Rate],
    workers: int = 1,
    nodes: int = 50,
    document: int = 0,
) -> Spending:
    budgets = {name: Rate(1_000, 100) for name in ("organisation", "app", "partner", "person")}
    return Spending(
        COSTS.of,
        CostLimits(points=20, nodes=nodes, document=document),
        Budgets(**{**budgets, **rates}),
        workers=workers,
        now=clock,
    )


def served(
    shop: Shop, purse: Spending, caller: Caller, *, as_bytes: bool = False
) -> GraphQLEndpoint[str]:
    @asynccontextmanager
    async def open_shop(actor: str, request: Request) -> AsyncIterator[Shop]:
        yield shop

    async def finished(*_: object) -> bytes:
        return b'{"data":{"finished":true}}'

    return GraphQLEndpoint(
        SCHEMA,
        authenticate=authenticate,
        describe=lambda _actor: caller,
        open_context=open_shop,
        limits=DocumentLimits(),
        development=True,
        execution=finished if as_bytes else None,
        spending=purse,
    )


REP = Caller("org_1", "", app="mobile", person_id="person_1")
OTHER = Caller("org_1", "", app="mobile", person_id="person_2")
PARTNER = Caller("org_1", "client_1", is_partner=True)


async def test_a_person_who_has_spent_everything_waits_and_then_goes_on() -> None:
    clock, shop = Clock(), Shop()
    purse = spending(clock, rates={"person": Rate(20, 5)})

    async with client(served(shop, purse, REP)) as http:
        paid = [await http.post("/", json={"query": SET_PRICE}) for _ in range(2)]
        refused = await http.post("/", json={"query": SET_PRICE})
        clock.now += 2
        later = await http.post("/", json={"query": SET_PRICE})

    assert [reply.status_code for reply in paid] == [200, 200]
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "2"
    assert refused.json() == {
        "errors": [
            {
                "message": "The person has spent its points for now: this costs 10, and 0 are left."
                " Try again in 2 s.",
                "extensions": {
                    "code": "RATE_LIMITED",
                    "limit": "person",
                    "cost": 10,
                    "remaining": 0,
                    "retryAfter": 2,
                },
            }
        ]
    }
    assert later.status_code == 200
    assert len(shop.log) == 3


async def test_one_who_spends_everything_leaves_the_others_theirs() -> None:
    purse = spending(Clock(), rates={"person": Rate(20, 1), "partner": Rate(20, 1)})

    async def statuses(caller: Caller) -> list[int]:
        async with client(served(Shop(), purse, caller)) as http:
            return [(await http.post("/", json={"query": SET_PRICE})).status_code for _ in range(3)]

    assert await statuses(REP) == [200, 200, 429]
    assert await statuses(OTHER) == [200, 200, 429]
    assert await statuses(PARTNER) == [200, 200, 429]


@pytest.mark.parametrize(
    ("bucket", "callers"),
    [
        ("organisation", [REP, OTHER, PARTNER]),
        ("app", [REP, OTHER]),
        ("partner", [PARTNER, PARTNER]),
    ],
)
async def test_what_callers_share_they_spend_together(bucket: str, callers: list[Caller]) -> None:
    purse = spending(Clock(), rates={bucket: Rate(20, 1)})
    shop = Shop()
    found: list[int] = []

    for caller in [*callers, *callers]:
        async with client(served(shop, purse, caller)) as http:
            found.append((await http.post("/", json={"query": SET_PRICE})).status_code)

    assert found == [200, 200, *[429] * (len(found) - 2)]
    assert len(shop.log) == 2


async def test_requests_at_the_same_time_cannot_spend_the_same_points() -> None:
    shop, purse = Shop(), spending(Clock(), rates={"person": Rate(100, 1)})

    async with client(served(shop, purse, REP)) as http:
        asked = [http.post("/", json={"query": SET_PRICE}) for _ in range(40)]
        replies = await asyncio.gather(*asked)

    assert sorted(reply.status_code for reply in replies) == [200] * 10 + [429] * 30
    assert len(shop.log) == 10


@pytest.mark.parametrize(
    ("document", "nodes", "limit", "cost", "maximum"),
    [
        ("{ a: products(names: []) { related { name } } }", 50, "points", 30, 20),
        ("{ a: products(names: []) { name } }", 4, "nodes", 5, 4),
    ],
)
async def test_what_is_too_costly_for_anybody_is_refused_and_paid_by_nobody(
    document: str, nodes: int, limit: str, cost: int, maximum: int
) -> None:
    shop, purse = Shop(), spending(Clock(), rates={}, nodes=nodes)

    async with client(served(shop, purse, REP)) as http:
        refused = await http.post("/", json={"query": document}, headers=GRAPHQL)
        paid = await http.post("/", json={"query": "{ product { name } }"}, headers=TOLD)

    assert refused.status_code == 400
    (error,) = refused.json()["errors"]
    assert error["message"].startswith(f"The operation may cost {cost} {limit}; at most {maximum}")
    assert error["extensions"] == {
        "code": "QUERY_TOO_COSTLY",
        "limit": limit,
        "cost": cost,
        "maximum": maximum,
    }
    assert paid.json()["extensions"]["cost"]["person"]["remaining"] == 999
    assert shop.log == ["product pen"]


async def test_what_leads_to_too_many_tables_is_refused_however_cheap_it_is() -> None:
    shop, purse = Shop(), spending(Clock(), rates={})
    purse._cost_of = lambda *_: Cost(points=1, nodes=1, tables=61)

    async with client(served(shop, purse, REP)) as http:
        refused = await http.post("/", json={"query": PRODUCTS}, headers=GRAPHQL)

    assert refused.status_code == 400
    assert refused.json()["errors"][0]["extensions"] == {
        "code": "QUERY_TOO_COSTLY",
        "limit": "tables",
        "cost": 61,
        "maximum": 60,
    }
    assert shop.log == []


@pytest.mark.parametrize("as_bytes", [True, False])
async def test_whoever_asks_is_told_what_it_cost_and_what_is_left(as_bytes: bool) -> None:
    shop = Shop()
    purse = spending(Clock(), rates={"organisation": Rate(5_000, 7.5)})

    async with client(served(shop, purse, REP, as_bytes=as_bytes)) as http:
        silent = await http.post("/", json={"query": PRODUCTS})
        told = await http.post("/", json={"query": PRODUCTS}, headers=TOLD)

    assert "extensions" not in silent.json()
    expected: object = {"finished": True} if as_bytes else {"products": []}
    assert told.json()["data"] == expected
    assert told.json()["extensions"] == {
        "cost": {
            "requested": {"points": 5, "nodes": 5},
            "organisation": {"capacity": 5_000, "remaining": 4_990, "refillPerSecond": 7.5},
            "app": {"capacity": 1_000, "remaining": 990, "refillPerSecond": 100},
            "person": {"capacity": 1_000, "remaining": 990, "refillPerSecond": 100},
        }
    }


async def test_several_workers_share_a_budget_and_each_can_pay_the_dearest_operation() -> None:
    purse = spending(
        Clock(), workers=4, rates={"person": Rate(40, 8), "organisation": Rate(4_000, 100)}
    )

    async with client(served(Shop(), purse, REP)) as http:
        told = await http.post("/", json={"query": PRODUCTS}, headers=TOLD)

    cost = told.json()["extensions"]["cost"]
    assert cost["organisation"] == {"capacity": 1_000, "remaining": 995, "refillPerSecond": 25}
    assert cost["person"] == {"capacity": 20, "remaining": 15, "refillPerSecond": 2}


async def test_whoever_keeps_sending_new_documents_pays_for_the_reading_also_of_bad_ones() -> None:
    clock, shop = Clock(), Shop()
    purse = spending(clock, rates={"person": Rate(50, 1)}, document=10)

    async with client(served(shop, purse, REP)) as http:
        good = [await http.post("/", json={"query": "{ __typename }"}) for _ in range(20)]
        bad = [await http.post("/", json={"query": f"{{ nothing{n} }}"}) for n in range(4)]

    # 11 points for reading the first, and one for each of twenty answers; 11 for each bad one.
    assert {reply.status_code for reply in good} == {200}
    assert [reply.status_code for reply in bad] == [200, 429, 429, 429]
    assert bad[0].json()["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
