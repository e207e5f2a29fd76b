"""Data and people that would have pay come out wrong, or not at all: each is stopped where it begins."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from domain.database import on_behalf_of
from domain.errors import Conflict, Invalid, NotPermitted
from domain.ids import new_id
from domain.incentives import due as dues
from domain.incentives import running, what_if
from domain.incentives.credit_rules import CountsFor, Said, sound_rule
from domain.incentives.crediting import RuleKind
from domain.incentives.due import work_off
from domain.incentives.keeping import Kept, work_out
from domain.incentives.manual_credit_rules import ReasonCode
from domain.incentives.manual_credits import propose_credit
from domain.incentives.plan_assigning import assign_plan
from domain.incentives.plan_rules import Payee
from domain.incentives.running import run_pay
from domain.incentives.yaml_text import NotYaml, read
from domain.people.actions import fill_position
from domain.sales.actions import post_sales
from domain.sales.rules import Posted
from tests.domain.incentives.paying import (
    FIVE_THEN_EIGHT,
    assigned,
    changed,
    credited,
    published,
    results,
    totals,
)
from tests.domain.incentives.test_crediting_due import DEFINE, UPDATE, _mutate, defined, due
from tests.people import Company, count
from tests.schema.asking import ask, insert, person_id, sold

NOW = datetime(2020, 5, 29, 20, tzinfo=UTC)
D = Decimal


async def test_an_amount_that_cannot_be_kept_stops_its_payee_alone(company: Company) -> None:
    plan = await published(company, FIVE_THEN_EIGHT)
    for who in ("Rui", "Sam"):
        await assigned(company, plan, who, starts_on=date(2020, 5, 1))
    await credited(company, "Sam", "1000")
    rate = D("9999999999")
    await credited(company, "Rui", "900000000000000", exchange_rate=rate, currency="EUR")

    assert await work_off(company.org, NOW) == 2

    assert {row["who"]: (row["total"], row["failure"]) for row in await results(company)} == {
        "Sam": (50, None),
        "Rui": (
            None,
            "`commission` cannot be worked out: it comes to an amount of more than 15 digits.",
        ),
    }


async def test_whoever_breaks_down_what_is_due_keeps_nobody_waiting(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = await published(company, FIVE_THEN_EIGHT)
    for who in ("Rui", "Sam"):
        await assigned(company, plan, who, starts_on=date(2020, 5, 1))

    async def breaks(org: UUID, plan: UUID, payees: Any, first: date, last: date) -> Kept:
        if company.ids["Rui"] in payees:
            raise RuntimeError("of which nobody thought")
        return await work_out(org, plan, payees, first, last)

    monkeypatch.setattr(dues, "work_out", breaks)
    assert await work_off(company.org, NOW) == 2
    assert await count(company, "pay_result") == 1
    assert await count(company, "pay_due") == 1
    assert await work_off(company.org, NOW) == 0, "and is not tried at every round"

    monkeypatch.setattr(dues, "work_out", work_out)
    await changed(company, "update pay_due set asked_at = now() where true")
    assert await work_off(company.org, NOW) == 1
    assert await count(company, "pay_result") == 2


async def test_a_refund_never_counts_before_what_it_takes_back_and_nets_to_nothing(
    company: Company,
) -> None:
    """Of the first sale the refund is dated a month too early; the second was paid for when the
    currency stood at another rate than when it was booked, and was refunded in two payments."""
    await defined(company, "Whoever sold", "DIRECT")
    for day, rate in ((date(2020, 1, 1), "1"), (date(2020, 3, 1), "2")):
        pair = {"from_currency": "EUR", "to_currency": "USD", "begins_on": day, "rate": D(rate)}
        await insert(company, "exchange_rate", [{"id": new_id(), **pair}])
    by_cash = {
        **FIVE_THEN_EIGHT,
        "measures": [{"key": "revenue", "over": "year", "event": "cash"}],
    }
    booked, cash = (
        await published(company, FIVE_THEN_EIGHT),
        await published(company, by_cash, key="cash"),
    )
    await assigned(company, booked, "Rui")
    await assigned(company, cash, "Sam")
    early = await sold(company, "Rui", "1000", on=date(2020, 3, 4), external_id="a")
    await sold(company, "Rui", "-1000", on=date(2020, 2, 4), external_id="b", reverses_id=early)
    euros: Any = {"currency": "EUR"}
    paid = await sold(company, "Sam", "1000", on=date(2020, 2, 4), external_id="c", **euros)
    back = await sold(
        company, "Sam", "-1000", on=date(2020, 2, 9), external_id="d", reverses_id=paid, **euros
    )
    for sale, day, share in (
        (paid, date(2020, 3, 4), "1"), (back, date(2020, 2, 10), "0.4"), (back, date(2020, 3, 1), "0.6")
    ):  # fmt: skip
        event = {"id": new_id(), "sale_id": sale, "kind": "cash", "happened_on": day}
        await insert(company, "sale_event", [{**event, "share": D(share)}])

    await due(company)
    await work_off(company.org, NOW)

    for who, plan in (("Rui", booked), ("Sam", cash)):
        assert set((await totals(company, who)).values()) == {0}, who
        async with on_behalf_of(company.org):
            again = await work_out(
                company.org, plan, [company.ids[who]], date(2020, 1, 1), date(2020, 5, 31)
            )
        assert again.made == [], "a second time it comes to the same"
    assert await count(company, "credit", "event = 'cash' and reverses_id is not null") == 1


async def test_what_was_taken_back_keeps_its_currency(company: Company) -> None:
    cora = company.actor("Cora")

    def posted(external_id: str, amount: str, currency: str = "USD", **values: Any) -> Posted:
        return Posted(
            external_id=external_id, quantity=D(1), amount=D(amount), currency=currency,
            sold_on=date(2020, 5, 4), person_id=company.ids["Rui"], **values,
        )  # fmt: skip

    await post_sales(cora, sales=[posted("a", "100"), posted("b", "-100", reverses="a")])
    with pytest.raises(Invalid) as refused:
        await post_sales(cora, sales=[posted("a", "100", "EUR")])

    assert refused.value.path == ("sales", "0", "currency")
    assert await count(company, "sale", "currency = 'USD' and version = 1") == 2
    await post_sales(cora, sales=[posted("a", "120")])


async def test_nobody_names_themselves_in_a_rule(company: Company) -> None:
    cora = company.actor("Cora")
    said = {"name": "A friend", "kind": "OVERLAY"}
    refused = await _mutate(cora, DEFINE, **said, personId=person_id(company, "Cora"))
    assert [(each["__typename"], each["path"]) for each in refused["errors"]] == [
        ("NotPermittedError", ["personId"])
    ]
    assert await count(company, "crediting_rule") == 0

    rule = await defined(company, **said, personId=person_id(company, "Rui"), share="0.1")
    own = {"person_id": company.ids["Cora"], "id": UUID(rule["id"][-36:])}
    await changed(company, "update crediting_rule set person_id = $2 where id = $3", *own.values())
    refused = await _mutate(cora, UPDATE, ruleId=rule["id"], expectedVersion=1, share="1")
    assert [each["__typename"] for each in refused["errors"]] == ["NotPermittedError"]
    assert await count(company, "crediting_rule", "share = 0.1") == 1


async def test_nobody_takes_a_position_that_pays(company: Company) -> None:
    """Whoever puts a position on a plan would otherwise be the next to hold it."""
    cora, hal = company.actor("Cora"), company.actor("Hal")
    plan, vacant = await published(company, FIVE_THEN_EIGHT), new_id()
    await insert(company, "position", [{"id": vacant, "title": "Vacant"}])
    pays = Payee(position_id=vacant, target_incentive=D(100_000))
    await assign_plan(cora, plan_id=plan, people=[pays], starts_on=date(2020, 4, 1))

    for actor in (cora, hal):
        with pytest.raises(NotPermitted):
            await fill_position(
                actor, position_id=vacant, person_id=actor.person, since=date(2020, 5, 1)
            )
    assert await count(company, "holding", f"position_id = '{vacant}'") == 0
    await fill_position(cora, position_id=vacant, person_id=hal.person, since=date(2020, 5, 1))


async def test_pay_is_of_an_age_in_which_there_is_some(company: Company) -> None:
    """Of the year 1 it would be worked out for 24,000 months, and of 9999 there is no end."""
    sale = await sold(company, "Rui", "100")
    for first, last in ((date(1, 1, 1), date(1, 2, 1)), (date(9999, 1, 1), date(9999, 12, 31))):
        with pytest.raises(Invalid, match="1900 to 2199"):
            await run_pay(company.actor("Cora"), starts_on=first, ends_on=last)
        with pytest.raises(Invalid, match="1900 to 2199"):
            await propose_credit(
                company.actor("Cora"), sale_id=sale, person_id=company.ids["Rui"], share=D(1),
                reason_code=ReasonCode.OTHER, reason="Long ago.", credited_on=first,
            )  # fmt: skip
    assert await count(company, "pay_run") + await count(company, "credit_proposal") == 0


async def test_what_a_plans_cap_takes_is_in_no_total(company: Company) -> None:
    """Components come to more than is paid; whatever sums them sums what the cap takes as well."""
    plan = await published(company, {**FIVE_THEN_EIGHT, "cap": "60"}, begins_on=date(2020, 4, 1))
    sellers = ("Rui", "Sam", "Mona", "Olga", "Eve")
    for who in sellers:
        await assigned(company, plan, who, starts_on=date(2020, 4, 1), ends_on=date(2020, 4, 30))
        await credited(company, who, "2000", on=date(2020, 4, 7))
    await work_off(company.org, NOW)

    shown = await ask(
        company.actor("Fay"),
        """{ payTotals { nodes { total { amount } components { key name amount } } }
          pay(first: 1) { nodes { total { amount } components { key amount } } } }""",
    )

    assert shown["payTotals"]["nodes"] == [
        {"total": {"amount": "300.00"}, "components": [
            {"key": "", "name": "Beyond the plan's cap", "amount": "-200"},
            {"key": "commission", "name": "Commission", "amount": "500"}]}
    ]  # fmt: skip
    assert shown["pay"]["nodes"] == [
        {"total": {"amount": "60.00"}, "components": [
            {"key": "commission", "amount": "100"}, {"key": "", "amount": "-40"}]}
    ]  # fmt: skip


async def test_why_tells_no_name_of_somebody_whose_pay_is_not_seen(company: Company) -> None:
    sam = {"personId": person_id(company, "Sam"), "share": "0.5"}
    await defined(company, "First", "OVERLAY", **sam, place=1)
    await defined(company, "Second", "OVERLAY", **sam, place=2)
    plan = await published(company, FIVE_THEN_EIGHT)
    await assigned(company, plan, "Rui")
    await sold(company, "Rui", "100")
    await due(company)
    kept = "{ saleCreditings { nodes { verdicts { sentences } } } }"
    supposed = """query($rui: ID!) { payWhatIf(personId: $rui, deals: [{amount: "9"}]) {
      deals { verdicts { sentences } } } }"""

    for name, who in (("Rui", "Somebody else"), ("Mona", "Sam"), ("Fay", "Sam")):
        actor = company.actor(name)
        said = (await ask(actor, kept))["saleCreditings"]["nodes"][0]["verdicts"][1]["sentences"]
        asked = await ask(actor, supposed, rui=person_id(company, "Rui"))
        assert said[0] == f"{who} is credited for pay already, by “First”.", name
        assert asked["payWhatIf"]["deals"][0]["verdicts"][1]["sentences"] == said, name


async def test_a_period_of_very_many_deals_is_not_worked_out_again_and_again(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(what_if, "MOST_CREDITS", 1)
    await defined(company, "Whoever sold", "DIRECT")
    plan = await published(company, FIVE_THEN_EIGHT)
    await assigned(company, plan, "Rui")
    asked = '{ payToEarn(amount: "100") { now { amount } deal { amount } reason } }'

    for deal in ("999.90", None):
        await credited(company, "Rui", "1000")
        found = (await ask(company.actor("Rui"), asked))["payToEarn"]
        assert found["deal"] == (None if deal is None else {"amount": deal}), found


async def test_runs_are_not_asked_for_without_end(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "MOST_UNDER_WAY", 1)
    cora, day = company.actor("Cora"), date(2020, 4, 1)
    first = await run_pay(cora, starts_on=day, ends_on=day)
    with pytest.raises(Conflict, match="under way"):
        await run_pay(cora, starts_on=day, ends_on=day)
    assert await count(company, "pay_run") == 1
    await running.cancel_pay_run(cora, run_id=first)
    await run_pay(cora, starts_on=day, ends_on=day)


def test_what_is_published_says_what_it_shows() -> None:
    """A name that runs backwards would show whoever publishes a plan another than the one that pays."""
    for sign in ("\u202e", "\u2066", "\ufeff"):
        with pytest.raises(NotYaml, match="is not shown"):
            read(f'name: "5 {sign}% of all"')
        with pytest.raises(Invalid, match="is not shown"):
            sound_rule(a_rule(condition=f'product.name = "{sign}"'), "USD")
    assert read("name: מכירות") == {"name": "מכירות"}
    sound_rule(a_rule(condition='product.name = "מכירות"'), "USD")


def a_rule(**values: Any) -> Said:
    said = {"name": "Rule", "counts_for": CountsFor.BOTH, "share": D(1), "place": 1}
    nothing = dict.fromkeys(("levels", "person_id", "starts_on", "ends_on"))
    return Said(kind=RuleKind.DIRECT, **{**said, **nothing, **values})
