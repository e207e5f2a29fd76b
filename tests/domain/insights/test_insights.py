"""Insights: told by anybody, voted for by whoever cares, answered by leadership for everybody to read."""

import asyncio
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from domain.errors import Conflict, Invalid, NotFound, NotPermitted, Refusal
from domain.ids import new_id
from domain.insights.actions import (
    answer_insight,
    change_by_insight,
    decline_insight,
    give_insight,
    merge_insights,
    take_insight,
    take_vote_back,
    tell_insight,
    vote_for_insight,
)
from domain.insights.models import InsightMove, InsightState, InsightTopic
from domain.insights.rules import BEGINS_IN, InsightStands, NotVoted, VotedAlready, state_after
from tests.people import ROLES, TODAY, Company, count
from tests.schema.asking import ask, goal, insert

SHOWN = """{ insights { nodes { title state votes viewerVoted viewerCan owner { name }
  answeredOn mergedInto { title } steps { nodes { state words person { name } link { __typename } } } } } }"""
BY_VOTES = """query($filter: InsightFilter) { insights(filter: $filter,
  orderBy: {field: VOTES, direction: DESC}) { nodes { title votes } totalCount } }"""
REPORT = "{ insightsByTopic { topic waiting answered changed declined merged meanDaysToAnswer } }"
TOLD = "{ notices { nodes { kind message subject { __typename } } } }"


async def told(
    company: Company,
    title: str = "No demo units",
    who: str = "Rui",
    topic: InsightTopic = InsightTopic.PRODUCT,
) -> UUID:
    return await tell_insight(
        company.actor(who), title=title, words="Customers ask for a demo.", topic=topic
    )


async def shown(company: Company, who: str, title: str = "No demo units") -> Any:
    nodes = (await ask(company.actor(who), SHOWN))["insights"]["nodes"]
    [found] = [each for each in nodes if each["title"] == title]
    return found


async def told_of(company: Company, who: str) -> list[str]:
    return [each["kind"] for each in (await ask(company.actor(who), TOLD))["notices"]["nodes"]]


async def unchanged(company: Company) -> tuple[int, ...]:
    """What a refused act must leave as it is."""
    tables = ("insight", "insight_step", "insight_vote", "event", "notice")
    return tuple([await count(company, table) for table in tables])


async def test_an_insight_is_answered_and_changes_something(company: Company) -> None:
    insight, mona = await told(company), company.actor("Mona")
    await vote_for_insight(company.actor("Sam"), insight_id=insight)
    hidden = await goal(company, "Mona", private=True)

    await take_insight(mona, insight_id=insight)
    assert (await shown(company, "Mona"))["viewerCan"] == ["VOTE", "ANSWER", "DECLINE", "MERGE"]
    await answer_insight(mona, insight_id=insight, words="We will buy some.")
    await change_by_insight(mona, insight_id=insight, words="Ten units.", goal_id=hidden)

    seen = await shown(company, "Sam")
    assert (seen["state"], seen["owner"], seen["answeredOn"]) == (
        "CHANGED", {"name": "Mona"}, TODAY.isoformat(),
    )  # fmt: skip
    assert [(each["state"], each["words"]) for each in seen["steps"]["nodes"]] == [
        ("TAKEN", None), ("ANSWERED", "We will buy some."), ("CHANGED", "Ten units."),
    ]  # fmt: skip
    # The link shows to whoever sees where it leads.
    assert [each["link"] for each in seen["steps"]["nodes"]] == [None, None, None]
    assert (await shown(company, "Mona"))["steps"]["nodes"][2]["link"] == {"__typename": "Goal"}
    assert await told_of(company, "Rui") == ["INSIGHT_CHANGED", "INSIGHT_ANSWERED"]
    assert await told_of(company, "Sam") == ["INSIGHT_CHANGED", "INSIGHT_ANSWERED"]
    assert await told_of(company, "Mona") == await told_of(company, "Olga") == []
    assert await count(company, "event", "after::text like '%units%'") == 0


async def test_a_vote_counts_once_and_nobody_else_knows_whose_it_is(company: Company) -> None:
    insight = await told(company)
    voters = [name for name in ROLES if name != "Rui"]

    await asyncio.gather(
        *(vote_for_insight(company.actor(name), insight_id=insight) for name in voters)
    )
    assert (await shown(company, "Rui"))["votes"] == len(voters)
    before = await unchanged(company)
    with pytest.raises(VotedAlready):
        await vote_for_insight(company.actor("Sam"), insight_id=insight)
    with pytest.raises(NotVoted):
        await take_vote_back(company.actor("Rui"), insight_id=insight)
    assert await unchanged(company) == before

    await take_vote_back(company.actor("Sam"), insight_id=insight)
    sam, olga = await shown(company, "Sam"), await shown(company, "Olga")
    assert (sam["votes"], sam["viewerVoted"], "VOTE" in sam["viewerCan"]) == (9, False, True)
    assert (olga["votes"], olga["viewerVoted"]) == (9, True)
    assert "TAKE_VOTE_BACK" in olga["viewerCan"]
    assert await count(company, "event", "act = 'insight.voted'") == 11
    assert await count(company, "event", "act = 'insight.voted' and person_id is not null") == 0


async def test_of_two_who_answer_at_once_one_does(company: Company) -> None:
    insight = await told(company)
    taken = await asyncio.gather(
        take_insight(company.actor("Mona"), insight_id=insight),
        take_insight(company.actor("Eve"), insight_id=insight),
        return_exceptions=True,
    )
    assert sorted(isinstance(each, InsightStands) for each in taken) == [False, True]
    owner = (await shown(company, "Rui"))["owner"]["name"]
    answered = await asyncio.gather(
        *(
            answer_insight(company.actor(owner), insight_id=insight, words=f"Answer {number}")
            for number in range(3)
        ),
        return_exceptions=True,
    )

    assert sum(isinstance(each, InsightStands) for each in answered) == 2
    assert await count(company, "insight_step", "state = 'answered'") == 1
    assert await told_of(company, "Rui") == ["INSIGHT_ANSWERED"]


async def test_what_says_the_same_is_merged_and_its_votes_count_once(company: Company) -> None:
    stays, again, third = [
        await told(company, title, who)
        for title, who in (("No demo units", "Rui"), ("Demo units!", "Sam"), ("Units", "Olga"))
    ]
    for insight, voters in ((stays, ("Sam", "Eve")), (again, ("Eve", "Hal")), (third, ("Fay",))):
        for name in voters:
            await vote_for_insight(company.actor(name), insight_id=insight)
    ada = company.actor("Ada")
    await merge_insights(ada, insight_id=third, into_id=again)
    await merge_insights(ada, insight_id=again, into_id=stays)

    assert (await shown(company, "Rui"))["votes"] == 4  # Sam, Eve, Hal, Fay
    for title in ("Demo units!", "Units"):
        merged = await shown(company, "Hal", title)
        assert (merged["state"], merged["mergedInto"]) == ("MERGED", {"title": "No demo units"})
        assert merged["viewerCan"] == []
    assert await told_of(company, "Sam") == await told_of(company, "Olga") == ["INSIGHT_MERGED"]
    before = await unchanged(company)
    for refused, act in (
        (InsightStands, vote_for_insight(company.actor("Cora"), insight_id=again)),
        (InsightStands, take_vote_back(company.actor("Hal"), insight_id=again)),
        (Conflict, merge_insights(ada, insight_id=stays, into_id=again)),
        (Invalid, merge_insights(ada, insight_id=stays, into_id=stays)),
        (NotFound, merge_insights(ada, insight_id=stays, into_id=new_id())),
    ):
        with pytest.raises(refused):
            await act
    assert await unchanged(company) == before
    # Whoever voted for either hears what became of it, once.
    await take_insight(ada, insight_id=stays)
    await decline_insight(ada, insight_id=stays, words="We sell from pictures.")
    assert await told_of(company, "Hal") == await told_of(company, "Eve") == ["INSIGHT_DECLINED"]


async def test_an_executive_gives_it_to_somebody_who_answers(company: Company) -> None:
    insight, ada = await told(company), company.actor("Ada")
    await give_insight(ada, insight_id=insight, owner_id=company.ids["Mona"])
    await give_insight(ada, insight_id=insight, owner_id=company.ids["Cora"])

    assert await told_of(company, "Cora") == ["INSIGHT_GIVEN"]
    before = await unchanged(company)
    cora, mona = company.actor("Cora"), company.actor("Mona")
    shut = await goal(company, "Ada", private=True)
    refusals: list[tuple[type[Refusal], Any]] = [
        (Conflict, give_insight(ada, insight_id=insight, owner_id=company.ids["Cora"])),
        (Invalid, give_insight(ada, insight_id=insight, owner_id=company.ids["Rui"])),
        (NotFound, give_insight(ada, insight_id=insight, owner_id=new_id())),
        (NotPermitted, give_insight(mona, insight_id=insight, owner_id=company.ids["Mona"])),
        (NotPermitted, answer_insight(mona, insight_id=insight, words="Mine.")),
        (NotPermitted, merge_insights(mona, insight_id=insight, into_id=await told(company, "B"))),
        (NotPermitted, take_insight(company.actor("Rui"), insight_id=insight)),
        (InsightStands, take_insight(mona, insight_id=insight)),
        (InsightStands, change_by_insight(cora, insight_id=insight, words="Done.")),
        (Invalid, answer_insight(cora, insight_id=insight, words="  ")),
        (NotFound, answer_insight(cora, insight_id=insight, words="So.", goal_id=shut)),
        (Invalid, answer_insight(cora, insight_id=insight, words="So.", goal_id=shut, plan_id=shut)),
        (NotFound, vote_for_insight(company.partner(), insight_id=insight)),
        (NotPermitted, tell_insight(company.partner(), title="A", words="B", topic=InsightTopic.PLAN)),
    ]  # fmt: skip
    before = await unchanged(company)
    for refused, act in refusals:
        with pytest.raises(refused):
            await act
    assert await unchanged(company) == before


async def test_lists_by_votes_and_a_report_of_how_long_answers_take(company: Company) -> None:
    rows = [
        {"state": "answered", "topic": "price", "owner_id": company.ids["Mona"], "told_on": date(2020, 5, 28 - days)}
        for days in (0, 1, 3)
    ]  # fmt: skip
    await insert(
        company,
        "insight",
        [
            {**row, "id": new_id(), "author_id": company.ids["Sam"], "title": f"T{number}", "words": "W",
             "answered_on": date(2020, 5, 28)}
            for number, row in enumerate(rows)
        ],
    )  # fmt: skip
    voted = await told(company)
    await vote_for_insight(company.actor("Sam"), insight_id=voted)

    report = (await ask(company.actor("Olga"), REPORT))["insightsByTopic"]
    nothing = dict.fromkeys(("waiting", "answered", "changed", "declined", "merged"), 0)
    assert report == [
        {"topic": "PRICE", **nothing, "answered": 3, "meanDaysToAnswer": "1.3"},
        {"topic": "PRODUCT", **nothing, "waiting": 1, "meanDaysToAnswer": None},
    ]
    listed = (await ask(company.actor("Sam"), BY_VOTES))["insights"]
    assert (listed["nodes"][0], listed["totalCount"]) == ({"title": "No demo units", "votes": 1}, 4)
    mine = {"viewerVoted": True, "topic": {"eq": "PRODUCT"}, "state": {"eq": "NEW"}}
    assert (await ask(company.actor("Sam"), BY_VOTES, filter=mine))["insights"]["totalCount"] == 1
    assert (await ask(company.actor("Rui"), BY_VOTES, filter=mine))["insights"]["totalCount"] == 0
    assert (await ask(company.partner(), SHOWN))["insights"]["nodes"] == []
    assert (await ask(company.partner(), REPORT))["insightsByTopic"] == []


def test_each_move_begins_where_it_can_and_nowhere_else() -> None:
    ends = {InsightState.CHANGED, InsightState.DECLINED, InsightState.MERGED}
    for move in InsightMove:
        assert not BEGINS_IN[move] & ends
        for state in InsightState:
            if state in BEGINS_IN[move]:
                assert state_after(move, state) is not InsightState.NEW
            else:
                with pytest.raises(InsightStands):
                    state_after(move, state)
