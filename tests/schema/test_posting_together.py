"""Sales that several made together, refunds, referrals, and what became of sales: over the API, and
what they are credited as."""

from typing import Any

from auth.actor import Scope
from domain.ids import new_id
from tests.domain.incentives.test_crediting_due import CREDITS, defined, due, given
from tests.people import Company, count
from tests.schema.asking import ask, person_id
from tests.schema.test_posting import line, paths, post, verdicts, withdraw

SPLITS = "{ sales { nodes { splits { nodes { person { name } share } } } } }"
RECORD = """mutation($input: SaleEventRecordInput!) { saleEventRecord(input: $input) {
  sale { events { kind happenedOn share } } errors { __typename ... on UserError { message path } } } }"""
WITHDRAW = """mutation($input: SaleEventWithdrawInput!) { saleEventWithdraw(input: $input) {
  sale { events { kind } } errors { __typename ... on UserError { message path } } } }"""


def together(company: Company, **shares: str) -> list[dict[str, str]]:
    return [
        {"personId": person_id(company, name), "share": share} for name, share in shares.items()
    ]


async def _mutate(company: Company, name: str, document: str, **said: object) -> Any:
    message = {"clientMutationId": str(new_id()), **said}
    [payload] = (await ask(company.actor(name), document, input=message)).values()
    return payload


async def test_splits_are_posted_corrected_and_credited_to_the_last_cent(company: Company) -> None:
    cora = company.actor("Cora")
    await defined(company, "Split", "SPLIT")
    await defined(company, "Referral", "REFERRAL", share="0.1", place=200)
    thirds = together(company, Rui="0.33333333", Sam="0.33333333", Mona="0.33333334")
    sale = line(amount="100", splits=thirds, referredById=person_id(company, "Olga"))

    added = await post(cora, sale)
    unchanged = await post(cora, sale | {"splits": list(reversed(thirds))})
    await due(company)
    first = await given(company)
    halves = sale | {
        "personId": person_id(company, "Rui"),
        "splits": together(company, Rui="0.5", Sam="0.5"),
        "referredById": None,
    }
    corrected = await post(cora, halves)
    await due(company)

    assert [verdicts(each) for each in (added, unchanged, corrected)] == [
        ["ADDED"], ["UNCHANGED"], ["CORRECTED"]
    ]  # fmt: skip
    for who, theirs in (
        ("Rui", {"Rui"}),
        ("Mona", {"Rui", "Sam"}),
        ("Fay", {"Rui", "Sam"}),
        ("Hal", set()),
    ):
        nodes = (await ask(company.actor(who), SPLITS))["sales"]["nodes"]
        shown = [each for node in nodes for each in node["splits"]["nodes"]]
        assert {each["person"]["name"] for each in shown} == theirs, who
        assert all(each["share"] == "0.5" for each in shown)
    assert first == {"Rui": "33.33", "Sam": "33.33", "Mona": "33.34", "Olga": "10.00"}
    assert await given(company) == {"Rui": "50.00", "Sam": "50.00"}
    assert await count(company, "sale_split") == 2


async def test_refunds_take_back_what_was_given_from_the_same_people(company: Company) -> None:
    cora = company.actor("Cora")
    rule = await defined(company, "Split", "SPLIT")
    sold = line("A", amount="100.01", splits=together(company, Rui="0.6", Sam="0.4"))
    back = [
        line(f"R{n}", amount=amount, quantity="-1", reverses="A", soldOn=f"2020-05-{10 + n}")
        for n, amount in enumerate(("-50", "-50.01"))
    ]

    posting = await post(cora, *back, sold)
    await due(company)

    sale = posting["posting"]["lines"][2]["saleId"]
    nodes = (await ask(cora, CREDITS))["credits"]["nodes"]
    assert sorted((node["person"]["name"], node["amount"]["amount"]) for node in nodes) == [
        ("Rui", "-30.00"), ("Rui", "-30.01"), ("Rui", "60.01"),
        ("Sam", "-20.00"), ("Sam", "-20.00"), ("Sam", "40.00"),
    ]  # fmt: skip
    assert rule["name"] in {node["rule"] for node in nodes}
    stays = await withdraw(cora, sale)
    assert stays["errors"][0]["__typename"] == "ConflictError"
    for each in posting["posting"]["lines"]:
        if each["saleId"] != sale:
            assert (await withdraw(cora, each["saleId"]))["errors"] == []
    assert (await withdraw(cora, sale))["errors"] == []
    await due(company)
    assert await given(company) == {}
    for table in ("sale", "sale_split", "sale_crediting"):
        assert await count(company, table) == 0, table


async def test_no_more_is_taken_back_than_was_sold(company: Company) -> None:
    cora = company.actor("Cora")
    await post(cora, line("A", amount="1000"), line("R1", amount="-600", reverses="A"))
    before = {table: await count(company, table) for table in ("sale", "event", "sale_posting")}

    too_much = await post(cora, line("R2", amount="-400.01", reverses="A"))
    too_little_left = await post(cora, line("A", amount="599"))
    turned = await post(cora, line("A", amount="-1000"))
    at_once = await post(
        cora, line("A", amount="1000"), line("R1", amount="-700", reverses="A"),
        line("R2", amount="-400", reverses="A"),
    )  # fmt: skip

    assert paths(too_much) == paths(too_little_left) == paths(turned) == ["sales.0.amount"]
    assert paths(at_once) == ["sales.2.amount"]
    assert {table: await count(company, table) for table in before} == before
    whole = line("R2", amount="-300", reverses="A")
    corrected = await post(cora, line("R1", amount="-700", reverses="A"), whole)
    assert corrected["errors"] == []


async def test_what_is_wrong_with_splits_and_refunds_is_told_at_once_and_nothing_is_written(
    company: Company,
) -> None:
    cora = company.actor("Cora")
    await post(cora, line("A"), line("R", amount="-1", reverses="A"))
    before = {table: await count(company, table) for table in ("sale", "sale_split", "event")}
    twice = [*together(company, Rui="0.5"), *together(company, Rui="0.5")]

    payload = await post(
        cora,
        line("1", splits=together(company, Rui="0.5", Sam="0.6")),
        line("2", splits=together(company, Rui="0.9")),
        line("3", splits=twice),
        line("4", splits=[{"personId": f"person_{new_id()}", "share": "0"}]),
        line("5", amount="-1", reverses="5"),
        line("6", amount="-1", reverses="nowhere"),
        line("7", amount="-1", reverses="R"),
        line("8", amount="1", reverses="A"),
        line("9", amount="-1", reverses="A", currency="EUR"),
    )
    taken_back = await post(cora, line("A", reverses="2"), line("2"))

    assert sorted(paths(payload)) == [
        "sales.0.splits", "sales.1.splits", "sales.2.splits.1.personId",
        "sales.3.splits.0.personId", "sales.3.splits.0.share", "sales.4.reverses",
        "sales.5.reverses", "sales.6.reverses", "sales.7.amount", "sales.8.reverses",
    ]  # fmt: skip
    assert paths(taken_back) == ["sales.0.reverses"]
    assert {table: await count(company, table) for table in before} == before


async def test_what_becomes_of_a_sale_releases_the_same_share_of_its_credit(
    company: Company,
) -> None:
    await defined(company, "Direct", "DIRECT")
    posting = await post(
        company.actor("Cora"), line(amount="100.01", personId=person_id(company, "Rui"))
    )
    sale = posting["posting"]["lines"][0]["saleId"]
    cash = {"saleId": sale, "kind": "CASH"}

    first = await _mutate(company, "Cora", RECORD, **cash, happenedOn="2020-05-20", share="0.3333")
    await _mutate(company, "Cora", RECORD, **cash, happenedOn="2020-05-25", share="0.6667")
    much = await _mutate(company, "Cora", RECORD, **cash, happenedOn="2020-05-26", share="0.1")
    await due(company)
    credited = (
        "{ credits(filter: {standing: true}) { nodes { event creditedOn amount { amount } } } }"
    )
    nodes = (await ask(company.actor("Rui"), credited))["credits"]["nodes"]
    gone = await _mutate(company, "Cora", WITHDRAW, **cash, happenedOn="2020-05-25")
    again = await _mutate(company, "Cora", WITHDRAW, **cash, happenedOn="2020-05-25")
    refused = [
        await _mutate(company, name, RECORD, **cash, happenedOn="2020-05-27", share="0.1")
        for name in ("Rui", "Mona", "Fay")
    ]
    await due(company)

    assert first["sale"] == {
        "events": [{"kind": "CASH", "happenedOn": "2020-05-20", "share": "0.3333"}]
    }
    assert much["errors"][0]["__typename"] == "ConflictError"
    assert [(node["event"], node["creditedOn"], node["amount"]["amount"]) for node in nodes] == [
        ("CASH", "2020-05-25", "66.68"), ("CASH", "2020-05-20", "33.33"),
        ("BOOKING", "2020-05-04", "100.01"),
    ]  # fmt: skip
    assert gone["sale"] == {"events": [{"kind": "CASH"}]}
    assert again["errors"][0]["__typename"] == "NotFoundError"
    for payload in refused:
        assert payload["errors"][0]["__typename"] == "NotPermittedError"
    assert await count(company, "sale_event") == 1
    assert await count(company, "credit", "superseded_at is null") == 2


async def test_a_partner_takes_back_no_sale_outside_its_territories(company: Company) -> None:
    partner = company.partner(Scope.SALES_WRITE, territories=frozenset())
    await post(company.actor("Cora"), line("A"))

    refused = await post(partner, line("R", amount="-1", reverses="A"))

    assert "sales.0.reverses" in paths(refused)
    assert await count(company, "sale") == 1
