"""Rows that name who reads them, tried on a table of their own kind."""

from collections.abc import AsyncIterator
from uuid import UUID

import asyncpg
import pytest

from domain.database import Sight, on_behalf_of, read_value
from domain.errors import NotFound
from domain.ids import new_id
from domain.readers import readable, readers_here
from domain.sql import bind, viewer
from tests.people import Company, found_company

LETTER = """create table letter (org_id uuid not null references organisation, id uuid not null,
  readers uuid[] not null, words text not null, primary key (org_id, id));
call protect('letter'); call protect_readers('letter');"""


@pytest.fixture
async def letters(company: Company, owner: asyncpg.Connection) -> AsyncIterator[None]:
    await owner.execute(LETTER)
    yield
    await owner.execute("delete from letter; drop table letter")


async def write(company: Company, writer: str, *readers: str) -> UUID:
    letter = new_id()
    async with on_behalf_of(company.org, company.ids[writer]) as transaction:
        await transaction.execute_query(
            "insert into letter values ($1, $2, $3, 'words')",
            [company.org, letter, [company.ids[name] for name in readers]],
        )
    return letter


async def seen(company: Company, sight: Sight, where: str = "true") -> int:
    text = f"select count(*) from letter where org_id = $1 and {where}"
    found: int = await read_value(company.org, text, [company.org], sight)
    return found


@pytest.mark.usefixtures("letters")
async def test_a_row_shows_to_its_readers_alone_whatever_a_statement_forgot(
    company: Company,
) -> None:
    await write(company, "Mona", "Mona")
    await write(company, "Mona", "Mona", "Ada")

    counts = {
        name: await seen(company, Sight(company.ids[name], "all"))
        for name in ("Mona", "Ada", "Hal", "Rui")
    }

    assert counts == {"Mona": 2, "Ada": 1, "Hal": 0, "Rui": 0}
    assert await seen(company, Sight()) == 0
    async with on_behalf_of(company.org, company.ids["Hal"]) as transaction:
        assert await transaction.execute_query_dict("select id from letter") == []
        assert await transaction.execute_query_dict("select subject_id from reader") == []
        changed, _ = await transaction.execute_query("update letter set words = 'mine'")
        assert changed == 0
    async with on_behalf_of(company.org) as transaction:
        assert await transaction.execute_query_dict("select id from letter") == []


@pytest.mark.usefixtures("letters")
async def test_nobody_writes_what_they_would_not_read(company: Company) -> None:
    with pytest.raises(Exception, match="row-level security"):
        await write(company, "Hal", "Mona", "Ada")

    assert await seen(company, Sight(words_of="all")) == 0


@pytest.mark.usefixtures("letters")
async def test_the_way_in_follows_the_readers_also_when_they_change(company: Company) -> None:
    letter = await write(company, "Mona", "Mona", "Ada")
    ada, mona = company.actor("Ada"), company.actor("Mona")

    async def found(name: str) -> int:
        actor = company.actor(name)
        text = f"select count(*) from letter l where l.org_id = :org and {readable(actor)}"
        statement, arguments = bind(text.format(row="l"), viewer(actor))
        count: int = await read_value(company.org, statement, arguments, Sight(actor.person))
        return count

    assert [await found(name) for name in ("Mona", "Ada", "Hal")] == [1, 1, 0]
    async with on_behalf_of(company.org, mona.person) as transaction:
        await transaction.execute_query(
            "update letter set readers = $3 where org_id = $1 and id = $2",
            [company.org, letter, [mona.person, company.ids["Hal"]]],
        )
    assert [await found(name) for name in ("Mona", "Ada", "Hal")] == [1, 0, 1]

    async with on_behalf_of(company.org, ada.person) as transaction:
        removed, _ = await transaction.execute_query("delete from letter")
        assert removed == 0
    async with on_behalf_of(company.org, mona.person) as transaction:
        await transaction.execute_query("delete from letter")
    async with on_behalf_of(company.org, sees_all_words=True) as transaction:
        assert await transaction.execute_query_dict("select from reader") == []


async def test_what_is_shared_is_shared_with_people_who_are_here(
    company: Company,
) -> None:
    other = await found_company("Contoso")
    mona = company.actor("Mona")
    ada, stranger = company.ids["Ada"], next(iter(other.ids.values()))

    async with on_behalf_of(company.org, mona.person):
        assert await readers_here(mona, [ada, ada], path=("with",)) == [ada]
        with pytest.raises(NotFound) as refused:
            await readers_here(mona, [ada, stranger], path=("with",))

    assert refused.value.path == ("with", "1")
