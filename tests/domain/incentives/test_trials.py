"""Dry runs: what a version would have paid, person by person, beside what was paid; and nobody's pay is
touched by them."""

import json
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from auth.actor import Actor, Scope
from domain.database import Sight, on_behalf_of, read_value
from domain.errors import Conflict, Invalid, NotFound, NotPermitted
from domain.ids import new_id
from domain.incentives import running, trials
from domain.incentives.keeping import work_out
from domain.incentives.running import begin_run, do_part
from domain.incentives.trials import cancel_pay_trial, try_plan
from domain.incentives.yaml_text import written
from tests.domain.incentives.paying import (
    FIVE_THEN_EIGHT,
    JANUARY,
    MAY,
    assigned,
    credited,
    published,
    results,
)
from tests.domain.incentives.test_running import parts_of, run_row
from tests.people import ROLES, Company, count
from tests.schema.asking import ask, insert

D = Decimal
APRIL = date(2020, 4, 1)
COMMISSION = FIVE_THEN_EIGHT["components"][0]
FOUR_THEN_TEN: Mapping[str, Any] = {
    **FIVE_THEN_EIGHT,
    "components": [
        {
            **COMMISSION,
            "commission": {
                "measure": "revenue",
                "table": {
                    "method": "marginal",
                    "tiers": [{"start": "0", "pays": "4 %"}, {"start": "10000", "pays": "10 %"}],
                },
            },
        },
        {"key": "fixed", "name": "Fixed", "formula": "1 USD"},
    ],
}
TRIAL = """query($id: ID!) { node(id: $id) { ... on PayTrial { state total done failed givenUp winners losers unchanged
  paid { amount } tried { amount } more { amount currency } tries { number } plan { name } askedBy { name } reason
  components { key name paid tried }
  payees { totalCount nodes { person { name } paid { amount } tried { amount } gain { amount } failure
    components { key paid tried } } }
  losing: payees(filter: {gains: false}) { nodes { person { name } } }
  failing: payees(filter: {failed: true}) { nodes { person { name } } } } } }"""


@pytest.fixture
async def paid(company: Company) -> Company:
    """Four people who were paid by a plan of five and eight per cent, and a draft of another."""
    plan = await published(company, FIVE_THEN_EIGHT)
    for who in ("Rui", "Sam", "Olga", "Mona"):
        await assigned(company, plan, who)
    for month in range(1, 6):
        on = date(2020, month, 7)
        await credited(company, "Rui", str(1000 * month), on=on, place=f"{month}")
    await credited(company, "Sam", "1000", on=APRIL)
    deal = await credited(company, "Olga", "1000", on=APRIL)
    await credited(company, "Olga", "-1000", on=date(2020, 5, 7), reverses_id=deal)
    foreign = {"currency": "EUR", "paid_in": "EUR", "place": "abroad"}
    await credited(company, "Mona", "1000", on=APRIL, **foreign)
    company.extra.update(plan=plan, draft=await drafted(company, plan))
    async with on_behalf_of(company.org):
        people = [company.ids[who] for who in ("Rui", "Sam", "Olga", "Mona")]
        await work_out(company.org, plan, people, JANUARY, MAY)
    return company


async def drafted(company: Company, plan: UUID, number: int = 2) -> UUID:
    terms = json.loads(json.dumps(FOUR_THEN_TEN))
    made = new_id()
    draft = {
        "id": made, "plan_id": plan, "number": number, "begins_on": date(2021, 1, 1),
        "terms": json.dumps(terms), "text": written(terms), "drafted_by_id": company.ids["Cora"],
    }  # fmt: skip
    await insert(company, "pay_plan_version", [draft])
    return made


async def tried(company: Company, **given: Any) -> UUID:
    asked: dict[str, Any] = {
        "version_id": company.extra["draft"],
        "starts_on": APRIL,
        "ends_on": MAY - timedelta(2),
    } | given
    return await try_plan(company.actor("Cora"), **asked)


async def done(company: Company, trial: UUID) -> None:
    await begin_run({"org": company.org, "run": trial})
    for part in await parts_of(company, trial):
        await do_part({"org": company.org, "part": part})


async def test_a_draft_is_tried_on_what_was_paid_and_changes_nothing_of_it(
    paid: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "PAYEES_AT_ONCE", 3)
    before, due = await results(paid, standing=False), await count(paid, "pay_due")
    trial = await tried(paid, reason="Dearer?")
    await done(paid, trial)
    await done(paid, trial)  # again, as jobs may

    shown = (await ask(paid.actor("Fay"), TRIAL, id=f"pay_trial_{trial}"))["node"]

    payees = shown.pop("payees")
    assert shown == {
        "state": "DONE", "total": 4, "done": 4, "failed": 1, "givenUp": 0, "winners": 2, "losers": 1,
        "unchanged": 0, "paid": {"amount": "650.00"}, "tried": {"amount": "706.00"},
        "more": {"amount": "56.00", "currency": "USD"}, "tries": {"number": 2},
        "plan": {"name": "Sellers"}, "askedBy": {"name": "Cora"}, "reason": "Dearer?",
        "components": [
            {"key": "commission", "name": "Commission", "paid": "650", "tried": "700"},
            {"key": "fixed", "name": "Fixed", "paid": "0", "tried": "6"},
        ],
        "losing": {"nodes": [{"person": {"name": "Sam"}}]},
        "failing": {"nodes": [{"person": {"name": "Mona"}}]},
    }  # fmt: skip
    assert payees["totalCount"] == 4
    # Rui reached 10,000 at the end of April by either; Olga's refund takes back what was tried, not paid.
    told = [
        (node["person"]["name"], node["paid"] and node["paid"]["amount"],
         node["tried"] and node["tried"]["amount"], node["gain"] and node["gain"]["amount"])
        for node in payees["nodes"]
    ]  # fmt: skip
    assert told == [
        ("Rui", "600.00", "662.00", "62.00"), ("Olga", "0.00", "2.00", "2.00"),
        ("Sam", "50.00", "42.00", "-8.00"), ("Mona", None, None, None),
    ]  # fmt: skip
    assert payees["nodes"][3]["failure"].startswith(
        "From 2020-04-01 on: `revenue` cannot be worked out: the deal abroad"
    )
    assert payees["nodes"][3]["components"] == []
    assert await results(paid, standing=False) == before
    assert await count(paid, "pay_due") == due


async def test_what_has_been_published_and_what_comes_in_place_of_another_plan_are_tried(
    paid: Company,
) -> None:
    """Some people alone; the version in force comes to what it paid, a new plan to what it says."""
    async with on_behalf_of(paid.org) as transaction:
        [found] = await transaction.execute_query_dict(
            "select id from pay_plan_version where org_id = $1 and published_at is not null",
            [paid.org],
        )
    same = await tried(paid, version_id=found["id"], payees=[paid.ids["Rui"], paid.ids["Sam"]])
    new = new_id()
    row = {"id": new, "key": "new", "name": "New", "currency": "USD"}
    await insert(paid, "pay_plan", [row])
    other = await drafted(paid, new, 1)
    instead = await tried(
        paid, version_id=other, plan_id=paid.extra["plan"], payees=[paid.ids["Sam"]]
    )
    for trial in (same, instead):
        await done(paid, trial)

    told = [
        (await ask(paid.actor("Cora"), TRIAL, id=f"pay_trial_{each}"))["node"]
        for each in (same, instead)
    ]
    assert [(each["total"], each["unchanged"], each["more"]["amount"]) for each in told] == [
        (2, 2, "0.00"), (1, 0, "-8.00"),
    ]  # fmt: skip
    with pytest.raises(Invalid, match="Nobody was on this plan"):
        await tried(paid, version_id=other)
    with pytest.raises(NotFound, match="person on this plan"):
        await tried(paid, payees=[paid.ids["Rui"], paid.ids["Eve"]])
    euro = {"id": new_id(), "key": "euro", "name": "Euro", "currency": "EUR"}
    await insert(paid, "pay_plan", [euro])
    with pytest.raises(Invalid, match="pays in USD, and the plan in EUR"):
        await tried(paid, plan_id=euro["id"])
    with pytest.raises(Invalid, match="days that have been"):
        await tried(paid, ends_on=MAY)
    with pytest.raises(NotFound, match="version of a plan"):
        await tried(paid, version_id=new_id())
    assert await count(paid, "pay_run") == 2


async def test_dry_runs_are_cancelled_bounded_and_forgotten(
    paid: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trials, "MOST_KEPT", 3)
    cora, first = paid.actor("Cora"), await tried(paid)
    await done(paid, first)
    waiting = [await tried(paid) for _ in range(3)]
    with pytest.raises(Conflict, match="3 dry runs wait or are under way"):
        await tried(paid)
    await cancel_pay_trial(cora, trial_id=waiting[0])
    await done(paid, waiting[0])
    with pytest.raises(Conflict, match="is cancelled"):
        await cancel_pay_trial(cora, trial_id=waiting[0])
    assert (await run_row(paid, waiting[0]))["state"] == "cancelled"
    assert await count(paid, "pay_trial_payee") == 4
    for each in waiting[1:]:
        await cancel_pay_trial(cora, trial_id=each)
    with pytest.raises(NotFound, match="pay run"):
        await running.cancel_pay_run(cora, run_id=first)
    run = await running.run_pay(cora, starts_on=JANUARY, ends_on=MAY)
    with pytest.raises(NotFound, match="dry run"):
        await cancel_pay_trial(cora, trial_id=run)

    await tried(paid)

    assert await count(paid, "pay_run", "tries_id is not null") == 3
    assert await count(paid, "pay_trial_payee") == 0
    # What is no trial is never removed, whatever a statement says.
    async with on_behalf_of(paid.org) as transaction:
        await transaction.execute_query("delete from pay_run where org_id = $1", [paid.org])
    assert await count(paid, "pay_run") == 1


async def test_nobody_else_tries_a_plan(paid: Company) -> None:
    trial = await tried(paid)
    for who in [*sorted(ROLES.keys() - {"Cora"}), "partner"]:
        caller = paid.partner(*Scope) if who == "partner" else paid.actor(who)
        with pytest.raises(NotPermitted):
            await try_plan(caller, version_id=paid.extra["draft"], starts_on=APRIL, ends_on=APRIL)
        with pytest.raises(NotPermitted):
            await cancel_pay_trial(caller, trial_id=trial)
    assert await count(paid, "pay_run") == 1
    assert (await run_row(paid, trial))["state"] == "waiting"


async def test_what_is_tried_is_shown_to_those_who_see_everybodys_pay_alone(paid: Company) -> None:
    trial = await tried(paid)
    await done(paid, trial)
    callers: dict[str, Actor] = {name: paid.actor(name) for name in ROLES}
    callers["app"] = paid.partner(*Scope)
    listed = "{ payTrials { nodes { payees { totalCount } } } payRuns { nodes { id } } }"
    for name, caller in callers.items():
        sees = name in ("Cora", "Fay", "Audrey")
        shown = await ask(caller, listed)
        assert shown["payTrials"]["nodes"] == ([{"payees": {"totalCount": 4}}] if sees else []), (
            name
        )
        assert shown["payRuns"]["nodes"] == []
        found = (await ask(caller, TRIAL, id=f"pay_trial_{trial}"))["node"]
        assert (found is not None) == sees, name
        assert (await ask(caller, TRIAL, id=f"pay_run_{trial}"))["node"] is None
    counted = "select count(*) from pay_trial_payee where org_id = $1"
    for of, rows in (("all", 4), ("below", 0), ("own", 0)):
        sees_pay = Sight(paid.ids["Ada"], of)  # type: ignore[arg-type]  # one of them
        assert await read_value(paid.org, counted, [paid.org], sees_pay) == rows
