"""Who hears of what: the history as each caller may know of it."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest

from auth.actor import Actor, Role, Scope
from domain.callers.clients import change_client, register_client
from domain.database import on_behalf_of
from domain.goals.actions import approve_goal, submit_goal
from domain.history import number_events, record
from domain.imports import undo_import
from domain.people.actions import add_person, fill_position, grant_role
from domain.sales.actions import post_sales, withdraw_sale
from domain.sales.models import Sale
from domain.sales.rules import Posted
from schema import STORED
from schema.changes import LOOKED_THROUGH, MOST_TOLD, Kinds, Look, look, newest_number
from tests.domain.callers.cast import NOON
from tests.domain.imports.files import SALES, a_mapping
from tests.domain.imports.test_importing import do
from tests.people import Company, drafted_goal, submitted_goal
from tests.schema.asking import goal, territory

KINDS: Kinds = {stored.kind: stored for stored in STORED.values() if stored.kind}
SOLD = f'{SALES}person = "Who"\n'


async def seen(company: Company, *names: str, since: int = 0) -> dict[str, Look]:
    """What each of the cast is shown."""
    return {name: await look(KINDS, company.actor(name), since) for name in names}


def kinds_of(shown: Look) -> set[str]:
    return {kind for kind, _ in shown.subjects}


async def test_a_goal_is_heard_of_by_its_owner_and_those_above_and_by_nobody_beside(
    company: Company,
) -> None:
    made = await submitted_goal(company, "Rui")

    told = await seen(company, "Rui", "Mona", "Ada", "Fay", "Audrey")
    beside = await seen(company, "Sam", "Eve", "Olga", "Hal", "Adam")

    assert set(told.values()) == {Look(newest=2, number=2, subjects=(("goal", made),))}
    assert set(beside.values()) == {Look(newest=2)}


async def test_a_posted_sale_is_told_to_those_who_see_it_and_what_it_was_to_those_who_saw_it(
    company: Company,
) -> None:
    west, east = await territory(company, "West"), await territory(company, "East")
    cora = company.actor("Cora")

    async def post(seller: str, place: UUID, amount: str) -> None:
        line = Posted(
            external_id="A", quantity=Decimal(1), amount=Decimal(amount), currency="USD",
            sold_on=date(2020, 5, 4), person_id=company.ids[seller], territory_id=place,
        )  # fmt: skip
        await post_sales(cora, sales=[line])

    await post("Rui", west, "10")
    (sale,) = await sales_of(company)
    posted = await seen(company, "Rui", "Mona", "Fay", "Sam", "Olga", "Hal")
    await post("Olga", east, "10")
    moved = await seen(company, "Rui", "Mona", "Fay", "Sam", "Olga", "Hal", since=1)
    app = company.partner(Scope.SALES_READ, territories=frozenset({west}))
    left = await look(KINDS, app, 1)
    await withdraw_sale(cora, sale_id=sale, reason="Entered twice.")
    gone = await seen(company, "Rui", "Mona", "Eve", "Fay", "Sam", "Olga", "Hal", since=2)
    never_theirs = await look(KINDS, app, 2)

    told = Look(1, 1, (("sale", sale),))
    assert {name for name, shown in posted.items() if ("sale", sale) in shown.subjects} == {
        "Rui", "Mona", "Fay"
    }  # fmt: skip
    assert posted["Rui"] == posted["Mona"] == told
    assert posted["Fay"].subjects == (("sale", sale), ("territory", west))
    assert posted["Sam"] == posted["Olga"] == posted["Hal"] == Look(1)
    assert moved["Rui"] == moved["Mona"] == left == Look(2, 2)
    assert moved["Olga"] == Look(2, 2, (("sale", sale),))
    assert set(moved["Fay"].subjects) == {("sale", sale), ("territory", west), ("territory", east)}
    assert moved["Sam"] == moved["Hal"] == Look(2)
    assert gone["Olga"] == gone["Eve"] == Look(3, 3)
    assert gone["Fay"] == Look(3, 3, (("territory", east),))
    assert gone["Rui"] == gone["Mona"] == gone["Sam"] == gone["Hal"] == never_theirs == Look(3)


async def sales_of(company: Company) -> list[UUID]:
    async with on_behalf_of(company.org):
        return [sale.id for sale in await Sale.filter(org_id=company.org)]


async def test_each_thing_is_told_once_the_latest_changed_first(company: Company) -> None:
    first, second = await drafted_goal(company), await drafted_goal(company)
    await submit_goal(company.actor("Rui"), goal_id=first, expected_version=1)

    told = await look(KINDS, company.actor("Rui"), 0)
    since = await look(KINDS, company.actor("Rui"), 2)

    assert told.subjects == (("goal", first), ("goal", second))
    assert since.subjects == (("goal", first),)
    assert await look(KINDS, company.actor("Rui"), 3) == Look(newest=3)


async def test_more_than_is_told_at_once_is_the_latest_of_it(company: Company) -> None:
    adam = company.actor("Adam")
    made = [
        await add_person(adam, name=f"Pat {number}", email=None) for number in range(MOST_TOLD + 5)
    ]

    told = await look(KINDS, company.actor("Rui"), 0)

    assert told.number == MOST_TOLD + 5
    assert [id for _, id in told.subjects] == made[: -MOST_TOLD - 1 : -1]


async def test_what_others_do_not_see_of_a_person_is_told_to_none_of_them(
    company: Company,
) -> None:
    await grant_role(company.actor("Adam"), person_id=company.ids["Sam"], role=Role.HR)
    async with on_behalf_of(company.org):
        await record(company.system, "password.set", "person", company.ids["Rui"])
    await number_events(company.org)

    told = await seen(company, "Sam", "Adam", "Audrey")
    others = await seen(company, "Rui", "Mona", "Ada", "Cora", "Hal")

    assert {shown.subjects for shown in told.values()} == {(("person", company.ids["Sam"]),)}
    assert {shown.number for shown in told.values()} == {1}
    assert {shown.number for shown in others.values()} == {None}


async def test_a_change_of_the_tree_is_told_to_everybody_inside_and_to_no_partner(
    company: Company,
) -> None:
    await fill_position(
        company.actor("Adam"),
        position_id=company.positions["Rui"],
        person_id=company.ids["Olga"],
        since=date(2020, 6, 1),
    )

    told = await seen(company, *company.ids)
    partner = await look(KINDS, company.partner(*Scope), 0)

    assert {shown.subjects for shown in told.values()} == {
        (("position", company.positions["Rui"]),)
    }
    assert partner.number is None


async def test_an_import_is_told_to_those_whose_rows_came_with_it_and_so_is_its_undoing(
    company: Company, tmp_path: Path
) -> None:
    rows = "Id,Day,Amount,Who\nS1,2020-05-02,10,rui\nS2,2020-05-03,20,rui\nS3,2020-05-04,1,olga\n"
    report = await do(company, a_mapping(tmp_path, {"sales.csv": rows}, sources=SOLD))

    told = await seen(company, "Rui", "Mona", "Ada", "Olga")
    others = await seen(company, "Sam", "Hal", "Adam")

    assert {name: len(shown.subjects) for name, shown in told.items()} == {
        "Rui": 2, "Mona": 2, "Ada": 3, "Olga": 1,
    }  # fmt: skip
    assert {kind for shown in told.values() for kind in kinds_of(shown)} == {"sale"}
    assert {shown.number for shown in told.values()} == {1}
    assert {shown.number for shown in others.values()} == {None}

    assert report.batch is not None
    await undo_import(company.org, company.system, report.batch)

    undone = await look(KINDS, company.actor("Rui"), 1)
    assert undone == Look(newest=2, number=2)
    partner = await look(KINDS, company.partner(Scope.TERRITORIES_READ), 1)
    assert partner.number is None


async def test_an_import_of_people_is_told_with_roles_and_places_to_those_who_see_them(
    company: Company, tmp_path: Path
) -> None:
    rows = "No,Name,Job,From,Boss\nnew,Nia,Rep,2020-02-01,sam\nsam,Sam,Head,2020-02-01,\n"
    sources = """
[[source]]
kind = "people"
file = "people.csv"
external_id = "No"
[source.fields]
name = "Name"
title = "Job"
roles = { column = "Job", cases = [["Head*", "manager"], ["*", "rep"]] }
since = "From"
manager = "Boss"
"""
    await do(company, a_mapping(tmp_path, {"people.csv": rows}, sources=sources))

    told = await look(KINDS, company.actor("Rui"), 0)

    assert told.number == 1
    assert kinds_of(told) == {"person", "position"}
    assert ("person", company.ids["Sam"]) in told.subjects


async def test_a_partner_hears_of_figures_it_reads_and_never_of_the_goals_behind_them(
    company: Company,
) -> None:
    west, east = await territory(company, "West"), await territory(company, "East")
    reads = company.partner(Scope.PERFORMANCE_READ, territories=frozenset({west}))
    elsewhere = replace(reads, territories=frozenset({east}))
    no_figures = replace(reads, scopes=frozenset({Scope.TERRITORIES_READ}))
    made = await goal(company, "Rui", territory_id=west, status="draft", no_parent_reason="So.")
    await submit_goal(company.actor("Rui"), goal_id=made, expected_version=1)
    before = await look(KINDS, reads, 0)

    await approve_goal(company.actor("Mona"), goal_id=made, seen_version=2)

    assert before.number is None
    assert await look(KINDS, reads, 0) == Look(2, 2, (("territory", west),))
    assert (await look(KINDS, elsewhere, 0)).number is None
    assert (await look(KINDS, no_figures, 0)).number is None


async def test_a_partner_hears_when_its_own_rights_change(company: Company) -> None:
    adam = company.actor("Adam")
    credentials = [
        await register_client(
            adam, name=name, scopes={Scope.SALES_READ}, territories=set(), now=NOON
        )
        for name in ("Ours", "Theirs")
    ]
    ours, theirs = (
        replace(company.partner(Scope.SALES_READ), client=each.client_id.client)
        for each in credentials
    )
    since = await newest_number(adam)

    await change_client(
        adam,
        client=credentials[0].client_id.client,
        scopes={Scope.TERRITORIES_READ},
        territories=set(),
        expires_at=NOON + timedelta(days=9_999),
    )

    assert await look(KINDS, ours, since) == Look(since + 1, since + 1)
    assert await look(KINDS, theirs, since) == Look(since + 1)


async def test_whoever_was_away_too_long_is_told_so_and_learns_no_exact_count(
    company: Company,
) -> None:
    async with on_behalf_of(company.org) as transaction:
        await transaction.execute_query(
            "insert into event (org_id, id, act, subject_kind, subject_id, via)"
            " select $1, gen_random_uuid(), 'session.opened', 'session', gen_random_uuid(), 'cli'"
            " from generate_series(1, $2::int)",
            [company.org, LOOKED_THROUGH + 1_234],
        )
    await number_events(company.org)

    shown = await look(KINDS, company.actor("Sam"), 0)
    within = await look(KINDS, company.actor("Sam"), 1_500)

    assert shown == Look(newest=LOOKED_THROUGH + 1_234, number=1_000)
    assert within == Look(newest=LOOKED_THROUGH + 1_234)


@pytest.mark.parametrize("name", ["Rui", "Ada", "Audrey"])
async def test_an_empty_history_shows_nothing(company: Company, name: str) -> None:
    actor: Actor = company.actor(name)

    assert await newest_number(actor) == 0
    assert await look(KINDS, actor, 0) == Look(newest=0)
