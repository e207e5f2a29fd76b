"""Inputs that compare a field with what the caller sends."""

import datetime
from typing import Generic, TypeVar

import strawberry

from schema.plain import input_of

MOST_LISTED = 100
T = TypeVar("T")

_EQ = "The same value."
_IN = f"One of these values, at most {MOST_LISTED}; none of them, if the list is empty."
_GT, _GTE, _LT, _LTE = "Greater.", "Greater or the same.", "Less.", "Less or the same."
_DAY_GT, _DAY_GTE, _DAY_LT, _DAY_LTE = "After.", "Then or after.", "Before.", "Then or before."


@input_of
class Comparison(Generic[T]):
    """Compares a value out of a fixed list; all operators given must hold."""

    eq: T | None = strawberry.field(description=_EQ, default=strawberry.UNSET)
    in_: list[T] | None = strawberry.field(description=_IN, name="in", default=strawberry.UNSET)


@input_of
class IDComparison:
    """Compares by id; all operators given must hold."""

    eq: strawberry.ID | None = strawberry.field(description=_EQ, default=strawberry.UNSET)
    in_: list[strawberry.ID] | None = strawberry.field(
        description=_IN, name="in", default=strawberry.UNSET
    )


@input_of
class TextComparison:
    """Compares text, exactly: case and accents count. All operators given must hold."""

    eq: str | None = strawberry.field(description=_EQ, default=strawberry.UNSET)
    in_: list[str] | None = strawberry.field(description=_IN, name="in", default=strawberry.UNSET)
    starts_with: str | None = strawberry.field(
        description="Begins with these characters.", default=strawberry.UNSET
    )


@input_of
class IntComparison:
    """Compares whole numbers; all operators given must hold."""

    eq: int | None = strawberry.field(description=_EQ, default=strawberry.UNSET)
    gt: int | None = strawberry.field(description=_GT, default=strawberry.UNSET)
    gte: int | None = strawberry.field(description=_GTE, default=strawberry.UNSET)
    lt: int | None = strawberry.field(description=_LT, default=strawberry.UNSET)
    lte: int | None = strawberry.field(description=_LTE, default=strawberry.UNSET)


@input_of
class DateComparison:
    """Compares days; all operators given must hold."""

    eq: datetime.date | None = strawberry.field(description=_EQ, default=strawberry.UNSET)
    gt: datetime.date | None = strawberry.field(description=_DAY_GT, default=strawberry.UNSET)
    gte: datetime.date | None = strawberry.field(description=_DAY_GTE, default=strawberry.UNSET)
    lt: datetime.date | None = strawberry.field(description=_DAY_LT, default=strawberry.UNSET)
    lte: datetime.date | None = strawberry.field(description=_DAY_LTE, default=strawberry.UNSET)


@input_of
class DateTimeComparison:
    """Compares instants; all operators given must hold."""

    gt: datetime.datetime | None = strawberry.field(description=_DAY_GT, default=strawberry.UNSET)
    gte: datetime.datetime | None = strawberry.field(description=_DAY_GTE, default=strawberry.UNSET)
    lt: datetime.datetime | None = strawberry.field(description=_DAY_LT, default=strawberry.UNSET)
    lte: datetime.datetime | None = strawberry.field(description=_DAY_LTE, default=strawberry.UNSET)


OPERATORS = {
    "eq": "{left} = {right}",
    "in": "{left} = any({right})",
    "startsWith": "starts_with({left}, {right})",
    "gt": "{left} > {right}",
    "gte": "{left} >= {right}",
    "lt": "{left} < {right}",
    "lte": "{left} <= {right}",
}
"""SQL of each operator, by its name in the schema."""
