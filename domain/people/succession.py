"""What holds from a day on ends what held before, by itself.

A facts table with a `during` range and an exclusion constraint: one fact at a time for each key.
Setting a fact from a day on closes the one in force the day before and lasts until the next one
that is already scheduled.
"""

from datetime import date
from uuid import UUID

from tortoise.backends.base.client import BaseDBAsyncClient

from domain.ids import new_id


async def set_from(
    transaction: BaseDBAsyncClient,
    org: UUID,
    table: str,
    key: tuple[str, UUID],
    since: date,
    fact: tuple[str, UUID] | None,
) -> None:
    """From `since` on, `key` goes with `fact`; with None, with nothing (a vacancy).

    `table` and the column names are ours, never a caller's.
    """
    column, value = key
    await transaction.execute_query(
        f"delete from {table} where org_id = $1 and {column} = $2 and lower(during) = $3::date",
        [org, value, since],
    )
    await transaction.execute_query(
        f"update {table} set during = daterange(lower(during), $3::date)"
        f" where org_id = $1 and {column} = $2 and during @> $3::date",
        [org, value, since],
    )
    if fact is None:
        return
    later = await transaction.execute_query_dict(
        f"select min(lower(during)) as day from {table}"
        f" where org_id = $1 and {column} = $2 and lower(during) > $3::date",
        [org, value, since],
    )
    await transaction.execute_query(
        f"insert into {table} (org_id, id, {column}, {fact[0]}, during)"
        " values ($1, $2, $3, $4, daterange($5::date, $6::date))",
        [org, new_id(), value, fact[1], since, later[0]["day"]],
    )
