"""Pages of lists: Relay's connections, by key and never by offset, walked forwards.

There is no `last` and `before`: a list is turned round by its order.
"""

from typing import Generic, TypeVar

import strawberry

from schema.plain import plain

T = TypeVar("T")


@plain
class PageInfo:
    """Where a page stands in its list."""

    has_next_page: bool = strawberry.field(description="Whether rows follow this page.")
    has_previous_page: bool = strawberry.field(
        description="Whether the page was asked for with `after`, so that rows came before it."
    )
    start_cursor: str | None = strawberry.field(
        description="Cursor of the first row; null on an empty page."
    )
    end_cursor: str | None = strawberry.field(
        description="Cursor of the last row, to be sent as `after`; null on an empty page."
    )


@plain
class Edge(Generic[T]):
    """A row on a page, with its cursor."""

    cursor: str = strawberry.field(
        description="Opaque; send it as `after` to go on behind this row."
    )
    node: T = strawberry.field(description="The row.")


@plain
class Connection(Generic[T]):
    """One page of a list."""

    edges: list[Edge[T]] = strawberry.field(description="The rows with their cursors.")
    nodes: list[T] = strawberry.field(description="The rows alone.")
    page_info: PageInfo = strawberry.field(description="Where this page stands in the list.")


@plain
class CountedConnection(Connection[T], Generic[T]):
    """One page of a list that can be counted."""

    total_count: int | None = strawberry.field(
        description="How many rows there are on all pages; null where there are more than 10,000."
    )
