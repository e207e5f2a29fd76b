"""What is kept of notes: once, whoever sends it again; out of which one-to-one; what an edit added."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from auth.actor import Actor
from domain.coaching.evidence_rules import Link
from domain.coaching.note_answers import reply_to_note
from domain.coaching.note_models import NoteVisibility
from domain.coaching.note_rules import NoteWasWithdrawn
from domain.coaching.note_sharing import share_note
from domain.coaching.notes import edit_note, withdraw_note, write_note
from domain.database import on_behalf_of
from domain.errors import Invalid, NotFound
from domain.ids import new_id
from domain.one_to_ones.actions import plan_one_to_one
from domain.rows import IdTaken
from tests.domain.coaching.noting import everything, read
from tests.people import MORNING, Company
from tests.schema.asking import ask, goal, sold

PRIVATE, COACHEE, NAMED = NoteVisibility


async def test_a_note_that_was_withdrawn_does_not_come_back_and_its_author_alone_is_told(
    company: Company,
) -> None:
    ada, mona, note = company.actor("Ada"), company.actor("Mona"), new_id()
    said: dict[str, Any] = {"id": note, "about_id": company.ids["Rui"], "body": "On the train."}
    await write_note(mona, **said)
    await withdraw_note(mona, note_id=note)

    for body in ("On the train.", "Something else."):
        with pytest.raises(NoteWasWithdrawn) as refused:
            await write_note(mona, **said | {"body": body})
        assert refused.value.path == ("id",)

    for table in ("note", "note_revision", "note_evidence", "reader", "event"):
        assert await everything(company, table) == [], table
    async with on_behalf_of(company.org, company.ids["Ada"]) as transaction:
        kept = "select 1 from note_withdrawn"
        assert await transaction.execute_query_dict(kept) == []
    assert await write_note(ada, **said) == note  # an id like any other
    await withdraw_note(ada, note_id=note)
    with pytest.raises(NoteWasWithdrawn):
        await write_note(ada, **said)


async def test_a_note_sent_twice_at_once_is_one_note_and_both_hear_it(company: Company) -> None:
    mona, rui, note, reply = company.actor("Mona"), company.actor("Rui"), new_id(), new_id()
    said: dict[str, Any] = {
        "id": note, "about_id": company.ids["Rui"], "body": "Twice.", "visibility": COACHEE,
    }  # fmt: skip

    heard = await asyncio.gather(*(write_note(mona, **said) for _ in range(4)))
    answers = [reply_to_note(rui, note_id=note, body="Twice.", id=reply) for _ in range(4)]
    heard += await asyncio.gather(*answers)

    assert set(heard) == {note}
    for table in ("note", "note_revision", "note_reply"):
        assert len(await everything(company, table)) == 1, table
    events = await everything(company, "event")
    assert [each["act"] for each in events if each["subject_kind"] == "note"] == [
        "note.written",
        "note.replied",
    ]
    with pytest.raises(IdTaken):  # by whatever is another's
        await write_note(company.actor("Ada"), **said)


async def test_a_note_names_the_one_to_one_it_came_out_of_to_the_two_alone(
    company: Company,
) -> None:
    mona, rui, hal = (company.actor(name) for name in ("Mona", "Rui", "Hal"))
    meeting, alone = [
        await plan_one_to_one(mona, with_id=company.ids["Rui"], starts_at=MORNING) for _ in range(2)
    ]
    of: dict[str, Any] = {"about_id": company.ids["Rui"], "one_to_one_id": meeting}
    people = [company.ids["Rui"], company.ids["Hal"]]
    note = await write_note(mona, **of, body="Said.", visibility=NAMED, person_ids=people)
    private = await write_note(mona, **of, body="For me.")
    own = await write_note(rui, **of, body="For Rui.")
    before = [await everything(company, table) for table in ("note", "event", "reader")]

    for stranger, other in ((company.actor("Ada"), meeting), (mona, new_id())):
        with pytest.raises(NotFound) as refused:
            await write_note(stranger, **of | {"one_to_one_id": other}, body="Heard of it.")
        assert refused.value.path == ("oneToOneId",)
    assert [await everything(company, table) for table in ("note", "event", "reader")] == before

    asked = """query($id: ID!, $of: IDComparison) { node(id: $id) { ... on OneToOne {
      notes { totalCount nodes { id } } } } notes(filter: {oneToOne: $of}) { nodes { id } } }"""
    for actor, reads in ((mona, [private, note]), (rui, [own, note])):
        id = f"one_to_one_{meeting}"
        found = await ask(actor, asked, id=id, of={"eq": id})
        ids = [{"id": f"note_{each}"} for each in reads]
        assert found["node"]["notes"] == {"totalCount": 2, "nodes": ids}
        assert found["notes"]["nodes"] == ids
        assert (await read(actor, note))["oneToOne"] == {"id": id}
    other = await ask(rui, asked, id=f"one_to_one_{alone}", of=None)
    assert other["node"]["notes"]["totalCount"] == 0
    assert (await read(hal, note))["oneToOne"] is None
    found = await ask(hal, asked, id=f"one_to_one_{meeting}", of={"eq": f"one_to_one_{meeting}"})
    assert found == {"node": None, "notes": {"nodes": []}}

    async with on_behalf_of(company.org, sees_all_words=True) as transaction:
        gone = "update note set one_to_one_id = $2 where org_id = $1"
        await transaction.execute_query(gone, [company.org, new_id()])
    assert (await read(mona, note))["oneToOne"] is None


async def test_what_an_edit_adds_is_of_the_notes_day_and_belongs_to_it_from_then_on(
    company: Company,
) -> None:
    mona, rui, hal = (company.actor(name) for name in ("Mona", "Rui", "Hal"))
    may, june = [await goal(company, "Rui", name=name) for name in ("May", "June")]
    week_ago = datetime.now(UTC) - timedelta(days=7)
    note = await write_note(
        mona, about_id=company.ids["Rui"], body="One.", written_at=week_ago,
        visibility=COACHEE, evidence=[Link(goal_id=may)],
    )  # fmt: skip

    late = await sold(company, "Rui", "5", on=date(2020, 5, 28))
    with pytest.raises(Invalid, match="after the note"):
        await edit_note(
            mona, note_id=note, expected_version=1, body="Two.",
            evidence=[Link(goal_id=june), Link(sale_id=late)],
        )  # fmt: skip
    with pytest.raises(Invalid, match="at most 10"):
        await edit_note(
            mona, note_id=note, expected_version=1, body="Two.", evidence=[Link(goal_id=june)] * 10
        )
    assert len(await everything(company, "note_revision")) == 1
    await edit_note(
        mona, note_id=note, expected_version=1, body="Two.", evidence=[Link(goal_id=june)]
    )
    await share_note(mona, note_id=note, person_ids=[company.ids["Hal"], company.ids["Ada"]])
    await edit_note(mona, note_id=note, expected_version=2, body="Three.")

    shown = (await read(rui, note))["evidence"]["nodes"]
    assert [(each["place"], each["version"], each["name"], each["asOf"]) for each in shown] == [
        (1, 1, "May", "2020-05-22"),
        (2, 2, "June", "2020-05-22"),
    ]
    versions = """query($id: ID!) { node(id: $id) { ... on Note { revisions { nodes {
      version evidence { nodes { name } } } } } } }"""

    async def of_each(actor: Actor) -> list[tuple[int, list[str]]]:
        found = (await ask(actor, versions, id=f"note_{note}"))["node"]["revisions"]["nodes"]
        return [
            (each["version"], [kept["name"] for kept in each["evidence"]["nodes"]])
            for each in found
        ]

    both = ["May", "June"]
    assert await of_each(rui) == await of_each(mona) == [(3, both), (2, both), (1, ["May"])]
    assert await of_each(company.actor("Ada")) == [(3, both), (2, both)]  # from when she joined
    assert await of_each(hal) == [(3, []), (2, [])]  # such facts are not his to see
