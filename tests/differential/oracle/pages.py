"""Lists in their orders, and pages of them.

What a cursor looks like is nobody's business, so the oracle answers with the place it stands for.
Whoever compares learns from the answer which text stands for which place, and the same text is then
understood when it is sent.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cmp_to_key
from typing import Any

from tests.differential.oracle.facts import Row
from tests.differential.oracle.standing import View


@dataclass(frozen=True, slots=True)
class Order:
    """Which columns a type's rows are ordered by; the last tells all rows apart. Nulls come last
    whichever end comes first."""

    type_name: str
    columns: tuple[str, ...]
    descending: bool = False

    def place(self, row: Row) -> tuple[Any, ...]:
        return tuple(row[column] for column in self.columns)

    def compare(self, one: Sequence[Any], other: Sequence[Any]) -> int:
        """Less than zero where one comes before the other."""
        for a, b in zip(one, other, strict=True):
            if a == b:
                continue
            if a is None or b is None:
                return 1 if a is None else -1
            return 1 if (a > b) != self.descending else -1
        return 0

    def sorted(self, rows: Iterable[Row]) -> list[Row]:
        key = cmp_to_key(self.compare)
        return sorted(rows, key=lambda row: key(self.place(row)))


@dataclass(frozen=True, slots=True)
class Place:
    """What a cursor stands for: a row's values in an order."""

    order: Order
    values: tuple[Any, ...]


Cursors = Mapping[str, Place]
"""What the cursors that were seen stand for."""


def page(order: Order, args: Mapping[str, Any], listed: Sequence[Row]) -> dict[str, Any]:
    """One page of a list, whose rows come in this order. `after` is the place that its cursor
    stands for."""
    after = args.get("after")
    behind = listed
    if after is not None:
        behind = [row for row in listed if order.compare(order.place(row), after.values) > 0]
    shown = behind[: args["first"]]
    edges = [{"cursor": Place(order, order.place(row)), "node": row} for row in shown]
    return {
        "edges": edges,
        "nodes": shown,
        "pageInfo": {
            "hasNextPage": len(behind) > len(shown),
            "hasPreviousPage": after is not None,
            "startCursor": edges[0]["cursor"] if edges else None,
            "endCursor": edges[-1]["cursor"] if edges else None,
        },
        "totalCount": len(listed) if len(listed) <= 10_000 else None,
    }


def in_order(view: View, order: Order) -> list[Row]:
    """All rows of the order's type that the caller sees."""
    key = ("in order", order)
    if key not in view.remembered:
        view.remembered[key] = order.sorted(view.visible(order.type_name).values())
    found: list[Row] = view.remembered[key]
    return found


def belonging(
    view: View, order: Order, name: object, owners: Callable[[Row], Iterable[Any]]
) -> Mapping[Any, Sequence[Row]]:
    """The same rows by what they belong to; `name` is the list's."""
    key = ("belonging", name)
    if key not in view.remembered:
        found: dict[Any, list[Row]] = {}
        for row in in_order(view, order):
            for owner in owners(row):
                found.setdefault(owner, []).append(row)
        view.remembered[key] = found
    grouped: Mapping[Any, Sequence[Row]] = view.remembered[key]
    return grouped
