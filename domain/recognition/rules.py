"""What a recognition may be, decided from values alone."""

from collections.abc import Collection, Sequence
from uuid import UUID

from domain.errors import Conflict, Invalid

MOST_RECEIVERS = 10
MOST_VALUES = 3
MOST_IN_USE = 20


class TooManyValues(Conflict):
    def __init__(self) -> None:
        super().__init__(
            f"There are {MOST_IN_USE} values in use, which is as many as can be; retire one first."
        )


class NotOnWall(Conflict):
    def __init__(self) -> None:
        super().__init__("It is not on the wall; nothing was changed.")


def sound_receivers(receivers: Sequence[UUID], *, giver: UUID) -> list[UUID]:
    """Who is recognised, once each. Raises Invalid."""
    if not 1 <= len(receivers) <= MOST_RECEIVERS:
        raise Invalid(f"Recognise between 1 and {MOST_RECEIVERS} people.", path=("receiverIds",))
    if len(set(receivers)) < len(receivers):
        raise Invalid("Each can be named once.", path=("receiverIds",))
    if giver in receivers:
        raise Invalid("Recognise others.", path=("receiverIds",))
    return list(receivers)


def sound_values(values: Sequence[UUID], in_use: Collection[UUID]) -> list[UUID]:
    """By which values, in their order. Raises Invalid."""
    if not 1 <= len(values) <= MOST_VALUES:
        raise Invalid(f"Name between 1 and {MOST_VALUES} values.", path=("valueIds",))
    if len(set(values)) < len(values):
        raise Invalid("Each can be named once.", path=("valueIds",))
    for place, value in enumerate(values):
        if value not in in_use:
            raise Invalid("There is no such value in use.", path=("valueIds", str(place)))
    return list(values)


def free_place(taken: Collection[int]) -> int:
    """The first place of those for values in use that is free. Raises TooManyValues."""
    for place in range(1, MOST_IN_USE + 1):
        if place not in taken:
            return place
    raise TooManyValues
