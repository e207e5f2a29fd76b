"""One-to-ones: private to two people, ended once, with an agenda that nothing is lost from."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.database import on_behalf_of
from domain.errors import Conflict, Invalid, NotFound, NotPermitted
from domain.ids import new_id
from domain.one_to_ones.actions import (
    cancel_one_to_one,
    hold_one_to_one,
    move_one_to_one,
    plan_one_to_one,
)
from domain.one_to_ones.agenda import (
    add_agenda_item,
    open_agenda_item,
    order_agenda,
    tick_agenda_item,
    withdraw_agenda_item,
)
from domain.one_to_ones.carrying import tidy_up
from domain.people.actions import deactivate_person, set_manager
from domain.rows import IdTaken
from tests.people import MORNING, TODAY, Company, found_company
from tests.schema.asking import ask

AGENDA = """{ oneToOnes { totalCount nodes { id state startsAt heldOn leader { name } coachee { name }
  endedBy { name } viewerCan agenda { nodes { id what state onlyMine timesCarried lingers author { name }
    carriedFrom { oneToOne { id } } tickedBy { name } viewerCan } } } } }"""
SESSIONS = "select manager_id, coachee_id, held_on from coaching_session where org_id = $1"


def soon(days: int = 1) -> datetime:
    """Some days from the organisation's today."""
    return MORNING + timedelta(days=days)


async def planned(company: Company, who: str = "Mona", other: str = "Rui", days: int = 1) -> UUID:
    return await plan_one_to_one(
        company.actor(who), with_id=company.ids[other], starts_at=soon(days)
    )


async def added(company: Company, who: str, to: UUID, what: str, only_mine: bool = False) -> UUID:
    return await add_agenda_item(
        company.actor(who), one_to_one_id=to, what=what, only_mine=only_mine
    )


async def meetings(company: Company, who: str) -> list[dict[str, Any]]:
    nodes: list[dict[str, Any]] = (await ask(company.actor(who), AGENDA))["oneToOnes"]["nodes"]
    return nodes


async def talk(company: Company, who: str, meeting: UUID) -> list[tuple[str, str]]:
    """What somebody sees on an agenda."""
    [found] = [
        each for each in await meetings(company, who) if each["id"] == f"one_to_one_{meeting}"
    ]
    return [(item["what"], item["state"]) for item in found["agenda"]["nodes"]]


async def everything(company: Company) -> list[Any]:
    """All rows that acts upon one-to-ones could have changed."""
    async with on_behalf_of(company.org, sees_all_words=True) as transaction:
        return [
            await transaction.execute_query_dict(
                f"select * from {table} where org_id = $1 order by 2", [company.org]
            )
            for table in ("one_to_one", "agenda_item", "coaching_session", "event", "reader")
        ]


async def rows(company: Company, statement: str) -> list[dict[str, Any]]:
    async with on_behalf_of(company.org, sees_all_words=True) as transaction:
        return list(await transaction.execute_query_dict(statement, [company.org]))


@pytest.mark.parametrize(
    ("who", "other", "leader"),
    [
        ("Mona", "Rui", "Mona"),
        ("Rui", "Mona", "Mona"),
        ("Rui", "Ada", "Ada"),  # at any depth
        ("Sam", "Hal", "Hal"),
        ("Hal", "Eve", "Hal"),
    ],
)
async def test_either_plans_it_and_only_the_two_see_it(
    company: Company, who: str, other: str, leader: str
) -> None:
    await planned(company, who, other)

    for name in company.ids:
        seen = await meetings(company, name)
        assert len(seen) == (name in (who, other))
        assert all(each["leader"]["name"] == leader for each in seen)
    assert (await ask(company.partner(), AGENDA))["oneToOnes"]["totalCount"] == 0


async def test_colleagues_strangers_and_apps_plan_none(company: Company) -> None:
    elsewhere = await found_company()
    away = await deactivated(company, "Sam")
    before = await everything(company)

    for who, other, kind in (
        ("Rui", company.ids["Olga"], NotPermitted),
        ("Eve", company.ids["Rui"], NotPermitted),
        ("Cora", company.ids["Rui"], NotPermitted),
        ("Rui", company.ids["Rui"], NotFound),
        ("Mona", away, NotFound),
        ("Mona", elsewhere.ids["Rui"], NotFound),
        ("Mona", new_id(), NotFound),
    ):
        with pytest.raises(kind):
            await plan_one_to_one(company.actor(who), with_id=other, starts_at=soon())
    for caller in (company.partner(), company.system):
        with pytest.raises(NotPermitted):
            await plan_one_to_one(caller, with_id=company.ids["Rui"], starts_at=soon())
    with pytest.raises(Invalid):
        await planned(company, days=800)

    assert await everything(company) == before


async def deactivated(company: Company, name: str) -> UUID:
    adam = company.actor("Adam")
    return await deactivate_person(adam, person_id=company.ids[name], reason="Has left.")


async def test_nobody_else_touches_it_and_nothing_changes(company: Company) -> None:
    meeting = await planned(company)
    theirs = await added(company, "Rui", meeting, "My route", only_mine=True)
    shared = await added(company, "Rui", meeting, "A car")
    before = await everything(company)

    for name in ("Sam", "Ada", "Hal", "Cora", "Audrey", "Adam"):
        actor = company.actor(name)
        for refused in (
            move_one_to_one(actor, one_to_one_id=meeting, starts_at=soon(), seen_starts_at=soon()),
            hold_one_to_one(actor, one_to_one_id=meeting),
            cancel_one_to_one(actor, one_to_one_id=meeting),
            add_agenda_item(actor, one_to_one_id=meeting, what="Mine"),
            order_agenda(actor, one_to_one_id=meeting, item_ids=[shared]),
            tick_agenda_item(actor, item_id=shared),
            open_agenda_item(actor, item_id=theirs),
            withdraw_agenda_item(actor, item_id=shared),
        ):
            with pytest.raises(NotFound):
                await refused
    mona = company.actor("Mona")
    for hidden in (open_agenda_item, tick_agenda_item, withdraw_agenda_item):
        with pytest.raises(NotFound):
            await hidden(mona, item_id=theirs)
    with pytest.raises(NotPermitted):
        await withdraw_agenda_item(mona, item_id=shared)
    for order in ([theirs, shared], [shared, shared], []):
        with pytest.raises(Conflict):
            await order_agenda(mona, one_to_one_id=meeting, item_ids=order)

    assert await everything(company) == before


async def test_a_point_is_its_authors_alone_until_they_open_it(company: Company) -> None:
    meeting = await planned(company)
    first = await added(company, "Mona", meeting, "Pipeline")
    own = await added(company, "Rui", meeting, "I am unhappy", only_mine=True)
    events = await rows(company, "select id from event where org_id = $1")

    assert await talk(company, "Mona", meeting) == [("Pipeline", "WAITING")]
    assert await talk(company, "Rui", meeting) == [
        ("Pipeline", "WAITING"),
        ("I am unhappy", "WAITING"),
    ]
    last = await added(company, "Mona", meeting, "Leave")
    assert await order_agenda(
        company.actor("Rui"), one_to_one_id=meeting, item_ids=[own, last, first]
    )
    assert [what for what, _ in await talk(company, "Mona", meeting)] == ["Leave", "Pipeline"]
    # Of the point itself the history says nothing: one point more was added, one agenda ordered.
    assert len(await rows(company, "select id from event where org_id = $1")) == len(events) + 2
    places = "select place from agenda_item where org_id = $1 and opened_at is not null order by 1"
    assert [row["place"] for row in await rows(company, places)] == [1000, 2000]

    for _ in range(2):
        await open_agenda_item(company.actor("Rui"), item_id=own)

    assert [what for what, _ in await talk(company, "Mona", meeting)] == [
        "Leave", "Pipeline", "I am unhappy",
    ]  # fmt: skip
    said = "select id from event where org_id = $1 and (before::text || after::text || reason) is not null"
    assert await rows(company, said) == []
    words = "select id from event where org_id = $1 and after::text ~ 'unhappy|Pipeline|Leave'"
    assert await rows(company, words) == []


async def test_what_is_not_ticked_off_goes_to_the_next_one_until_it_lingers(
    company: Company,
) -> None:
    mona, rui = company.actor("Mona"), company.actor("Rui")
    meeting = await planned(company)
    await added(company, "Rui", meeting, "A car")
    done = await added(company, "Mona", meeting, "Pipeline")
    gone = await added(company, "Mona", meeting, "Weather")
    await tick_agenda_item(rui, item_id=done)
    await tick_agenda_item(rui, item_id=done, done=False)
    await tick_agenda_item(mona, item_id=done)
    await withdraw_agenda_item(mona, item_id=gone)

    await hold_one_to_one(mona, one_to_one_id=meeting)
    later = await planned(company, "Rui", "Mona", days=8)

    assert await talk(company, "Mona", meeting) == [
        ("A car", "CARRIED"), ("Pipeline", "TICKED"), ("Weather", "WITHDRAWN"),
    ]  # fmt: skip
    [item] = next(
        each for each in await meetings(company, "Rui") if each["id"] == f"one_to_one_{later}"
    )["agenda"]["nodes"]
    assert item["author"] == {"name": "Rui"}
    assert item["carriedFrom"] == {"oneToOne": {"id": f"one_to_one_{meeting}"}}
    assert (item["timesCarried"], item["lingers"]) == (1, False)
    with pytest.raises(Conflict):
        await tick_agenda_item(mona, item_id=done, done=False)
    for days in (15, 22):
        following = await planned(company, days=days)
        await cancel_one_to_one(rui, one_to_one_id=later)
        later = following
    [item] = next(
        each for each in await meetings(company, "Rui") if each["id"] == f"one_to_one_{later}"
    )["agenda"]["nodes"]
    assert (item["what"], item["timesCarried"], item["lingers"]) == ("A car", 3, True)
    kept_days = [row["held_on"] for row in await rows(company, SESSIONS)]
    assert kept_days == [TODAY]


async def test_two_who_hold_plan_and_cancel_at_once_carry_each_point_once(company: Company) -> None:
    mona, rui = company.actor("Mona"), company.actor("Rui")
    meeting = await planned(company)
    for number in range(3):
        await added(company, "Rui" if number else "Mona", meeting, f"Point {number}")

    held = await asyncio.gather(
        hold_one_to_one(mona, one_to_one_id=meeting),
        hold_one_to_one(rui, one_to_one_id=meeting),
        planned(company, "Mona", "Rui", days=3),
        planned(company, "Rui", "Mona", days=4),
    )

    assert list(held[:2]) == [meeting, meeting]
    assert len(await rows(company, SESSIONS)) == 1
    acts = "select act from event where org_id = $1 and act = 'one_to_one.held'"
    assert len(await rows(company, acts)) == 1
    assert [state for _, state in await talk(company, "Rui", meeting)] == ["CARRIED"] * 3
    points = [(f"Point {number}", "WAITING") for number in range(3)]
    on_each = [await talk(company, "Mona", each) for each in (held[2], held[3])]
    assert sorted(on_each) == [[], points]
    having, other = (held[2], held[3]) if on_each[0] else (held[3], held[2])

    await asyncio.gather(
        cancel_one_to_one(mona, one_to_one_id=having),
        cancel_one_to_one(rui, one_to_one_id=having),
        add_late(company, having),
    )
    assert (await talk(company, "Rui", other))[:3] == points


async def add_late(company: Company, meeting: UUID) -> None:
    """A point that may come too late."""
    try:
        await added(company, "Rui", meeting, "Late")
    except Conflict:
        return


async def test_a_one_to_one_written_offline_is_held_once_however_often_it_arrives(
    company: Company,
) -> None:
    rui, made = company.actor("Rui"), new_id()
    week_ago = soon(-7)
    await plan_one_to_one(
        rui, id=made, with_id=company.ids["Mona"], starts_at=week_ago, written_at=week_ago
    )
    for _ in range(2):
        await hold_one_to_one(
            rui, one_to_one_id=made, held_on=date(2020, 5, 22), written_at=week_ago
        )
    before = await everything(company)

    again = await plan_one_to_one(rui, id=made, with_id=company.ids["Mona"], starts_at=week_ago)
    assert again == made
    with pytest.raises(IdTaken):
        await plan_one_to_one(rui, id=made, with_id=company.ids["Ada"], starts_at=week_ago)
    mona = company.actor("Mona")
    for refused in (
        hold_one_to_one(mona, one_to_one_id=made, held_on=date(2020, 5, 21)),
        cancel_one_to_one(mona, one_to_one_id=made),
        move_one_to_one(mona, one_to_one_id=made, starts_at=soon(), seen_starts_at=week_ago),
        added(company, "Mona", made, "Too late"),
    ):
        with pytest.raises(Conflict):
            await refused
    other = await planned(company)
    before_other = await everything(company)
    for held_on, written_at in (
        (date(2020, 5, 30), None),
        (TODAY, datetime.now(UTC) + timedelta(days=1)),
    ):
        with pytest.raises(Invalid):
            await hold_one_to_one(mona, one_to_one_id=other, held_on=held_on, written_at=written_at)
    assert await everything(company) == before_other

    assert len(before[2]) == 1
    [_, kept] = await rows(
        company,
        "select held_on, held_written_at, written_at from one_to_one where org_id = $1 order by state desc",
    )
    assert (kept["held_on"], kept["held_written_at"], kept["written_at"]) == (
        date(2020, 5, 22), week_ago, week_ago,
    )  # fmt: skip


async def test_a_one_to_one_moves_from_when_it_was_seen_to_begin(company: Company) -> None:
    rui, meeting = company.actor("Rui"), await planned(company)
    [shown] = await meetings(company, "Rui")
    seen = datetime.fromisoformat(shown["startsAt"])
    later = seen + timedelta(days=2)

    await move_one_to_one(rui, one_to_one_id=meeting, starts_at=later, seen_starts_at=seen)
    before = await everything(company)
    with pytest.raises(Conflict):
        await move_one_to_one(rui, one_to_one_id=meeting, starts_at=soon(5), seen_starts_at=seen)

    assert await everything(company) == before
    [shown] = await meetings(company, "Mona")
    assert datetime.fromisoformat(shown["startsAt"]) == later
    await cancel_one_to_one(company.actor("Rui"), one_to_one_id=meeting)
    assert await told(company, "Mona") == ["ONE_TO_ONE_CANCELLED", "ONE_TO_ONE_MOVED"]
    assert await told(company, "Rui") == ["ONE_TO_ONE_PLANNED"]


async def told(company: Company, who: str) -> list[str]:
    text = "{ notices { nodes { kind subject { ... on OneToOne { id } } } } }"
    notices = (await ask(company.actor(who), text))["notices"]["nodes"]
    assert all(each["subject"] for each in notices)
    return [each["kind"] for each in notices]


async def test_who_had_it_keeps_it_when_the_manager_changes(company: Company) -> None:
    meeting = await planned(company)
    await added(company, "Rui", meeting, "A car")
    await set_manager(
        company.actor("Cora"),
        position_id=company.positions["Rui"],
        manager_position_id=company.positions["Eve"],
        since=TODAY,
    )

    assert [each["state"] for each in await meetings(company, "Mona")] == ["PLANNED"]
    assert await meetings(company, "Eve") == []
    with pytest.raises(NotPermitted):
        await planned(company)
    await hold_one_to_one(company.actor("Mona"), one_to_one_id=meeting)
    fresh = await planned(company, "Eve", "Rui")
    assert await talk(company, "Rui", fresh) == []
    assert await talk(company, "Mona", meeting) == [("A car", "WAITING")]
    # It was no coaching by a manager any more.
    assert await rows(company, SESSIONS) == []


async def test_a_one_to_one_with_hr_leaves_no_trace_for_managers(company: Company) -> None:
    meeting = await planned(company, "Rui", "Hal")
    await hold_one_to_one(company.actor("Hal"), one_to_one_id=meeting)

    assert await rows(company, SESSIONS) == []


async def test_the_round_takes_along_what_nobody_else_sees_and_ends_what_leavers_had(
    company: Company,
) -> None:
    now = datetime.now(UTC)
    meeting, with_sam = await planned(company), await planned(company, "Mona", "Sam")
    await added(company, "Rui", meeting, "I am unhappy", only_mine=True)
    await added(company, "Sam", with_sam, "My pay")
    await added(company, "Sam", with_sam, "A plan", only_mine=True)
    await hold_one_to_one(company.actor("Mona"), one_to_one_id=meeting)
    later = await planned(company, days=8)
    assert await talk(company, "Rui", later) == []
    await deactivated(company, "Sam")

    assert await tidy_up(company.org, now) == 2
    assert await tidy_up(company.org, now) == 0

    assert await talk(company, "Rui", later) == [("I am unhappy", "WAITING")]
    assert await talk(company, "Mona", later) == []
    [cancelled] = [each for each in await meetings(company, "Mona") if each["state"] == "CANCELLED"]
    assert cancelled["endedBy"] is None
    assert [item["what"] for item in cancelled["agenda"]["nodes"]] == ["My pay"]
    acts = "select person_id, via from event where org_id = $1 and act = 'one_to_one.cancelled'"
    assert await rows(company, acts) == [{"person_id": None, "via": "worker"}]
