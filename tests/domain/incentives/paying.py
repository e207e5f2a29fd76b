"""A company whose people are paid, for the tests here: plans, who is on them, and what is credited."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from domain.database import on_behalf_of
from domain.ids import new_id
from domain.incentives.yaml_text import written
from tests.people import Company
from tests.schema.asking import insert, sold

D = Decimal
JANUARY, MAY = date(2020, 1, 1), date(2020, 5, 31)

FIVE_THEN_EIGHT: Mapping[str, Any] = {
    "currency": "USD",
    "measures": [{"key": "revenue", "over": "year"}],
    "components": [
        {
            "key": "commission",
            "name": "Commission",
            "commission": {
                "measure": "revenue",
                "table": {
                    "method": "marginal",
                    "tiers": [{"start": "0", "pays": "5 %"}, {"start": "10000", "pays": "8 %"}],
                },
            },
        }
    ],
}
"""Five per cent of the year's first 10,000, and eight of the rest."""


async def published(
    company: Company, terms: Mapping[str, Any], *, key: str = "sellers", begins_on: date = JANUARY,
    plan: UUID | None = None, number: int = 1,
) -> UUID:  # fmt: skip
    """A plan with one published version; a further version of `plan`, where that is given."""
    made = plan or new_id()
    if plan is None:
        row = {"id": made, "key": key, "name": "Sellers", "currency": terms["currency"]}
        await insert(company, "pay_plan", [row])
    version = {
        "id": new_id(), "plan_id": made, "number": number, "begins_on": begins_on,
        "terms": json.dumps(terms), "text": written(terms), "drafted_by_id": company.ids["Cora"],
        "published_by_id": company.ids["Fay"], "published_at": datetime.now(UTC),
    }  # fmt: skip
    await insert(company, "pay_plan_version", [version])
    return made


async def assigned(
    company: Company, plan: UUID, who: str, *, target: str = "0", starts_on: date = JANUARY,
    ends_on: date | None = None,
) -> None:  # fmt: skip
    row = {
        "id": new_id(), "plan_id": plan, "person_id": company.ids[who], "starts_on": starts_on,
        "ends_on": ends_on, "target_incentive": D(target),
    }  # fmt: skip
    await insert(company, "pay_assignment", [row])


async def credited(
    company: Company, who: str, amount: str, *, on: date = date(2020, 5, 4), place: str = "",
    **values: object,
) -> UUID:  # fmt: skip
    """A credit for a sale of its own, or for the one in `sale_id`."""
    made = new_id()
    sale = values.pop("sale_id", None) or await sold(company, who, amount, on=on)
    row: dict[str, object] = {
        "id": made, "sale_id": sale, "sale_version": 1, "person_id": company.ids[who],
        "kind": "direct", "counts_for": "both", "credited_on": on, "place": place or str(made),
        "share": D(1), "amount": D(amount), "margin": D(amount) / 4, "quantity": D(1),
        "currency": "USD", "paid_in": "USD",
    }  # fmt: skip
    await insert(company, "credit", [row | values])
    return made


async def superseded(company: Company, credit: UUID) -> None:
    await changed(company, "update credit set superseded_at = now() where id = $2", credit)


async def changed(company: Company, statement: str, *arguments: object) -> None:
    """One statement of the company's, whose id is its first argument."""
    async with on_behalf_of(company.org) as transaction:
        await transaction.execute_query(f"{statement} and org_id = $1", [company.org, *arguments])


async def results(company: Company, *, standing: bool = True) -> list[dict[str, Any]]:
    """Results as they are stored, by payee and period."""
    names = {id: name for name, id in company.ids.items()}
    async with on_behalf_of(company.org) as transaction:
        found = await transaction.execute_query_dict(
            "select person_id, starts_on, number, total, failure, inputs, encode(inputs_hash, 'hex') as hash,"
            " closing::text as closing, (select array_agg(concat_ws(' ', line.component, line.kind,"
            " line.credit_id, line.tier, line.amount, line.inputs) order by line.place) from pay_line line"
            " where line.result_id = pay_result.id) as lines,"
            " (select array_agg(concat_ws('|', key, amount, pending, reason) order by place)"
            " from pay_component where result_id = pay_result.id) as components"
            f" from pay_result where org_id = $1 and (superseded_at is null or not {standing})"
            " order by person_id, starts_on, number",
            [company.org],
        )
    return [row | {"who": names[row["person_id"]]} for row in found]


async def totals(company: Company, who: str) -> dict[int, Decimal | None]:
    """What somebody is paid by month of 2020, as it stands."""
    return {
        row["starts_on"].month: row["total"] for row in await results(company) if row["who"] == who
    }
