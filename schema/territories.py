"""Territories, as the schema shows them."""

from decimal import Decimal
from enum import Enum
from typing import Any

import strawberry

from auth.permissions import FieldClass
from domain.territories import access
from schema.comments import Comment, comments_field
from schema.comparisons import IDComparison, TextComparison
from schema.compiler.fields import to_many, to_one
from schema.compiler.filters import chosen, compares, holds, listed_ids
from schema.connections import CountedConnection
from schema.directions import Direction, direction
from schema.money import number
from schema.nodes import Node, Versioned
from schema.plain import described_enum, input_of
from schema.storage import By, column, expression, stored

DEPTH = """(select max(inside.depth) from territory_within inside
  where inside.org_id = :org::uuid and inside.inner_id = {row}.id)"""


@stored(
    table="territory",
    kind="territory",
    visible=access.visible,
    field_class=FieldClass.TERRITORY,
    by=By(("name",)),
)
class Territory(Node, Versioned):
    """A part of the market that people work. Territories lie within one another."""

    name: str = column("What it is called.")
    kind: str = column('What sort of territory it is, such as "geographic".')
    potential: Decimal | None = number(
        "What could be sold there, in the unit in which the organisation estimates all territories; null"
        " where it is not known. Cascades by potential share by it.",
        field_class=FieldClass.POTENTIAL,
    )
    depth: int = expression("How many territories it lies within; 0 at the top.", DEPTH)
    parent: "Territory | None" = to_one(
        "The territory it lies directly within; null at the top, or where you may not see it.",
        "parent_id",
    )
    comments: CountedConnection[Comment] = comments_field()
    children: CountedConnection["Territory"] = to_many(
        "The territories directly within it.", foreign_key="parent_id"
    )


class TerritoryOrderField(Enum):
    NAME = "name"


described_enum(TerritoryOrderField, "What territories are ordered by.", {"NAME": "By name."})


@input_of
class TerritoryOrder:
    """In which order territories come."""

    field: TerritoryOrderField = strawberry.field(description="What they are ordered by.")
    direction: Direction = direction()


@input_of
class TerritoryFilter:
    """Which territories; everything given must hold."""

    id: IDComparison | None = compares("By id.")
    name: TextComparison | None = compares("By name.")
    kind: TextComparison | None = compares("By sort of territory.")
    parent: IDComparison | None = compares("By the territory they lie directly within.")
    top: bool | None = chosen(
        "Whether they lie within no other.",
        {True: "{row}.parent_id is null", False: "{row}.parent_id is not null"},
    )


def within_territories() -> Any:
    """A filter field of a type with a territory."""
    return holds(
        "By territory with everything that lies within it; at most 100 territories.",
        access.within_named,
        cast="uuid[]",
        read=listed_ids("territory"),
    )
