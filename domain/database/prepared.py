"""Which statements a connection keeps prepared: those used last, as far as their texts are short together.

PostgreSQL keeps each with its plan. That takes some 100 to 250 bytes for each character of our own documents'
statements, and of others up to 700, since plans grow with the square of what is joined. Counted by the piece, a
hundred of the longest that a document can make would take a connection 5 GB.
"""

from typing import Any

from asyncpg.connection import _StatementCache

CHARACTERS = 480_000
LONGEST = 80_000
"""A longer statement is prepared anew each time. Our own documents make 4,000 to 70,000, of which the
longest take 14 MB; to plan those takes ten to twenty times as long as to answer them."""


def bound_by_length(connection: Any, most: int) -> None:
    """Have a new connection of asyncpg's keep so many statements at most, and none too long."""
    connection._stmt_cache = _Prepared(
        loop=connection._loop,
        max_size=most,
        on_remove=connection._stmt_cache._on_remove,
        max_lifetime=0,
    )


class _Prepared(_StatementCache):  # type: ignore[misc]  # asyncpg says nothing of its types
    """asyncpg's memory of a connection's statements, in which the least recently used leave also
    where there are few of them and long ones."""

    __slots__ = ()

    def _maybe_cleanup(self) -> None:
        super()._maybe_cleanup()
        characters = sum(map(_length, self._entries))
        while characters > CHARACTERS:
            key, entry = self._entries.popitem(last=False)
            characters -= _length(key)
            self._clear_entry_callback(entry)
            self._on_remove(entry._statement)


def _length(key: tuple[Any, ...]) -> int:
    return len(key[0])
