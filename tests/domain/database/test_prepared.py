"""A connection keeps statements prepared, and never so many or such long ones that they fill memory."""

from domain.database import reads
from domain.database.prepared import CHARACTERS, LONGEST

KEPT = """
select count(*) as statements, sum(length(statement)) as characters from pg_prepared_statements
where statement like 'select %/*....%'
"""


def statement(number: int, characters: int) -> str:
    text = f"select {number} /*"
    return text + "." * (characters - len(text) - 2) + "*/"


async def test_long_statements_leave_before_they_are_many(database: object) -> None:
    async with reads().acquire() as connection:
        for number in range(50):
            assert await connection.fetchval(statement(number, LONGEST)) == number

        kept = await connection.fetchrow(KEPT)

    assert 0.8 * CHARACTERS < kept["characters"] <= CHARACTERS
    assert kept["statements"] < 50


async def test_what_is_too_long_is_prepared_anew_each_time(database: object) -> None:
    async with reads().acquire() as connection:
        before = await connection.fetchrow(KEPT)
        assert await connection.fetchval(statement(1_000, LONGEST + 1)) == 1_000

        assert await connection.fetchrow(KEPT) == before
