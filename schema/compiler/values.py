"""The values of a row as JSON text: columns, expressions, and objects made of them."""

from collections.abc import Callable, Mapping
from itertools import groupby
from typing import Any

from domain.sql import quoted
from schema.compiler.filters import permission
from schema.compiler.level import Level
from schema.compiler.pieces import (
    NULL,
    Const,
    Piece,
    closed,
    concat,
    joined,
    named,
    or_null,
    typename,
)
from schema.compiler.selection import Leaf, Parts, Typename
from schema.storage import (
    Composed,
    Decided,
    Listed,
    Part,
    StoredField,
    UndeclaredType,
    Value,
    Write,
)


def leaf(asked: Leaf, level: Level) -> Piece:
    """A value that has no fields of its own."""
    field = asked.field
    write, storage = field.write, field.storage
    assert write is not None, "the catalogue knows how every leaf is written"
    match storage:
        case Value():
            return _masked(field, level, lambda seen: _written(storage, write, level, seen))
        case Decided(when=when):
            return _decided(when(level.actor), level)
    raise UndeclaredType(f"{level.stored.name}.{field.name} is no value.")


def parts(asked: Parts, level: Level) -> Piece:
    """An object of a plain type, or a list of such."""
    storage = asked.field.storage
    match storage:
        case Composed():
            return _masked(asked.field, level, lambda _: _composed(asked, storage, level))
        case Listed():
            return _masked(asked.field, level, lambda _: _listed(asked, storage, level))
    raise UndeclaredType(f"{level.stored.name}.{asked.field.name} is not made of parts.")


def _masked(field: StoredField, level: Level, write: Callable[[str], str]) -> Piece:
    """What a field of its class shows to this caller: always, never, or on some rows. `write` is
    told on which, for aggregates, which add such rows up and leave the others out."""
    storage = field.storage
    assert isinstance(storage, Value | Composed | Listed)
    seen = permission(level.stored, storage, level.actor)
    if seen == level.stored.visible(level.actor):
        seen = "true"  # no other row is entered; asked of each once more, a sum takes seven times as long
    if seen == "false":
        return NULL
    written = write(seen)
    if seen != "true" and level.stored.group_by is None:
        written = f"case when {level.sql(seen)} then {written} end"
    return or_null(written, field.nullable)


def _written(value: Value, write: Write, level: Level, seen: str = "true") -> str:
    sql = value.sql.replace("{seen}", seen)
    return level.sql(write(value.shown.replace("{value}", sql)))


def _decided(when: Mapping[Any, str], level: Level) -> Piece:
    """Values beside one another that go by the same condition are asked for once."""
    if not when:
        return Const("[]")
    listed = []
    for condition, values in groupby(when, key=lambda value: when[value]):
        names = quoted(",".join(f'"{value.name}"' for value in values))
        always = condition == "true"
        listed.append(names if always else f"case when {level.sql(condition)} then {names} end")
    return f"concat('[', concat_ws(',', {', '.join(listed)}), ']')"


def _composed(asked: Parts, storage: Composed, level: Level) -> str:
    """Null where a part is that cannot be, also where nobody asks for that part."""

    def write(part: Part) -> str:
        written = _written(storage.parts[part.name], part.write, level)
        return f"coalesce({written}, 'null')" if part.nullable else written

    known = asked.field.parts
    pieces = _object(asked, write)
    silent = known.keys() - {each[1] for each in asked.parts if not isinstance(each, Typename)}
    for part in (known[name] for name in sorted(silent) if not known[name].nullable):
        sql = level.sql(storage.parts[part.name].sql)
        pieces.append(f"case when ({sql}) is not null then '' end")
    return joined(pieces)


def _listed(asked: Parts, storage: Listed, level: Level) -> str:
    pieces = _object(asked, lambda part: or_null(part.write(f"listed.{part.name}"), part.nullable))
    rows = storage.rows if isinstance(storage.rows, str) else storage.rows(level.actor)
    return (
        f"(select concat('[', string_agg({concat(pieces)}, ','"
        f" order by listed.{storage.order} collate \"C\"), ']')"
        f" from {level.sql(rows)} listed)"
    )


def _object(asked: Parts, write: Callable[[Part], str]) -> list[Piece]:
    pieces: list[Piece] = []
    for each in asked.parts:
        if isinstance(each, Typename):
            pieces += [named(each.name, pieces), typename(each.type)]
        else:
            name, part = each
            pieces += [named(name, pieces), write(asked.field.parts[part])]
    return closed(pieces)
