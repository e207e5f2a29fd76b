"""Comments and mentions: they show to whoever sees what they are about, and as long as they do."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from auth.actor import Role
from domain.comments.access import COMMENTED, READERS
from domain.comments.actions import edit_comment, withdraw_comment, write_comment
from domain.database import Sight, on_behalf_of, read_value
from domain.errors import Invalid, NotFound, NotPermitted, Refusal
from domain.ids import new_id
from domain.one_to_ones.actions import plan_one_to_one
from domain.people.actions import deactivate_person, set_manager
from domain.sales.actions import withdraw_sale
from domain.subjects import Thing
from tests.catalogue import tables_with_readers
from tests.domain.incentives.test_pay_totals import paid
from tests.people import MORNING, Company, count
from tests.schema.asking import ask, goal, insert, sold

COMMENT = """id body bodyHtml version editedAt withdrawnAt author { name } earlier { version body }
  subject { id __typename } viewerCan"""
OF = """query($id: ID!) { node(id: $id) { ... on %s { comments { totalCount nodes { %s } } } } }"""
ONE = "query($id: ID!) { node(id: $id) { __typename id } }"
TOLD = """{ mentions { totalCount nodes { id comment { id body } } }
  notices { totalCount nodes { id message subject { id } } } }"""
TABLES = ("comment", "comment_version", "mention", "notice", "event")


def at(company: Company, name: str) -> str:
    """A mention of somebody."""
    return f"@[{name}](person_{company.ids[name]})"


async def stored(company: Company) -> list[int]:
    """How many rows comments have left, and what was told of them."""
    return [await count(company, table) for table in TABLES]


async def said_of(company: Company, name: str, thing: Thing) -> list[dict[str, Any]] | None:
    """What somebody reads of what is said about a thing; None where they do not see it."""
    kind = "".join(word.title() for word in thing.kind.split("_"))
    shown = await ask(company.actor(name), OF % (kind, COMMENT), id=f"{thing.kind}_{thing.id}")
    if shown["node"] is None:
        return None
    assert shown["node"]["comments"]["totalCount"] == len(shown["node"]["comments"]["nodes"])
    nodes: list[dict[str, Any]] = shown["node"]["comments"]["nodes"]
    return nodes


async def told(company: Company, name: str) -> tuple[int, int, int, int]:
    """How many mentions and notices somebody has: as counted, and as listed."""
    shown = await ask(company.actor(name), TOLD)
    return tuple(
        number
        for each in (shown["mentions"], shown["notices"])
        for number in (each["totalCount"], len(each["nodes"]))
    )  # type: ignore[return-value]  # two of each


async def test_whoever_sees_a_thing_reads_what_is_said_of_it_and_nobody_else(
    company: Company,
) -> None:
    thing = Thing("goal", await goal(company, "Rui"))
    text = f"**Well** done, {at(company, 'Rui')} <script>x</script>"
    comment = await write_comment(company.actor("Mona"), thing=thing, body=text)
    answered = await write_comment(company.actor("Rui"), thing=thing, body="Thank you.")

    for name in ("Rui", "Mona", "Ada", "Cora", "Fay", "Audrey"):
        first, second = await said_of(company, name, thing) or []
        assert (first["author"]["name"], second["author"]["name"]) == ("Mona", "Rui")
        assert first["bodyHtml"].startswith("<p><strong>Well</strong> done, @Rui &lt;script")
        assert first["viewerCan"] == (["EDIT", "WITHDRAW"] if name == "Mona" else [])
        assert first["subject"] == {"id": f"goal_{thing.id}", "__typename": "Goal"}
    before = await stored(company)
    for name in ("Sam", "Eve", "Olga", "Hal", "Adam"):
        assert await said_of(company, name, thing) is None
        shown = await ask(company.actor(name), ONE, id=f"comment_{comment}")
        assert shown["node"] is None
        for refused in (
            write_comment(company.actor(name), thing=thing, body="Me too."),
            edit_comment(company.actor(name), comment_id=comment, expected_version=1, body="Mine."),
            withdraw_comment(company.actor(name), comment_id=comment),
        ):
            with pytest.raises(NotFound):
                await refused
    for refused in (
        edit_comment(company.actor("Ada"), comment_id=comment, expected_version=1, body="Mine."),
        withdraw_comment(company.actor("Rui"), comment_id=comment),
    ):
        with pytest.raises(NotPermitted):
            await refused
    with pytest.raises(NotFound):
        await write_comment(company.partner(), thing=thing, body="Me too.")
    assert await stored(company) == before
    assert await told(company, "Rui") == (1, 1, 1, 1)
    assert await told(company, "Mona") == (0, 0, 1, 1)  # of the answer
    mention = (await ask(company.actor("Rui"), TOLD))["mentions"]["nodes"][0]
    assert (await ask(company.actor("Mona"), ONE, id=mention["id"]))["node"] is None
    assert answered != comment
    assert await count(company, "event", f"after::text like '%{comment}%'") == 1
    assert await count(company, "event", "after::text ilike '%done%'") == 0


async def test_an_edit_keeps_what_was_read_and_what_is_withdrawn_is_gone_on_every_road(
    company: Company,
) -> None:
    thing, mona = Thing("goal", await goal(company, "Rui")), company.actor("Mona")
    first = f"You are late, {at(company, 'Rui')}"
    comment = await write_comment(mona, thing=thing, body=first)
    edit: dict[str, Any] = {"comment_id": comment, "expected_version": 1}
    await edit_comment(mona, body=f"All is well, {at(company, 'Ada')}", **edit)

    with pytest.raises(Refusal, match="at version 2"):
        await edit_comment(mona, body="Later.", **edit)
    [shown] = await said_of(company, "Rui", thing) or []
    assert (shown["version"], shown["editedAt"] is not None) == (2, True)
    assert [each["body"] for each in shown["earlier"]] == [first]
    assert (await told(company, "Rui"), await told(company, "Ada")) == ((0,) * 4, (1,) * 4)

    await withdraw_comment(mona, comment_id=comment)

    [shown] = await said_of(company, "Rui", thing) or []
    assert (shown["body"], shown["bodyHtml"], shown["earlier"]) == (None, None, [])
    assert (shown["withdrawnAt"] is not None, shown["author"]["name"]) == (True, "Mona")
    assert await told(company, "Ada") == (0, 0, 0, 0)
    async with on_behalf_of(company.org) as transaction:
        for table in ("comment", "comment_version", "mention", "notice", "event"):
            kept = await transaction.execute_query_dict(
                f"select row_to_json({table})::text as row from {table} where org_id = $1",
                [company.org],
            )
            assert not any("late" in each["row"] or "well" in each["row"] for each in kept)
    before = await stored(company)
    for again in (
        withdraw_comment(mona, comment_id=comment),
        edit_comment(mona, comment_id=comment, expected_version=3, body="Back."),
    ):
        with pytest.raises(Refusal, match="was withdrawn"):
            await again
    assert await stored(company) == before


async def test_what_a_phone_sends_late_and_twice_is_one_comment_with_both_its_times(
    company: Company,
) -> None:
    thing, rui = Thing("goal", await goal(company, "Rui")), company.actor("Rui")
    id, written_at = new_id(), datetime.now(UTC) - timedelta(days=7)
    given: dict[str, Any] = {"thing": thing, "id": id, "written_at": written_at}
    words = f"On the train. {at(company, 'Mona')}"

    sent = [await write_comment(rui, body=words, **given) for _ in range(2)]

    assert sent == [id, id]
    assert await count(company, "comment", "written_at < received_at - interval '6 days'") == 1
    before = await stored(company)
    assert before[:4] == [1, 0, 1, 1]
    elsewhere = Thing("goal", await goal(company, "Rui"))
    for actor, changed in (
        (rui, given | {"body": "Something else."}),
        (rui, given | {"body": words, "thing": elsewhere}),
        (company.actor("Mona"), given | {"body": words}),
        (rui, given | {"body": words, "written_at": datetime.now(UTC) + timedelta(hours=1)}),
        (rui, {"thing": thing, "body": " \n "}),
        (rui, {"thing": thing, "body": "x" * 4001}),
        (rui, {"thing": thing, "body": "turned \u202e round"}),
    ):
        with pytest.raises(Refusal):
            await write_comment(actor, **changed)
    assert await stored(company) == before


async def test_whoever_does_not_see_a_thing_is_not_mentioned_in_what_is_said_of_it(
    company: Company,
) -> None:
    open_goal = Thing("goal", await goal(company, "Rui"))
    private = Thing("goal", await goal(company, "Rui", private=True))
    sale, account = Thing("sale", await sold(company, "Rui", "9")), Thing("account", new_id())
    await insert(company, "account", [{"id": account.id, "name": "Northwind"}])
    await paid(company, "Plan", [(company.ids["Rui"], {"base": 1})])
    async with on_behalf_of(company.org) as transaction:
        [row] = await transaction.execute_query_dict("select id from pay_result")
    pay = Thing("pay_result", row["id"])
    talk = Thing(
        "one_to_one",
        await plan_one_to_one(
            company.actor("Mona"),
            with_id=company.ids["Rui"],
            starts_at=MORNING,
        ),
    )
    see = {
        talk: {"Rui", "Mona"},
        open_goal: {"Rui", "Mona", "Ada", "Cora", "Fay", "Audrey"},
        private: {"Rui", "Mona", "Ada", "Hal"},
        sale: {"Rui", "Mona", "Ada", "Cora", "Fay", "Audrey"},
        account: set(company.ids),
        pay: {"Rui", "Mona", "Ada", "Cora", "Fay", "Audrey"},
    }
    await deactivate_person(company.actor("Adam"), person_id=company.ids["Fay"], reason="Left.")
    before = await stored(company)
    for thing, seeing in see.items():
        unseeing = company.ids.keys() - seeing
        for name in sorted(unseeing - {"Fay"}):
            with pytest.raises(Invalid, match=f"{name} does not see this"):
                await write_comment(
                    company.actor("Rui"),
                    thing=thing,
                    body=f"{at(company, 'Rui')} {at(company, name)}",
                )
        for nobody in (at(company, "Fay"), f"@[Nobody](person_{new_id()})"):
            with pytest.raises(NotFound):
                await write_comment(company.actor("Rui"), thing=thing, body=nobody)
    assert await stored(company) == before

    for thing, seeing in see.items():
        here = sorted(seeing - {"Fay"})
        await write_comment(
            company.actor("Rui"), thing=thing, body=" ".join(at(company, each) for each in here)
        )
        for name in here:
            assert len(await said_of(company, name, thing) or []) == 1, (name, thing)
        for name in sorted(company.ids.keys() - seeing - {"Fay"}):
            assert await said_of(company, name, thing) is None, (name, thing)
    assert await told(company, "Mona") == (6, 6, 6, 6)
    assert await told(company, "Hal") == (2, 2, 2, 2)
    assert await told(company, "Rui") == (0, 0, 1, 1)
    assert await told(company, "Olga") == (1, 1, 1, 1)

    async def shown_to(name: str, of: Any = "own") -> object:
        text = f"select count(*) from comment where org_id = $1 and subject_kind = '{kind}'"
        return await read_value(company.org, text, [company.org], Sight(company.ids[name], of))

    kind = "one_to_one"
    assert [await shown_to(name, "all") for name in ("Rui", "Mona", "Ada", "Hal")] == [1, 1, 0, 0]
    kind = "pay_result"
    assert [await shown_to("Rui"), await shown_to("Mona", "below")] == [1, 1]
    assert [await shown_to("Sam"), await shown_to("Olga", "below"), await shown_to("Mona")] == [
        0
    ] * 3
    of_words = "select count(*) from mention where org_id = $1"
    assert await read_value(company.org, of_words, [company.org], Sight(company.ids["Sam"])) == 20


async def test_who_loses_sight_of_a_thing_loses_what_is_said_of_it_with_mention_and_notice(
    company: Company,
) -> None:
    thing = Thing("goal", await goal(company, "Rui"))
    comment = await write_comment(
        company.actor("Rui"), thing=thing, body=f"Look, {at(company, 'Mona')}"
    )
    own = await write_comment(company.actor("Mona"), thing=thing, body="I see.")
    assert await told(company, "Mona") == (1, 1, 1, 1)

    await set_manager(
        company.actor("Adam"),
        position_id=company.positions["Rui"],
        manager_position_id=company.positions["Eve"],
        since=date(2020, 5, 29),
    )

    assert await told(company, "Mona") == (0, 0, 0, 0)
    assert await said_of(company, "Mona", thing) is None
    for id in (comment, own):
        assert (await ask(company.actor("Mona"), ONE, id=f"comment_{id}"))["node"] is None
    before = await stored(company)
    with pytest.raises(NotFound):
        await edit_comment(company.actor("Mona"), comment_id=own, expected_version=1, body="I saw.")
    with pytest.raises(Invalid, match="Mona does not see this"):
        await write_comment(company.actor("Rui"), thing=thing, body=at(company, "Mona"))
    assert await stored(company) == before
    assert len(await said_of(company, "Eve", thing) or []) == 2
    assert await said_of(company, "Rui", thing) == await said_of(company, "Rui", thing)
    no_manager = company.actor("Eve", without=frozenset({Role.MANAGER}))
    assert (await ask(no_manager, ONE, id=f"comment_{comment}"))["node"] is None


async def test_a_sale_that_is_taken_back_takes_along_what_was_said_of_it(company: Company) -> None:
    sale = await sold(company, "Rui", "9")
    words = f"Mine. {at(company, 'Mona')}"
    comment = await write_comment(company.actor("Rui"), thing=Thing("sale", sale), body=words)
    await edit_comment(company.actor("Rui"), comment_id=comment, expected_version=1, body="Mine.")

    await withdraw_sale(company.actor("Cora"), sale_id=sale, reason="A duplicate.")

    assert (await stored(company))[:3] == [0, 0, 0]


async def test_every_kind_of_thing_is_commented_on(
    company: Company, owner: asyncpg.Connection
) -> None:
    locked = await owner.fetchval(
        "select pg_get_expr(polqual, polrelid) from pg_policy where polname = 'only_with_its_subject'"
    )
    for kind in await tables_with_readers(owner) & COMMENTED.keys():
        assert f"'{kind}'" in locked
        assert kind in READERS
    things: dict[str, UUID] = {}
    for kind in COMMENTED:
        async with on_behalf_of(company.org) as transaction:
            held = await transaction.execute_query_dict(
                "select 1 from pg_constraint where conname = $1", [f"comment_{kind}"]
            )
        things[kind] = new_id()
        assert held, kind
        with pytest.raises(NotFound):
            await write_comment(company.actor("Ada"), thing=Thing(kind, things[kind]), body="Hm.")
    assert await stored(company) == [0] * 5
