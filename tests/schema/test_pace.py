"""How fast goals are reached, worked out by hand for a quarter of 2020.

April has 22 weekdays, May 21 and June 22; Memorial Day is off, so the quarter has 64 working days. By
the end of 29 May, today, 42 of them are gone.
"""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest_asyncio

from domain.database import on_behalf_of
from domain.ids import new_id
from tests.people import TODAY, Company
from tests.schema.asking import ask, goal, goal_id, insert, sold

PACE = """status curve expectedShare expectedToDate neededPerWorkingDay runRate projected
  workingDaysGone workingDaysLeft unit currency"""
QUARTER = {"starts_on": date(2020, 4, 1), "ends_on": date(2020, 6, 30)}
MONTHS_OF_SPRING = ("2020-04-01", "2020-04-30"), ("2020-05-01", "2020-05-31"), ("2020-06-01", "2020-06-30")  # fmt: skip


@pytest_asyncio.fixture(autouse=True)
async def memorial_day(company: Company) -> None:
    await insert(company, "day_off", [{"id": new_id(), "day": date(2020, 5, 25), "name": "Memorial Day"}])  # fmt: skip


async def pace(company: Company, id: UUID, *, who: str = "Rui", today: date = TODAY) -> Any:
    actor = replace(company.actor(who), today=today)
    text = f"query($id: ID!) {{ node(id: $id) {{ ... on Goal {{ pace {{ {PACE} }} }} }} }}"
    return (await ask(actor, text, id=goal_id(id)))["node"]["pace"]


async def spring(company: Company, *weights: str) -> UUID:
    """A season of three months."""
    calendar, season = new_id(), new_id()
    await insert(company, "calendar", [{"id": calendar, "name": "Spring", "kind": "custom"}])
    months = [
        {
            "id": new_id(), "calendar_id": calendar, "grain": "period", "fiscal_year": 2020,
            "number": number, "name": f"P{number}", "starts_on": date.fromisoformat(first),
            "ends_on": date.fromisoformat(last),
        }
        for number, (first, last) in enumerate(MONTHS_OF_SPRING, start=1)
    ]  # fmt: skip
    await insert(company, "calendar_period", months)
    given = {"name": "Spring", "calendar_id": calendar, "weights": [Decimal(w) for w in weights]}
    await insert(company, "season", [{"id": season, **given}])
    return season


async def test_pace_by_working_days(company: Company) -> None:
    id = await goal(company, "Rui", target=Decimal(64000), **QUARTER)
    await sold(company, "Rui", "40000.00", on=date(2020, 4, 2))

    expected = {
        "status": "ON_TRACK",  # 40,000 is 95.2 % of 42,000
        "curve": "WORKING_DAYS",
        "expectedShare": "0.6563",  # 42 / 64 = 0.65625
        "expectedToDate": "42000.00",
        "neededPerWorkingDay": "1090.91",  # 24,000 in 22 days
        "runRate": "952.38",  # 40,000 in 42 days
        "projected": "60952.38",
        "workingDaysGone": 42,
        "workingDaysLeft": 22,
        "unit": "MONEY",
        "currency": "USD",
    }
    assert await pace(company, id) == expected
    assert await pace(company, id, who="Mona") == expected


async def test_the_thresholds_are_the_organisations(company: Company) -> None:
    id = await goal(company, "Rui", target=Decimal(64000), **QUARTER)
    await sold(company, "Rui", "39900.00", on=date(2020, 4, 2))
    assert (await pace(company, id))["status"] == "ON_TRACK"  # 95 % exactly

    await sold(company, "Rui", "-0.01", on=date(2020, 4, 2))
    assert (await pace(company, id))["status"] == "AT_RISK"
    await sold(company, "Rui", "-6299.99", on=date(2020, 4, 2))
    assert (await pace(company, id))["status"] == "AT_RISK"  # 80 % exactly
    await sold(company, "Rui", "-0.01", on=date(2020, 4, 2))
    assert (await pace(company, id))["status"] == "OFF_TRACK"

    # One day more of work in each week moves what was expected.
    await _policy(company, "pace_off_track = 0.5, working_days = '{monday,saturday}'")
    changed = await pace(company, id)
    assert (changed["status"], changed["workingDaysGone"], changed["workingDaysLeft"]) == (
        "AT_RISK", 15, 10,
    )  # fmt: skip


async def test_pace_by_a_season_of_the_goal_or_else_of_the_organisation(company: Company) -> None:
    id = await goal(company, "Rui", target=Decimal(64000), **QUARTER)
    other = await goal(company, "Rui", starts_on=date(2020, 3, 31), ends_on=date(2020, 6, 30))
    season = await spring(company, "1", "2", "5")
    await sold(company, "Rui", "40000.00", on=date(2020, 4, 2))
    await _policy(company, f"season_id = '{season}'")

    by_season = await pace(company, id, today=date(2020, 5, 13))
    # April whole, and of May's 20 working days 9: (1 + 2 x 9/20) / 8.
    assert (by_season["curve"], by_season["expectedShare"]) == ("SEASON", "0.2375")
    assert by_season["expectedToDate"] == "15200.00"
    assert by_season["projected"] == "168421.05"
    assert (by_season["workingDaysGone"], by_season["workingDaysLeft"]) == (31, 33)
    assert (await pace(company, id))["expectedShare"] == "0.375"
    # The season's calendar does not know 31 March.
    assert (await pace(company, other))["curve"] == "WORKING_DAYS"

    from_middle = await goal(
        company, "Rui", starts_on=date(2020, 5, 18), ends_on=date(2020, 6, 30), season_id=season
    )
    await _policy(company, "season_id = null")
    # Of May 9 of 20 days are in it, and gone: 2 x 9/20, of that and 5.
    assert (await pace(company, from_middle))["expectedShare"] == "0.1525"
    assert (await pace(company, id))["curve"] == "WORKING_DAYS"


async def test_yen_are_whole_numbers_have_four_places(company: Company) -> None:
    yen = await goal(company, "Sam", target=Decimal(10000), currency="JPY", **QUARTER)
    units = await goal(
        company, "Sam", target=Decimal(100), measure="units", currency=None, **QUARTER
    )
    await sold(company, "Sam", "1000", on=date(2020, 5, 29), currency="JPY")

    in_yen = await pace(company, yen, who="Sam")
    assert (in_yen["expectedToDate"], in_yen["neededPerWorkingDay"]) == ("6563", "409")
    assert (in_yen["runRate"], in_yen["projected"]) == ("24", "1524")
    assert (in_yen["status"], in_yen["currency"]) == ("OFF_TRACK", "JPY")
    in_units = await pace(company, units, who="Sam")
    assert (in_units["expectedToDate"], in_units["neededPerWorkingDay"]) == ("65.625", "4.5")
    assert (in_units["runRate"], in_units["unit"], in_units["currency"]) == (
        "0.0238",
        "NUMBER",
        None,
    )


async def test_at_its_edges_a_goal_has_no_day_left_or_none_gone(company: Company) -> None:
    over = await goal(company, "Rui", target=Decimal(100))
    await sold(company, "Rui", "50.00", on=date(2020, 5, 4))
    begun = await goal(
        company, "Rui", starts_on=date(2020, 5, 23), ends_on=date(2020, 6, 30), target=Decimal(100)
    )

    after = await pace(company, over, today=date(2020, 7, 1))
    assert (after["expectedShare"], after["neededPerWorkingDay"]) == ("1", None)
    assert (after["projected"], after["status"]) == ("50.00", "OFF_TRACK")
    # A Saturday, a Sunday and a day off.
    first = await pace(company, begun, today=date(2020, 5, 25))
    assert (first["expectedShare"], first["runRate"], first["projected"]) == ("0", None, None)
    assert (first["status"], first["workingDaysGone"]) == ("ON_TRACK", 0)
    assert await pace(company, begun, today=date(2020, 5, 22)) is None


async def test_what_does_not_add_up_day_by_day_has_no_pace(company: Company) -> None:
    goals = [
        await goal(company, "Rui", **values)
        for values in (
            {"measure": "acquisition_cost"},
            {"measure": "win_rate", "currency": None},
            {"measure": "cycle_length", "currency": None},
            {"status": "draft", "target": None},
            {"status": "draft", "ends_on": None},
            {"status": "draft", "measure": None},
            {"starts_on": date(2020, 5, 23), "ends_on": date(2020, 5, 25)},  # nobody works
        )
    ]

    assert [await pace(company, each) for each in goals] == [None] * len(goals)


async def test_a_count_that_the_owner_reports_goes_from_its_start_value(company: Company) -> None:
    measure = {"key": "visits", "name": "Visits", "unit": "number", "direction": "higher"}
    await insert(company, "measure", [{"id": new_id(), **measure, "source": "check_in"}])
    id = await goal(
        company, "Rui", measure="visits", currency=None, target=Decimal(84), start_value=Decimal(20),
        **QUARTER,
    )  # fmt: skip
    silent = await pace(company, id)
    noted = {"goal_id": id, "author_id": company.ids["Rui"], "confidence": "on_track"}
    await insert(
        company, "check_in", [{"id": new_id(), **noted, "value": Decimal(41), "noted_at": _noon()}]
    )

    assert (silent["status"], silent["expectedToDate"], silent["projected"]) == (
        "OFF_TRACK", "62", "20",
    )  # fmt: skip
    told = await pace(company, id)
    assert (told["runRate"], told["projected"], told["status"]) == ("0.5", "52", "OFF_TRACK")


def _noon() -> datetime:
    return datetime(2020, 5, 29, 12, tzinfo=UTC)


async def _policy(company: Company, change: str) -> None:
    async with on_behalf_of(company.org) as transaction:
        await transaction.execute_query(
            f"update goal_policy set {change} where org_id = $1", [company.org]
        )
