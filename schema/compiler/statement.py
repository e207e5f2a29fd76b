"""The one statement of a read: SQL whose result is the finished JSON text.

A row becomes an object by `concat` of constants and values. Another row that it leads to is a left
join, many others are a sub-select that adds their objects up.

The text depends on the tree, on the bound places and on how the caller stands; everything else
is a parameter. No text of a caller's is ever part of it, but names from their document, which
are GraphQL names.
"""

from collections.abc import Mapping, Sequence

from auth.actor import Actor
from domain.sql import quoted
from schema.compiler.binding import Bound, BoundGroups, BoundIds, BoundPage
from schema.compiler.fields import Aggregates, ById, List, One, Single, Told
from schema.compiler.level import Aliases, Level
from schema.compiler.pages import Page
from schema.compiler.pieces import (
    NULL,
    Const,
    Piece,
    closed,
    concat,
    named,
    or_null,
    sql_of,
    typename,
)
from schema.compiler.selection import (
    Leaf,
    PageAsked,
    Parts,
    Root,
    Rows,
    ToAnyAsked,
    ToManyAsked,
    ToOneAsked,
    Tree,
    Typename,
)
from schema.compiler.values import leaf, parts
from schema.storage import StoredType, ToAny, ToMany, ToOne

MOST_GROUPS = 200
KEY = "key"
"""The parameter with the id at which a read of one row begins."""


class Statement:
    """Writes the SQL for a tree, bound for one request, for callers of one standing."""

    def __init__(self, actor: Actor, places: Sequence[Bound]) -> None:
        self._actor = actor
        self._places = places
        self._aliases = Aliases()

    def whole(self, tree: Tree) -> str:
        """SQL for the body of the whole response."""
        pieces: list[Piece] = []
        for root in tree.roots:
            shown = typename(root.type) if isinstance(root, Typename) else self.root(root)
            pieces += [named(root.name, pieces), shown]
        return concat([Const('{"data":'), *closed(pieces), Const("}")])

    def root(self, root: Root) -> Piece:
        """SQL for the value of one field at which a read begins."""
        match root.begin:
            case List(where=where):
                assert root.page is not None
                return self._page(root.page, where(self._actor) if where else "", "")
            case Single():
                return self._single(root, "")
            case One():
                return self._single(root, f"{{row}}.{_key(root.row.stored)} = :{KEY}::uuid")
            case Aggregates():
                return self._groups(root)
            case ById(many=many):
                return self._by_ids(root, many=many)
            case Told():
                return self._by_ids(root, many=True, holes=False)

    def _single(self, root: Root, where: str) -> Piece:
        level = self._level(root.row.stored)
        shown, seen = self._object(root.row, level), level.seen([where])
        source = f"{root.row.stored.source} {level.row}{''.join(level.joins)}"
        return or_null(f"(select {shown} from {source} where {seen})", root.nullable)

    def _by_ids(self, root: Root, *, many: bool, holes: bool = True) -> Piece:
        """Rows of several types, by kinds and ids in two lists; null, or nothing, in place of what
        the caller does not see."""
        place = self._places[root.place]
        assert isinstance(place, BoundIds)
        asked = self._level(next(iter(root.rows.values())).stored)
        row = asked.row
        rows = {kind: root.rows[kind] for kind in place.asked_kinds}
        shown = sql_of(self._any_of(rows, asked, f"{row}.kind", f"{row}.id"))
        listed = (
            f"unnest({place.kinds}, {place.ids}) with ordinality as {row} (kind, id, place)"
            f"{''.join(asked.joins)}"
        )
        if not many:
            return f"(select {shown} from {listed})"
        item = shown if holes else f"nullif({shown}, {quoted(NULL)})"
        return (
            f"(select concat('[', string_agg({item}, ',' order by {row}.place), ']') from {listed})"
        )

    def _groups(self, root: Root) -> Piece:
        place, stored = self._places[root.place], root.row.stored
        assert isinstance(place, BoundGroups)
        level = self._level(stored)
        assert stored.group_by is not None, "what is added up says by what"
        group = level.sql(stored.group_by)
        groups = (
            f"select {group} as key, {self._object(root.row, level)} as shown"
            f" from {stored.source} {level.row} where {level.seen(place.conditions)}"
            f" group by {group} order by {group} limit {MOST_GROUPS}"
        )
        listed = "string_agg(grouped.shown, ',' order by grouped.key)"
        return f"(select concat('[', {listed}, ']') from ({groups}) grouped)"

    def _object(self, rows: Rows, level: Level) -> str:
        """SQL for the JSON object of a row of this level."""
        pieces: list[Piece] = []
        for asked in rows.fields:
            pieces.append(named(asked.name, pieces))
            match asked:
                case Typename():
                    pieces.append(typename(asked.type))
                case Leaf():
                    pieces.append(leaf(asked, level))
                case Parts():
                    pieces.append(parts(asked, level))
                case ToOneAsked():
                    pieces.append(self._one(asked, level))
                case ToAnyAsked():
                    pieces.append(self._any(asked, level))
                case ToManyAsked():
                    pieces.append(self._many(asked, level))
        return concat(closed(pieces))

    def _one(self, asked: ToOneAsked, level: Level) -> Piece:
        storage = asked.field.storage
        assert isinstance(storage, ToOne)
        found = self._joined(asked.rows, level, level.sql(storage.key))
        return or_null(found or "null", asked.field.nullable)

    def _any(self, asked: ToAnyAsked, level: Level) -> Piece:
        storage = asked.field.storage
        assert isinstance(storage, ToAny)
        return self._any_of(asked.rows, level, level.sql(storage.kind), level.sql(storage.key))

    def _any_of(self, rows: Mapping[str, Rows], level: Level, kind: str, key: str) -> Piece:
        found = (
            self._joined(each, level, key, f"{kind} = {quoted(its_kind)}")
            for its_kind, each in rows.items()
        )
        shown = [each for each in found if each is not None]
        return f"coalesce({', '.join(shown)}, {quoted(NULL)})" if shown else NULL

    def _joined(self, rows: Rows, level: Level, key: str, when: str = "") -> str | None:
        """SQL for the object of another row, null where there is none that the caller sees; None
        where they see none of its type."""
        other = level.beside(rows.stored)
        if other.is_hidden:
            return None
        if key.startswith("("):
            # The key is a look-up of its own, done once.
            at = self._aliases.next()
            level.joins.append(f" left join lateral (select {key} as key offset 0) {at} on true")
            key = f"{at}.key"
        column = _key(rows.stored)
        within = (rows.stored.within or "").replace("{key}", key)
        seen = other.seen([when, f"{{row}}.{column} = {key}", within], one_by_one=True)
        source = f"{rows.stored.source} {other.row}"
        if when:
            # One kind of several: behind a fence, so that a row of another kind is never looked for,
            # and PostgreSQL does not read all of this kind to join a few.
            source = (
                f"lateral (select {other.row}.* from {source} where {seen} offset 0) {other.row}"
            )
            seen = "true"
        level.joins.append(f" left join {source} on {seen}")
        shown = self._object(rows, other)
        return f"case when {other.row}.{column} is not null then {shown} end"

    def _many(self, asked: ToManyAsked, level: Level) -> Piece:
        storage = asked.field.storage
        assert isinstance(storage, ToMany)
        return self._page(asked.page, storage.link, level.sql(storage.key), storage.among)

    def _page(self, asked: PageAsked, link: str, key: str, among: str | None = None) -> Piece:
        bound = self._places[asked.place]
        assert isinstance(bound, BoundPage)
        level = self._level(asked.stored)
        return Page(asked, bound, level, link, key, among, self._object).text()

    def _level(self, stored: StoredType) -> Level:
        return Level(stored, self._actor, self._aliases)


def _key(stored: StoredType) -> str:
    (column,) = stored.key
    return column
