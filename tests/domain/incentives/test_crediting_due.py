"""Sales are credited by the rules that an organisation has, whenever either of them changes."""

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import permutations
from typing import Any

from asyncpg import Range

from auth.actor import Actor
from domain.database import on_behalf_of
from domain.ids import new_id
from domain.incentives.crediting_due import credit_due
from domain.people.actions import set_manager
from schema.typed_ids import encode
from tests.domain.incentives.paying import FIVE_THEN_EIGHT, assigned, published
from tests.people import Company, count, found_company
from tests.schema.asking import ask, insert, person_id, sold, territory

NOW = datetime(2020, 5, 29, tzinfo=UTC)
DEFINE = """mutation($input: CreditingRuleDefineInput!) { creditingRuleDefine(input: $input) {
  rule { id version name kind condition share place retired }
  errors { __typename ... on UserError { message path } } } }"""
UPDATE = """mutation($input: CreditingRuleUpdateInput!) { creditingRuleUpdate(input: $input) {
  rule { version share } errors { __typename ... on UserError { message path }
    ... on CreditingRuleVersionConflictError { currentVersion rule { name } } } } }"""
RETIRE = """mutation($input: CreditingRuleRetireInput!) { creditingRuleRetire(input: $input) {
  rule { retired } errors { __typename ... on UserError { message path } } } }"""
CREDITS = """{ credits(filter: {standing: true}, first: 100) { nodes { person { name } rule kind countsFor
  creditedOn share amount { amount currency } exchangeRate paidIn sale { id } orderNumber } } }"""
WHY = """{ saleCreditings(first: 100) { nodes { soldOn gave primaryForPay sale { orderNumber }
  verdicts { rule gave sentences } } } }"""


async def _mutate(actor: Actor, document: str, **given: object) -> Any:
    message = {"clientMutationId": str(new_id()), **given}
    [payload] = (await ask(actor, document, input=message)).values()
    return payload


async def defined(company: Company, name: str, kind: str, **given: object) -> Any:
    payload = await _mutate(company.actor("Cora"), DEFINE, name=name, kind=kind, **given)
    assert payload["errors"] == []
    return payload["rule"]


async def given(company: Company, reader: str = "Cora") -> dict[str, str]:
    """Who is credited with how much by what stands."""
    nodes = (await ask(company.actor(reader), CREDITS))["credits"]["nodes"]
    return {node["person"]["name"]: node["amount"]["amount"] for node in nodes}


async def due(company: Company) -> int:
    return await credit_due(company.org, NOW)


async def test_a_sale_is_credited_to_its_seller_and_once_to_each_above(company: Company) -> None:
    await defined(company, "Whoever sold", "DIRECT")
    await defined(company, "Two levels up", "ROLL_UP", levels=2, place=200)
    await sold(company, "Rui", "100.50", order_number="SO-1")

    assert await due(company) == 1

    assert await given(company) == {"Rui": "100.50", "Mona": "100.50", "Ada": "100.50"}
    assert await count(company, "pay_due", "since_day = '2020-05-04'") == 3
    [event] = (await _events(company, "sales.credited"))["nodes"]
    assert event["act"] == "sales.credited"


async def _events(company: Company, act: str) -> Any:
    document = "query($act: String!) { history(filter: {act: {eq: $act}}) { nodes { act } } }"
    return (await ask(company.actor("Audrey"), document, act=act))["history"]


async def test_everybody_sees_their_own_credit_those_above_them_theirs_and_nobody_else_any(
    company: Company,
) -> None:
    await defined(company, "Whoever sold", "DIRECT")
    await sold(company, "Rui", "100")
    await sold(company, "Olga", "7")
    await due(company)

    seen = {name: set(await given(company, name)) for name in company.ids}

    assert seen == {
        "Rui": {"Rui"}, "Mona": {"Rui"}, "Olga": {"Olga"}, "Eve": {"Olga"},
        "Ada": {"Rui", "Olga"}, "Cora": {"Rui", "Olga"}, "Fay": {"Rui", "Olga"},
        "Audrey": {"Rui", "Olga"}, "Sam": set(), "Hal": set(), "Adam": set(),
    }  # fmt: skip
    for name, people in seen.items():
        shown = (await ask(company.actor(name), WHY))["saleCreditings"]["nodes"]
        assert len(shown) == len(people), name
    rules = "{ creditingRules { nodes { name } } }"
    for name, seen_rules in (("Rui", 0), ("Ada", 0), ("Fay", 1), ("Cora", 1)):
        assert len((await ask(company.actor(name), rules))["creditingRules"]["nodes"]) == seen_rules


async def test_whoever_sold_together_or_is_credited_is_told_why_but_nothing_of_others(
    company: Company,
) -> None:
    """Rui and Olga sold it, Sam is credited by his name; each works for another manager than Olga."""
    sam = {"personId": person_id(company, "Sam")}
    await defined(company, "Together", "SPLIT", condition="deal.amount >= 1 USD")
    await defined(company, "Named", "OVERLAY", **sam, share="0.5", place=200)
    await defined(company, "Again", "OVERLAY", **sam, place=300)
    sale = await sold(company, None, "100")
    await insert(company, "sale_split", [
        {"id": new_id(), "sale_id": sale, "person_id": company.ids[name], "share": Decimal("0.5")}
        for name in ("Rui", "Olga")
    ])  # fmt: skip
    await due(company)

    told = {
        name: [each["verdicts"] for each in (await ask(company.actor(name), WHY))["saleCreditings"]["nodes"]]
        for name in company.ids
    }  # fmt: skip

    assert {name for name, each in told.items() if each} == {
        "Rui", "Olga", "Sam", "Mona", "Eve", "Ada", "Cora", "Fay", "Audrey"
    }  # fmt: skip
    sentence = "Sam is credited for pay already, by “Named”."
    assert {name for name, each in told.items() if sentence in str(each)} == {
        "Sam", "Mona", "Ada", "Cora", "Fay", "Audrey"
    }  # fmt: skip
    assert sentence.replace("Sam", "Somebody else") in str(told["Olga"])
    assert "Sam" not in str(told["Olga"])
    assert [each["rule"] for each in told["Olga"][0]] == ["Together", "Named", "Again"]


async def test_why_somebody_has_credit_or_has_none(company: Company) -> None:
    await defined(company, "Large", "DIRECT", condition="deal.amount >= 1000 USD")
    await defined(company, "Territory", "TERRITORY", place=200)
    await defined(
        company,
        "Specialist",
        "OVERLAY",
        personId=person_id(company, "Sam"),
        share="0.25",
        place=300,
    )
    await defined(company, "Again", "DIRECT", place=400)
    west = await territory(company, "West")
    assignment = {
        "id": new_id(), "territory_id": west, "person_id": company.ids["Olga"],
    }  # fmt: skip
    await insert(
        company, "territory_assignment", [{**assignment, "during": _since(date(2020, 5, 1))}]
    )
    await sold(company, "Rui", "999.99", at=west, order_number="SO-1")
    await sold(company, "Rui", "10", at=west, on=date(2020, 4, 30), order_number="SO-2")
    await due(company)

    shown = (await ask(company.actor("Rui"), WHY))["saleCreditings"]["nodes"]

    assert [(each["sale"]["orderNumber"], each["gave"]) for each in shown] == [
        ("SO-1", 2),
        ("SO-2", 2),
    ]
    assert shown[0]["verdicts"] == [
        {"rule": "Large", "gave": 0, "sentences": [
            "Its condition, deal.amount >= 1000 USD, does not hold."]},
        {"rule": "Territory", "gave": 1, "sentences": []},
        {"rule": "Specialist", "gave": 1, "sentences": []},
        {"rule": "Again", "gave": 0, "sentences": [
            "Rui would bring what is credited for pay to 200.00 % of the deal.",
            "Rui would bring what is credited for quota to 200.00 % of the deal."]},
    ]  # fmt: skip
    assert shown[1]["verdicts"][1]["sentences"] == ["Nobody held its territory on that day."]
    assert await given(company) == {"Olga": "999.99", "Sam": "2.50", "Rui": "10.00"}
    in_list = await ask(
        company.actor("Cora"),
        "{ saleCreditings(filter: {uncredited: true}) { nodes { id } } }",
    )
    assert in_list["saleCreditings"]["nodes"] == []


def _since(day: date) -> Any:
    return Range(day, None)


async def test_a_rule_that_changes_credits_anew_and_one_that_is_retired_takes_back(
    company: Company,
) -> None:
    cora = company.actor("Cora")
    rule = await defined(company, "Whoever sold", "DIRECT")
    await sold(company, "Rui", "100")
    await due(company)

    changed = await _mutate(cora, UPDATE, ruleId=rule["id"], expectedVersion=1, share="0.5")
    await due(company)
    halved = await given(company)
    stale = await _mutate(cora, UPDATE, ruleId=rule["id"], expectedVersion=1, share="0.7")
    retired = await _mutate(cora, RETIRE, ruleId=rule["id"], expectedVersion=2)
    await due(company)

    assert changed["rule"] == {"version": 2, "share": "0.5"}
    assert halved == {"Rui": "50.00"}
    [error] = stale["errors"]
    assert error["__typename"] == "CreditingRuleVersionConflictError"
    assert (error["currentVersion"], error["rule"]) == (2, {"name": "Whoever sold"})
    assert retired["rule"] == {"retired": True}
    assert await given(company) == {}
    assert await count(company, "credit", "superseded_at is not null") == 2
    uncredited = (
        "{ saleCreditings(filter: {uncredited: true}) { nodes { sale { amount { amount } } } } }"
    )
    shown = (await ask(company.actor("Fay"), uncredited))["saleCreditings"]["nodes"]
    assert shown == [{"sale": {"amount": {"amount": "100.00"}}}]


async def test_null_takes_the_condition_and_the_days_off_a_rule(company: Company) -> None:
    rule = await defined(
        company, "Large in June", "DIRECT", condition="deal.amount >= 1000 USD",
        startsOn="2020-06-01", endsOn="2020-06-30",
    )  # fmt: skip
    await sold(company, "Rui", "100")
    cora, about = company.actor("Cora"), {"ruleId": rule["id"]}

    kept = await _mutate(cora, UPDATE, **about, expectedVersion=1, share="0.5")
    cleared = await _mutate(
        cora, UPDATE, **about, expectedVersion=2, condition=None, startsOn=None, endsOn=None
    )
    refused = await _mutate(cora, UPDATE, **about, expectedVersion=3, levels=None)
    await due(company)

    assert (kept["errors"], cleared["errors"]) == ([], [])
    assert refused["errors"][0]["path"] == ["levels"]
    assert await given(company) == {"Rui": "50.00"}
    assert await count(
        company, "crediting_rule", "condition is null and starts_on is null and ends_on is null"
    ) == 1  # fmt: skip


async def test_everything_wrong_with_a_rule_is_told_at_once_and_nothing_is_written(
    company: Company,
) -> None:
    cora = company.actor("Cora")
    wrong = await _mutate(
        cora, DEFINE, name=" ", kind="OVERLAY", share="1.5", levels=2, place=-1,
        condition="deal.amount > 3 and", startsOn="2020-05-02", endsOn="2020-05-01",
    )  # fmt: skip
    of_credit = await _mutate(
        cora, DEFINE, name="x", kind="DIRECT", condition='credit.kind = "direct"'
    )
    euros = await _mutate(cora, DEFINE, name="x", kind="DIRECT", condition="deal.amount > 3 EUR")
    number = await _mutate(cora, DEFINE, name="x", kind="DIRECT", condition="deal.quantity + 1")
    nobody = await _mutate(cora, DEFINE, name="x", kind="OVERLAY", personId=f"person_{new_id()}")

    assert [error["path"] for error in wrong["errors"]] == [
        ["name"], ["condition"], ["share"], ["place"], ["endsOn"], ["personId"], ["levels"],
    ]  # fmt: skip
    assert wrong["errors"][1]["message"].endswith("(at the end).")
    assert "at character 1, near `credit.kind" in of_credit["errors"][0]["message"]
    assert "at character 15, near `3 EUR`" in euros["errors"][0]["message"]
    assert number["errors"][0]["path"] == ["condition"]
    assert nobody["errors"][0]["__typename"] == "NotFoundError"
    for name in set(company.ids) - {"Cora"}:
        refused = await _mutate(company.actor(name), DEFINE, name="x", kind="DIRECT")
        assert refused["errors"][0]["__typename"] == "NotPermittedError", name
    for table in ("crediting_rule", "event", "idempotency_key", "crediting_due"):
        assert await count(company, table) == 0, table


async def test_what_changes_around_a_sale_credits_it_anew(company: Company) -> None:
    await defined(company, "Whoever sold", "DIRECT")
    await defined(company, "One level up", "ROLL_UP", levels=1, place=200)
    sale = await sold(company, "Rui", "100")
    await due(company)
    kept = await _ids(company)

    await set_manager(
        company.actor("Cora"),
        position_id=company.positions["Rui"],
        manager_position_id=company.positions["Eve"],
        since=date(2020, 5, 1),
    )
    assert await due(company) == 1
    moved = await given(company)
    await _run(company, "update sale set amount = 120 where org_id = $1 and id = $2", sale)
    await due(company)
    corrected = await given(company)
    await _run(company, "delete from sale where org_id = $1 and id = $2", sale)
    await due(company)

    assert moved == {"Rui": "100.00", "Eve": "100.00"}
    assert corrected == {"Rui": "120.00", "Eve": "120.00"}
    assert await given(company) == {}
    assert await count(company, "sale_crediting") == 0
    assert kept <= await _ids(company)
    assert await due(company) == 0


async def _run(company: Company, statement: str, *values: object) -> None:
    async with on_behalf_of(company.org) as transaction:
        await transaction.execute_query(statement, [company.org, *values])


async def test_facts_of_deals_that_are_corrected_credit_and_pay_anew_whom_they_concern(
    company: Company,
) -> None:
    await defined(company, "Bikes", "DIRECT", condition='product.category = "Bikes"')
    where = {"key": "french", "where": 'account.country = "FR"'}
    terms = {**FIVE_THEN_EIGHT, "measures": [*FIVE_THEN_EIGHT["measures"], where]}
    await assigned(company, await published(company, terms), "Rui")
    product, account, west, east = new_id(), new_id(), await territory(company, "West"), new_id()
    named = {"name": "Road 150", "category": "Bikes", "external_id": "P"}
    await insert(company, "product", [{"id": product, **named}])
    await insert(company, "product", [{"id": east, **named, "external_id": "Q"}])
    await insert(
        company, "account", [{"id": account, "name": "Vélo", "country": "FR", "external_id": "A"}]
    )
    sale = await sold(company, "Rui", "100", at=west, product_id=product, account_id=account)
    await due(company)
    await _run(company, "delete from pay_due where org_id = $1")

    async def became_due(statement: str, *values: object) -> tuple[int, int]:
        await _run(company, statement, *values)
        found = await count(company, "crediting_due"), await count(company, "pay_due")
        await due(company)
        await _run(company, "delete from pay_due where org_id = $1")
        return found

    nothing = (
        "update product set color = 'Red', category = category where org_id = $1",
        "update territory set name = 'Far west' where org_id = $1",
        "update account set name = name, city = 'Lyon' where org_id = $1",
    )
    assert [await became_due(each) for each in nothing] == [(0, 0)] * 3
    assert await became_due("update account set country = 'DE' where org_id = $1") == (0, 1)
    assert await given(company) == {"Rui": "100.00"}
    of_another = "update sale set product_id = $3 where org_id = $1 and id = $2"
    assert await became_due(of_another, sale, east) == (1, 1)
    assert await became_due("update product set category = 'Frames' where org_id = $1") == (1, 0)
    assert await given(company) == {}
    assert await became_due("update product set category = 'Bikes' where org_id = $1") == (1, 0)
    assert await given(company) == {"Rui": "100.00"}


async def _ids(company: Company) -> set[Any]:
    async with on_behalf_of(company.org) as transaction:
        text = "select id from credit where org_id = $1"
        return {row["id"] for row in await transaction.execute_query_dict(text, [company.org])}


SAID = """select person.name, credit.kind, credit.counts_for, credit.event, credit.credited_on::text, credit.place,
  credit.share, credit.amount, credit.margin, credit.quantity, credit.exchange_rate, taken.place as takes_back
from credit join person on person.org_id = $1 and person.id = credit.person_id
left join credit taken on taken.org_id = $1 and taken.id = credit.reverses_id
where credit.org_id = $1 and credit.superseded_at is null order by 1, 2, 3, 4, 5, 6"""


async def standing(company: Company) -> list[Any]:
    async with on_behalf_of(company.org) as transaction:
        return [
            tuple(row.values()) for row in await transaction.execute_query_dict(SAID, [company.org])
        ]


async def test_any_order_of_loading_comes_to_the_same_credits() -> None:
    async def rules(company: Company) -> None:
        await defined(company, "Split", "SPLIT")
        await defined(company, "Direct", "DIRECT")
        await defined(company, "Up", "ROLL_UP", levels=2, place=200)

    async def deals(company: Company) -> None:
        sale = await sold(company, "Rui", "100.01", external_id="A", order_number="SO-1")
        shares = [("Rui", "0.5"), ("Sam", "0.3"), ("Olga", "0.2")]
        await insert(company, "sale_split", [
            {"id": new_id(), "sale_id": sale, "person_id": company.ids[name], "share": Decimal(share)}
            for name, share in shares
        ])  # fmt: skip
        await insert(company, "sale_event", [
            {"id": new_id(), "sale_id": sale, "kind": "cash", "happened_on": day, "share": Decimal(part)}
            for day, part in ((date(2020, 5, 20), "0.3333"), (date(2020, 5, 25), "0.6667"))
        ])  # fmt: skip
        for number, amount in enumerate(("-33.33", "-33.33", "-33.35")):
            await sold(
                company, "Rui", amount, external_id=f"B{number}", reverses_id=sale,
                on=date(2020, 5, 10 + number), quantity=Decimal("-0.3333"),
            )  # fmt: skip

    async def lines(company: Company) -> None:
        await set_manager(
            company.actor("Cora"),
            position_id=company.positions["Sam"],
            manager_position_id=company.positions["Eve"],
            since=date(2020, 5, 1),
        )

    found = []
    for number, order in enumerate(permutations((rules, deals, lines))):
        company = await found_company()
        for step in order:
            await step(company)
            if number % 3:  # in one batch, or in one for each step
                await due(company)
        await due(company)
        found.append(await standing(company))

    assert all(each == found[0] for each in found)
    booked = {
        (row[0], row[1]): row[7] for row in found[0] if row[3] == "booking" and row[11] is None
    }
    assert booked["Rui", "split"] + booked["Sam", "split"] + booked["Olga", "split"] == Decimal(
        "100.01"
    )
    for person in {row[0] for row in found[0]}:
        own = [row for row in found[0] if row[0] == person]
        assert sum(row[7] for row in own if row[3] == "booking") == 0, person
        cash = sum(row[7] for row in own if row[3] == "cash")
        assert cash == sum(row[7] for row in own if row[3] == "booking" and row[11] is None), person


async def test_an_idle_round_writes_nothing(company: Company) -> None:
    await defined(company, "Whoever sold", "DIRECT")
    sale = await sold(company, "Rui", "100")
    await due(company)
    before = await standing(company)
    await _run(company, "delete from pay_due where org_id = $1")

    await _run(
        company, "update sale set order_number = order_number where org_id = $1 and id = $2", sale
    )
    assert await due(company) == 1
    assert await due(company) == 0

    assert await standing(company) == before
    assert await count(company, "credit") == 1
    assert await count(company, "pay_due") == 0
    assert encode("sale", sale) in str(await ask(company.actor("Rui"), CREDITS))
