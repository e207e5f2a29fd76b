"""Recognition: on the wall by the giver's choice, off it by any receiver's, and nothing private in any count."""

import asyncio
from collections.abc import Awaitable, Sequence
from typing import Any
from uuid import UUID

import pytest

from domain.errors import Conflict, Invalid, NotFound, NotPermitted, Refusal
from domain.history import latest_events
from domain.ids import new_id
from domain.recognition.actions import give_recognition, take_off_wall
from domain.recognition.rules import NotOnWall, TooManyValues, free_place
from domain.recognition.values import define_recognition_value, retire_recognition_value
from schema.typed_ids import encode
from tests.people import ROLES, Company, count
from tests.schema.asking import ask, goal, person_id

SHOWN = """{ words isPublic giver { name } receivers { nodes { name } } values { nodes { name retired } }
  goal { name } viewerCan }"""
ASKED = f"""{{ recognitionWall {{ totalCount nodes {SHOWN} }} recognition {{ totalCount nodes {SHOWN} }}
  recognitionCounts {{ nodes {{ month value {{ name }} given }} }}
  notices {{ nodes {{ kind subject {{ __typename }} }} }} }}"""
FOUND = """query($filter: RecognitionFilter) { recognitionWall(filter: $filter) { totalCount }
  recognition(filter: $filter) { totalCount } }"""


async def value(company: Company, name: str = "Courage") -> UUID:
    return await define_recognition_value(company.actor("Hal"), name=name)


async def given(
    company: Company, who: str, *whom: str, by: Sequence[UUID], is_public: bool, **other: Any
) -> UUID:
    return await give_recognition(
        company.actor(who),
        receiver_ids=[company.ids[name] for name in whom],
        value_ids=by,
        words=f"From {who}.",
        is_public=is_public,
        **other,
    )


async def seen(company: Company, who: str) -> Any:
    return await ask(company.actor(who), ASKED)


async def refused(company: Company, acts: Sequence[tuple[type[Refusal], Awaitable[UUID]]]) -> None:
    async def stored() -> tuple[int, ...]:
        tables = ("recognition", "recognition_value", "notice", "event", "reader")
        on = await count(company, "recognition", "on_wall")
        return (on, *[await count(company, table) for table in tables])

    before = await stored()
    for kind, act in acts:
        with pytest.raises(kind):
            await act
    assert await stored() == before


async def test_everybody_reads_the_wall_and_only_those_two_sides_what_is_private(
    company: Company,
) -> None:
    courage, care = await value(company), await value(company, "Care")
    await given(company, "Sam", "Rui", "Olga", by=[courage, care], is_public=True)
    await given(company, "Mona", "Rui", by=[care], is_public=False)

    for who in ROLES:
        shown = await seen(company, who)
        assert shown["recognitionWall"]["totalCount"] == 1
        [on_wall] = shown["recognitionWall"]["nodes"]
        assert (on_wall["words"], on_wall["giver"]) == ("From Sam.", {"name": "Sam"})
        assert on_wall["receivers"]["nodes"] == [{"name": "Olga"}, {"name": "Rui"}]
        assert [each["name"] for each in on_wall["values"]["nodes"]] == ["Care", "Courage"]
        assert on_wall["viewerCan"] == (["TAKE_OFF_WALL"] if who in ("Rui", "Olga") else [])
        assert [(each["value"]["name"], each["given"]) for each in shown["recognitionCounts"]["nodes"]] == [
            ("Care", 1), ("Courage", 1),
        ]  # fmt: skip
        own = {each["words"] for each in shown["recognition"]["nodes"]}
        assert own == {
            "Rui": {"From Sam.", "From Mona."}, "Mona": {"From Mona."}, "Sam": {"From Sam."},
            "Olga": {"From Sam."},
        }.get(who, set())  # fmt: skip
        assert shown["recognition"]["totalCount"] == len(own)
        told = [each["kind"] for each in shown["notices"]["nodes"]]
        assert told == ["RECOGNITION_GIVEN"] * {"Rui": 2, "Olga": 1}.get(who, 0)
    by_care = {"value": encode("recognition_value", care), "receiver": person_id(company, "Rui")}
    for who, own_ones in (("Rui", 2), ("Mona", 1), ("Ada", 0)):
        found = await ask(company.actor(who), FOUND, filter=by_care)
        assert (found["recognitionWall"]["totalCount"], found["recognition"]["totalCount"]) == (
            1,
            own_ones,
        )
    partner = await ask(company.partner(), ASKED)
    assert all(each["nodes"] == [] for each in partner.values())


async def test_a_receiver_takes_it_off_the_wall_and_nobody_hears_who_did(company: Company) -> None:
    courage = await value(company)
    posted = await given(company, "Sam", "Rui", "Olga", by=[courage], is_public=True)
    private = await given(company, "Sam", "Rui", by=[courage], is_public=False)
    await refused(
        company,
        [
            (NotPermitted, take_off_wall(company.actor("Sam"), recognition_id=posted)),
            (NotPermitted, take_off_wall(company.actor("Hal"), recognition_id=posted)),
            (NotFound, take_off_wall(company.partner(), recognition_id=posted)),
            (NotFound, take_off_wall(company.actor("Hal"), recognition_id=private)),
            (NotOnWall, take_off_wall(company.actor("Rui"), recognition_id=private)),
        ],
    )

    await take_off_wall(company.actor("Olga"), recognition_id=posted)

    for who in ROLES:
        shown = await seen(company, who)
        assert shown["recognitionWall"] == {"totalCount": 0, "nodes": []}
        assert shown["recognitionCounts"]["nodes"] == []
        assert shown["recognition"]["totalCount"] == {"Sam": 2, "Rui": 2, "Olga": 1}.get(who, 0)
    assert await count(company, "recognition") == 0  # row security, for whoever is nobody's reader
    [event] = [
        e for e in await latest_events(company.org, 50) if e["act"] == "recognition.taken_off"
    ]
    assert (event["person_id"], event["after"]) == (None, None)
    await refused(
        company, [(NotOnWall, take_off_wall(company.actor("Rui"), recognition_id=posted))]
    )


async def test_a_goal_shows_to_who_sees_it_and_a_private_one_never_on_the_wall(
    company: Company,
) -> None:
    courage, may = await value(company), await goal(company, "Rui")
    hidden = await goal(company, "Rui", private=True)
    other = await goal(company, "Olga")
    await refused(
        company,
        [
            (Invalid, given(company, "Mona", "Rui", by=[courage], is_public=True, goal_id=hidden)),
            (NotFound, given(company, "Mona", "Rui", by=[courage], is_public=True, goal_id=other)),
            (NotFound, given(company, "Sam", "Rui", by=[courage], is_public=False, goal_id=may)),
        ],
    )

    await given(company, "Mona", "Rui", by=[courage], is_public=True, goal_id=may)
    await given(company, "Mona", "Rui", "Sam", by=[courage], is_public=False, goal_id=hidden)

    goals = {
        who: [each["goal"] and each["goal"]["name"] for each in (await seen(company, who))[where]["nodes"]]
        for who, where in (
            ("Rui", "recognition"), ("Sam", "recognition"), ("Olga", "recognitionWall"), ("Cora", "recognitionWall"),
        )
    }  # fmt: skip
    assert goals == {
        "Rui": ["May of Rui", "May of Rui"], "Sam": [None], "Olga": [None], "Cora": ["May of Rui"],
    }  # fmt: skip


async def test_what_is_refused_leaves_nothing(company: Company) -> None:
    courage = await value(company)
    gone = await value(company, "Haste")
    await retire_recognition_value(company.actor("Adam"), value_id=gone)
    many = [company.ids[name] for name in ROLES]
    rui = company.actor("Rui")

    def gives(whom: list[UUID], by: list[UUID], words: str = "Thanks.") -> Awaitable[UUID]:
        return give_recognition(rui, receiver_ids=whom, value_ids=by, words=words, is_public=True)

    sam = company.ids["Sam"]
    await refused(
        company,
        [
            (Invalid, gives([], [courage])),
            (Invalid, gives(many, [courage])),
            (Invalid, gives([sam, sam], [courage])),
            (Invalid, gives([company.ids["Rui"]], [courage])),
            (NotFound, gives([new_id()], [courage])),
            (Invalid, gives([sam], [])),
            (Invalid, gives([sam], [gone])),
            (Invalid, gives([sam], [courage, courage])),
            (Invalid, gives([sam], [courage], " ")),
            (NotPermitted, define_recognition_value(company.actor("Mona"), name="Speed")),
            (NotPermitted, retire_recognition_value(company.actor("Cora"), value_id=courage)),
            (NotFound, retire_recognition_value(company.actor("Hal"), value_id=new_id())),
            (Conflict, retire_recognition_value(company.actor("Hal"), value_id=gone)),
            (Conflict, define_recognition_value(company.actor("Hal"), name="COURAGE")),
            (Invalid, define_recognition_value(company.actor("Hal"), name="")),
        ],
    )


async def test_twenty_values_are_in_use_and_not_one_more(company: Company) -> None:
    for number in range(18):
        await value(company, f"Value {number}")
    made = await asyncio.gather(
        *(value(company, f"Late {number}") for number in range(4)), return_exceptions=True
    )

    assert sum(isinstance(each, TooManyValues) for each in made) == 2
    assert await count(company, "recognition_value", "retired_at is null") == 20
    some = next(each for each in made if isinstance(each, UUID))
    await retire_recognition_value(company.actor("Hal"), value_id=some)
    await value(company, "Courage")
    values = "{ recognitionValues(first: 100, filter: {retired: false}) { nodes { name } } }"
    shown = (await ask(company.actor("Rui"), values))["recognitionValues"]["nodes"]
    assert (len(shown), {"name": "Courage"} in shown) == (20, True)


def test_places_are_filled_from_the_first() -> None:
    assert [free_place(taken) for taken in ({2, 3}, set(), {1, 2})] == [1, 1, 3]
    with pytest.raises(TooManyValues):
        free_place(set(range(1, 21)))
