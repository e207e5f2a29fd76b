"""What is kept of pay is never changed, and says by itself how it came about."""

from datetime import date
from decimal import Decimal
from typing import Any

import orjson
import pytest
from asyncpg import PostgresError
from tortoise.exceptions import OperationalError

from domain.database import on_behalf_of
from domain.incentives.cases import LineKind
from domain.incentives.keeping import work_out
from domain.incentives.rounding import Rounding
from domain.incentives.spelling import hash_of, worked
from tests.domain.incentives.paying import (
    FIVE_THEN_EIGHT,
    JANUARY,
    MAY,
    assigned,
    changed,
    credited,
    published,
)
from tests.people import Company

D = Decimal
CHANGES = (
    "update pay_result set total = 0 where true",
    "update pay_result set lines = '[]' where true",
    "update pay_result set inputs = '{}' where true",
    "delete from pay_result where true",
    "update pay_line set amount = 0 where true",
    "delete from pay_line where true",
    "update pay_component set amount = 0 where true",
)


async def kept(company: Company) -> list[dict[str, object]]:
    async with on_behalf_of(company.org) as transaction:
        return list(
            await transaction.execute_query_dict(
                "select id, total, inputs, inputs_hash, lines::text as lines, components::text as components"
                " from pay_result where org_id = $1 order by starts_on",
                [company.org],
            )
        )


async def paid(company: Company) -> None:
    """Rui, for a deal in two currencies, one across a boundary, and one that is taken back."""
    plan = await published(company, FIVE_THEN_EIGHT)
    await assigned(company, plan, "Rui")
    exchanged: dict[str, Any] = {"currency": "EUR", "paid_in": "USD", "exchange_rate": D("1.0937")}
    first = await credited(company, "Rui", "7777.77", on=date(2020, 3, 3), **exchanged)
    await credited(company, "Rui", "12000.01", on=date(2020, 4, 6))
    back = exchanged | {"reverses_id": first}
    await credited(company, "Rui", "-7777.77", on=date(2020, 5, 7), **back)
    async with on_behalf_of(company.org):
        await work_out(company.org, plan, [company.ids["Rui"]], JANUARY, MAY)


async def test_what_is_kept_is_never_changed_or_removed(company: Company) -> None:
    await paid(company)
    before = await kept(company)

    for change in CHANGES:
        with pytest.raises((OperationalError, PostgresError), match=r"permission denied|cannot"):
            await changed(company, change)

    assert len(before) == 5
    assert await kept(company) == before


async def test_a_trace_alone_gives_every_amount_again_rate_of_exchange_included(
    company: Company,
) -> None:
    await paid(company)
    rounding = Rounding(2)
    totals = []
    for result in await kept(company):
        lines = orjson.loads(str(result["lines"]))
        amounts = [
            rounding.of(worked(LineKind(kind), numbers)) for _, kind, _, _, _, numbers in lines
        ]
        assert amounts == [D(amount) for _, _, _, _, amount, _ in lines]
        assert sum(amounts, D(0)) == result["total"]
        parts = orjson.loads(str(result["components"]))
        assert sum((D(part[2]) for part in parts), D(0)) == result["total"]
        assert hash_of(str(result["inputs"]).encode()) == result["inputs_hash"]
        totals.append(result["total"])

    # 7,777.77 EUR are 8,506.547049 USD: 5 % of them, and then of 1,493.452951, and 8 % of the rest.
    assert totals == [0, 0, D("425.33"), D("74.67") + D("840.52"), D("-425.33")]
