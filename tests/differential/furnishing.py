"""Rows for one organisation as JSON holds them, made from a seed: the same in every run, so that a
document which failed once fails again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any
from uuid import UUID

TODAY = date(2020, 5, 29)
Row = dict[str, Any]


@dataclass(slots=True)
class Furniture:
    """An organisation under way: its rows by table, and its ids by the names that the story uses."""

    seed: str
    currency: str
    to_the_bounds: bool = False
    """Whether days and instants go to the first and the last that there are."""
    org: UUID = field(init=False)
    rows: dict[str, list[Row]] = field(default_factory=dict)
    ids: dict[tuple[str, str], UUID] = field(default_factory=dict)
    _random: Random = field(init=False)

    def __post_init__(self) -> None:
        self._random = Random(self.seed)
        self.org = self.new_id()

    def new_id(self) -> UUID:
        """An id of version 7 in no order: nothing may depend on the order in which rows came."""
        bits = self._random.getrandbits(128) & ~(0xF << 76 | 0x3 << 62)
        return UUID(int=bits | 0x7 << 76 | 0x2 << 62)

    def pick(self, items: Sequence[Any]) -> Any:
        return self._random.choice(items)

    def number(self, least: int, most: int) -> int:
        return self._random.randint(least, most)

    def add(self, table: str, name: str | None = None, /, **values: Any) -> UUID:
        """One row more; its id, which `name` finds again."""
        id = values.pop("id", None) or self.new_id()
        if name is not None:
            self.ids[table, name] = id
        self.rows.setdefault(table, []).append({"org_id": self.org, "id": id, **values})
        return id

    @property
    def first_day(self) -> str:
        return "0001-01-01" if self.to_the_bounds else "0001-01-02"

    @property
    def last_day(self) -> str:
        return "9999-12-31" if self.to_the_bounds else "9999-12-30"

    def instant(self, number: int) -> str:
        """One of some instants at the bounds, and alike but for a fraction."""
        instants = (
            "2020-05-01T12:00:00+00",
            "2020-05-01T12:00:00.000001+00",
            "2020-05-01T12:00:00.1+00",
            "2020-05-01T12:00:00.12+00",
            "2020-05-01T12:00:00.123456+00",
            "2020-05-01T12:00:00.999999+00",
            "2020-05-01T14:00:00+02",
            "1969-12-31T23:59:59.5+00",
            f"{self.first_day}T00:00:00+00",
            f"{self.last_day}T23:59:59.999999+00",
            "2000-02-29T00:00:00+00",
            "2020-05-29T23:59:59+00",
        )
        return instants[number % len(instants)]

    def id(self, table: str, name: str | None) -> UUID | None:
        return None if name is None else self.ids[table, name]


def during(first: str = "2017-07-01", end: str = "") -> str:
    """Days from the first up to but without the end; an empty one is left open."""
    return f"[{first},{end})"


def columns(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """The columns that rows of one table name; all of them name the same."""
    (names,) = {tuple(row) for row in rows}
    return list(names)
