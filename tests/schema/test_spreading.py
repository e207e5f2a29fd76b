"""A goal is spread over a calendar: drafts that sum to it, changed only when somebody means to."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from domain.database import on_behalf_of
from domain.ids import new_id
from schema.typed_ids import encode
from tests.people import Company, count
from tests.schema.asking import ask, goal, goal_id
from tests.schema.test_calendars import DEFINE, FISCAL, SEASON_DEFINE, done

SPREAD = """mutation($input: GoalSpreadInput!) { goalSpread(input: $input) {
  errors { __typename ... on UserError { message path }
    ... on GoalSpreadPreviewError { seal parts { name startsOn endsOn before target planTarget change } } }
  goal { version } } }"""
YEAR = {"starts_on": date(2019, 4, 1), "ends_on": date(2020, 3, 31)}


async def calendar(company: Company) -> str:
    id: str = (await done(company.actor("Cora"), DEFINE, **FISCAL))["id"]
    return id


async def spread(
    company: Company, who: str, id: UUID, calendar: str, version: int = 1, **values: Any
) -> Any:
    message = {
        "clientMutationId": str(new_id()), "id": goal_id(id), "expectedVersion": version,
        "calendarId": calendar, "grain": "QUARTER", "by": "EQUAL", **values,
    }  # fmt: skip
    return (await ask(company.actor(who), SPREAD, input=message))["goalSpread"]


async def parts(company: Company, parent: UUID) -> list[dict[str, Any]]:
    async with on_behalf_of(company.org) as transaction:
        rows = await transaction.execute_query_dict(
            "select * from goal where org_id = $1 and parent_id = $2 order by starts_on",
            [company.org, parent],
        )
    return [dict(row) for row in rows]


async def test_a_years_goal_becomes_quarters_that_sum_to_it(company: Company) -> None:
    year = await goal(
        company, "Rui", name="Year", target=Decimal("1000.01"), plan_target=Decimal("900.05"),
        **YEAR,
    )  # fmt: skip
    made = await calendar(company)

    made_so = await spread(company, "Rui", year, made)

    assert made_so == {"errors": [], "goal": {"version": 2}}
    found = await parts(company, year)
    assert [(each["name"], str(each["starts_on"]), str(each["ends_on"])) for each in found] == [
        ("Year · FY20 Q1", "2019-04-01", "2019-06-30"),
        ("Year · FY20 Q2", "2019-07-01", "2019-09-30"),
        ("Year · FY20 Q3", "2019-10-01", "2019-12-31"),
        ("Year · FY20 Q4", "2020-01-01", "2020-03-31"),
    ]
    assert [each["target"] for each in found] == [
        Decimal("250.01"), Decimal(250), Decimal(250), Decimal(250),
    ]  # fmt: skip
    assert sum(each["plan_target"] for each in found) == Decimal("900.05")
    for each in found:
        assert (each["owner_id"], each["measure"], each["currency"], each["scope"]) == (
            company.ids["Rui"], "revenue", "USD", "own",
        )  # fmt: skip
        assert each["status"] == "draft"
    assert await count(company, "goal", f"id = '{year}' and roll_up = 'sum'") == 1
    assert await count(company, "goal_decision", "act = 'spread'") == 5
    assert await count(company, "event", "act = 'goal.spread'") == 5


async def test_what_would_fall_to_each_period_is_seen_before_anything_is_drafted(
    company: Company,
) -> None:
    year = await goal(
        company, "Rui", target=Decimal("1000.01"), plan_target=Decimal("900.05"), **YEAR
    )  # fmt: skip
    made = await calendar(company)

    shown = await spread(company, "Rui", year, made, preview=True)

    assert shown["goal"] is None
    (error,) = shown["errors"]
    assert [(part["before"], part["target"], part["planTarget"]) for part in error["parts"]] == [
        (None, "250.01", "225.02"), (None, "250.00", "225.01"), (None, "250.00", "225.01"),
        (None, "250.00", "225.01"),
    ]  # fmt: skip
    assert await count(company, "goal") == 1
    assert await count(company, "event", "act = 'goal.spread'") == 0
    assert await spread(company, "Rui", year, made, seen=error["seal"]) == {
        "errors": [], "goal": {"version": 2},
    }  # fmt: skip
    assert [each["target"] for each in await parts(company, year)] == [
        Decimal(part["target"]) for part in error["parts"]
    ]


async def test_a_season_spreads_and_decides_pace_from_then_on(company: Company) -> None:
    cora = company.actor("Cora")
    made = await calendar(company)
    weights = [*map(str, range(1, 10)), "0", "0", "0"]
    season = (await done(cora, SEASON_DEFINE, name="S", calendarId=made, weights=weights))["id"]
    year = await goal(company, "Sam", target=Decimal(450), currency="JPY", **YEAR)

    await spread(company, "Mona", year, made, by="SEASON", seasonId=season)

    found = await parts(company, year)
    # To the last quarter nothing falls, so it gets no goal.
    assert [each["target"] for each in found] == [60, 150, 240]
    assert {encode("season", each["season_id"]) for each in found} == {season}
    assert await count(company, "goal", f"id = '{year}' and season_id is not null") == 1


async def test_a_second_spread_says_what_it_would_change_and_changes_drafts_alone(
    company: Company,
) -> None:
    year = await goal(company, "Rui", target=Decimal(1000), **YEAR)
    made = await calendar(company)
    await spread(company, "Rui", year, made)
    before = await parts(company, year)

    said = await spread(company, "Rui", year, made, 2, by="DAYS")
    same = await spread(company, "Rui", year, made, 2)
    other = await spread(company, "Rui", year, made, 2, grain="PERIOD", preview=True)
    stale = await spread(company, "Rui", year, made, 1, by="DAYS", preview=True)
    unseen = await spread(company, "Rui", year, made, 2, by="DAYS", seen="of another day")

    (error,) = said["errors"]
    seal, shown = error.pop("seal"), error.pop("parts")
    assert shown[0] == {
        "name": "FY20 Q1", "startsOn": "2019-04-01", "endsOn": "2019-06-30", "before": "250.00",
        "target": "248.63", "planTarget": None, "change": "-1.37",
    }  # fmt: skip
    assert sum(Decimal(part["target"]) for part in shown) == 1000
    assert unseen["errors"][0]["message"].startswith("Something has changed since you looked.")
    assert unseen["errors"][0]["parts"] == shown
    assert error == {
        "__typename": "GoalSpreadPreviewError",
        "message": "The goal is spread already. This would change “FY20 Q1” from 250 to 248.63, “FY20 Q2”"
        " from 250 to 251.37, “FY20 Q3” from 250 to 251.37, “FY20 Q4” from 250 to 248.63. Nothing was"
        " changed; to do it, send what is in `seal` as `seen`.",
        "path": ["seen"],
    }
    assert same["errors"][0]["message"] == "The goal is spread like this already."
    assert other["errors"][0]["message"] == "The goal is spread over other periods already."
    assert stale["errors"][0]["__typename"] == "GoalVersionConflictError"
    assert await parts(company, year) == before

    async with on_behalf_of(company.org) as transaction:
        await transaction.execute_query(
            "update goal set target = 240, version = version + 1 where org_id = $1 and id = $2",
            [company.org, before[0]["id"]],
        )
    moved = await spread(company, "Rui", year, made, 2, by="DAYS", seen=seal)
    assert moved["errors"][0]["parts"][0]["change"] == "8.63"
    seal = moved["errors"][0]["seal"]
    await spread(company, "Rui", year, made, 2, by="DAYS", seen=seal)
    changed = await parts(company, year)
    assert [each["id"] for each in changed] == [each["id"] for each in before]
    assert [str(each["target"]) for each in changed] == [
        "248.6300",
        "251.3700",
        "251.3700",
        "248.6300",
    ]
    async with on_behalf_of(company.org) as transaction:
        await transaction.execute_query(
            "update goal set status = 'submitted' where org_id = $1 and id = $2",
            [company.org, changed[0]["id"]],
        )
    agreed = await spread(company, "Rui", year, made, 3, preview=True)
    assert agreed["errors"][0]["message"] == (
        "Only drafts are spread anew; these are handed in or agreed: May of Rui · FY20 Q1."
    )
    assert [each["target"] for each in await parts(company, year)] == [
        each["target"] for each in changed
    ]


@pytest.mark.parametrize(
    ("values", "asked", "kind", "path"),
    [
        ({"status": "submitted"}, {}, "GoalStateError", ["id"]),
        ({"measure": "win_rate", "currency": None}, {}, "InvalidError", ["id"]),
        ({"scope": "contributors"}, {}, "InvalidError", ["id"]),
        ({"start_value": Decimal(5)}, {}, "InvalidError", ["id"]),
        ({"private": True}, {}, "InvalidError", ["id"]),
        ({"status": "draft", "target": None}, {}, "InvalidError", ["id"]),
        ({"ends_on": date(2020, 4, 1)}, {}, "InvalidError", ["calendarId"]),
        ({}, {"grain": "YEAR"}, "InvalidError", ["grain"]),
        ({}, {"grain": "WEEK"}, "InvalidError", ["calendarId"]),
        ({}, {"by": "SEASON"}, "InvalidError", ["seasonId"]),
        ({}, {"seasonId": encode("season", new_id())}, "NotFoundError", ["seasonId"]),
        ({}, {"calendarId": encode("calendar", new_id())}, "NotFoundError", ["calendarId"]),
    ],
)
async def test_what_cannot_be_spread_is_refused_and_nothing_is_drafted(
    company: Company,
    values: dict[str, object],
    asked: dict[str, Any],
    kind: str,
    path: list[str],
) -> None:
    year = await goal(company, "Rui", **YEAR | values)
    made = await calendar(company)

    refused = await spread(company, "Rui", year, made, **asked)

    (error,) = refused["errors"]
    assert (error["__typename"], error["path"]) == (kind, path)
    assert await count(company, "goal") == 1
    assert await count(company, "event", "act = 'goal.spread'") == 0


async def test_a_goal_with_others_below_it_is_not_spread(company: Company) -> None:
    team = await goal(company, "Mona", target=Decimal(1000), **YEAR)
    await goal(company, "Rui", parent_id=team)
    made = await calendar(company)

    refused = await spread(company, "Mona", team, made)

    assert refused["errors"][0]["__typename"] == "ConflictError"
    assert len(await parts(company, team)) == 1


@pytest.mark.parametrize(
    ("who", "kind"),
    [
        ("Sam", "NotFoundError"),
        ("Eve", "NotFoundError"),
        ("Fay", "NotPermittedError"),
        ("Audrey", "NotPermittedError"),
        ("Hal", "NotFoundError"),
    ],
)
async def test_only_who_may_draft_for_somebody_spreads_their_goal(
    company: Company, who: str, kind: str
) -> None:
    year = await goal(company, "Rui", **YEAR)
    made = await calendar(company)

    refused = await spread(company, who, year, made)

    assert [error["__typename"] for error in refused["errors"]] == [kind]
    assert await count(company, "goal") == 1
    assert await count(company, "goal_decision") == 0
