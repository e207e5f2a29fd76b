"""What is old enough is removed with all that belongs to it, and nothing else is."""

from datetime import timedelta
from typing import Any

import asyncpg

from auth.actor import Actor
from domain.coaching.note_answers import reply_to_note
from domain.coaching.note_models import NoteVisibility
from domain.coaching.notes import write_note
from domain.database import on_behalf_of
from domain.ids import new_id
from domain.retention.removing import KEPT, KEPT_OTHERWISE, remove_old_words
from tests.catalogue import tables_with_readers
from tests.people import Company
from tests.schema.asking import ask

SET = """mutation($input: RetentionSetInput!) { retentionSet(input: $input) {
  organisation { retentionMonths } errors { __typename } } }"""
MONTHS = "{ me { organisation { retentionMonths } } }"


async def keep_for(actor: Actor, months: int | None) -> Any:
    given = {"clientMutationId": str(new_id()), "months": months}
    return (await ask(actor, SET, input=given))["retentionSet"]


async def aged(company: Company, days: int) -> None:
    """Let all that has been written be so many days old."""
    async with on_behalf_of(company.org, sees_all_words=True) as transaction:
        for text in (
            "update note set updated_at = $2 where org_id = $1",
            "update note_reply set received_at = $2 where org_id = $1",
        ):
            await transaction.execute_query(text, [company.org, company.now - timedelta(days)])


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
    known = {table for kept in KEPT for table, _ in ((kept.table, ""), *kept.parts)}

    assert await tables_with_readers(owner) == known | KEPT_OTHERWISE.keys()
