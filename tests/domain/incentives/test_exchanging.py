"""Rates of exchange and the policy of crediting: what they change, and who sets them."""

from datetime import date
from typing import Any

from asyncpg import Range

from domain.ids import new_id
from tests.domain.incentives.test_crediting_due import CREDITS, WHY, defined, due, given
from tests.people import Company, count
from tests.schema.asking import ask, insert, sold, territory

SET_RATE = """mutation($input: ExchangeRateSetInput!) { exchangeRateSet(input: $input) {
  rate { version rate } errors { __typename ... on UserError { path } } } }"""
SET_POLICY = """mutation($input: CreditingPolicySetInput!) { creditingPolicySet(input: $input) {
  policy { countsFor mayExceed } errors { __typename } } }"""


async def _mutate(company: Company, name: str, document: str, **said: object) -> Any:
    message = {"clientMutationId": str(new_id()), **said}
    [payload] = (await ask(company.actor(name), document, input=message)).values()
    return payload


async def _rate(company: Company, day: str, rate: str, name: str = "Cora", **said: object) -> Any:
    pair = {"fromCurrency": "EUR", "toCurrency": "USD", **said}
    return await _mutate(company, name, SET_RATE, **pair, beginsOn=day, rate=rate)


async def test_the_rate_of_its_day_is_kept_with_a_credit_and_a_refund_has_its_originals(
    company: Company,
) -> None:
    await defined(company, "Direct", "DIRECT", condition="deal.amount >= 110 USD")
    sale = await sold(company, "Rui", "100", currency="EUR", external_id="A")
    await sold(
        company,
        "Rui",
        "-100",
        currency="EUR",
        on=date(2020, 5, 20),
        reverses_id=sale,
        external_id="R",
    )
    await due(company)
    unknown = (await ask(company.actor("Rui"), WHY))["saleCreditings"]["nodes"][-1]["verdicts"]

    first = await _rate(company, "2020-05-01", "1.1")
    await _rate(company, "2020-05-15", "1.2")
    await due(company)
    nodes = (await ask(company.actor("Rui"), CREDITS))["credits"]["nodes"]
    again = await _rate(company, "2020-05-01", "1.09")
    await due(company)

    assert unknown[0]["sentences"] == [
        "There is no rate of exchange from EUR to USD on 2020-05-04."
    ]
    assert (first["rate"], again["rate"]) == (
        {"version": 1, "rate": "1.1"}, {"version": 2, "rate": "1.09"}
    )  # fmt: skip
    assert [(node["amount"]["amount"], node["exchangeRate"]) for node in nodes] == [
        ("-100.00", "1.1"), ("100.00", "1.1")
    ]  # fmt: skip
    assert await given(company) == {}  # 109 USD are too few


async def test_more_than_a_deal_is_credited_where_the_policy_lets_it(company: Company) -> None:
    await defined(company, "Direct", "DIRECT")
    await defined(company, "Territory", "TERRITORY", place=200)
    west = await territory(company, "West")
    held = {"id": new_id(), "territory_id": west, "person_id": company.ids["Olga"]}
    await insert(company, "territory_assignment", [held | {"during": Range(None, None)}])
    await sold(company, "Rui", "100", at=west)
    await due(company)
    strict = await given(company)

    payload = await _mutate(company, "Cora", SET_POLICY, countsFor="QUOTA", mayExceed=True)
    await due(company)

    assert strict == {"Rui": "100.00"}
    assert payload["policy"] == {"countsFor": "QUOTA", "mayExceed": True}
    assert await given(company) == {"Rui": "100.00", "Olga": "100.00"}
    over = "{ saleCreditings(filter: {overCredited: true}) { nodes { primaryForPay primaryForQuota } } }"
    assert (await ask(company.actor("Fay"), over))["saleCreditings"]["nodes"] == [
        {"primaryForPay": "1", "primaryForQuota": "2"}
    ]


async def test_nobody_else_sets_them_and_what_is_wrong_changes_nothing(company: Company) -> None:
    for name in set(company.ids) - {"Cora"}:
        refused = [
            await _rate(company, "2020-05-01", "1", name),
            await _mutate(company, name, SET_POLICY, countsFor="PAY", mayExceed=True),
        ]
        assert {each["errors"][0]["__typename"] for each in refused} == {"NotPermittedError"}, name
    wrong = await _rate(company, "2020-05-01", "0", fromCurrency="eur", toCurrency="eur")

    assert [error["path"] for error in wrong["errors"]] == [
        ["fromCurrency"], ["toCurrency"], ["toCurrency"], ["rate"]
    ]  # fmt: skip
    for table in ("exchange_rate", "crediting_policy", "event", "crediting_due"):
        assert await count(company, table) == 0, table
