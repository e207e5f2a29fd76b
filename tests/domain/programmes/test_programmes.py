"""Programmes: what is planned follows from who stands above whom by date, what is done from facts alone."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from domain.errors import Conflict, Invalid, NotFound, NotPermitted
from domain.ids import new_id
from domain.one_to_ones.actions import hold_one_to_one, plan_one_to_one
from domain.people.actions import fill_position, set_manager
from domain.programmes.actions import define_programme, retire_programme
from domain.programmes.rules import days_asked, sound_programme
from tests.people import MORNING, TODAY, Company, count, found_company
from tests.schema.asking import answer, ask

PAIRS = """query($filter: ProgrammePairFilter) { programmePairs(first: 100, filter: $filter) { nodes {
  startsOn until manager { name } coachee { name } state held heldOn vacancies } } }"""
REPORTS = """query($filter: ProgrammeReportFilter) { programmeReports(filter: $filter) { nodes {
  startsOn manager { name } planned done due overdue joined } } }"""
MONDAY = date(2020, 5, 4)


async def defined(company: Company, who: str = "Hal", **values: Any) -> UUID:
    given: dict[str, Any] = {
        "name": "Every other week", "purpose": "To talk.", "every_weeks": 2, "starts_on": MONDAY,
        "until": date(2020, 7, 1), **values,
    }  # fmt: skip
    return await define_programme(company.actor(who), **given)


async def held(company: Company, leader: str, coachee: str, day: date) -> None:
    actor = company.actor(leader)
    meeting = await plan_one_to_one(actor, with_id=company.ids[coachee], starts_at=MORNING)
    await hold_one_to_one(actor, one_to_one_id=meeting, held_on=day)


async def pairs(
    company: Company, who: str = "Hal", **asked: Any
) -> dict[tuple[str, str, str], Any]:
    """Of each pair and interval its state."""
    nodes = (await ask(company.actor(who), PAIRS, filter=asked))["programmePairs"]["nodes"]
    return {
        (each["startsOn"], each["manager"]["name"], each["coachee"]["name"]): each["state"]
        for each in nodes
    }


@pytest.mark.parametrize(
    ("every", "starts_on", "until", "wrong"),
    [
        (0, MONDAY, TODAY, True),
        (27, MONDAY, TODAY, True),
        (1, MONDAY, MONDAY, True),
        (1, MONDAY, date(2020, 5, 5), False),
        (26, date(2019, 5, 29), date(2022, 5, 31), False),
        (26, date(2019, 5, 28), date(2020, 5, 31), True),
        (26, MONDAY, date(2023, 5, 9), True),
        (1, date.min, date.max, True),
    ],
)
def test_a_programme_has_its_bounds(every: int, starts_on: date, until: date, wrong: bool) -> None:
    if wrong:
        with pytest.raises(Invalid):
            sound_programme(every, starts_on, until, TODAY)
    else:
        sound_programme(every, starts_on, until, TODAY)


def test_days_that_are_left_open_are_the_last_thirteen_weeks() -> None:
    assert days_asked(None, None, TODAY) == (date(2020, 2, 28), TODAY)
    assert days_asked(None, date.min, TODAY) == (date.min, date.min)
    for first, last in ((TODAY, MONDAY), (date(2019, 4, 24), None), (date.min, date.max)):
        with pytest.raises(Invalid):
            days_asked(first, last, TODAY)


async def test_planned_are_all_pairs_of_the_lines_of_the_day_and_done_who_met(
    company: Company,
) -> None:
    await defined(company)
    await held(company, "Mona", "Rui", date(2020, 5, 4))
    await held(company, "Mona", "Sam", date(2020, 5, 18))
    await held(company, "Ada", "Rui", TODAY)  # who is not directly above him
    await held(company, "Eve", "Olga", date(2020, 5, 3))  # before it began

    assert await pairs(company) == {
        ("2020-05-04", "Mona", "Rui"): "DONE",
        ("2020-05-04", "Mona", "Sam"): "OVERDUE",
        ("2020-05-04", "Eve", "Olga"): "OVERDUE",
        ("2020-05-04", "Ada", "Mona"): "OVERDUE",
        ("2020-05-04", "Ada", "Eve"): "OVERDUE",
        ("2020-05-18", "Mona", "Rui"): "DUE",
        ("2020-05-18", "Mona", "Sam"): "DONE",
        ("2020-05-18", "Eve", "Olga"): "DUE",
        ("2020-05-18", "Ada", "Mona"): "DUE",
        ("2020-05-18", "Ada", "Eve"): "DUE",
    }
    reports = (await ask(company.actor("Ada"), REPORTS))["programmeReports"]["nodes"]
    told = {(each["startsOn"], each["manager"]["name"]): each for each in reports}
    mona = told["2020-05-18", "Mona"]
    assert [mona[key] for key in ("planned", "done", "due", "overdue", "joined")] == [2, 1, 1, 0, 0]
    assert [told["2020-05-04", "Eve"][key] for key in ("planned", "done", "overdue")] == [1, 0, 1]
    assert await pairs(company, state={"eq": "DONE"}, to="2020-05-17") == {
        ("2020-05-04", "Mona", "Rui"): "DONE"
    }


async def test_who_may_see_what_came_of_it(company: Company) -> None:
    await defined(company)
    await held(company, "Mona", "Rui", TODAY)
    expected = {"Hal": 10, "Ada": 10, "Mona": 6, "Eve": 4, "Rui": 2, "Sam": 2, "Olga": 2}

    for name in company.ids:
        assert len(await pairs(company, name)) == expected.get(name, 0), name
        reports = (await ask(company.actor(name), REPORTS))["programmeReports"]["nodes"]
        managers = {"Hal": 6, "Ada": 6, "Mona": 2, "Eve": 2}
        assert len(reports) == managers.get(name, 0), name
        # Three managers are too few for a total.
        total = "{ programmeTotals { nodes { managers planned done due overdue joined } } }"
        totals = (await ask(company.actor(name), total))["programmeTotals"]["nodes"]
        assert len(totals) == (2 if name in ("Hal", "Ada", "Audrey") else 0), name
        assert all(value is None for each in totals for value in each.values())
        # Nor does anybody but the two see the one-to-one itself.
        meetings = (await ask(company.actor(name), "{ oneToOnes { totalCount } }"))["oneToOnes"]
        assert meetings["totalCount"] == (name in ("Mona", "Rui"))


async def test_lines_count_by_date_and_a_vacant_position_passes_them_on(company: Company) -> None:
    await defined(company)
    cora = company.actor("Cora")
    # Sam came under Eve in the second interval, and Mona's position is vacant from its tenth day on.
    await set_manager(
        cora,
        position_id=company.positions["Sam"],
        manager_position_id=company.positions["Eve"],
        since=date(2020, 5, 20),
    )
    await fill_position(
        cora, position_id=company.positions["Mona"], person_id=None, since=date(2020, 5, 27)
    )

    found = await pairs(company)
    assert {key: state for key, state in found.items() if key[2] in ("Rui", "Sam", "Mona")} == {
        ("2020-05-04", "Ada", "Mona"): "OVERDUE",
        ("2020-05-04", "Mona", "Rui"): "OVERDUE",
        ("2020-05-04", "Mona", "Sam"): "OVERDUE",
        ("2020-05-18", "Eve", "Sam"): "JOINED",
        ("2020-05-18", "Ada", "Rui"): "DUE",  # who stood above him before
    }
    asked = {"coachee": {"eq": f"person_{company.ids['Rui']}"}, "from": "2020-05-18"}
    nodes = (await ask(company.actor("Hal"), PAIRS, filter=asked))["programmePairs"]["nodes"]
    assert [each["vacancies"] for each in nodes] == [1]


async def test_a_programme_below_one_leader_is_for_their_people_until_it_is_retired(
    company: Company,
) -> None:
    programme = await defined(
        company, "Mona", leader_id=company.ids["Mona"], starts_on=date(2020, 5, 18)
    )
    assert {key[2] for key in await pairs(company)} == {"Rui", "Sam"}
    hal = company.actor("Hal")
    with pytest.raises(NotPermitted):
        await retire_programme(company.actor("Eve"), programme_id=programme)
    with pytest.raises(NotPermitted):
        await retire_programme(company.actor("Rui"), programme_id=programme)
    with pytest.raises(NotFound):
        await retire_programme(hal, programme_id=new_id())
    assert await count(company, "event", "act = 'programme.retired'") == 0

    await retire_programme(replace(hal, today=date(2020, 5, 20)), programme_id=programme)
    with pytest.raises(Conflict):
        await retire_programme(hal, programme_id=programme)

    assert {*(await pairs(company)).values()} == {"OVERDUE"}
    shown = "{ programmes { nodes { name retiredOn leader { name } viewerCan } } }"
    [seen] = (await ask(company.actor("Olga"), shown))["programmes"]["nodes"]
    assert (seen["retiredOn"], seen["viewerCan"]) == ("2020-05-20", [])


async def test_who_may_not_define_one_or_says_it_wrong_changes_nothing(company: Company) -> None:
    other = await found_company()
    before = await count(company, "event")
    for who, values, kind in (
        ("Mona", {}, NotPermitted),  # for everybody
        ("Rui", {"leader_id": company.ids["Rui"]}, NotPermitted),
        ("Mona", {"leader_id": company.ids["Ada"]}, NotPermitted),
        ("Eve", {"leader_id": company.ids["Mona"]}, NotPermitted),
        ("Adam", {}, NotPermitted),
        ("Hal", {"leader_id": other.ids["Mona"]}, NotFound),
        ("Hal", {"name": " "}, Invalid),
        ("Hal", {"purpose": ""}, Invalid),
        ("Cora", {"every_weeks": 53}, Invalid),
    ):
        with pytest.raises(kind):
            await defined(company, who, **values)
    with pytest.raises(NotPermitted):
        await define_programme(
            company.partner(), name="x", purpose="x", every_weeks=1, starts_on=MONDAY, until=TODAY
        )

    assert await count(company, "programme") == 0
    assert await count(company, "event") == before
    refused = await answer(company.actor("Hal"), PAIRS, filter={"from": "2018-01-01"})
    assert isinstance(refused.refusal, Invalid)
