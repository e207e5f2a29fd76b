"""Scorecards: published, never changed; people are assessed by the newest, and see it at once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tortoise.exceptions import BaseORMException

from auth.actor import Role
from domain.database import on_behalf_of
from domain.ids import new_id
from schema.typed_ids import encode
from tests.people import Company, count
from tests.schema.asking import answer, ask, insert, person_id, sold
from tests.schema.test_documents import act, send

CRITERIA = [
    {"name": "Opening", "scale": "ONE_TO_FIVE", "weight": "2", "description": "Says why we meet."},
    {"name": "Listening", "scale": "ZERO_TO_TEN"},
    {"name": "Next step agreed", "scale": "YES_NO", "weight": "0.50"},
]
SCORES: list[dict[str, Any]] = [
    {"criterion": "Opening", "score": 3, "comment": "A long preamble."},
    {"criterion": "Listening", "score": 7},
    {"criterion": "Next step agreed", "score": None},
]
TABLES = ("scorecard", "assessment", "assessment_score", "event", "notice")


async def published(company: Company, **values: object) -> str:
    said = {"name": "Visit", "criteria": CRITERIA, **values}
    done = await act(company.actor("Mona"), "PublishScorecard", **said)
    return str(done["scorecard"]["id"])


async def assessed(company: Company, by: str, scorecard: str, /, **values: object) -> str:
    occasion = {"personId": person_id(company, "Rui"), "occasion": "VISIT", "heldOn": "2020-05-04"}
    if "sameOccasionAsId" in values:
        occasion = {}
    said = {"scorecardId": scorecard, "scores": SCORES, **occasion, **values}
    done = await act(company.actor(by), "WriteAssessment", **said)
    return str(done["assessment"]["id"])


async def refused(company: Company, who: str, document: str, /, **values: object) -> list[Any]:
    """The refusals, which changed nothing."""
    before = [await count(company, table) for table in TABLES]
    sent = await send(
        company.actor(who), document, input={"clientMutationId": str(new_id()), **values}
    )
    ((_, payload),) = sent.data.items()
    assert payload["errors"], payload
    assert [await count(company, table) for table in TABLES] == before
    return [(each["__typename"], each["path"]) for each in payload["errors"]]


async def test_who_is_assessed_sees_it_at_once_and_is_told(company: Company) -> None:
    account = new_id()
    await insert(company, "account", [{"id": account, "name": "Bikes & Co"}])
    sale = await sold(company, "Rui", "100")
    scorecard = await published(company)
    written = datetime.now(UTC) - timedelta(days=3)

    assessment = await assessed(
        company, "Mona", scorecard, comment="Good visit.", accountId=encode("account", account),
        saleId=encode("sale", sale), writtenAt=written.isoformat().replace("+00:00", "Z"),
    )  # fmt: skip
    rui = (
        await send(
            company.actor("Rui"),
            "Assessments",
            person=person_id(company, "Rui"),
            since="2020-05-01",
        )
    ).data

    (shown,) = rui["assessments"]["nodes"]
    assert shown["id"] == assessment
    # 2 x 10 + 1 x 14 of 2 x 20 + 1 x 20 twentieths: 34 / 60.
    assert shown["score"] == "0.5667"
    assert shown["account"]["name"] == "Bikes & Co"
    assert shown["sale"]["id"] == encode("sale", sale)
    assert (shown["comment"], shown["isSelfAssessment"]) == ("Good visit.", False)
    assert [(each["criterion"], each["score"], each["comment"]) for each in shown["scores"]["nodes"]] == [
        ("Opening", 3, "A long preamble."), ("Listening", 7, ""), ("Next step agreed", None, ""),
    ]  # fmt: skip
    assert {each["criterion"]: (each["observed"], each["notObserved"], each["mean"])
            for each in rui["criterionTrends"]} == {
        "Opening": (1, 0, "0.5"), "Listening": (1, 0, "0.7"), "Next step agreed": (0, 1, None),
    }  # fmt: skip
    told = await ask(company.actor("Rui"), "{ notices { nodes { kind message subject { id } } } }")
    assert told["notices"]["nodes"] == [
        {
            "kind": "ASSESSED",
            "message": "You were assessed by a scorecard.",
            "subject": {"id": assessment},
        }
    ]
    times = await ask(
        company.actor("Rui"), "{ assessments { nodes { writtenAt receivedAt viewerCan } } }"
    )
    (when,) = times["assessments"]["nodes"]
    assert when["writtenAt"] < when["receivedAt"]
    assert when["viewerCan"] == []
    assert (
        await count(company, "event", "after::text like '%preamble%' or after::text like '%Good%'")
        == 0
    )


async def test_words_are_for_the_person_and_those_above_and_the_rest_for_hr_too(
    company: Company,
) -> None:
    scorecard = await published(company)
    await assessed(company, "Mona", scorecard, comment="Good visit.")
    asked = """{ assessments { totalCount nodes { comment scores { nodes { score comment } } } }
      assessmentScores { nodes { comment } } criterionTrends { criterion } scorecards { nodes { name } } }"""

    for who, words in (
        ("Rui", "Good visit."),
        ("Mona", "Good visit."),
        ("Ada", "Good visit."),
        ("Hal", None),
    ):
        seen = await ask(company.actor(who), asked)
        (shown,) = seen["assessments"]["nodes"]
        assert shown["comment"] == words, who
        assert shown["scores"]["nodes"][0]["comment"] == ("A long preamble." if words else None), (
            who
        )
        assert len(seen["criterionTrends"]) == 3
    for who in ("Sam", "Eve", "Cora", "Fay", "Audrey", "Adam"):
        seen = await ask(company.actor(who), asked)
        assert seen["assessments"] == {"totalCount": 0, "nodes": []}, who
        assert (seen["assessmentScores"]["nodes"], seen["criterionTrends"]) == ([], []), who
        assert seen["scorecards"]["nodes"] == [{"name": "Visit"}]
    stripped = await ask(company.actor("Mona", without=frozenset({Role.MANAGER})), asked)
    assert stripped["assessments"]["totalCount"] == 0


async def test_several_assess_one_occasion_and_themselves_beside_their_manager(
    company: Company,
) -> None:
    scorecard = await published(company)
    first = await assessed(company, "Mona", scorecard)
    own = [{**each, "score": 5 if each["criterion"] == "Opening" else None} for each in SCORES]

    await assessed(company, "Rui", scorecard, sameOccasionAsId=first, scores=own)
    await assessed(company, "Ada", scorecard, sameOccasionAsId=first)
    seen = await ask(
        company.actor("Ada"),
        """{ assessments { nodes { heldOn isSelfAssessment sameOccasion { totalCount } } }
        criterionTrends(filter: {criterion: {eq: "Opening"}, heldOn: {lt: "2020-06-01"}}) {
          month byThemselves observed mean } }""",
    )

    assert [each["sameOccasion"]["totalCount"] for each in seen["assessments"]["nodes"]] == [
        3,
        3,
        3,
    ]
    assert {each["heldOn"] for each in seen["assessments"]["nodes"]} == {"2020-05-04"}
    assert seen["criterionTrends"] == [
        {"month": "2020-05-01", "byThemselves": False, "observed": 2, "mean": "0.5"},
        {"month": "2020-05-01", "byThemselves": True, "observed": 1, "mean": "1"},
    ]
    again = {"scorecardId": scorecard, "scores": SCORES, "sameOccasionAsId": first}
    assert await refused(company, "Mona", "WriteAssessment", **again) == [
        ("ConflictError", ["sameOccasionAsId"])
    ]
    both = {**again, "occasion": "CALL"}
    assert await refused(company, "Ada", "WriteAssessment", **both) == [
        ("InvalidError", ["sameOccasionAsId"])
    ]
    assert await refused(company, "Sam", "WriteAssessment", **again) == [
        ("NotFoundError", ["sameOccasionAsId"])
    ]


async def test_what_is_published_does_not_change_and_the_newest_is_used(company: Company) -> None:
    first = await published(company)
    before = await assessed(company, "Mona", first)
    later = [{"name": "Opening", "scale": "ZERO_TO_TEN"}]
    second = await published(company, replacesId=first, name="Visit, shorter", criteria=later)

    after = await assessed(
        company, "Mona", first, heldOn="2020-05-05", scores=[{"criterion": "Opening", "score": 9}]
    )
    shown = await ask(
        company.actor("Rui"),
        """query($ids: [ID!]!) { nodes(ids: $ids) { ... on Assessment { score scorecard { id number isNewest
          firstVersion { id } } } } }""",
        ids=[before, after],
    )

    assert shown["nodes"] == [
        {"score": "0.5667", "scorecard": {
            "id": first, "number": 1, "isNewest": False, "firstVersion": {"id": first}}},
        {"score": "0.9", "scorecard": {
            "id": second, "number": 2, "isNewest": True, "firstVersion": {"id": first}}},
    ]  # fmt: skip
    stale = {"name": "Another", "criteria": CRITERIA, "replacesId": first}
    assert await refused(company, "Mona", "PublishScorecard", **stale) == [
        ("ConflictError", ["replacesId"])
    ]
    with pytest.raises(BaseORMException, match="does not change"):
        async with on_behalf_of(company.org) as transaction:
            await transaction.execute_query(
                "update scorecard set name = 'Other' where org_id = $1", [company.org]
            )


async def test_nobody_is_assessed_by_what_is_retired(company: Company) -> None:
    scorecard = await published(company)
    retired = await act(company.actor("Hal"), "RetireScorecard", id=scorecard)
    said: dict[str, Any] = {"scorecardId": scorecard, "scores": SCORES,
            "personId": person_id(company, "Rui"), "occasion": "CALL", "heldOn": "2020-05-04"}  # fmt: skip

    assert retired["scorecard"]["retiredAt"] is not None
    assert await refused(company, "Mona", "WriteAssessment", **said) == [
        ("ConflictError", ["scorecardId"])
    ]
    assert await refused(company, "Mona", "RetireScorecard", id=scorecard) == [
        ("ConflictError", ["id"])
    ]
    again = {"name": "Visit", "criteria": CRITERIA, "replacesId": scorecard}
    assert await refused(company, "Cora", "PublishScorecard", **again) == [
        ("ConflictError", ["replacesId"])
    ]
    now = (await send(company.actor("Rui"), "Scorecards")).data
    assert now["scorecards"]["nodes"] == []


@pytest.mark.parametrize("who", ["Rui", "Sam", "Fay", "Audrey", "Adam"])
async def test_managers_comp_administrators_and_hr_say_by_what_people_are_assessed(
    company: Company, who: str
) -> None:
    scorecard = await published(company)

    assert await refused(company, who, "PublishScorecard", name="Mine", criteria=CRITERIA) == [
        ("NotPermittedError", [])
    ]
    assert await refused(company, who, "RetireScorecard", id=scorecard) == [
        ("NotPermittedError", [])
    ]


async def test_people_are_assessed_by_those_above_and_by_themselves_alone(company: Company) -> None:
    scorecard = await published(company)
    said: dict[str, Any] = {"scorecardId": scorecard, "scores": SCORES,
            "personId": person_id(company, "Rui"), "occasion": "CALL", "heldOn": "2020-05-04"}  # fmt: skip

    for who in ("Sam", "Eve", "Cora", "Hal", "Adam"):
        assert await refused(company, who, "WriteAssessment", **said) == [
            ("NotPermittedError", ["personId"])
        ]
    for other, path in (
        ({"personId": f"person_{new_id()}"}, ["personId"]),
        ({"accountId": f"account_{new_id()}"}, ["accountId"]),
        ({"saleId": encode("sale", await sold(company, "Olga", "5"))}, ["saleId"]),
        ({"scorecardId": f"scorecard_{new_id()}"}, ["scorecardId"]),
    ):
        assert await refused(company, "Mona", "WriteAssessment", **(said | other)) == [
            ("NotFoundError", path)
        ]
    others: list[tuple[dict[str, Any], list[str]]] = [
        ({"heldOn": "2020-05-30"}, ["heldOn"]),
        ({"heldOn": None}, ["personId"]),
        ({"writtenAt": "2199-01-01T00:00:00Z"}, ["writtenAt"]),
        ({"scores": SCORES[:2]}, ["scores"]),
    ]
    for other, path in others:
        assert await refused(company, "Mona", "WriteAssessment", **(said | other)) == [
            ("InvalidError", path)
        ]


async def test_what_was_taken_back_is_shown_as_such_and_counts_no_more(company: Company) -> None:
    scorecard = await published(company)
    first = await assessed(company, "Mona", scorecard)

    assert await refused(company, "Ada", "WithdrawAssessment", id=first) == [
        ("NotPermittedError", ["id"])
    ]
    assert await refused(company, "Rui", "WithdrawAssessment", id=first) == [
        ("NotPermittedError", ["id"])
    ]
    assert await refused(company, "Sam", "WithdrawAssessment", id=first) == [
        ("NotFoundError", ["id"])
    ]
    done = await act(company.actor("Mona"), "WithdrawAssessment", id=first)
    seen = await ask(
        company.actor("Rui"),
        "{ assessments { nodes { withdrawnAt } } criterionTrends { criterion } }",
    )

    assert done["assessment"]["viewerCan"] == []
    assert seen["assessments"]["nodes"][0]["withdrawnAt"] is not None
    assert seen["criterionTrends"] == []
    assert await refused(company, "Mona", "WithdrawAssessment", id=first) == [("ConflictError", [])]
    await assessed(company, "Mona", scorecard, sameOccasionAsId=first)


async def test_what_a_phone_sends_twice_is_there_once(company: Company) -> None:
    scorecard = await published(company)
    own, key = f"assessment_{new_id()}", str(new_id())
    said = {"clientMutationId": key, "id": own, "scorecardId": scorecard, "scores": SCORES,
            "personId": person_id(company, "Rui"), "occasion": "VISIT", "heldOn": "2020-05-04"}  # fmt: skip
    document = "mutation($i: AssessmentWriteInput!) { assessmentWrite(input: $i) { assessment { id } errors { __typename } } }"

    once = await answer(company.actor("Mona"), document, i=said)
    twice = await answer(company.actor("Mona"), document, i=said)

    assert once.data == twice.data == {"assessmentWrite": {"assessment": {"id": own}, "errors": []}}
    anew = {**said, "clientMutationId": str(new_id())}
    assert (await answer(company.actor("Mona"), document, i=anew)).data == once.data
    other = {**said, "clientMutationId": str(new_id()), "comment": "Other words."}
    assert await refused(company, "Mona", "WriteAssessment", **other) == [("ConflictError", ["id"])]
    assert await count(company, "assessment") == 1
    assert await count(company, "assessment_score") == 3
