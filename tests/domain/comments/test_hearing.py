"""Who hears of a comment: whom the thing concerns and who spoke before, as long as they see it."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from asyncpg import Range

from domain.blockers.actions import raise_blocker
from domain.blockers.models import Cause
from domain.comments.access import COMMENTED
from domain.comments.actions import edit_comment, withdraw_comment, write_comment
from domain.comments.hearing import WHOSE
from domain.comments.rules import MOST_TOLD, who_hears
from domain.database import on_behalf_of, read_value
from domain.errors import NotFound
from domain.ids import new_id
from domain.insights.actions import give_insight, tell_insight
from domain.insights.models import InsightTopic
from domain.notices.models import Delivery, NoticeKind
from domain.notices.preferences import prefer_notice
from domain.one_to_ones.actions import plan_one_to_one
from domain.people.actions import deactivate_person, set_manager
from domain.recognition.actions import give_recognition, take_off_wall
from domain.recognition.values import define_recognition_value
from domain.scorecards.actions import publish_scorecard, write_assessment
from domain.scorecards.models import Occasion, Scale
from domain.scorecards.rules import Criterion, Scored
from domain.subjects import Thing
from domain.tasks.actions import WantedPart, ask_for_task
from schema.changes import look
from tests.domain.comments.test_comments import at, said_of, stored
from tests.domain.incentives.test_pay_totals import paid
from tests.people import MORNING, Company, count
from tests.schema.asking import ask, goal, insert, sold, territory
from tests.schema.test_changes import KINDS

NOTICES = """{ notices(first: 100, filter: { kind: { eq: COMMENTED } }) { totalCount
  nodes { message subject { id ... on Comment { body subject { id } } } } } }"""
ONE = "query($id: ID!) { node(id: $id) { id } }"
EVERYBODY = ("Rui", "Sam", "Mona", "Olga", "Ada", "Eve", "Cora", "Fay", "Hal", "Audrey", "Adam")


async def hear(company: Company) -> dict[str, int]:
    """Who sees how many notices of comments, of all for whom there is one."""
    async with on_behalf_of(company.org) as transaction:
        sent = await transaction.execute_query_dict(
            "select distinct person_id from notice where kind = 'commented'"
        )
    people = {row["person_id"] for row in sent}
    heard = {}
    for name in (each for each in EVERYBODY if company.ids[each] in people):
        shown = (await ask(company.actor(name), NOTICES))["notices"]
        assert shown["totalCount"] == len(shown["nodes"])
        assert all(each["subject"] for each in shown["nodes"])
        heard[name] = shown["totalCount"]
    return {name: number for name, number in heard.items() if number}


async def things(company: Company) -> dict[str, tuple[UUID, str, set[str]]]:
    """One of each kind, with somebody who says something of it and who hears of that."""
    rui, mona, ids = company.actor("Rui"), company.actor("Mona"), company.ids
    await paid(company, "Plan", [(ids["Rui"], {"base": 1})])
    async with on_behalf_of(company.org) as transaction:
        [pay] = await transaction.execute_query_dict("select id from pay_result")
    account, opportunity, held = new_id(), new_id(), await territory(company, "North")
    await insert(company, "account", [{"id": account, "name": "Northwind"}])
    given = {"name": "Bikes", "amount": 1, "currency": "USD", "outcome": "open"}
    await insert(
        company,
        "opportunity",
        [given | {"id": opportunity, "person_id": ids["Rui"], "opened_on": date(2020, 5, 1)}],
    )
    of = {"territory_id": held, "person_id": ids["Olga"]}
    await insert(
        company, "territory_assignment", [of | {"id": new_id(), "during": Range(date(2020, 1, 1))}]
    )
    insight = await tell_insight(rui, title="Dear", words="Too dear.", topic=InsightTopic.PRICE)
    await give_insight(company.actor("Ada"), insight_id=insight, owner_id=ids["Eve"])
    parts = [WantedPart(ids[name], "Some.") for name in ("Rui", "Sam")]
    return {
        "account": (account, "Rui", set()),
        "assessment": (await assessment(company), "Rui", {"Mona"}),
        "blocker": (
            await raise_blocker(rui, goal_id=await goal(company, "Rui"),
                                cause=Cause.TOOLS, what="Slow."), "Mona", {"Rui"}),
        "goal": (await goal(company, "Rui"), "Mona", {"Rui"}),
        "insight": (insight, "Sam", {"Rui", "Eve"}),
        "one_to_one": (
            await plan_one_to_one(mona, with_id=ids["Rui"], starts_at=MORNING), "Rui", {"Mona"}),
        "opportunity": (opportunity, "Mona", {"Rui"}),
        "pay_result": (pay["id"], "Cora", {"Rui"}),
        "recognition": (await recognised(company, on_wall=False), "Sam", {"Rui", "Olga"}),
        "sale": (await sold(company, "Rui", "9"), "Ada", {"Rui"}),
        "task": (
            await ask_for_task(mona, title="Call", due_on=date(2020, 6, 5), parts=parts),
            "Sam", {"Mona", "Rui"}),
        "territory": (held, "Rui", {"Olga"}),
    }  # fmt: skip


async def assessment(company: Company) -> UUID:
    mona = company.actor("Mona")
    card = await publish_scorecard(
        mona, name="Visit", criteria=[Criterion("Opening", Scale.ONE_TO_FIVE)]
    )
    return await write_assessment(
        mona,
        scorecard_id=card,
        scores=[Scored("Opening", 4, "Fine.")],
        person_id=company.ids["Rui"],
        occasion=Occasion.VISIT,
        held_on=date(2020, 5, 4),
    )


async def recognised(company: Company, *, on_wall: bool) -> UUID:
    courage = await define_recognition_value(company.actor("Hal"), name=f"Courage {on_wall}")
    return await give_recognition(
        company.actor("Sam"),
        receiver_ids=[company.ids[name] for name in ("Rui", "Olga")],
        value_ids=[courage],
        words="Well done.",
        is_public=on_wall,
    )


async def test_of_each_kind_of_thing_hears_whom_it_concerns_and_nobody_else(
    company: Company,
) -> None:
    of_each = await things(company)
    assert of_each.keys() == COMMENTED.keys() == WHOSE.keys()

    for kind, (id, author, _) in of_each.items():
        await write_comment(company.actor(author), thing=Thing(kind, id), body="Hm.")

    said = "There is a new comment on something that concerns you."
    for name in EVERYBODY:
        heard = (await ask(company.actor(name), NOTICES))["notices"]["nodes"]
        assert {each["subject"]["subject"]["id"] for each in heard} == {
            f"{kind}_{id}" for kind, (id, _, people) in of_each.items() if name in people
        }, name
        assert {each["message"] for each in heard} <= {said}
    told = sum(len(people) for _, _, people in of_each.values())
    assert await count(company, "notice", "kind = 'commented'") == told


async def test_who_spoke_before_hears_but_not_the_author_the_mentioned_or_who_lost_sight(
    company: Company,
) -> None:
    thing = Thing("goal", await goal(company, "Rui"))
    mona, ada = company.actor("Mona"), company.actor("Ada")
    withdrawn = await write_comment(company.actor("Audrey"), thing=thing, body="Nothing.")
    await withdraw_comment(company.actor("Audrey"), comment_id=withdrawn)
    for name in ("Mona", "Ada", "Fay"):
        await write_comment(company.actor(name), thing=thing, body=f"From {name}.")
    assert await hear(company) == {"Rui": 4, "Mona": 2, "Ada": 1}

    last = await write_comment(ada, thing=thing, body=f"See, {at(company, 'Mona')}.")
    assert await hear(company) == {"Rui": 5, "Mona": 2, "Ada": 1, "Fay": 1}
    await edit_comment(ada, comment_id=last, expected_version=1, body="See.")
    assert await hear(company) == {"Rui": 5, "Mona": 2, "Ada": 1, "Fay": 1}

    await prefer_notice(company.actor("Rui"), kind=NoticeKind.COMMENTED, delivery=Delivery.NEVER)
    await deactivate_person(company.actor("Adam"), person_id=company.ids["Fay"], reason="Left.")
    await set_manager(
        company.actor("Adam"),
        position_id=company.positions["Rui"],
        manager_position_id=company.positions["Eve"],
        since=date(2020, 5, 29),
    )
    monas = f"kind = 'commented' and person_id = '{company.ids['Mona']}'"
    kept = await count(company, "notice"), await count(company, "notice", monas)
    await write_comment(company.actor("Cora"), thing=thing, body="And now?")
    assert (await count(company, "notice"), await count(company, "notice", monas)) == (
        kept[0] + 1,  # Ada's
        kept[1],
    )
    await write_comment(company.actor("Eve"), thing=thing, body="Now.")
    await withdraw_comment(company.actor("Eve"), comment_id=await newest(company, "Eve"))
    # Whoever does not see the goal any more has no notice of it either; what is withdrawn says nothing.
    assert await hear(company) == {"Rui": 5, "Ada": 3, "Cora": 1, "Fay": 1}
    [told] = (await ask(company.actor("Cora"), NOTICES))["notices"]["nodes"]
    assert told["subject"]["body"] is None
    with pytest.raises(NotFound):
        await write_comment(mona, thing=thing, body="Me too.")


async def newest(company: Company, author: str) -> UUID:
    async with on_behalf_of(company.org) as transaction:
        [row] = await transaction.execute_query_dict(
            "select id from comment where author_id = $1 order by received_at desc limit 1",
            [company.ids[author]],
        )
    found: UUID = row["id"]
    return found


async def test_off_the_wall_what_was_said_there_is_between_giver_and_receivers(
    company: Company,
) -> None:
    thing = Thing("recognition", await recognised(company, on_wall=True))
    public = await write_comment(company.actor("Eve"), thing=thing, body="Well deserved.")
    for name in EVERYBODY:
        assert len(await said_of(company, name, thing) or []) == 1

    await take_off_wall(company.actor("Rui"), recognition_id=thing.id)
    private = await write_comment(company.actor("Olga"), thing=thing, body="Thank you.")

    for name in EVERYBODY:
        is_theirs = name in ("Sam", "Rui", "Olga")
        said = await said_of(company, name, thing)
        assert said is None if not is_theirs else len(said or []) == 2, name
        for comment in (public, private):
            shown = await ask(company.actor(name), ONE, id=f"comment_{comment}")
            assert (shown["node"] is not None) == is_theirs
        assert await second_lock(company, name) == (2 if is_theirs else 0)
    assert await hear(company) == {"Rui": 2, "Olga": 1, "Sam": 2}
    before = await stored(company)
    for refused in (
        edit_comment(company.actor("Eve"), comment_id=public, expected_version=1, body="I said."),
        write_comment(company.actor("Mona"), thing=thing, body="Which?"),
    ):
        with pytest.raises(NotFound):
            await refused
    assert await stored(company) == before


async def test_what_is_said_of_a_task_or_an_assessment_is_for_who_reads_its_words(
    company: Company,
) -> None:
    task = await ask_for_task(
        company.actor("Mona"),
        title="Call",
        due_on=date(2020, 6, 5),
        owner_id=company.ids["Rui"],
    )
    about, seeing = Thing("assessment", await assessment(company)), {"Rui", "Mona", "Ada"}
    since = await history(company)
    of_task = await write_comment(company.actor("Rui"), thing=Thing("task", task), body="When?")
    of_visit = await write_comment(company.actor("Rui"), thing=about, body="Hm.")

    for name in EVERYBODY:
        shown = await ask(company.actor(name), ONE, id=f"comment_{of_task}")
        assert (shown["node"] is not None) == (name in ("Rui", "Mona")), name
        assert await second_lock(company, name, "task") == (1 if name in ("Rui", "Mona") else 0)
        shown = await ask(company.actor(name), ONE, id=f"comment_{of_visit}")
        assert (shown["node"] is not None) == (name in seeing), name
        told = (await look(KINDS, company.actor(name), since)).subjects
        assert (("assessment", about.id) in told) == (name in seeing), name
        assert (("task", task) in told) == (name in ("Rui", "Mona")), name
    # HR reads the scores, and nothing of what is said of them.
    assert await said_of(company, "Hal", about) == []
    before = await stored(company)
    for name in ("Hal", "Sam", "Cora", "Audrey"):
        for thing in (about, Thing("task", task)):
            with pytest.raises(NotFound):
                await write_comment(company.actor(name), thing=thing, body="Let me see.")
    assert await stored(company) == before


async def history(company: Company) -> int:
    number: int = await read_value(
        company.org, "select last_number from history_head where org_id = $1", [company.org]
    )
    return number


async def second_lock(company: Company, name: str, kind: str = "recognition") -> Any:
    """How many comments row security alone shows to somebody."""
    async with on_behalf_of(company.org, company.ids[name]) as transaction:
        [row] = await transaction.execute_query_dict(
            f"select count(*) as shown from comment where subject_kind = '{kind}'"
        )
    return row["shown"]


def test_the_nearest_are_told_first_each_once_and_no_more_than_is_sensible() -> None:
    people = [new_id() for _ in range(MOST_TOLD + 5)]
    a, b, c, *_ = people
    table: Sequence[tuple[list[UUID | None], list[UUID], set[UUID], list[UUID]]] = (
        ([], [], set(), []),
        ([a, None], [b, a], set(), [a, b]),
        ([a, b], [c], {a, c}, [b]),
        ([c], people, {a}, [c, b, *people[3 : MOST_TOLD + 1]]),
    )
    for whose, said_before, but, told in table:
        assert who_hears(whose, said_before, but=but) == told
