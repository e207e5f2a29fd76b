"""Putting JSON text together in SQL: constants, and expressions that give text."""

from collections.abc import Iterable

from domain.sql import quoted

MISSING = "\x01"
"""Written where something is null that cannot be: no JSON holds it, so one search tells."""
_MOST_ARGUMENTS = 90  # PostgreSQL's functions take 100


class Const(str):
    """JSON text that is known beforehand; every other piece is SQL."""

    __slots__ = ()


Piece = Const | str
NULL = Const("null")


def named(name: str, pieces: list[Piece]) -> Const:
    """What stands before the next value of an object of which these pieces are written."""
    return Const(f'{"," if pieces else "{"}"{name}":')


def closed(pieces: list[Piece]) -> list[Piece]:
    """The whole object of which these pieces are written; it is empty where all was skipped."""
    return [*pieces, Const("}" if pieces else "{}")]


def typename(type_: str) -> Const:
    return Const(f'"{type_}"')


def concat(pieces: Iterable[Piece]) -> str:
    """SQL for the pieces one after the other; a piece that is null counts as nothing."""
    merged = [sql_of(piece) for piece in _merged(pieces)]
    while len(merged) > _MOST_ARGUMENTS:
        merged = [
            f"concat({', '.join(merged[at : at + _MOST_ARGUMENTS])})"
            for at in range(0, len(merged), _MOST_ARGUMENTS)
        ]
    return merged[0] if len(merged) == 1 else f"concat({', '.join(merged)})"


def joined(pieces: Iterable[Piece]) -> str:
    """The same, but null where a piece is null."""
    return " || ".join(
        quoted(piece) if isinstance(piece, Const) else f"({piece})" for piece in _merged(pieces)
    )


def sql_of(piece: Piece) -> str:
    return quoted(piece) if isinstance(piece, Const) else piece


def or_null(sql: str, nullable: bool) -> str:
    """JSON's null where a value is null that can be; else the mark of a value that is missing."""
    return f"coalesce({sql}, {quoted(NULL if nullable else MISSING)})"


def _merged(pieces: Iterable[Piece]) -> list[Piece]:
    merged: list[Piece] = []
    for piece in pieces:
        if merged and isinstance(piece, Const) and isinstance(merged[-1], Const):
            merged[-1] = Const(merged[-1] + piece)
        else:
            merged.append(piece)
    return merged
