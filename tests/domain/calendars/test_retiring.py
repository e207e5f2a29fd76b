"""Calendars and seasons that are done with: nothing new goes by them, and what does stays."""

from typing import Any

from domain.ids import new_id
from schema.typed_ids import decode, encode
from tests.people import Company, count
from tests.schema.asking import ask, goal
from tests.schema.test_calendars import DEFINE, FISCAL, SEASON_DEFINE, done, refused, sent
from tests.schema.test_spreading import YEAR, parts, spread

CHANGED = """errors { __typename ... on UserError { message path }
  ... on VersionConflictError { seenVersion currentVersion } }"""
RENAME = f"""mutation($input: CalendarRenameInput!) {{ calendarRename(input: $input) {{
  {CHANGED} calendar {{ name version retired }} }} }}"""
RETIRE = f"""mutation($input: CalendarRetireInput!) {{ calendarRetire(input: $input) {{
  {CHANGED} calendar {{ name version retired }} }} }}"""
RETIRE_SEASON = f"""mutation($input: SeasonRetireInput!) {{ seasonRetire(input: $input) {{
  {CHANGED} season {{ name version retired }} }} }}"""
EXTEND = """mutation($input: CalendarExtendInput!) { calendarExtend(input: $input) {
  errors { __typename ... on UserError { path } } } }"""
POLICY = """mutation($input: GoalPolicyUpdateInput!) { goalPolicyUpdate(input: $input) {
  errors { __typename ... on UserError { path } } goalPolicy { version season { name } } } }"""


async def fiscal(company: Company) -> tuple[str, str]:
    """A calendar whose years begin in April, and a season over it."""
    cora = company.actor("Cora")
    calendar = (await done(cora, DEFINE, **FISCAL | {"lastFiscalYear": 2021}))["id"]
    season = await done(cora, SEASON_DEFINE, name="Spring", calendarId=calendar, weights=["1"] * 12)
    return calendar, season["id"]


async def test_a_calendar_goes_by_another_name_and_is_retired_after_its_seasons(
    company: Company,
) -> None:
    cora, rui = company.actor("Cora"), company.actor("Rui")
    calendar, season = await fiscal(company)
    seen: dict[str, Any] = {"calendarId": calendar, "expectedVersion": 1}

    renamed = await done(cora, RENAME, **seen, name=" Books ")
    stale = await sent(cora, RENAME, **seen, name="Ledger")
    first = await sent(cora, RETIRE, **seen | {"expectedVersion": 2})

    assert renamed == {"name": "Books", "version": 2, "retired": False}
    [error] = stale["errors"]
    assert (error["__typename"], error["currentVersion"]) == ("VersionConflictError", 2)
    assert "Seasons that are in use weigh its periods: Spring." in first["errors"][0]["message"]
    retired = await done(cora, RETIRE_SEASON, seasonId=season, expectedVersion=1)
    assert retired == {"name": "Spring", "version": 2, "retired": True}
    assert (await done(cora, RETIRE, **seen | {"expectedVersion": 2}))["retired"] is True

    offered = (
        "{ calendars(filter: {retired: false}) { nodes { id } } seasons { nodes { retired } } }"
    )
    assert await ask(rui, offered) == {
        "calendars": {"nodes": []},
        "seasons": {"nodes": [{"retired": True}]},
    }
    for document, given in (
        (RENAME, seen | {"expectedVersion": 3, "name": "Ledger"}),
        (RETIRE, seen | {"expectedVersion": 3}),
        (EXTEND, {"calendarId": calendar, "lastFiscalYear": 2022}),
        (SEASON_DEFINE, {"calendarId": calendar, "name": "Other", "weights": ["1"] * 12}),
    ):
        assert await refused(cora, document, **given) == ("ConflictError", ["calendarId"])
    assert await count(company, "event", "act like 'calendar.%' or act like 'season.%'") == 5


async def test_what_goes_by_a_season_stays_when_it_is_retired_and_nothing_new_does(
    company: Company,
) -> None:
    cora = company.actor("Cora")
    made, season = await fiscal(company)
    year, other = [await goal(company, "Rui", **YEAR) for _ in range(2)]
    await spread(company, "Rui", year, made, by="SEASON", seasonId=season)
    before = await parts(company, year)

    policy = {"expectedVersion": 1, "seasonId": season}
    await done(cora, POLICY, **policy)
    used = await sent(cora, RETIRE_SEASON, seasonId=season, expectedVersion=1)
    await done(cora, POLICY, expectedVersion=2, withoutSeason=True)
    await done(cora, RETIRE_SEASON, seasonId=season, expectedVersion=1)

    assert "Say first by which it is to go" in used["errors"][0]["message"]
    late = await spread(company, "Rui", other, made, by="SEASON", seasonId=season)
    assert (late["errors"][0]["__typename"], late["errors"][0]["path"]) == (
        "ConflictError",
        ["seasonId"],
    )
    assert await parts(company, other) == []
    assert await parts(company, year) == before
    assert {each["season_id"] for each in before} == {decode(season, "season")}
    again = {"expectedVersion": 3, "seasonId": season}
    assert await refused(cora, POLICY, **again) == ("ConflictError", ["seasonId"])


async def test_only_comp_administrators_rename_and_retire(company: Company) -> None:
    calendar, season = await fiscal(company)
    before = await count(company, "event")
    one, other = (
        {"calendarId": calendar, "expectedVersion": 1},
        {"seasonId": season, "expectedVersion": 1},
    )

    for who in ("Mona", "Rui", "Adam", "Audrey"):
        for document, given in (
            (RENAME, one | {"name": "X"}),
            (RETIRE, one),
            (RETIRE_SEASON, other),
        ):
            refusal = await refused(company.actor(who), document, **given)
            assert refusal[0] == "NotPermittedError"
    cora = company.actor("Cora")
    for document, given in (
        (RENAME, {"calendarId": encode("calendar", new_id()), "expectedVersion": 1, "name": "X"}),
        (RETIRE_SEASON, {"seasonId": encode("season", new_id()), "expectedVersion": 1}),
    ):
        assert (await refused(cora, document, **given))[0] == "NotFoundError"
    await done(cora, DEFINE, **FISCAL | {"name": "Taken"})
    assert await refused(cora, RENAME, **one, name="Taken") == ("ConflictError", ["name"])
    assert await refused(cora, RENAME, **one, name="Fiscal") == ("InvalidError", ["name"])
    assert await refused(cora, RENAME, **one, name=" ") == ("InvalidError", ["name"])
    assert await count(company, "calendar", "version = 1 and retired_at is null") == 2
    assert await count(company, "event") == before + 1
