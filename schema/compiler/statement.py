"""The one statement of a read: SQL whose result is the finished JSON text.

A row becomes an object by `concat` of constants and values. Another row it leads to is a left
join, many others are a sub-select that adds their objects up. Wherever a table is entered, the
organisation and the type's visibility go along (`_seen`), and a field of a stricter class is
masked (`_masked`): there is no other way into a table here.

The text depends on the tree, on the bound places and on how the caller stands; everything else
is a parameter. No text of a caller's is ever part of it, but names from their document, which
are GraphQL names.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from auth.actor import Actor
from domain.sql import quoted
from schema.compiler.binding import Bound, BoundGroups, BoundIds, BoundPage
from schema.compiler.fields import Aggregates, ById, List, One, Single, Told
from schema.compiler.filters import permission
from schema.compiler.keyset import cursor
from schema.compiler.selection import (
    CountAsked,
    EdgesAsked,
    Leaf,
    NodesAsked,
    PageAsked,
    PageInfoAsked,
    Parts,
    Root,
    Rows,
    ToAnyAsked,
    ToManyAsked,
    ToOneAsked,
    Tree,
    Typename,
)
from schema.storage import (
    Composed,
    Decided,
    Listed,
    StoredField,
    StoredType,
    ToAny,
    ToMany,
    ToOne,
    UndeclaredType,
    Value,
    Write,
)

MISSING = "\x01"
"""Written where something is null that cannot be: no JSON holds it, so one search tells."""
MOST_COUNTED = 10_000
"""Lists longer than this are not counted: counting is as slow as the list is long."""
MOST_GROUPS = 200
KEY = "key"
"""The parameter with the id at which a read of one row begins."""
_MOST_ARGUMENTS = 90  # PostgreSQL's functions take 100


class Const(str):
    """JSON text that is known beforehand; all other pieces are SQL."""

    __slots__ = ()


Piece = Const | str
NULL = Const("null")


@dataclass(slots=True)
class Level:
    """One FROM: the alias of its rows, and what is joined to them."""

    row: str
    stored: StoredType
    joins: list[str] = field(default_factory=list)
    also: dict[str, str] = field(default_factory=dict)


class Statement:
    """Writes the SQL for a tree, bound for one request, for callers of one standing."""

    def __init__(self, actor: Actor, places: Sequence[Bound]) -> None:
        self._actor = actor
        self._places = places
        self._aliases = 0

    def whole(self, tree: Tree) -> str:
        """SQL for the body of the whole response."""
        pieces: list[Piece] = [Const('{"data":{')]
        for number, root in enumerate(tree.roots):
            pieces.append(Const(f'{"," if number else ""}"{root.name}":'))
            pieces.append(
                Const(f'"{root.type}"') if isinstance(root, Typename) else self.root(root)
            )
        return concat([*pieces, Const("}}")])

    def root(self, root: Root) -> Piece:
        """SQL for the value of one field at which a read begins."""
        match root.begin:
            case List(where=where):
                assert root.page is not None
                return self._page(root.page, where(self._actor) if where else "", None)
            case Single():
                found = self._rows_of(root.row, "", "")
            case One():
                found = self._rows_of(
                    root.row, f"{{row}}.{_key(root.row.stored)} = :{KEY}::uuid", ""
                )
            case Aggregates() as begin:
                return self._groups(begin, root)
            case ById(many=many):
                return self._by_ids(root, many=many)
            case Told():
                return self._by_ids(root, many=True, holes=False)
        return _or(f"({found})", root.nullable)

    def _rows_of(self, rows: Rows, where: str, key: str) -> str:
        level = Level(self._alias(), rows.stored)
        shown = self._object(rows, level)
        conditions = self._seen(level, [where], key)
        return (
            f"select {shown} from {rows.stored.source} {level.row}{''.join(level.joins)}"
            f" where {conditions}"
        )

    def _by_ids(self, root: Root, *, many: bool, holes: bool = True) -> Piece:
        place = self._places[root.place]
        assert isinstance(place, BoundIds)
        kinds = [kind for kind in place.asked_kinds if kind in root.rows]
        asked = Level(self._alias(), root.rows[next(iter(root.rows))].stored)
        shown = self._any_of(
            {kind: root.rows[kind] for kind in kinds}, asked, f"{asked.row}.kind", f"{asked.row}.id"
        )
        listed = (
            f" from unnest({place.kinds}, {place.ids}) with ordinality as {asked.row} (kind, id, place)"
            f"{''.join(asked.joins)}"
        )
        shown = sql_of(shown) if holes else f"nullif({sql_of(shown)}, {quoted(NULL)})"
        if not many:
            return f"(select {shown}{listed})"
        return f"(select concat('[', string_agg({shown}, ',' order by {asked.row}.place), ']'){listed})"

    def _groups(self, begin: Aggregates, root: Root) -> Piece:
        place, stored = self._places[root.place], root.row.stored
        assert isinstance(place, BoundGroups)
        level = Level(self._alias(), stored)
        group = f"{level.row}.{stored.group_by}"
        conditions = self._seen(level, place.conditions, "")
        return (
            f"(select concat('[', string_agg(grouped.shown, ',' order by grouped.key), ']') from"
            f" (select {group} as key, {self._object(root.row, level)} as shown"
            f" from {stored.source} {level.row} where {conditions}"
            f" group by {group} order by {group} limit {MOST_GROUPS}) grouped)"
        )

    def _object(self, rows: Rows, level: Level) -> str:
        """SQL for the JSON object of a row of this level."""
        return concat(self._fields(rows, level))

    def _fields(self, rows: Rows, level: Level) -> list[Piece]:
        pieces: list[Piece] = []
        for asked in rows.fields:
            pieces.append(Const(f'{"," if pieces else "{"}"{asked.name}":'))
            match asked:
                case Typename():
                    pieces.append(Const(f'"{asked.type}"'))
                case Leaf():
                    pieces.append(self._leaf(asked.field, level))
                case Parts():
                    pieces.append(self._parts(asked, level))
                case ToOneAsked():
                    pieces.append(self._one(asked, level))
                case ToAnyAsked():
                    pieces.append(self._any(asked, level))
                case ToManyAsked():
                    pieces.append(self._many(asked, level))
        return [*pieces, Const("}")]

    def _leaf(self, asked: StoredField, level: Level) -> Piece:
        assert asked.write is not None
        match asked.storage:
            case Value() as value:
                return self._masked(
                    asked, level, lambda seen: self._written(value, asked.write, level, seen)
                )
            case Decided(cases=cases):
                holds = " ".join(
                    f"when {self._sql(condition, level)} then {quoted(_names(asked, values))}"
                    for condition, values in cases(self._actor)
                )
                return f"case {holds} else '[]' end" if holds else Const("[]")
        raise UndeclaredType(f"{level.stored.name}.{asked.name} is no value.")

    def _written(self, value: Value, write: Write | None, level: Level, seen: str = "true") -> str:
        assert write is not None
        sql = value.sql.replace("{seen}", seen)
        return self._sql(write(value.shown.replace("{value}", sql)), level)

    def _masked(self, asked: StoredField, level: Level, write: Callable[[str], str]) -> Piece:
        """What a field of its class shows to this caller: always, never, or on some rows."""
        storage = asked.storage
        assert isinstance(storage, Value | Composed | Listed)
        seen = permission(level.stored, storage, self._actor)
        if seen == "false":
            return NULL
        written = write(seen)
        if seen != "true" and level.stored.group_by is None:
            written = f"case when {self._sql(seen, level)} then {written} end"
        return _or(written, asked.nullable)

    def _parts(self, asked: Parts, level: Level) -> Piece:
        storage = asked.field.storage

        def write(_seen: str) -> str:
            if isinstance(storage, Composed):
                return self._composed(asked, storage, level)
            assert isinstance(storage, Listed), "nothing else is made of parts"
            return self._listed(asked, storage, level)

        return self._masked(asked.field, level, write)

    def _composed(self, asked: Parts, storage: Composed, level: Level) -> str:
        pieces: list[Piece] = []
        shown = set()
        for name, part_name in map(_named, asked.parts):
            pieces.append(Const(f'{"," if pieces else "{"}"{name}":'))
            if part_name is None:
                pieces.append(Const(f'"{_typename(asked, name)}"'))
                continue
            part = asked.field.parts[part_name]
            shown.add(part_name)
            written = self._written(storage.parts[part.name], part.write, level)
            pieces.append(f"coalesce({written}, 'null')" if part.nullable else written)
        # Parts that nobody asked for still say whether there is a value at all.
        for part_name, part in asked.field.parts.items():
            if part_name not in shown and not part.nullable:
                sql = self._sql(storage.parts[part.name].sql, level)
                pieces.append(f"case when ({sql}) is not null then '' end")
        return joined([*pieces, Const("}")])

    def _listed(self, asked: Parts, storage: Listed, level: Level) -> str:
        pieces: list[Piece] = []
        for name, part_name in map(_named, asked.parts):
            pieces.append(Const(f'{"," if pieces else "{"}"{name}":'))
            if part_name is None:
                pieces.append(Const(f'"{_typename(asked, name)}"'))
            else:
                part = asked.field.parts[part_name]
                pieces.append(_or(part.write(f"listed.{part.name}"), part.nullable))
        shown = concat([*pieces, Const("}")])
        return (
            f"(select concat('[', string_agg({shown}, ',' order by listed.{storage.order} collate \"C\"),"
            f" ']') from {self._sql(storage.rows, level)} listed)"
        )

    def _one(self, asked: ToOneAsked, level: Level) -> Piece:
        storage = asked.field.storage
        assert isinstance(storage, ToOne)
        found = self._joined(asked.rows, level, storage.key, "")
        return NULL if found is None else _or(found, asked.field.nullable)

    def _any(self, asked: ToAnyAsked, level: Level) -> Piece:
        storage = asked.field.storage
        assert isinstance(storage, ToAny)
        return self._any_of(
            asked.rows, level, self._sql(storage.kind, level), self._sql(storage.key, level)
        )

    def _any_of(self, rows: dict[str, Rows] | object, level: Level, kind: str, key: str) -> Piece:
        assert isinstance(rows, dict)
        found = [
            shown
            for its_kind, each in rows.items()
            if (shown := self._joined(each, level, key, f"{kind} = {quoted(its_kind)} and "))
        ]
        return f"coalesce({', '.join([*found, quoted(NULL)])})" if found else NULL

    def _joined(self, rows: Rows, level: Level, key: str, when: str) -> str | None:
        """SQL for the object of another row, null where there is none that the caller sees; None
        where they see none of its type."""
        if rows.stored.visible(self._actor) == "false":
            return None
        other = Level(self._alias(), rows.stored, level.joins)
        wanted = self._sql(key, level)
        if wanted.startswith("("):
            # The key is a look-up of its own, done once.
            at = self._alias()
            level.joins.append(f" left join lateral (select {wanted} as key offset 0) {at} on true")
            wanted = f"{at}.key"
        column = _key(rows.stored)
        conditions = self._seen(other, [f"{when}{{row}}.{column} = {wanted}"], "")
        level.joins.append(f" left join {rows.stored.source} {other.row} on {conditions}")
        shown = self._object(rows, other)
        return f"case when {other.row}.{column} is not null then {shown} end"

    def _many(self, asked: ToManyAsked, level: Level) -> Piece:
        storage = asked.field.storage
        assert isinstance(storage, ToMany)
        return self._page(asked.page, storage.link, self._sql(storage.key, level))

    def _page(self, asked: PageAsked, link: str, key: str | None) -> Piece:
        place = self._places[asked.place]
        assert isinstance(place, BoundPage)
        stored = asked.stored
        source = _with_names(stored.source, place.named)
        level = Level(self._alias(), stored)
        row = level.row
        shown = f"{row}.attain_place <= {place.first}"
        pieces: list[Piece] = []
        reads = False
        for each in asked.fields:
            pieces.append(Const(f'{"," if pieces else "{"}"{each.name}":'))
            match each:
                case Typename():
                    pieces.append(Const(f'"{each.type}"'))
                case NodesAsked():
                    pieces += self._items(self._object(each.rows, level), row, shown)
                    reads = True
                case EdgesAsked():
                    pieces += self._items(self._edge(each, level, place), row, shown)
                    reads = True
                case PageInfoAsked():
                    pieces += self._page_info(each, level, place)
                    reads = reads or any(
                        name not in (None, "hasPreviousPage")
                        for _, name in map(_named, each.fields)
                    )
                case CountAsked():
                    pieces.append(self._count(stored, source, place, link, key))
        pieces.append(Const("}"))
        if not reads:
            return concat(pieces)
        picked = self._picked(level, source, place, link, key, counted=_asks_for_end(asked))
        return f"(select {concat(pieces)} from {picked}{''.join(level.joins)})"

    def _picked(
        self,
        level: Level,
        source: str,
        place: BoundPage,
        link: str,
        key: str | None,
        *,
        counted: bool,
    ) -> str:
        """The rows of a page and one row more, which tells whether there is another; numbered."""
        row = level.row
        by = self._sql(place.order.by([key.sql for key in place.order.keys]), level)
        conditions = self._seen(level, [link, *place.conditions, place.after or ""], key or "")
        return (
            f"(select {row}.*, row_number() over (order by {by}) as attain_place"
            f"{', count(*) over () as attain_count' if counted else ''}"
            f" from (select {row}.* from {source} {row} where {conditions}"
            f" order by {by} limit {place.bucket + 1}) {row}) {row}"
        )

    def _items(self, item: str, row: str, shown: str) -> list[Piece]:
        listed = f"string_agg({item}, ',' order by {row}.attain_place) filter (where {shown})"
        return [Const("["), listed, Const("]")]

    def _edge(self, asked: EdgesAsked, level: Level, place: BoundPage) -> str:
        pieces: list[Piece] = []
        for each in asked.fields:
            name = each if isinstance(each, str) else each.name
            pieces.append(Const(f'{"," if pieces else "{"}"{name}":'))
            match each:
                case Typename():
                    pieces.append(Const(f'"{each.type}"'))
                case NodesAsked():
                    pieces.append(self._object(each.rows, level))
                case _:
                    pieces += [Const('"'), self._sql(cursor(place.order), level), Const('"')]
        return concat([*pieces, Const("}")])

    def _page_info(self, asked: PageInfoAsked, level: Level, place: BoundPage) -> list[Piece]:
        row, first = level.row, place.first
        at = {"startCursor": "1", "endCursor": f"least({row}.attain_count, {first})"}
        pieces: list[Piece] = []
        for name, part in map(_named, asked.fields):
            pieces.append(Const(f'{"," if pieces else "{"}"{name}":'))
            match part:
                case None:
                    pieces.append(Const(f'"{_typename(asked, name)}"'))
                case "hasNextPage":
                    pieces.append(f"(count(*) > {first})::text")
                case "hasPreviousPage":
                    pieces.append(Const("false" if place.after is None else "true"))
                case _:
                    text = f"'\"' || {self._sql(cursor(place.order), level)} || '\"'"
                    one = f"max({text}) filter (where {row}.attain_place = {at[part]})"
                    pieces.append(_or(one, True))
        return [*pieces, Const("}")]

    def _count(
        self, stored: StoredType, source: str, place: BoundPage, link: str, key: str | None
    ) -> str:
        level = Level(self._alias(), stored)
        conditions = self._seen(level, [link, *place.conditions], key or "")
        return (
            f"(select case when count(*) <= {MOST_COUNTED} then count(*)::text else 'null' end"
            f" from (select 1 from {source} {level.row} where {conditions}"
            f" limit {MOST_COUNTED + 1}) counted)"
        )

    def _seen(self, level: Level, conditions: Iterable[str], key: str) -> str:
        """The conditions under which a row is entered: of the organisation, seen by the caller,
        and these."""
        visible = level.stored.visible(self._actor)
        where = ["{row}.org_id = :org::uuid", *(each for each in conditions if each)]
        if visible != "true":
            where.append(visible)
        return " and ".join(f"({self._sql(each, level, key)})" for each in where)

    def _sql(self, text: str, level: Level, key: str = "") -> str:
        """A declaration's SQL over this level's row; what it shares with others is joined once."""
        names = {}
        for name, shared in level.stored.also.items():
            if f"{{{name}}}" in text:
                if name not in level.also:
                    level.also[name] = at = self._alias()
                    level.joins.append(
                        f" left join lateral ({shared.format(row=level.row)}) {at} on true"
                    )
                names[name] = level.also[name]
        return text.format(row=level.row, key=key, **names)

    def _alias(self) -> str:
        self._aliases += 1
        return f"r{self._aliases}"


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
        each if isinstance(piece, Const) else f"({each})"
        for piece in _merged(pieces)
        for each in [sql_of(piece)]
    )


def sql_of(piece: Piece) -> str:
    return quoted(piece) if isinstance(piece, Const) else piece


def _merged(pieces: Iterable[Piece]) -> list[Piece]:
    merged: list[Piece] = []
    for piece in pieces:
        if merged and isinstance(piece, Const) and isinstance(merged[-1], Const):
            merged[-1] = Const(merged[-1] + piece)
        else:
            merged.append(piece)
    return merged


def _or(sql: str, nullable: bool) -> str:
    """JSON's null where a value is null that can be; else the mark of a value that is missing."""
    return f"coalesce({sql}, {quoted(NULL if nullable else MISSING)})"


def _key(stored: StoredType) -> str:
    (column,) = stored.key
    return column


def _asks_for_end(asked: PageAsked) -> bool:
    return any(
        part == "endCursor"
        for each in asked.fields
        if isinstance(each, PageInfoAsked)
        for _, part in map(_named, each.fields)
    )


def _named(part: Typename | tuple[str, str]) -> tuple[str, str | None]:
    return (part.name, None) if isinstance(part, Typename) else part


def _typename(asked: Parts | PageInfoAsked, name: str) -> str:
    parts = asked.parts if isinstance(asked, Parts) else asked.fields
    return next(each.type for each in parts if isinstance(each, Typename) and each.name == name)


def _names(asked: StoredField, values: Iterable[object]) -> str:
    listed = ",".join(f'"{getattr(value, "name", value)}"' for value in values)
    return f"[{listed}]"


def _with_names(source: str, named: Iterable[tuple[str, str]]) -> str:
    """A source's SQL with the parameters of this page under the names by which it asks for them."""
    for name, placeholder in named:
        source = re.sub(rf"(?<!:):{name}\b(::[a-z]+)?", placeholder.replace("\\", ""), source)
    return source
