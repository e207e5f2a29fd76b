"""Credits by hand: proposed by one, approved by another, taken back in one act; and whoever may not is
refused, with nothing changed."""

import asyncio
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from auth.actor import Actor
from domain.errors import Invalid
from domain.ids import new_id
from domain.incentives.due import work_off
from domain.incentives.manual_credit_rules import Whole, portion_of
from schema.typed_ids import encode
from tests.domain.incentives.paying import FIVE_THEN_EIGHT, assigned, changed, published, totals
from tests.domain.incentives.test_crediting_due import NOW, defined, due, standing
from tests.people import Company, count
from tests.schema.asking import ask, person_id, sold

D = Decimal
PROPOSE = """mutation($input: CreditProposeInput!) { creditPropose(input: $input) {
  proposal { id version state share amount reasonCode person { name } }
  errors { __typename ... on UserError { message path } } } }"""
APPROVE = """mutation($input: CreditApproveInput!) { creditApprove(input: $input) {
  proposal { version state decidedBy { name } credit { id kind amount { amount currency } margin { amount } quantity
    share exchangeRate reason madeBy { name } approvedBy { name } creditedOn } }
  errors { __typename ... on UserError { message path } } } }"""
DECLINE = """mutation($input: CreditDeclineInput!) { creditDecline(input: $input) {
  proposal { state note } errors { __typename ... on UserError { message path } } } }"""
REVERSE = """mutation($input: CreditReverseInput!) { creditReverse(input: $input) {
  credit { amount { amount } margin { amount } quantity share creditedOn reverses { id amount { amount } } reason }
  errors { __typename ... on UserError { message path } } } }"""
TABLES = ("credit", "credit_proposal", "event", "pay_due", "idempotency_key")


async def said(actor: Actor, document: str, **given: object) -> Any:
    message = {"clientMutationId": str(new_id()), **given}
    [payload] = (await ask(actor, document, input=message)).values()
    return payload


async def proposed(company: Company, sale: object, **given: object) -> Any:
    asked = {
        "saleId": f"sale_{sale}", "personId": person_id(company, "Sam"), "share": "0.25",
        "reasonCode": "AGREED", "reason": "He opened the door.",
    } | given  # fmt: skip
    payload = await said(company.actor("Cora"), PROPOSE, **asked)
    assert payload["errors"] == []
    return payload["proposal"]


async def counts(company: Company) -> dict[str, int]:
    return {table: await count(company, table) for table in TABLES}


async def test_one_proposes_another_approves_and_one_act_takes_it_back(company: Company) -> None:
    fay = company.actor("Fay")
    await assigned(company, await published(company, FIVE_THEN_EIGHT), "Sam")
    await defined(company, "Whoever sold", "DIRECT")
    sale = await sold(company, "Rui", "1000.01", order_number="SO-1", cost=D("600.01"))
    await due(company)
    await work_off(company.org, NOW)

    proposal = await proposed(company, sale)
    waits = "{ creditProposals(filter: {waiting: true}) { totalCount nodes { id reason } } }"
    waiting = (await ask(fay, waits))["creditProposals"]
    given = await said(fay, APPROVE, proposalId=proposal["id"], expectedVersion=1)
    await work_off(company.org, NOW)
    paid = (await totals(company, "Sam"))[5]
    credit = given["proposal"]["credit"]
    await due(company)  # crediting by rules leaves it alone
    await changed(company, "update sale set order_number = 'SO-2' where id = $2", sale)
    await due(company)
    taken = await said(fay, REVERSE, creditId=credit["id"], reason="He did not.")
    await work_off(company.org, NOW)

    assert proposal["state"] == "WAITING"
    assert waiting == {
        "totalCount": 1, "nodes": [{"id": proposal["id"], "reason": "He opened the door."}]
    }  # fmt: skip
    assert given["proposal"] | {"credit": None} == {
        "version": 2, "state": "APPROVED", "decidedBy": {"name": "Fay"}, "credit": None,
    }  # fmt: skip
    assert credit == {
        "id": credit["id"], "kind": "MANUAL", "amount": {"amount": "250.00", "currency": "USD"},
        "margin": {"amount": "100.00"}, "quantity": "0.25", "share": "0.25", "exchangeRate": "1",
        "reason": "He opened the door.", "madeBy": {"name": "Cora"}, "approvedBy": {"name": "Fay"},
        "creditedOn": "2020-05-04",
    }  # fmt: skip
    assert paid == D("12.5")
    assert taken["credit"] == {
        "amount": {"amount": "-250.00"}, "margin": {"amount": "-100.00"}, "quantity": "-0.25",
        "share": "-0.25", "creditedOn": "2020-05-04", "reason": "He did not.",
        "reverses": {"id": credit["id"], "amount": {"amount": "250.00"}},
    }  # fmt: skip
    assert (await totals(company, "Sam"))[5] == 0
    assert await count(company, "credit", "superseded_at is null and kind = 'manual'") == 2
    seen = "{ credits { nodes { amount { amount } } } }"
    assert len((await ask(company.actor("Sam"), seen))["credits"]["nodes"]) == 2
    assert (await ask(company.actor("Sam"), waits))["creditProposals"]["totalCount"] == 0
    again = await said(fay, REVERSE, creditId=credit["id"], reason="Once more.")
    assert again["errors"][0]["message"] == "This was taken back already."
    await changed(company, "delete from sale where id = $2", sale)
    await due(company)
    assert await standing(company) == []


async def test_nobody_approves_what_they_proposed_or_what_is_credited_to_themselves(
    company: Company,
) -> None:
    sale = await sold(company, "Rui", "100")
    own = await proposed(company, sale)
    fays = await proposed(company, sale, personId=person_id(company, "Fay"))
    before = await counts(company)

    refused = [
        await said(company.actor("Cora"), APPROVE, proposalId=own["id"], expectedVersion=1),
        await said(company.actor("Fay"), APPROVE, proposalId=fays["id"], expectedVersion=1),
        await said(
            company.actor("Cora"), PROPOSE, saleId=encode("sale", sale), share="1",
            personId=person_id(company, "Cora"), reasonCode="OTHER", reason="Mine.",
        ),
        *[
            await said(company.actor(name), APPROVE, proposalId=own["id"], expectedVersion=1)
            for name in set(company.ids) - {"Cora", "Fay"}
        ],
    ]  # fmt: skip

    assert {each["errors"][0]["__typename"] for each in refused} == {"NotPermittedError"}
    assert await counts(company) == before


async def test_two_approve_at_once_and_one_is_told_who_was_first(company: Company) -> None:
    sale = await sold(company, "Rui", "100")
    proposal = await proposed(company, sale)
    fay = company.actor("Fay")
    another = replace(company.actor("Hal"), roles=fay.roles)

    answers = await asyncio.gather(
        *(
            said(actor, APPROVE, proposalId=proposal["id"], expectedVersion=1)
            for actor in (fay, another) * 3
        )
    )

    [won] = [each["proposal"] for each in answers if each["proposal"]]
    told = {error["message"] for each in answers for error in each["errors"]}
    assert told == {f"{won['decidedBy']['name']} has approved this already."}
    assert await count(company, "credit") == 1
    late = await said(fay, DECLINE, proposalId=proposal["id"], expectedVersion=1, note="No.")
    assert late["errors"][0]["message"] in told


async def test_what_cannot_be_given_is_refused_and_nothing_changes(company: Company) -> None:
    fay, cora = company.actor("Fay"), company.actor("Cora")
    sale = await sold(company, "Rui", "100.50")
    euros = await sold(company, "Rui", "10", currency="EUR")
    changed_since = await proposed(company, sale)
    foreign = await proposed(company, euros)
    declined = await proposed(company, sale, share=None, amount="-0.50")
    assert (await said(fay, DECLINE, proposalId=declined["id"], expectedVersion=1, note="Why?"))[
        "proposal"
    ] == {"state": "DECLINED", "note": "Why?"}
    await changed(company, "update sale set version = version + 1 where id = $2", sale)
    await defined(company, "Whoever sold", "DIRECT")
    await due(company)
    [by_rule] = (await ask(fay, "{ credits { nodes { id } } }"))["credits"]["nodes"]
    before = await counts(company)

    async def refused(document: str, actor: Actor = fay, **given: object) -> str:
        [error] = (await said(actor, document, **given))["errors"]
        return f"{'/'.join(error['path'])}: {error['message']}"

    asked = {
        "saleId": encode("sale", sale), "personId": person_id(company, "Sam"), "reasonCode": "OTHER",
        "reason": "Because.",
    }  # fmt: skip
    assert [
        await refused(PROPOSE, cora, **asked),
        await refused(PROPOSE, cora, **asked, share="1.5"),
        await refused(PROPOSE, cora, **asked, share="1", amount="1"),
        await refused(PROPOSE, cora, **asked, amount="100.51"),
        await refused(PROPOSE, cora, **asked, amount="0.001"),
        await refused(PROPOSE, cora, **asked | {"reason": " "}, share="1"),
        await refused(PROPOSE, cora, **asked | {"saleId": f"sale_{new_id()}"}, share="1"),
        await refused(APPROVE, proposalId=changed_since["id"], expectedVersion=1),
        await refused(APPROVE, proposalId=changed_since["id"], expectedVersion=3),
        await refused(APPROVE, proposalId=foreign["id"], expectedVersion=1),
        await refused(REVERSE, creditId=by_rule["id"], reason="No."),
    ] == [
        "share: Give a share or an amount, one of them.",
        "share: A share is at most 1, below zero to take away, not 0, with at most 8 decimal places.",
        "share: Give a share or an amount, one of them.",
        "amount: An amount is not 0, and at most what the sale comes to: 100.50 USD; below zero to take away.",
        "amount: This has at most 2 decimal places.",
        "reason: This cannot be empty.",
        "saleId: There is no such sale, or it is not yours to see.",
        "proposalId: The sale has changed since this was proposed: propose it anew.",
        "expectedVersion: You saw version 3 of the proposal, and it is now at version 1."
        " Look at what changed, then decide again.",
        "proposalId: There is no rate of exchange from EUR to USD on 2020-05-04.",
        "creditId: Only what was given by hand is taken back by hand; rules take back what they gave.",
    ]  # fmt: skip
    for name in set(company.ids) - {"Cora"}:
        assert "roles" in await refused(PROPOSE, company.actor(name), **asked, share="1"), name
    assert await counts(company) == before


@pytest.mark.parametrize(
    ("amount", "currency", "share", "theirs"),
    [
        ("100", "JPY", "0.335", "34"),
        ("100.01", "USD", "0.5", "50.01"),
        ("1.001", "KWD", "-1", "-1.001"),
    ],
)
def test_a_share_is_cut_in_the_currency_of_the_sale(
    amount: str, currency: str, share: str, theirs: str
) -> None:
    whole = Whole(D(amount), None, D(3), currency)

    portion = portion_of(whole, D(share), None)

    assert (portion.amount, portion.margin) == (D(theirs), None)
    assert (
        portion.opposite.amount + portion.amount
        == portion.opposite.quantity + portion.quantity
        == 0
    )
    assert portion_of(whole, None, portion.amount).amount == portion.amount
    with pytest.raises(Invalid):
        portion_of(whole, D(0), None)
