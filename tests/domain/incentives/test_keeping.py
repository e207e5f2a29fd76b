"""From the database to results and back: what is credited is paid, once, and explained."""

import random
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

from domain.database import on_behalf_of
from domain.ids import new_id
from domain.incentives.keeping import Kept, work_out
from tests.domain.incentives.paying import (
    FIVE_THEN_EIGHT,
    JANUARY,
    MAY,
    assigned,
    changed,
    credited,
    published,
    results,
    superseded,
    totals,
)
from tests.people import Company, found_company
from tests.schema.asking import goal, insert, sold

D = Decimal


async def worked(
    company: Company, plan: object, *names: str, first: date = JANUARY, last: date = MAY
) -> Kept:
    async with on_behalf_of(company.org):
        ids = [company.ids[name] for name in names]
        return await work_out(company.org, plan, ids, first, last)  # type: ignore[arg-type]  # an id


async def test_a_year_runs_on_from_period_to_period(company: Company) -> None:
    plan = await published(company, FIVE_THEN_EIGHT)
    await assigned(company, plan, "Rui")
    await credited(company, "Rui", "9000", on=date(2020, 2, 10))
    await credited(company, "Rui", "3000", on=date(2020, 5, 4), place="second")

    await worked(company, plan, "Rui", first=date(2020, 5, 1))

    assert await totals(company, "Rui") == {1: D(0), 2: D(450), 3: D(0), 4: D(0), 5: D(210)}
    may = (await results(company))[-1]
    assert [line.split(" ", 5)[3:5] for line in may["lines"]] == [
        ["0", "50"],
        ["1", "160"],
    ]
    assert sha256(may["inputs"].encode()).hexdigest() == may["hash"]


async def test_the_same_inputs_make_no_new_version_and_a_changed_deal_makes_one_of_each_period_after_it(
    company: Company,
) -> None:
    plan = await published(company, FIVE_THEN_EIGHT)
    await assigned(company, plan, "Rui")
    deal = await credited(company, "Rui", "9000", on=date(2020, 2, 10))
    await credited(company, "Rui", "3000")
    await worked(company, plan, "Rui")

    assert (await worked(company, plan, "Rui")).made == []
    await superseded(company, deal)
    await credited(company, "Rui", "10000", on=date(2020, 2, 10))
    kept = await worked(company, plan, "Rui", first=date(2020, 2, 1))

    assert len(kept.made) == 4  # from February on; January is as it was
    assert await totals(company, "Rui") == {1: D(0), 2: D(500), 3: D(0), 4: D(0), 5: D(240)}
    numbers = [row["number"] for row in await results(company, standing=False)]
    assert numbers == [1, 1, 2, 1, 2, 1, 2, 1, 2]


async def test_neither_the_order_of_loading_nor_the_cut_of_batches_changes_a_byte(
    database: str,
) -> None:
    """The same deals, stored in two orders, and worked out at once or month by month and one by one."""
    deals = [
        ("Rui" if n % 2 else "Sam", str(1000 + 7 * n), date(2020, 1 + n % 5, 1 + n), f"deal {n:02}")
        for n in range(20)
    ]
    told = []
    for seed in (1, 2):
        company = await found_company()
        plan = await published(company, FIVE_THEN_EIGHT)
        await assigned(company, plan, "Rui")
        await assigned(company, plan, "Sam")
        if seed == 2:
            random.Random(seed).shuffle(deals)
        for who, amount, on, place in deals:
            await credited(company, who, amount, on=on, place=place)
            if seed == 2:
                await worked(company, plan, who, first=on, last=MAY)
        if seed == 1:
            await worked(company, plan, "Sam", "Rui")
        told.append({
            (row["who"], row["starts_on"]): (
                row["total"], row["closing"], row["components"],
                [" ".join(line.split(" ")[:2] + line.split(" ")[3:]) for line in row["lines"] or []],
            )
            for row in await results(company)
        })  # fmt: skip

    assert told[0] == told[1]
    assert len(told[0]) == 10


async def test_a_refund_takes_back_what_its_deal_was_paid_in_an_earlier_year(
    company: Company,
) -> None:
    plan = await published(company, FIVE_THEN_EIGHT, begins_on=date(2019, 1, 1))
    await assigned(company, plan, "Rui", starts_on=date(2019, 1, 1))
    await credited(company, "Rui", "10000", on=date(2019, 12, 1))
    deal = await credited(company, "Rui", "1000", on=date(2019, 12, 9))
    await worked(company, plan, "Rui", first=date(2019, 12, 1), last=date(2019, 12, 31))
    await credited(company, "Rui", "-500", reverses_id=deal)

    await worked(company, plan, "Rui")

    assert (await totals(company, "Rui"))[5] == D(-40)  # at eight per cent, as it was paid
    [line] = (await results(company))[-1]["lines"]
    assert '"paid": "80"' in line
    # The deal turns out to be another, and so is what was paid for it.
    await changed(company, "update credit set superseded_at = now() where id = $2", deal)
    again = await credited(company, "Rui", "1000", on=date(2019, 11, 9))
    await changed(company, "update credit set reverses_id = $2 where amount < 0", again)
    await worked(company, plan, "Rui", first=date(2019, 11, 1), last=MAY)
    assert (await totals(company, "Rui"))[5] == D(-25)


async def test_currency_is_exchanged_by_the_rate_of_the_credit(company: Company) -> None:
    plan = await published(company, FIVE_THEN_EIGHT)
    await assigned(company, plan, "Rui")
    await assigned(company, plan, "Sam")
    await credited(company, "Rui", "1000", currency="EUR", exchange_rate=D("1.0937"))
    await credited(company, "Sam", "1000", currency="EUR", paid_in="GBP", place="order 7")

    kept = await worked(company, plan, "Rui", "Sam", first=date(2020, 5, 1))

    assert (await totals(company, "Rui"))[5] == D("54.69")  # 5 % of 1,093.70
    [row] = [row for row in await results(company) if row["failure"]]
    assert (row["who"], row["total"], kept.failed) == ("Sam", None, 1)
    assert row["failure"] == (
        "`revenue` cannot be worked out: the deal order 7 is credited in EUR and GBP, and the plan pays in USD."
    )


BONUS = {
    "currency": "USD",
    "measures": [{"key": "revenue", "over": "quarter", "goal": "revenue"}],
    "components": [
        {
            "key": "bonus",
            "name": "Quarterly bonus",
            "bonus": {
                "measure": "revenue",
                "curve": {
                    "method": "interpolated",
                    "below": "nothing",
                    "tiers": [{"start": "0", "pays": "0"}, {"start": "1", "pays": "1"}],
                },
            },
        },
        {"key": "objectives", "name": "Objectives", "objectives": {"part": "0.5"}},
    ],
}


async def test_quotas_are_goals_of_the_span_and_targets_are_shared_to_it(company: Company) -> None:
    plan = await published(company, BONUS)
    await assigned(company, plan, "Rui", target="12000")
    await goal(company, "Rui", starts_on=JANUARY, ends_on=date(2020, 3, 31), target=D(8000))
    await goal(
        company, "Rui", starts_on=JANUARY, ends_on=date(2020, 3, 31), target=D(1), private=True
    )
    scored = {"measure": "margin", "ends_on": date(2020, 2, 29), "starts_on": date(2020, 2, 1)}
    await goal(
        company,
        "Rui",
        status="closed",
        score=D("0.8"),
        closed_at=datetime(2020, 3, 2, tzinfo=UTC),
        **scored,
    )
    await goal(company, "Rui", **scored)  # still open, and half of the objectives
    await credited(company, "Rui", "4000", on=date(2020, 2, 10))

    await worked(company, plan, "Rui", last=date(2020, 3, 31))

    # Half the quota is half the target of a quarter, 3,000; 0.8 of one of two goals is 0.4 of 500.
    assert await totals(company, "Rui") == {1: D(0), 2: D(200), 3: D(1500)}
    february = (await results(company))[1]
    assert february["components"][0] == "bonus|0|1500|It is paid when the quarter is over."
    agreed = {
        "id": new_id(), "person_id": company.ids["Rui"], "plan_id": plan, "kind": "quota",
        "key": "revenue", "value": D(4000), "starts_on": JANUARY, "reason": "Agreed in January.",
    }  # fmt: skip
    await insert(company, "pay_override", [agreed])
    await worked(company, plan, "Rui", last=date(2020, 3, 31))
    assert (await totals(company, "Rui"))[3] == D(3000)


async def test_who_comes_in_the_middle_of_a_period_has_a_part_of_its_target(
    company: Company,
) -> None:
    plan = await published(company, {
        "currency": "USD",
        "measures": [{"key": "revenue"}],
        "components": [{"key": "fixed", "name": "Fixed", "formula": "target_incentive"}],
    })  # fmt: skip
    await assigned(company, plan, "Rui", target="3100", starts_on=date(2020, 5, 22))
    await assigned(company, plan, "Sam", target="1200", ends_on=date(2020, 2, 29))
    await worked(company, plan, "Rui", "Sam")

    assert await totals(company, "Rui") == {5: D("83.33")}  # 10 of 31 days of a twelfth
    assert await totals(company, "Sam") == {1: D(100), 2: D(100)}


async def test_one_payees_missing_quota_stops_that_payee_and_what_runs_on_from_it_alone(
    company: Company,
) -> None:
    plan = await published(company, BONUS)
    for who in ("Rui", "Sam"):
        await assigned(company, plan, who, target="12000")
    await goal(company, "Sam", starts_on=JANUARY, ends_on=date(2020, 3, 31), target=D(8000))

    await worked(company, plan, "Rui", "Sam", last=date(2020, 2, 29))

    assert await totals(company, "Sam") == {1: D(0), 2: D(0)}
    failures = [row["failure"] for row in await results(company) if row["who"] == "Rui"]
    assert failures == [
        "`bonus` cannot be worked out: there is no quota for revenue.",
        "`revenue` cannot be worked out: its total runs on from 2020-01-01, and that period could not be"
        " worked out.",
    ]


async def test_a_new_version_pays_from_the_period_on_in_which_it_is_in_force_first(
    company: Company,
) -> None:
    plan = await published(company, FIVE_THEN_EIGHT)
    doubled = {**FIVE_THEN_EIGHT, "components": [{
        "key": "commission", "name": "Commission",
        "commission": {"measure": "revenue", "base_rate": "0.1",
            "table": {"method": "marginal", "tiers": [{"start": "0", "pays": "1"}]}},
    }]}  # fmt: skip
    await published(company, doubled, plan=plan, number=2, begins_on=date(2020, 4, 15))
    await assigned(company, plan, "Rui")
    for month in (3, 4, 5):
        await credited(company, "Rui", "1000", on=date(2020, month, 20))
    await worked(company, plan, "Rui")

    assert await totals(company, "Rui") == {1: D(0), 2: D(0), 3: D(50), 4: D(50), 5: D(100)}
    rate = {
        "id": new_id(), "person_id": company.ids["Rui"], "plan_id": plan, "kind": "base_rate",
        "key": "commission", "value": D("0.2"), "starts_on": date(2020, 5, 1), "reason": "Agreed.",
    }  # fmt: skip
    await insert(company, "pay_override", [rate])
    await worked(company, plan, "Rui")
    assert (await totals(company, "Rui"))[5] == D(200)


ONCE = {
    "currency": "USD",
    "measures": [
        {"key": "in_all", "over": "ever"},
        {"key": "late", "event": "cash", "where": "months(deal.sold_on, deal.on) >= 12"},
    ],
    "components": [
        {
            "key": "mark",
            "name": "Mark",
            "commission": {
                "measure": "in_all",
                "table": {"method": "fixed", "tiers": [{"start": "3000", "pays": "100"}]},
            },
        },
        {
            "key": "residual",
            "name": "Residual",
            "commission": {
                "measure": "late",
                "table": {"method": "marginal", "tiers": [{"start": "0", "pays": "1 %"}]},
            },
        },
    ],
}


async def test_what_never_begins_again_runs_on_over_the_years(company: Company) -> None:
    plan = await published(company, ONCE, begins_on=date(2018, 1, 1))
    await assigned(company, plan, "Rui", starts_on=date(2018, 1, 1))
    december = date(2018, 12, 31)
    sale = await sold(company, "Rui", "2000", on=date(2018, 6, 7))
    first = await credited(company, "Rui", "2000", on=date(2018, 6, 7), sale_id=sale)
    await credited(company, "Rui", "2000", on=date(2020, 2, 7), place="second")
    for day in (date(2019, 6, 6), date(2019, 6, 7)):
        place = f"paid {day}"
        await credited(company, "Rui", "1000", on=day, place=place, sale_id=sale, event="cash")
    await worked(company, plan, "Rui", first=date(2020, 1, 1))
    await worked(company, plan, "Rui", first=date(2019, 1, 1), last=date(2019, 12, 31))
    await worked(company, plan, "Rui", first=date(2018, 1, 1), last=december)
    for year in (2019, 2020):  # which are due, since they run on
        await worked(company, plan, "Rui", first=date(year, 1, 1), last=date(year, 12, 31))

    def paid_in(year: int, rows: list[dict[str, Any]]) -> dict[int, Decimal]:
        found = {row["starts_on"]: row["total"] for row in rows if row["total"]}
        return {day.month: total for day, total in found.items() if day.year == year}

    rows = await results(company)
    assert paid_in(2020, rows) == {2: D(100)}
    assert paid_in(2019, rows) == {6: D(10)}  # what came a year and more after the sale
    await superseded(company, first)
    kept = await worked(company, plan, "Rui", first=date(2018, 6, 1), last=december)
    assert kept.later == {company.ids["Rui"]: date(2019, 1, 1)}
