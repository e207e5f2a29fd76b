"""What if, and what has to be sold: worked out on today's figures by what pays, for whoever sees the pay."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest

from auth.actor import Scope
from domain.database import NO_SIGHT, looking, on_behalf_of
from domain.ids import new_id
from domain.incentives import pay_changes, today
from domain.incentives.crediting_due import credit_due
from domain.incentives.due import work_off
from domain.people.actions import set_manager
from tests.domain.incentives.paying import (
    FIVE_THEN_EIGHT,
    assigned,
    changed,
    published,
    results,
)
from tests.people import ROLES, Company, found_company
from tests.schema.asking import answer, ask, insert, person_id, sold
from tests.schema.test_posting import line, post
from tests.schema.test_posting_together import RECORD

NOW = datetime(2020, 5, 29, tzinfo=UTC)
RICH: Mapping[str, Any] = {
    "currency": "USD",
    "measures": [
        {"key": "revenue", "over": "year"},
        {"key": "bikes", "where": 'product.category = "Bikes"'},
        {"key": "paid", "event": "cash"},
        {"key": "profit", "of": "margin"},
    ],
    "components": [
        *FIVE_THEN_EIGHT["components"],
        {"key": "spif", "name": "Bikes", "commission": {
            "measure": "bikes", "table": {"method": "marginal", "tiers": [{"start": "0", "pays": "1 %"}]}},
            "budget": "35"},
        {"key": "cash", "name": "Paid", "commission": {
            "measure": "paid", "table": {"method": "marginal", "tiers": [{"start": "0", "pays": "1 %"}]}}},
        {"key": "gain", "name": "Profit", "commission": {
            "measure": "profit", "table": {"method": "marginal", "tiers": [{"start": "0", "pays": "1.5 %"}]}},
            "multiplier": 'if(credited("revenue") > 12000 USD, 1.1, 1)'},
    ],
}  # fmt: skip
WHAT_IF = """query($person: ID, $plan: ID, $deals: [PayDealInput!]! = []) {
  payWhatIf(personId: $person, planId: $plan, deals: $deals) {
    person { name } plan { name } startsOn endsOn before { amount currency } after { amount } change { amount } failure
    components { key name before { amount } after { amount } pending { amount } reason }
    deals { credited { amount } amount { amount } lines { component kind amount { amount } sentence tier }
      verdicts { rule gave sentences } } } }"""
TO_EARN = """query($amount: Decimal!, $person: ID, $like: PayDealInput) {
  payToEarn(amount: $amount, personId: $person, like: $like) { person { name } startsOn wanted { amount }
    now { amount } deal { amount currency } then { amount } reason } }"""
STANDS = """{ pay(first: 1) { nodes { total { amount } components { key amount } lines(first: 100) { nodes {
  component kind amount { amount } sentence tier sale { id } } } } } }"""


@pytest.fixture
async def selling(company: Company) -> Company:
    """Rui, Sam and Olga are on a plan; who sells is credited, but for what goes to the house."""
    company.extra["plan"] = plan = await published(company, RICH)
    bike = company.extra["bike"] = new_id()
    row = {"id": bike, "name": "Road-150", "category": "Bikes", "subcategory": "Road Bikes"}
    await insert(company, "product", [{"external_id": "R150", "color": "Red", **row}])
    await ruled(company, "House", "house", condition="deal.amount > 50000 USD", place=1)
    await ruled(company, "Whoever sold", "direct", place=2)
    await ruled(company, "Above", "roll_up", levels=1, place=3)
    for who in ("Rui", "Sam", "Olga"):
        await assigned(company, plan, who)
        await sold(company, who, "9000", on=date(2020, 4, 10), cost=5000)
        await sold(company, who, "600.50", on=date(2020, 5, 4), cost=400)
    await up_to_date(company)
    return company


async def ruled(company: Company, name: str, kind: str, **values: object) -> None:
    row = {"id": new_id(), "name": name, "kind": kind, "share": 1, **values}
    await insert(company, "crediting_rule", [row])


async def up_to_date(company: Company) -> None:
    """What the worker does every few seconds."""
    await credit_due(company.org, NOW)
    await work_off(company.org, NOW)


async def what_if(company: Company, who: str, *deals: dict[str, Any], **sent: Any) -> Any:
    sent = {"deals": list(deals), **sent}
    return (await ask(company.actor(who), WHAT_IF, **sent))["payWhatIf"]


async def stands(company: Company, who: str) -> Any:
    [result] = (await ask(company.actor(who), STANDS))["pay"]["nodes"]
    return result


async def test_what_if_nothing_were_sold_is_what_stands(selling: Company) -> None:
    asked = await what_if(selling, "Rui")

    now = await stands(selling, "Rui")
    assert (asked["startsOn"], asked["endsOn"]) == ("2020-05-01", "2020-05-31")
    assert asked["person"] == {"name": "Rui"}
    assert asked["before"] == {**now["total"], "currency": "USD"}
    assert asked["after"] == now["total"]
    assert asked["change"] == {"amount": "0.00"}
    assert [each["before"] for each in asked["components"]] == [
        each["after"] for each in asked["components"]
    ]
    # As it will be once what has changed is worked out, and not as it was.
    await sold(selling, "Rui", "1000", on=date(2020, 4, 20), cost=0)
    await credit_due(selling.org, NOW)
    ahead = await what_if(selling, "Rui")
    await up_to_date(selling)
    assert ahead["after"] == (await stands(selling, "Rui"))["total"] != now["total"]


async def test_a_refund_takes_back_what_a_period_that_is_due_will_have_paid(
    selling: Company,
) -> None:
    april = await sold(selling, "Rui", "2000", on=date(2020, 4, 12), cost=0)
    await up_to_date(selling)
    await sold(selling, "Rui", "-2000", on=date(2020, 5, 6), cost=0, reverses_id=april)
    await up_to_date(selling)
    await sold(selling, "Rui", "1000", on=date(2020, 4, 20), cost=0)
    await credit_due(selling.org, NOW)

    ahead = await what_if(selling, "Rui")

    await up_to_date(selling)
    assert ahead["after"] == (await stands(selling, "Rui"))["total"]


async def test_whoever_sells_the_deal_is_paid_what_was_said(selling: Company) -> None:
    """The promise: asked, then sold, credited and paid."""
    cora, rui = selling.actor("Cora"), person_id(selling, "Rui")
    deal = {
        "amount": "4000.37",
        "margin": "1500.12",
        "productId": f"product_{selling.extra['bike']}",
    }

    said = await what_if(selling, "Rui", {**deal, "reaches": ["CASH"]})

    assert await what_if(selling, "Mona", {**deal, "reaches": ["CASH"]}, person=rui) == said
    before = await results(selling)
    await post_sale(selling, personId=rui, productId=deal["productId"], soldOn="2020-05-29",
        quantity="1", amount="4000.37", cost="2500.25")  # fmt: skip
    await up_to_date(selling)
    paid = await stands(selling, "Rui")
    assert said["after"] == paid["total"]
    assert said["before"]["amount"] < said["after"]["amount"]
    assert [each["after"]["amount"] for each in said["components"]] == [
        f"{float(each['amount']):.2f}" for each in paid["components"]
    ]
    [would] = said["deals"]
    lines = [each for each in paid["lines"]["nodes"] if each.pop("sale") == await last_sale(cora)]
    assert would["lines"] == lines
    assert [each["sentence"] for each in lines] == [
        "From 9600.5 to 10000 at 5 %.",
        "From 10000 to 13600.87 at 8 %.",
        "From 0 to 4000.37 at 1 %.",
        "Of the budget 35 was left; the deal came to 40.",
        "From 0 to 4000.37 at 1 %.",
        "From 200.5 to 1700.62 at 1.5 %.",
    ]
    assert [(each["rule"], each["gave"]) for each in would["verdicts"]] == [
        ("House", 0), ("Whoever sold", 1), ("Above", 1),
    ]  # fmt: skip
    assert would["verdicts"][0]["sentences"] == [
        "Its condition, deal.amount > 50000 USD, does not hold."
    ]
    assert [row for row in before if row["starts_on"] < date(2020, 5, 1)] == [
        row for row in await results(selling) if row["starts_on"] < date(2020, 5, 1)
    ]


async def test_asking_writes_nothing_and_reads_in_a_role_that_cannot(selling: Company) -> None:
    counted = """select (select count(*) from pay_result), (select count(*) from credit), (select count(*) from sale),
      (select count(*) from event), (select count(*) from pay_due), (select count(*) from crediting_due)"""

    async def counts() -> Any:
        async with on_behalf_of(selling.org) as transaction:
            return [dict(row) for row in await transaction.execute_query_dict(counted)]

    before = await counts()
    await what_if(selling, "Rui", {"amount": "7", "margin": "2"})
    await ask(selling.actor("Rui"), TO_EARN, amount="900", like={"amount": "7", "margin": "2"})
    assert await counts() == before
    for sees in (None, NO_SIGHT):
        async with looking(selling.org, selling.ids["Rui"], sees) as transaction:
            with pytest.raises(Exception, match=r"read-only|permission denied"):
                await transaction.execute_query("delete from pay_due")


async def test_a_deal_that_goes_to_the_house_pays_nothing_and_says_why(selling: Company) -> None:
    asked = await what_if(selling, "Rui", {"amount": "50000.01", "margin": "1"})

    assert asked["change"] == {"amount": "0.00"}
    [deal] = asked["deals"]
    assert (deal["credited"], deal["lines"]) == ({"amount": "0.00"}, [])
    assert [each["sentences"] for each in deal["verdicts"]] == [
        ["It keeps the deal for the house."],
        ["The deal is kept for the house by “House”."],
        ["The deal is kept for the house by “House”."],
    ]


SEES = {"Rui", "Mona", "Ada", "Cora", "Fay", "Audrey"}


async def test_of_whose_pay_one_does_not_see_one_learns_nothing(selling: Company) -> None:
    """Not whether they are there, not whether they are paid, and not by what is wrong with the rest."""
    elsewhere = await found_company()
    rui, nobody = person_id(selling, "Rui"), f"person_{new_id()}"
    deal = {"amount": "10", "margin": "1"}

    for name in (*ROLES, "app", "elsewhere"):
        caller = (
            selling.partner(*Scope)
            if name == "app"
            else selling.actor(name)
            if name in ROLES
            else None
        )
        caller = caller or elsewhere.actor("Cora")
        for document, sent in (
            (WHAT_IF, {"deals": [deal]}),
            (WHAT_IF, {"deals": [{**deal, "productId": f"product_{new_id()}"}]}),
            (WHAT_IF, {"deals": [], "plan": f"pay_plan_{selling.extra['plan']}"}),
            (TO_EARN, {"amount": "500", "like": deal}),
        ):
            if name in SEES:
                theirs = await answer(caller, document, person=rui, **sent)
                assert theirs.errors or next(iter(theirs.data.values())), name
            # They are answered alike, whoever asks for whom.
            others = (nobody,) if name == "Mona" else (rui,) if name not in SEES else ()
            for person in others:
                of_others = await answer(caller, document, person=person, **sent)
                assert (list(of_others.data.values()), of_others.errors) == ([None], []), name

    # Whoever stands above somebody no more sees no more of it, and what they see of others stays.
    await set_manager(
        selling.actor("Cora"),
        position_id=selling.positions["Rui"],
        manager_position_id=selling.positions["Eve"],
        since=date(2020, 5, 29),
    )
    assert await what_if(selling, "Mona", deal, person=rui) is None
    assert await what_if(selling, "Eve", deal, person=rui) is not None
    # Neither is a seller named whose pay one does not see.
    for seller in (person_id(selling, "Sam"), nobody):
        refused = await answer(selling.actor("Rui"), WHAT_IF, deals=[{**deal, "soldById": seller}])
        assert refused.refusal.message == "There is no such person, or it is not yours to see."
        assert refused.refusal.path == ("deals", "0", "soldById")


async def test_where_the_predicate_were_forgotten_row_security_still_holds(
    selling: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    for forgetful in (today, pay_changes):
        monkeypatch.setattr(forgetful, "visible", lambda actor: "true")
    rui = person_id(selling, "Rui")
    found = await ask(selling.actor("Rui"), "{ pay(first: 1) { nodes { id } } }")
    [result] = found["pay"]["nodes"]
    why = "query($id: ID!) { payChange(resultId: $id) { reason } }"

    for name in ("Sam", "Olga", "Eve", "Hal", "Adam"):
        assert await what_if(selling, name, person=rui) is None, name
        assert (await ask(selling.actor(name), why, id=result["id"]))["payChange"] is None, name
    assert await what_if(selling, "Mona", person=rui) is not None
    assert (await ask(selling.actor("Mona"), why, id=result["id"]))["payChange"] is not None


async def test_what_is_wrong_with_a_question_is_said(selling: Company) -> None:
    rui = selling.actor("Rui")

    async def refused(document: str, **sent: Any) -> tuple[str, ...]:
        return (await answer(rui, document, **sent)).refusal.path

    deal = {"amount": "10", "margin": "1"}
    for sent, path in (
        ([deal] * 21, ("deals",)),
        ([{"amount": "10"}], ("deals", "0", "margin")),
        ([deal, {**deal, "amount": "1000000000000000"}], ("deals", "1", "amount")),
        ([{**deal, "quantity": "0.00001"}], ("deals", "0", "quantity")),
        ([{**deal, "soldOn": "2020-06-01"}], ("deals", "0", "soldOn")),
        ([{**deal, "soldOn": "2020-04-30"}], ("deals", "0", "soldOn")),
        ([{**deal, "reaches": ["CASH", "CASH"]}], ("deals", "0", "reaches")),
        ([{**deal, "accountId": f"account_{new_id()}"}], ("deals", "0", "accountId")),
        ([{**deal, "accountId": "goal_1"}], ("deals", "0", "accountId")),
    ):
        assert await refused(WHAT_IF, deals=sent) == path
    assert await refused(TO_EARN, amount="0") == ("amount",)
    assert await refused(TO_EARN, amount="-1") == ("amount",)
    assert await refused(TO_EARN, amount="1000000000000.01") == ("amount",)
    assert await refused(TO_EARN, amount="5", like={**deal, "amount": "-3"}) == ("like", "amount")
    assert await refused(TO_EARN, amount="5") == ("like", "margin")
    for hostile in ("1E+30", "1e5", "NaN", "Infinity", "１２", "9" * 31, "--1", ""):
        for answered in (
            await answer(rui, WHAT_IF, deals=[{"amount": hostile}]),
            await answer(rui, TO_EARN, amount=hostile),
        ):
            assert answered.data is None
            assert "Decimal must be a string of ASCII digits" in answered.errors[0].message
    # What the endpoint takes is answered, however odd: a deal of nothing, and one that takes back.
    odd = await what_if(
        selling, "Rui", {"amount": "-600.50", "margin": "-200.50"}, {"amount": "0", "margin": "0"}
    )
    assert odd["after"]["amount"] == "0.00"
    most = await what_if(selling, "Rui", *[{"amount": "999999999999999", "margin": "0"}] * 20)
    assert most["failure"] is None


async def test_what_has_to_be_sold_is_told_to_the_cent(selling: Company) -> None:
    like = {"amount": "100", "margin": "25"}

    found = (await ask(selling.actor("Rui"), TO_EARN, amount="500", like=like))["payToEarn"]

    assert (found["wanted"], found["reason"]) == ({"amount": "500.00"}, None)
    needed = found["deal"]["amount"]

    async def pays(amount: str) -> float:
        margin = str(round(float(amount) / 4, 4))
        asked = await what_if(selling, "Rui", {"amount": amount, "margin": margin})
        return float(asked["after"]["amount"])

    assert f"{await pays(needed):.2f}" == found["then"]["amount"]
    assert await pays(needed) >= 500 > await pays(f"{float(needed) - 0.01:.2f}")
    already = (await ask(selling.actor("Rui"), TO_EARN, amount="1", like=like))["payToEarn"]
    assert (already["deal"], already["then"]) == (
        {"amount": "0.00", "currency": "USD"},
        already["now"],
    )


async def test_where_there_is_no_answer_it_says_why(selling: Company) -> None:
    like = {"amount": "100", "margin": "25"}

    async def asked(who: str, amount: str) -> Any:
        return (await ask(selling.actor(who), TO_EARN, amount=amount, like=like))["payToEarn"]

    far = await asked("Rui", "1000000000000")
    assert far["deal"] is far["then"] is None
    assert far["reason"] == "Nothing that can be sold in this period pays 1000000000000."
    await changed(selling, "update crediting_rule set retired_at = now() where name <> $2", "House")
    assert (await asked("Rui", "5000"))["reason"] == "Nothing of such a deal is credited to them."
    # Nobody is paid by a plan of which it cannot be said what it pays.
    await changed(selling, "update crediting_rule set retired_at = null where name <> $2", "House")
    await sold(selling, "Rui", "5", on=date(2020, 5, 4))  # without its cost
    await credit_due(selling.org, NOW)
    failed = await asked("Rui", "5000")
    assert failed["now"] is failed["deal"] is None
    assert "it is not known what it cost" in failed["reason"]
    why = await what_if(selling, "Rui", {"amount": "5", "margin": "1"})
    assert (why["before"], why["after"], why["components"], why["deals"]) == (None, None, [], [])
    assert why["failure"] == failed["reason"]


async def test_a_manager_is_paid_for_what_somebody_below_them_sells(company: Company) -> None:
    plan = await published(company, FIVE_THEN_EIGHT)
    await ruled(company, "Above", "roll_up", levels=1, place=3)
    await ruled(company, "Whoever sold", "direct", place=2)
    await assigned(company, plan, "Mona")
    await assigned(company, plan, "Mona", starts_on=date(2019, 1, 1), ends_on=date(2019, 12, 31))

    asked = await what_if(company, "Mona", {"amount": "100", "soldById": person_id(company, "Sam")})

    assert asked["after"] == {"amount": "5.00"}
    assert await what_if(company, "Rui") is None  # who is on no plan
    other = await published(company, FIVE_THEN_EIGHT, key="other")
    await assigned(company, other, "Mona")
    several = await answer(company.actor("Mona"), WHAT_IF, deals=[])
    assert several.refusal.path == ("planId",)
    one = await what_if(company, "Mona", {"amount": "100"}, plan=f"pay_plan_{other}")
    assert one["after"] == {"amount": "5.00"}


async def test_with_other_questions_it_is_answered_in_one_operation(selling: Company) -> None:
    document = """{ me { person { name } } payWhatIf { before { amount } plan { name } person { manager { name } } }
      pay(first: 1) { nodes { total { amount } } } __schema { queryType { name } } }"""

    answered = await answer(selling.actor("Rui"), document)

    assert answered.errors == []
    assert answered.data["me"] == {"person": {"name": "Rui"}}
    assert answered.data["payWhatIf"]["person"] == {"manager": {"name": "Mona"}}
    [result] = answered.data["pay"]["nodes"]
    assert answered.data["payWhatIf"]["before"] == result["total"]


async def post_sale(company: Company, **values: Any) -> None:
    posted = await post(company.actor("Cora"), line("Z-1", **values))
    assert posted["errors"] == []
    [sale] = posted["posting"]["lines"]
    message = {
        "clientMutationId": "paid",
        "saleId": sale["saleId"],
        "kind": "CASH",
        "happenedOn": values["soldOn"],
        "share": "1",
    }
    [recorded] = (await ask(company.actor("Cora"), RECORD, input=message)).values()
    assert recorded["errors"] == []


async def last_sale(reader: Any) -> Any:
    document = '{ sales(filter: {externalId: {eq: "Z-1"}}) { nodes { id } } }'
    [sale] = (await ask(reader, document))["sales"]["nodes"]
    return sale
