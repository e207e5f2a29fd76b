"""Which end of a list comes first."""

from enum import Enum
from typing import Any

import strawberry

from schema.plain import described_enum


class Direction(Enum):
    ASC = "asc"
    DESC = "desc"

    @property
    def descending(self) -> bool:
        return self is Direction.DESC


described_enum(
    Direction,
    "Which end of the list comes first.",
    {"ASC": "The smallest or earliest first.", "DESC": "The largest or latest first."},
)


def direction() -> Any:
    """The direction field of an order input."""
    return strawberry.field(description="Which end comes first.", default=Direction.ASC)
