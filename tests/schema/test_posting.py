"""Sales posted, corrected and withdrawn over the API."""

import asyncio
from decimal import Decimal
from typing import Any

from auth.actor import Actor, Scope
from domain.ids import new_id
from schema.typed_ids import encode
from tests.people import Company, count, found_company
from tests.schema.asking import ask, goal, person_id, sold, territory, territory_id

POST = """mutation($input: SalesPostInput!) { salesPost(input: $input) {
  clientMutationId errors { __typename ... on UserError { message path } }
  posting { postedAt lines { saleId externalId verdict } } } }"""
WITHDRAW = """mutation($input: SaleWithdrawInput!) { saleWithdraw(input: $input) {
  errors { __typename ... on UserError { message path }
    ... on SaleVersionConflictError { currentVersion sale { amount { amount } } } } } }"""
SALES = """{ sales { nodes { id version externalId soldOn soldAt orderNumber quantity amount { amount }
  cost { amount } person { name } } } }"""
TOTALS = "{ salesTotal { currency amount quantity lines } }"


def line(external_id: str = "A-1", **values: object) -> dict[str, object]:
    given = {"soldOn": "2020-05-04", "quantity": "2", "amount": "10.50", "currency": "USD"}
    return {"externalId": external_id, **given, **values}


async def post(actor: Actor, *sales: dict[str, object], once: str | None = None) -> Any:
    message = {"clientMutationId": once or str(new_id()), "sales": list(sales)}
    return (await ask(actor, POST, input=message))["salesPost"]


async def withdraw(actor: Actor, sale: str, reason: str = "Entered twice.", **seen: int) -> Any:
    message = {"clientMutationId": str(new_id()), "saleId": sale, "reason": reason, **seen}
    return (await ask(actor, WITHDRAW, input=message))["saleWithdraw"]


def verdicts(payload: Any) -> list[str]:
    assert payload["errors"] == []
    return [each["verdict"] for each in payload["posting"]["lines"]]


def paths(payload: Any) -> list[str]:
    assert payload["posting"] is None
    return [".".join(error["path"]) for error in payload["errors"]]


async def test_a_sale_is_added_then_unchanged_then_corrected(company: Company) -> None:
    cora, rui = company.actor("Cora"), person_id(company, "Rui")

    added = await post(cora, line(personId=rui, cost="4"), line("A-2"))
    unchanged = await post(cora, line("A-2"), line(personId=rui, cost="4.0000"))
    corrected = await post(cora, line(personId=rui, cost="4", amount="11"), line("A-3"))

    assert verdicts(added) == ["ADDED", "ADDED"]
    assert verdicts(unchanged) == ["UNCHANGED", "UNCHANGED"]
    assert verdicts(corrected) == ["CORRECTED", "ADDED"]
    sale = added["posting"]["lines"][0]["saleId"]
    assert corrected["posting"]["lines"][0]["saleId"] == sale
    mine = (await ask(company.actor("Rui"), SALES))["sales"]["nodes"]
    assert mine == [
        {
            "id": sale, "version": 2, "externalId": "A-1", "soldOn": "2020-05-04", "soldAt": None,
            "orderNumber": "", "quantity": "2", "amount": {"amount": "11.00"},
            "cost": {"amount": "4.00"}, "person": {"name": "Rui"},
        }
    ]  # fmt: skip
    events = "{ history { nodes { act subject { id } changes { name before after } } } }"
    latest = (await ask(company.actor("Audrey"), events))["history"]["nodes"]
    acts = [event["act"] for event in latest]
    assert acts == ["sale.corrected", "sale.posted", "sale.posted", "sale.posted"]
    change = next(each for each in latest[0]["changes"] if each["name"] == "amount")
    assert change == {"name": "amount", "before": '"10.5000"', "after": '"11"'}
    assert latest[0]["subject"] == {"id": sale}


async def test_the_same_message_again_has_the_same_answer_and_no_second_effect(
    company: Company,
) -> None:
    cora = company.actor("Cora")

    first = await post(cora, line(), once="m-1")
    await post(cora, line(amount="12"))
    again = await post(cora, line(), once="m-1")
    other = await post(cora, line(amount="13"), once="m-1")

    assert again == first
    assert paths(other) == ["clientMutationId"]
    assert (await ask(cora, TOTALS))["salesTotal"][0]["amount"] == "12.00"


async def test_the_day_of_an_instant_is_the_organisations(company: Company) -> None:
    """The company is in Los Angeles, seven hours behind UTC in May."""
    cora = company.actor("Cora")
    late, early = "2020-05-01T06:59:59.5Z", "2020-05-01T07:00:00Z"

    await post(cora, *(line(at, soldOn=None, soldAt=at) for at in (late, early)))
    await post(cora, line("day"), line("moved", soldOn=None, soldAt=late))
    await post(cora, line("moved", soldOn="2020-05-02"))

    nodes = (await ask(cora, SALES))["sales"]["nodes"]
    assert {node["externalId"]: (node["soldOn"], node["soldAt"]) for node in nodes} == {
        late: ("2020-04-30", "2020-05-01T06:59:59.500000Z"),
        early: ("2020-05-01", early),
        "day": ("2020-05-04", None),
        "moved": ("2020-05-02", None),
    }


async def test_everything_wrong_with_any_line_is_told_at_once_and_nothing_is_written(
    company: Company,
) -> None:
    cora = company.actor("Cora")
    nobody = f"person_{new_id()}"
    nowhere = f"territory_{new_id()}"

    payload = await post(
        cora,
        line("fine"),
        line(amount="1.23456", currency="$"),
        line("B", personId=nobody, territoryId=nowhere, soldAt="2020-05-04T00:00:00Z"),
        line("B", accountId=f"account_{new_id()}", productId=f"product_{new_id()}"),
    )

    assert sorted(paths(payload)) == [
        "sales.1.amount", "sales.1.currency", "sales.2.personId", "sales.2.soldOn",
        "sales.2.territoryId", "sales.3.accountId", "sales.3.externalId", "sales.3.productId",
    ]  # fmt: skip
    kinds = {".".join(each["path"]): each["__typename"] for each in payload["errors"]}
    assert kinds["sales.2.personId"] == "NotFoundError"
    assert kinds["sales.3.externalId"] == "InvalidError"
    wrong_kind = await post(cora, line(personId=nowhere), line("B", accountId="x"))
    assert paths(wrong_kind) == ["sales.0.personId", "sales.1.accountId"]
    assert paths(await post(cora)) == ["sales"]
    assert paths(await post(cora, *(line(str(each)) for each in range(101)))) == ["sales"]
    for table in ("sale", "tally", "first_sale", "event", "sale_posting", "idempotency_key"):
        assert await count(company, table) == 0, table


async def test_another_organisations_rows_cannot_be_named(company: Company) -> None:
    other = await found_company()
    theirs = {
        "personId": person_id(other, "Rui"),
        "territoryId": territory_id(await territory(other, "X")),
    }

    payload = await post(company.actor("Cora"), line(**theirs))

    assert sorted(paths(payload)) == ["sales.0.personId", "sales.0.territoryId"]


async def test_only_comp_administrators_and_partner_apps_with_the_scope_post(
    company: Company,
) -> None:
    sale = encode("sale", await sold(company, "Rui", "10", external_id="A-1"))
    people = [
        company.actor(name) for name in ("Rui", "Mona", "Ada", "Fay", "Hal", "Audrey", "Adam")
    ]

    for actor in (*people, company.partner(Scope.SALES_READ, Scope.PERFORMANCE_READ)):
        for payload in (await post(actor, line(amount="99")), await withdraw(actor, sale)):
            assert [error["__typename"] for error in payload["errors"]] == ["NotPermittedError"]

    assert await count(company, "sale", "amount = 10 and version = 1") == 1
    assert await count(company, "event") == 0


async def test_a_partner_app_posts_in_its_territories_alone(company: Company) -> None:
    west, east = await territory(company, "West"), await territory(company, "East")
    coast = await territory(company, "Coast", west)
    theirs = encode("sale", await sold(company, "Olga", "10", at=east, external_id="east"))
    app = company.partner(Scope.SALES_WRITE, territories=frozenset({west}))
    here = {"territoryId": territory_id(coast)}

    added = await post(app, line(**here))
    refused = await post(
        app, line("B", territoryId=territory_id(east)), line("C"), line("east", **here)
    )
    beyond = await withdraw(app, theirs)
    moved = await post(app, line(territoryId=territory_id(east)))
    taken = await withdraw(app, added["posting"]["lines"][0]["saleId"])

    assert verdicts(added) == ["ADDED"]
    assert {".".join(each["path"]): each["__typename"] for each in refused["errors"]} == {
        "sales.0.territoryId": "NotFoundError",
        "sales.1.territoryId": "InvalidError",
        "sales.2.externalId": "ConflictError",
    }
    assert [each["__typename"] for each in beyond["errors"]] == ["NotFoundError"]
    assert [each["__typename"] for each in moved["errors"]] == ["NotFoundError"]
    assert taken["errors"] == []
    assert await count(company, "sale") == 1
    assert await count(company, "event", "client_id is not null") == 2


async def test_a_withdrawn_sale_is_gone_and_the_history_keeps_it(company: Company) -> None:
    cora = company.actor("Cora")
    sale = (await post(cora, line(personId=person_id(company, "Rui"))))["posting"]["lines"][0]

    no_reason = await withdraw(cora, sale["saleId"], " ")
    await post(cora, line(personId=person_id(company, "Rui"), amount="10.75"))
    stale = await withdraw(cora, sale["saleId"], expectedVersion=1)
    done = await withdraw(cora, sale["saleId"], expectedVersion=2)
    again = await withdraw(cora, sale["saleId"])
    anew = await post(cora, line(amount="7"))

    assert [error["path"] for error in no_reason["errors"]] == [["reason"]]
    [error] = stale["errors"]
    assert (error["__typename"], error["path"]) == ("SaleVersionConflictError", ["expectedVersion"])
    assert (error["currentVersion"], error["sale"]) == (2, {"amount": {"amount": "10.75"}})
    assert done == {"errors": []}
    assert [error["__typename"] for error in again["errors"]] == ["NotFoundError"]
    assert verdicts(anew) == ["ADDED"]
    assert anew["posting"]["lines"][0]["saleId"] != sale["saleId"]
    assert (await ask(cora, TOTALS))["salesTotal"][0]["amount"] == "7.00"
    withdrawn = "act = 'sale.withdrawn' and reason = 'Entered twice.'"
    assert await count(company, "event", f"{withdrawn} and before ->> 'amount' = '10.7500'") == 1


async def test_two_messages_with_the_same_new_sale_add_it_once(company: Company) -> None:
    cora = company.actor("Cora")

    payloads = await asyncio.gather(
        *(post(cora, line("A"), line("B"), line(f"own {n}", amount=str(n))) for n in range(6)),
        *(post(cora, line("B"), line("A"), line(f"own {n}", amount=str(n))) for n in range(6)),
    )

    found = [verdict for payload in payloads for verdict in verdicts(payload)]
    assert sorted(set(found)) == ["ADDED", "UNCHANGED"]
    assert found.count("ADDED") == 8
    assert await count(company, "sale") == 8


async def test_a_goal_and_the_goals_above_see_a_sale_at_once(company: Company) -> None:
    """Each figure is right in the read that follows the message."""
    cora, rui = company.actor("Cora"), company.actor("Rui")
    made = await goal(company, "Rui", target=Decimal("21"))
    read = "query($id: ID!) { node(id: $id) { ... on Goal { actual { amount } attainment } } }"

    async def figures() -> Any:
        found = (await ask(rui, read, id=encode("goal", made)))["node"]
        return found["actual"]["amount"], found["attainment"]

    mine = {"personId": person_id(company, "Rui")}
    sale = (await post(cora, line(**mine)))["posting"]["lines"][0]["saleId"]
    assert await figures() == ("10.50", "0.5")
    await post(cora, line(**mine, amount="21.00"), line("B", **mine, soldOn="2020-06-01"))
    assert await figures() == ("21.00", "1")
    await post(cora, line(**{**mine, "personId": person_id(company, "Sam")}, amount="21.00"))
    assert await figures() == ("0.00", "0")
    await post(cora, line(**mine, amount="5.25", soldOn="2020-05-31"))
    assert await figures() == ("5.25", "0.25")
    await withdraw(cora, sale)
    assert await figures() == ("0.00", "0")
