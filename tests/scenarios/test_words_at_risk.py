"""What people write in confidence, where somebody means to get at it, or circumstances let it slip."""

from typing import Any
from uuid import UUID

import pytest
from tortoise.backends.base.client import TransactionalDBClient

from auth.permissions import FieldClass
from domain.coaching.evidence_rules import Link
from domain.coaching.note_answers import reply_to_note
from domain.coaching.note_models import NoteVisibility
from domain.coaching.note_sharing import share_note, take_note_back
from domain.coaching.notes import withdraw_note, write_note
from domain.database import on_behalf_of
from domain.goals.privacy import keep_goal_private
from domain.one_to_ones.actions import plan_one_to_one
from domain.one_to_ones.agenda import add_agenda_item
from domain.readers import KINDS
from domain.rows import IdTaken
from schema import STORED
from tests.domain.coaching.noting import everything, read, shared
from tests.people import MORNING, Company, drafted_goal
from tests.schema.asking import ask


async def test_nobody_takes_the_way_in_to_somebody_elses_words_by_their_id(
    company: Company,
) -> None:
    """Rows of any kind may be given an id by a phone, and the way in knows nothing but ids."""
    mona, rui = company.actor("Mona"), company.actor("Rui")
    note = await shared(company, "Mona", "Rui")
    await share_note(mona, note_id=note, person_ids=[company.ids["Hal"]])
    await take_note_back(mona, note_id=note, person_ids=[company.ids["Rui"]])
    own = await write_note(
        rui, about_id=company.ids["Rui"], body="Mine.", visibility=NoteVisibility.NAMED,
        person_ids=[company.ids["Olga"]],
    )  # fmt: skip
    before = await everything(company, "reader")

    for actor, mine in ((rui, own), (mona, note)):  # who no longer reads it, and who does
        with pytest.raises(IdTaken) as refused:
            await reply_to_note(actor, note_id=mine, body="Mine, too.", id=note)
        assert refused.value.path == ("replyId",)

    await take_note_back(rui, note_id=own, person_ids=[company.ids["Olga"]])
    await withdraw_note(rui, note_id=own)
    assert await read(mona, note) is not None
    assert await read(rui, note) is None
    left = [row for row in before if row["subject_id"] == note]
    assert [row for row in await everything(company, "reader") if row["subject_id"] == note] == left


async def test_an_id_that_fails_leaves_nobody_seeing_everybodys_words(company: Company) -> None:
    """The way in is kept with the sight of all, and that ends also where keeping it is refused."""
    note = await shared(company, "Mona", "Rui")
    row = (
        "insert into note (org_id, id, about_id, author_id, body, body_html, written_at, written_on,"
        " readers) values ($1, $2, $3, $3, '-', '-', now(), now(), array[$3::uuid])"
    )
    rui: UUID = company.ids["Rui"]
    async with on_behalf_of(company.org, rui) as transaction:
        await transaction.execute_script("savepoint before")
        [reply] = await everything_of(transaction, company, "note_revision")
        with pytest.raises(Exception, match="reader_"):
            await transaction.execute_query(row, [company.org, reply, rui])
        await transaction.execute_script("rollback to savepoint before")
        assert await everything_of(transaction, company, "reader", "distinct person_id") == [rui]
        assert await everything_of(transaction, company, "note") == [note]


async def everything_of(
    transaction: TransactionalDBClient, company: Company, table: str, what: str = "id"
) -> list[UUID]:
    found = await transaction.execute_query_dict(
        f"select {what} as id from {table} where org_id = $1", [company.org]
    )
    return [row["id"] for row in found]


async def test_evidence_of_a_goal_that_was_made_private_goes_to_no_new_reader(
    company: Company,
) -> None:
    mona = company.actor("Mona")
    goal = await drafted_goal(company)
    links = [Link(goal_id=goal)]
    note = await write_note(mona, about_id=company.ids["Rui"], body="Well.", evidence=links)
    await share_note(mona, note_id=note, person_ids=[company.ids["Fay"]])

    await keep_goal_private(company.actor("Rui"), goal_id=goal, expected_version=1)
    for name in ("Cora", "Hal", "Rui"):
        await share_note(mona, note_id=note, person_ids=[company.ids[name]])

    shown = {
        name: len((await read(company.actor(name), note))["evidence"]["nodes"])
        for name in ("Mona", "Fay", "Cora", "Hal", "Rui")
    }
    assert shown == {"Mona": 1, "Fay": 1, "Cora": 0, "Hal": 1, "Rui": 1}


HISTORY = """{ history(first: 100) { nodes { act subjectId person { name }
  changes { name after } } } }"""


async def test_the_history_tells_of_what_is_confided_to_its_readers_alone(company: Company) -> None:
    """Who met whom, and who shared what with somebody, is not an auditor's to know either."""
    audrey, mona, hal = (company.actor(name) for name in ("Audrey", "Mona", "Hal"))
    before = await ask(audrey, HISTORY)
    note = await shared(company, "Mona", "Rui")
    await reply_to_note(mona, note_id=note, body="More.")
    meeting = await plan_one_to_one(
        company.actor("Rui"), with_id=company.ids["Hal"], starts_at=MORNING
    )
    await add_agenda_item(hal, one_to_one_id=meeting, what="Between us.")

    after = await ask(audrey, HISTORY)
    assert {event["act"] for event in told(after)[len(told(before)) :]} <= {"notice.sent"}
    assert not [id for id in (note, meeting) if str(id) in str(after)]

    theirs = await shared(company, "Mona", "Rui", "Audrey")
    [event] = [each for each in told(await ask(audrey, HISTORY)) if "note." in each["act"]]
    assert (event["act"], event["subjectId"]) == ("note.written", f"note_{theirs}")


def told(answer: Any) -> list[Any]:
    events: list[Any] = answer["history"]["nodes"][::-1]
    return events


def test_whatever_names_its_readers_is_known_to_the_history() -> None:
    of_readers = {
        stored.kind for stored in STORED.values() if stored.field_class is FieldClass.NOTE
    }

    # A recognition that is not on the wall names its readers, too.
    assert of_readers | {"recognition"} == set(KINDS)
