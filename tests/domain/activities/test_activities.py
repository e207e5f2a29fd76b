"""What happened, seen by whoever sees what it happened to: in the feed, in digests, and gone when that is gone."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from auth.actor import Actor, Role, Scope
from domain.activities.models import ActivityKind
from domain.activities.preferences import prefer_activity
from domain.blockers.actions import raise_blocker, resolve_blocker, withdraw_blocker
from domain.blockers.models import Cause
from domain.calendars.words import Weekday
from domain.comments.actions import withdraw_comment, write_comment
from domain.database import Sight, on_behalf_of, reading
from domain.errors import Invalid, NotPermitted
from domain.goals.actions import approve_goal, draft_goal, submit_goal
from domain.insights.actions import answer_insight, take_insight, tell_insight
from domain.insights.models import InsightTopic
from domain.notices.digests import make_digests
from domain.notices.models import Rhythm
from domain.notices.preferences import prefer_digest
from domain.one_to_ones.actions import plan_one_to_one
from domain.plans.actions import close_plan, open_plan
from domain.recognition.actions import give_recognition, take_off_wall
from domain.recognition.values import define_recognition_value
from domain.subjects import Thing
from domain.tasks.actions import ask_for_task
from schema.typed_ids import encode
from tests.people import MORNING, ROLES, Company, count, found_company, goal_row
from tests.schema.asking import ask, goal, insert

FEED = """query($filter: ActivityFilter, $first: Int! = 100, $after: String) {
  activities(filter: $filter, first: $first, after: $after) {
    nodes { kind message percent happenedAt person { name } subject { __typename id } }
    pageInfo { hasNextPage endCursor } } }"""
DIGESTS = """{ digests { totalCount nodes { rhythm startsOn endsOn notices { totalCount }
  activities { nodes { kind person { name } } pageInfo { hasNextPage } } } } }"""


async def feed(actor: Actor, **filter: object) -> list[Any]:
    return list((await ask(actor, FEED, filter=filter or None))["activities"]["nodes"])


async def kinds(actor: Actor, **filter: object) -> list[str]:
    return [each["kind"] for each in await feed(actor, **filter)]


async def recognised(company: Company, *, on_wall: bool = True, who: str = "Sam") -> UUID:
    value = await define_recognition_value(company.actor("Hal"), name=f"Courage {datetime.now()}")
    return await give_recognition(
        company.actor(who),
        receiver_ids=[company.ids["Rui"]],
        value_ids=[value],
        words="Well done.",
        is_public=on_wall,
    )


async def at_noon(company: Company) -> datetime:
    """Nobody sets the organisation's day by hand, and it is where it is noon; the same time tomorrow."""
    now = datetime.now(UTC)
    async with on_behalf_of(company.org) as transaction:
        await transaction.execute_query(
            "update organisation set business_date = null, time_zone = $2 where org_id = $1",
            [company.org, f"Etc/GMT{now.hour - 12:+d}"],
        )
    return now + timedelta(days=1)


async def private_goal(company: Company) -> UUID:
    """A goal of Rui's that he keeps private, and with it all that can happen to a goal."""
    made = await goal(company, "Rui", private=True)
    await insert(
        company,
        "goal_milestone",
        [{"goal_id": made, "percent": 50, "reached_on": date(2020, 5, 29)}],
    )
    await open_plan(company.actor("Mona"), goal_id=made, reason="Behind.", due_on=date(2020, 6, 30))
    await raise_blocker(company.actor("Rui"), goal_id=made, cause=Cause.TOOLS, what="No car.")
    await write_comment(company.actor("Rui"), thing=Thing("goal", made), body="Mine.")
    return made


async def test_what_happened_stands_in_the_feed_of_whoever_sees_what_it_happened_to(
    company: Company,
) -> None:
    rui, mona = company.actor("Rui"), company.actor("Mona")
    made = await draft_goal(
        rui, owner_id=company.ids["Rui"], name="May", measure="revenue", starts_on=date(2020, 5, 1),
        ends_on=date(2020, 5, 31), target=Decimal("1000"), no_parent_reason="Alone.",
    )  # fmt: skip
    await submit_goal(rui, goal_id=made, expected_version=1)
    await approve_goal(mona, goal_id=made, seen_version=(await goal_row(company, made)).version)
    await insert(
        company,
        "goal_milestone",
        [{"goal_id": made, "percent": 90, "reached_on": date(2020, 5, 29)}],
    )
    plan = await open_plan(mona, goal_id=made, reason="Behind.", due_on=date(2020, 6, 30))
    await close_plan(mona, plan_id=plan, outcome="Ahead.")
    blocker = await raise_blocker(rui, goal_id=made, cause=Cause.TOOLS, what="No car.")
    await resolve_blocker(mona, blocker_id=blocker, resolution="A car.")
    comment = await write_comment(mona, thing=Thing("goal", made), body="Well.")
    insight = await tell_insight(
        company.actor("Olga"), title="Cheaper", words="They ask.", topic=InsightTopic.PRICE
    )
    await take_insight(company.actor("Ada"), insight_id=insight)
    await answer_insight(company.actor("Ada"), insight_id=insight, words="Yes.")
    recognition = await recognised(company)
    about = encode("goal", made)

    shown = await feed(rui)

    assert [(each["kind"], (each["person"] or {}).get("name"), each["subject"]["id"]) for each in shown] == [
        ("RECOGNISED", "Sam", encode("recognition", recognition)),
        ("INSIGHT_ANSWERED", "Ada", encode("insight", insight)),
        ("INSIGHT_TOLD", "Olga", encode("insight", insight)),
        ("COMMENTED", "Mona", about),
        ("BLOCKER_RESOLVED", "Mona", encode("blocker", blocker)),
        ("BLOCKER_RAISED", "Rui", encode("blocker", blocker)),
        ("PLAN_CLOSED", "Mona", about),
        ("PLAN_OPENED", "Mona", about),
        ("MILESTONE_REACHED", None, about),
        ("GOAL_APPROVED", "Mona", about),
        ("GOAL_SUBMITTED", "Rui", about),
    ]  # fmt: skip
    assert shown[8]["message"] == "A goal has reached 90 % of its target."
    assert await feed(mona) == shown
    everybodys = ["RECOGNISED", "INSIGHT_ANSWERED", "INSIGHT_TOLD"]
    assert [await kinds(company.actor(name)) for name in ("Sam", "Olga", "Hal")] == [everybodys] * 3
    assert await feed(company.partner(*Scope)) == []
    assert await feed((await found_company("Elsewhere")).actor("Ada")) == []
    assert await kinds(rui, kind={"in": ["COMMENTED", "PLAN_OPENED"]}) == [
        "COMMENTED",
        "PLAN_OPENED",
    ]
    assert len(await feed(rui, person={"eq": encode("person", company.ids["Mona"])})) == 5
    assert await kinds(rui, subjectKind={"eq": "insight"}) == everybodys[1:]
    paged: list[Any] = []
    page: Any = {"hasNextPage": True, "endCursor": None}
    while page["hasNextPage"]:
        read = (await ask(rui, FEED, first=3, after=page["endCursor"]))["activities"]
        paged, page = paged + read["nodes"], read["pageInfo"]
    assert paged == shown

    await withdraw_comment(mona, comment_id=comment)
    another = await raise_blocker(rui, goal_id=made, cause=Cause.TOOLS, what="No phone.")
    await withdraw_blocker(rui, blocker_id=another)
    no_longer = company.actor("Mona", without=frozenset({Role.MANAGER}))
    assert await feed(rui) == [each for each in shown if each["kind"] != "COMMENTED"]
    assert await kinds(no_longer) == everybodys


async def test_nothing_private_stands_in_anybody_elses_feed_or_digest(company: Company) -> None:
    kept = await private_goal(company)
    off_wall = await recognised(company, on_wall=False)
    meeting = await plan_one_to_one(
        company.actor("Mona"), with_id=company.ids["Rui"], starts_at=MORNING
    )
    await write_comment(company.actor("Mona"), thing=Thing("one_to_one", meeting), body="Ours.")
    await ask_for_task(
        company.actor("Rui"), title="Mine.", due_on=date(2020, 6, 1), owner_id=company.ids["Rui"]
    )
    for name in ROLES:
        await prefer_digest(company.actor(name), rhythm=Rhythm.DAILY)
    tomorrow = await at_noon(company)
    whole = ["COMMENTED", "RECOGNISED", "COMMENTED", "BLOCKER_RAISED", "PLAN_OPENED", "MILESTONE_REACHED"]  # fmt: skip

    await make_digests(company.org, tomorrow)

    of_goal = whole[2:]
    expected = {
        "Rui": whole,
        "Mona": [whole[0], *of_goal],
        "Sam": ["RECOGNISED"],
        **dict.fromkeys(("Ada", "Hal"), of_goal),
    }
    for name in ROLES:
        actor = company.actor(name)
        shown = await feed(actor)
        assert [each["kind"] for each in shown] == expected.get(name, []), name
        if name not in expected:
            digests = (await ask(actor, DIGESTS))["digests"]
            assert digests["nodes"] == [] or digests["nodes"][0]["activities"]["nodes"] == [], name
            for about in (encode("goal", kept), encode("recognition", off_wall)):
                assert about not in str(shown)
    # The second lock: what a statement that forgot to ask would find.
    for name, confided in (("Rui", 2), ("Mona", 1), ("Ada", 0)):
        person = company.ids[name]
        async with reading(company.org, person, Sight(person)) as snapshot:
            assert confided == await snapshot.fetchval(
                "select count(*) from activity where subject_kind in ('recognition', 'one_to_one')"
            )
    # Nobody got a digest for what not everybody sees, and who did was told something.
    made = await count(company, "digest")
    told = await count(company, "digest", "exists (select from notice where digest_id = digest.id)")
    assert made == told > 0


async def test_what_is_taken_off_the_wall_is_gone_while_somebody_turns_the_page(
    company: Company,
) -> None:
    olga = company.actor("Olga")
    made = [await recognised(company) for _ in range(4)]
    first = (await ask(olga, FEED, first=1))["activities"]
    assert [each["subject"]["id"] for each in first["nodes"]] == [encode("recognition", made[3])]

    for recognition in (made[3], made[2]):
        await take_off_wall(company.actor("Rui"), recognition_id=recognition)

    after = first["pageInfo"]["endCursor"]
    rest = (await ask(olga, FEED, after=after))["activities"]["nodes"]
    assert [each["subject"]["id"] for each in rest] == [
        encode("recognition", id) for id in made[1::-1]
    ]
    assert len(await feed(olga)) == 2
    assert len(await feed(company.actor("Sam"))) == len(await feed(company.actor("Rui"))) == 4


async def test_what_somebody_switches_off_shows_only_where_they_ask_for_it(
    company: Company,
) -> None:
    sam, rui = company.actor("Sam"), company.actor("Rui")
    await recognised(company, who="Mona")
    await tell_insight(rui, title="Cheaper", words="They ask.", topic=InsightTopic.PRICE)
    for shown in (True, False):
        await prefer_activity(sam, kind=ActivityKind.RECOGNISED, shown=shown)
    with pytest.raises(NotPermitted):
        await prefer_activity(company.partner(*Scope), kind=ActivityKind.RECOGNISED, shown=False)
    with pytest.raises(Invalid):
        await prefer_digest(sam, rhythm=Rhythm.WEEKLY, hour=24)

    assert await kinds(sam) == ["INSIGHT_TOLD", "RECOGNISED"]
    assert await kinds(sam, switchedOff=False) == ["INSIGHT_TOLD"]
    assert await kinds(sam, switchedOff=True) == ["RECOGNISED"]
    assert await kinds(rui, switchedOff=False) == ["INSIGHT_TOLD", "RECOGNISED"]
    me = "{ me { digestRhythm digestHour digestWeekday activityPreferences { kind shown } } }"
    preferences = (await ask(sam, me))["me"]
    assert [each["kind"] for each in preferences["activityPreferences"]] == [
        kind.name for kind in ActivityKind
    ]
    assert [each["kind"] for each in preferences["activityPreferences"] if not each["shown"]] == [
        "RECOGNISED"
    ]
    assert (preferences["digestHour"], preferences["digestWeekday"]) == (0, "MONDAY")
    assert await count(company, "digest_preference") == 0


async def test_a_digest_tells_what_happened_in_its_days_to_whoever_chose_to_have_one(
    company: Company,
) -> None:
    tomorrow = await at_noon(company)
    thanks = await recognised(company, who="Mona")
    await goal(company, "Olga")
    await tell_insight(
        company.actor("Rui"), title="Cheaper", words="They ask.", topic=InsightTopic.PRICE
    )
    for name in ("Sam", "Rui", "Mona", "Fay", "Eve"):
        await prefer_digest(company.actor(name), rhythm=Rhythm.DAILY, hour=9)
    await prefer_digest(company.actor("Eve"), rhythm=Rhythm.NEVER)
    await prefer_digest(company.actor("Sam"), rhythm=Rhythm.DAILY)
    await prefer_activity(company.actor("Sam"), kind=ActivityKind.INSIGHT_TOLD, shown=False)
    for kind in (ActivityKind.INSIGHT_TOLD, ActivityKind.RECOGNISED):
        await prefer_activity(company.actor("Fay"), kind=kind, shown=False)

    assert await make_digests(company.org, tomorrow - timedelta(hours=4)) == 0
    assert await make_digests(company.org, tomorrow) == 3
    assert await make_digests(company.org, tomorrow) == 0

    async def shown(name: str) -> list[list[str]]:
        digests = (await ask(company.actor(name), DIGESTS))["digests"]["nodes"]
        return [[each["kind"] for each in digest["activities"]["nodes"]] for digest in digests]

    assert await shown("Rui") == [["RECOGNISED"]]
    assert await shown("Mona") == [["INSIGHT_TOLD"]]
    assert await shown("Sam") == [["RECOGNISED"]]
    assert await shown("Fay") == await shown("Eve") == await shown("Olga") == []
    [digest] = (await ask(company.actor("Sam"), DIGESTS))["digests"]["nodes"]
    assert (
        digest["startsOn"] == digest["endsOn"] == (tomorrow - timedelta(days=1)).date().isoformat()
    )

    later = await recognised(company, who="Olga")
    assert await make_digests(company.org, tomorrow) == 0
    await prefer_digest(
        company.actor("Sam"), rhythm=Rhythm.WEEKLY, weekday=list(Weekday)[tomorrow.weekday()]
    )
    assert await make_digests(company.org, tomorrow + timedelta(days=1)) == 1  # Rui was told
    assert len(await shown("Sam")) == 1
    for each in (thanks, later):
        await take_off_wall(company.actor("Rui"), recognition_id=each)
    assert (await ask(company.actor("Sam"), DIGESTS))["digests"] == {"totalCount": 0, "nodes": []}
    node = "query($id: ID!) { node(id: $id) { id } }"
    async with on_behalf_of(company.org) as transaction:
        rows = await transaction.execute_query_dict(
            "select id from digest where org_id = $1", [company.org]
        )
    for row in rows:
        assert (await ask(company.actor("Sam"), node, id=encode("digest", row["id"])))[
            "node"
        ] is None
