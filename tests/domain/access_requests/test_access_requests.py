"""What somebody may ask to see of what is written about them: who decides, who reads, and without whom."""

import asyncio
from typing import Any
from uuid import UUID

import asyncpg

from auth.actor import Actor
from domain.access_requests.answering import answer, remove_old_answers
from domain.access_requests.words import NO_WORDS_ABOUT_ANYBODY, WORDS_ABOUT
from domain.coaching.note_answers import reply_to_note
from domain.coaching.note_models import NoteVisibility
from domain.coaching.notes import edit_note, write_note
from domain.comments.actions import edit_comment, write_comment
from domain.database import on_behalf_of
from domain.goals.actions import return_goal
from domain.ids import new_id
from domain.subjects import Thing
from schema.typed_ids import decode
from tests.architecture.test_contracts import ROOT
from tests.catalogue import tables_with_readers
from tests.domain.comments.test_hearing import things
from tests.people import Company, submitted_goal
from tests.schema.asking import ask

DOCUMENTS = ROOT / "documents"
MAKE, GRANT, DECLINE = (
    (DOCUMENTS / f"{name}.graphql").read_text()
    for name in ("AskForAccess", "GrantAccess", "DeclineAccess")
)
REQUESTS = """{ accessRequests { totalCount nodes { id state viewerCan person { name } removedOn
  extracts { nodes { id kind isOwn words } } } } }"""


async def told(actor: Actor, document: str, **given: object) -> Any:
    (payload,) = (
        await ask(actor, document, input={"clientMutationId": str(new_id()), **given})
    ).values()
    return payload


async def requests(actor: Actor) -> list[Any]:
    found: list[Any] = (await ask(actor, REQUESTS))["accessRequests"]["nodes"]
    return found


async def made(company: Company, name: str) -> str:
    payload = await told(company.actor(name), MAKE)
    assert payload["errors"] == []
    request: str = payload["accessRequest"]["id"]
    return request


def raw(request: str) -> UUID:
    return decode(request, "access_request")


async def answered(company: Company, request: str) -> None:
    await answer({"org": company.org, "request": raw(request)})


async def test_an_answer_is_read_by_whom_it_is_about_alone_and_names_nobody_else(
    company: Company,
) -> None:
    goal = await submitted_goal(company)
    await return_goal(
        company.actor("Mona"),
        goal_id=goal,
        seen_version=2,
        note="Mona and Hal find this low, Rui.",
    )
    request = await made(company, "Rui")

    granted = await told(company.actor("Hal"), GRANT, id=request)
    await answered(company, request)
    await answered(company, request)

    assert granted["accessRequest"]["state"] == "GRANTED"
    (own,) = await requests(company.actor("Rui"))
    assert own["state"] == "ANSWERED"
    assert [(each["kind"], each["isOwn"], each["words"]) for each in own["extracts"]["nodes"]] == [
        ("decision upon a goal", False, "[somebody else] and [somebody else] find this low, Rui.")
    ]
    extract = own["extracts"]["nodes"][0]["id"]
    for name in ("Hal", "Audrey", "Adam"):
        (seen,) = await requests(company.actor(name))
        assert (seen["state"], seen["extracts"]["nodes"]) == ("ANSWERED", [])
        found = await ask(
            company.actor(name), "query($id: ID!) { node(id: $id) { id } }", id=extract
        )
        assert found == {"node": None}
    for name in ("Mona", "Ada", "Cora", "Eve"):
        assert await requests(company.actor(name)) == []


async def test_nobody_decides_upon_their_own_request_and_only_hr_and_admins_upon_others(
    company: Company,
) -> None:
    hals, rui = await made(company, "Hal"), await made(company, "Rui")

    own = await told(company.actor("Hal"), GRANT, id=hals)
    mona = await told(company.actor("Mona"), GRANT, id=rui)
    audrey = await told(company.actor("Audrey"), DECLINE, id=rui, reason="No.")
    ruis = await told(company.actor("Rui"), GRANT, id=rui)

    assert [each["errors"][0]["__typename"] for each in (own, mona, audrey, ruis)] == [
        "NotPermittedError", "NotFoundError", "NotPermittedError", "NotPermittedError",
    ]  # fmt: skip
    assert {each["state"] for each in await requests(company.actor("Hal"))} == {"ASKED"}
    (seen,) = [each for each in await requests(company.actor("Hal")) if each["id"] == hals]
    assert seen["viewerCan"] == []


async def test_a_request_is_decided_once_and_somebody_has_one_at_a_time(company: Company) -> None:
    actors = [company.actor("Rui") for _ in range(4)]

    payloads = await asyncio.gather(*(told(actor, MAKE) for actor in actors))
    (request,) = [each["accessRequest"]["id"] for each in payloads if not each["errors"]]
    decided = await asyncio.gather(
        told(company.actor("Hal"), GRANT, id=request),
        told(company.actor("Adam"), DECLINE, id=request, reason="Twice a week is too much."),
    )

    assert sum(not each["errors"] for each in decided) == 1
    (refused,) = [each["errors"] for each in decided if each["errors"]]
    assert refused[0]["__typename"] == "ConflictError"
    assert len(await requests(company.actor("Rui"))) == 1


async def test_notes_are_among_it_private_ones_too_and_nobody_elses_name(company: Company) -> None:
    mona, rui = company.actor("Mona"), company.actor("Rui")
    about = company.ids["Rui"]
    private = await write_note(mona, about_id=about, body="Rui talks too much, says Sam.")
    await edit_note(mona, note_id=private, expected_version=1, body="Rui listens now.")
    shared = await write_note(
        mona, about_id=about, body="A good week.", visibility=NoteVisibility.COACHEE
    )
    await reply_to_note(rui, note_id=shared, body="Thanks to Sam.")
    await write_note(mona, about_id=company.ids["Sam"], body="Sam is late.")
    of_rui = Thing("goal", await submitted_goal(company))
    await write_comment(mona, thing=of_rui, body=f"@[Rui](person_{about}), ask Sam.")
    await write_comment(
        mona, thing=Thing("goal", await submitted_goal(company, "Sam")), body="Sam!"
    )
    request = await made(company, "Rui")
    await told(company.actor("Hal"), GRANT, id=request)
    await answered(company, request)

    (seen,) = await requests(rui)

    assert [(each["kind"], each["words"]) for each in seen["extracts"]["nodes"]] == [
        ("note", "Rui talks too much, says [somebody else]."),
        ("note", "Rui listens now."),
        ("note", "A good week."),
        ("answer to a note", "Thanks to Sam."),
        ("comment", f"@[Rui](person_{about}), ask [somebody else]."),
    ]


async def test_assessments_are_among_it_and_what_is_said_of_what_concerns_somebody(
    company: Company,
) -> None:
    rui = company.actor("Rui")
    of_each = await things(company)
    said = {}
    for kind, (id, author, _) in of_each.items():
        name = {"account": "Cora", "territory": "Cora"}.get(kind, author)
        said[kind] = await write_comment(
            company.actor(name), thing=Thing(kind, id), body=f"{kind}, says Olga."
        )
    await edit_comment(rui, comment_id=said["assessment"], expected_version=1, body="Hm.")
    request = await made(company, "Rui")
    await told(company.actor("Hal"), GRANT, id=request)
    await answered(company, request)

    (seen,) = await requests(rui)

    words = [(each["kind"], each["isOwn"], each["words"]) for each in seen["extracts"]["nodes"]]
    assert ("criterion of an assessment", False, "Opening: Fine.") in words
    assert ("comment as it was", True, "assessment, says Olga.") in words
    assert {each[1:] for each in words if each[0] == "comment"} == {
        (author == "Rui", f"{kind}, says {'Olga' if author == 'Rui' else '[somebody else]'}.")
        for kind, (_, author, _) in of_each.items()
        if kind not in ("account", "territory", "assessment")
    } | {(True, "Hm.")}
    for name in ("Sam", "Hal"):
        request = await made(company, name)
        await told(company.actor("Adam"), GRANT, id=request)
        await answered(company, request)
        (seen,) = [each for each in await requests(company.actor(name)) if each["id"] == request]
        about = {each["words"] for each in seen["extracts"]["nodes"] if "says" in each["words"]}
        assert about == {"Sam": {"recognition, says Olga.", "task, says Olga."}}.get(name, set())


async def test_the_words_of_an_answer_are_removed_after_thirty_days(company: Company) -> None:
    goal = await submitted_goal(company)
    await return_goal(company.actor("Mona"), goal_id=goal, seen_version=2, note="Too low.")
    request = await made(company, "Rui")
    await told(company.actor("Hal"), GRANT, id=request)
    await answered(company, request)

    await remove_old_answers(company.org)
    (kept,) = await requests(company.actor("Rui"))
    async with on_behalf_of(company.org) as transaction:
        await transaction.execute_query(
            "update access_request set removed_on = $2 where org_id = $1",
            [company.org, company.actor("Rui").today],
        )
    await remove_old_answers(company.org)
    (gone,) = await requests(company.actor("Rui"))

    assert (kept["state"], len(kept["extracts"]["nodes"])) == ("ANSWERED", 1)
    assert (gone["state"], gone["extracts"]["nodes"]) == ("REMOVED", [])


async def test_what_was_declined_or_never_granted_is_not_answered(company: Company) -> None:
    request = await made(company, "Rui")
    await answered(company, request)
    await told(company.actor("Hal"), DECLINE, id=request, reason="It was answered last week.")
    await answered(company, request)

    (seen,) = await requests(company.actor("Rui"))

    assert (seen["state"], seen["extracts"]["nodes"]) == ("DECLINED", [])


async def test_every_table_that_names_its_readers_is_looked_through_for_an_answer(
    owner: asyncpg.Connection,
) -> None:
    private = await tables_with_readers(owner)

    assert private <= {*WORDS_ABOUT, *NO_WORDS_ABOUT_ANYBODY}
