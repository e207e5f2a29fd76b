"""Feedback: asked for and given, seen by whom the matrix said when it was given, and never told whose it is
to whoever sees the words alone."""

from collections.abc import Awaitable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.database import on_behalf_of
from domain.errors import Conflict, Invalid, NotFound, NotPermitted, Refusal
from domain.feedback.asking import ask_for_feedback, withdraw_feedback_request
from domain.feedback.delivering import give_on
from domain.feedback.giving import (
    answer_feedback_request,
    decline_feedback_request,
    give_feedback,
)
from domain.feedback.models import FeedbackKind as K
from domain.feedback.models import FeedbackRelation as R
from domain.feedback.models import FeedbackSees as S
from domain.feedback.reminding import remind_of_feedback
from domain.feedback.rules import (
    AudienceChanged,
    FeedbackVisibilityChanged,
    NothingToWithdraw,
    RepliedAlready,
    RequestEnded,
    SightSet,
)
from domain.feedback.visibility import change_feedback_visibility
from domain.history import latest_events
from domain.ids import new_id
from schema.typed_ids import encode
from tests.people import ROLES, TODAY, Company, found_company
from tests.schema.asking import answer, ask, person_id

SEEN = """{
  feedback { totalCount nodes { id kind words person { name } giver { name } request { question } givenOn
    namedReaders { nodes { name } } unnamedReaders { nodes { name } } waits } }
  unnamedFeedback { totalCount nodes { id kind words person { name } request { question } deliveredOn } }
  feedbackRequests { nodes { id question waitsForViewer viewerCan asked { nodes { name } }
    replies { nodes { person { name } state reason } } feedback { totalCount }
    unnamedFeedback { totalCount } } }
  notices { nodes { kind message subject { id __typename } } } }"""
PREVIEW = """query($personId: ID, $requestId: ID) { feedbackPreview(personId: $personId, requestId: $requestId) {
  kind seal readers { person { name } relation seesName together } } }"""
NODE = "query($id: ID!) { node(id: $id) { id } }"


def tomorrow() -> datetime:
    """The organisation's own day stands still in these tests: what is a day old is given on all the same."""
    return datetime.now(UTC) + timedelta(days=1, minutes=1)


async def seen(company: Company, who: str) -> Any:
    return await ask(company.actor(who), SEEN)


async def words(company: Company, who: str) -> tuple[list[str], list[str]]:
    """What somebody reads, with the giver's name and without."""
    found = await seen(company, who)
    named = [f"{each['giver']['name']}: {each['words']}" for each in found["feedback"]["nodes"]]
    return sorted(named), sorted(each["words"] for each in found["unnamedFeedback"]["nodes"])


async def asked(
    company: Company, who: str, *whom: str, about: str | None = None, days: int = 7
) -> UUID:
    return await ask_for_feedback(
        company.actor(who),
        asked_ids=[company.ids[name] for name in whom],
        person_id=company.ids[about] if about else None,
        question="How do we work together?",
        due_on=TODAY + timedelta(days=days),
    )


async def sees(company: Company, *sights: tuple[K, R, S, int], version: int = 1) -> None:
    await change_feedback_visibility(
        company.actor("Hal"),
        expected_version=version,
        sights=[SightSet(*sight) for sight in sights],
        reason="We agreed so.",
    )


async def rows(company: Company, statement: str) -> list[dict[str, Any]]:
    async with on_behalf_of(company.org, sees_all_words=True) as transaction:
        found = await transaction.execute_query_dict(
            f"{statement} where org_id = $1", [company.org]
        )
    return list(found)


async def unchanged(company: Company) -> list[list[str]]:
    """What a refused act must leave as it is."""
    tables = (
        "feedback", "feedback_request", "feedback_reply", "unnamed_feedback", "feedback_visibility",
        "feedback_sight", "reader", "notice", "event",
    )  # fmt: skip
    kept = []
    for table in tables:
        column = "subject_id" if table == "reader" else "id"
        found = await rows(company, f"select {column}::text as id from {table}")
        kept.append(sorted(row["id"] for row in found))
    return kept


async def refused(company: Company, acts: Sequence[tuple[type[Refusal], Awaitable[UUID]]]) -> None:
    before = await unchanged(company)
    for kind, act in acts:
        with pytest.raises(kind):
            await act
    assert await unchanged(company) == before


async def test_a_request_is_answered_declined_and_withdrawn(company: Company) -> None:
    request = await asked(company, "Rui", "Sam", "Olga", "Eve")
    olga = await seen(company, "Olga")
    [shown] = olga["feedbackRequests"]["nodes"]
    assert (shown["viewerCan"], shown["waitsForViewer"]) == (["ANSWER", "DECLINE"], True)
    assert shown["asked"]["nodes"] == [{"name": "Olga"}]  # and not who else is
    assert [each["kind"] for each in olga["notices"]["nodes"]] == ["FEEDBACK_ASKED"]
    for outside in ("Mona", "Ada", "Hal", "Audrey", "Adam"):
        assert (await seen(company, outside))["feedbackRequests"]["nodes"] == []

    await answer_feedback_request(company.actor("Sam"), request_id=request, words="Well enough.")
    await decline_feedback_request(company.actor("Olga"), request_id=request, reason="Too far off.")

    rui = await seen(company, "Rui")
    [shown] = rui["feedbackRequests"]["nodes"]
    assert sorted(each["name"] for each in shown["asked"]["nodes"]) == ["Eve", "Olga", "Sam"]
    assert shown["replies"]["nodes"] == [
        {"person": {"name": "Sam"}, "state": "ANSWERED", "reason": None},
        {"person": {"name": "Olga"}, "state": "DECLINED", "reason": "Too far off."},
    ]
    assert shown["viewerCan"] == ["WITHDRAW"]
    assert [each["kind"] for each in rui["notices"]["nodes"]] == [
        "FEEDBACK_DECLINED",
        "FEEDBACK_GIVEN",
    ]
    assert await words(company, "Rui") == await words(company, "Sam") == (["Sam: Well enough."], [])
    assert await words(company, "Mona") == await words(company, "Hal") == ([], [])
    own = (await seen(company, "Sam"))["feedbackRequests"]["nodes"][0]
    assert (own["viewerCan"], len(own["replies"]["nodes"])) == ([], 1)

    eve = company.actor("Eve")
    assert await remind_of_feedback(company.org, datetime.now(UTC)) == 0
    await withdraw_feedback_request(company.actor("Rui"), request_id=request)
    await refused(
        company,
        [
            (RequestEnded, answer_feedback_request(eve, request_id=request, words="Late.")),
            (RequestEnded, decline_feedback_request(eve, request_id=request)),
            (NothingToWithdraw, withdraw_feedback_request(company.actor("Rui"), request_id=request)),
            (NotPermitted, withdraw_feedback_request(eve, request_id=request)),
            (NotFound, withdraw_feedback_request(company.actor("Mona"), request_id=request)),
            (NotFound, answer_feedback_request(company.actor("Mona"), request_id=request, words="I.")),
            (NotPermitted, answer_feedback_request(company.actor("Rui"), request_id=request, words="I.")),
            (RepliedAlready, decline_feedback_request(company.actor("Sam"), request_id=request)),
            (NotFound, decline_feedback_request(eve, request_id=new_id())),
        ],
    )  # fmt: skip


async def test_what_is_refused_leaves_nothing(company: Company) -> None:
    elsewhere, rui = await found_company("Elsewhere"), company.actor("Rui")
    there = elsewhere.ids["Rui"]
    due = TODAY + timedelta(days=1)

    def asks(who: str, whom: list[UUID], **other: Any) -> Awaitable[UUID]:
        given = {"question": "How?", "due_on": due, **other}
        return ask_for_feedback(company.actor(who), asked_ids=whom, **given)

    sam, mona, olga = (company.ids[name] for name in ("Sam", "Mona", "Olga"))
    await refused(
        company,
        [
            (NotPermitted, asks("Rui", [olga], person_id=sam)),
            (NotPermitted, asks("Eve", [olga], person_id=sam)),
            (NotPermitted, asks("Hal", [olga], person_id=sam)),
            (NotFound, asks("Rui", [there])),
            (NotFound, asks("Mona", [olga], person_id=there)),
            (Invalid, asks("Mona", [sam], person_id=sam)),
            (Invalid, asks("Rui", [])),
            (Invalid, asks("Rui", [sam], question=" ")),
            (Invalid, asks("Rui", [sam], due_on=TODAY - timedelta(days=1))),
            (Invalid, asks("Mona", [sam, company.ids["Rui"]])),  # two, and three come together
            (Invalid, give_feedback(rui, person_id=rui.person or sam, words="I am good.")),
            (Invalid, give_feedback(rui, person_id=sam, words="")),
            (Invalid, give_feedback(rui, person_id=sam, words="a\u202eb")),
            (NotFound, give_feedback(rui, person_id=there, words="You.")),
            (NotFound, give_feedback(rui, person_id=new_id(), words="You.")),
            (NotPermitted, give_feedback(company.partner(), person_id=sam, words="You.")),
            (AudienceChanged, give_feedback(rui, person_id=sam, words="You.", seen="another")),
        ],
    )  # fmt: skip
    assert await words(company, "Sam") == await words(company, "Mona") == ([], [])
    chosen = new_id()
    await give_feedback(rui, person_id=sam, words="Once.", id=chosen)
    await refused(
        company, [(Conflict, give_feedback(rui, person_id=mona, words="Twice.", id=chosen))]
    )


async def test_the_preview_names_everybody_who_then_sees_it_and_nobody_else(
    company: Company,
) -> None:
    await sees(
        company,
        (K.UNASKED, R.PERSON, S.WORDS, 1),
        (K.UNASKED, R.MANAGER, S.WORDS_AND_NAME, 1),
        (K.UNASKED, R.HR, S.WORDS, 1),
    )
    sam, about = company.actor("Sam"), person_id(company, "Rui")
    shown = (await ask(sam, PREVIEW, personId=about))["feedbackPreview"]
    assert {each["person"]["name"]: (each["relation"], each["seesName"]) for each in shown["readers"]} == {
        "Rui": ("PERSON", False), "Mona": ("MANAGER", True), "Hal": ("HR", False),
    }  # fmt: skip

    # Between the look and the sending somebody else would see it: nothing is sent.
    await sees(company, (K.UNASKED, R.ABOVE, S.WORDS_AND_NAME, 1), version=2)
    act = give_feedback(sam, person_id=company.ids["Rui"], words="Good talk.", seen=shown["seal"])
    await refused(company, [(AudienceChanged, act)])
    await sees(company, (K.UNASKED, R.ABOVE, S.NOTHING, 1), version=3)
    await give_feedback(sam, person_id=company.ids["Rui"], words="Good talk.", seen=shown["seal"])

    # No later version and no new manager widens it.
    await sees(
        company,
        (K.UNASKED, R.PERSON, S.WORDS_AND_NAME, 1),
        (K.UNASKED, R.ABOVE, S.WORDS_AND_NAME, 1),
        (K.UNASKED, R.HR, S.WORDS_AND_NAME, 1),
        version=4,
    )
    assert await words(company, "Mona") == (["Sam: Good talk."], [])
    own = (await seen(company, "Sam"))["feedback"]["nodes"][0]
    assert (own["namedReaders"]["nodes"], own["waits"]) == ([{"name": "Mona"}], True)
    assert sorted(each["name"] for each in own["unnamedReaders"]["nodes"]) == ["Hal", "Rui"]
    mona = (await seen(company, "Mona"))["feedback"]["nodes"][0]
    assert (mona["namedReaders"]["nodes"], mona["unnamedReaders"]["nodes"], mona["waits"]) == (
        [], [], None,
    )  # fmt: skip
    for who in ("Rui", "Hal", "Ada", "Cora", "Audrey", "Adam", "Olga"):
        assert await words(company, who) == ([], [])
    assert await give_on(company.org, datetime.now(UTC)) == 0  # not on the day itself
    assert await give_on(company.org, tomorrow()) == 2
    assert await give_on(company.org, tomorrow()) == 0
    assert await words(company, "Rui") == await words(company, "Hal") == ([], ["Good talk."])
    for who in ("Ada", "Cora", "Audrey", "Adam", "Olga"):
        assert await words(company, who) == ([], [])
    assert (await seen(company, "Sam"))["feedback"]["nodes"][0]["waits"] is False
    own_name = await answer(sam, PREVIEW, personId=person_id(company, "Sam"))
    assert isinstance(own_name.refusal, Invalid)
    nobody = await ask(sam, PREVIEW, personId=encode("person", new_id()))
    assert nobody == {"feedbackPreview": None}
    assert isinstance((await answer(sam, PREVIEW)).refusal, Invalid)
    request = await asked(company, "Rui", "Olga")
    hidden = await ask(sam, PREVIEW, requestId=encode("feedback_request", request))
    assert hidden == {"feedbackPreview": None}
    shown = await ask(company.actor("Olga"), PREVIEW, requestId=encode("feedback_request", request))
    assert shown["feedbackPreview"]["kind"] == "ASKED_BY_SELF"


async def test_what_people_say_of_somebody_above_comes_together_without_names(
    company: Company,
) -> None:
    """Ada asks Mona, Rui and Eve about herself: they are below her, and each would be guessed alone."""
    request = await asked(company, "Ada", "Mona", "Rui", "Eve", "Hal", days=3)
    for who in ("Mona", "Rui"):
        await answer_feedback_request(
            company.actor(who), request_id=request, words=f"Words of one ({len(who)})."
        )
    await decline_feedback_request(company.actor("Eve"), request_id=request, reason="No time.")
    await answer_feedback_request(company.actor("Hal"), request_id=request, words="A peer's.")

    # Ada sees who is not below her answer; of the others neither answers, nor who declined.
    await give_on(company.org, tomorrow())
    ada = await seen(company, "Ada")
    [shown] = ada["feedbackRequests"]["nodes"]
    assert [each["person"]["name"] for each in shown["replies"]["nodes"]] == ["Hal"]
    assert await words(company, "Ada") == (["Hal: A peer's."], [])
    assert shown["viewerCan"] == ["WITHDRAW"]  # whoever has answered
    assert [each["kind"] for each in ada["notices"]["nodes"]] == ["FEEDBACK_GIVEN"]

    # Unasked upward words gather by themselves, and two are not three.
    for who in ("Sam", "Olga"):
        await give_feedback(
            company.actor(who), person_id=company.ids["Ada"], words="You should rest."
        )
    assert await give_on(company.org, tomorrow()) == 0
    await give_feedback(company.actor("Olga"), person_id=company.ids["Ada"], words="Again.")
    assert await give_on(company.org, tomorrow()) == 0  # three pieces of two people
    await give_feedback(company.actor("Rui"), person_id=company.ids["Ada"], words="Go on so.")
    assert await give_on(company.org, tomorrow()) == 4
    unnamed = (await seen(company, "Ada"))["unnamedFeedback"]
    assert (unnamed["totalCount"], {each["kind"] for each in unnamed["nodes"]}) == (4, {"UPWARD"})
    assert {each["request"] is None for each in unnamed["nodes"]} == {True}


async def test_answers_from_below_wait_until_all_are_there_or_the_day_has_passed(
    company: Company,
) -> None:
    request = await asked(company, "Ada", "Mona", "Rui", "Eve", "Sam", days=0)
    for who in ("Mona", "Rui", "Eve"):
        await answer_feedback_request(company.actor(who), request_id=request, words="Three.")
    assert await give_on(company.org, tomorrow()) == 0  # Sam may still answer
    await withdraw_feedback_request(company.actor("Ada"), request_id=request)
    assert await give_on(company.org, tomorrow()) == 3
    [shown] = (await seen(company, "Ada"))["feedbackRequests"]["nodes"]
    assert (shown["unnamedFeedback"]["totalCount"], shown["feedback"]["totalCount"]) == (3, 0)
    assert shown["replies"]["nodes"] == []


async def test_nothing_leads_from_words_to_a_name_that_is_not_shown(company: Company) -> None:
    """Mona may read every field, filter, notice and event that there is: Rui's name is in none."""
    await sees(
        company, (K.UPWARD, R.PERSON, S.WORDS, 1), (K.UPWARD, R.MANAGER, S.WORDS_AND_NAME, 1)
    )
    rui = company.actor("Rui")
    given = await give_feedback(rui, person_id=company.ids["Mona"], words="Listen more.")
    hers = await give_feedback(
        company.actor("Sam"), person_id=company.ids["Rui"], words="Thanks."
    )  # with the name, for comparison
    await give_on(company.org, tomorrow())

    mona = await seen(company, "Mona")
    [copy] = mona["unnamedFeedback"]["nodes"]
    assert copy == {
        "id": copy["id"], "kind": "UPWARD", "words": "Listen more.", "person": {"name": "Mona"},
        "request": None, "deliveredOn": TODAY.isoformat(),
    }  # fmt: skip
    unnamed = UUID(copy["id"].removeprefix("unnamed_feedback_"))
    assert unnamed.version == 4  # made of chance, no moment in it
    assert unnamed != given
    assert [each["subject"]["id"] for each in mona["notices"]["nodes"]] == [copy["id"]]
    assert await words(company, "Ada") == (["Rui: Listen more."], [])
    for who, id in (("Mona", encode("feedback", given)), ("Rui", copy["id"]), ("Ada", copy["id"])):
        assert (await ask(company.actor(who), NODE, id=id))["node"] is None

    # The row itself holds no giver, no moment and no way back.
    [row] = await rows(
        company, "select to_jsonb(unnamed_feedback)::text as row from unnamed_feedback"
    )
    for told in (rui.person, given):
        assert str(told) not in row["row"]
    assert "T" not in row["row"].split("delivered_on")[1][:25]

    # The history names whoever gave feedback with their name, and of what is unnamed nobody.
    events = [e for e in await latest_events(company.org, 100) if "feedback" in e["act"]]
    actors = {(e["act"], e["subject_id"]): e["person_id"] for e in events}
    assert actors[("feedback.given", hers)] == company.ids["Sam"]
    assert actors[("feedback.given", given)] is None
    assert actors[("unnamed_feedback.delivered", unnamed)] is None
    assert not [e for e in events if e["after"] and "Listen" in e["after"]]

    # Where nobody sees the name, the history has nothing until the words are given on.
    await sees(company, (K.UPWARD, R.MANAGER, S.NOTHING, 1), version=2)
    before = len(await latest_events(company.org, 1000))
    await give_feedback(rui, person_id=company.ids["Mona"], words="Listen again.")
    assert len(await latest_events(company.org, 1000)) == before


async def test_who_has_not_replied_is_reminded_and_nobody_else(company: Company) -> None:
    request = await asked(company, "Rui", "Sam", "Olga", "Eve", days=2)
    await asked(company, "Rui", "Hal", days=9)
    await answer_feedback_request(company.actor("Sam"), request_id=request, words="Fine.")

    assert await remind_of_feedback(company.org, datetime.now(UTC)) == 2
    assert await remind_of_feedback(company.org, datetime.now(UTC)) == 0
    for who, kinds in (
        ("Olga", ["FEEDBACK_DUE", "FEEDBACK_ASKED"]), ("Eve", ["FEEDBACK_DUE", "FEEDBACK_ASKED"]),
        ("Sam", ["FEEDBACK_ASKED"]), ("Hal", ["FEEDBACK_ASKED"]), ("Rui", ["FEEDBACK_GIVEN"]),
    ):  # fmt: skip
        told = (await seen(company, who))["notices"]["nodes"]
        assert [each["kind"] for each in told] == kinds, who


async def test_who_sees_which_feedback_changes_by_version_and_everybody_can_look_it_up(
    company: Company,
) -> None:
    await sees(company, (K.UNASKED, R.HR, S.WORDS, 2))
    hal = company.actor("Hal")
    change: dict[str, Any] = {
        "sights": [SightSet(K.UNASKED, R.HR, S.NOTHING)], "reason": "Less of it.",
    }  # fmt: skip
    allowed = {"Hal", "Adam"}
    await refused(
        company,
        [
            *(
                (NotPermitted, change_feedback_visibility(company.actor(who), expected_version=2, **change))
                for who in ROLES
                if who not in allowed
            ),
            (FeedbackVisibilityChanged, change_feedback_visibility(hal, expected_version=1, **change)),
            (Invalid, change_feedback_visibility(hal, expected_version=2, **{**change, "reason": ""})),
            (Invalid, change_feedback_visibility(hal, expected_version=2, **{**change, "sights": []})),
        ],
    )  # fmt: skip

    versions = """{ feedbackVisibilities { nodes { version reason changedBy { name }
      sights { kind relation sees together } } } }"""
    new, first = (await ask(company.actor("Rui"), versions))["feedbackVisibilities"]["nodes"]
    assert (new["version"], new["reason"], new["changedBy"]) == (
        2,
        "We agreed so.",
        {"name": "Hal"},
    )
    assert len(new["sights"]) == len(first["sights"]) == 22
    [differs] = [each for each in new["sights"] if each not in first["sights"]]
    assert differs == {"kind": "UNASKED", "relation": "HR", "sees": "WORDS", "together": 2}
    assert all(s["sees"] == "WORDS_AND_NAME" for s in new["sights"] if s["relation"] == "GIVER")
    assert (await ask(company.partner(), versions))["feedbackVisibilities"]["nodes"] == []


async def test_nobody_who_has_left_becomes_a_reader(company: Company) -> None:
    await sees(company, (K.UNASKED, R.HR, S.WORDS_AND_NAME, 1))
    async with on_behalf_of(company.org) as transaction:
        await transaction.execute_query(
            "update person set disabled_at = now() where org_id = $1 and id = any($2)",
            [company.org, [company.ids["Hal"], company.ids["Olga"]]],
        )
    sam = company.actor("Sam")
    await give_feedback(sam, person_id=company.ids["Rui"], words="Well done.")
    [row] = await rows(company, "select readers from feedback")
    assert sorted(row["readers"]) == sorted([company.ids["Sam"], company.ids["Rui"]])
    await refused(
        company,
        [
            (NotFound, give_feedback(sam, person_id=company.ids["Olga"], words="Well done.")),
            (NotFound, ask_for_feedback(sam, asked_ids=[company.ids["Olga"]], question="How?", due_on=TODAY)),
        ],
    )  # fmt: skip
