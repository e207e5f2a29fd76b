"""One page of a list, as the schema's connections show it."""

from dataclasses import dataclass
from typing import Any

from schema.reading.keyset import Order, write_cursor
from schema.reading.statement import Window


@dataclass(frozen=True, slots=True)
class EdgeRow:
    node: Any
    order: Order
    values: list[object]

    @property
    def cursor(self) -> str:
        return write_cursor(self.order, self.values)


class Page:
    """At most `first` rows; one row more only says that there is a next page."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self.edges: list[EdgeRow] = []
        self.has_next_page = False
        self.total_count: int | None = None

    def add(self, node: Any, values: list[object]) -> None:
        if len(self.edges) == self._window.first:
            self.has_next_page = True
        else:
            self.edges.append(EdgeRow(node, self._window.order, values))

    def count(self, counted: int, most: int) -> None:
        self.total_count = counted if counted <= most else None

    @property
    def nodes(self) -> list[Any]:
        return [edge.node for edge in self.edges]

    @property
    def page_info(self) -> "Page":
        return self

    @property
    def has_previous_page(self) -> bool:
        return self._window.after is not None

    @property
    def start_cursor(self) -> str | None:
        return self.edges[0].cursor if self.edges else None

    @property
    def end_cursor(self) -> str | None:
        return self.edges[-1].cursor if self.edges else None
