"""Why a number changed: two versions that were kept, told by cause, in parts that sum to the difference."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from auth.actor import Scope
from domain.ids import new_id
from domain.incentives.crediting_due import credit_due
from domain.people.actions import set_manager
from tests.domain.incentives.paying import (
    FIVE_THEN_EIGHT,
    assigned,
    changed,
    published,
)
from tests.people import ROLES, Company, found_company
from tests.schema.asking import answer, ask, insert, sold
from tests.schema.test_pay_questions import NOW, ruled, up_to_date

WHY = (Path(__file__).parents[2] / "documents" / "PayChange.graphql").read_text()
SEES = {"Rui", "Mona", "Ada", "Cora", "Fay", "Audrey"}


def six_then_eight() -> Mapping[str, Any]:
    [commission] = FIVE_THEN_EIGHT["components"]
    earns = commission["commission"]
    tiers = [{"start": "0", "pays": "6 %"}, {"start": "10000", "pays": "8 %"}]
    earns = {**earns, "table": {**earns["table"], "tiers": tiers}}
    return {**FIVE_THEN_EIGHT, "components": [{**commission, "commission": earns}]}


@pytest.fixture
async def restated(company: Company) -> Company:
    """Rui's May, worked out twice: between the two a deal of April and one of May were corrected, one came
    in, and a better version of the plan was published."""
    plan = await published(company, FIVE_THEN_EIGHT)
    await ruled(company, "Whoever sold", "direct", place=2)
    await assigned(company, plan, "Rui")
    april = await sold(company, "Rui", "9000", on=date(2020, 4, 10))
    may = company.extra["may"] = await sold(
        company, "Rui", "600.50", on=date(2020, 5, 4), order_number="SO-1"
    )
    await up_to_date(company)
    await changed(company, "update sale set amount = 9100 where id = $2", april)
    await changed(company, "update sale set amount = 700 where id = $2", may)
    company.extra["new"] = await sold(company, "Rui", "1000", on=date(2020, 5, 20))
    await published(company, six_then_eight(), plan=plan, number=2, begins_on=date(2020, 5, 1))
    await up_to_date(company)
    return company


async def versions(company: Company) -> list[Any]:
    """Rui's May, the latest first."""
    said = """{ pay(first: 1) { nodes { versions { nodes { id version madeAt total { amount } } } } } }"""
    [result] = (await ask(company.actor("Rui"), said))["pay"]["nodes"]
    nodes: list[Any] = result["versions"]["nodes"]
    return nodes


async def why(company: Company, who: str, result: str, **sent: Any) -> Any:
    return (await ask(company.actor(who), WHY, resultId=result, **sent))["payChange"]


async def test_the_difference_is_told_by_cause_and_deal_and_sums_to_the_cent(
    restated: Company,
) -> None:
    latest, first = await versions(restated)

    told = await why(restated, "Rui", latest["id"])

    assert (told["before"]["version"], told["after"]["version"]) == (1, 2)
    assert (first["total"], latest["total"]) == ({"amount": "30.03"}, {"amount": "118.00"})
    assert told["change"] == {"amount": "87.97", "currency": "USD"}
    assert told["reason"] is None
    assert [(each["cause"], each["amount"]["amount"], each["sentence"]) for each in told["parts"]] == [
        ("EARLIER_PERIODS", "0.00", "What runs on from earlier periods has changed."),
        ("PLAN", "6.00", "The plan pays by other terms."),
        ("DEAL_CHANGED", "5.97", "A deal counts 700, and counted 600.5."),
        ("DEAL_ADDED", "76.00", "A deal of 1000 counts that did not."),
    ]  # fmt: skip
    assert sum(Decimal(each["amount"]["amount"]) for each in told["parts"]) == Decimal("87.97")
    assert [each["sale"] and each["sale"]["id"] for each in told["parts"]] == [
        None, None, f"sale_{restated.extra['may']}", f"sale_{restated.extra['new']}",
    ]  # fmt: skip
    assert told["parts"][2]["sale"]["orderNumber"] == "SO-1"
    # The same, however it is asked for.
    between = latest["madeAt"].replace("Z", "")  # the instant before
    just_before = datetime.fromisoformat(between).replace(tzinfo=UTC).timestamp() - 0.000001
    since = datetime.fromtimestamp(just_before, UTC).replace(tzinfo=None).isoformat() + "Z"
    for one, sent in (
        (latest, {"otherId": first["id"]}),
        (first, {"otherId": latest["id"]}),
        (first, {"since": since}),
        (first, {"since": first["madeAt"]}),
    ):
        assert await why(restated, "Fay", one["id"], **sent) == told


async def test_where_nothing_changed_or_nothing_was_there_it_says_so(restated: Company) -> None:
    latest, first = await versions(restated)

    now = await why(restated, "Rui", latest["id"], since="2099-01-01T00:00:00Z")
    same = await why(restated, "Rui", first["id"], otherId=first["id"])
    nothing = await why(restated, "Rui", first["id"])
    before = await why(restated, "Rui", latest["id"], since="2019-01-01T00:00:00Z")

    for told in (now, same):
        assert (told["before"], told["parts"]) == (told["after"], [])
        assert told["change"] == {"amount": "0.00", "currency": "USD"}
    for told in (nothing, before):
        assert (told["before"], told["change"], told["parts"]) == (None, None, [])
        assert told["reason"] == "It had not been worked out before."
    # A deal without a rate of exchange fails the period, and the reason is told.
    await sold(restated, "Rui", "5", on=date(2020, 5, 21), currency="EUR")
    await insert(restated, "exchange_rate", [{
        "id": new_id(), "from_currency": "EUR", "to_currency": "GBP", "begins_on": date(2020, 1, 1), "rate": 1,
    }])  # fmt: skip
    await changed(restated, "update organisation set currency = 'GBP' where true")
    await credit_due(restated.org, NOW)
    await up_to_date(restated)
    failed = (await versions(restated))[0]
    assert failed["total"] is None
    told = await why(restated, "Rui", failed["id"])
    assert told["reason"].startswith("It cannot be worked out: ")
    assert (told["change"], told["parts"]) == (None, [])


async def test_whoever_sees_no_pay_learns_of_no_change(restated: Company) -> None:
    latest, first = await versions(restated)
    elsewhere = await found_company()
    callers = {name: restated.actor(name) for name in ROLES}
    callers |= {"app": restated.partner(*Scope), "elsewhere": elsewhere.actor("Fay")}

    for name, caller in callers.items():
        for sent in ({}, {"otherId": first["id"]}, {"since": first["madeAt"]}):
            answered = await answer(caller, WHY, resultId=latest["id"], **sent)
            assert answered.errors == []
            assert (answered.data["payChange"] is not None) == (name in SEES), name
        if name not in SEES:
            of_nothing = await answer(caller, WHY, resultId=f"pay_result_{new_id()}")
            assert (of_nothing.data, of_nothing.errors) == ({"payChange": None}, [])

    await set_manager(
        restated.actor("Cora"),
        position_id=restated.positions["Rui"],
        manager_position_id=restated.positions["Eve"],
        since=date(2020, 5, 29),
    )
    assert await why(restated, "Mona", latest["id"]) is None
    assert await why(restated, "Eve", latest["id"]) is not None


async def test_only_versions_of_one_pay_are_compared(restated: Company) -> None:
    latest, first = await versions(restated)
    said = '{ pay(filter: {startsOn: {lt: "2020-05-01"}}, first: 1) { nodes { id } } }'
    [april] = (await ask(restated.actor("Rui"), said))["pay"]["nodes"]

    for sent in ({"otherId": april["id"]}, {"otherId": f"pay_result_{new_id()}"}):
        refused = await answer(restated.actor("Rui"), WHY, resultId=latest["id"], **sent)
        assert refused.refusal.path == ("otherId",)
    both = {"otherId": first["id"], "since": first["madeAt"]}
    refused = await answer(restated.actor("Rui"), WHY, resultId=latest["id"], **both)
    assert refused.refusal.path == ("since",)
