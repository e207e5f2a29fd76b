"""What may happen to a one-to-one and to a point of its agenda, decided from values alone."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from domain.errors import Conflict, Invalid, NotPermitted
from domain.one_to_ones.models import AgendaItemState, OneToOneState

MOST_ITEMS = 100
BETWEEN = 1000
LINGERS_FROM = 3
"""From how many times carried over a point is said to linger."""
DAYS_BACK = 92
DAYS_AHEAD = 731


class NotOneToOne(NotPermitted):
    """The two are nothing to one another that calls for one."""

    def __init__(self) -> None:
        super().__init__(
            "A one-to-one is between somebody and a person above or below them, or with HR.",
            path=("withId",),
        )


class OneToOneEnded(Conflict):
    """It was held or cancelled before."""

    def __init__(self, state: OneToOneState) -> None:
        super().__init__(f"The one-to-one was {state.value} already; nothing was changed.")


class OneToOneMoved(Conflict):
    """Somebody moved it after the caller looked."""

    def __init__(self, starts_at: datetime) -> None:
        super().__init__(
            f"The one-to-one was moved meanwhile, to {starts_at.isoformat()}; nothing was changed.",
            path=("seenStartsAt",),
        )


class AgendaItemSettled(Conflict):
    """The point is talked about, withdrawn, or on a later agenda."""

    def __init__(self, state: AgendaItemState) -> None:
        now = {AgendaItemState.CARRIED: "carried over to a later agenda"}.get(state, state.value)
        super().__init__(f"This point was {now} already; nothing was changed.")


class AgendaChanged(Conflict):
    """The points that wait are not those that the caller put in order."""

    def __init__(self) -> None:
        super().__init__(
            "These are not the points that wait on this agenda now; look again, then order them.",
            path=("itemIds",),
        )


def leads(*, above: bool, below: bool, is_hr: bool, with_hr: bool) -> bool:
    """Whether whoever plans a one-to-one leads it: by the line of reporting where there is one between
    the two, else whoever is of HR, and of two who are the one that plans. Raises NotOneToOne."""
    if above or below:
        return above
    if not (is_hr or with_hr):
        raise NotOneToOne
    return is_hr


def sound_start(starts_at: datetime, today: date) -> datetime:
    """When a one-to-one begins: within two years of the organisation's today, or, where it is written
    down afterwards, within three months back. Raises Invalid."""
    since, until = today - timedelta(days=DAYS_BACK), today + timedelta(days=DAYS_AHEAD)
    if not since <= starts_at.date() <= until:
        raise Invalid(
            f"A one-to-one begins between {since} and {until}.",
            path=("startsAt",),
        )
    return starts_at


def sound_held_on(held_on: date, today: date) -> date:
    """On which day it was held: today, or up to three months ago. Raises Invalid."""
    if not today - timedelta(days=DAYS_BACK) <= held_on <= today:
        raise Invalid(
            f"It can have been held today or in the {DAYS_BACK} days before.", path=("heldOn",)
        )
    return held_on


def still_planned(state: OneToOneState) -> None:
    """Raises OneToOneEnded unless it is planned: it ends once."""
    if state is not OneToOneState.PLANNED:
        raise OneToOneEnded(state)


def as_it_was_seen(seen: datetime, starts_at: datetime) -> None:
    """Raises OneToOneMoved where it begins at another time than the caller saw."""
    if seen != starts_at:
        raise OneToOneMoved(starts_at)


def still_waiting(state: AgendaItemState) -> None:
    """Raises AgendaItemSettled unless the point waits to be talked about."""
    if state is not AgendaItemState.WAITING:
        raise AgendaItemSettled(state)


def may_be_unticked(state: OneToOneState) -> None:
    """Raises OneToOneEnded: what was talked about is settled with the one-to-one."""
    still_planned(state)


def room_for_an_item(items: int) -> None:
    """Raises Conflict for an agenda that is full."""
    if items >= MOST_ITEMS:
        raise Conflict(f"An agenda has at most {MOST_ITEMS} points.")


def place_after(last: int, *, opened: bool) -> int:
    """The place of a point behind the one at this place. Points that both see stand at round places and
    others between them, so that the places that one sees tell nothing of what the other keeps back."""
    return (last // BETWEEN + 1) * BETWEEN if opened else last + 1


def places(opened: Sequence[bool]) -> list[int]:
    """The places of points in this order, of each of which it is said whether both see it."""
    found, last = [], 0
    for each in opened:
        last = place_after(last, opened=each)
        found.append(last)
    return found


def as_ordered(waiting: Collection[UUID], ordered: Collection[UUID]) -> None:
    """Raises AgendaChanged unless both are the same points, each once."""
    if len(ordered) != len(waiting) or set(ordered) != set(waiting):
        raise AgendaChanged
