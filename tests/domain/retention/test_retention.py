"""What is old enough is removed with all that belongs to it, and nothing else is."""

from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from auth.actor import Actor
from domain.access_requests.words import ABOUT, ABOUT_NOBODY, NO_WORDS_ABOUT_ANYBODY, WORDS_ABOUT
from domain.coaching.note_answers import reply_to_note
from domain.coaching.note_models import NoteVisibility
from domain.coaching.notes import write_note
from domain.comments.access import COMMENTED
from domain.comments.actions import edit_comment, write_comment
from domain.database import on_behalf_of
from domain.ids import new_id
from domain.retention.removing import KEPT, KEPT_OTHERWISE, remove_old_words
from domain.subjects import Thing
from domain.tasks.actions import ask_for_task, finish_task
from tests.catalogue import tables_with_readers
from tests.domain.comments.test_hearing import assessment
from tests.people import Company
from tests.schema.asking import ask

SET = """mutation($input: RetentionSetInput!) { retentionSet(input: $input) {
  organisation { retentionMonths } errors { __typename } } }"""
MONTHS = "{ me { organisation { retentionMonths } } }"


async def keep_for(actor: Actor, months: int | None) -> Any:
    given = {"clientMutationId": str(new_id()), "months": months}
    return (await ask(actor, SET, input=given))["retentionSet"]


def kept_for_so_long() -> set[str]:
    return {table for kept in KEPT for table, _ in ((kept.table, ""), *kept.parts)}


async def touched(company: Company, note: UUID, edited: str, answered: str) -> None:
    """Let a note be of a day, and the answers to it of another."""
    async with on_behalf_of(company.org, sees_all_words=True) as transaction:
        for text, day in (
            ("update note set updated_at = $3 where org_id = $1 and id = $2", edited),
            ("update note_reply set received_at = $3 where org_id = $1 and note_id = $2", answered),
        ):
            at = datetime.fromisoformat(f"{day}T12:00:00+00:00")
            await transaction.execute_query(text, [company.org, note, at])


async def test_hr_and_admins_say_how_long_words_are_kept_and_nobody_else(company: Company) -> None:
    said = {name: await keep_for(company.actor(name), 24) for name in ("Hal", "Adam")}
    refused = {name: await keep_for(company.actor(name), 12) for name in ("Mona", "Cora", "Audrey")}
    short = await keep_for(company.actor("Hal"), 5)

    assert [each["organisation"] for each in said.values()] == [{"retentionMonths": 24}] * 2
    assert {each["errors"][0]["__typename"] for each in refused.values()} == {"NotPermittedError"}
    assert short["errors"][0]["__typename"] == "InvalidError"
    assert await ask(company.actor("Rui"), MONTHS) == {
        "me": {"organisation": {"retentionMonths": 24}}
    }


async def test_every_table_that_names_its_readers_is_kept_no_longer_than_that(
    owner: asyncpg.Connection,
) -> None:
    assert await tables_with_readers(owner) <= kept_for_so_long() | KEPT_OTHERWISE.keys()


def test_what_holds_words_about_somebody_is_kept_so_long_and_looked_through_for_an_answer() -> None:
    looked_through = {*WORDS_ABOUT, *NO_WORDS_ABOUT_ANYBODY}

    assert looked_through == kept_for_so_long() | KEPT_OTHERWISE.keys()
    assert COMMENTED.keys() == ABOUT.keys() | ABOUT_NOBODY


async def test_what_was_not_touched_for_so_long_is_removed_with_all_that_belongs_to_it(
    company: Company,
) -> None:
    mona, rui = company.actor("Mona"), company.actor("Rui")
    old, answered, new, private = [
        await write_note(
            mona, about_id=company.ids["Rui"], body=f"Of {word}.", visibility=NoteVisibility(seen)
        )
        for word, seen in (
            ("old", "coachee"), ("answered", "coachee"), ("new", "coachee"), ("private", "private"),
        )
    ]  # fmt: skip
    for note in (old, answered):
        await reply_to_note(rui, note_id=note, body="Yes.")
    # Today is 29 May 2020.
    for note, edited, replied in (
        (old, "2019-05-28", "2019-05-28"),
        (answered, "2018-01-01", "2019-05-30"),
        (new, "2019-05-30", "2019-05-30"),
        (private, "2017-01-01", "2017-01-01"),
    ):
        await touched(company, note, edited, replied)

    await remove_old_words(company.org)
    untouched = await ask(mona, "{ notes { totalCount } }")
    await keep_for(company.actor("Hal"), 12)
    await remove_old_words(company.org)

    assert untouched == {"notes": {"totalCount": 4}}
    kept = await ask(mona, "{ notes { nodes { body replies { totalCount } } } }")
    assert sorted(
        (note["body"], note["replies"]["totalCount"]) for note in kept["notes"]["nodes"]
    ) == [
        ("Of answered.", 1),
        ("Of new.", 0),
    ]
    async with on_behalf_of(company.org, sees_all_words=True) as transaction:
        left = await transaction.execute_query_dict(
            "select (select count(*) from note_revision) as revisions,"
            " (select count(*) from note_reply) as replies"
        )
    assert left == [{"revisions": 2, "replies": 1}]


async def test_what_is_said_of_a_thing_goes_by_its_own_age_and_scores_outlive_their_words(
    company: Company,
) -> None:
    mona, rui = company.actor("Mona"), company.actor("Rui")
    tasks = [
        await ask_for_task(
            mona, title="Call", due_on=company.today, owner_id=company.ids["Rui"], id=new_id()
        )
        for _ in range(2)
    ]
    for task in tasks:
        await finish_task(rui, task_id=task)
    assessed = await assessment(company)
    old, edited, new = [
        await write_comment(
            mona, thing=Thing(kind, id), body=f"@[Rui](person_{company.ids['Rui']})"
        )
        for kind, id in (("task", tasks[0]), ("task", tasks[1]), ("assessment", assessed))
    ]
    for comment in (old, edited):
        await edit_comment(mona, comment_id=comment, expected_version=1, body="Hm.")
    async with on_behalf_of(company.org, sees_all_words=True) as transaction:
        for text in (
            "update task set ended_at = '2018-01-01'",
            "update assessment set received_at = '2018-01-01'",
            "update comment set received_at = '2018-01-01'",
            f"update comment set edited_at = '2018-01-02' where id = '{old}'",
            f"update comment set edited_at = '2019-06-01' where id = '{edited}'",
            f"update comment set received_at = '2019-06-01' where id = '{new}'",
        ):
            await transaction.execute_query(text)

    await keep_for(company.actor("Hal"), 12)
    await remove_old_words(company.org)

    async with on_behalf_of(company.org, sees_all_words=True) as transaction:
        [left] = await transaction.execute_query_dict(
            """select (select array_agg(id order by id) from comment) as comments,
              (select array_agg(comment_id) from comment_version) as versions,
              (select array_agg(comment_id) from mention) as mentions,
              (select array_agg(id) from task) as tasks,
              (select array_agg(comment || points) from assessment) as assessments,
              (select array_agg(comment || score) from assessment_score) as scores"""
        )
    assert left == {
        "comments": sorted((edited, new)),
        "versions": [edited],
        "mentions": [new],
        "tasks": [tasks[1]],
        "assessments": ["15.0000"],
        "scores": ["4"],
    }
