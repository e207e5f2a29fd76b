"""Calendars, seasons and days off: seen by everybody, kept by comp administrators."""

from datetime import date
from typing import Any

import pytest

from auth.actor import Actor, Scope
from domain.ids import new_id
from schema.typed_ids import encode
from tests.people import Company, count
from tests.schema.asking import answer, ask, sold

ERRORS = "errors { __typename ... on UserError { message path } }"
DEFINE = f"""mutation($input: CalendarDefineInput!) {{ calendarDefine(input: $input) {{
  {ERRORS} calendar {{ id name kind version }} }} }}"""
EXTEND = f"""mutation($input: CalendarExtendInput!) {{ calendarExtend(input: $input) {{
  {ERRORS} calendar {{ version }} }} }}"""
SEASON = "season { id name learnedFrom learnedTo weights { number weight share } }"
SEASON_DEFINE = f"""mutation($input: SeasonDefineInput!) {{ seasonDefine(input: $input) {{
  {ERRORS} {SEASON} }} }}"""
SEASON_LEARN = f"""mutation($input: SeasonLearnInput!) {{ seasonLearn(input: $input) {{
  {ERRORS} {SEASON} }} }}"""
POLICY = """goalPolicy { workingDays season { name } paceAtRisk paceOffTrack nudgeAfterDays
  escalateAfterDays checkInEveryDays version daysOff { nodes { id day name } } }"""
DAYS_OFF_ADD = f"""mutation($input: DaysOffAddInput!) {{ daysOffAdd(input: $input) {{
  {ERRORS} {POLICY} }} }}"""
DAY_OFF_REMOVE = f"""mutation($input: DayOffRemoveInput!) {{ dayOffRemove(input: $input) {{
  {ERRORS} {POLICY} }} }}"""
POLICY_UPDATE = f"""mutation($input: GoalPolicyUpdateInput!) {{ goalPolicyUpdate(input: $input) {{
  errors {{ __typename ... on UserError {{ path }} ... on GoalPolicyVersionConflictError {{
    seenVersion currentVersion goalPolicy {{ version paceAtRisk }} }} }} {POLICY} }} }}"""
PERIODS = """query($filter: CalendarPeriodFilter) { calendars { nodes { name
  periods(first: 100, filter: $filter) { nodes {
    name grain fiscalYear number startsOn endsOn hasExtraWeek parent { name }
    children { nodes { name } } } } } } }"""
RETAIL = {
    "name": "Retail", "kind": "WEEKS_454", "firstMonth": 2, "yearNamedBy": "START",
    "weekStartsOn": "SUNDAY", "yearEnds": "NEAREST", "firstFiscalYear": 2017,
    "lastFiscalYear": 2023,
}  # fmt: skip
FISCAL = {
    "name": "Fiscal", "kind": "MONTHS", "firstMonth": 4, "yearNamedBy": "END",
    "firstFiscalYear": 2019, "lastFiscalYear": 2020,
}  # fmt: skip
PLAIN_POLICY: dict[str, object] = {
    "workingDays": ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY"], "season": None,
    "paceAtRisk": "0.95", "paceOffTrack": "0.8", "nudgeAfterDays": 3, "escalateAfterDays": 7, "checkInEveryDays": None,
    "version": 1, "daysOff": {"nodes": []},
}  # fmt: skip


async def sent(actor: Actor, document: str, **values: object) -> Any:
    message = {"clientMutationId": str(new_id()), **values}
    (payload,) = (await ask(actor, document, input=message)).values()
    return payload


async def done(actor: Actor, document: str, **values: object) -> Any:
    payload = await sent(actor, document, **values)
    assert payload.pop("errors") == []
    (shown,) = payload.values()
    return shown


async def refused(actor: Actor, document: str, **values: object) -> tuple[str, list[str]]:
    (error,) = (await sent(actor, document, **values))["errors"]
    return error["__typename"], error["path"]


async def periods(actor: Actor, **filter: object) -> list[dict[str, Any]]:
    (calendar,) = (await ask(actor, PERIODS, filter=filter))["calendars"]["nodes"]
    found: list[dict[str, Any]] = calendar["periods"]["nodes"]
    return found


async def test_a_retail_calendar_is_defined_and_everybody_finds_their_day_in_it(
    company: Company,
) -> None:
    made = await done(
        company.actor("Cora"), DEFINE, id=encode("calendar", id := new_id()), **RETAIL
    )

    assert made == {
        "id": encode("calendar", id), "name": "Retail", "kind": "WEEKS_454", "version": 1,
    }  # fmt: skip
    assert await count(company, "calendar_period") == 7 * (1 + 2 + 4 + 12 + 52) + 2
    for actor in (company.actor("Rui"), company.partner(Scope.SALES_READ)):
        last = await periods(actor, containing="2024-01-31")
        assert {each["name"] for each in last} == {
            "FY23", "FY23 H2", "FY23 Q4", "FY23 P12", "FY23 W53",
        }  # fmt: skip
        assert all(each["hasExtraWeek"] for each in last)
        quarters = await periods(actor, grain={"eq": "QUARTER"}, fiscalYear={"eq": 2017})
        assert [(each["startsOn"], each["endsOn"]) for each in quarters] == [
            ("2017-01-29", "2017-04-29"),
            ("2017-04-30", "2017-07-29"),
            ("2017-07-30", "2017-10-28"),
            ("2017-10-29", "2018-02-03"),
        ]
        assert quarters[0]["parent"] == {"name": "FY17 H1"}
        assert [each["name"] for each in quarters[3]["children"]["nodes"]] == [
            "FY17 P10", "FY17 P11", "FY17 P12",
        ]  # fmt: skip
    assert (await ask(company.partner(), PERIODS))["calendars"]["nodes"] == []


async def test_a_calendar_is_extended_both_ways_and_keeps_what_it_has(company: Company) -> None:
    cora = company.actor("Cora")
    id = (await done(cora, DEFINE, **FISCAL))["id"]
    before = await periods(cora)

    made = await done(cora, EXTEND, calendarId=id, firstFiscalYear=2018, lastFiscalYear=2021)

    years = await periods(cora, grain={"eq": "YEAR"})
    assert [(each["name"], each["startsOn"], each["endsOn"]) for each in years] == [
        ("FY18", "2017-04-01", "2018-03-31"),
        ("FY19", "2018-04-01", "2019-03-31"),
        ("FY20", "2019-04-01", "2020-03-31"),
        ("FY21", "2020-04-01", "2021-03-31"),
    ]
    assert made == {"version": 2}
    kept = await periods(cora, fiscalYear={"gte": 2019, "lte": 2020})
    assert sorted(kept, key=str) == sorted(before, key=str)
    again = await refused(cora, EXTEND, calendarId=id, lastFiscalYear=2021)
    assert again == ("InvalidError", [])
    assert await refused(cora, EXTEND, calendarId=id, lastFiscalYear=2020) == (
        "InvalidError", ["lastFiscalYear"],
    )  # fmt: skip
    assert await count(company, "calendar_period", "grain = 'year'") == 4


async def test_a_custom_calendar_grows_only_at_its_ends(company: Company) -> None:
    cora = company.actor("Cora")
    given = [
        {"fiscalYear": 2020, "startsOn": "2020-01-01", "endsOn": "2020-03-15", "name": "Sowing"},
        {"fiscalYear": 2020, "startsOn": "2020-03-16", "endsOn": "2020-12-31"},
    ]
    id = (await done(cora, DEFINE, name="Farm", kind="CUSTOM", periods=given))["id"]
    later = {"fiscalYear": 2021, "startsOn": "2021-01-02", "endsOn": "2021-12-31"}

    gap = await refused(cora, EXTEND, calendarId=id, periods=[later])
    await done(cora, EXTEND, calendarId=id, periods=[later | {"startsOn": "2021-01-01"}])

    assert gap == ("InvalidError", ["periods"])
    assert [each["name"] for each in await periods(cora, grain={"eq": "PERIOD"})] == [
        "Sowing", "FY20 P02", "FY21 P01",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "kind", "path"),
    [
        ({"name": " "}, "InvalidError", ["name"]),
        ({"name": "Fiscal"}, "ConflictError", ["name"]),
        ({"firstMonth": None}, "InvalidError", ["firstMonth"]),
        ({"weekStartsOn": None}, "InvalidError", ["weekStartsOn"]),
        ({"lastFiscalYear": 2047}, "InvalidError", ["lastFiscalYear"]),
        ({"firstFiscalYear": None}, "InvalidError", ["firstFiscalYear"]),
        ({"kind": "MONTHS"}, "InvalidError", ["weekStartsOn"]),
        (
            {"periods": [{"fiscalYear": 2020, "startsOn": "2020-01-01", "endsOn": "2020-01-01"}]},
            "InvalidError",
            ["periods"],
        ),
    ],
)
async def test_a_calendar_that_cannot_be_is_refused_and_nothing_is_kept(
    company: Company, change: dict[str, object], kind: str, path: list[str]
) -> None:
    cora = company.actor("Cora")
    await done(cora, DEFINE, **FISCAL)
    before = await count(company, "calendar_period"), await count(company, "event")

    assert await refused(cora, DEFINE, **RETAIL | change) == (kind, path)

    assert await count(company, "calendar") == 1
    assert (await count(company, "calendar_period"), await count(company, "event")) == before


async def test_a_season_is_given_by_hand_or_learned_from_whole_past_years(company: Company) -> None:
    cora = company.actor("Cora")
    id = (await done(cora, DEFINE, **FISCAL))["id"]
    by_hand = [str(month) for month in range(12)]
    for year, first in ((2018, "100.00"), (2019, "1000.00")):
        await sold(company, "Rui", first, on=date(year, 4, 30))
        await sold(company, None, first, on=date(year, 12, 1))
        await sold(company, "Sam", f"-{first}", on=date(year, 5, 1))
    await sold(company, "Sam", "200.00", on=date(2019, 3, 31))
    await sold(company, "Sam", "999.00", on=date(2019, 7, 1), currency="EUR")

    plain = await done(cora, SEASON_DEFINE, name="By hand", calendarId=id, weights=by_hand)
    learned = await done(cora, SEASON_LEARN, name="Learned", calendarId=id, years=2)

    assert [each["share"] for each in plain["weights"]][:4] == [
        "0",
        "0.015152",
        "0.030303",
        "0.045455",
    ]
    assert plain["learnedFrom"] is None
    assert (learned["learnedFrom"], learned["learnedTo"]) == (2019, 2020)
    # Of the first year's 400 sold a quarter in April and December, half in March; of the second's
    # 2,000 half in April, half in December.
    assert {each["number"]: each["share"] for each in learned["weights"] if each["share"] != "0"} == {
        1: "0.375", 9: "0.375", 12: "0.25",
    }  # fmt: skip
    more = await refused(cora, SEASON_LEARN, name="Longer", calendarId=id, years=3)
    assert more == ("InvalidError", ["years"])
    await done(cora, EXTEND, calendarId=id, firstFiscalYear=2018)
    older = await sent(cora, SEASON_LEARN, name="Longer", calendarId=id, years=3)
    assert older["errors"][0]["message"] == (
        "Fiscal year 2018 is not known whole: the first sale is of 2018-04-30."
    )
    for weights in (["1"] * 11, ["0"] * 12, ["-1", *["1"] * 11]):
        assert (await refused(cora, SEASON_DEFINE, name="No", calendarId=id, weights=weights))[
            0
        ] == "InvalidError"
    assert await count(company, "season") == 2


async def test_every_organisation_has_a_policy_from_the_start(company: Company) -> None:
    cora = company.actor("Cora")
    calendar = (await done(cora, DEFINE, **FISCAL))["id"]
    season = await done(cora, SEASON_DEFINE, name="S", calendarId=calendar, weights=["1"] * 12)
    assert (await ask(company.actor("Rui"), f"{{ {POLICY} }}"))["goalPolicy"] == PLAIN_POLICY

    changed = await done(
        cora,
        POLICY_UPDATE,
        expectedVersion=1,
        workingDays=["SATURDAY", "SUNDAY", "MONDAY"],
        seasonId=season["id"],
        paceAtRisk="0.9",
        escalateAfterDays=10,
        checkInEveryDays=14,
    )

    expected = PLAIN_POLICY | {
        "workingDays": ["MONDAY", "SATURDAY", "SUNDAY"], "season": {"name": "S"},
        "paceAtRisk": "0.9", "escalateAfterDays": 10, "checkInEveryDays": 14, "version": 2,
    }  # fmt: skip
    assert changed == expected
    for wrong, path in (
        ({"paceOffTrack": "0.91"}, "paceOffTrack"),
        ({"paceAtRisk": "2.1"}, "paceAtRisk"),
        ({"paceAtRisk": "0.00001"}, "paceAtRisk"),
        ({"nudgeAfterDays": 11}, "escalateAfterDays"),
        ({"nudgeAfterDays": 0}, "nudgeAfterDays"),
        ({"checkInEveryDays": 0}, "checkInEveryDays"),
        ({"checkInEveryDays": 7, "withoutCheckIns": True}, "withoutCheckIns"),
        ({"workingDays": []}, "workingDays"),
        ({"seasonId": season["id"], "withoutSeason": True}, "withoutSeason"),
    ):
        assert await refused(cora, POLICY_UPDATE, expectedVersion=2, **wrong) == (
            "InvalidError",
            [path],
        )
    stale = await sent(cora, POLICY_UPDATE, expectedVersion=1, nudgeAfterDays=1)
    assert (stale["errors"], stale["goalPolicy"]) == (
        [
            {
                "__typename": "GoalPolicyVersionConflictError",
                "path": ["expectedVersion"],
                "seenVersion": 1,
                "currentVersion": 2,
                "goalPolicy": {"version": 2, "paceAtRisk": "0.9"},
            }
        ],
        None,
    )
    assert await refused(cora, POLICY_UPDATE, expectedVersion=2) == ("InvalidError", [])
    assert (await ask(cora, f"{{ {POLICY} }}"))["goalPolicy"] == expected
    assert (await done(cora, POLICY_UPDATE, expectedVersion=2, withoutSeason=True))[
        "season"
    ] is None


async def test_days_off_are_added_together_and_removed_one_by_one(company: Company) -> None:
    cora = company.actor("Cora")
    days = [
        {"day": "2020-05-25", "name": "Memorial Day"},
        {"day": "2020-07-04", "name": " Fourth "},
    ]

    added = await done(cora, DAYS_OFF_ADD, days=days)

    nodes = added["daysOff"]["nodes"]
    assert [(each["day"], each["name"]) for each in nodes] == [
        ("2020-05-25", "Memorial Day"), ("2020-07-04", "Fourth"),
    ]  # fmt: skip
    assert await refused(cora, DAYS_OFF_ADD, days=[{"day": "2020-01-01", "name": "New"}, days[1]]) == (
        "ConflictError", ["days"],
    )  # fmt: skip
    assert await refused(cora, DAYS_OFF_ADD, days=[{"day": "2020-01-01", "name": "New"}] * 2) == (
        "InvalidError", ["days", "1", "day"],
    )  # fmt: skip
    assert await count(company, "day_off") == 2
    left = await done(cora, DAY_OFF_REMOVE, dayOffId=nodes[0]["id"])
    assert [each["name"] for each in left["daysOff"]["nodes"]] == ["Fourth"]
    assert await refused(cora, DAY_OFF_REMOVE, dayOffId=nodes[0]["id"]) == (
        "NotFoundError", ["dayOffId"],
    )  # fmt: skip
    july = '{ goalPolicy { daysOff(filter: {day: {gte: "2020-07-05"}}) { nodes { name } } } }'
    assert (await ask(cora, july))["goalPolicy"]["daysOff"]["nodes"] == []


async def test_only_comp_administrators_keep_calendars(company: Company) -> None:
    cora = company.actor("Cora")
    id = (await done(cora, DEFINE, **FISCAL))["id"]
    day = (await done(cora, DAYS_OFF_ADD, days=[{"day": "2020-05-25", "name": "Off"}]))["daysOff"]
    events = await count(company, "event")
    names = ("Rui", "Mona", "Ada", "Fay", "Hal", "Audrey", "Adam")

    for actor in (*map(company.actor, names), company.partner(*Scope)):
        for document, values in (
            (DEFINE, RETAIL),
            (EXTEND, {"calendarId": id, "lastFiscalYear": 2021}),
            (SEASON_DEFINE, {"name": "Mine", "calendarId": id, "weights": ["1"] * 12}),
            (SEASON_LEARN, {"name": "Mine", "calendarId": id, "years": 1}),
            (DAYS_OFF_ADD, {"days": [{"day": "2020-05-26", "name": "Off"}]}),
            (DAY_OFF_REMOVE, {"dayOffId": day["nodes"][0]["id"]}),
            (POLICY_UPDATE, {"expectedVersion": 1, "nudgeAfterDays": 1}),
        ):
            assert (await refused(actor, document, **values))[0] == "NotPermittedError"

    assert await count(company, "event") == events
    assert (await answer(company.partner(), f"{{ {POLICY} }}")).data == {"goalPolicy": None}
