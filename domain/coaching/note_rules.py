"""What may happen to a note, decided from values alone."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.coaching.note_models import NoteVisibility
from domain.errors import Changed, Conflict, Faults, Invalid, NotFound

MOST_NAMED = 20
MOST_LINKS = 10
LONGEST_LOOK_BACK = timedelta(days=10 * 366)


class NoteChanged(Changed):
    kind = "note"


class NoteAnswered(Conflict):
    """Others acknowledged the note or answered, so it stays theirs as well."""


class NoteWasWithdrawn(Conflict):
    """Its author took it back before it was sent again."""

    def __init__(self) -> None:
        super().__init__(
            "You have withdrawn the note with this id; nothing was written. Make a new id for a new note.",
            path=("id",),
        )


def readers_of(
    visibility: NoteVisibility, *, author: UUID, about: UUID, named: Sequence[UUID]
) -> list[UUID]:
    """Who reads a new note, its author first. Raises Invalid where the people do not fit."""
    if visibility is not NoteVisibility.NAMED and named:
        raise Invalid("People are named only where it is for named people.", path=("personIds",))
    match visibility:
        case NoteVisibility.PRIVATE:
            return [author]
        case NoteVisibility.COACHEE:
            if about == author:
                raise Invalid(
                    "It is about yourself: keep it private, or name people.", path=("visibility",)
                )
            return [author, about]
        case NoteVisibility.NAMED:
            return joined([author], named)


def joined(readers: Sequence[UUID], people: Sequence[UUID]) -> list[UUID]:
    """The readers with these people, each once. Raises Invalid where nobody is named, or they come
    to more than twenty beside the author."""
    if not people:
        raise Invalid("Name somebody.", path=("personIds",))
    together = list(dict.fromkeys([*readers, *people]))
    if len(together) > MOST_NAMED + 1:
        raise Invalid(f"A note is shared with at most {MOST_NAMED} people.", path=("personIds",))
    return together


def left(
    readers: Sequence[UUID], people: Collection[UUID], *, author: UUID, spoke: Collection[UUID]
) -> list[UUID]:
    """The readers without these people. Raises NotFound for somebody who does not read it, Invalid
    for its author, and NoteAnswered where one of them acknowledged it or answered."""
    if not people:
        raise Invalid("Name somebody.", path=("personIds",))
    Faults.raised(
        [
            NotFound("reader", path=("personIds", str(place)))
            for place, person in enumerate(people)
            if person not in readers
        ]
    )
    if author in people:
        raise Invalid("Its author always reads a note.", path=("personIds",))
    if set(people) & set(spoke):
        raise NoteAnswered(
            "Somebody of them has acknowledged the note or answered, so it stays with them;"
            " nothing was changed.",
            path=("personIds",),
        )
    return [reader for reader in readers if reader not in people]


def ones_own_alone(readers: Collection[UUID]) -> None:
    """Raises Conflict for a note that others read: it is taken back from them first."""
    if len(readers) > 1:
        raise Conflict(
            "Others read this note. Take it back from them first; from those who acknowledged it or"
            " answered it cannot be taken back."
        )


def read_by_others(readers: Collection[UUID]) -> None:
    """Raises Conflict for an answer that nobody would read."""
    if len(readers) == 1:
        raise Conflict("Nobody else reads this note; edit it instead.")


def day_of(written_at: datetime, now: datetime, *, today: date, time_zone: str) -> date:
    """The organisation's day on which something was written, where it is `today` now: an
    organisation may set its own day."""
    zone = ZoneInfo(time_zone)
    passed = now.astimezone(zone).date() - written_at.astimezone(zone).date()
    return today - passed


def room_for_evidence(pieces: int) -> None:
    """Raises Invalid for more than a note leads to."""
    if pieces > MOST_LINKS:
        raise Invalid(f"A note leads to at most {MOST_LINKS} things.", path=("evidence",))


def sound_since(since: date | None, as_of: date) -> date:
    """From which day a figure counts: a year, unless said otherwise. Raises Invalid."""
    if since is None:
        return as_of - timedelta(days=364)
    if not as_of - LONGEST_LOOK_BACK <= since <= as_of:
        raise Invalid(
            "A figure counts from a day of the last ten years before the note.", path=("since",)
        )
    return since


def acknowledged_before(version: int, acknowledged: int | None) -> None:
    """Raises Conflict where this version, or a later one, is acknowledged already."""
    if acknowledged is not None and acknowledged >= version:
        raise Conflict("You have acknowledged this already.", path=("version",))
