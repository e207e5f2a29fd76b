"""Pay through the public door: each sees what is theirs to see, line by line and by no other road; and
row security holds it once more."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from auth.actor import Actor, Role, Scope
from domain.database import NO_SIGHT, Sight, on_behalf_of, read_value, reading
from domain.history import number_events, record
from domain.ids import new_id
from domain.incentives import pay_access
from domain.incentives.keeping import work_out
from domain.incentives.running import begin_run, do_part
from domain.people.actions import set_manager
from schema import STORED, schema
from schema.changes import look, newest_number
from schema.compiler.running import Compiler
from schema.crediting import Credit
from schema.pay import PayLine, PayResult
from schema.pay_plans import PayAssignment, PayOverride
from schema.storage import stored_type_of
from tests.domain.incentives.paying import (
    FIVE_THEN_EIGHT,
    JANUARY,
    MAY,
    assigned,
    credited,
    published,
    superseded,
)
from tests.people import ROLES, Company
from tests.schema.asking import answer, ask, insert, person_id

DOCUMENTS = Path(__file__).parents[2] / "documents"
EVERYBODYS = """{ pay(first: 100) { totalCount nodes { id startsOn total { amount currency } person { name } } } }"""
SEES = {
    "Rui": {"Rui"}, "Sam": {"Sam"}, "Mona": {"Rui", "Sam"}, "Ada": {"Rui", "Sam", "Olga"}, "Eve": {"Olga"},
    "Olga": {"Olga"}, "Cora": {"Rui", "Sam", "Olga"}, "Fay": {"Rui", "Sam", "Olga"},
    "Audrey": {"Rui", "Sam", "Olga"}, "Hal": set(), "Adam": set(),
}  # fmt: skip
"""By the table of permissions, told by hand."""


@pytest.fixture
async def paid(company: Company) -> Company:
    """Three people with two periods each; of Rui's second there is an earlier version."""
    plan = await published(company, FIVE_THEN_EIGHT)
    for who in ("Rui", "Sam", "Olga"):
        await assigned(company, plan, who, starts_on=date(2020, 4, 1))
        await credited(company, who, "9000", on=date(2020, 4, 10), place=f"{who}'s first")
    deal = await credited(company, "Rui", "2000", on=date(2020, 5, 4), place="the second")
    everybody = [company.ids[who] for who in ("Rui", "Sam", "Olga")]
    async with on_behalf_of(company.org):
        await work_out(company.org, plan, everybody, JANUARY, MAY)
    await superseded(company, deal)
    again = await credited(company, "Rui", "3000", on=date(2020, 5, 4), place="the second")
    async with on_behalf_of(company.org):
        await work_out(company.org, plan, everybody, JANUARY, MAY)
    company.extra.update(plan=plan, deal=again)
    return company


def callers(company: Company) -> dict[str, Actor]:
    apps = {"app": company.partner(*Scope)}
    return {name: company.actor(name) for name in ROLES} | apps


async def test_everybody_sees_the_pay_that_is_theirs_to_see_by_every_road(paid: Company) -> None:
    everything = await ask(paid.actor("Fay"), EVERYBODYS)
    ids = [each["id"] for each in everything["pay"]["nodes"]]
    assert everything["pay"]["totalCount"] == 6

    for name, caller in callers(paid).items():
        sees = SEES.get(name, set())
        shown = await ask(caller, EVERYBODYS)
        assert {each["person"]["name"] for each in shown["pay"]["nodes"]} == sees, name
        assert shown["pay"]["totalCount"] == 2 * len(sees), name
        found = await ask(caller, "query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=ids)
        assert sum(each is not None for each in found["nodes"]) == 2 * len(sees), name
        filtered = await ask(
            caller,
            "query($rui: ID!) { pay(filter: {person: {eq: $rui}}) { totalCount } }",
            rui=person_id(paid, "Rui"),
        )
        assert filtered["pay"]["totalCount"] == (2 if "Rui" in sees else 0), name
        if caller.person is not None:
            people = await ask(
                caller, "{ people(first: 50) { nodes { name pay { nodes { id } } } } }"
            )
            assert {
                each["name"] for each in people["people"]["nodes"] if each["pay"]["nodes"]
            } == sees


async def test_a_rep_reads_their_period_down_to_each_deal_in_one_statement(paid: Company) -> None:
    said = """{ pay(first: 1) { nodes { plan { name } startsOn endsOn final version failure inputsHash supersededAt
      total { amount currency } components { key name amount pending reason }
      lines { nodes { place component kind sentence formula tier amount { amount currency } credit { creditedOn amount { amount } }
        numbers { name value } sale { amount { amount } } } } } } }"""

    answered = await answer(paid.actor("Rui"), said)

    assert answered.statements == 1
    [may] = answered.data["pay"]["nodes"]
    assert len(may.pop("inputsHash")) == 64
    lines = may.pop("lines")["nodes"]
    assert may == {
        "plan": {"name": "Sellers"}, "startsOn": "2020-05-01", "endsOn": "2020-05-31", "final": False, "version": 2,
        "failure": None, "supersededAt": None, "total": {"amount": "210.00", "currency": "USD"},
        "components": [{"key": "commission", "name": "Commission", "amount": "210", "pending": "0", "reason": None}],
    }  # fmt: skip
    assert [line["sentence"] for line in lines] == [
        "From 9000 to 10000 at 5 %.",
        "From 10000 to 12000 at 8 %.",
    ]
    assert lines[1] == {
        "place": 1, "component": "commission", "kind": "DEAL", "sentence": lines[1]["sentence"],
        "formula": "(end - start) * rate * factor", "tier": 1, "amount": {"amount": "160.00", "currency": "USD"},
        "credit": {"creditedOn": "2020-05-04", "amount": {"amount": "3000.00"}}, "sale": {"amount": {"amount": "3000.00"}},
        "numbers": [
            {"name": "end", "value": "12000"}, {"name": "factor", "value": "1"},
            {"name": "rate", "value": "0.08"}, {"name": "start", "value": "10000"},
        ],
    }  # fmt: skip


async def test_an_earlier_version_stays_for_whoever_has_its_id(paid: Company) -> None:
    async with on_behalf_of(paid.org) as transaction:
        [row] = await transaction.execute_query_dict(
            "select id from pay_result where org_id = $1 and superseded_at is not null", [paid.org]
        )
    said = """query($id: ID!) { node(id: $id) { ... on PayResult { version total { amount } supersededAt
      lines { nodes { amount { amount } } } } } }"""
    id = f"pay_result_{row['id']}"

    shown = (await ask(paid.actor("Rui"), said, id=id))["node"]

    assert (shown["version"], shown["total"]) == (1, {"amount": "130.00"})
    assert shown["supersededAt"] is not None
    assert [each["amount"]["amount"] for each in shown["lines"]["nodes"]] == ["50.00", "80.00"]
    assert (await ask(paid.actor("Sam"), said, id=id))["node"] is None
    text = (DOCUMENTS / "PayVersions.graphql").read_text()
    [latest] = (await ask(paid.actor("Rui"), "{ pay(first: 1) { nodes { id } } }"))["pay"]["nodes"]
    for caller in ("Rui", "Mona", "Fay"):
        answered = await answer(paid.actor(caller), text, id=latest["id"])
        assert answered.statements == 1
        versions = answered.data["node"]["versions"]["nodes"]
        assert [(each["version"], each["total"]["amount"]) for each in versions] == [
            (2, "210.00"), (1, "130.00"),
        ]  # fmt: skip
        assert [each["supersededAt"] is None for each in versions] == [True, False]
        assert versions == (await ask(paid.actor(caller), text, id=id))["node"]["versions"]["nodes"]
    for caller in ("Sam", "Eve", "Hal"):
        assert (await ask(paid.actor(caller), text, id=latest["id"]))["node"] is None


@pytest.mark.parametrize("of", [PayResult, PayLine])
async def test_a_statement_that_forgets_its_predicate_shows_nothing_of_others(
    paid: Company, monkeypatch: pytest.MonkeyPatch, of: type
) -> None:
    """The second lock: the type says that everybody sees it, and row security does not."""
    forgetful = stored_type_of(of)
    assert forgetful is not None
    monkeypatch.setattr(forgetful, "visible", lambda actor: "true")
    compiler = Compiler(schema)
    monkeypatch.setattr("tests.schema.asking.compiler", compiler)
    said = """{ pay(first: 100) { nodes { person { name } lines { nodes { sentence } } } } }"""

    for name, caller in callers(paid).items():
        shown = await ask(caller, said)
        assert {each["person"]["name"] for each in shown["pay"]["nodes"]} == SEES.get(
            name, set()
        ), name
        nodes = shown["pay"]["nodes"]
        assert all(each["lines"]["nodes"] for each in nodes if each["person"]["name"] == "Rui")


@pytest.mark.parametrize("of", [Credit, PayAssignment, PayOverride])
async def test_what_pay_is_worked_out_from_is_locked_a_second_time_too(
    paid: Company, monkeypatch: pytest.MonkeyPatch, of: type
) -> None:
    for who in ("Rui", "Sam", "Olga"):
        await insert(paid, "pay_override", [{
            "id": new_id(), "plan_id": paid.extra["plan"], "person_id": paid.ids[who], "kind": "target_incentive",
            "key": "", "value": 7, "starts_on": JANUARY, "reason": "Agreed.",
        }])  # fmt: skip
    forgetful = stored_type_of(of)
    assert forgetful is not None
    monkeypatch.setattr(forgetful, "visible", lambda actor: "true")
    monkeypatch.setattr("tests.schema.asking.compiler", Compiler(schema))
    plans = "{ payPlans { nodes { %s(first: 100) { nodes { person { name } } } } } }"
    said = {
        Credit: "{ credits(first: 100) { nodes { person { name } } } }",
        PayAssignment: plans % "assignments",
        PayOverride: plans % "overrides",
    }[of]

    for name, caller in callers(paid).items():
        assert set(re.findall(r"'name': '(\w+)'", str(await ask(caller, said)))) == SEES.get(
            name, set()
        ), name


async def test_a_manager_of_earlier_days_does_not_pass_the_second_lock(paid: Company) -> None:
    counted = "select count(distinct person_id) from pay_result where org_id = $1"
    mona = paid.ids["Mona"]

    async def sees(day: date | None) -> Any:
        return await read_value(paid.org, counted, [paid.org], Sight(mona, "below", day))

    assert await sees(None) == await sees(date(2020, 5, 29)) == 2
    await set_manager(
        paid.actor("Cora"), position_id=paid.positions["Sam"],
        manager_position_id=paid.positions["Eve"], since=date(2020, 5, 29),
    )  # fmt: skip
    assert await sees(None) == await sees(date(2020, 5, 29)) == 1
    assert await sees(date(2020, 5, 28)) == 2


async def test_whoever_sees_pay_learns_that_it_was_worked_out(paid: Company) -> None:
    since = await newest_number(paid.actor("Rui"))
    async with on_behalf_of(paid.org):
        await record(paid.system, "pay.worked_out", "pay_result", await _standing_of(paid, "Rui"))
    await number_events(paid.org)
    kinds = {stored.kind: stored for stored in STORED.values() if stored.kind}

    told = {name: await look(kinds, paid.actor(name), since) for name in ("Rui", "Sam", "Mona")}

    assert {name: len(each.subjects) for name, each in told.items()} == {
        "Rui": 1, "Sam": 0, "Mona": 1
    }  # fmt: skip


async def _standing_of(company: Company, who: str) -> Any:
    async with on_behalf_of(company.org) as transaction:
        [row, *_] = await transaction.execute_query_dict(
            "select id from pay_result where org_id = $1 and person_id = $2 and superseded_at is null",
            [company.org, company.ids[who]],
        )
    return row["id"]


async def test_who_reads_without_saying_whose_pay_is_shown_none(paid: Company) -> None:
    tables = ("pay_result", "pay_component", "pay_line", "credit", "pay_assignment")
    rui, sam = paid.ids["Rui"], paid.ids["Sam"]

    async def counted(sees: Sight) -> list[Any]:
        counts = [
            f"select count(distinct person_id) from {table} where org_id = $1" for table in tables
        ]
        return [await read_value(paid.org, each, [paid.org], sees) for each in counts]

    # On the same connections, one after the other: no label is left to the next.
    assert await counted(Sight(rui, "all")) == [3] * 5
    assert await counted(NO_SIGHT) == [0] * 5
    assert await counted(Sight(rui)) == [1] * 5
    assert await counted(Sight(paid.ids["Mona"], "below")) == [2] * 5
    assert await counted(Sight(paid.ids["Hal"])) == [0] * 5
    async with reading(paid.org, sam) as connection:
        assert await connection.fetchval("select count(*) from pay_result") == 0
    async with reading(paid.org, sam, Sight(sam)) as connection:
        assert await connection.fetchval("select count(*) from pay_result") == 2
    with pytest.raises(TypeError):
        await counted(Sight(rui, "everything"))  # type: ignore[arg-type]  # the point


def test_what_the_second_lock_opens_is_what_the_table_of_permissions_gives(
    company: Company,
) -> None:
    given = {name: pay_access.sight(caller).pay_of for name, caller in callers(company).items()}

    assert {name for name, of in given.items() if of == "all"} == {"Cora", "Fay", "Audrey"}
    assert {name for name, of in given.items() if of == "below"} == {"Ada", "Mona", "Eve"}
    assert pay_access.sight(company.partner(*Scope)) == NO_SIGHT
    assert (
        pay_access.sight(company.actor("Mona", without=frozenset({Role.MANAGER}))).pay_of == "own"
    )


async def test_a_run_is_asked_for_watched_and_cancelled(paid: Company) -> None:
    start = """mutation($id: String!) { payRunStart(input: {clientMutationId: $id, startsOn: "2020-04-01",
      endsOn: "2020-05-31", reason: "A new rate."}) { run { id state total done reason askedBy { name } }
      errors { __typename ... on NotPermittedError { message } } } }"""
    cancel = """mutation($run: ID!) { payRunCancel(input: {clientMutationId: "stop", id: $run}) {
      run { state } errors { __typename } } }"""
    watch = "{ payRuns { nodes { id state total done failed } } }"
    cora = paid.actor("Cora")

    refused = (await ask(paid.actor("Fay"), start, id="a"))["payRunStart"]
    assert (refused["run"], len(refused["errors"])) == (None, 1)
    asked = (await ask(cora, start, id="b"))["payRunStart"]
    again = (await ask(cora, start, id="b"))["payRunStart"]
    assert asked == again
    run = asked["run"]
    assert (run["state"], run["askedBy"], run["reason"]) == (
        "WAITING",
        {"name": "Cora"},
        "A new rate.",
    )
    await _do(paid)
    [shown] = (await ask(paid.actor("Fay"), watch))["payRuns"]["nodes"]
    assert shown == {"id": run["id"], "state": "DONE", "total": 3, "done": 3, "failed": 0}
    for name in ("Rui", "Mona", "Ada", "Hal", "Adam"):
        assert (await ask(paid.actor(name), watch))["payRuns"]["nodes"] == []
    ended = (await ask(cora, cancel, run=run["id"]))["payRunCancel"]
    assert ended == {"run": None, "errors": [{"__typename": "ConflictError"}]}
    another = (await ask(cora, start, id="c"))["payRunStart"]["run"]
    assert (await ask(cora, cancel, run=another["id"]))["payRunCancel"]["run"] == {
        "state": "CANCELLED"
    }


async def _do(company: Company) -> None:
    """What the worker does of all runs."""
    for job, table in ((begin_run, "pay_run"), (do_part, "pay_run_part")):
        async with on_behalf_of(company.org) as transaction:
            rows = await transaction.execute_query_dict(
                f"select id from {table} where org_id = $1", [company.org]
            )
        name = table.removeprefix("pay_").removeprefix("run_")
        for row in rows:
            await job({"org": company.org, name: row["id"]})
