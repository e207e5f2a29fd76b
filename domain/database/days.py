"""The first and the last day there is, and such instants, as what they are.

asyncpg sends `date.max` as PostgreSQL's infinity and `date.min` as its negative, and the same for
instants. A filter up to 9999-12-31 would then compare with something that no row holds, and a
series of months from 0001-01-01 would never begin. Here days are counted, and nothing else.
"""

from datetime import UTC, date, datetime, timedelta

import asyncpg

_DAY = date(2000, 1, 1).toordinal()
_INSTANT = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


async def count_days(connection: asyncpg.Connection) -> None:
    """For a connection that is new. PostgreSQL counts days and microseconds from 2000 on."""
    await connection.set_type_codec(
        "date",
        schema="pg_catalog",
        format="tuple",
        encoder=lambda day: (day.toordinal() - _DAY,),
        decoder=lambda counted: date.fromordinal(counted[0] + _DAY),
    )
    await connection.set_type_codec(
        "timestamptz",
        schema="pg_catalog",
        format="tuple",
        encoder=lambda instant: ((instant - _INSTANT) // _MICROSECOND,),
        decoder=lambda counted: _INSTANT + counted[0] * _MICROSECOND,
    )
