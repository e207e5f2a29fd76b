"""Runs plans: one statement a level, whatever the number of rows.

What it makes are ordinary instances of the schema's types with every selected field already on
them, so that the executor has nothing left to wait for.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from asyncpg import Record

from auth.actor import Actor
from domain.errors import Refusal
from schema.reading.filters import Parameters, conditions
from schema.reading.ordering import window
from schema.reading.pages import Page
from schema.reading.plan import PageAsked, Selection
from schema.reading.snapshot import Snapshot
from schema.reading.statement import MOST_COUNTED, Columns, Rows
from schema.storage import By, StoredType


class Reader:
    """Reads for one caller in one snapshot."""

    def __init__(self, actor: Actor, snapshot: Snapshot) -> None:
        self._actor = actor
        self._snapshot = snapshot

    async def by_id(self, selection: Selection, ids: Iterable[UUID]) -> dict[UUID, Any]:
        """The rows with these ids that the caller sees."""
        wanted = list(dict.fromkeys(ids))
        if not wanted:
            return {}
        self._snapshot.ask_for(len(wanted))
        level = _Level(selection, self._actor)
        (column,) = selection.stored.key
        position = level.columns.add(f"{{row}}.{column}")
        rows = Rows(selection.stored, self._actor, Parameters())
        text = rows.by_key(level.columns, column, wanted)
        records = await self._snapshot.fetch(text, rows.parameters.values)
        made = await self._finish(level, records)
        return {record[position]: row for record, row in zip(records, made, strict=True)}

    async def page(
        self, asked: PageAsked, where: str, by: By | None, named: Mapping[str, object]
    ) -> Page:
        """A page of a list that belongs to nobody."""
        stored = asked.selection.stored
        view = window(stored, by or stored.order, asked.arguments, self._actor)
        self._snapshot.ask_for(view.first)
        page = Page(view)
        if asked.wants_rows:
            level = _Level(asked.selection, self._actor)
            rows = self._rows(asked, where, named)
            order = [level.columns.add(key.sql) for key in view.order.keys]
            records = await self._snapshot.fetch(
                rows.page(level.columns, view), rows.parameters.values
            )
            for row, record in zip(await self._finish(level, records), records, strict=True):
                page.add(row, [record[position] for position in order])
        if asked.wants_count:
            rows = self._rows(asked, where, named)
            (counted,) = await self._snapshot.fetch(rows.counted(), rows.parameters.values)
            page.count(counted[0], MOST_COUNTED)
        return page

    async def grouped(
        self, selection: Selection, rows_of: StoredType, given: object | None, most: int
    ) -> list[Any]:
        """Aggregates over the rows of a type that the caller sees, one for each value of the
        group; what the filter compares are that type's fields."""
        level = _Level(selection, self._actor)
        rows = Rows(selection.stored, self._actor, Parameters())
        rows.conditions += conditions(rows_of, given, self._actor, rows.parameters)
        text = rows.grouped(level.columns, selection.stored.group_by or "", most)
        return await self._finish(level, await self._snapshot.fetch(text, rows.parameters.values))

    async def _pages(self, asked: PageAsked, keys: Iterable[UUID | None]) -> dict[UUID, Page]:
        """A page for each key, by one statement."""
        storage, stored = asked.storage, asked.selection.stored
        if storage is None:
            raise TypeError("This list belongs to nobody.")
        view = window(stored, storage.order or stored.order, asked.arguments, self._actor)
        wanted = list(dict.fromkeys(key for key in keys if key is not None))
        self._snapshot.ask_for(len(wanted) * view.first)
        pages = {key: Page(view) for key in wanted}
        if asked.wants_rows and wanted:
            level = _Level(asked.selection, self._actor)
            rows = self._rows(asked, storage.link, {})
            order = [level.columns.add(key.sql) for key in view.order.keys]
            text = rows.pages(level.columns, view, wanted)
            records = await self._snapshot.fetch(text, rows.parameters.values)
            for row, record in zip(await self._finish(level, records), records, strict=True):
                pages[record[-1]].add(row, [record[position] for position in order])
        if asked.wants_count and wanted:
            rows = self._rows(asked, storage.link, {})
            text = rows.counted_each(wanted)
            for record in await self._snapshot.fetch(text, rows.parameters.values):
                pages[record[0]].count(record[1], MOST_COUNTED)
        return pages

    def _rows(self, asked: PageAsked, where: str, named: Mapping[str, object]) -> Rows:
        stored = asked.selection.stored
        rows = Rows(stored, self._actor, Parameters(named))
        if where:
            rows.conditions.append(where)
        given = asked.arguments.get("filter")
        rows.conditions += conditions(stored, given, self._actor, rows.parameters)
        return rows

    async def _finish(self, level: "_Level", records: Sequence[Record]) -> list[Any]:
        """The rows as objects, with everything that was asked for below them."""
        made = [level.made(record) for record in records]
        for one, position in zip(level.selection.ones, level.one_keys, strict=True):
            found = await self.by_id(
                one.selection, (r[position] for r in records if r[position] is not None)
            )
            for row, record in zip(made, records, strict=True):
                row.related[one.path] = found.get(record[position])
        for page, position in zip(level.selection.pages, level.page_keys, strict=True):
            try:
                pages = await self._pages(page, (record[position] for record in records))
            except Refusal as refused:
                for row in made:
                    row.related[page.path] = refused
                continue
            for row, record in zip(made, records, strict=True):
                row.related[page.path] = pages[record[position]]
        return made


class _Level:
    """What one statement selects for a selection, and how its records become objects."""

    def __init__(self, selection: Selection, actor: Actor) -> None:
        self.selection = selection
        self.columns = Columns(selection.stored, actor)
        for stored_field in selection.values.values():
            self.columns.add_field(stored_field)
        self.one_keys = [self.columns.add(one.storage.key) for one in selection.ones]
        self.page_keys = [
            self.columns.add(page.storage.key) for page in selection.pages if page.storage
        ]

    def made(self, record: Record) -> Any:
        """An instance of the schema's type that has exactly the fields asked for."""
        row: Any = object.__new__(self.selection.stored.python)
        for name, read in self.columns.readers.items():
            row.__dict__[name] = read(record)
        row.__dict__["related"] = {}
        return row
